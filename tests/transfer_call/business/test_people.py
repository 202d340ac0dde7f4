from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given, settings, strategies as st

from transfer_call.business.people import Person, read_people

HEADER = "name,extension,address,department\n"


def read(text: str) -> list[Person]:
    people, faults = read_people("people.csv", text)
    assert not faults
    return people


def faults(text: str) -> list[tuple[int, str, str]]:
    return [(f.line, f.field, f.message) for f in read_people("people.csv", text)[1]]


def test_each_row_is_a_person_with_the_line_it_stands_in() -> None:
    assert read(HEADER + "Ann Lee,201,tel:+12125550123,Sales\n\nBo Diaz,,sip:bo@pbx.test,\n") == [
        Person(2, "Ann Lee", "201", "tel:+12125550123", "Sales", "Ann Lee"),
        Person(4, "Bo Diaz", "", "sip:bo@pbx.test", "", "Bo Diaz"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "name;extension;address;department\nLee, Ann;201;tel:+12125550123;Sales\n",
        "sep=;\r\nname;extension;address;department\r\nLee, Ann;201;tel:+12125550123;Sales\r\n",
        "name\textension\taddress\tdepartment\nLee, Ann\t201\ttel:+12125550123\tSales\n",
        'Department,Address,NAME,Extension\nSales,tel:+12125550123,"Lee, Ann",201\n',
        '\n,,,\n name , extension,address,department,,\n"Lee, Ann",201,tel:+12125550123,Sales,,\n',
        'name,extension,address,department\r"Lee, Ann",201,tel:+12125550123,Sales\r',
    ],
)
def test_spreadsheets_write_it_in_many_ways(text: str) -> None:
    [person] = read(text)
    assert (person.name, person.extension) == ("Lee, Ann", "201")
    assert (person.address, person.department) == ("tel:+12125550123", "Sales")


def test_optional_columns_may_be_left_out() -> None:
    assert read("name,address\nAnn,+12125550123\n")[0].department == ""


def test_a_quoted_line_end_becomes_a_space_and_lines_still_count() -> None:
    people = read(HEADER + '"Ann\nLee",,+12125550123,\nBo,,+12125550124,\n')
    assert [(p.line, p.name) for p in people] == [(2, "Ann Lee"), (4, "Bo")]


def test_namesakes_are_told_apart_by_department() -> None:
    rows = "Ann Lee,,+12125550123,Sales\nann lee,,+12125550124,Billing\nBo,,+12125550125,Sales\n"
    assert [p.unique_name for p in read(HEADER + rows)] == [
        "Ann Lee (Sales)",
        "ann lee (Billing)",
        "Bo",
    ]


def test_every_fault_of_a_file_is_said_in_one_run() -> None:
    text = HEADER + (
        ",201,+12125550123,Sales\n"
        "Bo,abc,,Sales\n"
        "Cy,1,+12125550123,Sales,extra\n"
        "Di,,+12125550123,Sales\n"
        "Di,,+12125550124,Sales\n"
    )
    assert [(line, field) for line, field, _ in faults(text)] == [
        (2, "name"),
        (3, "address"),
        (3, "extension"),
        (4, ""),
        (6, "name"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "field", "words"),
    [
        ("", 1, "", "is empty"),
        ("\n\n", 1, "", "is empty"),
        ("name,adress\nAnn,+1", 1, "adress", 'did you mean "address"?'),
        ("name,adress\nAnn,+1", 1, "address", "the column is missing"),
        ("name,name,address\nA,B,+1", 1, "name", "twice"),
        (HEADER + 'Ann,"x"y,+1,\n', 2, "", "check the quotes"),
        (HEADER + 'Ann,"x\n\n', 2, "", "check the quotes"),
        (HEADER + "Ann\x00,,+1,\n", 2, "", "not text"),
        (HEADER + f"{'x' * 200_000},,+1,\n", 2, "", "cannot be read"),
    ],
)
def test_a_broken_file_says_where(text: str, line: int, field: str, words: str) -> None:
    found = [f for f in faults(text) if f[:2] == (line, field)]
    assert found and words in found[0][2]


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=60), st.booleans())
@example('"', True)
@example("sep=\n", False)
def test_no_text_raises(text: str, with_header: bool) -> None:
    read_people("people.csv", HEADER + text if with_header else text)


_CELL = st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_CELL, _CELL), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_what_a_csv_writer_writes_is_read_back(rows: list[tuple[str, str]], separator: str) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator)
    writer.writerow(["name", "address"])
    writer.writerows(rows)
    people, _ = read_people("people.csv", file.getvalue())
    tidy = [(" ".join(name.split()), " ".join(address.split())) for name, address in rows]
    whole = {(name, address) for name, address in tidy if name and address}
    assert {(p.name, p.address) for p in people} <= whole
    assert {name.casefold() for name, _ in whole} == {p.name.casefold() for p in people}
