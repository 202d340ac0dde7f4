"""Whether anything that the caller said is still to be written down."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from livekit.agents.types import NOT_GIVEN

from tests.support.session import ScriptedSession
from transfer_call.voice.listening import Listening


class _Ended(ScriptedSession):
    @property
    def current_agent(self) -> Any:
        raise RuntimeError("the session has ended")


@pytest.mark.parametrize(
    ("session_stt", "agent_stt", "waits"),
    [
        (True, NOT_GIVEN, True),
        (False, NOT_GIVEN, False),
        (False, object(), True),
        (True, None, False),
    ],
)
async def test_a_transcript_is_waited_for_where_somebody_makes_one(
    session_stt: bool, agent_stt: Any, waits: bool
) -> None:
    session: Any = ScriptedSession(stt=session_stt)
    session.current_agent = SimpleNamespace(stt=agent_stt, llm=NOT_GIVEN, tts=NOT_GIVEN)
    listening = Listening(lambda: "en", lambda: None)
    listening.attach(session)
    session.caller_speaks()
    session.caller_pauses()
    assert listening.quiet is not waits
    listening.detach()


async def test_of_a_session_that_has_ended_nothing_is_waited_for() -> None:
    session: Any = _Ended()
    listening = Listening(lambda: "en", lambda: None)
    listening.attach(session)
    session.caller_speaks()
    session.caller_pauses()
    assert listening.quiet
    listening.detach()
