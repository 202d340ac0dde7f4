"""The least worker that transfers a call: no voice pipeline, one key, one API call.

It publishes a tone, which is what makes the bridge answer, and on the key 0 asks LiveKit to
transfer the caller to the address in the job's metadata, or else in BARE_TRANSFER_TO; on the
key 1 it is silent. The lab's own tests run it, and `bench/keypad` measures against it, so it
does nothing clever: it is the handler one would write first.
"""

from __future__ import annotations

import asyncio
import contextlib
import os

from livekit import agents, api, rtc

from lab.audio import tone

_RATE = 8000
_FRAME = 800  # 100 ms

server = agents.AgentServer(port=0, load_fnc=lambda: 0.0)


@server.rtc_session(agent_name=os.environ.get("BARE_AGENT_NAME", "bare"))
async def call(ctx: agents.JobContext) -> None:
    """One phone call."""
    transfers: set[asyncio.Task[None]] = set()
    transfer_to = ctx.job.metadata or os.environ["BARE_TRANSFER_TO"]
    source = rtc.AudioSource(_RATE, 1)

    async def play() -> None:
        samples = tone(300, _FRAME / _RATE)
        while True:
            await source.capture_frame(rtc.AudioFrame(samples.tobytes(), _RATE, 1, _FRAME))

    playing = asyncio.create_task(play())

    async def transfer(caller: str) -> None:
        await ctx.api.sip.transfer_sip_participant(
            api.TransferSIPParticipantRequest(
                room_name=ctx.room.name,
                participant_identity=caller,
                transfer_to=transfer_to,
            )
        )
        ctx.shutdown("transferred")

    @ctx.room.on("sip_dtmf_received")
    def on_key(key: rtc.SipDTMF) -> None:
        if key.digit == "0" and key.participant is not None:
            task = asyncio.create_task(transfer(key.participant.identity))
            transfers.add(task)
            task.add_done_callback(transfers.discard)
        elif key.digit == "1":
            playing.cancel()
            source.clear_queue()

    @ctx.room.on("participant_disconnected")
    def on_leave(_: rtc.RemoteParticipant) -> None:
        ctx.shutdown("the caller left")

    await ctx.connect()
    track = rtc.LocalAudioTrack.create_audio_track("tone", source)
    await ctx.room.local_participant.publish_track(
        track, rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    )
    with contextlib.suppress(asyncio.CancelledError):
        await playing
