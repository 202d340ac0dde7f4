"""A voice agent of somebody else, with the toolset and the keypad added as anyone would.

Which LLM answers there are, and what is odd about the call, comes with the job as a `Scene`.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from livekit import agents
from livekit.agents import Agent, AgentSession, JobContext, JobProcess, room_io, stt
from livekit.agents.llm import ChatContext, ChoiceDelta
from livekit.plugins import silero

from tests.e2e.agents.ears import Ears, known_sentences
from tests.e2e.agents.mouth import Mouth
from tests.e2e.scene import Diary, Scene
from tests.support.llm import ScriptedLLM, call, say
from transfer_call import (
    AnnouncementEnded,
    AttemptEnded,
    AttemptStarted,
    Audio,
    CallEnded,
    Destination,
    Directory,
    Event,
    KeypadMenu,
    LanguageChosen,
    TransferCallToolset,
    TransferEnded,
    TransferRequested,
)
from transfer_call.voice.rendering import PhraseAudio

PENDING_SECONDS = 0.4
"""How long after an attempt began its REFER is surely out."""


def prewarm(process: JobProcess) -> None:
    process.userdata["vad"] = silero.VAD.load()
    process.userdata["known"] = known_sentences(Path(os.environ["E2E_SENTENCES"]))


server = agents.AgentServer(
    port=0,
    # A busy machine must not turn callers away here.
    load_fnc=lambda: 0.0,
    # The processes of one round of calls, so that none starts while calls are measured.
    num_idle_processes=int(os.environ.get("E2E_IDLE_PROCESSES", "3")),
    setup_fnc=prewarm,
)


class Assistant(Agent):
    def __init__(self, toolset: TransferCallToolset) -> None:
        super().__init__(instructions="You help callers of Acme.", tools=[toolset])


@server.rtc_session(agent_name=os.environ["E2E_AGENT_NAME"])
async def answer(ctx: JobContext) -> None:
    """Serve one caller."""
    scene, diary = Scene.from_json(ctx.job.metadata)
    diary.write("job", pid=os.getpid())
    directory = Directory(
        [Destination(name=name, **fields) for name, fields in scene.destinations.items()],
        country="US",
    )
    played = Played(ctx, scene, diary, directory)
    audio = PhraseAudio(Path(os.environ["E2E_AUDIO"])) if scene.prerendered else None
    keypad = None
    if scene.keypad:
        keypad = KeypadMenu(directory, on_event=played.on_event, audio=audio)
    vad = ctx.proc.userdata["vad"]
    session = played.session = AgentSession[None](
        stt=stt.StreamAdapter(
            stt=Ears(ctx.proc.userdata["known"], diary, seconds=scene.stt_seconds), vad=vad
        ),
        vad=vad,
        llm=ScriptedLLM(fallback=played.llm_answers),
        tts=Mouth(),
        turn_handling={"turn_detection": "vad", "interruption": {"mode": "vad"}},
        aec_warmup_duration=None,
    )
    await session.start(
        agent=Assistant(played.toolset(audio)),
        room=ctx.room,
        room_options=room_io.RoomOptions(text_output=False),
    )
    if keypad is not None:
        keypad.attach(session)
    if scene.greeting:
        await session.say(scene.greeting)
    diary.write("greeted")


class Played:
    """One call being played: the script's side of the agent."""

    session: AgentSession[None]

    def __init__(self, ctx: JobContext, scene: Scene, diary: Diary, directory: Directory) -> None:
        self._ctx = ctx
        self._scene = scene
        self._diary = diary
        self._directory = directory
        self._tasks: set[asyncio.Task[None]] = set()

    def toolset(self, audio: Audio | None = None) -> TransferCallToolset:
        return TransferCallToolset(self._directory, on_event=self.on_event, audio=audio)

    def llm_answers(self, context: ChatContext) -> ChoiceDelta:
        said, output, answered = "", "", False
        for item in context.items:
            if item.type == "message" and item.role == "user":
                said, output, answered = item.text_content or "", "", False
            elif item.type == "function_call":
                answered = True
            elif item.type == "function_call_output" and answered:
                # Otherwise the caller has said something since, which is what counts.
                output = item.output
        self._diary.write("llm", said=said, tool_output=output)
        if output:
            return say(self._scene.after_tool)
        answer = self._scene.answers.get(said)
        if answer is None:
            return say("I see.")
        if answer.destination:
            return call(
                "transfer_call", answer.text or None, destination=answer.destination, summary=said
            )
        return say(answer.text)

    async def on_event(self, event: Event) -> None:
        self._diary.write(type(event).__name__, **_facts(event))
        if isinstance(event, AttemptStarted) and self._scene.when_referred:
            task = asyncio.create_task(self._meddle(self._scene.when_referred))
            self._tasks.add(task)

    async def _meddle(self, what: str) -> None:
        await asyncio.sleep(PENDING_SECONDS)
        self._diary.write(what)
        if what == "handoff":
            self.session.update_agent(Assistant(self.toolset()))
        elif what == "aclose":
            await self.session.aclose()
        elif what == "shutdown":
            self._ctx.shutdown("the test said so")
        self._diary.write(f"{what}_done")


def _facts(event: Event) -> dict[str, Any]:
    match event:
        case AttemptEnded(destination=destination, verdict=verdict):
            return {"destination": destination, "outcome": verdict.outcome.value}
        case AnnouncementEnded(destination=destination, end=end):
            return {"destination": destination, "end": end.value}
        case TransferEnded(source=source, result=result):
            return {
                "source": source.value,
                "destination": result.destination,
                "outcome": result.outcome.value,
                "stopped": str(result.stopped),
                "spoken": result.spoken,
            }
        case CallEnded(outcome=outcome):
            return {"outcome": outcome.value if outcome else ""}
        case LanguageChosen(language=language):
            return {"language": language}
        case TransferRequested(destination=destination) | AttemptStarted(destination=destination):
            return {"destination": destination}
