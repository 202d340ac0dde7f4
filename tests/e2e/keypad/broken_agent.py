"""An ordinary agent with the keypad and models of OpenAI, whose address comes with the job."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from livekit import agents, rtc
from livekit.agents import (
    Agent,
    AgentSession,
    APIConnectOptions,
    ChatMessage,
    CloseEvent,
    ConversationItemAddedEvent,
    ErrorEvent,
    JobContext,
    JobProcess,
    room_io,
    stt,
)
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.plugins import openai, silero

from tests.e2e.keypad.trials import Broken
from tests.e2e.scene import Diary
from transfer_call import Destination, Directory, KeypadMenu, TransferEnded
from transfer_call.events import Event
from transfer_call.voice.rendering import PAUSE, PhraseAudio

IMPATIENT = APIConnectOptions(max_retry=0, timeout=2.0)


class Watched(PhraseAudio):
    """Pre-rendered words; what is asked for is written down."""

    def __init__(self, diary: Diary) -> None:
        super().__init__(Path(os.environ["E2E_AUDIO"]))
        self._diary = diary

    async def frames(
        self,
        sentences: str | Sequence[str],
        language: str,
        *,
        pause: float = PAUSE,
        partial: bool = False,
    ) -> AsyncIterator[rtc.AudioFrame] | None:
        frames = await super().frames(sentences, language, pause=pause, partial=partial)
        self._diary.write("words", sentences=list(sentences), rendered=frames is not None)
        return frames


def prewarm(process: JobProcess) -> None:
    process.userdata["vad"] = silero.VAD.load()


server = agents.AgentServer(
    port=0,
    # A busy machine must not turn callers away here.
    load_fnc=lambda: 0.0,
    num_idle_processes=int(os.environ.get("E2E_IDLE_PROCESSES", "3")),
    setup_fnc=prewarm,
)


@server.rtc_session(agent_name=os.environ.get("E2E_AGENT_NAME", "broken"))
async def answer(ctx: JobContext) -> None:
    """Serve one caller."""
    scene, diary = Broken.from_json(ctx.job.metadata)
    diary.write("job", pid=os.getpid())
    directory = Directory(
        [Destination(name=name, **fields) for name, fields in scene.destinations.items()],
        country="US",
    )

    async def on_event(event: Event) -> None:
        if isinstance(event, TransferEnded):
            diary.write("TransferEnded", outcome=event.result.outcome.value)

    keypad = KeypadMenu(directory, audio=Watched(diary), on_event=on_event)
    vad = ctx.proc.userdata["vad"]
    urls = scene.base_urls
    session = AgentSession[None](
        stt=stt.StreamAdapter(
            stt=openai.STT(base_url=urls["stt"], api_key="none", use_realtime=False), vad=vad
        ),
        vad=vad,
        llm=openai.LLM(model="lab", base_url=urls["llm"], api_key="none"),
        tts=openai.TTS(model="tts-1", base_url=urls["tts"], api_key="none", response_format="pcm"),
        turn_handling={"turn_detection": "vad", "interruption": {"mode": "vad"}},
        aec_warmup_duration=None,
        conn_options=SessionConnectOptions(
            stt_conn_options=IMPATIENT, llm_conn_options=IMPATIENT, tts_conn_options=IMPATIENT
        ),
    )

    def on_error(event: ErrorEvent) -> None:
        diary.write("error", type=event.error.type, recoverable=event.error.recoverable)

    def on_close(event: CloseEvent) -> None:
        diary.write("closed", reason=event.reason.value)

    def on_item(event: ConversationItemAddedEvent) -> None:
        if isinstance(event.item, ChatMessage) and event.item.role == "assistant":
            diary.write("said", text=event.item.text_content)

    session.on("conversation_item_added", on_item)
    session.on("error", on_error)
    session.on("close", on_close)
    await session.start(
        agent=Agent(instructions="You help callers of Acme."),
        room=ctx.room,
        room_options=room_io.RoomOptions(text_output=False),
    )
    keypad.attach(session)
    session.generate_reply(instructions="Greet the caller.")
