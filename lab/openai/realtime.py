"""One conversation of the realtime API: a WebSocket, its items and its responses."""

from __future__ import annotations

import asyncio
import base64
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from lab.openai.script import RATE, WELL, Service, asked_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from lab.openai.script import Asked, Model, Reply
    from lab.openai.server import ScriptedOpenAI

PIECE_SECONDS = 0.1
"""Audio that comes at a time."""


class Conversation:
    """Serves one client, which detects turns by itself."""

    def __init__(
        self,
        server: ScriptedOpenAI,
        socket: web.WebSocketResponse,
        model: Model,
        name: str,
    ) -> None:
        self._server = server
        self._socket = socket
        self._model = model
        self._name = name
        self._manner = WELL
        self._session: dict[str, Any] = {
            "type": "realtime",
            "object": "realtime.session",
            "id": server.next_id("sess"),
            "model": name,
        }
        server.sessions.append(self._session)
        self._items: list[dict[str, Any]] = []
        self._audio = bytearray()
        self._response: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Serve until either side closes."""
        await self._send("session.created", session=self._session)
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            # The client sends null for what it leaves to the server.
            event = _without_null(json.loads(message.data))
            if fault := self._server.check_event("RealtimeClientEvent", event):
                error = {"type": "invalid_request_error", "message": fault}
                await self._send("error", error={**error, "event_id": event.get("event_id")})
            else:
                await self._serve(event)
        await self._cancel()

    async def _serve(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "session.update":
                self._session.update(event["session"])
                await self._send("session.updated", session=self._session)
            case "input_audio_buffer.append":
                self._audio += base64.b64decode(event["audio"])
            case "input_audio_buffer.clear":
                self._audio.clear()
                await self._send("input_audio_buffer.cleared")
            case "input_audio_buffer.commit":
                await self._commit()
            case "conversation.item.create":
                await self._add({"status": "completed", **event["item"]}, event)
            case "conversation.item.delete":
                self._items = [one for one in self._items if one["id"] != event["item_id"]]
                await self._send("conversation.item.deleted", item_id=event["item_id"])
            case "conversation.item.truncate":
                fields = ("item_id", "content_index", "audio_end_ms")
                await self._send(
                    "conversation.item.truncated", **{name: event[name] for name in fields}
                )
            case "response.create":
                await self._cancel()
                asked = self._asked(event.get("response") or {})
                self._response = asyncio.create_task(self._respond(asked, event))
            case "response.cancel":
                await self._cancel()

    def _asked(self, response: dict[str, Any]) -> Asked:
        instructions = response.get("instructions") or self._session.get("instructions") or ""
        messages = [{"role": "system", "text": instructions}]
        for item in self._items:
            role = {"function_call": "call", "function_call_output": "tool"}.get(item["type"])
            parts = item.get("content") or ()
            text = "".join(part.get("text") or part.get("transcript") or "" for part in parts)
            messages.append({"role": role or item["role"], "text": item.get("output", text)})
        tools = response.get("tools") or self._session.get("tools") or ()
        return asked_in(messages, [tool["name"] for tool in tools])

    async def _commit(self) -> None:
        samples = bytes(self._audio)
        self._audio.clear()
        text = await asyncio.to_thread(self._model.hears, samples, RATE)
        item = {
            "id": self._server.next_id("item"),
            "object": "realtime.item",
            "type": "message",
            "status": "completed",
            "role": "user",
            "content": [{"type": "input_audio", "transcript": text}],
        }
        previous = self._items[-1]["id"] if self._items else None
        await self._send(
            "input_audio_buffer.committed", previous_item_id=previous, item_id=item["id"]
        )
        await self._add(item, {})
        seconds = {"type": "duration", "seconds": len(samples) / 2 / RATE}
        await self._send(
            "conversation.item.input_audio_transcription.completed",
            item_id=item["id"],
            content_index=0,
            transcript=text,
            usage=seconds,
            **self._model.detected,
        )

    async def _add(self, item: dict[str, Any], event: dict[str, Any]) -> None:
        """Put an item where the event wants it, at the end unless it says so."""
        ids = [one["id"] for one in self._items]
        after = event.get("previous_item_id")
        place = 0 if after == "root" else ids.index(after) + 1 if after in ids else len(ids)
        self._items.insert(place, item)
        previous = ids[place - 1] if place else None
        await self._send("conversation.item.added", previous_item_id=previous, item=item)
        await self._send("conversation.item.done", previous_item_id=previous, item=item)

    async def _respond(self, asked: Asked, event: dict[str, Any]) -> None:
        response: dict[str, Any] = {
            "object": "realtime.response",
            "id": self._server.next_id("resp"),
            "status": "in_progress",
            "output": [],
            "metadata": (event.get("response") or {}).get("metadata"),
        }
        try:
            self._manner = await self._server.manner(Service.RESPONSE, self._name, event)
        except web.HTTPException as error:
            failed = {"type": "failed", "error": {"type": "lab_error", "code": str(error.status)}}
            await self._send("response.created", response=response)
            response |= {"status": "failed", "status_details": failed}
            await self._send("response.done", response=response)
            return
        if self._manner.cut_after == 0:
            await self._socket.close()
            return
        await asyncio.sleep(self._manner.after)
        await self._send("response.created", response=response)
        status = "cancelled"
        try:
            reply = self._model.answers(asked)
            async for item in self._output(reply, response["id"]):
                response["output"].append(item)
            status = "completed"
        finally:
            with suppress(ConnectionError):
                await self._send("response.done", response={**response, "status": status})

    async def _output(self, reply: Reply, response: str) -> AsyncIterator[dict[str, Any]]:
        if reply.text:
            yield await self._say(reply.text, response)
        for index, call in enumerate(reply.calls, start=1 if reply.text else 0):
            item = {
                "id": self._server.next_id("item"),
                "object": "realtime.item",
                "type": "function_call",
                "status": "in_progress",
                "call_id": self._server.next_id("call"),
                "name": call.name,
                "arguments": "",
            }
            where = {"response_id": response, "output_index": index}
            await self._send("response.output_item.added", **where, item=item)
            await self._add(item, {})
            item = {**item, "status": "completed", "arguments": call.text}
            self._items[-1] = item
            await self._send(
                "response.function_call_arguments.done",
                **where,
                item_id=item["id"],
                **{name: item[name] for name in ("call_id", "name", "arguments")},
            )
            await self._send("response.output_item.done", **where, item=item)
            yield item

    async def _say(self, text: str, response: str) -> dict[str, Any]:
        item: dict[str, Any] = {
            "id": self._server.next_id("item"),
            "object": "realtime.item",
            "type": "message",
            "status": "in_progress",
            "role": "assistant",
            "content": [],
        }
        where = {"response_id": response, "output_index": 0}
        part = {**where, "item_id": item["id"], "content_index": 0}
        await self._send("response.output_item.added", **where, item=item)
        await self._add(item, {})
        await self._send("response.content_part.added", **part, part={"type": "audio"})
        await self._send("response.output_audio_transcript.delta", **part, delta=text)
        samples = await self._model.speaks(text)
        size = round(PIECE_SECONDS * RATE) * 2
        for number, at in enumerate(range(0, len(samples), size)):
            if number == self._manner.cut_after:
                await self._socket.close()
            delta = base64.b64encode(samples[at : at + size]).decode()
            await self._send("response.output_audio.delta", **part, delta=delta)
        await self._send("response.output_audio.done", **part)
        await self._send("response.output_audio_transcript.done", **part, transcript=text)
        said = {"type": "audio", "transcript": text}
        await self._send("response.content_part.done", **part, part=said)
        item = {
            **item,
            "status": "completed",
            "content": [{"type": "output_audio", "transcript": text}],
        }
        self._items[-1] = item
        await self._send("response.output_item.done", **where, item=item)
        return item

    async def _cancel(self) -> None:
        if self._response is not None and not self._response.done():
            self._response.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await self._response

    async def _send(self, kind: str, **fields: Any) -> None:
        event = {"event_id": self._server.next_id("event"), "type": kind, **fields}
        self._server.check_event("RealtimeServerEvent", event)
        await self._socket.send_str(json.dumps(event))


def _without_null(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_null(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _without_null(each) for key, each in value.items() if each is not None}
