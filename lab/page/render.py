"""A call's facts as one HTML page that needs nothing else, neither files nor a network."""

from __future__ import annotations

import base64
import functools
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from lab.page import layout
from lab.page.gather import RINGING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.page.facts import CallFacts, Phone, Strip

_HERE = Path(__file__).parent
_GOOD = frozenset({"connected", "handed_off"})


def render(facts: CallFacts) -> str:
    """The page."""
    axis = layout.axis(facts.start, facts.end)
    style, script = _text("page.css"), _text("page.js")
    return _template().render(
        facts=facts,
        axis=axis,
        layout=layout,
        width=round(100 * axis.seconds),
        loudest=max([level for strip in _strips(facts.phones) for level in strip.levels] or [1.0]),
        marks=layout.marks(facts.steps, axis),
        colours=colours(facts.lanes),
        legend=_legend(facts.phones, facts.lanes),
        good=_GOOD,
        # Only this script may run, and nothing may be loaded from anywhere.
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        style=Markup(style),
        script=Markup(script),
        sound=lambda clip: "data:audio/mpeg;base64," + base64.b64encode(clip.mp3).decode(),
    )


def colours(lanes: Sequence[str]) -> dict[str, str]:
    """The name of each voice's colour: the last one is where the caller ends up."""
    named = dict.fromkeys(lanes[2:-1], "other")
    if len(lanes) > 2:
        named[lanes[-1]] = "human"
    return {lanes[0]: "caller", lanes[1]: "bridge", **named, RINGING: "ringing"}


def _legend(phones: Sequence[Phone], lanes: Sequence[str]) -> list[str]:
    """Whose sound is on the page, in the order of the lanes."""
    heard = {strip.who for strip in _strips(phones) if any(strip.levels)}
    return [who for who in (*lanes, RINGING) if who in heard]


def _strips(phones: Sequence[Phone]) -> list[Strip]:
    return [strip for phone in phones for strip in (*phone.says, *phone.hears)]


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")


@functools.cache
def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
