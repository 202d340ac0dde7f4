"""From the operator's file to a business: one line, or many with a file each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..directory.target import TargetError, TransferTarget
from .build import LineBuilder
from .dialled import Dialled
from .faults import BusinessFileError, Fault, did_you_mean
from .files import Files, UnreadableFileError
from .line import Business, Line
from .models import LinesFile
from .reader import Document

REFUSE = "refuse"
"""The choice to refuse calls to unknown numbers."""


def load_files(path: Path, env: Mapping[str, str], files: Files) -> Business:
    """Read `path` and every file it names.

    Raises:
        BusinessFileError: With every fault in all of them.
    """
    try:
        document = Document(str(path), files.text(path), env)
    except UnreadableFileError as error:
        raise BusinessFileError([Fault(str(path), 0, 0, "", str(error))]) from None
    if isinstance(document.data, dict) and "lines" in document.data:
        return _ManyLines(document, path.parent, env, files).load()
    builder = LineBuilder(document, files, path.parent)
    line = builder.line(path.stem)
    if line is None:
        raise BusinessFileError(builder.faults)
    # The only line answers whatever number was dialled to reach it.
    return Business((line,), tuple(files.contents), Dialled({}, line.name))


class _ManyLines:
    """Reads a file with `lines` and the files of its lines."""

    def __init__(
        self, document: Document, folder: Path, env: Mapping[str, str], files: Files
    ) -> None:
        self._document = document
        self._folder = folder
        self._env = env
        self._files = files
        self._faults: list[Fault] = []
        self._lines: dict[str, Line] = {}

    def load(self) -> Business:
        model = self._document.read_as(LinesFile)
        if model is None:
            raise BusinessFileError(self._document.faults)
        if not model.lines:
            self._document.fault(("lines",), "there is none; write a number and its file")
        by_file: dict[str, list[str]] = {}
        for number, file in model.lines.items():
            by_file.setdefault(file, []).append(number)
        numbers = self._numbers(model)
        names: dict[str, str] = {}
        for file, dialled in by_file.items():
            name = Path(file).stem
            first = names.setdefault(name, file)
            if first != file:
                message = f"{file} and {first} would both be line {name}; rename one of them"
                self._document.fault(("lines", dialled[0]), message)
            else:
                self._line(name, file, dialled, numbers)
        unknown = self._unknown(model, names)
        faults = [*self._document.faults, *self._faults]
        if faults:
            raise BusinessFileError(faults)
        lines = {numbers[number]: Path(file).stem for number, file in model.lines.items()}
        countries = dict.fromkeys(line.directory.country for line in self._lines.values())
        dialled_to = Dialled(lines, unknown, tuple(countries))
        return Business(tuple(self._lines.values()), tuple(self._files.contents), dialled_to)

    def _numbers(self, model: LinesFile) -> dict[str, str]:
        """The dialled numbers as written, each in the form that is looked up, or ``""``."""
        read: dict[str, str] = {}
        for number in model.lines:
            plain = number
            if number.startswith("+"):
                try:
                    plain = TransferTarget.parse(number).number
                except TargetError as error:
                    self._document.fault(("lines", number), str(error), of_key=True)
                    plain = ""
            if plain and plain in read.values():
                message = "the same number is there already; remove one"
                self._document.fault(("lines", number), message, of_key=True)
            read[number] = plain
        return read

    def _line(self, name: str, file: str, dialled: list[str], numbers: dict[str, str]) -> None:
        path = self._folder / file
        try:
            document = Document(str(path), self._files.text(path), self._env)
        except UnreadableFileError as error:
            self._document.fault(("lines", dialled[0]), f"{file} {error}")
            return
        if isinstance(document.data, dict) and "lines" in document.data:
            message = f"{file} lists lines itself; name the file of one line"
            self._document.fault(("lines", dialled[0]), message)
            return
        own = tuple(numbers[number] for number in dialled if numbers[number].startswith("+"))
        builder = LineBuilder(document, self._files, path.parent, own)
        line = builder.line(name)
        if line is not None:
            others = {plain for written, plain in numbers.items() if written not in dialled}
            for number in others.intersection(line.numbers):
                index = line.numbers.index(number)
                message = "another line answers this number; remove it here or there"
                document.fault(("business", "numbers", index), message)
            self._lines[name] = line
        self._faults += builder.faults

    def _unknown(self, model: LinesFile, names: Mapping[str, str]) -> str | None:
        written = model.unknown_number
        if written == REFUSE:
            return None
        name = written if written in names else Path(written).stem
        if name not in names:
            hint = did_you_mean(written, [REFUSE, *names])
            message = f"must be {REFUSE}, or one of the lines: {', '.join(names)}{hint}"
            self._document.fault(("unknown_number",), message)
        return name
