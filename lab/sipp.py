"""Scripted callers: SIPp runs the scenario, the capture tells what happened."""

from __future__ import annotations

import itertools
import uuid
from typing import TYPE_CHECKING

from lab.install.privileges import privileged_program
from lab.processes import LabError
from lab.scenario import Script, render

if TYPE_CHECKING:
    from lab.dialog import Dialog
    from lab.processes import Process
    from lab.rooms import Line
    from lab.stack import Stack

_callers = itertools.count(1)
_PORTS = 6  # SIP; RTP and RTCP, twice: SIPp opens a pair for video as well


class ScriptedCall:
    """A call that SIPp makes; what happened to it is in `dialog`.

    Attributes:
        caller: The number it comes from, in E.164.
        call_id: Its Call-ID.
    """

    def __init__(self, stack: Stack, line: Line, script: Script, caller: str) -> None:
        self.caller = caller
        self.call_id = f"{uuid.uuid4()}@lab"
        self._stack = stack
        program = privileged_program("sipp")
        if program is None:
            raise LabError("sipp is missing, or may not use raw sockets: `python3 -m lab.install`.")
        first = stack.ports.take(_PORTS)
        scenario = stack.folder / f"scenario-{first}.xml"
        scenario.write_text(render(script, stack.folder), encoding="utf-8")
        self._ports = first
        self.process: Process = stack.spawn(
            f"sipp-{first}",
            [
                program,
                *("-sf", scenario, "-s", line.number, "-key", "caller", caller),
                *("-i", stack.host, "-p", str(first), "-mi", stack.host),
                *("-mp", str(first + 2), "-cid_str", self.call_id, "-m", "1"),
                # BYE is answered wherever it comes; other messages nobody waits for, such as
                # the answers to NOTIFY, are left alone.
                *("-default_behaviors", "all,-abortunexp", "-nostdin", "-deadcall_wait", "0"),
                str(stack.sip_address),
            ],
            cwd=stack.folder,
        )

    @property
    def dialog(self) -> Dialog:
        """The call on the wire, as far as it is."""
        return self._stack.capture.dialog(self.call_id)

    @property
    def room_identity(self) -> str:
        """What the bridge calls this caller in his room."""
        return f"sip_{self.caller}"

    async def ended(self, timeout: float = 60.0) -> Dialog:
        """Wait until the caller has hung up or was hung up on.

        Returns:
            The whole call.

        Raises:
            LabError: It goes on.
        """
        await self.process.wait(timeout)
        await self._stack.capture.caught_up()
        self._stack.ports.give_back(self._ports, _PORTS)
        return self.dialog


def call(
    stack: Stack, script: Script | None = None, *, line: Line | None = None, caller: str = ""
) -> ScriptedCall:
    """Dial a line and follow the script.

    Args:
        stack: The lab.
        script: What the caller does; default: is transferred, successfully.
        line: Whom he dials; default the first line.
        caller: His number in E.164; default one that nobody had before.
    """
    caller = caller or f"+1212555{next(_callers):04d}"
    return ScriptedCall(stack, line or stack.line, script or Script(), caller)
