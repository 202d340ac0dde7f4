"""What a test tells the agent of one call, and what the agent tells the test."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

SALES = "tel:+12125550123"
DESK = "sip:desk@pbx.example.com"
SALES_ANNOUNCEMENT = (
    "I will put you through to sales now.",
    "Please stay on the line for a moment.",
)
LONG_ANNOUNCEMENT = (
    *SALES_ANNOUNCEMENT,
    "They have all that you need to know about prices and about new orders.",
    "It may take them a while to answer.",
)
"""Takes about nine seconds: whoever speaks in it does so however late the tool is called."""
GREETING = "Thank you for calling Acme. How can I help you today?"

_POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Answer:
    """What the LLM does when it has been told something.

    Attributes:
        text: What it says, before the tool call if there is one.
        destination: Whom it calls the tool ``transfer_call`` for.
    """

    text: str = ""
    destination: str = ""


def destinations(**changes: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Sales on the telephone network with key 1, the front desk on a PBX with key 0.

    Args:
        changes: More of `Destination`'s fields, by name of the destination with ``_`` for ``-``.
    """
    both: dict[str, dict[str, Any]] = {
        "sales": {"to": SALES, "key": "1", "announcement": " ".join(SALES_ANNOUNCEMENT)},
        "front-desk": {"to": DESK, "key": "0", "announcement": ""},
    }
    for name, more in changes.items():
        both[name.replace("_", "-")] |= more
    return both


@dataclass(frozen=True)
class Scene:
    """One call as its agent is told to play it; goes with the job as metadata.

    Attributes:
        destinations: Fields of each `Destination`, by name.
        greeting: What the agent says first; ``""`` for nothing.
        answers: What the LLM does, by what the caller said last.
        after_tool: What the LLM says to the result of a tool.
        keypad: Whether there is a keypad beside the tool.
        prerendered: Whether fixed words come from the cache of rendered audio, not the TTS.
        stt_seconds: How long the STT takes for a transcript.
        when_referred: What the agent does while the REFER is pending: ``handoff``, ``aclose``
            (of the session) or ``shutdown`` (of the job).
    """

    destinations: dict[str, dict[str, Any]] = field(default_factory=destinations)
    greeting: str = GREETING
    answers: dict[str, Answer] = field(default_factory=dict)
    after_tool: str = "Is there anything else that I can do for you?"
    keypad: bool = True
    prerendered: bool = False
    stt_seconds: float = 0.2
    when_referred: str = ""

    def to_json(self, diary: Path) -> str:
        """As job metadata; what happens is to be written to `diary`."""
        return json.dumps({"diary": str(diary), "scene": asdict(self)})

    @classmethod
    def from_json(cls, text: str) -> tuple[Self, Diary]:
        """The scene of a job, and where it is to write."""
        data = json.loads(text)
        answers = {said: Answer(**answer) for said, answer in data["scene"].pop("answers").items()}
        return cls(**data["scene"], answers=answers), Diary(Path(data["diary"]))


@dataclass(frozen=True)
class Entry:
    """One thing that happened in the agent.

    Attributes:
        at: Seconds since 1970, the clock of the capture.
        what: Its kind.
        facts: More about it.
    """

    at: float
    what: str
    facts: dict[str, Any]


class Diary:
    """A file that the agent of one call writes and the test reads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, what: str, **facts: Any) -> None:
        """Add an entry; it is in the file when this returns."""
        line = json.dumps({"at": time.time(), "what": what, "facts": facts})
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def entries(self, what: str = "") -> list[Entry]:
        """Everything so far, or everything of one kind."""
        if not self._path.exists():
            return []
        lines = self._path.read_text("utf-8").splitlines()
        every = [Entry(**json.loads(line)) for line in lines]
        return [entry for entry in every if not what or entry.what == what]

    async def until(self, what: str, timeout: float, *, count: int = 1) -> Entry:
        """Wait for the entry of this kind that has this number, from 1 on.

        Raises:
            TimeoutError: It did not come.
        """
        deadline = time.monotonic() + timeout
        while len(found := self.entries(what)) < count:
            if time.monotonic() > deadline:
                seen = "\n".join(f"  {entry}" for entry in self.entries())
                raise TimeoutError(f"no {what} within {timeout:g} s; the diary:\n{seen}")
            await asyncio.sleep(_POLL_SECONDS)
        return found[count - 1]
