"""What the main process checks before the worker registers."""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
from google.protobuf.message import DecodeError
from livekit import api

from receptionist_prompts import PromptError, Prompts
from transfer_call.adapters.sql_engine import RecordError, upgrade
from transfer_call.adapters.sql_record import SqlRecord
from transfer_call.business import BusinessFileError
from transfer_call.business.reload import LiveBusiness
from transfer_call.voice.local_voice import LocalVoice

from .pipeline.choose import Pipeline, choose
from .pipeline.outage import provider_of
from .settings import Fault, Settings
from .standby.setup import why_deaf
from .words import vocabulary

if TYPE_CHECKING:
    from transfer_call.business import Business, Line

logger = logging.getLogger("receptionist")

_NEED_KEY = (Pipeline.CASCADE, Pipeline.REALTIME)
_SERVED = {
    Pipeline.CASCADE: "cascade: speech to text, language model and text to speech at {host}",
    Pipeline.REALTIME: "realtime: a speech-to-speech model at {host}",
    Pipeline.STANDBY: "standby: a local voice and ears, and the keypad menu; no AI service",
}
KEY_SECONDS = 5.0
"""How long the start of the worker waits for the LiveKit server's opinion of its key."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was found.

    Attributes:
        business: What calls will be answered with; ``None`` only when there are faults.
        faults: Why the worker cannot start, one line each.
        warnings: What is wrong although it can.
    """

    business: Business | None
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check(settings: Settings) -> Check:
    """Read the business file, and try the state directory and the record's address."""
    folders = (
        _folder("RECEPTIONIST_STATE_DIR", settings.state_dir),
        _folder("RECEPTIONIST_CACHE_DIR", settings.cache_dir),
    )
    faults = [str(fault) for fault in (*folders, _record(settings)) if fault]
    live = LiveBusiness(settings.receptionist_config, state_dir=settings.state_dir)
    try:
        current = live.current()
    except BusinessFileError as error:
        return Check(None, (*faults, *map(str, error.faults)))
    warnings = tuple(map(str, current.faults))
    if warnings:
        warnings += ("the business file cannot be used; the last good one is in force",)
    for line in current.business.lines:
        try:
            Prompts(line.prompts)
        except PromptError as error:
            faults += tuple(map(str, error.faults))
    faults += filter(None, map(partial(_without_key, settings), current.business.lines))
    languages = {said.language for line in current.business.lines for said in vocabulary(line)}
    faults += LocalVoice().missing(languages)
    return Check(current.business, tuple(faults), warnings)


def pipelines(business: Business, settings: Settings) -> list[str]:
    """How calls will be served, for the operator: one line for each way."""
    key = bool(settings.openai_api_key.get_secret_value())
    served: dict[str, list[str]] = {}
    for line in business.lines:
        words = _SERVED[choose(line.pipeline, key=key)].format(
            host=provider_of(line.openai.base_url)
        )
        served.setdefault(words, []).append(line.name)
    deaf = [
        f"on standby the callers of line {line.name} only press keys: {why}"
        for line in business.lines
        if (why := why_deaf(line))
    ]
    if len(served) == 1:
        return [*served, *deaf]
    return [*(f"{words} ({', '.join(names)})" for words, names in served.items()), *deaf]


async def refused_key(url: str, api_key: str, api_secret: str) -> Fault | None:
    """Ask the LiveKit server whether it knows the key.

    Returns:
        A fault only when it says no: a server that cannot be reached may still be starting, and
        the worker keeps trying.
    """
    timeout = aiohttp.ClientTimeout(total=KEY_SECONDS)
    try:
        async with api.LiveKitAPI(
            url, api_key, api_secret, timeout=timeout, failover=False
        ) as client:
            await client.room.list_rooms(api.ListRoomsRequest(names=["-"]))
    except api.ServerError as error:
        if error.status == 401:
            message = "the LiveKit server refuses this key and its secret; take both from there"
            return Fault("LIVEKIT_API_KEY", message)
    except (aiohttp.ClientError, TimeoutError, DecodeError):
        pass
    return None


def open_record(settings: Settings) -> None:
    """Make or migrate the record's database, so that no call has to; blocks.

    A database that cannot be used now does not keep the worker from answering.
    """
    try:
        upgrade(settings.record_url)
    except RecordError as error:
        logger.error("%s; calls go on, and their entries wait in the spool file", error)


def _without_key(settings: Settings, line: Line) -> str:
    if line.pipeline not in _NEED_KEY or settings.openai_api_key.get_secret_value():
        return ""
    message = (
        f"is not set, and pipeline: {line.pipeline} of the line {line.name!r} needs it. Set it in "
        "the environment or in .env, or write pipeline: standby"
    )
    return str(Fault("OPENAI_API_KEY", message))


def _record(settings: Settings) -> Fault | None:
    try:
        SqlRecord(settings.record_url, settings.spool)
    except RecordError as error:
        return Fault("RECEPTIONIST_RECORD_URL", str(error))
    return None


def _folder(variable: str, folder: Path) -> Fault | None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"{str(folder)!r} cannot be written: {reason}. Name a folder of this user"
        return Fault(variable, message)
