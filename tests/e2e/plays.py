"""The calls of these tests: what the caller does at which second, and what the agent does."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
from livekit import api

from lab import sipp
from lab.audio import RATE, Samples, tone
from lab.scenario import Notify, Refer, Script, referred
from lab.track import Key, Sound, Track
from tests.e2e.scene import LONG_ANNOUNCEMENT, Answer, Scene, destinations
from tests.e2e.sentences import ARE_YOU_THERE, SALES_PLEASE, THANKS, WAIT, said
from tests.e2e.stage import Play

if TYPE_CHECKING:
    from lab.dialog import Dialog
    from tests.e2e.stage import Live

ASK_AT = 1.0
"""When a caller asks for sales."""
TOOL_CALLED = (4.45, 4.95)
"""Between which seconds the LLM calls the tool, on a machine that is not too busy."""
ANNOUNCED_AT = 2.5
"""When the key is pressed whose announcement takes the next four seconds."""
ALL_RIGHT = "Of course, take all the time that you need."
PREAMBLE = "Let me see who is in today."
LONG_PREAMBLE = (
    "Let me see who is in today, and who of them could help you best with that, for there are "
    "several people here who know about prices, about new orders, and about all that you need."
)

UNANNOUNCED = destinations(sales={"announcement": ""})
LONG_WINDED = destinations(sales={"announcement": " ".join(LONG_ANNOUNCEMENT)})


def ask(text: str, at: float) -> Sound:
    return Sound(said(text), at)


def cough() -> Samples:
    """A burst of noise."""
    noise = np.random.default_rng(1).normal(0, 6000, round(0.25 * RATE))
    return (noise * np.hanning(len(noise))).astype(np.int16)


def asked_for_sales(text: str = "", **changes: Any) -> Scene:
    """An LLM that calls the tool for sales when asked, and says `text` before it."""
    fields: dict[str, Any] = {
        "greeting": "",
        "answers": {SALES_PLEASE: Answer(text, "sales"), WAIT: Answer(ALL_RIGHT)},
        **changes,
    }
    return Scene(**fields)


def pending(seconds: float, status: int = 486) -> Refer:
    """A transfer whose outcome takes so long."""
    return Refer(notifies=(Notify(100), Notify(status, after=seconds)))


# --- put through ----------------------------------------------------------------------------

FRONT_DESK = Play(
    lambda: Script(track=Track((Key("0", at=1.5),))),
    Scene(
        destinations=destinations(
            front_desk={"headers": {"X-Department": "front desk", "X-Caller": "{caller}"}}
        )
    ),
)
SALES_ANNOUNCED = Play(lambda: Script(track=Track((Key("1", at=ANNOUNCED_AT),))), Scene())
SALES_PRERENDERED = Play(
    lambda: Script(track=Track((Key("1", at=ANNOUNCED_AT),))), Scene(prerendered=True)
)
ASKED = Play(lambda: Script(track=Track((ask(SALES_PLEASE, ASK_AT),))), asked_for_sales())
ASKED_WITH_PREAMBLE = Play(
    lambda: Script(track=Track((ask(SALES_PLEASE, ASK_AT),))), asked_for_sales(PREAMBLE)
)

# --- not put through ------------------------------------------------------------------------

BUSY = Play(
    lambda: Script(track=Track((Key("1", at=1.5),)), refers=(referred(486),), stays=7.0),
    Scene(destinations=UNANNOUNCED),
)
ASKED_BUSY = Play(
    lambda: Script(track=Track((ask(SALES_PLEASE, ASK_AT),)), refers=(referred(486),), stays=11.0),
    asked_for_sales(destinations=UNANNOUNCED),
)
TALKS_WHILE_PENDING = Play(
    lambda: Script(
        track=Track((ask(SALES_PLEASE, ASK_AT), ask(ARE_YOU_THERE, 6.5))),
        refers=(pending(6.0),),
        stays=11.0,
    ),
    asked_for_sales(destinations=UNANNOUNCED),
)

# --- stopped, and not stopped ---------------------------------------------------------------

COUGHS = Play(
    lambda: Script(
        track=Track((Key("1", at=ANNOUNCED_AT), Sound(cough(), 3.3), Sound(tone(440, 0.3), 4.0)))
    ),
    Scene(),
)
SAYS_THANKS = Play(
    lambda: Script(track=Track((Key("1", at=ANNOUNCED_AT), ask(THANKS, 3.5)))), Scene()
)
SAYS_WAIT = Play(
    lambda: Script(track=Track((Key("1", at=ANNOUNCED_AT), ask(WAIT, 3.0))), patience=9.5),
    Scene(destinations=LONG_WINDED, answers={WAIT: Answer(ALL_RIGHT)}),
)
ASKED_SAYS_WAIT = Play(
    lambda: Script(track=Track((ask(SALES_PLEASE, ASK_AT), ask(WAIT, 5.7))), patience=12.0),
    asked_for_sales(destinations=LONG_WINDED),
)
SAYS_WAIT_TO_THE_PREAMBLE = Play(
    lambda: Script(track=Track((ask(SALES_PLEASE, ASK_AT), ask(WAIT, 5.3))), patience=12.0),
    asked_for_sales(LONG_PREAMBLE),
)
PRESSES_STAR = Play(
    lambda: Script(track=Track((Key("1", at=ANNOUNCED_AT), Key("*", at=4.0))), patience=8.0),
    Scene(),
)
HANGS_UP = Play(lambda: Script(track=Track((Key("1", at=ANNOUNCED_AT),)), patience=4.2), Scene())

# --- a REFER that nothing on this side cuts -------------------------------------------------

HANDOFF = Play(
    lambda: Script(track=Track((Key("1", at=1.0),)), refers=(pending(3.0),), stays=7.0),
    Scene(destinations=UNANNOUNCED, when_referred="handoff"),
)
ASKED_HANDOFF = Play(
    lambda: Script(track=Track((ask(SALES_PLEASE, ASK_AT),)), refers=(pending(3.0),), stays=9.0),
    asked_for_sales(destinations=UNANNOUNCED, when_referred="handoff"),
)
SESSION_CLOSED = Play(
    lambda: Script(track=Track((Key("1", at=1.0),)), refers=(pending(3.0),), stays=3.0),
    Scene(destinations=UNANNOUNCED, when_referred="aclose"),
)
ASKED_SESSION_CLOSED = Play(
    lambda: Script(track=Track((ask(SALES_PLEASE, ASK_AT),)), refers=(pending(3.0),), stays=3.0),
    asked_for_sales(destinations=UNANNOUNCED, when_referred="aclose"),
)
JOB_SHUT_DOWN = Play(
    # Longer than the time after which a worker kills a process that does not end.
    lambda: Script(track=Track((Key("1", at=1.0),)), refers=(pending(13.0),), stays=6.0),
    Scene(destinations=UNANNOUNCED, when_referred="shutdown"),
)
JOB_SHUT_DOWN_AND_CONNECTED = Play(
    lambda: Script(track=Track((Key("1", at=1.0),)), refers=(pending(3.0, 200),)),
    Scene(destinations=UNANNOUNCED, when_referred="shutdown"),
)

# --- a key and the tool at once -------------------------------------------------------------


def at_once(digit: str, at: float) -> Play:
    return Play(
        lambda: Script(track=Track((ask(SALES_PLEASE, ASK_AT), Key(digit, at=at)))),
        asked_for_sales(destinations=UNANNOUNCED),
    )


AT_ONCE = {
    f"{digit} at {at:.2f} s": at_once(digit, at)
    for digit, at in zip("010101010101", np.linspace(*TOOL_CALLED, 12), strict=True)
}

# --- two callers in one room ----------------------------------------------------------------


async def somebody_else_presses_0(live: Live) -> Dialog:
    """Bring a second caller into the room, who presses 0 twice and hangs up."""
    await live.diary.until("greeted", 20)
    room = await live.stack.rooms.until_there(live.line.room_prefix)
    number = f"{live.line.number[:-4]}9{live.line.number[-3:]}"
    async with live.stack.rooms.api() as client:
        trunk = await client.sip.create_inbound_trunk(
            api.CreateSIPInboundTrunkRequest(
                trunk=api.SIPInboundTrunkInfo(name="side door", numbers=[number])
            )
        )
        await client.sip.create_dispatch_rule(
            api.CreateSIPDispatchRuleRequest(
                dispatch_rule=api.SIPDispatchRuleInfo(
                    name="side door",
                    trunk_ids=[trunk.sip_trunk_id],
                    rule=api.SIPDispatchRule(
                        dispatch_rule_direct=api.SIPDispatchRuleDirect(room_name=room)
                    ),
                )
            )
        )
    side_door = dataclasses.replace(live.line, number=number)
    script = Script(track=Track((Key("0", at=0.7), Key("0", at=1.7))), patience=3.0)
    return await sipp.call(live.stack, script, line=side_door).ended(30)


TWO_CALLERS = Play(
    lambda: Script(track=Track((Key("0", at=12.0),))),
    Scene(),
    meanwhile=somebody_else_presses_0,
)
