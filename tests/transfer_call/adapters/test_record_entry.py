from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings, strategies as st

from transfer_call.adapters import record_entry as entries
from transfer_call.adapters.record_entry import Entry, Fact, from_line, to_line
from transfer_call.adapters.record_schema import attempts, calls
from transfer_call.record import AttemptRow, CallRow
from transfer_call.transfer.outcome import Outcome, Responsible, Verdict

from .rows import NOW, attempt, call

moments = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=9))])
)
texts = st.text(max_size=8)
facts = st.one_of(
    st.builds(
        entries.call_started, st.builds(CallRow, texts, texts, texts, texts, texts, moments)
    ),
    st.builds(
        entries.attempt_begun,
        st.builds(
            AttemptRow, texts, texts, texts, texts, texts, texts, texts, st.booleans(), texts,
            texts, moments,
        ),
    ),
    st.builds(
        entries.attempt_ended,
        texts,
        st.builds(
            Verdict,
            st.sampled_from(Outcome),
            sip_status=st.none() | st.integers(300, 699),
            detail=texts,
            responsible=st.sampled_from(Responsible),
        ),
        moments,
    ),
    st.builds(entries.attempt_amended, texts, texts, moments),
    st.builds(entries.call_ended, texts, texts, moments),
)  # fmt: skip


@settings(max_examples=60)
@given(facts)
def test_an_entry_is_one_line_and_comes_back_as_it_went(entry: Entry) -> None:
    line = to_line(entry)

    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    assert from_line(line) == entry


@pytest.mark.parametrize(
    "line",
    ["", "{", "null", "[]", '"x"', "{}", '{"fact": "dance"}', '{"fact": "call_ended", "at',
     '{"fact": "call_ended", "ended_at": "yesterday"}', "\x00\x00"],
)  # fmt: skip
def test_a_line_that_was_cut_off_or_is_none_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        from_line(line)


def test_entries_name_the_columns_of_their_tables() -> None:
    verdict = Verdict(Outcome.BUSY)
    of_calls = [entries.call_started(call()), entries.call_ended("c", "hang_up", NOW)]
    of_attempts = [
        entries.attempt_begun(attempt()),
        entries.attempt_ended("a", verdict, NOW),
        entries.attempt_amended("a", "left_after_timeout", NOW),
    ]

    for table, written in ((calls, of_calls), (attempts, of_attempts)):
        for entry in written:
            assert set(entry.columns) <= set(table.columns.keys())
    assert {entry.fact for entry in of_calls + of_attempts} == set(Fact)


def test_a_line_says_plain_words_where_the_code_has_enumerations() -> None:
    verdict = Verdict(Outcome.UNREACHABLE, responsible=Responsible.CARRIER)

    written = json.loads(to_line(entries.attempt_ended("a", verdict, NOW)))

    assert (written["outcome"], written["responsible"]) == ("unreachable", "carrier")
    assert datetime.fromisoformat(written["ended_at"]) == NOW


def test_what_cannot_be_spooled_is_an_error_of_the_program() -> None:
    with pytest.raises(TypeError, match="object cannot be spooled"):
        to_line(Entry(Fact.CALL_ENDED, {"reason": object()}))
