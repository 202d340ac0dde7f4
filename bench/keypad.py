"""From the key to the REFER on the wire: the receptionist beside the least handler there is.

Run with ``python -m bench.keypad``: both serve real calls on one LiveKit server and bridge, in
turn, and all times are read off the packets. Phones, bridge, server and workers share the
machine. Goals, in the median: 12 ms from the key to the REFER for one call, and a quarter of
the least handler's time with 10 live calls; 300 ms to the announcement, in 95 of 100 calls.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.sides import Side, Wave
from bench.table import NOTHING, quantile, spread, table
from lab.audio import Audio, tone
from lab.business import receptionist
from lab.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lab.rooms import Line

ROOT = Path(__file__).parents[1]
BARE_WORKER = ROOT / "lab" / "bare_worker.py"
BARE_HERTZ = 300.0
"""What the least handler plays."""
GREETING_HERTZ, ANNOUNCEMENT_HERTZ = 500.0, 1500.0
"""Recordings in the place of words: what is heard can be told apart to 10 ms."""
GREETING_SECONDS, ANNOUNCEMENT_SECONDS = 15.0, 1.0
CALLS = 40
"""Of each worker, half of them with either key: 20 make a median and a 95th percentile."""

FILE = """\
business: {{name: Acme Dental, country: US, numbers: ["{number}"]}}
greeting: Thanks for calling Acme Dental.
destinations:
  front-desk: {{to: "{to}", key: "0", announcement: "", play_dialtone: false}}
  sales:
    {{to: "{to}", key: "1", announcement: I'll put you through to sales., play_dialtone: false}}
recordings:
  Thanks for calling Acme Dental.: greeting.wav
  I'll put you through to sales.: announcement.wav
policy:
  sip_hosts: ["{host}"]
  rates: {{per_destination: 100000/minute}}
"""

ROWS = (
    # What, the field of a reading, the receptionist's keys, the least handler's.
    ("key → REFER, ms", "refer", "0", "0"),
    ("key → end of what was being said, ms", "silence", "01", "1"),
    ("key → first sound of the announcement, ms", "announced", "1", ""),
    ("end of the announcement → REFER, ms", "held", "1", ""),
    ("INVITE → 200, ms", "answer", "01", "01"),
    ("INVITE → first audible sound, ms", "audible", "01", "01"),
)


def report(live: int, sides: Sequence[Side]) -> str:
    """What was measured with so many live calls."""
    head = (f"{live} live, median / 95 %", *(side.name for side in sides), "calls")
    rows = []
    for what, kind, *keys in ROWS:
        values = [side.values(live, kind, keys[side.name == "bare"]) for side in sides]
        rows.append((what, *map(spread, values), str(len(values[0]))))
    for what, measured in (
        ("memory per live call, MB", [side.memory[live] for side in sides]),
        ("processor per call, s", [side.cpu[live] for side in sides]),
    ):
        medians = [f"{quantile(each, 0.5):.2f}" if each else NOTHING for each in measured]
        rows.append((what, *medians, str(live * len(measured[0]))))
    return table(head, rows)


def sides_of(stack: Stack, bare_line: Line) -> Iterator[Side]:
    """The workers; nothing runs yet."""
    # Nobody listens there: the scripted callers only say that they called it.
    to = f"sip:desk@{stack.host}:{stack.ports.take()}"
    Audio(tone(GREETING_HERTZ, GREETING_SECONDS)).write(stack.folder / "greeting.wav")
    Audio(tone(ANNOUNCEMENT_HERTZ, ANNOUNCEMENT_SECONDS)).write(stack.folder / "announcement.wav")
    worker = receptionist(
        stack,
        FILE.format(number=stack.line.number, to=to, host=stack.host),
        # The server offers nothing more to a worker that says it is full.
        env={"RECEPTIONIST_MAX_CALLS": "100"},
    )
    yield Side("receptionist", worker, stack.line, GREETING_HERTZ, ANNOUNCEMENT_HERTZ)
    worker = stack.worker(
        [sys.executable, "-m", "livekit.agents", "start", BARE_WORKER],
        env={"BARE_TRANSFER_TO": to, "PYTHONPATH": str(ROOT)},
        name="bare",
    )
    yield Side("bare", worker, bare_line, BARE_HERTZ)


async def measure(lives: Sequence[int], calls: int, names: str) -> None:
    """Serve all waves, and print."""
    with Stack(agent_name="receptionist") as stack, contextlib.ExitStack() as running:
        bare_line = await stack.rooms.add_line("bare")
        sides = [side for side in sides_of(stack, bare_line) if side.name[0] in names]
        for side in sides:
            # Alone, because processes of both would share the pages of the interpreter.
            with side.worker:
                print(f"{side.name}: {await side.idle():.0f} MB before any call", flush=True)
        for side in sides:
            running.enter_context(side.worker)
            await side.rest()
        for live in lives:
            for _ in range(max(1, round(calls / live))):
                for side in sides:
                    await side.serve(stack, Wave(live))
            print(f"\n{report(live, sides)}", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--live", type=int, nargs="+", default=[1, 5, 10], help="calls at once")
    parser.add_argument("--calls", type=int, default=CALLS, help="of each worker, for each --live")
    parser.add_argument("--quick", action="store_true", help="four calls, one at a time")
    parser.add_argument("--sides", default="rb", help="r: the receptionist, b: the bare handler")
    options = parser.parse_args()
    lives, calls = ([1], 4) if options.quick else (options.live, options.calls)
    asyncio.run(measure(lives, calls, options.sides))


if __name__ == "__main__":
    main()
