from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.business import SMALL, write
from transfer_call.business import Business, BusinessFileError, load
from transfer_call.business.dialled import Dialled


def line(folder: Path, name: str, more: str = "", country: str = "US") -> None:
    write(folder, SMALL.replace("US", country).replace("{to", f"{{{more}to"), name)


def clinic(folder: Path, unknown: str = "refuse") -> Business:
    line(folder, "north.yaml")
    line(folder, "south.yaml")
    return load(
        write(
            folder,
            f"""
            lines:
              "+14155550100": north.yaml
              "+14155550101": north.yaml
              "+14155550102": south.yaml
              "7000": south.yaml
            unknown_number: {unknown}
            """,
        ),
        {},
    )


def faults(folder: Path, text: str) -> list[tuple[str, int, str, str]]:
    with pytest.raises(BusinessFileError) as caught:
        load(write(folder, text), {})
    return [(Path(f.file).name, f.line, f.field, f.message) for f in caught.value.faults]


def test_each_number_has_its_line_and_a_line_may_have_several(tmp_path: Path) -> None:
    business = clinic(tmp_path)
    assert [(one.name, one.numbers) for one in business.lines] == [
        ("north", ("+14155550100", "+14155550101")),
        ("south", ("+14155550102",)),
    ]
    assert business.lines[0].directory.line == "north"
    assert business.lines[0].directory.policy.own_numbers == {"+14155550100", "+14155550101"}
    assert business.line("south") is business.lines[1]
    assert business.line("west") is None


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("+14155550100", "north"),
        ("+14155550101", "north"),
        ("14155550100", "north"),
        ("4155550102", "south"),
        ("+1 415 555 0102", None),
        ("415-555-0102", "south"),
        ("7000", "south"),
        ("+14155550199", None),
        ("anonymous", None),
        ("", None),
    ],
)
def test_a_call_finds_its_line_in_whatever_form_the_carrier_gives_the_number(
    tmp_path: Path, called: str, name: str | None
) -> None:
    found = clinic(tmp_path).line_for(called)
    assert (found.name if found else None) == name


@pytest.mark.parametrize("choice", ["south", "south.yaml"])
def test_an_unknown_number_is_answered_by_the_line_that_was_chosen(
    tmp_path: Path, choice: str
) -> None:
    found = clinic(tmp_path, choice).line_for("+14155550199")
    assert found is not None and found.name == "south"


def test_digits_that_are_numbers_of_two_lines_are_unknown() -> None:
    lines = {"+493012345678": "berlin", "+442012345678": "london"}
    both = {"+493012345678": "berlin", "+443012345678": "leeds"}
    assert Dialled(lines, None, ("DE", "GB")).line("03012345678") == "berlin"
    assert Dialled(both, "fallback", ("DE", "GB")).line("03012345678") == "fallback"


def test_the_choice_for_unknown_numbers_must_be_stated(tmp_path: Path) -> None:
    line(tmp_path, "north.yaml")
    [fault] = faults(tmp_path, 'lines: {"+14155550100": north.yaml}\n')
    assert fault[1:3] == (1, "unknown_number")
    assert "refuse, or the file" in fault[3]
    [fault] = faults(tmp_path, 'lines: {"+14155550100": north.yaml}\nunknown_number: nort\n')
    assert fault[3] == 'must be refuse, or one of the lines: north - did you mean "north"?'


def test_faults_of_all_files_are_said_in_one_run(tmp_path: Path) -> None:
    line(tmp_path, "north.yaml", "kee: 1, ")
    line(tmp_path, "south.yaml", "key: 1, ")
    (tmp_path / "sub").mkdir()
    line(tmp_path / "sub", "south.yaml")
    write(tmp_path, "lines: {}\nunknown_number: refuse\n", "nested.yaml")
    write(tmp_path, "a: [", "broken.yaml")
    found = faults(
        tmp_path,
        """\
        lines:
          "+14155550100": north.yaml
          "+1415555": south.yaml
          "+14155550102": sub/south.yaml
          "+14155550103": none.yaml
          "+14155550104": nested.yaml
          "+14155550105": broken.yaml
          "+1 (415) 555-0100": north.yaml
        unknown_number: east
        greeting: Hello
        """,
    )
    assert [fault[:3] for fault in found] == [
        ("acme.yaml", 3, "lines.+1415555"),
        ("acme.yaml", 4, "lines.+14155550102"),
        ("acme.yaml", 5, "lines.+14155550103"),
        ("acme.yaml", 6, "lines.+14155550104"),
        ("acme.yaml", 8, "lines.+1 (415) 555-0100"),
        ("acme.yaml", 9, "unknown_number"),
        ("acme.yaml", 10, "greeting"),
        ("broken.yaml", 2, ""),
        ("north.yaml", 5, "destinations.sales.kee"),
    ]


def test_a_number_of_another_line_is_a_fault_where_it_is_claimed(tmp_path: Path) -> None:
    write(tmp_path, SMALL.replace("US", "US\n  numbers: ['+14155550102']"), "north.yaml")
    line(tmp_path, "south.yaml")
    text = 'lines: {"+14155550100": north.yaml, "+14155550102": south.yaml}\nunknown_number: north'
    [fault] = faults(tmp_path, text)
    assert fault[:3] == ("north.yaml", 4, "business.numbers[0]")


def test_no_lines_at_all_are_a_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, "lines: {}\nunknown_number: refuse\n")[0][1:3] == (1, "lines")
    assert faults(tmp_path, "lines: []\nunknown_number: refuse\n")[0][1:3] == (1, "lines")


def test_files_are_named_beside_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "north").mkdir()
    write(tmp_path / "north", "name,address\nAnn,+12125550124\n", "people.csv")
    write(tmp_path / "north", f"{SMALL}people: people.csv\n", "north.yaml")
    text = 'lines: {"+14155550100": north/north.yaml}\nunknown_number: refuse\n'
    business = load(write(tmp_path, text), {})
    assert business.lines[0].directory.names == ("sales", "Ann")
    assert [path.relative_to(tmp_path).as_posix() for path in business.files] == [
        "acme.yaml",
        "north/north.yaml",
        "north/people.csv",
    ]
