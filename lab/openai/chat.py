"""Chat completions: a request's messages, and a reply in the pieces in which it is streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lab.openai.script import Reply

PIECE = 4
"""Words of a streamed reply that come at a time."""


def messages(body: Mapping[str, Any]) -> Iterable[dict[str, str]]:
    """A request's messages as `asked_in` takes them."""
    for message in body["messages"]:
        content = message.get("content") or ""
        if not isinstance(content, str):
            content = "".join(part.get("text", "") for part in content)
        role = "system" if message["role"] == "developer" else message["role"]
        yield {"role": role, "text": content}
        for _ in message.get("tool_calls") or ():
            yield {"role": "call", "text": ""}


def choices(reply: Reply, next_id: Callable[[str], str]) -> Iterable[dict[str, Any]]:
    """The pieces of a reply."""
    yield _choice({"role": "assistant", "content": ""})
    words = reply.text.split(" ") if reply.text else []
    for first in range(0, len(words), PIECE):
        lead = " " if first else ""
        yield _choice({"content": lead + " ".join(words[first : first + PIECE])})
    for index, call in enumerate(reply.calls):
        head = {"index": index, "id": next_id("call"), "type": "function"}
        yield _choice({"tool_calls": [{**head, "function": {"name": call.name}}]})
        half = len(call.text) // 2
        for part in (call.text[:half], call.text[half:]):
            yield _choice({"tool_calls": [{"index": index, "function": {"arguments": part}}]})
    yield _choice({}, "tool_calls" if reply.calls else "stop")


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish}
