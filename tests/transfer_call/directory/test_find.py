from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import given, settings, strategies as st

from transfer_call.directory import (
    Choices,
    Destination,
    Directory,
    Found,
    FoundBy,
    Match,
    NoMatch,
)
from transfer_call.directory.find import MOST_CHOICES

PEOPLE = """
201 Anna Smith, Sales
202 Anna Kowalski, Support
203 Stephen Jones, Sales
204 Steven Jones, Legal
205 Tim Baker, Support
206 Michael Johnson, Accounts
207 Mary Johnston, Sales
208 Sean O'Brien, Support
209 Hans Müller, Sales
210 Petra Mueller, Legal
211 Elizabeth Taylor, Support
212 Ludwig van der Berg, Legal
213 José García, Support
214 Robert Brown, Sales
215 Thomas Schmidt, Support
216 Kay Ess, Legal
217 Will May, Legal
218 Nguyen Tran, Support
219 Marie-Claire Dupont, Legal
220 Иван Петров, Support
"""


def at(name: str, **options: object) -> Destination:
    return Destination(name=name, to="sip:x@pbx.example.com", **options)  # type: ignore[arg-type]


def slug(name: str) -> str:
    return name.lower().replace(" ", "-").replace("'", "")


def people() -> list[Destination]:
    rows = [line.split(" ", 1) for line in PEOPLE.strip().splitlines()]
    return [
        at(slug(name), spoken=name, extension=extension, department=department)
        for extension, row in rows
        for name, department in [row.split(", ")]
    ]


@lru_cache(maxsize=1)
def office() -> Directory:
    """More than the LLM is shown by name, so that what is said is a transcript."""
    return Directory(
        [
            at("front-desk"),
            at("billing", aliases=["invoices", "accounts payable"]),
            at("sales-team", spoken="Sales", aliases=["new orders", "pricing"]),
            at("line-2"),
            at("boss", aliases=["chief executive"], extension="299", hidden=True),
            *people(),
            *(at(f"w{chr(97 + i // 20)}{chr(97 + i % 20)}xq", department="Ops") for i in range(40)),
        ]
    )


def shown(found: Found) -> str:
    match found:
        case Match(destination):
            return destination.label
        case Choices():
            return " or ".join(found.labels) + "?"
        case NoMatch():
            return "-"


