"""What the LLM sees: one tool that puts the caller through to a named destination."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from livekit.agents import RunContext, ToolError, function_tool
from livekit.agents.llm import ToolFlag, ToolResult, Toolset

from .call import NoCallerError
from .directory import Choices, Match, llm_view
from .session_call import call_for
from .transfer.outcome import Outcome
from .transfer.request import Source, TransferRequest, TransferResult
from .transfer.words import for_llm

if TYPE_CHECKING:
    from datetime import datetime

    from livekit.agents import AgentSession

    from .call import Call
    from .directory import Destination, Directory
    from .events import Listener
    from .record import Record
    from .transfer.telephony import Telephony
    from .voice.phrases import Phrases
    from .voice.session_voice import Audio

TRANSFER_CALL_DESCRIPTION = """\
Puts the caller through to one of the destinations below and ends your part of the call.

Call when:
- The caller asks for a person, a department or a human, or agrees to be put through.

Do not call when:
- It is not clear which destination is meant: ask first.
- The caller only mentions a destination, or asks about it.

The caller hears an announcement by itself: do not announce the transfer and say nothing with
this call. If it succeeds the caller is gone. If it fails you are told why and what is possible.
Never say that a caller has been put through, and never invent a destination or a number.
"""


class TransferCallToolset(Toolset):
    """Gives any LiveKit agent the tool ``transfer_call(destination, summary)``.

    Works on an agent or on a session, with pipeline and realtime models. It needs a directory
    and nothing else; the LiveKit server comes from the job's environment.
    """

    def __init__(
        self,
        directory: Directory,
        *,
        on_event: Listener | None = None,
        phrases: Callable[[str], Phrases] | None = None,
        record: Record | None = None,
        telephony: Telephony | None = None,
        audio: Audio | None = None,
        extra_description: str = "",
        ignore_on_enter: bool = True,
        on_tool_called: Callable[[Toolset.ToolCalledEvent], Awaitable[None]] | None = None,
        on_tool_completed: Callable[[Toolset.ToolCompletedEvent], Awaitable[None]] | None = None,
        id: str = "transfer_call",
    ) -> None:
        """Make the tool for one directory.

        Args:
            directory: Who can be reached.
            on_event: Awaited with every event of the call; can neither break nor delay it.
            phrases: The fixed words of a language. Default: ours, unchanged.
            record: Where calls and attempts are written. Default: in memory.
            telephony: Default: the LiveKit server named by the environment.
            audio: Pre-rendered announcements. Default: the session's TTS.
            extra_description: Added to the tool's description for the LLM.
            ignore_on_enter: Hide the tool while the agent greets.
            on_tool_called: Awaited before the transfer begins.
            on_tool_completed: Awaited with the output, which it may replace.
            id: Toolset id; two toolsets on one session need two.

        Raises:
            ValueError: The directory offers the LLM nobody.
        """
        self._directory = directory
        self._on_tool_called = on_tool_called
        self._on_tool_completed = on_tool_completed
        self._parts: dict[str, Any] = {
            "on_event": on_event,
            "phrases": phrases,
            "record": record,
            "telephony": telephony,
            "audio": audio,
            "line": directory.line,
            "country": directory.country,
        }
        self._asked: dict[str, int] = {}
        self._offered: tuple[str, ...] = ()
        view = llm_view(directory)
        if not view:
            raise ValueError(
                "the directory offers the LLM nobody: add a destination that is not hidden"
            )

        async def transfer_call(
            ctx: RunContext[Any], destination: str, summary: str = ""
        ) -> ToolResult | str:
            """See the description.

            Args:
                ctx: Of the tool call.
                destination: Who is to be reached.
                summary: One sentence for the human on what the caller wants.
            """
            return await self._transfer_call(ctx, destination, summary)

        if view.names:
            # The tool's schema is made from the annotations: the model can then only choose
            # a name that exists.
            transfer_call.__annotations__["destination"] = Literal[view.names]
        tool = function_tool(
            transfer_call,
            name="transfer_call",
            description="\n".join(
                part for part in (TRANSFER_CALL_DESCRIPTION, view.text, extra_description) if part
            ),
            flags=ToolFlag.IGNORE_ON_ENTER if ignore_on_enter else ToolFlag.NONE,
        )
        super().__init__(id=id, tools=[tool])

    async def _transfer_call(
        self, ctx: RunContext[Any], destination: str, summary: str
    ) -> ToolResult | str:
        if self._on_tool_called is not None:
            await self._on_tool_called(
                Toolset.ToolCalledEvent(
                    ctx=ctx, arguments={"destination": destination, "summary": summary}
                )
            )
        output: Any
        try:
            output = await self._put_through(ctx, destination, summary)
        except ToolError as error:
            output = error
        if self._on_tool_completed is not None:
            completed = Toolset.ToolCompletedEvent(ctx=ctx, output=output)
            await self._on_tool_completed(completed)
            output = completed.output
        if isinstance(output, Exception):
            raise output
        return output  # type: ignore[no-any-return]  # the callback may have put anything there

    async def _put_through(self, ctx: RunContext[Any], said: str, summary: str) -> ToolResult | str:
        chosen = self._choose(said)
        call = call_for(ctx.session, **self._parts)
        if call.tried_out(chosen.name):
            raise ToolError(
                f"{chosen.label} has already failed twice in this call and is not tried again. "
                "Offer another destination, or ask what else you can do."
            )
        if chosen.confirm and not self._agreed(ctx.session, call, chosen):
            raise ToolError(
                f"Not yet: ask the caller whether to connect them to {chosen.label}, and call "
                "this tool again only after they said yes."
            )
        # A side remark of the caller must neither cancel this tool nor swallow its result;
        # what stops the transfer is decided by the engine.
        with suppress(RuntimeError):
            ctx.disallow_interruptions()
        if ctx.speech_handle.interrupted:
            raise ToolError("The caller interrupted you; nothing was done. Listen to them first.")
        request = TransferRequest(
            destination=chosen.name,
            directory=self._directory,
            source=Source.TOOL,
            summary=summary,
        )
        try:
            result = await call.transfer(request, lead_in=ctx.wait_for_playout)
        except NoCallerError:
            raise ToolError(
                "There is no telephone caller in this room, so nobody can be put through."
            ) from None
        if result.stopped == "phrase":
            with suppress(RuntimeError):
                ctx.speech_handle.allow_interruptions = True
        return self._report(result, call.now())

    def _choose(self, said: str) -> Destination:
        # What was offered last time is meant first: the answer to "which of these?".
        found = self._directory.find(said, among=self._offered)
        self._offered = ()
        if isinstance(found, Match):
            return found.destination
        if isinstance(found, Choices):
            self._offered = tuple(one.name for one in found.candidates)
            names = " or ".join(found.labels)
            if found.total <= len(found.candidates):
                raise ToolError(
                    f"It is not clear who is meant. Ask the caller: {names}? Then pass the answer."
                )
            raise ToolError(
                f"{found.total} fit, such as {names}. Ask the caller for the full name or the "
                "department."
            )
        raise ToolError(
            "Nobody of that name can be reached here. Ask the caller again or offer someone else."
        )

    def _agreed(self, session: AgentSession[Any], call: Call, chosen: Destination) -> bool:
        """Whether the caller has said anything since he was to be asked about `chosen`.

        What he said is the LLM's to judge; that he was asked at all is not.
        """
        turns = sum(
            item.type == "message" and item.role == "user" for item in session.history.items
        )
        return turns > self._asked.setdefault(f"{call.call_id}/{chosen.name}", turns)

    def _report(self, result: TransferResult, at: datetime) -> ToolResult | str:
        text = for_llm(self._directory, result, at)
        if result.running:
            running = self._directory[result.running].label
            return ToolResult(
                f"Nothing was done: the caller is already being put through to {running}.",
                reply_required=False,
            )
        if result.outcome.ends_call or result.outcome is Outcome.CANCELLED:
            # Gone, or answered by what stopped the transfer: one more reply would be too many.
            return ToolResult(text, reply_required=False)
        return text
