"""From an AgentSession to the `Call` of its room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livekit.agents import get_job_context

from .call import Call

if TYPE_CHECKING:
    from livekit import rtc
    from livekit.agents import AgentSession


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
    if known is None and (job := get_job_context(required=False)) is not None:
        _stay_until_over(room, call)
        job.add_shutdown_callback(call.aclose)
    return call


def _stay_until_over(room: rtc.Room, call: Call) -> None:
    """Let nobody leave `room` while a REFER is out: its outcome is waited for, and recorded.

    A job's own callbacks run after it has left the room, and ten seconds after that its process
    is killed; carriers ring longer. Nothing but `AgentServer.on_session_end`, which belongs to
    the agent's author, comes sooner.
    """
    leave = room.disconnect

    async def disconnect(*args: Any, **kwargs: Any) -> None:
        await call.aclose()
        await leave(*args, **kwargs)

    room.disconnect = disconnect  # type: ignore[method-assign]
