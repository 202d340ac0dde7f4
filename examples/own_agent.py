"""LiveKit's starter agent, which can also put its callers through to a human.

The lines marked with `# +` are all that was added. Start it with
`python -m livekit.agents start examples/own_agent.py`.
"""

from livekit.agents import Agent, AgentServer, AgentSession, JobContext, inference

from transfer_call import Destination, Directory, TransferCallToolset  # +

DIRECTORY = Directory(  # +
    [  # +
        Destination(name="sales", to="+12125550123", description="prices and orders"),  # +
        Destination(name="front-desk", to="sip:desk@pbx.example.com", description="the rest"),  # +
    ],  # +
    country="US",  # +
)  # +


class Assistant(Agent):
    def __init__(self) -> None:
        super().__init__(
            instructions="You are a helpful voice assistant. Be brief and friendly.",
            tools=[TransferCallToolset(DIRECTORY)],  # +
        )


server = AgentServer()


@server.rtc_session(agent_name="my-agent")
async def my_agent(ctx: JobContext) -> None:
    ctx.log_context_fields = {"room": ctx.room.name}
    session: AgentSession[None] = AgentSession(
        stt=inference.STT(model="deepgram/nova-3", language="multi"),
        llm=inference.LLM(model="openai/gpt-4.1-mini"),
        tts=inference.TTS(model="cartesia/sonic-3"),
    )
    await session.start(agent=Assistant(), room=ctx.room)
    await session.generate_reply(instructions="Greet the caller and offer your help.")