@pytest.mark.parametrize(
    ("said", "by", "label"),
    [
        ("Anna Smith", FoundBy.NAME, "Anna Smith"),
        ("anna smith", FoundBy.NAME, "Anna Smith"),
        ("anna-smith", FoundBy.NAME, "Anna Smith"),
        ("Jose Garcia", FoundBy.NAME, "José García"),
        ("Иван Петров", FoundBy.NAME, "Иван Петров"),
        ("front desk", FoundBy.NAME, "front desk"),
        ("the billing department", FoundBy.NAME, "billing"),
        ("Can I speak to someone in billing please", FoundBy.NAME, "billing"),
        ("line two", FoundBy.NAME, "line 2"),
        ("pricing", FoundBy.ALIAS, "Sales"),
        ("Accounts payable", FoundBy.ALIAS, "billing"),
        ("201", FoundBy.EXTENSION, "Anna Smith"),
        ("extension two oh one", FoundBy.EXTENSION, "Anna Smith"),
        ("two hundred and one", FoundBy.EXTENSION, "Anna Smith"),
        ("Anna Smith extension 201", FoundBy.EXTENSION, "Anna Smith"),
        ("Ana Smit", FoundBy.SOUND, "Anna Smith"),
        ("Smyth", FoundBy.SOUND, "Anna Smith"),
        ("Smith Anna", FoundBy.SOUND, "Anna Smith"),
        ("Mike Johnson", FoundBy.SOUND, "Michael Johnson"),
        ("Micheal Jonson", FoundBy.SOUND, "Michael Johnson"),
        ("Johnston", FoundBy.SOUND, "Mary Johnston"),
        ("O Brien", FoundBy.SOUND, "Sean O'Brien"),
        ("Shawn O'Brian", FoundBy.SOUND, "Sean O'Brien"),
        ("Liz Taylor", FoundBy.SOUND, "Elizabeth Taylor"),
        ("Lizzy Tailor", FoundBy.SOUND, "Elizabeth Taylor"),
        ("Vanderberg", FoundBy.SOUND, "Ludwig van der Berg"),
        ("Mr. van der Berg", FoundBy.SOUND, "Ludwig van der Berg"),
        ("Garzia", FoundBy.SOUND, "José García"),
        ("Bob Brown", FoundBy.SOUND, "Robert Brown"),
        ("Tom Schmitt", FoundBy.SOUND, "Thomas Schmidt"),
        ("A Smith", FoundBy.SOUND, "Anna Smith"),
        ("Dr. May", FoundBy.SOUND, "Will May"),
        ("Marie Claire", FoundBy.SOUND, "Marie-Claire Dupont"),
        ("Петров", FoundBy.SOUND, "Иван Петров"),
        ("frontdesk", FoundBy.SOUND, "front desk"),
        ("Anna in support", FoundBy.SOUND, "Anna Kowalski"),
        ("Muller from sales", FoundBy.SOUND, "Hans Müller"),
        ("Stephen Jones in legal", FoundBy.SOUND, "Steven Jones"),
        ("S T E V E N Jones", FoundBy.SPELLING, "Steven Jones"),
        ("Jones, S T E P H E N", FoundBy.SPELLING, "Stephen Jones"),
        ("S C H M I D T", FoundBy.SPELLING, "Thomas Schmidt"),
        ("Schmidt, that's S C H M I D T", FoundBy.SPELLING, "Thomas Schmidt"),
        ("s as in sugar c h m i d t", FoundBy.SPELLING, "Thomas Schmidt"),
        ("accounts department", FoundBy.DEPARTMENT, "Michael Johnson"),
    ],
)
def test_one_is_found_when_one_is_meant(said: str, by: FoundBy, label: str) -> None:
    found = office().find(said)
    assert shown(found) == label
    assert isinstance(found, Match) and found.by is by


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Anna", "Anna Smith or Anna Kowalski?"),
        # Speech recognition writes either; only the caller knows.
        ("Steven Jones", "Steven Jones (Legal) or Stephen Jones (Sales)?"),
        ("Stephen Jones", "Stephen Jones (Sales) or Steven Jones (Legal)?"),
        ("Mueller", "Petra Mueller or Hans Müller?"),
        ("Müller", "Hans Müller or Petra Mueller?"),
        # Near, but not near enough to send a caller there unasked.
        ("Tom Baker", "Tim Baker?"),
        ("Anna Maria Smith", "Anna Smith?"),
        ("acounts", "Michael Johnson or billing?"),
        # A name and the extension of somebody else.
        ("Anna Smith extension 202", "Anna Smith or Anna Kowalski?"),
        ("someone in legal", "Steven Jones or Petra Mueller or Ludwig van der Berg?"),
    ],
)
def test_the_caller_is_asked_when_it_is_not_clear(said: str, asked: str) -> None:
    assert shown(office().find(said)) == asked


@pytest.mark.parametrize(
    "said",
    [
        "",
        "   ",
        "?!",
        "elephant",
        "the",
        "please",
        "my sister",
        "Anna Brown",
        "Elizabeth Lee",
        "Don Johnson",
        "999",
        "extension 999",
        "20",
        "2011",
        "nine one one",
        "+19005550123",
        "tel:+19005550123",
        "sip:evil@example.net",
        "chief executive",
        "boss",
        "299",
        "smith " * 60,
        "\x00\u202e",
    ],
)
def test_nobody_is_found_where_nobody_is_meant(said: str) -> None:
    assert shown(office().find(said)) == "-"


def test_more_than_can_be_read_out_come_with_their_number_and_departments() -> None:
    directory = Directory(
        [
            at(f"smith-{i}", spoken=f"{name} Smith", department=department)
            for i, (name, department) in enumerate(
                [("Ada", "Sales"), ("Ben", "Legal"), ("Cleo", "Sales"), ("Dirk", ""), ("Eva", "IT")]
            )
        ]
    )
    found = directory.find("Smith")
    assert isinstance(found, Choices)
    assert [one.label for one in found.candidates] == ["Ada Smith", "Ben Smith", "Cleo Smith"]
    assert found.total == 5
    assert found.departments == ("Sales", "Legal", "IT")


