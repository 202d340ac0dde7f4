from __future__ import annotations

from pathlib import Path

from receptionist.pipeline import hints
from tests.support.business import loaded

FILE = """\
business: {name: Acme Dental, country: US, language: es}
destinations:
  front-desk: {to: "tel:+12125550100", key: "0"}
  sales: {to: "tel:+12125550123", aliases: [new orders, pricing], spoken: the sales team}
  backdoor: {to: "tel:+12125550124", hidden: true}
people: people.csv
"""


def test_the_names_callers_may_say_departments_first_and_nobody_hidden(tmp_path: Path) -> None:
    people = [f"Person {n},{300 + n},+12125550150," for n in range(200)]
    (tmp_path / "people.csv").write_text("\n".join(["name,extension,address,department", *people]))
    [line] = loaded(tmp_path, FILE).lines
    terms = hints.terms(line)
    assert terms[:6] == [
        "Acme Dental",
        "front desk",
        "the sales team",
        "new orders",
        "pricing",
        "Person 0",
    ]
    assert len(terms) == hints.MOST_TERMS
    assert "backdoor" not in terms
    assert hints.prompt(line).startswith("Acme Dental, front desk, ")
    assert hints.languages(line) == ["es", "en", "fr", "de"]
