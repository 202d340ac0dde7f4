"""What happens in each call of the demo: people, their words, and what is to come of it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.audio import RATE, Audio, silence
from lab.capture import is_request
from lab.ladder import words_step
from lab.processes import LabError
from lab.sounds import spoken

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from lab.audio import Samples
    from lab.live_ladder import LiveLadder
    from lab.phones import Caller, Human
    from lab.sip_message import SipMessage
    from lab.stack import Stack

CALLER, RECEPTIONIST, DESK, SALES = "caller", "receptionist", "front desk", "sales"

_BREATH = 0.4
"""Seconds between what one says and what the other answers."""
_NOTHING = silence(0.1)
_LISTENS_SECONDS = 12.0
"""How long a caller listens at most before he does something."""
_QUIET_SECONDS = 1.0
"""After so much silence a caller takes it that all is said."""


@dataclass(frozen=True)
class Speech:
    """A sentence that a person of the demo says."""

    text: str
    samples: Samples

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE


def speech(text: str, voice: str) -> Speech:
    """A sentence in one of flite's voices, after a breath."""
    return Speech(text, np.concatenate([silence(_BREATH), spoken(text, voice=voice)]))


@dataclass(frozen=True)
class Talk:
    """What two people say once they are through to each other."""

    greeting: Speech
    question: Speech
    answer: Speech


def talks() -> dict[str, Talk]:
    """The conversations with those who can be reached."""
    return {
        DESK: Talk(
            speech("Front desk, this is Alan. How can I help?", "awb"),
            speech("Hello Alan. I would like to move my appointment to Friday.", "rms"),
            speech("No problem. Friday at ten is free.", "awb"),
        ),
        SALES: Talk(
            speech("Sales, good morning.", "kal16"),
            speech("Good morning. What does a toothbrush cost?", "rms"),
            speech("Four dollars, and the first one is free.", "kal16"),
        ),
    }


@dataclass(frozen=True)
class Scene:
    """Who takes part in a call."""

    stack: Stack
    ladder: LiveLadder
    caller: Caller
    humans: Mapping[str, Human]
    talks: Mapping[str, Talk]

    async def on_wire(self, method: str, since: float, status: int | None = None) -> SipMessage:
        """A request of this method, or a NOTIFY that reports this status, after a time."""
        return await self.stack.capture.wait_for(
            lambda m: is_request(method)(m) and m.at > since and status in (None, m.reported), 30
        )

    async def heard_by_caller(self) -> Audio:
        """What the receptionist has sent him so far."""
        await self.stack.capture.caught_up()
        dialog = self.stack.capture.dialogs(to_user=self.stack.line.number)[-1]
        return dialog.heard().without_tone()

    async def greeted(self) -> None:
        """Call, and listen to the beginning of the greeting."""
        answered = await self.caller.dial()
        async with asyncio.timeout(10):
            while (await self.heard_by_caller()).first_audible(after=answered.at) is None:
                pass
        await asyncio.sleep(1.5)

    async def told(self, since: float, what: str) -> float:
        """Listen to what the receptionist says until all is said.

        Args:
            since: From when on, in seconds since 1970.
            what: Why it is to say something, for the error.

        Returns:
            When it was first heard, in seconds since 1970.

        Raises:
            LabError: It said nothing.
        """
        deadline = time.time() + _LISTENS_SECONDS
        while True:
            heard = (await self.heard_by_caller()).after(since)
            spans = heard.audible(pause=0.2)
            quiet = spans and heard.end - spans[-1].end > _QUIET_SECONDS
            if quiet or time.time() > deadline:
                break
            await asyncio.sleep(0.1)
        if not spans:
            raise LabError(f"{what}, and the caller heard nothing about it.")
        return spans[0].start

    async def says(self, who: str, phone: Caller | Human, what: Speech) -> None:
        """Have someone say a sentence, and wait until it is said."""
        await phone.say(what.samples)
        self.ladder.add(words_step(time.time() + _BREATH, who, what.text))
        await asyncio.sleep(what.seconds)
        # Else it would be said again at the beginning of the next call.
        await phone.say(_NOTHING)

    async def talk_with(self, who: str, since: float = 0.0) -> None:
        """Wait until the caller is through to someone, and let the two talk."""
        human, talk = self.humans[who], self.talks[who]
        through = await self.caller.transferred(30, since=since)
        self.ladder.add(words_step(through.at + _BREATH, who, talk.greeting.text))
        await asyncio.sleep(talk.greeting.seconds)
        await self.says(CALLER, self.caller, talk.question)
        await self.says(who, human, talk.answer)
        await asyncio.sleep(_BREATH)
        await self.caller.hang_up()
        await human.wait_for("CALL_CLOSED", 10, since=through.at)
        await human.say(talk.greeting.samples)


