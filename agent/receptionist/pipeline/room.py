"""What a session takes from its room and gives to it."""

from __future__ import annotations

from livekit import rtc
from livekit.agents import room_io

from .choose import Pipeline

MODELS_RATE = 16_000
"""Samples per second of what the local models take, so that nothing is resampled for them."""
REALTIME_RATE = 24_000
"""The same of the realtime model, which is sent everything."""


def room_options(
    pipeline: Pipeline, caller: rtc.RemoteParticipant, *, ears: bool = False
) -> room_io.RoomOptions:
    """How the session is tied to its room.

    Args:
        pipeline: That serves the call.
        caller: Who is heard.
        ears: Whether he is heard on standby, too.
    """
    hears: room_io.AudioInputOptions | bool = False
    if ears or pipeline is not Pipeline.STANDBY:
        rate = REALTIME_RATE if pipeline is Pipeline.REALTIME else MODELS_RATE
        # Nobody has spoken before the call was answered.
        hears = room_io.AudioInputOptions(sample_rate=rate, pre_connect_audio=False)
    return room_io.RoomOptions(
        participant_identity=caller.identity,
        audio_input=hears,
        text_input=False,
        # Nobody reads on the telephone, and the synchroniser would block the loop.
        text_output=False,
        # The call decides when it is over, not the session.
        close_on_disconnect=False,
    )


def listen_to(caller: rtc.RemoteParticipant, room: rtc.Room) -> None:
    """Subscribe to what `caller` says; a room is joined without hearing anybody."""

    def on_published(
        publication: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant
    ) -> None:
        if participant.identity == caller.identity:
            publication.set_subscribed(True)

    room.on("track_published", on_published)
    for publication in caller.track_publications.values():
        publication.set_subscribed(True)
