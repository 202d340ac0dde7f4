"""The engine through the `Call`: what is said, sent, recorded and answered, in which order."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.support.call import DESK, NOON, SALES, a_call, directory
from tests.support.session import ScriptedSession
from transfer_call.adapters.memory_record import MemoryRecord
from transfer_call.call import Call, NoCallerError
from transfer_call.directory import Destination
from transfer_call.events import (
    AnnouncementEnd,
    AnnouncementEnded,
    AttemptEnded,
    AttemptStarted,
    CallEnded,
    TransferEnded,
    TransferRequested,
)
from transfer_call.policy import DiallingPolicy
from transfer_call.record import Rates
from transfer_call.testing import (
    accepted,
    busy,
    connected,
    fake_caller,
    fake_room,
    no_answer,
    notified,
    refused,
    timed_out,
)
from transfer_call.transfer.halt import StopReason
from transfer_call.transfer.outcome import Outcome, Responsible
from transfer_call.transfer.request import Source
from transfer_call.transfer.telephony import Reply, ReplyKind
from transfer_call.voice.session_voice import SessionVoice


def announced(session: ScriptedSession) -> bool:
    return bool(session.said)


# --- the way to the REFER -------------------------------------------------------------------


async def test_the_refer_names_the_room_the_caller_and_the_address_of_the_destination() -> None:
    async with a_call(connected()) as line:
        result = await line.transfer()
        [request] = line.telephony.requests
        assert (request.room, request.identity, request.to) == (
            "call-1",
            line.caller.identity,
            SALES,
        )
        assert result.outcome is Outcome.CONNECTED
        assert result.spoken == ""


async def test_the_announcement_ends_before_the_refer_is_sent() -> None:
    session = ScriptedSession()
    session.patient = True
    async with a_call(connected(), session=session) as line:
        transfer = line.begin()
        await line.until(lambda: session.said)
        assert line.telephony.requests == []
        session.finish_speech()
        await transfer
        assert line.telephony.addresses == [SALES]


async def test_no_announcement_is_made_where_the_operator_wants_none() -> None:
    async with a_call(connected(), who=directory(sales={"announcement": ""})) as line:
        await line.transfer()
        assert line.session.said == []


async def test_a_voice_that_cannot_speak_does_not_stop_the_transfer() -> None:
    session = ScriptedSession()
    session.mute = True
    async with a_call(connected(), session=session) as line:
        result = await line.transfer()
        assert result.outcome is Outcome.CONNECTED
        await line.until(lambda: any(isinstance(e, AnnouncementEnded) for e in line.events))
        [end] = [e.end for e in line.events if isinstance(e, AnnouncementEnded)]
        assert end is AnnouncementEnd.FAILED


async def test_a_voice_that_hangs_does_not_stop_the_transfer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("transfer_call.voice.session_voice.longest", lambda text: 0.05)
    session = ScriptedSession()
    session.patient = True
    async with a_call(connected(), session=session) as line:
        result = await line.transfer()
        assert result.outcome is Outcome.CONNECTED
        ends = [e.end for e in line.events if isinstance(e, AnnouncementEnded)]
        assert ends == [AnnouncementEnd.HUNG]


async def test_what_the_agent_was_saying_about_the_transfer_is_waited_for() -> None:
    async with a_call(connected()) as line:
        said = asyncio.Event()
        transfer = asyncio.create_task(
            line.call.transfer(line.request(), lead_in=lambda: said.wait())  # type: ignore[arg-type,return-value]
        )
        await asyncio.sleep(0)
        assert line.session.said == []
        said.set()
        await asyncio.wait_for(transfer, 5)
        assert line.telephony.addresses == [SALES]


async def test_the_refer_does_not_overtake_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_callers_ear = asyncio.Event()

    async def arrived(_: SessionVoice) -> None:
        await in_the_callers_ear.wait()

    monkeypatch.setattr(SessionVoice, "arrived", arrived)
    async with a_call(connected()) as line:
        transfer = line.begin()
        await line.until(lambda: line.session.said and line.session.handles[-1].done())
        for _ in range(50):
            await asyncio.sleep(0)
        assert line.telephony.requests == []
        in_the_callers_ear.set()
        assert (await transfer).outcome is Outcome.CONNECTED


async def test_nobody_speaks_over_the_announcement_or_after_the_refer() -> None:
    session = ScriptedSession()
    async with a_call(connected(), session=session) as line:
        line.telephony.hold()
        transfer = line.begin()
        await line.telephony.next_request()
        assert session.agent_speaks().interrupted
        line.telephony.release()
        await transfer


async def test_the_caller_is_not_heard_while_the_refer_is_pending_and_is_afterwards() -> None:
    async with a_call(busy()) as line:
        line.telephony.hold()
        transfer = line.begin()
        await line.telephony.next_request()
        await line.until(lambda: line.session.deaf)
        line.telephony.release()
        await transfer
        assert not line.session.deaf
        assert not line.session.agent_speaks().interrupted


# --- holding and stopping -------------------------------------------------------------------


async def test_a_caller_who_is_speaking_holds_the_refer_until_he_is_done() -> None:
    async with a_call(connected()) as line:
        line.session.caller_speaks()
        transfer = line.begin()
        await line.until(lambda: line.session.said)
        assert line.telephony.requests == []
        line.session.caller_pauses()
        assert line.telephony.requests == []
        line.session.transcribed("OK, thanks")
        assert (await transfer).outcome is Outcome.CONNECTED


async def test_a_noise_that_is_never_transcribed_holds_the_refer_only_so_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("transfer_call.transfer.trying.HOLD_SECONDS", 0.05)
    async with a_call(connected()) as line:
        line.session.caller_speaks()
        line.session.caller_pauses()
        assert (await line.transfer()).outcome is Outcome.CONNECTED


async def test_a_noise_of_some_time_ago_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transfer_call.voice.listening.TRANSCRIPT_SECONDS", 0.0)
    monkeypatch.setattr("transfer_call.transfer.trying.HOLD_SECONDS", 60.0)
    session = ScriptedSession()
    session.patient = True
    async with a_call(connected(), session=session) as line:
        transfer = line.begin()
        await line.until(lambda: session.said)
        session.caller_speaks()
        session.caller_pauses()
        session.finish_speech()
        assert (await transfer).outcome is Outcome.CONNECTED


async def test_a_half_heard_stop_counts_when_its_transcript_does_not_come_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("transfer_call.transfer.trying.HOLD_SECONDS", 0.05)
    session = ScriptedSession()
    session.patient = True
    async with a_call(connected(), session=session) as line:
        transfer = line.begin()
        await line.until(lambda: session.said)
        session.caller_speaks()
        session.transcribed("wait", final=False)
        session.finish_speech()
        result = await transfer
        assert (result.outcome, result.stopped) == (Outcome.CANCELLED, "phrase")
        assert line.telephony.requests == []


async def test_saying_wait_during_the_announcement_stops_it_and_the_transfer() -> None:
    session = ScriptedSession()
    session.patient = True
    async with a_call(connected(), session=session) as line:
        transfer = line.begin()
        await line.until(lambda: session.said)
        session.transcribed("no, wait")
        result = await transfer
        assert (result.outcome, result.stopped) == (Outcome.CANCELLED, "phrase")
        assert session.handles[-1].interrupted
        assert line.telephony.requests == []
        assert len(session.said) == 1, "the agent answers what the caller said"


async def test_the_agent_answers_what_stopped_the_transfer_at_once() -> None:
    session = ScriptedSession()
    session.patient = True
    async with a_call(connected(), session=session) as line:
        transfer = line.begin()
        await line.until(lambda: session.said)
        session.caller_speaks()
        session.transcribed("no, wait")
        # The framework makes its reply in the very step that brings the transcript.
        reply = session.agent_speaks()
        assert session.handles[0].allow_interruptions, "else the turn is dropped"
        await transfer
        assert not reply.interrupted
        assert session.turns_cleared == 0


async def test_saying_wait_stops_what_the_agent_was_saying_about_the_transfer() -> None:
    session = ScriptedSession()
    async with a_call(connected(), session=session) as line:
        preamble = session.agent_speaks()
        preamble.allow_interruptions = False
        transfer = asyncio.create_task(
            line.call.transfer(line.request(), lead_in=preamble.wait_for_playout)
        )
        await line.until(lambda: line.call.transfer_running)
        session.transcribed("no, wait")
        assert preamble.interrupted
        assert preamble.allow_interruptions, "else the turn is dropped"
        reply = session.agent_speaks()
        result = await asyncio.wait_for(transfer, 5)
        assert (result.outcome, result.stopped) == (Outcome.CANCELLED, "phrase")
        assert session.said == []
        assert not reply.interrupted


async def test_an_acknowledgement_stops_nothing() -> None:
    session = ScriptedSession()
    session.patient = True
    async with a_call(connected(), session=session) as line:
        transfer = line.begin()
        await line.until(lambda: session.said)
        session.transcribed("OK, thanks")
        assert not session.handles[-1].interrupted
        session.finish_speech()
        assert (await transfer).outcome is Outcome.CONNECTED


async def test_the_star_key_stops_the_transfer_and_says_so() -> None:
    session = ScriptedSession()
    session.patient = True
    async with a_call(connected(), session=session) as line:
        transfer = line.begin(source=Source.KEY)
        await line.until(lambda: session.said)
        assert line.call.cancel(StopReason.KEY)
        result = await transfer
        assert (result.outcome, result.stopped) == (Outcome.CANCELLED, "key")
        assert len(session.said) == 2
        assert line.telephony.requests == []


async def test_a_refer_that_is_out_cannot_be_stopped() -> None:
    async with a_call(connected()) as line:
        line.telephony.hold()
        transfer = line.begin()
        await line.telephony.next_request()
        assert not line.call.cancel(StopReason.KEY)
        line.telephony.release()
        assert (await transfer).outcome is Outcome.CONNECTED


async def test_a_caller_who_hangs_up_during_the_announcement_is_not_transferred() -> None:
    session = ScriptedSession()
    session.patient = True
    async with a_call(connected(), session=session) as line:
        transfer = line.begin()
        await line.until(lambda: session.said)
        line.hang_up()
        result = await transfer
        assert result.outcome is Outcome.CALLER_LEFT
        assert line.telephony.requests == []
        await asyncio.wait_for(line.call.wait_ended(), 5)
        assert line.telephony.deleted == ["call-1"]


# --- one call, one transfer -----------------------------------------------------------------


async def test_nothing_more_is_said_to_a_caller_who_has_left() -> None:
    session = ScriptedSession()
    session.patient = True
    async with a_call(busy(), session=session) as line:
        transfer = line.begin()
        await line.until(lambda: session.said)
        session.finish_speech()
        await transfer
        assert line.call.voice.speaking
        line.hang_up()
        assert session.handles[-1].interrupted


async def test_words_that_could_not_be_said_are_not_reported_as_said() -> None:
    session = ScriptedSession()
    session.mute = True
    async with a_call(busy(), session=session) as line:
        result = await line.transfer()
        assert (result.outcome, result.spoken) == (Outcome.BUSY, "")


async def test_the_same_destination_asked_twice_is_one_refer_with_one_result() -> None:
    async with a_call(connected()) as line:
        first, second = line.begin(), line.begin(source=Source.KEY)
        assert (await first) is (await second)
        assert line.telephony.addresses == [SALES]


async def test_the_llm_asking_for_another_destination_is_told_what_is_running() -> None:
    async with a_call(connected()) as line:
        line.telephony.hold()
        first = line.begin("sales")
        await line.telephony.next_request()
        second = await line.transfer("front-desk")
        assert second.running == "sales"
        line.telephony.release()
        await first
        assert line.telephony.addresses == [SALES]


async def test_a_key_pressed_during_the_announcement_replaces_the_wish() -> None:
    session = ScriptedSession()
    session.patient = True
    async with a_call(connected(), session=session) as line:
        first = line.begin("sales")
        await line.until(lambda: session.said)
        second = line.begin("front-desk", Source.KEY)
        result = await first
        assert (result.outcome, result.stopped) == (Outcome.CANCELLED, "replaced")
        await line.until(lambda: len(session.said) == 2)
        session.finish_speech()
        assert (await second).outcome is Outcome.CONNECTED
        assert line.telephony.addresses == [DESK]


async def test_a_key_pressed_after_the_refer_is_told_what_is_running() -> None:
    async with a_call(connected()) as line:
        line.telephony.hold()
        first = line.begin("sales")
        await line.telephony.next_request()
        assert (await line.transfer("front-desk", Source.KEY)).running == "sales"
        line.telephony.release()
        await first


async def test_a_wish_for_what_has_just_been_stopped_is_a_new_one() -> None:
    session = ScriptedSession()
    session.patient = True
    async with a_call(connected(), session=session) as line:
        first = line.begin("sales")
        await line.until(lambda: session.said)
        assert line.call.cancel()
        second = line.begin("sales")
        assert (await first).outcome is Outcome.CANCELLED
        await line.until(lambda: len(session.said) == 2)
        session.finish_speech()
        assert (await second).outcome is Outcome.CONNECTED
        assert line.telephony.addresses == [SALES]


async def test_cancelling_whoever_waits_does_not_cancel_the_transfer() -> None:
    async with a_call(connected()) as line:
        line.telephony.hold()
        waiter = line.begin()
        await line.telephony.next_request()
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
        line.telephony.release()
        await asyncio.wait_for(line.call.wait_ended(), 5)
        [ended] = [e.result for e in line.events if isinstance(e, TransferEnded)]
        assert ended.outcome is Outcome.CONNECTED


async def test_a_destination_that_does_not_exist_is_an_error_of_the_caller_of_the_api() -> None:
    async with a_call() as line:
        with pytest.raises(KeyError):
            await line.transfer("nobody")


async def test_a_room_without_a_telephone_caller_has_nobody_to_transfer() -> None:
    async with a_call() as line:
        room = fake_room(name="elsewhere")
        call = Call.start(room, telephony=line.telephony)
        with pytest.raises(NoCallerError):
            await call.transfer(line.request())
        await call.aclose()
        assert line.telephony.deleted == [], "a room without a telephone is not ours to end"


async def test_a_room_has_one_call_however_often_it_is_started() -> None:
    async with a_call() as line:
        assert Call.start(line.room) is line.call  # type: ignore[arg-type]
        assert Call.of(line.room) is line.call  # type: ignore[arg-type]


# --- outcomes -------------------------------------------------------------------------------


async def test_an_empty_reply_is_a_success_only_when_the_caller_stays_a_moment() -> None:
    async with a_call(accepted()) as line:
        assert (await line.transfer()).outcome is Outcome.CONNECTED


async def test_an_empty_reply_with_the_caller_gone_at_once_is_handed_off() -> None:
    async with a_call(accepted()) as line:
        line.telephony.hold()
        transfer = line.begin()
        await line.telephony.next_request()
        line.telephony.release()
        await asyncio.sleep(0)
        line.hang_up()
        assert (await transfer).outcome is Outcome.HANDED_OFF


async def test_a_caller_who_leaves_while_the_refer_is_pending_ends_the_wait_for_the_api() -> None:
    async with a_call(timed_out()) as line:
        line.telephony.hold()
        transfer = line.begin()
        await line.telephony.next_request()
        line.hang_up()
        result = await transfer
        assert result.outcome is Outcome.HANDED_OFF
        assert line.session.said == [line.session.said[0]]


async def test_after_a_success_the_room_is_deleted_and_the_call_is_over() -> None:
    async with a_call(connected()) as line:
        await line.transfer()
        await asyncio.wait_for(line.call.wait_ended(), 5)
        assert line.telephony.deleted == ["call-1"]
        assert line.telephony.closed
        assert Call.of(line.room) is None  # type: ignore[arg-type]


async def test_unknown_is_watched_said_honestly_and_never_goes_on_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("transfer_call.transfer.attempt.GRACE_SECONDS", 0.05)
    async with a_call(timed_out(), who=directory(sales={"otherwise": "front-desk"})) as line:
        result = await line.transfer()
        assert result.outcome is Outcome.UNKNOWN
        assert line.telephony.addresses == [SALES]
        assert "can't tell" in result.spoken


async def test_a_caller_who_leaves_after_the_time_out_is_recorded_as_handed_off() -> None:
    async with a_call(timed_out()) as line:
        transfer = line.begin()
        await line.until(lambda: len(line.session.said) == 2)
        line.hang_up()
        result = await transfer
        assert result.outcome is Outcome.HANDED_OFF
        assert len(line.session.said) == 2, "after the caller has left nothing is said"


async def test_a_failure_is_told_at_once_and_the_result_names_what_is_possible() -> None:
    async with a_call(busy()) as line:
        result = await line.transfer()
        assert result.outcome is Outcome.BUSY
        assert result.spoken == line.session.said[-1]
        assert "busy" in result.spoken
        assert result.alternatives == ("front-desk",)


# --- failing over ---------------------------------------------------------------------------


async def test_a_definite_failure_goes_on_to_the_next_and_the_caller_is_told_in_one_breath() -> (
    None
):
    async with a_call(
        busy(), connected(), who=directory(sales={"otherwise": "front-desk"})
    ) as line:
        result = await line.transfer()
        assert (result.outcome, result.destination) == (Outcome.CONNECTED, "front-desk")
        assert line.telephony.addresses == [SALES, DESK]
        assert [a.verdict.outcome for a in result.attempts] == [Outcome.BUSY, Outcome.CONNECTED]
        assert "busy" in line.session.said[1] and "front desk" in line.session.said[1]


async def test_the_attempts_of_one_wish_are_bounded() -> None:
    who = directory(
        sales={"to": [f"tel:+1212555010{n}" for n in range(9)]},
    )
    async with a_call(no_answer(), who=who) as line:
        result = await line.transfer()
        assert len(line.telephony.requests) == who.policy.max_attempts
        assert result.outcome is Outcome.NO_ANSWER


async def test_a_refused_refer_closes_that_kind_of_address_and_the_second_all_of_them() -> None:
    async with a_call(refused(603)) as line:
        first = await line.transfer("sales", Source.KEY)
        assert (first.outcome, first.responsible) == (
            Outcome.NOT_PERMITTED,
            Responsible.CARRIER,
        )
        again = await line.transfer("sales", Source.KEY)
        assert again.outcome is Outcome.NOT_PERMITTED
        assert line.telephony.addresses == [SALES]
        await line.transfer("front-desk", Source.KEY)
        assert line.telephony.addresses == [SALES, DESK]
        assert line.call.learned.no_more_refers


async def test_a_wrong_key_ends_all_refers_of_the_call() -> None:
    async with a_call(Reply(ReplyKind.TWIRP, http_status=401)) as line:
        assert (await line.transfer()).outcome is Outcome.MISCONFIGURED
        await line.transfer("front-desk")
        assert line.telephony.addresses == [SALES]


async def test_two_failures_that_the_llm_asked_for_are_enough_for_one_destination() -> None:
    async with a_call(busy()) as line:
        await line.transfer()
        assert not line.call.tried_out("sales")
        await line.transfer()
        assert line.call.tried_out("sales")
        assert not line.call.tried_out("front-desk")


async def test_a_closed_destination_is_not_called_and_the_caller_hears_when_it_opens() -> None:
    who = directory(timezone="America/New_York", sales={"hours": "Mo-Fr 14:00-18:00"})
    async with a_call(connected(), who=who) as line:
        result = await line.transfer()
        assert result.outcome is Outcome.CLOSED
        assert line.telephony.requests == []
        assert "at two" in result.spoken or "2" in result.spoken


async def test_a_closed_destination_sends_on_by_its_route() -> None:
    who = directory(
        timezone="America/New_York",
        sales={"hours": "Mo-Fr 14:00-18:00", "otherwise": {"closed": "front-desk"}},
    )
    async with a_call(connected(), who=who) as line:
        result = await line.transfer()
        assert (result.outcome, result.destination) == (Outcome.CONNECTED, "front-desk")
        assert "front desk" in line.session.said[0]


async def test_the_callers_own_number_is_never_dialled() -> None:
    caller = fake_caller(number="+12125550123")
    async with a_call(connected(), caller=caller) as line:
        result = await line.transfer()
        assert result.outcome is Outcome.BLOCKED
        assert line.telephony.requests == []


async def test_a_fault_of_ours_leaves_the_caller_with_the_agent() -> None:
    async with a_call() as line:

        def broken(language: str) -> None:
            raise RuntimeError("a bug")

        line.call.phrases = broken  # type: ignore[assignment]
        result = await line.transfer()
        assert result.responsible is Responsible.DEVELOPER
        assert not line.session.deaf
        assert not line.session.agent_speaks().interrupted


# --- events ---------------------------------------------------------------------------------


async def test_a_call_tells_its_story_in_order() -> None:
    async with a_call(
        notified(486), connected(), who=directory(sales={"otherwise": "front-desk"})
    ) as line:
        await line.transfer()
        await asyncio.wait_for(line.call.wait_ended(), 5)
        assert [type(event) for event in line.events] == [
            TransferRequested,
            AnnouncementEnded,
            AttemptStarted,
            AttemptEnded,
            AnnouncementEnded,
            AttemptStarted,
            AttemptEnded,
            TransferEnded,
            CallEnded,
        ]


async def test_a_listener_that_hangs_or_raises_does_not_delay_the_call() -> None:
    async with a_call(connected()) as line:

        async def hangs(event: object) -> None:
            await asyncio.Event().wait()

        async def raises(event: object) -> None:
            raise ValueError

        line.call.bus.add(hangs)
        line.call.bus.add(raises)
        result = await asyncio.wait_for(line.transfer(), 3)
        assert result.outcome is Outcome.CONNECTED


# --- callers who come back ------------------------------------------------------------------


async def sent(record: MemoryRecord, *destinations: str) -> None:
    """Calls of the usual caller, a minute apart, that ended with his leaving."""
    for number, destination in enumerate(destinations):
        now = NOON + timedelta(seconds=60 * number)
        async with a_call(connected(), record=record, call_id=f"before-{number}", now=now) as line:
            await line.transfer(destination)
            await asyncio.wait_for(line.call.wait_ended(), 5)


async def test_a_caller_who_comes_back_at_once_is_not_sent_to_the_same_place_again() -> None:
    record = MemoryRecord()
    await sent(record, "sales")
    who = directory(sales={"otherwise": "front-desk"})
    async with a_call(
        connected(), record=record, who=who, now=NOON + timedelta(seconds=30)
    ) as line:
        result = await line.transfer("sales")
        assert result.destination == "front-desk"
        assert line.telephony.addresses == [DESK]


async def test_after_two_returns_the_caller_is_offered_what_else_there_is() -> None:
    record = MemoryRecord()
    await sent(record, "front-desk", "sales")
    billing = Destination(name="billing", to="sip:billing@pbx.example.com")
    who = directory(sales={"otherwise": "billing"}, more=[billing])
    async with a_call(
        connected(), record=record, who=who, now=NOON + timedelta(seconds=90)
    ) as line:
        result = await line.transfer("sales")
        assert (result.outcome, result.alternatives) == (Outcome.BLOCKED, ("billing",))
        assert line.telephony.requests == []
        assert "came back" in result.spoken


async def test_more_transfers_than_the_rates_allow_are_blocked() -> None:
    who = directory(policy=DiallingPolicy(rates=Rates(per_call=1)))
    async with a_call(busy(), who=who) as line:
        await line.transfer("sales")
        result = await line.transfer("front-desk")
        assert (result.outcome, result.responsible) == (Outcome.BLOCKED, Responsible.OPERATOR)
        assert line.telephony.addresses == [SALES]


async def test_nobody_is_told_that_he_is_put_through_where_a_rate_forbids_it() -> None:
    who = directory(policy=DiallingPolicy(rates=Rates(per_call=0)))
    async with a_call(connected(), who=who) as line:
        await line.transfer("sales")
        [said] = line.session.said
        assert "connect you" in said


async def test_a_wish_that_came_to_nothing_before_any_refer_is_on_record() -> None:
    record = MemoryRecord()
    who = directory(timezone="America/New_York", sales={"hours": "Mo-Fr 14:00-18:00"})
    async with a_call(connected(), who=who, record=record) as line:
        await line.transfer("sales")
        [kept] = record.attempts
        assert kept.verdict is not None
        assert (kept.verdict.outcome, kept.verdict.detail) == (Outcome.CLOSED, "hours")
        assert kept.row.address == ""


async def test_a_resolver_that_fails_in_any_way_sends_the_caller_on() -> None:
    async def broken(name: str, facts: object) -> Any:
        raise RuntimeError("somebody else's bug")

    who = directory(sales={"to": broken, "otherwise": "front-desk"})
    async with a_call(connected(), who=who) as line:
        result = await line.transfer("sales")
        assert line.telephony.addresses == [DESK]
        assert [(each.destination, each.detail) for each in result.skipped] == [
            ("sales", "resolver")
        ]


async def test_an_agent_that_never_ends_its_own_sentence_does_not_stop_the_transfer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("transfer_call.transfer.engine.LEAD_IN_SECONDS", 0.05)

    async def never() -> None:
        await asyncio.Event().wait()

    async with a_call(connected()) as line:
        result = await asyncio.wait_for(line.call.transfer(line.request(), lead_in=never), 5)
        assert result.outcome is Outcome.CONNECTED