async def press_0_while_greeted(scene: Scene) -> list[str]:
    """Call a. Returns what is worth telling."""
    await scene.greeted()
    pressed = time.time()
    await scene.caller.press("0")
    await scene.talk_with(DESK)
    refer = await scene.on_wire("REFER", pressed)
    return [f"the REFER went out {refer.at - pressed:.1f} s after the key, announcement included"]


async def sales_is_busy(scene: Scene) -> list[str]:
    """Call b. Returns what is worth telling."""
    await scene.greeted()
    pressed = time.time()
    await scene.caller.press("1")
    busy = await scene.on_wire("NOTIFY", pressed, 486)
    at = await scene.told(busy.at, "Sales was busy")
    await scene.caller.press("0")
    await scene.talk_with(DESK, since=time.time())
    return [f"the caller hears {at - busy.at:.1f} s after sales refused that it is busy"]


async def asks_for_sales(scene: Scene) -> list[str]:
    """Call c. Returns what is worth telling."""
    await scene.greeted()
    wish, yes = speech("I would like to talk to sales, please.", "rms"), speech("Yes.", "rms")
    await scene.says(CALLER, scene.caller, wish)
    asked = time.time()
    at = await scene.told(asked, "The caller asked for sales")
    await scene.says(CALLER, scene.caller, yes)
    said = time.time()
    await scene.talk_with(SALES, since=said)
    refer = await scene.on_wire("REFER", said)
    return [
        f"the receptionist asks back {at - asked:.1f} s after the caller's last word",
        f"the REFER went out {refer.at - said:.1f} s after his yes, announcement included",
    ]


async def billing_is_closed(scene: Scene) -> list[str]:
    """Call d. Returns what is worth telling."""
    await scene.greeted()
    pressed = time.time()
    await scene.caller.press("2")
    await scene.told(pressed, "Billing is closed")
    await scene.caller.hang_up()
    if any(is_request("REFER")(m) and m.at > pressed for m in scene.stack.capture.messages()):
        raise LabError("Billing is closed, and the caller was transferred all the same.")
    said = [s for s in scene.ladder.steps if s.kind == "words" and s.at > pressed]
    for words in said:
        if "They're back" in words.label:
            return [
                f"the caller hears when billing opens, {words.at - pressed:.1f} s after the key"
            ]
    heard = " ".join(words.label for words in said)
    raise LabError(f"The caller did not hear when billing opens, but: {heard}")


@dataclass(frozen=True)
class DemoCall:
    """One call.

    Attributes:
        title: What happens.
        lanes: Who takes part.
        play: Makes it; returns what is worth telling.
        talks_with: Whom the caller is to talk with in the end; empty for nobody.
        busy: Who refuses calls.
    """

    title: str
    lanes: tuple[str, ...]
    play: Callable[[Scene], Awaitable[list[str]]]
    talks_with: str = DESK
    busy: tuple[str, ...] = ()


CALLS = {
    "a": DemoCall(
        "The caller presses 0 in the middle of the greeting",
        (CALLER, RECEPTIONIST, DESK),
        press_0_while_greeted,
    ),
    "b": DemoCall(
        "Sales is busy, so the caller asks for the front desk",
        (CALLER, RECEPTIONIST, SALES, DESK),
        sales_is_busy,
        busy=(SALES,),
    ),
    "c": DemoCall(
        "The caller asks for sales in the middle of the greeting, confirms it, and is put through",
        (CALLER, RECEPTIONIST, SALES),
        asks_for_sales,
        talks_with=SALES,
    ),
    "d": DemoCall(
        "Billing is closed, and the caller hears when it opens",
        (CALLER, RECEPTIONIST),
        billing_is_closed,
        talks_with="",
    ),
}
