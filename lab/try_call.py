"""``python -m lab.try_call --config FILE --press 1``: one real call to a business file.

Starts the servers, a receptionist for the file and a scripted telephone, which presses keys or
says a sentence and lets itself be transferred. Every step is printed while it happens. Nobody
outside this machine is called.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import textwrap
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lab import sipp
from lab.ladder import draw, draw_header, words_step
from lab.live_ladder import LiveLadder
from lab.page.attempts import attempts_since
from lab.processes import LabError
from lab.scenario import Refer, Script
from lab.sounds import spoken
from lab.stack import Stack
from lab.track import Key, Sound, Track
from receptionist.logs import mask_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.ladder import Step
    from lab.pcap import Address
    from lab.worker import Worker

_LANES = ("caller", "receptionist")
_BETWEEN_KEYS = 0.4
_THROUGH = ("connected", "handed_off")
_STATE = "state"
_WIDTH = 80


@dataclass(frozen=True)
class Wish:
    """What the caller does.

    Attributes:
        config: The business file.
        number: What he dials; ``""`` is a number of the lab.
        press: The keys he presses.
        say: What he says.
        after: Seconds from the answer until he does.
        patience: Seconds he waits to be put through.
        numbers: Whether telephone numbers are shown in full.
    """

    config: Path
    number: str = ""
    press: str = ""
    say: str = ""
    after: float = 1.0
    patience: float = 30.0
    numbers: bool = False

    @property
    def script(self) -> Script:
        """The same for SIPp."""
        keys = [
            Key(digit, self.after + place * _BETWEEN_KEYS) for place, digit in enumerate(self.press)
        ]
        said = [Sound(spoken(self.say), self.after)] if self.say else []
        return Script(
            refers=(Refer(),), track=Track((*said, *keys)), patience=self.patience, stays=5.0
        )


def make(wish: Wish) -> int:
    """Make the call.

    Returns:
        The exit code: 0 when the caller was put through, else 1.
    """
    with Stack(agent_name="receptionist", number=wish.number) as stack:
        print("starting the receptionist …", flush=True)
        worker = stack.worker(
            [Path(sys.executable).with_name("receptionist"), "start"],
            name="receptionist",
            env={
                "RECEPTIONIST_CONFIG": str(wish.config.absolute()),
                "RECEPTIONIST_STATE_DIR": str(stack.folder / _STATE),
                "RECEPTIONIST_HEALTH_HOST": "127.0.0.1",
                "RECEPTIONIST_HEALTH_PORT": "0",
                "RECEPTIONIST_LOG_PII": "1",
                **{name: os.environ[name] for name in _KEPT if name in os.environ},
            },
            timeout=180,
        )
        with worker:
            return asyncio.run(_call(stack, worker, wish))


_KEPT = ("RECEPTIONIST_CACHE_DIR",)


async def _call(stack: Stack, worker: Worker, wish: Wish) -> int:
    since = time.time()

    def name(address: Address) -> str:
        return _LANES[1] if address == stack.sip_address else _LANES[0]

    def line(step: Step, lanes: Sequence[str], answered_at: float) -> str:
        if not wish.numbers:
            step = replace(step, label=mask_numbers(step.label), detail=mask_numbers(step.detail))
        drawn = draw(step, lanes, answered_at)
        if step.kind != "words":
            return drawn
        indent = " " * (drawn.index("«") + 2)
        return "\n".join(textwrap.wrap(drawn, _WIDTH, subsequent_indent=indent))

    print(draw_header(_LANES))
    ladder = LiveLadder(stack.capture, _LANES, name, log=worker.process.log, line=line)
    drawing = asyncio.create_task(ladder.run())
    call = sipp.call(stack, wish.script)
    dialog = await call.ended(wish.patience + 60)
    if wish.say and dialog.answer is not None:
        ladder.add(words_step(dialog.answer.at + wish.after, _LANES[0], wish.say))
    await ladder.finish(drawing)
    made = await attempts_since(stack.folder / _STATE, since)
    print()
    for attempt in made:
        status = f" {attempt.sip_status}" if attempt.sip_status else ""
        print(f"{attempt.destination}: {attempt.outcome.replace('_', ' ')}{status}")
    if not made:
        print(f"Nobody was called within {wish.patience:g} s: no transfer was asked for.")
    return 0 if made and made[-1].outcome in _THROUGH else 1


def main(arguments: list[str]) -> int:
    """Make one call.

    Returns:
        The exit code: 0 when the caller was put through, 1 when not, or when the lab cannot run.
    """
    parser = argparse.ArgumentParser(prog="python -m lab.try_call", description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--number", default="")
    parser.add_argument("--press", default="")
    parser.add_argument("--say", default="")
    parser.add_argument("--after", type=float, default=1.0)
    parser.add_argument("--patience", type=float, default=30.0)
    parser.add_argument("--numbers", action="store_true")
    try:
        return make(Wish(**vars(parser.parse_args(arguments))))
    except LabError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
