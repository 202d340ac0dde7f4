"""``python -m lab.up [--lan]``: a receptionist to call with any softphone, until Ctrl-C.

Behind it are two people: the front desk answers and says who it is, sales is always busy.
Each call's ladder is printed while it happens.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import signal
import sys
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import numpy as np

from lab.audio import silence
from lab.business import business_file, receptionist
from lab.distance import Distance
from lab.lan import lan_interface
from lab.live_ladder import LiveLadder
from lab.pcap import Address
from lab.phones import Human, who_is
from lab.ports import is_free
from lab.processes import LabError
from lab.servers_config import LOOPBACK
from lab.sounds import spoken
from lab.stack import Stack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lab.dialog import Dialog

_SIP_PORT = 5060  # what softphones assume
_LANES = ["caller", "receptionist", "sales", "front desk"]
_POLL_SECONDS = 0.1
_INVITATION = """
Dial  sip:{number}@{near}  with any softphone (UDP, no account, G.711).
0 reaches the front desk; 1 sales, which is busy. Logs: {folder}
Ctrl-C ends it.
"""


async def _up(stack: Stack, port: int, network: IPv4Network) -> None:
    """Have everyone there and show calls, until cancelled."""
    greeting = np.concatenate([silence(0.5), spoken("Front desk. You are through.")])
    near = Address(stack.host, port)
    distance = Distance(stack.sip_address, near, stack.ports.take, network=network)
    async with (
        Human(stack, "desk", answers_after=1.0, says=greeting) as desk,
        Human(stack, "sales", answers_after=1.0, busy=True) as sales,
    ):
        await distance.open()
        try:
            file = business_file(
                stack.line.number, stack.host, front_desk=desk.uri, sales=sales.uri
            )
            print("starting the receptionist …", flush=True)
            with receptionist(stack, file) as worker:
                print(_INVITATION.format(number=stack.line.number, near=near, folder=stack.folder))
                sys.stdout.flush()
                name = who_is(stack, {"front desk": desk, "sales": sales}, stranger="caller")
                showing = asyncio.create_task(_show_calls(stack, name, worker.process.log))
                try:
                    await worker.process.wait(math.inf)
                finally:
                    showing.cancel()
                raise worker.process.error("ended")
        finally:
            distance.close()


async def _show_calls(stack: Stack, name: Callable[[Address], str], log: Path) -> None:
    """Print the ladder of one call after the other; of those at once, in one ladder."""
    shown: set[str] = set()
    while True:
        calls = [call for call in _incoming(stack) if call.call_id not in shown]
        if not calls:
            await asyncio.sleep(_POLL_SECONDS)
            continue
        ladder = LiveLadder(stack.capture, _LANES, name, log=log, since=calls[0].invite.at - 1)
        drawing = asyncio.create_task(ladder.run())
        while True:
            await asyncio.sleep(1)
            if not any(call.end is None and not call.failed for call in _calls(stack)):
                break
        await ladder.finish(drawing)
        shown.update(call.call_id for call in _incoming(stack))
        print()


def _calls(stack: Stack) -> list[Dialog]:
    return stack.capture.dialogs()


def _incoming(stack: Stack) -> list[Dialog]:
    return [call for call in _calls(stack) if call.invite.destination == stack.sip_address]


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM.

    Returns:
        The exit code: 0 when it was stopped, 1 when it could not go on.
    """
    parser = argparse.ArgumentParser(prog="python -m lab.up", description=__doc__)
    parser.add_argument("--lan", action="store_true", help="let phones of this network call")
    host, network = LOOPBACK, IPv4Network("127.0.0.0/8")
    if parser.parse_args(arguments).lan:
        interface = lan_interface()
        if interface is None:
            print("This machine has no network other than itself.", file=sys.stderr)
            return 1
        host, network = str(interface.ip), interface.network
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        print("starting livekit-server, livekit-sip and two phones …", flush=True)
        with Stack(host=host) as stack:
            port = _SIP_PORT if is_free(host, _SIP_PORT) else stack.ports.take()
            asyncio.run(_up(stack, port, network))
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; nothing is left")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
