"""``python -m lab.demo [a|b|c|d]``: real phone calls through a real server, for everyone to see.

(a) The caller presses 0 in the middle of the greeting and talks with the front desk.
(b) Sales is busy: the caller hears so, presses 0, and talks with the front desk.
(c) The caller says that he wants sales, confirms it, and talks with sales.
(d) Billing is closed: the caller hears when it opens.

Each call is printed while it happens and kept as an HTML page. The exit code is 0 only if all
went so, and if what each of the two said is in the recording of the other's phone.
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

from lab.audio import Audio
from lab.business import receptionist
from lab.demo_business import demo_file
from lab.demo_calls import CALLER, CALLS, DESK, SALES, Scene, talks
from lab.live_ladder import LiveLadder
from lab.matching import seconds_of
from lab.page.attempts import attempts_since
from lab.page.gather import gather
from lab.page.render import render
from lab.phones import Caller, Human, who_is
from lab.processes import LabError
from lab.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lab.demo_calls import Speech, Talk
    from lab.worker import Worker

_ENOUGH = 0.5
"""Share of what one said that must be found in what the other heard."""


@dataclass(frozen=True)
class _Demo:
    """What all calls share."""

    stack: Stack
    worker: Worker
    humans: Mapping[str, Human]
    talks: Mapping[str, Talk]
    folder: Path

    async def play(self, which: str) -> bool:
        """Make one call, print its ladder and what came of it; whether all was well."""
        call = CALLS[which]
        print(f"\nCall {which}: {call.title}\n", flush=True)
        since = time.time()
        known = {who: len(human.heard()) for who, human in self.humans.items()}
        capture = self.stack.capture
        for who, human in self.humans.items():
            human.busy = who in call.busy
        async with Caller(self.stack) as caller:
            name = who_is(self.stack, {CALLER: caller, **self.humans})
            ladder = LiveLadder(capture, call.lanes, name, log=self.worker.process.log)
            drawing = asyncio.create_task(ladder.run())
            scene = Scene(self.stack, ladder, caller, self.humans, self.talks)
            notes, failure = [], ""
            try:
                notes = await call.play(scene)
            except (LabError, TimeoutError) as error:
                failure = str(error) or "It took too long."
            await ladder.finish(drawing)
        talked, measured = self._measure(which, caller, known)
        notes += [*measured, *failure.splitlines()]
        well = talked and not failure
        dialogs = [dialog for dialog in capture.dialogs() if dialog.invite.at >= since]
        print()
        for note in notes:
            print(f"  {note}")
        if not dialogs or dialogs[0].answer is None:
            return False
        facts = gather(
            f"Call {which}: {call.title}",
            call.lanes,
            ladder.steps,
            dialogs,
            name,
            attempts=await attempts_since(self.stack.folder / "state", since),
            notes=notes,
            succeeded=well,
        )
        page = self.folder / f"{which}.html"
        page.write_text(render(facts), encoding="utf-8")
        print(f"  as a page: {page}", flush=True)
        return well

    def _measure(
        self, which: str, caller: Caller, known: Mapping[str, int]
    ) -> tuple[bool, list[str]]:
        """Keep the recordings of a call and measure them; whether both heard each other."""
        recordings = caller.heard()
        self._keep(recordings[:1], f"{which}-caller-hears-receptionist.wav")
        who = CALLS[which].talks_with
        if not who:
            return True, []
        talk, file = self.talks[who], who.replace(" ", "-")
        caller_got = self._keep(recordings[1:], f"{which}-caller-hears-{file}.wav")
        human_got = self._keep(
            self.humans[who].heard()[known[who] :], f"{which}-{file}-hears-caller.wav"
        )
        by_caller, enough = _found((talk.greeting, talk.answer), caller_got)
        by_human, enough_there = _found((talk.question,), human_got)
        talked = enough and enough_there
        heard = f"{by_caller:.1f} s of words reached the caller, {by_human:.1f} s the other way:"
        heard += f" they {'talked' if talked else 'did NOT talk'}"
        return talked, [heard]

    def _keep(self, recordings: list[Path], name: str) -> Audio | None:
        """Leave the recording where people find it."""
        if not recordings:
            return None
        shutil.copy(recordings[0], self.folder / name)
        return Audio.read(recordings[0])


def _found(said: tuple[Speech, ...], heard: Audio | None) -> tuple[float, bool]:
    """Seconds of what was said that were heard, and whether they are enough of it."""
    if heard is None:
        return 0.0, False
    found = sum(seconds_of(one.samples, heard) for one in said)
    return found, found >= _ENOUGH * sum(one.seconds for one in said)


async def _demo(stack: Stack, calls: list[str], folder: Path) -> bool:
    said = talks()
    well = True
    async with (
        Human(stack, "desk", answers_after=1.0, says=said[DESK].greeting.samples) as desk,
        Human(stack, "sales", answers_after=0.5, says=said[SALES].greeting.samples) as sales,
    ):
        print("starting the receptionist …", flush=True)
        with receptionist(stack, demo_file(stack, desk, sales)) as worker:
            demo = _Demo(stack, worker, {DESK: desk, SALES: sales}, said, folder)
            for which in calls:
                well &= await demo.play(which)
    return well


def main(arguments: list[str]) -> int:
    """Run the named call, or all of them.

    Returns:
        The exit code: 0 when all went well, 1 when it did not, 2 for a call that is not there.
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
    print(f"\nThe pages, what each phone heard, and what was on the wire: {folder}")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
