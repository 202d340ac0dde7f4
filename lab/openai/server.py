"""OpenAI's endpoints on a socket of this machine, for the real clients to talk to.

Chat completions (streamed), transcriptions, speech and the realtime WebSocket. Everything that
comes in and goes out is checked against OpenAI's published document.
"""

from __future__ import annotations

import asyncio
import base64
import io
import itertools
import json
import time
import wave
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from aiohttp import BodyPartReader, web

from lab.openai.chat import choices, messages
from lab.openai.contract import contract
from lab.openai.realtime import Conversation
from lab.openai.script import Manner, Model, Service, asked_in

if TYPE_CHECKING:
    from types import TracebackType

AUDIO_PIECE = 9_600
"""Bytes of speech that come at a time: 0.2 s."""
_AUDIO_MODELS = ("tts-1", "tts-1-hd")


@dataclass(frozen=True, slots=True)
class Request:
    """A request that came.

    Attributes:
        at: When, in seconds since 1970.
        service: What for.
        model: Its name.
        body: As it was sent; for transcriptions without the file.
    """

    at: float
    service: Service
    model: str
    body: Mapping[str, Any]


class ScriptedOpenAI:
    """The server; to be used in ``async with``.

    Attributes:
        models: By name; ``*`` serves names that are not there.
        requests: Everything that was asked for.
        faults: What was said, by either side, that OpenAI's document does not allow.
        sessions: What realtime clients have made of their sessions, as it is now.
        base_url: For clients.
    """

    base_url: str

    def __init__(self, models: Mapping[str, Model] | None = None, *, checked: bool = True) -> None:
        """Describe it; nothing listens yet.

        Args:
            models: May be changed while it runs.
            checked: Whether messages are checked; it takes a few milliseconds for each.
        """
        self.models = dict(models or {})
        self.requests: list[Request] = []
        self.faults: list[str] = []
        self.sessions: list[dict[str, Any]] = []
        self._checked = checked
        self._counts: Counter[tuple[Service, str]] = Counter()
        self._ids = itertools.count(1)
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**26)
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/audio/transcriptions", self._transcriptions)
        app.router.add_post("/v1/audio/speech", self._speech)
        app.router.add_get("/v1/realtime", self._realtime)
        # So that a client that goes away is not worked for any longer.
        self._runner = web.AppRunner(app, shutdown_timeout=1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()

    def asked(self, service: Service, model: str = "") -> list[Request]:
        """The requests to a service, for one model or for all."""
        return [one for one in self.requests if one.service is service and model in ("", one.model)]

    def check(self, schema: str, value: object) -> None:
        """Note what the document does not allow."""
        if self._checked and (fault := contract().fault(schema, value)):
            self.faults.append(fault)

    def check_event(self, union: str, event: dict[str, Any]) -> str:
        """The same for an event of the realtime API; returns what is noted."""
        fault = contract().event_fault(union, event) if self._checked else ""
        if fault:
            self.faults.append(fault)
        return fault

    def next_id(self, prefix: str) -> str:
        """An id that nothing else has."""
        return f"{prefix}_{next(self._ids)}"

    def model(self, name: str) -> Model:
        """The model of a name.

        Raises:
            web.HTTPException: There is none.
        """
        found = self.models.get(name) or self.models.get("*")
        if found is None:
            raise self._error(404, f"The model {name!r} does not exist", None)
        return found

    async def manner(self, service: Service, name: str, body: Mapping[str, Any]) -> Manner:
        """Note a request, and return how it is served once it is to be served.

        Raises:
            web.HTTPException: Its manner is an error.
        """
        self.requests.append(Request(time.time(), service, name, body))
        number = self._counts[service, name]
        self._counts[service, name] += 1
        manner = self.model(name).manner(service, number)
        if manner.hangs:
            await self._closing.wait()
            raise self._error(503, "The server is going away", None)
        if manner.status >= 400:
            raise self._error(manner.status, "So it was written", manner.retry_after)
        return manner

    def _error(self, status: int, message: str, retry_after: int | None) -> web.HTTPException:
        body = {"error": {"message": message, "type": "lab_error", "param": None, "code": None}}
        self.check("ErrorResponse", body)
        error = _Error(text=json.dumps(body), content_type="application/json")
        error.set_status(status)
        if retry_after is not None:
            error.headers["Retry-After"] = str(retry_after)
        return error

    async def _list_models(self, request: web.Request) -> web.Response:
        body = {
            "object": "list",
            "data": [
                {"id": name, "object": "model", "created": 0, "owned_by": "lab"}
                for name in self.models
            ],
        }
        self.check("ListModelsResponse", body)
        return web.json_response(body)

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.check("CreateChatCompletionRequest", body)
        manner = await self.manner(Service.LLM, body["model"], body)
        tools = [tool["function"]["name"] for tool in body.get("tools", ())]
        reply = self.model(body["model"]).answers(asked_in(messages(body), tools))
        head = {
            "id": self.next_id("chatcmpl"),
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": body["model"],
        }
        chunks = [{**head, "choices": [choice]} for choice in choices(reply, self.next_id)]
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        chunks.append({**head, "choices": [], "usage": usage})
        for chunk in chunks:
            self.check("CreateChatCompletionStreamResponse", chunk)
        return await self._stream(request, manner, [*map(json.dumps, chunks), "[DONE]"])

    async def _transcriptions(self, request: web.Request) -> web.StreamResponse:
        fields: dict[str, Any] = {}
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader) and part.name is not None
            if part.filename:
                upload, fields[part.name] = bytes(await part.read()), ""
            elif part.name.endswith("[]"):
                fields.setdefault(part.name[:-2], []).append(await part.text())
            else:
                fields[part.name] = await part.text()
        self.check("CreateTranscriptionRequest", fields)
        manner = await self.manner(Service.STT, fields["model"], fields)
        with wave.open(io.BytesIO(upload)) as sound:
            samples, rate = sound.readframes(sound.getnframes()), sound.getframerate()
        model = self.model(fields["model"])
        body: dict[str, Any] = {
            "text": await asyncio.to_thread(model.hears, samples, rate),
            **model.detected,
            "usage": {"type": "duration", "seconds": len(samples) / 2 / rate},
        }
        self.check("CreateTranscriptionResponseJson", body)
        await asyncio.sleep(manner.after)
        if manner.garbled:
            return web.Response(text='{"text": "', content_type="application/json")
        if manner.cut_after is not None:
            return await self._stream(request, manner, [json.dumps(body)])
        return web.json_response(body)

    async def _speech(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.check("CreateSpeechRequest", body)
        manner = await self.manner(Service.TTS, body["model"], body)
        if body.get("response_format") != "pcm":
            raise self._error(400, "Nothing but pcm is spoken here", None)
        samples = await self.model(body["model"]).speaks(body["input"])
        pieces = [samples[at : at + AUDIO_PIECE] for at in range(0, len(samples), AUDIO_PIECE)]
        if body.get("stream_format") != "sse":
            return await self._stream(request, manner, pieces, kind="audio/pcm")
        usage = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
        events = [
            *({"type": "speech.audio.delta", "audio": _base64(piece)} for piece in pieces),
            {"type": "speech.audio.done", "usage": usage},
        ]
        for event in events:
            self.check("CreateSpeechResponseStreamEvent", event)
        return await self._stream(request, manner, [json.dumps(event) for event in events])

    async def _stream(
        self,
        request: web.Request,
        manner: Manner,
        pieces: Iterable[str | bytes],
        *,
        kind: str = "text/event-stream",
    ) -> web.StreamResponse:
        headers = {"Content-Type": kind, "X-Request-ID": self.next_id("req")}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        await asyncio.sleep(manner.after)
        for number, piece in enumerate(pieces):
            if number == manner.cut_after:
                break
            if manner.garbled and number == 1:
                piece = '{"choices": [{'
            await response.write(
                piece if isinstance(piece, bytes) else f"data: {piece}\n\n".encode()
            )
        else:
            await response.write_eof()
            return response
        if request.transport is not None:
            request.transport.abort()
        return response

    async def _realtime(self, request: web.Request) -> web.StreamResponse:
        name = request.query["model"]
        await self.manner(Service.REALTIME, name, {})
        socket = web.WebSocketResponse(max_msg_size=2**24)
        await socket.prepare(request)
        await Conversation(self, socket, self.model(name), name).run()
        return socket


class _Error(web.HTTPException):
    """An error of any status."""

    status_code = 500


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
