"""From the last word to the REFER, and from a busy signal to the first word after it.

Run with ``python -m bench.announcement``: 20 real calls to the receptionist, each announced and
then busy, read off the packets. Goals: 300 ms at most from the last audible sample of the
announcement to the REFER, never less than none, and 2 s from the NOTIFY to words.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from typing import NamedTuple

from bench import usage
from bench.table import table
from lab import sipp
from lab.business import receptionist
from lab.scenario import Script, referred
from lab.stack import Stack
from lab.track import Key, Track

CALLS = 20
KEY_AT = 1.5
"""Seconds from the answer to the key, in the middle of the greeting."""

FILE = """\
business: {{name: Acme Dental, country: US, numbers: ["{number}"]}}
greeting: Thanks for calling Acme Dental, where every tooth counts.
destinations:
  front-desk: {{to: "{to}", key: "0"}}
  # The ringing tone of the bridge would be taken for words.
  sales: {{to: "{to}", key: "1", play_dialtone: false}}
policy:
  sip_hosts: ["127.0.0.1"]
  rates: {{per_destination: 100000/minute, per_caller: 100000/minute}}
"""


class Times(NamedTuple):
    """Milliseconds of one call."""

    gap: float
    """Last audible sample of the announcement to the REFER."""
    told: float
    """NOTIFY 486 to the first audible sample of the words about it."""


async def one_call(stack: Stack) -> Times:
    """Be announced, be busy, hear so, hang up."""
    script = Script(track=Track((Key("1", at=KEY_AT),)), refers=(referred(486),), stays=4.0)
    dialog = await sipp.call(stack, script).ended(60)
    (refer,) = dialog.requests("REFER")
    busy = next(n for n in dialog.requests("NOTIFY") if n.reported == 486)
    heard = dialog.heard()
    # Also what would come after the REFER counts: a last word that it has overtaken.
    last_word = heard.last_audible(before=busy.at)
    first_word = heard.first_audible(after=busy.at)
    assert last_word is not None and first_word is not None, "nothing was heard"
    return Times(1000 * (refer.at - last_word), 1000 * (first_word - busy.at))


async def measure(calls: int, at_once: int) -> list[Times]:
    """Make the calls, some at a time."""
    with Stack(agent_name="receptionist") as stack:
        to = f"sip:desk@{stack.host}:{stack.ports.take()}"
        file = FILE.format(number=stack.line.number, to=to)
        with receptionist(stack, file) as worker:
            await asyncio.to_thread(usage.wait_quiet, worker.pids, 1000)
            room = asyncio.Semaphore(at_once)

            async def in_turn() -> Times:
                async with room:
                    return await one_call(stack)

            return await asyncio.gather(*(in_turn() for _ in range(calls)))


def report(times: list[Times]) -> str:
    """Median, least and most of each."""
    rows = [
        (what, *(f"{of(values):.0f}" for of in (statistics.median, min, max)))
        for what, values in (
            ("last word → REFER, ms", [each.gap for each in times]),
            ("NOTIFY 486 → first word, ms", [each.told for each in times]),
        )
    ]
    return table((f"of {len(times)} calls", "median", "least", "most"), rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--at-once", type=int, default=2)
    options = parser.parse_args()
    print(report(asyncio.run(measure(options.calls, options.at_once))))


if __name__ == "__main__":
    main()
