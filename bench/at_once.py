"""A key pressed at the very moment the LLM calls the tool: how many REFERs that makes.

Run with ``python -m bench.at_once``: 50 real calls of a voice agent, three at a time, the key
shifted over half a second around the tool call. Goal: one REFER each.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter

import numpy as np

from bench.table import table
from lab.stack import Stack
from tests.e2e.plays import TOOL_CALLED, at_once
from tests.e2e.stage import Played, Stage, voice_agent

CALLS = 50


async def measure(calls: int) -> list[Played]:
    """Make the calls."""
    with Stack() as stack, voice_agent(stack, "voice"):
        stage = Stage(stack, "voice")
        plays = [
            at_once("01"[index % 2], at)
            for index, at in enumerate(np.linspace(*TOOL_CALLED, calls))
        ]
        return await asyncio.gather(*(stage.begin(play) for play in plays))


def report(played: list[Played]) -> str:
    """How many calls had how many REFERs, and who was first."""
    refers = Counter(len(call.refers) for call in played)
    first = Counter(_first(call) for call in played)
    rows = [(f"{count} REFER", str(of)) for count, of in sorted(refers.items())]
    rows += [(f"{who} was first", str(of)) for who, of in sorted(first.items())]
    return table((f"of {len(played)} calls", ""), rows)


def _first(call: Played) -> str:
    wishes = call.facts("TransferRequested")
    if not wishes:
        return "neither"
    return "the tool" if wishes[0] == {"destination": "sales"} else "the key"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=CALLS)
    options = parser.parse_args()
    print(report(asyncio.run(measure(options.calls))))


if __name__ == "__main__":
    main()
