"""Drives examples/own_agent.py with nothing installed but the wheel.

A script, not a test: it runs in a virtual environment of its own, where there is no pytest.
The LiveKit server is a socket that speaks Twirp; the LLM is scripted.
"""

import asyncio
import importlib.util
import json
import os
import sys
from typing import Any

from aiohttp import web
from livekit import api
from livekit.agents import AgentSession
from livekit.agents.llm import LLM, ChatChunk, ChoiceDelta, FunctionToolCall, LLMStream
from livekit.agents.testing import fake_job_context
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS

from transfer_call import Call
from transfer_call.testing import fake_caller, fake_room


class OneToolCall(LLM[Any]):
    def chat(self, *, chat_ctx: Any, tools: Any = None, **_: Any) -> LLMStream:
        return _Stream(
            self, chat_ctx=chat_ctx, tools=tools or [], conn_options=DEFAULT_API_CONNECT_OPTIONS
        )


class _Stream(LLMStream):
    async def _run(self) -> None:
        call = FunctionToolCall(
            name="transfer_call",
            arguments=json.dumps({"destination": "sales", "summary": "a quote"}),
            call_id="call_1",
        )
        delta = ChoiceDelta(role="assistant", tool_calls=[call])
        self._event_ch.send_nowait(ChatChunk(id="1", delta=delta))


async def main(example: str) -> None:
    room = fake_room(fake_caller())
    asked: list[api.TransferSIPParticipantRequest] = []

    async def twirp(request: web.Request) -> web.Response:
        if request.path.endswith("/TransferSIPParticipant"):
            asked.append(api.TransferSIPParticipantRequest.FromString(await request.read()))
        return web.Response(body=b"", content_type="application/protobuf")

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", twirp)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    os.environ |= {
        "LIVEKIT_URL": f"ws://127.0.0.1:{port}",
        "LIVEKIT_API_KEY": "key",
        "LIVEKIT_API_SECRET": "secret-of-at-least-32-characters!!",
    }

    spec = importlib.util.spec_from_file_location("own_agent", example)
    assert spec is not None and spec.loader is not None
    own_agent = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(own_agent)

    with fake_job_context(room=room):
        async with AgentSession[Any](llm=OneToolCall()) as session:
            await session.start(own_agent.Assistant())
            await asyncio.wait_for(session.run(user_input="sales, please"), 20)
            call = Call.of(room)
            assert call is not None
            await asyncio.wait_for(call.wait_ended(), 10)
    await runner.cleanup()
    [request] = asked
    print(  # noqa: T201
        json.dumps({"to": request.transfer_to, "identity": request.participant_identity})
    )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
