"""Keys as a softphone sends them: one after the other, as fast as a person presses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lab.phones import Caller
from tests.e2e.keypad.lines import ANN, DESK, SUPPORT

if TYPE_CHECKING:
    from lab.sip_message import SipMessage
    from lab.stack import Stack
    from tests.e2e.keypad.reception import Reception

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(180),
]


@pytest.mark.parametrize(
    ("line", "keys", "reached"),
    [
        pytest.param("plain", "0", DESK, id="one key"),
        pytest.param("plain", "204", ANN, id="an extension in the greeting"),
        pytest.param("nested", "123", SUPPORT, id="two menus ahead"),
    ],
)
async def test_keys_pressed_as_soon_as_it_answers_lead_to_the_refer(
    line: str, keys: str, reached: str, stack: Stack, reception: Reception
) -> None:
    async with Caller(stack) as caller:

        def is_refer(message: SipMessage) -> bool:
            return message.method == "REFER" and f"{caller.user}@" in message.header("to")

        await caller.dial(reception.line(line))
        await caller.press(keys)
        refer = await stack.capture.wait_for(is_refer, 10)
        await caller.hang_up()
    assert refer.header("Refer-To").strip("<>") == reached
