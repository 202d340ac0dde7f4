"""The session of one call, whichever pipeline serves it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ..standby.brain import StandbyBrain
from ..standby.setup import rules_for, why_deaf
from .choose import Pipeline, choose
from .standby import standby_session
from .stopped import AnswerStop

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from livekit.agents import AgentSession
    from livekit.agents.llm import Tool, Toolset

    from transfer_call.business import Line
    from transfer_call.call import Call
    from transfer_call.directory import Directory

    from ..agent import ReceptionistAgent
    from ..standby.recognizer import Recognizer
    from ..standby.rules import Reply
    from .breaker import Breaker
    from .cascade import Cascade
    from .provider import Provider
    from .succession import Succession

logger = logging.getLogger("receptionist")


async def pipeline_for(line: Line, provider: Provider) -> Pipeline:
    """Which pipeline serves a call of `line` that comes now."""
    if choose(line.pipeline, key=bool(provider.key)) is Pipeline.STANDBY:
        return Pipeline.STANDBY
    await provider.breaker.load()
    down = provider.breaker.down()
    chosen = choose(line.pipeline, key=True, down=down)
    if down:
        services = ", ".join(sorted(service.spelled for service in down))
        logger.warning("%s at %s left alone; %s", services, provider.breaker.provider, chosen)
    return chosen


def session_for(
    line: Line,
    pipeline: Pipeline,
    provider: Provider,
    *,
    language: Callable[[], str],
    services: Callable[[], Cascade],
) -> AgentSession[None]:
    """A session that is not started yet.

    Args:
        line: Whose calls it serves.
        pipeline: See `choose`.
        provider: Of the AI services; not asked for anything by standby.
        language: What the caller is spoken to in.
        services: Makes those of the cascade; see `services_for`.
    """
    if pipeline is Pipeline.STANDBY:
        return standby_session()
    # Here, because a worker that serves standby alone needs no provider's plugin.
    if pipeline is Pipeline.REALTIME:
        from .realtime import realtime_session

        return realtime_session(line, provider=provider, language=language)
    from .cascade import cascade_session

    return cascade_session(services())


def services_for(
    line: Line,
    provider: Provider,
    *,
    directory: Directory,
    language: Callable[[], str],
    recognizer: Recognizer | None,
    on_rule: Callable[[Reply], None],
) -> Cascade:
    """The services of the cascade, with what this machine has to replace them.

    Args:
        line: Whose calls they serve.
        provider: Of the services.
        directory: The line's, with today's exceptions.
        language: What the caller is spoken to in.
        recognizer: Hears for speech to text that fails, where a line can be heard so.
        on_rule: Told what rules answer in place of a language model, before it is said.
    """
    from .cascade import cascade

    rules = StandbyBrain(
        rules_for(line, directory), silent_in_danger=line.notices.emergency, on_reply=on_rule
    )
    ears = None
    if recognizer is not None and not why_deaf(line):
        from .ears import SecondEars

        ears = SecondEars(recognizer, line, language)
    return cascade(line, provider=provider, language=language, ears=ears, mind=rules)


def watch_realtime(
    session: AgentSession[None],
    call: Call,
    agent: ReceptionistAgent,
    breaker: Breaker,
    *,
    language: Callable[[], str],
    services: Callable[[], Cascade],
    tools: Callable[[], Sequence[Tool | Toolset]],
) -> Succession:
    """See to it that a realtime model answers, and that another does when it fails.

    Args:
        session: That has the model; not started yet.
        call: The caller's; nobody else acts on the session's errors so far.
        agent: That answers.
        breaker: Of the provider.
        language: What the caller is spoken to in.
        services: Makes what replaces the model.
        tools: Makes those of the agent.
    """
    from .patience import Patience
    from .succession import Succession

    Patience(session, call, breaker)
    stops = AnswerStop(session, call)
    return Succession(
        session,
        call,
        agent,
        breaker,
        language=language,
        services=services,
        tools=tools,
        on_replaced=stops.close,
    )


def preload(pipelines: Collection[Pipeline]) -> None:
    """Load what sessions of these pipelines need, where job processes share it."""
    if Pipeline.REALTIME in pipelines:
        from . import realtime, succession  # noqa: F401
    if set(pipelines) - {Pipeline.STANDBY}:
        from . import cascade, provider, turns

        turns.preload()
        provider.preload()
        assert cascade
