"""``python -m lab.call``: a call that you make yourself, in this terminal.

Your keys are the telephone's keys; a sentence that you write after s is spoken into it. What the
receptionist says is printed, and heard where this machine has a sound device. h hangs up; Ctrl-C
ends everything at any time.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import shlex
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from lab.audio import RATE, silence
from lab.business import receptionist
from lab.call_keys import HangUp, Press, Say, Typing
from lab.call_lines import line_of
from lab.demo_business import demo_file
from lab.demo_calls import CALLER, DESK, RECEPTIONIST, SALES, speech
from lab.ladder import words_step
from lab.live_ladder import LiveLadder
from lab.page.attempts import attempts_since
from lab.page.gather import gather
from lab.page.render import render
from lab.phones import Caller, Human, who_is
from lab.processes import LabError
from lab.sounds import spoken
from lab.speaker import Speaker, find_player
from lab.stack import Stack
from lab.terminal import Keys

if TYPE_CHECKING:
    from lab.audio import Samples

_LANES = (CALLER, RECEPTIONIST, SALES, DESK)
_BEGUN = ("CALL_RINGING", "CALL_PROGRESS", "CALL_ESTABLISHED")
_GREETING = "Front desk, this is Alan. You are through. Hang up whenever you like."
_INVITATION = """
You are calling Acme Dental. Press 0 to 9, * and # as on a telephone, also while it speaks.
The front desk (0) answers, sales (1) is busy, billing (2) is closed. {sound}
s, a sentence and Enter: your telephone says it. h hangs up, Ctrl-C as well.
"""
_HEARD = "You hear it, if your loudspeaker is on."
_READ = "This machine\nhas no sound device: you read what is said."


async def _call(stack: Stack, player: tuple[str, ...]) -> Path | None:
    """Make the call; the path of its page, None when nobody answered."""
    greeting = speech(_GREETING, "awb")
    async with (
        Human(stack, "desk", answers_after=1.5, says=greeting.samples) as desk,
        Human(stack, "sales", answers_after=1.0, busy=True) as sales,
        Caller(stack) as caller,
    ):
        print("starting the receptionist …", flush=True)
        with receptionist(stack, demo_file(stack, desk, sales)) as worker:
            print(_INVITATION.format(sound=_HEARD if player else _READ), flush=True)
            since = time.time()
            name = who_is(stack, {CALLER: caller, SALES: sales, DESK: desk})
            width = shutil.get_terminal_size().columns
            ladder = LiveLadder(
                stack.capture,
                _LANES,
                name,
                log=worker.process.log,
                write=lambda line: print(line, flush=True),
                line=functools.partial(line_of, width=width),
            )
            showing = asyncio.create_task(ladder.run())
            playing = asyncio.create_task(_play(player, caller))
            desk_says = asyncio.create_task(_desk_says(desk, ladder, greeting.text))
            try:
                await _talk(caller, ladder)
            finally:
                # A worker whose call is up would wait for its end.
                with contextlib.suppress(LabError):
                    await caller.hang_up()
                for task in (playing, desk_says):
                    task.cancel()
                await asyncio.wait([playing, desk_says])
            await ladder.finish(showing)
            dialogs = [one for one in stack.capture.dialogs() if one.invite.at >= since]
            if not dialogs or dialogs[0].answer is None:
                return None
            attempts = await attempts_since(stack.folder / "state", since)
            facts = gather(
                "Your own call",
                [who for who in _LANES if who in _taking_part(ladder)],
                ladder.steps,
                dialogs,
                name,
                attempts=attempts,
                notes=[],
                succeeded=None,
            )
    page = Path(tempfile.mkdtemp(prefix="livekit-transfer-call-")) / "call.html"
    page.write_text(render(facts), encoding="utf-8")
    return page


async def _talk(caller: Caller, ladder: LiveLadder) -> None:
    """Dial, and do what is typed until the call is over, for whatever reason."""
    with Keys() as keys:
        await caller.dial()
        doing = asyncio.create_task(_do(caller, ladder, keys))
        over = asyncio.create_task(_over(caller))
        try:
            await asyncio.wait([doing, over], return_when=asyncio.FIRST_COMPLETED)
            if doing.done():
                doing.result()
            await over
        finally:
            doing.cancel()
            over.cancel()


async def _do(caller: Caller, ladder: LiveLadder, keys: Keys) -> None:
    """Press, say, and in the end hang up."""
    typing = Typing()
    saying = asyncio.create_task(asyncio.sleep(0))
    try:
        while True:
            wanted = typing.feed(await keys.next())
            print(typing.echo, end="", flush=True)
            match wanted:
                case Press(key):
                    # The call may end just as a key is pressed.
                    with contextlib.suppress(LabError):
                        await caller.press(key)
                case Say(text):
                    voice = await asyncio.to_thread(spoken, text, voice="rms")
                    ladder.add(words_step(time.time(), CALLER, text))
                    saying.cancel()
                    saying = asyncio.create_task(_say(caller, voice))
                case HangUp():
                    await caller.hang_up()
                    return
    finally:
        saying.cancel()


async def _say(caller: Caller, voice: Samples) -> None:
    with contextlib.suppress(LabError):
        await caller.say(voice)
        await asyncio.sleep(len(voice) / RATE)
        # Else it would be said again at the beginning of the next call.
        await caller.say(silence(0.1))


async def _over(caller: Caller) -> None:
    """Wait until none of his calls is up any more."""

    def over() -> bool:
        begun = {event.call for event in caller.events if event.kind in _BEGUN}
        ended = {event.call for event in caller.events if event.kind == "CALL_CLOSED"}
        return begun <= ended

    await caller.until(over)


async def _play(player: tuple[str, ...], caller: Caller) -> None:
    if not player:
        return
    try:
        await Speaker(player, caller.heard).run()
    except OSError:
        print(f"({player[0]} does not play; read on)", flush=True)


async def _desk_says(desk: Human, ladder: LiveLadder, text: str) -> None:
    """Show the words of the front desk each time it has picked up."""
    since = 0.0
    while True:
        answered = await desk.wait_for("CALL_ESTABLISHED", float("inf"), since=since)
        ladder.add(words_step(answered.at + 0.4, DESK, text))
        since = answered.at + 0.001


def _taking_part(ladder: LiveLadder) -> set[str]:
    return {who for step in ladder.steps for who in (step.source, step.target)}


def main(arguments: list[str]) -> int:
    """Make one call.

    Returns:
        The exit code: 0 when it was made or stopped, 1 when it could not be, 2 for arguments
        that do not exist.
    """
    parser = argparse.ArgumentParser(prog="python -m lab.call", description=__doc__)
    parser.add_argument(
        "--player",
        metavar="COMMAND",
        type=lambda text: tuple(shlex.split(text)),
        help="plays raw sound (mono, 16 bit, 8000 per second) from its input; default pacat or"
        " aplay where there is a sound device",
    )
    player = parser.parse_args(arguments).player
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        print("starting livekit-server, livekit-sip and the phones …", flush=True)
        with Stack() as stack:
            page = asyncio.run(_call(stack, find_player() if player is None else player))
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; nothing is left")
        return 0
    print(f"\nThe call is over. As a page: {page}" if page else "\nThe call was not answered.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
