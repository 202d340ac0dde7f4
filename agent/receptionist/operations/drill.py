"""A drill: every address is called, and whoever answers presses 1."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import aiohttp
from google.protobuf.duration_pb2 import Duration
from livekit import api, rtc

from transfer_call.transfer.outcome import Outcome
from transfer_call.transfer.sip_status import sip_status
from transfer_call.voice.sound import RATE

from .livekit import LiveKitError, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transfer_call.voice.rendering import PhraseAudio

    from ..settings import Settings
    from .dial_plan import Dial
    from .livekit import LiveKit

RINGING_SECONDS = 30
"""How long each telephone rings."""
TIMES = 3
"""How often who answers is asked."""
WAIT_SECONDS = 6.0
"""For a key, after each time."""
CONFIRMS = 1
"""The key."""
_IDENTITY = "receptionist-drill"

_TRANSPORTS = {
    "tcp": api.SIPTransport.SIP_TRANSPORT_TCP,
    "tls": api.SIPTransport.SIP_TRANSPORT_TLS,
}


class Answer(StrEnum):
    """What became of one call."""

    CONFIRMED = "confirmed"
    ANSWERED = "answered"
    """Nobody pressed the key: a machine, or somebody who did not understand."""
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    NOT_CALLED = "not_called"
    """LiveKit or the trunk refused."""


@dataclass(frozen=True, slots=True)
class Result:
    """One call of a drill.

    Attributes:
        sip_status: Of a call that failed.
        detail: Why it was not made, or ``""``.
    """

    dial: Dial
    answer: Answer
    sip_status: int | None = None
    detail: str = ""


async def drill(
    server: LiveKit, settings: Settings, dial: Dial, audio: PhraseAudio, words: Sequence[str]
) -> Result:
    """Call one address, ask, and hang up.

    Raises:
        LiveKitError: The server cannot be reached.
    """
    name = f"receptionist-drill-{uuid.uuid4().hex[:8]}"
    room = rtc.Room()
    source = rtc.AudioSource(RATE, 1)
    try:
        keys: asyncio.Queue[int] = asyncio.Queue()
        room.on("sip_dtmf_received", lambda event: keys.put_nowait(event.code))
        async with said("the drill's room cannot be joined"):
            try:
                await room.connect(settings.livekit_url, _token(settings, name))
            except rtc.ConnectError as error:
                raise LiveKitError("the drill's room cannot be joined") from error
        track = rtc.LocalAudioTrack.create_audio_track("drill", source)
        await room.local_participant.publish_track(track)
        not_answered = await _ring(server, dial, name)
        if not_answered is not None:
            return not_answered
        confirmed = await _ask(source, audio, words, dial.line.language, keys)
        return Result(dial, Answer.CONFIRMED if confirmed else Answer.ANSWERED)
    finally:
        # In this order: the SDK complains about rooms that end by themselves.
        await source.aclose()
        await room.disconnect()
        async with said("the drill's room cannot be deleted"):
            await server.client.room.delete_room(api.DeleteRoomRequest(room=name))


async def _ring(server: LiveKit, dial: Dial, room: str) -> Result | None:
    """Call and wait for an answer; a result when there is none."""
    request = api.CreateSIPParticipantRequest(
        sip_trunk_id=dial.trunk_id,
        sip_call_to=dial.call_to,
        room_name=room,
        participant_identity="called",
        ringing_timeout=Duration(seconds=RINGING_SECONDS),
        wait_until_answered=True,
    )
    if dial.host:
        request.trunk.hostname = dial.host
        if dial.transport:
            request.trunk.transport = _TRANSPORTS[dial.transport]
        own = dial.line.numbers
        request.sip_number = own[0] if own else "receptionist"
    try:
        await server.client.sip.create_sip_participant(request)
    except api.ServerError as error:
        return failed(dial, error)
    except (aiohttp.ClientError, TimeoutError):
        return Result(dial, Answer.NO_ANSWER, detail="LiveKit does not say what happened")
    return None


def failed(dial: Dial, error: api.ServerError) -> Result:
    """What an error of the API says about a call."""
    code = error.metadata.get("sip_status_code", "")
    if not code.isdecimal():
        if error.status == 408:
            return Result(dial, Answer.NO_ANSWER)
        return Result(dial, Answer.NOT_CALLED, detail=error.code or "")
    row = sip_status(int(code))
    outcome = row.outcome if row is not None else Outcome.UNREACHABLE
    return Result(dial, _ANSWERS.get(outcome, Answer.UNREACHABLE), int(code))


_ANSWERS = {
    Outcome.BUSY: Answer.BUSY,
    Outcome.NO_ANSWER: Answer.NO_ANSWER,
    Outcome.DECLINED: Answer.DECLINED,
}


async def _ask(
    source: rtc.AudioSource,
    audio: PhraseAudio,
    words: Sequence[str],
    language: str,
    keys: asyncio.Queue[int],
) -> bool:
    """Say what it is about until the key is pressed; whether it was."""
    for _ in range(TIMES):
        speaking = asyncio.create_task(_speak(source, audio, words, language))
        try:
            if await _pressed(keys, speaking):
                return True
        finally:
            speaking.cancel()
            await asyncio.gather(speaking, return_exceptions=True)
            source.clear_queue()
    return False


async def _pressed(keys: asyncio.Queue[int], speaking: asyncio.Task[None]) -> bool:
    """Whether the key comes while it is spoken or soon after."""
    key = asyncio.create_task(keys.get())
    try:
        await asyncio.wait({key, speaking}, return_when=asyncio.FIRST_COMPLETED)
        if not key.done():
            await asyncio.wait({key}, timeout=WAIT_SECONDS)
        return key.done() and key.result() == CONFIRMS
    finally:
        key.cancel()


async def _speak(
    source: rtc.AudioSource, audio: PhraseAudio, words: Sequence[str], language: str
) -> None:
    frames = await audio.frames(words, language)
    if frames is None:
        return
    async for frame in frames:
        await source.capture_frame(frame)
    await source.wait_for_playout()


def _token(settings: Settings, room: str) -> str:
    secret = settings.livekit_api_secret.get_secret_value()
    return (
        api.AccessToken(settings.livekit_api_key, secret)
        .with_identity(_IDENTITY)
        .with_ttl(timedelta(minutes=10))
        .with_grants(api.VideoGrants(room_join=True, room=room))
        .to_jwt()
    )
