"""people.csv: a name, an extension, an address and a department in each row.

Written by hand, by a telephone system's export or by a spreadsheet: commas, semicolons or tabs,
quotes, a byte order mark, blank lines and Excel's ``sep=;`` line are all read.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .faults import Fault, did_you_mean
from .yaml_tree import line_of, unprintable

COLUMNS = ("name", "extension", "address", "department")
_REQUIRED = ("name", "address")
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Person:
    """One row.

    Attributes:
        line: Where the row begins in the file.
        unique_name: The name, with what tells the person apart where others share it.
    """

    line: int
    name: str
    extension: str
    address: str
    department: str
    unique_name: str


def read_people(file: str, text: str) -> tuple[list[Person], list[Fault]]:
    """All people of a CSV file, and everything that is wrong with it.

    Args:
        file: The file as the operator named it.
        text: Its content.
    """
    faults: list[Fault] = []

    def fault(line: int, field: str, message: str) -> None:
        faults.append(Fault(file, line, 1 if line else 0, field, message))

    if (bad := unprintable(text)) is not None:
        line, column = line_of(text, bad)
        message = "holds a character that is not text; remove it, and save the file as UTF-8"
        return [], [Fault(file, line, column, "", message)]
    rows = _rows(text, fault)
    header = next(rows, None)
    if header is None:
        if not faults:
            fault(1, "", f"is empty; its first line must be {','.join(COLUMNS)}")
        return [], faults
    columns = _columns(header, fault)
    if columns is None:
        return [], faults
    people = [person for row in rows if (person := _person(row, columns, fault)) is not None]
    return _told_apart(people, fault), faults


_Row = tuple[int, list[str]]
_Report = Callable[[int, str, str], None]


def _rows(text: str, fault: _Report) -> Iterator[_Row]:
    """The rows that are not blank, each with its line, cells stripped."""
    skipped = 0
    separator = ""
    if (named := _SEPARATOR_LINE.match(text)) is not None:
        separator, skipped, text = named[1], 1, text[named.end() :]
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = separator or max(",;\t", key=first.count)
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    line = 1
    while True:
        line = skipped + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault(line, "", f"cannot be read from here on: {error}; check the quotes")
            return
        stripped = [" ".join(cell.split()) for cell in cells]
        if any(stripped):
            yield line, stripped


def _columns(header: _Row, fault: _Report) -> dict[str, int] | None:
    line, cells = header
    names = [cell.casefold() for cell in cells]
    while names and not names[-1]:
        names.pop()
    for name, count in Counter(names).items():
        if name not in COLUMNS:
            fault(
                line,
                name,
                f"unknown column{did_you_mean(name, COLUMNS)}; the columns are {','.join(COLUMNS)}",
            )
        elif count > 1:
            fault(line, name, "the column stands there twice; remove one")
    missing = [name for name in _REQUIRED if name not in names]
    for name in missing:
        fault(line, name, f"the column is missing; the first line is {','.join(COLUMNS)}")
    return None if missing else {name: names.index(name) for name in COLUMNS if name in names}


def _person(row: _Row, columns: dict[str, int], fault: _Report) -> Person | None:
    line, cells = row
    width = max(columns.values()) + 1
    if any(cells[width:]):
        fault(line, "", "has more cells than columns; put a text that holds a separator in quotes")
        return None
    cells += [""] * (width - len(cells))
    name, extension, address, department = (
        cells[columns[column]] if column in columns else "" for column in COLUMNS
    )
    for field, value in (("name", name), ("address", address)):
        if not value:
            fault(line, field, "is empty; fill it in, or remove the row")
    if extension and not re.fullmatch("[0-9]{1,12}", extension):
        fault(line, "extension", "must be digits only, such as 201")
        extension = ""
    if not name or not address:
        return None
    return Person(line, name, extension, address, department, name)


def _told_apart(people: list[Person], fault: _Report) -> list[Person]:
    """The same people under names of their own: "Ann Lee (Billing)" where there are two."""
    shared = Counter(person.name.casefold() for person in people)
    taken: dict[str, int] = {}
    result = []
    for person in people:
        unique = person.name
        if shared[person.name.casefold()] > 1 and person.department:
            unique = f"{person.name} ({person.department})"
        first = taken.setdefault(unique.casefold(), person.line)
        if first != person.line:
            fault(
                person.line,
                "name",
                f"the same name as in line {first}; a department tells the two apart",
            )
            continue
        result.append(
            Person(
                person.line,
                person.name,
                person.extension,
                person.address,
                person.department,
                unique,
            )
        )
    return result
