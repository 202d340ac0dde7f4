"""The ladder of a call: who said, pressed and signalled what, in seconds from the answer.

```text
  seconds   caller              receptionist                 human
   -0.412     │───── INVITE ──────▶│                           │
    0.000     │◀────── 200 ────────│                           │
    0.210     │                    « Thanks for calling Acme Dental.
```
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lab.dialog import PressedKey
    from lab.pcap import Address
    from lab.sip_message import SipMessage

_LANE = 26
_SHOWN_RESPONSES = {"INVITE", "REFER"}
"""Whose responses tell something; that NOTIFY and BYE arrived goes without saying."""


@dataclass(frozen=True)
class Step:
    """One line of a ladder.

    Attributes:
        at: When, in seconds since 1970.
        source: Whose doing it is.
        target: Whom it reaches; empty when it is only said.
        label: What it is, in a word or two.
        detail: What more there is to it.
        kind: Whether it was signalled, pressed or said.
    """

    at: float
    source: str
    target: str
    label: str
    detail: str = ""
    kind: Literal["signal", "key", "words"] = "signal"


def signal_step(message: SipMessage, name: Callable[[Address], str]) -> Step | None:
    """The line of a SIP message, None when it has nothing to tell."""
    source, target = name(message.source), name(message.destination)
    if not source or not target:
        return None
    if message.status is not None:
        if message.status == 100 or message.method not in _SHOWN_RESPONSES:
            return None
        return Step(message.at, source, target, str(message.status), message.reason)
    match message.method:
        case "INVITE" | "BYE" | "CANCEL":
            return Step(message.at, source, target, message.method)
        case "REFER":
            return Step(message.at, source, target, "REFER", message.header("refer-to"))
        case "NOTIFY":
            return Step(message.at, source, target, f"NOTIFY {message.reported or ''}".strip())
    return None


def key_step(key: PressedKey, caller: str, callee: str) -> Step:
    """The line of a pressed key."""
    return Step(key.at, caller, callee, f"key {key.digit}", kind="key")


def words_step(at: float, speaker: str, text: str) -> Step:
    """The line of a sentence."""
    return Step(at, speaker, "", text, kind="words")


def spoken_step(line: str, speaker: str) -> Step | None:
    """The line of a sentence, from a line of the worker's JSON log; None for any other."""
    try:
        record = json.loads(line)
        if record["message"] != "spoke":
            return None
        at = datetime.fromisoformat(record["timestamp"]).timestamp()
        return words_step(at, speaker, record["pii_text"])
    except (ValueError, KeyError, TypeError):
        return None


def draw_header(lanes: Sequence[str]) -> str:
    """The names above the lanes."""
    return f"{'seconds':>9}   " + "".join(lane.ljust(_LANE) for lane in lanes).rstrip()


def draw(step: Step, lanes: Sequence[str], answered_at: float) -> str:
    """One line below the header of these lanes."""
    time = f"{step.at - answered_at:9.3f}     "
    rails = "│".ljust(_LANE) * (len(lanes) - 1) + "│  "
    start = lanes.index(step.source) * _LANE
    if not step.target:
        return f"{time}{rails[:start]}« {step.label} »"
    end = lanes.index(step.target) * _LANE
    first, last = min(start, end) + 1, max(start, end)
    line = f" {step.label} ".center(last - first - 1, "─")
    arrow = f"{line}▶" if end > start else f"◀{line}"
    return f"{time}{rails[:first]}{arrow}{rails[last:]}{step.detail}".rstrip()
