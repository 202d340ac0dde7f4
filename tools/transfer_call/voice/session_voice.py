"""Speaking fixed words to the caller through an AgentSession, and keeping others quiet.

The words of a transfer are never the LLM's: they are known before, they end when they end, and
nothing else may be said over them or after a REFER is out.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from livekit.agents.types import NOT_GIVEN

from .models_in_use import uses

if TYPE_CHECKING:
    from livekit import rtc
    from livekit.agents import AgentSession
    from livekit.agents.voice import SpeechHandle
    from livekit.agents.voice.events import SpeechCreatedEvent

logger = logging.getLogger("transfer_call")

SECONDS_PER_CHARACTER = 0.12
"""An upper bound of how long a voice takes; ordinary speech is near 0.07."""
START_SECONDS = 4.0
"""How long a voice may take before its first sound."""
FLIGHT_SECONDS = 0.2
"""How long the last sample is taken to travel, through server, jitter buffers and codecs, after it
was played here. Without a network in between it was seen to take 0.09; a REFER must not overtake
it, for the ringing tone then takes the place of the last word."""
HUSH_SECONDS = 0.01
"""How long words may go on once a transfer has the floor: stopping them costs the event loop and
the media server milliseconds that a REFER without words of its own would have to wait for."""


class Spoken(StrEnum):
    """How some words ended."""

    PLAYED = "played"
    HUNG = "hung"
    FAILED = "failed"
    STOPPED = "stopped"


class Audio(Protocol):
    """Where pre-rendered words come from."""

    async def frames(
        self, sentences: Sequence[str], language: str, *, partial: bool = False
    ) -> AsyncIterator[rtc.AudioFrame] | None:
        """Audio of the sentences one after the other, or ``None`` when it cannot be had.

        With `partial` some of them are better than none: nobody else could say them.
        """
        ...


class Speech:
    """Words of ours that are being played, or could not be.

    Attributes:
        text: What the caller is being told; ``""`` when there are no words or no voice.
    """

    def __init__(self, text: str, handle: SpeechHandle | None) -> None:
        self.text = text if handle is not None else ""
        self._wanted = bool(text)
        self._handle = handle

    async def ended(self) -> Spoken:
        """Wait for the end of the words.

        Returns:
            `Spoken.PLAYED` when the last sample is out, `Spoken.STOPPED` when they were
            stopped, `Spoken.HUNG` when the voice took longer than `longest` allows,
            `Spoken.FAILED` when there is no voice.
        """
        if not self._wanted:
            return Spoken.PLAYED
        if (handle := self._handle) is None:
            return Spoken.FAILED
        try:
            await asyncio.wait_for(_done(handle), longest(self.text))
        except TimeoutError:
            logger.warning("the voice did not end in time; going on without it")
            handle.interrupt(force=True)
            return Spoken.HUNG
        if handle.interrupted:
            return Spoken.STOPPED
        return Spoken.FAILED if handle.exception() is not None else Spoken.PLAYED


def longest(text: str) -> float:
    """Seconds that saying `text` may take before the voice counts as hung."""
    return START_SECONDS + SECONDS_PER_CHARACTER * len(text)


class SessionVoice:
    """The engine's mouth on one call.

    `attach` gives it the session; before that, and after the session has closed, everything is
    `Spoken.FAILED`, which the engine takes as "go on without words".
    """

    def __init__(
        self, audio: Audio | None = None, *, on_spoken: Callable[[str], None] | None = None
    ) -> None:
        self._audio = audio
        self._on_spoken = on_spoken
        self._session: AgentSession[Any] | None = None
        self._ours: SpeechHandle | None = None
        self._starting = False
        self._exclusive = False
        self._kept = False
        self._hushing: asyncio.TimerHandle | None = None
        self._hush_force = True

    def attach(self, session: AgentSession[Any]) -> None:
        """Speak through `session` from now on."""
        if session is self._session:
            return
        self.detach()
        self._session = session
        session.on("speech_created", self._on_speech_created)
        # The default feeds the STT silence while words are played that cannot be interrupted:
        # a caller's "wait" during the announcement would never be heard.
        session.options.interruption["discard_audio_if_uninterruptible"] = False

    def detach(self) -> None:
        """Stop using the session."""
        self._hush_due()
        if self._session is not None:
            self._session.off("speech_created", self._on_speech_created)
            self._session = None

    @property
    def speaking(self) -> bool:
        """Whether words of ours are being played."""
        return self._ours is not None and not self._ours.done()

    def take_floor(self, *, in_tool: bool) -> None:
        """Stop what the agent says or is about to say; from now on only our words are heard.

        What is being said stops within `HUSH_SECONDS`, or as our first word begins.

        Args:
            in_tool: Whether a tool of the agent waits for us. Its turn must go on, or its
                result would never be answered.
        """
        self._exclusive = True
        self._hush_due()
        self._hush_force = not in_tool
        self._hushing = asyncio.get_running_loop().call_later(HUSH_SECONDS, self._hush_due)

    def keep_floor(self) -> None:
        """Let the agent never speak again: it has failed, and fixed words take its place."""
        self._kept = self._exclusive = True
        self.hush()

    def give_floor(self) -> None:
        """Let the agent speak again, unless it has failed."""
        self._hush_due()
        self._exclusive = self._kept

    def hush(self, *, force: bool = True) -> None:
        """Stop every sentence now; with `force` also one that cannot be interrupted."""
        if self._hushing is not None:
            self._hushing.cancel()
            self._hushing = None
        if self._session is not None:
            # RuntimeError: nothing is being said, or only what may not be interrupted.
            with contextlib.suppress(RuntimeError):
                _swallow(self._session.interrupt(force=force))

    def _hush_due(self) -> None:
        """Stop now what is about to be stopped."""
        if self._hushing is not None:
            self.hush(force=self._hush_force)

    def stop(self) -> None:
        """Stop all words about the transfer, and let the turn that stopped them be answered."""
        agents = self._session.current_speech if self._session is not None else None
        for handle in (self._ours, agents):
            if handle is None or handle.done():
                continue
            # The framework drops a turn of the caller's that meets words which may not be
            # interrupted, even when they already are.
            with contextlib.suppress(RuntimeError):
                handle.allow_interruptions = True
            handle.interrupt(force=True)

    async def begin(self, sentences: Sequence[str], language: str) -> Speech:
        """Start saying `sentences`; a caller's noise does not cut them.

        Returns:
            The running speech. Where there is no voice it has already failed.
        """
        text = " ".join(sentence for sentence in sentences if sentence)
        handle: SpeechHandle | None = None
        try:
            handle = await self._start(text, sentences, language) if text else None
        except Exception as error:
            logger.warning("the voice could not start", extra={"pii_error": repr(error)})
        if handle is not None and self._on_spoken is not None:
            self._on_spoken(text)
        return Speech(text, handle)

    async def say(self, sentences: Sequence[str], language: str) -> Spoken:
        """Say `sentences` to their end; see `begin` and `Speech.ended`."""
        return await (await self.begin(sentences, language)).ended()

    async def arrived(self) -> None:
        """Wait until what has just been played to its end is in the caller's ear."""
        if self._session is not None and self._session.output.audio is not None:
            await asyncio.sleep(FLIGHT_SECONDS)

    async def _start(
        self, text: str, sentences: Sequence[str], language: str
    ) -> SpeechHandle | None:
        frames = None
        if (session := self._session) is None:
            return None
        if self._audio is not None:
            frames = await self._audio.frames(
                [sentence for sentence in sentences if sentence],
                language,
                # The voice of an agent that has failed may be what has failed.
                partial=self._kept or not uses(session, "tts"),
            )
        self._hush_due()
        self._starting = True
        try:
            self._ours = session.say(
                text,
                audio=frames if frames is not None else NOT_GIVEN,
                allow_interruptions=False,
            )
        finally:
            self._starting = False
        return self._ours

    def _on_speech_created(self, event: SpeechCreatedEvent) -> None:
        if self._exclusive and not self._starting:
            event.speech_handle.interrupt(force=True)


async def _done(handle: SpeechHandle) -> None:
    """Wait for the handle; unlike awaiting it, allowed in the tool that owns the turn."""
    if handle.done():
        return
    done = asyncio.Event()
    handle.add_done_callback(lambda _: done.set())
    await done.wait()


def _swallow(future: asyncio.Future[None]) -> None:
    future.add_done_callback(lambda done: done.cancelled() or done.exception())
