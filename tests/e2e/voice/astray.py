"""Calls that go astray: a model that only talks or says nothing, a caller who says nothing or is in
danger."""

from __future__ import annotations

from lab.audio import RATE
from lab.openai.script import Asked, Reply
from lab.scenario import Script
from lab.track import Sound
from tests.e2e.sentences import SALES_PLEASE, THANKS, said
from tests.e2e.voice.talks import ASK_AT, BOTH, DANGER, Talk, asks, each_of, track, transfer

PROMISE = "Sure, I'll put you through to sales."
SHALL_I = "Shall I put you through to sales?"
EMERGENCY = "If somebody is in danger, hang up now."

DANGER_SAID = ASK_AT + len(said(DANGER)) / RATE
"""Seconds after the answer at which the caller has said all of it."""
SPEAKS = ("cascade", "realtime", "standby")


def promises(asked: Asked) -> Reply:
    """What a model says that promises and, when it is told so, does."""
    told = "you did not call" in " ".join(asked.instructions.split())
    return transfer("sales") if told else only_promises(asked)


def only_promises(asked: Asked) -> Reply:
    """What a model says that never does."""
    return Reply(PROMISE if asked.said == SALES_PLEASE else "I see.")


def says_nothing(asked: Asked) -> Reply:
    """What a model says that has lost its tongue."""
    return Reply()


PROMISED = each_of(BOTH, lambda pipeline: Talk(pipeline, asks(), answers=promises))
ONLY_PROMISED = each_of(
    BOTH,
    lambda pipeline: Talk(
        pipeline, asks(Sound(said(THANKS), ASK_AT + 14.0)), answers=only_promises
    ),
)
NOT_ANSWERED = each_of(
    BOTH,
    lambda pipeline: Talk(
        pipeline,
        lambda: Script(track=track(Sound(said(SALES_PLEASE), ASK_AT)), patience=40.0),
        answers=says_nothing,
        limits="silence: 3s",
    ),
)
SILENT = each_of(
    BOTH,
    lambda pipeline: Talk(
        pipeline, lambda: Script(track=track(), patience=40.0), limits="caller_silence: 3s"
    ),
)
IN_DANGER = each_of(
    SPEAKS,
    lambda pipeline: Talk(
        pipeline, lambda: Script(track=track(Sound(said(DANGER), ASK_AT)), patience=11.0)
    ),
)
