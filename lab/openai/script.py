"""What the server's models hear, answer and say, and how well they do."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

RATE = 24_000
"""Samples per second of what is spoken: mono, 16 bits, little-endian."""


class Service(StrEnum):
    """What can be asked for."""

    STT = "stt"
    LLM = "llm"
    TTS = "tts"
    REALTIME = "realtime"
    """A connection of the realtime API."""
    RESPONSE = "response"
    """A reply on such a connection."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool that the model calls.

    Attributes:
        name: The tool.
        arguments: By name; or a text that need be no JSON.
    """

    name: str
    arguments: Mapping[str, Any] | str

    @property
    def text(self) -> str:
        """The arguments as they are sent."""
        if isinstance(self.arguments, str):
            return self.arguments
        return json.dumps(dict(self.arguments))


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model answers: words, tool calls, or words and then tool calls."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A conversation in which it is the model's turn.

    Attributes:
        said: The caller's last words.
        output: What a tool has answered since then, ``""`` when none has.
        instructions: The system's words.
        tools: The names of the tools that may be called.
    """

    said: str = ""
    output: str = ""
    instructions: str = ""
    tools: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manner:
    """How a request is served.

    Attributes:
        after: Seconds until the first byte of the answer's content.
        status: Of the answer; from 400 on it is an error.
        retry_after: Seconds, as a header of an error.
        cut_after: So many pieces of the answer are sent before the connection is cut.
        garbled: Whether the answer is no JSON.
        hangs: Whether there is never an answer.
    """

    after: float = 0.0
    status: int = 200
    retry_after: int | None = None
    cut_after: int | None = None
    garbled: bool = False
    hangs: bool = False


WELL = Manner()


def nothing(samples: bytes, rate: int) -> str:
    """Hears no words."""
    return ""


def silent(asked: Asked) -> Reply:
    """Has nothing to say."""
    return Reply()


async def quiet(text: str) -> bytes:
    """A tenth of a second of silence."""
    return bytes(RATE // 10 * 2)


@dataclass(frozen=True)
class Model:
    """A model with all abilities; which of them is asked for is the client's business.

    Attributes:
        hears: From samples (mono, 16 bits) and their rate to words.
        answers: From a conversation to a reply.
        speaks: From words to samples at `RATE`.
        language: ISO 639-1 code of the language that is reported as heard; ``""`` for none.
        manner: How the request of this number, from 0 on, to a service is served.
    """

    hears: Callable[[bytes, int], str] = nothing
    answers: Callable[[Asked], Reply] = silent
    speaks: Callable[[str], Awaitable[bytes]] = quiet
    language: str = ""
    manner: Callable[[Service, int], Manner] = field(default=lambda service, number: WELL)

    @property
    def detected(self) -> dict[str, list[dict[str, str]]]:
        """The language as a transcript's fields."""
        return {"languages": [{"code": self.language}]} if self.language else {}


def asked_in(messages: Iterable[Mapping[str, Any]], tools: Iterable[str] = ()) -> Asked:
    """A conversation as it stands.

    Args:
        messages: Mappings with ``role`` (``system``, ``user``, ``assistant``, ``call``, ``tool``)
            and ``text``.
        tools: Their names.
    """
    said, output, instructions = "", "", []
    called = False
    for message in messages:
        match message["role"]:
            case "system":
                instructions.append(str(message["text"]))
            case "user":
                said, output, called = str(message["text"]), "", False
            case "call":
                called = True
            case "tool" if called:
                # Otherwise the caller has said something since, which is what counts.
                output = str(message["text"])
    return Asked(said, output, "\n".join(instructions), tuple(tools))