def test_people_of_one_name_are_told_apart_by_department_extension_or_name() -> None:
    directory = Directory(
        [
            at("anna-1", spoken="Anna Smith", department="Sales"),
            at("anna-2", spoken="Anna Smith", department="Legal", extension="12"),
            at("anna-3", spoken="Anna Smith", department="Legal"),
        ]
    )
    found = directory.find("Anna Smith")
    assert isinstance(found, Choices)
    assert found.labels == ("Anna Smith (Sales)", "Anna Smith (extension 12)", "anna-3")


def test_a_department_with_a_destination_of_its_own_is_that_destination() -> None:
    directory = Directory(
        [at("legal"), at("a", spoken="Ada", department="Legal"), at("b", department="Legal")]
    )
    assert shown(directory.find("somebody in Legal")) == "legal"


def test_a_short_list_is_chosen_from_by_name_as_it_stands() -> None:
    directory = Directory([at("Stephen Jones"), at("Steven Jones")])
    assert shown(directory.find("Steven Jones")) == "Steven Jones"
    assert shown(directory.find("steven jones")) == "Steven Jones or Stephen Jones?"


def test_an_answer_is_looked_for_among_what_was_offered() -> None:
    offered = office().find("Steven Jones")
    assert isinstance(offered, Choices)
    names = [one.name for one in offered.candidates]
    assert shown(office().find("legal", among=names)) == "Steven Jones"
    assert shown(office().find("the one in sales", among=names)) == "Stephen Jones"
    assert shown(office().find("204", among=names)) == "Steven Jones"
    assert shown(office().find("Anna Smith", among=names)) == "Anna Smith"
    assert shown(office().find("stephen-jones", among=["gone", *names])) == "Stephen Jones"


NAMES = st.lists(
    st.tuples(
        st.sampled_from("Anna Anne Ana Steven Stephen Jo Joe Al".split()),
        st.sampled_from(["Smith", "Smyth", "O'Neil", "Lee", "van Berg", "Müller", "Mueller"]),
        st.sampled_from(["", "Sales", "Legal", "Customer Care"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def directory_of(rows: list[tuple[str, str, str, bool]]) -> Directory:
    return Directory(
        [
            at(
                f"{slug(f'{first} {last}')}-{place}",
                spoken=f"{first} {last}",
                department=department,
                extension=str(200 + place) if extension else None,
            )
            for place, (first, last, department, extension) in enumerate(rows)
        ]
    )


@settings(max_examples=150, deadline=None)
@given(NAMES, st.sampled_from(["Anna", "Smith", "Steven Jones", "Anna Smith", "Jo Lee", "Müller"]))
def test_what_is_offered_can_be_chosen(rows: list[tuple[str, str, str, bool]], said: str) -> None:
    directory = directory_of(rows)
    found = directory.find(said)
    if not isinstance(found, Choices):
        return
    assert 1 <= len(found.candidates) <= MOST_CHOICES <= max(found.total, MOST_CHOICES)
    names = [one.name for one in found.candidates]
    assert len(set(found.labels)) == len(names)
    for one, label in zip(found.candidates, found.labels, strict=True):
        for answer in (one.name, label):
            again = directory.find(answer, among=names)
            assert isinstance(again, Match) and again.destination is one


@settings(max_examples=150, deadline=None)
@given(NAMES, st.integers(0, 7))
def test_a_full_name_never_leads_silently_to_somebody_else(
    rows: list[tuple[str, str, str, bool]], which: int
) -> None:
    directory = directory_of(rows)
    meant = directory.destinations[which % len(directory)]
    found = directory.find(meant.label)
    if isinstance(found, Match):
        assert found.destination is meant
    else:
        assert isinstance(found, Choices)
        assert meant in found.candidates or found.total > MOST_CHOICES


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_no_words_raise_anything(said: str) -> None:
    assert isinstance(office().find(said), (Match, Choices, NoMatch))
