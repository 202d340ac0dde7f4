"""One REFER: asked for, waited for, and watched until its verdict is final."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from .outcome import GRACE_SECONDS, STAY_SECONDS, Settle, Verdict
from .outcomes import LEFT_WHILE_PENDING, classify, settled

if TYPE_CHECKING:
    from .scene import Scene
    from .telephony import Refer, Telephony

LATE_REPLY_SECONDS = 0.5
"""How long the reply may come after the caller has left; on released servers it comes within
0.1 s, and where the BYE crossed the REFER not before the time-out."""
SENT_SECONDS = 0.02
"""After so long a request counts as on its way. Until then nothing else is done on this side:
server and bridge, which turn it into a REFER in 6 ms, may have the same processor."""


async def refer(scene: Scene, request: Refer) -> Verdict:
    """Send one REFER and classify what came of it; `settle` may still change the verdict."""
    return await send(scene.telephony, request, scene.left, on_sent=scene.listening.deafen)


async def send(
    telephony: Telephony,
    request: Refer,
    left: asyncio.Event,
    *,
    on_sent: Callable[[], object] = lambda: None,
) -> Verdict:
    """The same without a call around it: `watch` may still change the verdict.

    Args:
        telephony: Sends it.
        request: What is sent.
        left: Set when the caller is gone.
        on_sent: Called once the request is on its way, unless it is answered before.
    """
    asking = asyncio.create_task(telephony.refer(request))
    leaving = asyncio.create_task(left.wait())
    try:
        either = partial(asyncio.wait, {asking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not (await either(timeout=SENT_SECONDS))[0]:
            on_sent()
            await either()
        if not asking.done():
            await asyncio.wait({asking}, timeout=LATE_REPLY_SECONDS)
        if asking.done():
            return classify(asking.result(), caller_present=not left.is_set())
        return LEFT_WHILE_PENDING
    finally:
        # The bridge goes on with a REFER whose HTTP request is gone; nobody needs its answer.
        asking.cancel()
        leaving.cancel()
        await asyncio.gather(asking, leaving, return_exceptions=True)


async def settle(
    scene: Scene, verdict: Verdict, on_watch: Callable[[], Awaitable[None]]
) -> Verdict:
    """Watch the caller for as long as `verdict.settle` says and return the final verdict.

    Args:
        scene: The call.
        verdict: What the API's reply was taken for.
        on_watch: Awaited before a watch that lasts long enough to be silence to the caller.
    """
    if verdict.settle is Settle.LEAVES:
        await on_watch()
    return await watch(scene.left, verdict)


async def watch(left: asyncio.Event, verdict: Verdict) -> Verdict:
    """Wait for the caller to leave for as long as `verdict.settle` says; the final verdict."""
    if verdict.settle is Settle.NOTHING:
        return verdict
    seconds = STAY_SECONDS if verdict.settle is Settle.STAYS else GRACE_SECONDS
    try:
        await asyncio.wait_for(left.wait(), seconds)
    except TimeoutError:
        return settled(verdict, still_there=True)
    return settled(verdict, still_there=False)
