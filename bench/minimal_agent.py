"""A voice agent as LiveKit's documentation begins: what `bench.voice` measures beside.

The framework's defaults, OpenAI's models, a greeting that the language model makes, and a key
handler that asks LiveKit to transfer the caller. It does nothing clever.
"""

from __future__ import annotations

import asyncio
import os

from livekit import agents, api, rtc
from livekit.agents import Agent, AgentSession
from livekit.plugins import openai

# A busy machine must not turn callers away here.
server = agents.AgentServer(port=0, load_fnc=lambda: 0.0)


@server.rtc_session(agent_name="minimal")
async def call(ctx: agents.JobContext) -> None:
    """One phone call."""
    transfers: set[asyncio.Task[None]] = set()

    async def transfer(caller: str) -> None:
        await ctx.api.sip.transfer_sip_participant(
            api.TransferSIPParticipantRequest(
                room_name=ctx.room.name,
                participant_identity=caller,
                transfer_to=os.environ["TRANSFER_TO"],
            )
        )
        ctx.shutdown("transferred")

    @ctx.room.on("sip_dtmf_received")
    def on_key(key: rtc.SipDTMF) -> None:
        if key.participant is not None:
            task = asyncio.create_task(transfer(key.participant.identity))
            transfers.add(task)
            task.add_done_callback(transfers.discard)

    @ctx.room.on("participant_disconnected")
    def on_leave(_: rtc.RemoteParticipant) -> None:
        ctx.shutdown("the caller left")

    url = os.environ["SERVICES"]
    session = AgentSession[None](
        stt=openai.STT(base_url=url),
        llm=openai.LLM(base_url=url),
        # All that the scripted services speak; it costs less than the default, which is mp3.
        tts=openai.TTS(base_url=url, response_format="pcm"),
    )
    await session.start(agent=Agent(instructions="You answer the phone of Acme."), room=ctx.room)
    await session.generate_reply(instructions="Greet the caller.")
