"""The two people of a transfer: the caller and the human he wants."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING

from lab.baresip import PhoneEvent, Softphone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lab.audio import Samples
    from lab.pcap import Address
    from lab.rooms import Line
    from lab.stack import Stack

_callers = itertools.count(1)


def who_is(
    stack: Stack, phones: Mapping[str, Softphone], *, stranger: str = ""
) -> Callable[[Address], str]:
    """Tells whose an address is: a phone's, the receptionist's (the bridge), or a stranger's."""

    def name(address: Address) -> str:
        if address == stack.sip_address:
            return "receptionist"
        return next((who for who, phone in phones.items() if address in phone.addresses), stranger)

    return name


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

    async def transferred(self, timeout: float = 20.0, *, since: float = 0.0) -> PhoneEvent:
        """Wait until he is through to where his phone was sent.

        Args:
            timeout: Seconds for either step.
            since: When he was sent there at the earliest, in seconds since 1970.

        Returns:
            The answer there.

        Raises:
            LabError: He is not.
        """
        sent = await self.wait_for("TRANSFER", timeout, since=since)
        return await self.wait_for("CALL_ESTABLISHED", timeout, since=sent.at, outgoing=True)


class Human(Softphone):
    """A person who is called, and picks up, refuses because he is busy, or lets it ring.

    Attributes:
        busy: Whether he refuses; may be changed between calls if his phone rings for a while.
    """

    def __init__(
        self,
        stack: Stack,
        user: str = "desk",
        *,
        answers_after: float | None = 0.0,
        busy: bool = False,
        says: Samples | None = None,
    ) -> None:
        """Describe him.

        Args:
            stack: The lab.
            user: The user part of his SIP address.
            answers_after: Seconds his phone rings; None: for ever.
            busy: Whether he refuses then instead (486).
            says: What he says in every call from the beginning; default nothing.
        """
        super().__init__(stack, user, says=says, answers=answers_after == 0 and not busy)
        self.busy = busy
        self._delay = answers_after
        self._reacting: set[asyncio.Task[None]] = set()
        self.on_event = self._ringing

    def _ringing(self, event: PhoneEvent) -> None:
        by_itself = self._delay == 0 and not self.busy
        if event.kind == "CALL_INCOMING" and self._delay is not None and not by_itself:
            task = asyncio.create_task(self._react(self._delay))
            self._reacting.add(task)
            task.add_done_callback(self._reacting.discard)

    async def _react(self, delay: float) -> None:
        await asyncio.sleep(delay)
        await self.command("hangup" if self.busy else "accept")
