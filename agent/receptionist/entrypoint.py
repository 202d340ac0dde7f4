"""One call, from the job's start to its end; what job processes import.

Nothing here checks settings or files again: the worker has, before it registered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from livekit import rtc
from livekit.agents import AutoSubscribe, JobContext, JobProcess

from transfer_call.adapters.livekit_api import LiveKitTelephony
from transfer_call.adapters.sql_record import SqlRecord
from transfer_call.business.reload import LiveBusiness
from transfer_call.call import Call
from transfer_call.keypad.attached import KeypadMenu
from transfer_call.keypad.room import RoomKeys
from transfer_call.toolset import TransferCallToolset
from transfer_call.transfer.caller import describe, find_caller

from . import logs
from .agent import ReceptionistAgent
from .exceptions_today import with_exceptions
from .pipeline.choose import Pipeline, choose
from .pipeline.greeting import greet_in_passing
from .pipeline.provider import Provider
from .pipeline.room import listen_to, room_options
from .pipeline.session import pipeline_for, services_for, session_for, watch_realtime
from .rendering import line_audio, loaded_audio
from .standby.rules import GiveUp, Goodbye
from .standby.setup import conversation_for, recognizer_for
from .supervision import supervise
from .words import greeting, invitation

if TYPE_CHECKING:
    from transfer_call.business import Business, Line
    from transfer_call.directory import Directory

    from .rendering import LineAudio
    from .settings import Settings
    from .standby.recognizer import Recognizer
    from .standby.rules import Reply

logger = logging.getLogger("receptionist")

CALLER_SECONDS = 15.0
"""How long a caller may take to join the room that was made for him."""


@dataclass(frozen=True, slots=True)
class JobOptions:
    """What a job needs of the settings; sent to each job process.

    Attributes:
        config: The business file.
        state_dir: Where the last good file is kept.
        cache_dir: Where rendered audio is kept.
        record_url: The record's database.
        spool: Where its entries wait while it cannot be written.
        log_pii: Whether logs may show personal data.
        openai_key: Of the AI services; ``""`` when there is none.
    """

    config: Path
    state_dir: Path
    cache_dir: Path
    record_url: str
    spool: Path
    log_pii: bool
    openai_key: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: Settings) -> JobOptions:
        """Take what a job needs out of `settings`."""
        return cls(
            config=settings.receptionist_config.absolute(),
            state_dir=settings.state_dir,
            cache_dir=settings.cache_dir,
            record_url=settings.record_url,
            spool=settings.spool,
            log_pii=settings.receptionist_log_pii,
            openai_key=settings.openai_api_key.get_secret_value(),
        )


@dataclass(slots=True)
class _Ready:
    """What is read and loaded before a call comes.

    Attributes:
        live: The business file.
        line: The line whose first words are in `audio`.
        audio: What that line's calls play from.
        recognizer: Hears the callers of standby lines; ``None`` where none can be heard.
    """

    live: LiveBusiness
    line: Line
    audio: LineAudio
    recognizer: Recognizer | None

    def business(self) -> Business:
        """The business as its files are now, or were when they could last be used."""
        current = self.live.current()
        for fault in current.faults:
            logger.error("the business file cannot be used, the last good one is: %s", fault)
        return current.business


@dataclass(slots=True)
class _Process:
    """One job process, which serves one call."""

    options: JobOptions
    ready: _Ready
    ending: asyncio.Task[None] | None = None
    greeting: asyncio.Task[None] | None = None
    warming: Sequence[asyncio.Task[None]] = ()

    def audio_of(self, line: Line) -> LineAudio:
        """What calls of `line` play from."""
        if line is self.ready.line:
            return self.ready.audio
        return line_audio(line, self.options.cache_dir, self.options.openai_key)


_ready: dict[JobOptions, _Ready] = {}


def load(options: JobOptions) -> Line:
    """Read the business file and load the first words of a call, if that is not done yet.

    In the fork server, all job processes then share them until the file changes.

    Returns:
        The line whose words are loaded.
    """
    if options not in _ready:
        live = LiveBusiness(options.config, state_dir=options.state_dir)
        lines = live.current().business.lines
        audio = loaded_audio(lines[0], options.cache_dir, options.openai_key)
        _ready[options] = _Ready(live, lines[0], audio, recognizer_for(lines))
    return _ready[options].line


def pipelines(options: JobOptions) -> frozenset[Pipeline]:
    """What calls are served by as long as all services are well; after `load`."""
    lines = _ready[options].business().lines
    return frozenset(choose(line.pipeline, key=bool(options.openai_key)) for line in lines)


def prepare(options: JobOptions, process: JobProcess) -> Line:
    """Give a process what its call needs; returns the line whose words are loaded."""
    logs.install(log_pii=options.log_pii)
    line = load(options)
    process.userdata["receptionist"] = _Process(options, _ready[options])
    return line


async def answer(ctx: JobContext) -> None:
    """Serve one caller; returns once he is being served."""
    process: _Process = ctx.proc.userdata["receptionist"]
    ctx.log_context_fields = {"room": ctx.room.name}
    # Before the connection: a key that comes with the join is not lost.
    keys = RoomKeys(ctx.room)
    telephony = LiveKitTelephony()
    record = SqlRecord(process.options.record_url, process.options.spool)
    # Joining takes its time, most of it not this process's.
    process.warming = [
        asyncio.create_task(telephony.warm()),
        asyncio.create_task(record.warm()),
    ]
    await ctx.connect(auto_subscribe=AutoSubscribe.SUBSCRIBE_NONE)
    participant = await _caller(ctx.room)
    if participant is None:
        logger.warning("no telephone caller joined the room; the job ends")
        await telephony.aclose()
        await record.aclose()
        ctx.shutdown("no caller")
        return
    line = process.ready.business().line_for(describe(participant).called)
    if line is None:
        logger.warning("no line answers the dialled number; the call is refused")
        await telephony.delete_room(ctx.room.name)
        await telephony.aclose()
        await record.aclose()
        ctx.shutdown("number not served")
        return
    audio = process.audio_of(line)
    call = Call.start(
        ctx.room,
        telephony=telephony,
        record=record,
        phrases=line.phrases,
        audio=audio,
        line=line.name,
        country=line.directory.country,
        on_spoken=_log_spoken,
    )
    ctx.log_context_fields |= {"call_id": call.call_id, "line": line.name}
    provider = Provider(line.openai, process.options.openai_key, record)
    keypad = KeypadMenu(line.directory, menus=line.menus, debounce=line.debounce, keys=keys)
    process.ending = asyncio.create_task(_end_with_call(ctx, call, keypad, provider))
    today = asyncio.create_task(_directory_today(record, line))
    pipeline = await pipeline_for(line, provider)
    tools, directory, talk = [], line.directory, None
    if pipeline is not Pipeline.STANDBY:
        directory = await today
        tools.append(TransferCallToolset(directory))
    elif (talk := conversation_for(line, audio, process.ready.recognizer)) is not None:
        tools.append(talk.toolset)
    if tools:
        listen_to(participant, ctx.room)

    def language() -> str:
        return call.language or line.language

    services = partial(
        services_for,
        line,
        provider,
        directory=directory,
        language=language,
        recognizer=process.ready.recognizer,
        on_rule=partial(_give_up, call, keypad),
    )
    session = (
        talk.session
        if talk is not None
        else session_for(line, pipeline, provider, language=language, services=services)
    )
    call.attach(session)
    agent = ReceptionistAgent(
        line, greet=lambda: greet(), tools=tools, caller=describe(participant).number
    )
    if pipeline is Pipeline.REALTIME:
        watch_realtime(
            session,
            call,
            agent,
            provider.breaker,
            language=language,
            services=services,
            tools=lambda: [TransferCallToolset(directory)],
        )

    def greet() -> None:
        keypad.serve(call, session, today=today)
        if talk is not None:
            talk.join(call, keypad, agent, today)
        if pipeline is Pipeline.STANDBY:
            keypad.lead([*greeting(line), *invitation(line)])
        else:
            process.greeting = asyncio.create_task(
                greet_in_passing(session, line, audio, _log_spoken)
            )
        supervise(session, call, line, keypad=keypad, today=today)

    # The audio that this publishes is what makes the bridge answer: nothing slow comes before.
    await session.start(
        agent,
        room=ctx.room,
        room_options=room_options(pipeline, participant, ears=talk is not None),
        record=False,
        session_host=False,
    )


async def finish(ctx: JobContext) -> None:
    """Before the room is left: see a pending transfer to its end, and leave nobody behind."""
    if (call := Call.of(ctx.room)) is not None:
        await call.aclose()


async def _caller(room: rtc.Room) -> rtc.RemoteParticipant | None:
    """The room's SIP participant: as soon as he is known, not only once his media flows."""
    joined = asyncio.Event()

    def look_again(_: object) -> None:
        joined.set()

    room.on("participant_connected", look_again)
    room.on("disconnected", look_again)
    try:
        async with asyncio.timeout(CALLER_SECONDS):
            while (caller := find_caller(room)) is None and room.isconnected():
                joined.clear()
                await joined.wait()
        return caller
    except TimeoutError:
        return None
    finally:
        room.off("participant_connected", look_again)
        room.off("disconnected", look_again)


async def _directory_today(record: SqlRecord, line: Line) -> Directory:
    """The line's directory with today's exceptions."""
    overrides = await record.overrides(line.name, datetime.now(UTC))
    today, gone = with_exceptions(line.directory, overrides)
    for override in gone:
        # Written before the file was changed.
        logger.error(
            "an exception for today is left out: its destination is in the business file no more",
            extra={"pii_destination": override.destination},
        )
    return today


def _give_up(call: Call, keypad: KeypadMenu, reply: Reply) -> None:
    """Leave a caller whom rules do not understand to his keys."""
    if isinstance(reply, GiveUp | Goodbye):
        call.voice.keep_floor()
        keypad.lead(reply.sentences)


async def _end_with_call(
    ctx: JobContext, call: Call, keypad: KeypadMenu, provider: Provider
) -> None:
    await call.wait_ended()
    keypad.close()
    await provider.aclose()
    ctx.shutdown("the call is over")


def _log_spoken(text: str) -> None:
    logger.info("spoke", extra={"pii_text": text})
