"""An operator at a terminal: the real command, the real servers, a folder of his own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab import sipp
from lab.rooms import Line
from lab.scenario import Refer, Script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lab.sipp import ScriptedCall
    from lab.stack import Stack
    from lab.worker import Worker

BUSINESS = """\
business:
  name: Acme
  country: US
  numbers: ["{number}"]
destinations:
  sales: {{to: "{sales}", key: "1"}}
  desk: {{to: "{desk}", key: "0"}}
# Callers who say and press nothing are not sent away while commands are typed.
keypad: {{menus: {{main: {{keys: {{"1": sales, "0": desk}}, timeout: 60s}}}}}}
"""
COMMAND = Path(sys.executable).with_name("receptionist")
_STARTS_WITHIN = 30.0
_PATIENCE = 150.0
"""Seconds that a caller waits for a transfer: commands are slow on a busy machine."""


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, for programs."""
        return json.loads(self.out)

    @property
    def findings(self) -> list[str]:
        """The codes of what `check --json` found."""
        return [one["code"] for one in self.json["findings"]]


@dataclass
class Operator:
    """One business with a number and an agent's name.

    Attributes:
        stack: The lab.
        agent: The name its worker registers.
        number: Its own number.
        env: More environment of his commands.
    """

    stack: Stack
    agent: str
    number: str
    env: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = self.stack.folder / f"operator-{self.agent}"
        self.folder.mkdir()
        self.writes()

    def writes(
        self, *, sales: str = "+12125550123", desk: str = "sip:desk@pbx.example.com"
    ) -> None:
        """Write the business file."""
        text = BUSINESS.format(number=self.number, sales=sales, desk=desk)
        (self.folder / "receptionist.yaml").write_text(text, "utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """What his commands and his worker are told."""
        return {
            **self.stack.env,
            "RECEPTIONIST_AGENT_NAME": self.agent,
            "RECEPTIONIST_CONFIG": str(self.folder / "receptionist.yaml"),
            "RECEPTIONIST_STATE_DIR": str(self.folder / "state"),
            "RECEPTIONIST_HEALTH_HOST": "127.0.0.1",
            "RECEPTIONIST_HEALTH_PORT": "0",
            **self.env,
        }

    @property
    def line(self) -> Line:
        """His number, as telephones dial it."""
        return Line(self.number, self.agent, "", "call_", "", "")

    def worker(self) -> Worker:
        """His worker, to be used in ``with``."""
        return self.stack.worker(
            [COMMAND, "start"], env=self.environment, name=self.agent, timeout=180
        )

    async def types(
        self, *arguments: str, env: Mapping[str, str] | None = None, answers: str = ""
    ) -> Done:
        """Run one command to its end."""
        dropped = ("LIVEKIT_", "OPENAI_", "RECEPTIONIST_")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
        process = await asyncio.create_subprocess_exec(
            COMMAND,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self.folder,
            env={**inherited, **self.environment, "COLUMNS": "80", **(env or {})},
        )
        out, err = await process.communicate(answers.encode())
        assert process.returncode is not None
        assert b"Traceback" not in err, err.decode()
        return Done(process.returncode, out.decode(), err.decode())

    async def call(self, refer: Refer | None = None, *, stays: float = 1.0) -> ScriptedCall:
        """A caller who is being served and waits for a REFER; does `refer` with it."""
        script = Script(refers=(refer or Refer(),), patience=_PATIENCE, stays=stays)
        call = sipp.call(self.stack, script, line=self.line)
        room = await self.stack.rooms.until_there(f"call_{call.caller}", timeout=_STARTS_WITHIN)
        deadline = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < deadline:
            if await self._talks(room, call.room_identity):
                return call
            await asyncio.sleep(0.1)
        raise TimeoutError(f"the call is not answered within {_STARTS_WITHIN:g} s")

    async def _talks(self, room: str, identity: str) -> bool:
        return any(
            one.identity == identity and one.attributes.get("sip.callStatus") == "active"
            for one in await self.stack.rooms.participants(room)
        )
