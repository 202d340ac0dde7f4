"""What can be checked on this machine alone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from transfer_call.adapters.record_schema import HEAD
from transfer_call.adapters.spool import Spool
from transfer_call.adapters.sql_engine import (
    RecordError,
    cause,
    open_engine,
    read_url,
    schema_version,
)
from transfer_call.directory.opening import opening_facts
from transfer_call.voice.rendering import PhraseAudio

from .. import startup
from ..settings import livekit_faults
from ..words import vocabulary
from .finding import Area, Finding, Fix, Level, count

if TYPE_CHECKING:
    from transfer_call.business import Business, Line

    from ..settings import Fault, Settings

SHORT_RINGING_SECONDS = 30
"""Carriers give up on an unanswered call after 20 to 60 seconds, most after 30 or less."""
_NOT_ANSWERED = "Nobody is answered: the worker does not start."


@dataclass(frozen=True, slots=True)
class Offline:
    """What was found.

    Attributes:
        business: What calls are answered with; ``None`` when the file cannot be used.
        areas: What was looked at.
        starts: Whether the worker would start with the file as it is, as far as this machine
            can tell.
        asks_livekit: Whether the settings name a LiveKit server.
    """

    business: Business | None
    areas: tuple[Area, ...]
    starts: bool
    asks_livekit: bool


async def look_offline(settings: Settings, faults: Sequence[Fault], *, online: bool) -> Offline:
    """Check settings, file, hours, prompts, audio and record.

    Args:
        settings: As read, with defaults where a variable cannot be used.
        faults: What is wrong with them.
        online: Whether a LiveKit server is needed for what follows.
    """
    found = await asyncio.to_thread(startup.check, settings)
    # What is wrong with a variable begins with its name.
    variables = [one for one in found.faults if re.match("[A-Z_]+: ", one)]
    in_file = [one for one in found.faults if one not in variables]
    unset = livekit_faults(
        settings.livekit_url,
        settings.livekit_api_key,
        settings.livekit_api_secret.get_secret_value(),
    )
    areas = [
        Area("settings", findings=tuple(_settings([*map(str, faults), *variables], unset, online))),
        Area(
            "business file and prompts",
            _sizes(found.business),
            tuple(_file(in_file, found.warnings, settings.receptionist_config)),
        ),
    ]
    if found.business is not None:
        lines = found.business.lines
        now = datetime.now(UTC)
        areas += [
            Area("opening hours", findings=tuple(_hours(lines, now))),
            Area("destinations", findings=tuple(_destinations(lines))),
            await asyncio.to_thread(_audio, lines, settings.cache_dir / "audio"),
        ]
    if not any(one.startswith("RECEPTIONIST_RECORD_URL") for one in variables):
        areas.append(await asyncio.to_thread(_record, settings))
    starts = not faults and not found.faults and not (online and unset)
    return Offline(found.business, tuple(areas), starts and not found.warnings, not unset)


def _sizes(business: Business | None) -> str:
    if business is None:
        return ""
    destinations = sum(len(line.directory.destinations) for line in business.lines)
    lines = len(business.lines)
    return f"{count(lines, 'line')}, {count(destinations, 'destination')}"


def _settings(faults: Sequence[str], unset: Sequence[Fault], online: bool) -> Iterator[Finding]:
    for fault in faults:
        yield Finding(
            "setting", Level.FAULT, fault, _NOT_ANSWERED, "set it in the environment or in .env"
        )
    if unset:
        said = [one.message.partition(";")[0] for one in unset]
        names = [f"{one.variable} {why}" for one, why in zip(unset, said, strict=True)]
        yield Finding(
            "livekit_setting",
            Level.FAULT if online else Level.WARNING,
            f"{', '.join(names)}.",
            _NOT_ANSWERED,
            "set it in the environment or in .env",
        )


def _file(faults: Sequence[str], warnings: Sequence[str], config: Path) -> Iterator[Finding]:
    for fault in faults:
        yield Finding("business_file", Level.FAULT, fault, _NOT_ANSWERED, f"edit {config}")
    # The last warning says only that the last good file is in force.
    for warning in warnings[:-1]:
        yield Finding(
            "business_file",
            Level.FAULT,
            warning,
            "He is answered with the last good file, not with this one.",
            f"edit {config}",
        )


def _hours(lines: Sequence[Line], now: datetime) -> Iterator[Finding]:
    for line in lines:
        for destination in line.directory.destinations:
            facts = opening_facts(line.directory, destination.name, now)
            if not facts.is_open and facts.opens_at is None and not facts.override:
                yield Finding(
                    "never_open",
                    Level.FAULT,
                    f"{destination.name} on line {line.name} never opens.",
                    "He is told that it is closed, whenever he calls.",
                    f"correct the hours of {destination.name}, or of the business",
                )


def _destinations(lines: Sequence[Line]) -> Iterator[Finding]:
    for line in lines:
        for one in line.directory.destinations:
            if one.ringing_timeout < SHORT_RINGING_SECONDS:
                yield Finding(
                    "short_ringing",
                    Level.WARNING,
                    f"{one.name} on line {line.name} is waited for {one.ringing_timeout} "
                    "seconds, which is less than most carriers wait for an answer.",
                    "When nobody answers he is told that nobody knows what happened, and nobody "
                    "else is tried.",
                    f"destinations.{one.name}.ringing_timeout: 60s",
                )


def _audio(lines: Sequence[Line], folder: Path) -> Area:
    missing = total = 0
    for line in lines:
        audio = PhraseAudio(folder, recordings=line.recordings, memory=0)
        for said in vocabulary(line):
            sentences = [*said.first, *said.later]
            total += len(sentences)
            missing += len(audio.load(sentences, said.language))
    findings: tuple[Finding, ...] = ()
    if missing:
        findings = (
            Finding(
                "audio",
                Level.WARNING,
                f"{missing} of {total} sentences have no audio yet.",
                "Nothing, once the worker has started; its first start takes about a minute "
                "longer.",
                "receptionist check --fix",
                Fix.RENDER,
            ),
        )
    return Area("rendered audio", count(total, "sentence"), findings)


def _record(settings: Settings) -> Area:
    return Area(
        "record", findings=(*_spool(Spool(settings.spool)), *_database(settings.record_url))
    )


def _spool(spool: Spool) -> Iterator[Finding]:
    if waiting := _lines(spool.path) + _lines(spool.taken):
        yield Finding(
            "record_spool",
            Level.WARNING,
            f"{count(waiting, 'entry', 'entries')} of the record wait in {spool.path.name}: "
            "the database could not be written.",
            "Until they are written, rates count too little, and a call back from where it was "
            "just sent is not noticed.",
            "receptionist check --fix",
            Fix.RECORD,
        )
    if rejected := _lines(spool.rejected):
        yield Finding(
            "record_rejected",
            Level.WARNING,
            f"{count(rejected, 'entry', 'entries')} of the record could not be read or written "
            f"and lie in {spool.rejected}.",
            "Nothing; these calls are missing in `receptionist calls`.",
            "report it with what the file says, then delete the file",
        )


def _database(url: str) -> Iterator[Finding]:
    address = read_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        # The worker makes it.
        return
    try:
        engine = open_engine(address, patience=5.0)
        try:
            with engine.connect().execution_options(reading=True) as connection:
                outdated = schema_version(connection) < HEAD
        finally:
            engine.dispose()
    except (RecordError, SQLAlchemyError) as error:
        reason = str(error) if isinstance(error, RecordError) else cause(error)
        yield Finding(
            "record_down",
            Level.FAULT,
            f"The record cannot be read: {reason}.",
            "He is put through only where policy.store_down allows it.",
            "repair the database, or correct RECEPTIONIST_RECORD_URL",
        )
        return
    if outdated:
        yield Finding(
            "record_outdated",
            Level.WARNING,
            "The record's tables are those of an older version.",
            "Nothing; the next worker that starts brings them up to date.",
            "receptionist check --fix",
            Fix.RECORD,
        )


def _lines(path: Path) -> int:
    try:
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except OSError:
        return 0
