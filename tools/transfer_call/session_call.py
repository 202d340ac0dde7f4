"""From an AgentSession to the `Call` of its room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livekit.agents import get_job_context

from .call import Call

if TYPE_CHECKING:
    from livekit import rtc
    from livekit.agents import AgentSession, JobContext


def room_of(session: AgentSession[Any]) -> rtc.Room:
    """The room `session` runs in.

    Raises:
        RuntimeError: It runs in none, and there is no job.
    """
    try:
        return session.room_io.room
    except RuntimeError:
        return get_job_context().room


def call_for(session: AgentSession[Any], **parts: Any) -> Call:
    """The call of the session's room, which is ended with the job that serves it.

    Args:
        session: A started session.
        parts: For `Call.start`, if the room has no call yet.

    Raises:
        RuntimeError: The session runs in no room, and there is no job.
    """
    room = room_of(session)
    known = Call.of(room)
    call = Call.start(room, session=session, **parts)
    if known is None and (job := _job()) is not None:
        # After the room is disconnected, but before the process ends: a REFER that is out is
        # waited for, so that its outcome is on record.
        job.add_shutdown_callback(call.aclose)
    return call


def _job() -> JobContext | None:
    return get_job_context(required=False)
