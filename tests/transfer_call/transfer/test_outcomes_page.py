"""docs/outcomes.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from transfer_call.transfer.detail import Detail
from transfer_call.transfer.outcome import Outcome
from transfer_call.transfer.outcomes import CALLER_GONE, LEFT_WHILE_PENDING, classify
from transfer_call.transfer.sip_status import SIP_STATUSES, SipStatus, sip_status

from .replies import ROWS, notified

PAGE = Path(__file__).parents[3] / "docs" / "outcomes.md"


def table(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading."""
    section = PAGE.read_text().split(f"# {heading}\n", 1)[1].split("\n#", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def codes(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def written(code: str, row: SipStatus | None) -> list[str]:
    assert row is not None
    leg = [f"`{row.outcome}`", *([f"`{row.detail}`"] if row.detail else [])]
    refer = "`not_permitted` `refer_refused`" if row.refuses_refer else "the same"
    return [code, row.meaning, " ".join(leg), refer, row.responsible]


def test_the_table_of_sip_codes_is_the_code_s_own() -> None:
    expected = [written(str(code), row) for code, row in SIP_STATUSES.items()]
    expected.append(written("other 3xx", sip_status(399)))
    expected.append(written("other 4xx, 5xx, 6xx", sip_status(499)))

    assert table("SIP codes") == expected


def test_every_outcome_is_explained_in_order_with_its_certainty() -> None:
    rows = table("Outcomes")

    assert [codes(row[0]) for row in rows] == [[outcome] for outcome in Outcome]
    assert [row[2] == "yes" for row in rows] == [outcome.certain for outcome in Outcome]


def test_what_follows_each_outcome_is_what_the_engine_does() -> None:
    for row, outcome in zip(table("Outcomes"), Outcome, strict=True):
        assert row[4].startswith("the call ends") == outcome.ends_call
        if outcome is not Outcome.NOT_PERMITTED:
            assert row[4].startswith("next in the route") == outcome.tries_next


def test_every_detail_is_explained_with_the_outcome_it_comes_with() -> None:
    verdicts = [
        classify(reply, caller_present=here) for _, reply, *_ in ROWS for here in (True, False)
    ]
    verdicts += [classify(notified(code), caller_present=True) for code in range(300, 700)]
    verdicts += [CALLER_GONE, LEFT_WHILE_PENDING]
    expected = {str(each.detail): str(each.outcome) for each in verdicts if each.detail}

    rows = {codes(row[0])[0]: codes(row[1])[0] for row in table("Details")}

    assert rows == expected
    assert list(rows) and set(rows) == set(Detail)
    assert all(row[2] and row[3] for row in table("Details"))
