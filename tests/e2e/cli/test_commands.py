"""The operator's commands against real servers: nothing to the first call, and what is wrong."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from lab.phones import Human
from lab.refusing_phone import RefusingPhone
from lab.scenario import Notify, Refer, referred, refused
from tests.e2e.cli.conftest import LOCAL, Made
from tests.e2e.cli.operator import Operator

if TYPE_CHECKING:
    from lab.stack import Stack

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="session"),
]


async def test_setup_makes_what_check_missed_and_a_second_run_changes_nothing(made: Made) -> None:
    operator = made.operator
    assert made.before.code == 1
    assert {"number_without_trunk", "no_worker"} <= set(made.before.findings)
    assert made.setup.code == 0, made.setup.err
    assert "+ create trunk operator\n    numbers      …0100\n" in made.setup.out
    assert made.setup.out.endswith("2 of 2 done.\n")

    again, checked, trunks = await asyncio.gather(
        operator.types("setup", "--yes", *LOCAL),
        operator.types("check", "--online", "--json"),
        operator.types("trunks"),
    )
    assert (again.code, again.out) == (0, "Nothing to do.\n")
    assert (checked.code, set(checked.findings) - {"audio"}) == (0, set())
    listed = trunks.out
    assert max(map(len, listed.splitlines())) <= 80
    assert "operator" in listed
    assert "12 s" in listed
    assert "+1510" not in listed


async def test_a_misspelled_agent_a_wrong_secret_and_a_wrong_address_are_told_apart(
    operator: Operator,
) -> None:
    misspelled, secret, address = await asyncio.gather(
        operator.types("check", "--online", "--json", env={"RECEPTIONIST_AGENT_NAME": "Operator"}),
        operator.types("check", "--online", "--json", env={"LIVEKIT_API_SECRET": "x" * 40}),
        operator.types("check", "--online", "--json", env={"LIVEKIT_URL": "ws://127.0.0.1:1"}),
    )
    assert {"rule_agent", "no_worker"} <= set(misspelled.findings)
    assert "livekit_key" in secret.findings
    assert "livekit_unreachable" in address.findings
    assert [done.code for done in (misspelled, secret, address)] == [1, 1, 1]


async def test_what_others_made_is_changed_only_when_asked_for_and_never_deleted(
    stack: Stack,
) -> None:
    line = await stack.rooms.add_line("Adopted", number="+15105590111")
    operator = Operator(stack, "adopted", line.number)

    left, found = await asyncio.gather(
        operator.types("setup", "--yes"), operator.types("check", "--online", "--json")
    )
    assert left.code == 3
    assert "left as it is: --adopt" in left.err
    assert "rule_agent" in found.findings

    assert (await operator.types("setup", "--yes", "--adopt")).code == 0
    found, gone = await asyncio.gather(
        operator.types("check", "--online", "--json"),
        operator.types("setup", "--delete", "--yes"),
    )
    assert set(found.findings) - {"audio"} == {"no_worker"}
    assert gone.out == "Nothing to do.\n"


async def test_delete_takes_away_what_setup_has_made(stack: Stack) -> None:
    operator = Operator(stack, "brief", "+15105590122")
    assert (await operator.types("setup", "--yes", *LOCAL)).code == 0
    deleted = await operator.types("setup", "--delete", "--yes")
    assert (deleted.code, deleted.out.splitlines()[-1]) == (0, "2 of 2 done.")
    found = (await operator.types("check", "--online", "--json")).findings
    assert "number_without_trunk" in found


OUTCOMES = {
    "connected": (Refer(), "tel:+12125550123", 0),
    "busy": (referred(486), "sales", 11),
    "no answer": (referred(480), "sales", 12),
    "declined": (referred(603), "sip:desk@pbx.example.com", 13),
    "unreachable": (referred(404), "desk", 14),
    "not permitted": (refused(405), "sales", 15),
    "unknown": (Refer(notifies=()), "sales", 17),
    "handed off": (Refer(notifies=(Notify(100),), hang_up_after=0.2), "sales", 10),
}
_AT_ONCE = 2


async def test_a_live_caller_is_transferred_by_hand_and_each_outcome_has_its_exit_code(
    operator: Operator,
) -> None:
    room = asyncio.Semaphore(_AT_ONCE)

    async def transferred(outcome: str, refer: Refer, to: str, code: int) -> str:
        async with room:
            # Who is still there when nobody knows what happened is told so by the outcome.
            call = await operator.call(refer, stays=15.0 if outcome == "unknown" else 1.0)
            wait = ("--ringing-timeout", "3s" if outcome == "unknown" else "20s")
            done = await operator.types(
                "transfer", "--identity", call.room_identity, "--to", to, *wait
            )
            assert done.code == code, (outcome, done)
            assert f": {outcome}" in done.out
            assert "+1212" not in done.out
            dialog = await call.ended(60)
            (sent,) = dialog.requests("REFER")
            refer_to = (sent.header("Refer-To") or "").strip("<>")
            assert refer_to in ("tel:+12125550123", "sip:desk@pbx.example.com")
            return call.caller

    async with asyncio.TaskGroup() as group:
        tasks = {
            outcome: group.create_task(transferred(outcome, *how))
            for outcome, how in OUTCOMES.items()
        }
    callers = {task.result(): outcome for outcome, task in tasks.items()}
    calls = (await operator.types("calls", "--json", "--numbers")).json
    recorded = {
        callers[call["caller"]]: [one["outcome"].replace("_", " ") for one in call["attempts"]]
        for call in calls
        if call["caller"] in callers
    }
    # On the worker's own calls, not on new ones.
    assert recorded == {outcome: [outcome] for outcome in OUTCOMES}


async def test_callers_who_are_there_are_listed_and_one_must_be_named(operator: Operator) -> None:
    first, second = await asyncio.gather(operator.call(), operator.call())

    listed = await operator.types("calls", "--live")
    assert max(map(len, listed.out.splitlines())) <= 80
    assert f"…{first.caller[-4:]}" in listed.out
    assert first.caller not in listed.out
    unclear = await operator.types("transfer", "--to", "sales")
    assert (unclear.code, "name one with --room" in unclear.err) == (2, True)

    shown = (await operator.types("calls", "--live", "--json")).json
    masked = {one["number"]: one["room"] for one in shown}
    # As the list shows them.
    rooms = [masked[f"…{call.caller[-4:]}"] for call in (first, second)]
    done = await asyncio.gather(
        *(operator.types("transfer", "--to", "sales", "--room", room) for room in rooms)
    )
    assert [one.code for one in done] == [0, 0]
    for call in (first, second):
        assert len((await call.ended(60)).requests("REFER")) == 1


async def test_a_drill_finds_who_answers_presses_1_and_who_is_busy(stack: Stack) -> None:
    operator = Operator(stack, "drill", "+15105590133")
    async with (
        Human(stack, "desk", answers_after=0.0) as desk,
        RefusingPhone(stack, "486 Busy Here") as busy,
    ):
        operator.writes(desk=desk.uri, sales=busy.uri)
        drilling = asyncio.create_task(operator.types("drill", "--yes"))
        await desk.wait_for("CALL_ESTABLISHED", 60)
        await desk.command("sndcode", "1")
        done = await drilling
    assert done.out.splitlines()[0].startswith("FAIL  sales (sip:")
    assert done.out.splitlines()[0].endswith("it is busy (486)")
    assert done.out.splitlines()[1].endswith("somebody pressed 1")
    assert done.out.splitlines()[2] == "1 of 2 reach a human."
    assert (done.code, done.err) == (1, "")


async def test_a_test_call_prints_each_step_and_says_who_was_reached(operator: Operator) -> None:
    done = await operator.types("test-call", "--press", "1")
    assert done.code == 0, done
    assert "INVITE" in done.out
    assert "key 1" in done.out
    assert "REFER" in done.out
    assert "tel:…0123" in done.out
    assert done.out.endswith("sales: connected\n")
    assert max(map(len, done.out.splitlines())) <= 80
    assert "+1212" not in done.out
