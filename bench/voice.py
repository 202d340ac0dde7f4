"""The talking receptionist beside a minimal agent of the framework, on the same scripted services.

Run with ``python -m bench.voice``. Both serve real calls on one LiveKit server and bridge, in turn;
all times are read off the packets. Services answer after as long as those of providers do. Phones,
bridge, server, services and workers share the machine. Goals: first audio sooner, half the memory
per call, a third of the processor time, and 12 calls at once before it takes more than 250 ms
from the key to the REFER in 5 of 100 calls.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.table import NOTHING, quantile, spread, table
from bench.talking import (
    GREETING_HERTZ,
    GREETING_SECONDS,
    Talker,
    caller_says,
    services,
)
from lab.audio import Audio, tone
from lab.business import receptionist
from lab.openai.server import ScriptedOpenAI
from lab.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lab.rooms import Line

ROOT = Path(__file__).parents[1]
LIMIT = 250.0
"""Milliseconds from the key to the REFER, in 95 of 100 calls."""
CALLS = 12
"""Of each worker, for each number of live calls."""

FILE = """\
business: {{name: Acme Dental, country: US, numbers: ["{number}"]}}
greeting: Thanks for calling Acme Dental.
pipeline: {pipeline}
openai: {{base_url: "{url}"}}
destinations:
  front-desk: {{to: "{to}", key: "0", announcement: "", play_dialtone: false}}
recordings:
  Thanks for calling Acme Dental.: greeting.wav
policy:
  sip_hosts: ["{host}"]
  rates: {{per_destination: 100000/minute}}
"""

ROWS = (
    ("200 → first sound of the greeting, ms", "greeted"),
    ("caller's last sound → first sound of the reply, ms", "replied"),
    ("key → REFER while talking, ms", "refer"),
)


def report(live: int, talkers: Sequence[Talker]) -> str:
    """What was measured with so many live calls."""
    head = (f"{live} live, median / 95 %", *(one.name for one in talkers))
    rows = [(what, *(spread(one.values(live, kind)) for one in talkers)) for what, kind in ROWS]
    rows.append(
        (
            "calls put through",
            *(f"{len(one.values(live, 'refer'))} of {len(one.talked[live])}" for one in talkers),
        )
    )
    for what, measured in (
        ("memory per live call, MB", [one.memory[live] for one in talkers]),
        ("processor per call, s", [one.cpu[live] for one in talkers]),
    ):
        medians = [f"{quantile(each, 0.5):.2f}" if each else NOTHING for each in measured]
        rows.append((what, *medians))
    return table(head, rows)


def keeps_up(talker: Talker, live: int) -> bool:
    """Whether it puts everybody through, and in time, with so many live calls."""
    values = talker.values(live, "refer")
    return len(values) == len(talker.talked[live]) and quantile(values, 0.95) <= LIMIT


def talkers_of(stack: Stack, lines: Sequence[Line], url: str, pipeline: str) -> Iterator[Talker]:
    """The workers; nothing runs yet."""
    # Nobody listens there: the scripted callers only say that they called it.
    to = f"sip:desk@{stack.host}:{stack.ports.take()}"
    Audio(tone(GREETING_HERTZ, GREETING_SECONDS)).write(stack.folder / "greeting.wav")
    said = caller_says()
    file = FILE.format(number=stack.line.number, to=to, host=stack.host, url=url, pipeline=pipeline)
    env = {"OPENAI_API_KEY": "a key"}
    # The server offers nothing more to a worker that says it is full.
    worker = receptionist(stack, file, env={**env, "RECEPTIONIST_MAX_CALLS": "100"})
    yield Talker("receptionist", worker, stack.line, said)
    worker = stack.worker(
        [sys.executable, "-m", "livekit.agents", "start", ROOT / "bench" / "minimal_agent.py"],
        env={**env, "SERVICES": url, "TRANSFER_TO": to, "PYTHONPATH": str(ROOT)},
        name="minimal",
    )
    yield Talker("minimal", worker, lines[0], said)
    worker = stack.worker(
        [sys.executable, "-m", "livekit.agents", "start", ROOT / "lab" / "bare_worker.py"],
        env={
            "BARE_TRANSFER_TO": to,
            "PYTHONPATH": str(ROOT),
            # Both are the framework's own business, and no part of the least.
            "LIVEKIT_AGENTS_LOOP_BLOCK_WARN_MS": "0",
            "LIVEKIT_AGENTS_PRELOAD_LOCAL_INFERENCE": "0",
        },
        name="bare",
    )
    yield Talker("bare", worker, lines[1], said)


async def weigh_idle(talkers: Sequence[Talker]) -> None:
    """Weigh each alone, because processes of both would share the pages of the interpreter."""
    for one in talkers:
        with contextlib.ExitStack() as alone:
            await asyncio.to_thread(alone.enter_context, one.worker)
            print(f"{one.name}: {await one.idle():.0f} MB before any call", flush=True)


async def serve_all(
    stack: Stack, talkers: Sequence[Talker], lives: Sequence[int], calls: int
) -> None:
    """Serve more and more calls at once, each worker as long as it keeps up."""
    for live in lives:
        able = [
            one for one in talkers if all(keeps_up(one, fewer) for fewer in lives if fewer < live)
        ]
        for _ in range(max(1, round(calls / live)) if able else 0):
            for one in able:
                await one.serve(stack, live)
        if able:
            print(f"\n{report(live, talkers)}", flush=True)
    for one in talkers:
        most = max((live for live in lives if one.talked[live] and keeps_up(one, live)), default=0)
        print(f"\n{one.name}: keeps up with {most} calls (of {', '.join(map(str, lives))})")


async def measure(lives: Sequence[int], calls: int, names: str, pipeline: str) -> None:
    """Serve all waves, and print."""
    async with ScriptedOpenAI({"*": services()}, checked=False) as server:
        with Stack(agent_name="receptionist") as stack, contextlib.ExitStack() as running:
            lines = [await stack.rooms.add_line(name) for name in ("minimal", "bare")]
            every = talkers_of(stack, lines, server.base_url, pipeline)
            talkers = [one for one in every if one.name[0] in names]
            await weigh_idle(talkers)
            for one in talkers:
                await asyncio.to_thread(running.enter_context, one.worker)
                await one.rest()
            await serve_all(stack, talkers, lives, calls)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--live", type=int, nargs="+", default=[1, 3, 5, 8, 12], help="calls at once"
    )
    parser.add_argument("--calls", type=int, default=CALLS, help="of each worker, for each --live")
    parser.add_argument(
        "--sides",
        default="rm",
        help="r: the receptionist, m: the minimal agent, b: one that only joins and plays a tone,"
        " which is the least that a call costs",
    )
    parser.add_argument("--pipeline", default="cascade", help="of the receptionist")
    options = parser.parse_args()
    asyncio.run(measure(options.live, options.calls, options.sides, options.pipeline))


if __name__ == "__main__":
    main()
