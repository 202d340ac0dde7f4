"""Local ears for a speech to text that fails: what the caller has just said is not lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livekit.agents import APIConnectionError
from livekit.agents.types import NOT_GIVEN

from transfer_call.voice.phrases import base_language

from ..standby import grammar
from ..standby.ears import StandbyEars
from ..standby.rules import UNCLEAR

if TYPE_CHECKING:
    from collections.abc import Callable

    from livekit.agents import APIConnectOptions, stt, utils
    from livekit.agents.types import NotGivenOr

    from transfer_call.business import Line

    from ..standby.recognizer import Recognizer


class SecondEars(StandbyEars):
    """Hears the names of one line; other words are heard as unclear, so that they are answered."""

    def __init__(self, recognizer: Recognizer, line: Line, spoken: Callable[[], str]) -> None:
        """Listen on `line`, which can be heard without a network (`standby.setup.why_deaf`).

        Args:
            recognizer: Learns the names of the line.
            line: Whose callers are heard.
            spoken: The language of the call, a BCP 47 tag.
        """
        recognizer.add(line.name, grammar.grammar(line.directory))
        super().__init__(recognizer, line.name)
        self._spoken = spoken

    async def _recognize_impl(
        self,
        buffer: utils.AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        if base_language(self._spoken()) != grammar.LANGUAGE:
            raise APIConnectionError("local ears know no other language", retryable=False)
        event = await super()._recognize_impl(buffer, language=language, conn_options=conn_options)
        [heard] = event.alternatives
        heard.text = heard.text or UNCLEAR
        return event
