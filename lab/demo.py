"""``python -m lab.demo [a|b]``: real phone calls through a real server, for everyone to see.

(a) The caller presses 0 in the middle of the greeting and talks with the front desk.
(b) Sales is busy: the caller hears so, presses 0, and talks with the front desk.

The exit code is 0 only if, in each call, either phone received the other's voice after the
transfer; both carry a tone by which the recordings are measured.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lab.audio import Audio, silence, tone
from lab.business import business_file, receptionist
from lab.capture import is_request
from lab.live_ladder import LiveLadder
from lab.phones import Caller, Human, who_is
from lab.processes import LabError
from lab.sounds import spoken
from lab.stack import Stack

if TYPE_CHECKING:
    from lab.audio import Samples
    from lab.sip_message import SipMessage

CALLER_TONE, DESK_TONE = 620.0, 880.0
_TONE_SECONDS, _ENOUGH_SECONDS = 1.5, 1.0
_TALK_SECONDS = 5.0
_LISTENS_SECONDS = 5.0
"""How long a caller listens to bad news before he presses a key."""

TITLES = {
    "a": "Call a: the caller presses 0 in the middle of the greeting",
    "b": "Call b: sales is busy, so the caller asks for the front desk",
}


@dataclass(frozen=True)
class Scene:
    """Who takes part in a call."""

    stack: Stack
    caller: Caller
    desk: Human
    sales: Human
    question: Samples
    """What the caller says when he is through."""

    async def on_wire(self, method: str, since: float, status: int | None = None) -> SipMessage:
        """A request of this method, or a NOTIFY that reports this status, after a time."""
        return await self.stack.capture.wait_for(
            lambda m: is_request(method)(m) and m.at > since and status in (None, m.reported), 30
        )

    async def heard_by_caller(self) -> Audio:
        """What the receptionist has sent him so far."""
        await self.stack.capture.caught_up()
        return self.stack.capture.dialogs(to_user=self.stack.line.number)[-1].heard()

    async def greeted(self) -> None:
        """Call, and listen to the beginning of the greeting."""
        answered = await self.caller.dial()
        async with asyncio.timeout(10):
            while (await self.heard_by_caller()).first_audible(after=answered.at) is None:
                pass
        await asyncio.sleep(1.5)


async def press_0_while_greeted(scene: Scene) -> list[str]:
    """Call a. Returns what is worth telling."""
    await scene.greeted()
    pressed = time.time()
    await scene.caller.press("0")
    await _talk(scene)
    refer = await scene.on_wire("REFER", pressed)
    return [f"asked to transfer {refer.at - pressed:.1f} s after the key, announcement included"]


async def sales_is_busy(scene: Scene) -> list[str]:
    """Call b. Returns what is worth telling."""
    await scene.greeted()
    pressed = time.time()
    await scene.caller.press("1")
    busy = await scene.on_wire("NOTIFY", pressed, 486)
    await asyncio.sleep(_LISTENS_SECONDS)
    told = (await scene.heard_by_caller()).without_tone().after(busy.at).audible(pause=0.2)
    if not told:
        raise LabError("Sales was busy, and the caller heard nothing about it.")
    await scene.caller.press("0")
    await _talk(scene, since=time.time())
    seconds = sum(span.seconds for span in told)
    return [f"told {told[0].start - busy.at:.1f} s after sales refused, for {seconds:.1f} s"]


async def _talk(scene: Scene, since: float = 0.0) -> None:
    """Wait until the two are through to each other, and let them talk."""
    through = await scene.caller.transferred(30, since=since)
    await scene.caller.say(scene.question)
    await asyncio.sleep(_TALK_SECONDS)
    await scene.caller.hang_up()
    await scene.desk.wait_for("CALL_CLOSED", 10, since=through.at)


CALLS = {"a": press_0_while_greeted, "b": sales_is_busy}


def _voice(text: str, hertz: float) -> Samples:
    """The tone that tells whose phone it is, a sentence, and again."""
    once = np.concatenate([tone(hertz, _TONE_SECONDS), silence(0.3), spoken(text), silence(0.7)])
    return np.tile(once, 5)


async def _play(which: str, scene: Scene, log: Path, folder: Path) -> bool:
    """Make one call, print its ladder and what came of it; whether all was well."""
    print(f"\n{TITLES[which]}\n", flush=True)
    lanes = ["caller", "receptionist", *(["sales"] if which == "b" else []), "front desk"]
    phones = {"caller": scene.caller, "front desk": scene.desk, "sales": scene.sales}
    ladder = LiveLadder(scene.stack.capture, lanes, who_is(scene.stack, phones), log=log)
    drawing = asyncio.create_task(ladder.run())
    facts, failure = [], ""
    try:
        facts = await CALLS[which](scene)
    except (LabError, TimeoutError) as error:
        failure = str(error) or "It took too long."
    await ladder.finish(drawing)
    reports = [m.reported for m in scene.stack.capture.messages() if m.reported]
    print()
    for line in (*facts, *failure.splitlines()):
        print(f"  {line}")
    print(f"  the last NOTIFY reported {reports[-1] if reports else 'nothing'}")
    return not failure


def _measure(which: str, caller: list[Path], desk: list[Path], folder: Path) -> bool:
    """Keep the recordings of a call and measure them; whether both heard each other."""
    _keep(caller[:1], folder / f"{which}-caller-hears-receptionist.wav")
    caller_got = _keep(caller[1:], folder / f"{which}-caller-hears-front-desk.wav")
    desk_got = _keep(desk, folder / f"{which}-front-desk-hears-caller.wav")
    caller_heard = caller_got.tone_seconds(DESK_TONE) if caller_got else 0.0
    desk_heard = desk_got.tone_seconds(CALLER_TONE) if desk_got else 0.0
    talked = min(caller_heard, desk_heard) >= _ENOUGH_SECONDS
    print(f"  call {which}: after the transfer the caller heard the front desk's tone for", end=" ")
    print(f"{caller_heard:.1f} s, the front desk the caller's for {desk_heard:.1f} s:", end=" ")
    print("they talked" if talked else "they did NOT talk", flush=True)
    return talked


def _keep(recordings: list[Path], path: Path) -> Audio | None:
    """Leave the recording where people find it."""
    if not recordings:
        return None
    shutil.copy(recordings[0], path)
    return Audio.read(path)


async def _demo(stack: Stack, calls: list[str], folder: Path) -> bool:
    answer = _voice("Front desk, Maria speaking. How can I help?", DESK_TONE)
    question = _voice("Hello, I have a question about my appointment.", CALLER_TONE)
    well = True
    async with (
        Human(stack, "desk", answers_after=1.0, says=answer) as desk,
        Human(stack, "sales", answers_after=0.5, busy=True) as sales,
    ):
        file = business_file(stack.line.number, stack.host, front_desk=desk.uri, sales=sales.uri)
        print("starting the receptionist …", flush=True)
        with receptionist(stack, file) as worker:
            for which in calls:
                known = len(desk.heard())
                async with Caller(stack) as caller:
                    scene = Scene(stack, caller, desk, sales, question)
                    went_well = await _play(which, scene, worker.process.log, folder)
                talked = _measure(which, caller.heard(), desk.heard()[known:], folder)
                well = well and went_well and talked
    return well


def main(arguments: list[str]) -> int:
    """Run the named call, or both.

    Returns:
        The exit code: 0 when they talked, 1 when they did not, 2 for a call that is not there.
    """
    if any(argument not in CALLS for argument in arguments):
        print(f"usage: python -m lab.demo [{'|'.join(CALLS)}]", file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix="livekit-transfer-call-demo-"))
    try:
        print("starting livekit-server, livekit-sip and the phones …", flush=True)
        with Stack() as stack:
            try:
                well = asyncio.run(_demo(stack, arguments or list(CALLS), folder))
            finally:
                shutil.copy(stack.capture.path, folder)
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped")
        return 130
    print(f"\nWhat each phone heard, and what was on the wire: {folder}")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
