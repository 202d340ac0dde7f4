"""The calls of these tests: what callers do, what models answer, and which services fail."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from textwrap import dedent

import numpy as np
import pytest
from livekit import rtc

from lab.audio import RATE, Audio, Samples
from lab.openai.script import WELL, Asked, Manner, Model, Reply, Service, ToolCall
from lab.scenario import Notify, Refer, Script, referred
from lab.track import Key, Sound, Track
from tests.e2e.recognition import recognise
from tests.e2e.sentences import (
    ARE_YOU_THERE,
    SALES_PLEASE,
    SENTENCES,
    THANKS,
    WAIT,
    said,
)
from tests.e2e.voices import rendered

SALES = "tel:+12125550123"
DESK = "sip:desk@pbx.example.com"
GREETING = "Acme, good morning."
ANNOUNCEMENT = "I will put you through to sales now. Please stay on the line for a moment."
ALL_RIGHT = "Of course, take all the time that you need."
DESK_INSTEAD = "Shall I try the front desk instead?"
YES_HERE = "Yes, I am here. What can I do for you?"

PLEASE = "Could you put me through to sales please"
DESK_PLEASE = "Could you put me through to the front desk please"
DANGER = "Please help my father can't breathe"
HEARD_LOCALLY = {
    "put me through to sales please": "sales",
    "put me through to the front desk please": "front-desk",
}
"""What local ears make of them; how they begin is all the same to them."""

ASK_AT = 2.5
"""Seconds after the answer; the greeting is over."""


@dataclass(frozen=True, eq=False)
class Talk:
    """A call to be made.

    Attributes:
        pipeline: Of its line.
        script: Makes what the caller does.
        broken: How the requests of some services are served: each of them.
        announcement: Of sales.
        calls: How many callers do the same, one after the other.
        answers: What the model says.
        limits: What the operator has written about them.
        late: Whether services fail only once the model has asked for a transfer.
    """

    pipeline: str
    script: Callable[[], Script]
    broken: Mapping[Service, Manner] = field(default_factory=dict)
    announcement: str = ""
    calls: int = 1
    answers: Callable[[Asked], Reply] = lambda asked: answer(asked)
    limits: str = ""
    late: bool = False

    def model(self) -> Model:
        """The model of all services of the line."""
        called = transferring = False

        def answers(asked: Asked) -> Reply:
            nonlocal transferring
            reply = self.answers(asked)
            transferring = transferring or bool(reply.calls)
            return reply

        def manner(service: Service, number: int) -> Manner:
            nonlocal called
            called = called or service is not Service.TTS
            served = self.broken.get(service, WELL)
            # Before the first call it would only keep the worker from starting.
            early = served.hangs and not called
            return WELL if early or (self.late and not transferring) else served

        return Model(hears=hear, answers=answers, speaks=speak, manner=manner)

    def file(self, base_url: str) -> str:
        """What the operator has written."""
        return dedent(f"""\
            business: {{name: Acme, country: US}}
            greeting: {GREETING}
            pipeline: {self.pipeline}
            openai: {{base_url: "{base_url}"}}
            limits: {{{self.limits}}}
            destinations:
              sales: {{to: "{SALES}", key: "1", announcement: "{self.announcement}"}}
              front-desk: {{to: "{DESK}", key: "0", announcement: ""}}
            policy: {{rates: {{per_destination: unlimited}}}}
            """)


@functools.cache
def known() -> dict[str, Samples]:
    """What the models of these tests can hear."""
    return {text: said(text) for text in (*SENTENCES, DANGER)}


def hear(samples: bytes, rate: int) -> str:
    """What a caller of these tests has said."""
    resampler = rtc.AudioResampler(rate, RATE)
    frames = resampler.push(rtc.AudioFrame(samples, rate, 1, len(samples) // 2))
    frames += resampler.flush()
    narrow = b"".join(bytes(frame.data) for frame in frames)
    return recognise(Audio(np.frombuffer(narrow, np.int16)), known())


def answer(asked: Asked) -> Reply:
    """What a sensible model says."""
    if "busy" in asked.output:
        return Reply(DESK_INSTEAD)
    for heard, destination in HEARD_LOCALLY.items():
        if asked.said.endswith(heard):
            return transfer(destination)
    return _ANSWERS.get(asked.said, Reply("I see."))


def transfer(destination: str) -> Reply:
    arguments = {"destination": destination, "summary": "as they said"}
    return Reply(calls=(ToolCall("transfer_call", arguments),))


_ANSWERS = {
    SALES_PLEASE: transfer("sales"),
    THANKS: transfer("front-desk"),
    WAIT: Reply(ALL_RIGHT),
    ARE_YOU_THERE: Reply(YES_HERE),
}


_SPOKEN: dict[str, bytes] = {}


async def speak(text: str) -> bytes:
    """In the machine's own voice; each sentence is rendered once for all lines."""
    if text not in _SPOKEN:
        _SPOKEN[text] = (await rendered(text)).samples
    return _SPOKEN[text]


def track(*sounds: Sound | Key) -> Track:
    return Track(sounds, seconds=60.0)


def asks(*more: Sound | Key, refers: tuple[Refer, ...] = (Refer(),)) -> Callable[[], Script]:
    """A caller who asks for sales."""
    return lambda: Script(
        track=track(Sound(said(SALES_PLEASE), ASK_AT), *more), refers=refers, patience=25.0
    )


