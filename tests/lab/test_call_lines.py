from __future__ import annotations

import pytest

from lab.call_lines import line_of
from lab.ladder import Step, words_step

LANES = ("caller", "receptionist", "sales", "front desk")


@pytest.mark.parametrize(
    ("step", "line"),
    [
        (words_step(11.0, "receptionist", "Hello."), "   1.0  receptionist  Hello."),
        (
            Step(12.5, "caller", "receptionist", "key #", kind="key"),
            "   2.5  you           press #",
        ),
        (Step(9.0, "caller", "receptionist", "INVITE"), ""),
        (Step(9.5, "receptionist", "caller", "180", "Ringing"), ""),
        (Step(10.0, "receptionist", "caller", "200", "OK"), "   0.0  receptionist  (answers)"),
        (
            Step(13.0, "receptionist", "caller", "REFER", "<sip:desk@x>"),
            "   3.0  receptionist  (has your telephone call sip:desk@x)",
        ),
        (Step(13.0, "caller", "receptionist", "202", "Accepted"), ""),
        (Step(13.0, "caller", "receptionist", "NOTIFY 486"), ""),
        (Step(14.0, "sales", "caller", "180"), "   4.0  sales         (the telephone rings)"),
        (Step(14.0, "sales", "caller", "486", "Busy"), "   4.0  sales         (refuses: 486 Busy)"),
        (Step(15.0, "receptionist", "caller", "BYE"), "   5.0  receptionist  (hangs up)"),
        (Step(15.0, "caller", "front desk", "BYE"), "   5.0  you           hang up"),
    ],
)
def test_someone_who_calls_reads_what_matters_to_him(step: Step, line: str) -> None:
    assert line_of(step, LANES, 10.0) == line


def test_long_sentences_stay_in_their_column() -> None:
    text = "Thanks for calling Acme Dental, where every tooth counts. " * 3
    lines = line_of(words_step(10.0, "receptionist", text), LANES, 10.0, width=60).splitlines()
    assert len(lines) > 3
    assert all(len(line) <= 60 for line in lines)
    assert all(line.startswith(" " * 22) and line[22] != " " for line in lines[1:])
