"""The session of one call, whichever pipeline serves it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ..standby.brain import StandbyBrain
from ..standby.setup import rules_for, why_deaf
from .choose import Pipeline, choose
from .standby import standby_session

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from livekit.agents import AgentSession

    from transfer_call.business import Line
    from transfer_call.directory import Directory

    from ..standby.recognizer import Recognizer
    from ..standby.rules import Reply
    from .provider import Provider

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
    directory: Directory,
    language: Callable[[], str],
    recognizer: Recognizer | None,
    on_rule: Callable[[Reply], None],
) -> AgentSession[None]:
    """A session that is not started yet.

    Args:
        line: Whose calls it serves.
        pipeline: See `choose`.
        provider: Of the AI services; not asked for anything by standby.
        directory: The line's, with today's exceptions.
        language: What the caller is spoken to in.
        recognizer: Hears for speech to text that fails, where a line can be heard so.
        on_rule: Told what rules answer in place of a language model, before it is said.
    """
    if pipeline is Pipeline.STANDBY:
        return standby_session()
    # Here, because a worker that serves standby alone needs no provider's plugin.
    if pipeline is Pipeline.REALTIME:
        from .realtime import realtime_session

        return realtime_session(line, provider=provider, language=language)
    from .cascade import cascade_session

    rules = StandbyBrain(rules_for(line, directory), on_reply=on_rule)
    ears = None
    if recognizer is not None and not why_deaf(line):
        from .ears import SecondEars

        ears = SecondEars(recognizer, line, language)
    return cascade_session(line, provider=provider, language=language, ears=ears, mind=rules)


def preload(pipelines: Collection[Pipeline]) -> None:
    """Load what sessions of these pipelines need, where job processes share it."""
    if Pipeline.REALTIME in pipelines:
        from . import realtime  # noqa: F401
    if set(pipelines) - {Pipeline.STANDBY}:
        from . import cascade, provider, turns

        turns.preload()
        provider.preload()
        assert cascade