def asks_for_sales_plainly() -> Script:
    """A caller who can be understood by local ears."""
    return Script(track=track(Sound(said(PLEASE), ASK_AT)), patience=25.0)


def speaks_and_presses(at: float) -> Callable[[], Script]:
    """A caller who asks for sales and, having heard what he hears, presses 0."""
    return asks(Key("0", at=at))


def pending(seconds: float) -> Refer:
    """A transfer that takes so long to succeed."""
    return Refer(
        notifies=(Notify(100), Notify(200, after=seconds)),
        then=Track((Sound(said(THANKS), 0.3),), seconds=10.0),
    )


def each(talks: Mapping[str, Talk], what: str = "pipeline") -> pytest.MarkDecorator:
    """The test for each of these.

    Args:
        talks: By the test's argument.
        what: The argument's name.
    """
    return pytest.mark.parametrize(
        what, [pytest.param(name, marks=pytest.mark.talk(talk)) for name, talk in talks.items()]
    )


def each_of(pipelines: tuple[str, ...], make: Callable[[str], Talk]) -> dict[str, Talk]:
    return {pipeline: make(pipeline) for pipeline in pipelines}


BOTH = ("cascade", "realtime")
ASKED = each_of(BOTH, lambda pipeline: Talk(pipeline, asks()))
BARGES_IN = each_of(
    BOTH,
    lambda pipeline: Talk(
        pipeline, asks(Sound(said(WAIT), ASK_AT + 5.5)), announcement=ANNOUNCEMENT
    ),
)
REMARK = each_of(BOTH, lambda pipeline: Talk(pipeline, asks(refers=(pending(4.0),))))
BUSY = each_of(
    BOTH,
    lambda pipeline: Talk(
        pipeline,
        asks(
            refers=(
                referred(486, then=Track((Sound(said(THANKS), 9.0),), seconds=40.0)),
                Refer(),
            )
        ),
    ),
)

HANGS, REPORTS = Manner(hangs=True), Manner(status=500)
NO_EARS = Talk(
    "cascade",
    asks_for_sales_plainly,
    {Service.STT: HANGS},
    announcement=ANNOUNCEMENT,
)
NO_MIND = Talk("cascade", speaks_and_presses(13.0), {Service.LLM: HANGS})
NO_VOICE = Talk(
    "cascade",
    lambda: Script(
        track=track(Sound(said(ARE_YOU_THERE), ASK_AT), Sound(said(SALES_PLEASE), ASK_AT + 10.0)),
        patience=30.0,
    ),
    {Service.TTS: HANGS},
)
NOTHING = Talk(
    "cascade",
    speaks_and_presses(13.0),
    {Service.STT: REPORTS, Service.LLM: REPORTS, Service.TTS: REPORTS},
    calls=2,
)
NO_REPLIES = Talk("realtime", asks(), {Service.RESPONSE: HANGS})
NO_CONNECTION = Talk("realtime", asks(), {Service.REALTIME: REPORTS})
NO_CONNECTION_NO_EARS = Talk(
    "realtime", asks_for_sales_plainly, {Service.REALTIME: REPORTS, Service.STT: HANGS}
)
NOTHING_REALTIME = Talk(
    "realtime",
    speaks_and_presses(15.0),
    dict.fromkeys((Service.REALTIME, Service.STT, Service.LLM, Service.TTS), HANGS),
)


def _busy_then(*then: Sound | Key) -> Callable[[], Script]:
    """A caller whose wish is busy, and what he does after the REFER."""
    return lambda: Script(
        track=track(Sound(said(SALES_PLEASE), ASK_AT)),
        refers=(referred(486, then=Track(then, seconds=40.0)), Refer()),
        patience=25.0,
    )


def _later(pipeline: str, then: Sound | Key, broken: Mapping[Service, Manner]) -> Talk:
    return Talk(pipeline, _busy_then(then), broken, late=True)


BREAKS = Manner(cut_after=0)
_KEY, _THANKS = Key("0", at=11.0), Sound(said(THANKS), 12.0)
LATER = {
    "stt": _later("cascade", Sound(said(DESK_PLEASE), 9.0), {Service.STT: HANGS}),
    "llm": _later("cascade", _KEY, {Service.LLM: HANGS}),
    "tts": _later("cascade", _THANKS, {Service.TTS: HANGS}),
    "all": _later("cascade", _KEY, dict.fromkeys((Service.STT, Service.LLM, Service.TTS), REPORTS)),
    "realtime replies": _later("realtime", _THANKS, {Service.RESPONSE: HANGS}),
    "realtime connection": _later(
        "realtime", _THANKS, {Service.RESPONSE: BREAKS, Service.REALTIME: REPORTS}
    ),
}
TO_THE_CASCADE = {"realtime replies": NO_REPLIES, "realtime connection": NO_CONNECTION}
FAILING = {
    **TO_THE_CASCADE,
    "realtime and stt": NO_CONNECTION_NO_EARS,
    "realtime and all": NOTHING_REALTIME,
    "stt": NO_EARS,
    "llm": NO_MIND,
    "tts": NO_VOICE,
    "all": NOTHING,
}
