"""The two people of a transfer: the caller and the human he wants."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

from lab.baresip import PhoneEvent, Softphone

if TYPE_CHECKING:
    from lab.audio import Samples
    from lab.rooms import Line
    from lab.stack import Stack

_callers = itertools.count(1)


class Caller(Softphone):
    """A person who dials. On REFER his phone really calls the SIP address it is given."""

    def __init__(self, stack: Stack, number: str = "", *, says: Samples | None = None) -> None:
        """Describe him.

        Args:
            stack: The lab.
            number: His, in E.164; default one that nobody had before.
            says: What he says in every call from the beginning; default nothing.
        """
        super().__init__(stack, number or f"+1212556{next(_callers):04d}", says=says, far=True)
        self._line = stack.line

    async def dial(self, line: Line | None = None) -> PhoneEvent:
        """Call a line (default the first) and wait until it answers.

        Returns:
            The answer.

        Raises:
            LabError: It did not answer within 20 s.
        """
        await self.command("dial", f"sip:{(line or self._line).number}@{self.bridge}")
        return await self.wait_for("CALL_ESTABLISHED", 20, outgoing=True)

    async def press(self, keys: str) -> None:
        """Press keys one after the other, as a person does."""
        for index, key in enumerate(keys):
            if index:
                await asyncio.sleep(0.25)
            await self.command("sndcode", key)

    async def transferred(self, timeout: float = 20.0) -> PhoneEvent:
        """Wait until he is through to where his phone was sent.

        Returns:
            The answer there.

        Raises:
            LabError: He is not.
        """
        sent = await self.wait_for("TRANSFER", timeout)
        return await self.wait_for("CALL_ESTABLISHED", timeout, since=sent.at, outgoing=True)


class Human(Softphone):
    """A person who is called, and picks up after a while or never."""

    def __init__(
        self,
        stack: Stack,
        user: str = "desk",
        *,
        answers_after: float | None = 0.0,
        says: Samples | None = None,
    ) -> None:
        """Describe him.

        Args:
            stack: The lab.
            user: The user part of his SIP address.
            answers_after: Seconds his phone rings; None: for ever.
            says: What he says in every call from the beginning; default nothing.
        """
        super().__init__(stack, user, says=says, answers=answers_after == 0)
        self._delay = answers_after
        self._picking_up: set[asyncio.Task[None]] = set()
        self.on_event = self._ringing

    def _ringing(self, event: PhoneEvent) -> None:
        if event.kind == "CALL_INCOMING" and self._delay:
            task = asyncio.create_task(self._pick_up(self._delay))
            self._picking_up.add(task)
            task.add_done_callback(self._picking_up.discard)

    async def _pick_up(self, delay: float) -> None:
        await asyncio.sleep(delay)
        await self.command("accept")
