"""What an operator may write about the conversation: notices, silence, how long a call may be."""

from __future__ import annotations

from pydantic import Field

from .line import CallLimits, Notices
from .model import Model
from .values import Flag, Seconds

_NOTICES = Notices()
_LIMITS = CallLimits()


class NoticesModel(Model):
    """What callers are told whoever answers them."""

    automated: Flag = Field(
        default=_NOTICES.automated,
        description="Whether the first words say that an automated assistant answers.",
    )
    recorded: Flag = Field(
        default=_NOTICES.recorded,
        description="Whether the first words say that the call is being recorded.",
    )
    emergency: Flag = Field(
        default=_NOTICES.emergency,
        description="Whether a caller who speaks of a danger to life is told at once to hang up "
        "and dial the emergency number of business.country.",
    )


class LimitsModel(Model):
    """When a call that leads nowhere is taken in hand."""

    silence: Seconds = Field(
        default=round(_LIMITS.silence),
        description="How long a caller who waits for an answer may hear nothing: then a few "
        "words, then the keys, then the operator.",
    )
    caller_silence: Seconds = Field(
        default=round(_LIMITS.caller_silence),
        description="How long a caller whose turn it is may say nothing: he is asked twice, then "
        "told goodbye.",
    )
    max_call: Seconds = Field(
        default=round(_LIMITS.max_call),
        description="How long a call may last, transfers that are under way not counted.",
    )
