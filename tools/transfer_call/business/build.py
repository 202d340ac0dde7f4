"""From a checked file to a `Line`; what only shows when all is put together is a fault too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..directory.directory import Directory
from ..directory.faults import DirectoryError, Fault as DirectoryFault
from ..directory.hours import Schedule
from ..directory.target import TargetError, TransferTarget
from ..policy.dialling import DiallingPolicy, PolicyError
from ..policy.headers import validate_headers
from ..voice.phrases import LANGUAGES, Phrases, phrase_keys
from . import parts
from .faults import Fault, Loc, did_you_mean, field_path
from .files import Files, UnreadableFileError
from .keypad import Draft, build_menus, faults_of_menus
from .line import CallLimits, Line, Notices
from .models import BusinessFile
from .people import Person, read_people
from .services import OpenAIServices
from .spoken import sentences

if TYPE_CHECKING:
    from ..directory.destination import Destination
    from ..keypad.menu import Menus
    from .reader import Document

OwnPhrases = dict[str, dict[str, tuple[str, ...]]]
"""Sentences by language and phrase."""

_IN_BUSINESS = frozenset({"country", "hours", "timezone", "language"})
_NEEDS_COUNTRY = frozenset({"to", "hours", "numbers", "countries", "exceptions"})
_ALWAYS = "24/7"
_COLUMN_OF = {
    "name": "name",
    "spoken": "name",
    "to": "address",
    "extension": "extension",
    "department": "department",
}


class LineBuilder:
    """Builds the line of one file.

    Attributes:
        faults: Everything wrong with the files of the line; empty if `line` gave one.
    """

    def __init__(
        self, document: Document, files: Files, folder: Path, numbers: tuple[str, ...] = ()
    ) -> None:
        """Prepare to build.

        Args:
            document: The file.
            files: Reads what it names.
            folder: Where those names begin.
            numbers: Numbers of the line, as E.164, besides those the file names.
        """
        self._document = document
        self._files = files
        self._folder = folder
        self._dialled = numbers
        self._other: list[Fault] = []
        self._people_file = ""

    @property
    def faults(self) -> list[Fault]:
        """What was found so far."""
        return [*self._document.faults, *self._other]

    def line(self, name: str) -> Line | None:
        """The line under `name`, or ``None`` when anything is wrong."""
        model = self._document.read_as(BusinessFile)
        if model is None:
            return None
        numbers = self._numbers(model)
        people = self._people(model)
        destinations = [
            *(
                parts.destination(key, one, model.business.country)
                for key, one in model.destinations.items()
            ),
            *(parts.person(one) for one in people),
        ]
        self._headers(model)
        phrases = self._phrases(model)
        menus = self._menus(model, destinations)
        recordings = self._recordings(model, phrases, destinations)
        origins: list[str | Person] = [*model.destinations, *people]
        directory = self._directory(model, name, numbers, destinations, origins)
        if directory is None or self.faults:
            return None
        return Line(
            name=name,
            business=model.business.name,
            numbers=numbers,
            greeting=model.greeting,
            directory=directory,
            language=model.business.language,
            pipeline=model.pipeline,
            openai=OpenAIServices(**model.openai.model_dump()),
            menus=menus,
            debounce=model.keypad.debounce,
            own_phrases=phrases,
            recordings=recordings,
            notices=Notices(**model.notices.model_dump()),
            limits=CallLimits(**model.limits.model_dump()),
            prompts=self._prompts(model),
        )

    def _fault(self, loc: Loc, message: str, *, of_key: bool = False) -> None:
        # An address or holiday cannot be judged by a country that is not known.
        if _NEEDS_COUNTRY.intersection(loc) and self._document.is_faulted(("business", "country")):
            return
        if "hours" in loc and self._document.is_faulted(("business", "timezone")):
            return
        self._document.fault(loc, message, of_key=of_key)

    def _numbers(self, model: BusinessFile) -> tuple[str, ...]:
        numbers = []
        for index, number in enumerate(model.business.numbers):
            try:
                target = TransferTarget.parse(number, country=model.business.country)
            except TargetError as error:
                self._fault(("business", "numbers", index), str(error))
                continue
            if target.scheme != "tel" or not target.number:
                message = "must be a full telephone number, such as +14155550100"
                self._fault(("business", "numbers", index), message)
                continue
            numbers.append(target.number)
        return tuple(dict.fromkeys([*numbers, *self._dialled]))

    def _phrases(self, model: BusinessFile) -> OwnPhrases:
        """The operator's own words by language and phrase."""
        own: OwnPhrases = {}

        def take(language: str, key: str, sentences: tuple[str, ...], loc: Loc) -> None:
            try:
                Phrases(language, {key: sentences})
            except ValueError as error:
                hint = "" if key in phrase_keys() else did_you_mean(key, phrase_keys())
                self._fault(loc, f"{error}{hint}")
                return
            if own.setdefault(language, {}).setdefault(key, sentences) != sentences:
                self._fault(loc, f"{key} is written twice for {language}; remove one")

        for key, written in model.phrases.items():
            if not isinstance(written, Mapping):
                take(model.business.language, key, written, ("phrases", key))
            elif key not in LANGUAGES:
                message = f"must be words; only a language ({', '.join(LANGUAGES)}) has keys below"
                self._fault(("phrases", key), message)
            else:
                for phrase, sentences in written.items():
                    take(key, phrase, sentences, ("phrases", key, phrase))
        return own

    def _recordings(
        self, model: BusinessFile, phrases: OwnPhrases, destinations: Sequence[Destination]
    ) -> dict[str, Path]:
        """The operator's WAV files by sentence; each sentence is one that can be said."""
        if not model.recordings:
            return {}
        said = sentences(model, phrases, destinations)
        found = {}
        for sentence, file in model.recordings.items():
            loc: Loc = ("recordings", sentence)
            if sentence not in said:
                hint = did_you_mean(sentence, said)
                self._fault(loc, f"nothing here says this sentence{hint}", of_key=True)
            try:
                self._files.recording(self._folder / file)
            except UnreadableFileError as error:
                # A kept file is better without one recording than not at all.
                if not self._files.are_kept:
                    self._fault(loc, f"{file}: {error}")
                continue
            found[sentence] = self._folder / file
        return found

    def _people(self, model: BusinessFile) -> list[Person]:
        if model.people is None:
            return []
        path = self._folder / model.people
        try:
            text = self._files.text(path)
        except UnreadableFileError as error:
            self._fault(("people",), f"{model.people} {error}")
            return []
        self._people_file = str(path)
        people, faults = read_people(self._people_file, text)
        self._other += faults
        return people

    def _prompts(self, model: BusinessFile) -> Path | None:
        """The folder of prompts; what is in it is judged by whoever instructs a model."""
        return None if model.prompts is None else self._folder / model.prompts

    def _menus(self, model: BusinessFile, destinations: Sequence[Destination]) -> Menus | None:
        menus = build_menus(model.keypad)
        if menus is not None:
            draft = Draft(destinations, model.operator)
            for loc, message in faults_of_menus(model.keypad, menus, draft):
                # What is missing in a menu may be what was found wrong in it.
                if not self._document.is_faulted_below(loc):
                    self._fault(loc, message)
        return menus

    def _directory(
        self,
        model: BusinessFile,
        name: str,
        numbers: tuple[str, ...],
        destinations: Sequence[Destination],
        origins: Sequence[str | Person],
    ) -> Directory | None:
        if not destinations:
            self._fault(("destinations",), "there is none; write one with a name and to")
            return None
        zone = self._timezone(model)
        try:
            return Directory(
                destinations,
                country=model.business.country,
                language=model.business.language,
                timezone=zone,
                hours=self._hours(model, zone),
                operator=model.operator,
                urgent=model.urgent,
                policy=self._policy(model, numbers),
                line=name,
            )
        except DirectoryError as error:
            without_address = {one.position for one in error.faults if one.field == "to"}
            for fault in error.faults:
                # How many addresses there are is not known while one of them is wrong.
                if fault.field != "rotate" or fault.position not in without_address:
                    self._place(fault, origins)
            return None

    def _timezone(self, model: BusinessFile) -> str | None:
        """The time zone; where it is missing though hours need it, a fault and a stand-in."""
        business = model.business
        if business.timezone is not None:
            return business.timezone
        timed: Iterator[Loc] = (
            loc
            for loc, written in (
                (("business", "hours"), business.hours is not None),
                (("business", "closed"), bool(business.closed)),
                *(
                    (("destinations", key, "hours"), one.hours is not None)
                    for key, one in model.destinations.items()
                ),
            )
            if written
        )
        first = next(timed, None)
        if first is None:
            return None
        message = f"is missing, and {field_path(first)} needs it; write one such as Europe/Berlin"
        self._fault(("business", "timezone"), message)
        return "UTC"

    def _hours(self, model: BusinessFile, zone: str | None) -> Schedule | None:
        business = model.business
        if zone is None or (business.hours is None and not business.closed):
            return None
        try:
            return Schedule(business.hours or _ALWAYS, zone, business.country, business.closed)
        except ValueError as error:
            self._fault(("business", "hours"), str(error))
            return Schedule(_ALWAYS, zone, business.country)

    def _policy(self, model: BusinessFile, numbers: tuple[str, ...]) -> DiallingPolicy:
        try:
            return parts.policy(model.policy, model.business.country, numbers)
        except PolicyError as error:
            for fault in error.faults:
                self._fault(("policy", fault.field), fault.message)
            left = model.policy.model_copy(update={fault.field: () for fault in error.faults})
            return parts.policy(left, model.business.country, numbers)

    def _headers(self, model: BusinessFile) -> None:
        for name, one in model.destinations.items():
            for header, message in validate_headers(one.headers, one.summary_header).items():
                of_summary = header == one.summary_header and header not in one.headers
                path = ("summary_header",) if of_summary else ("headers", header)
                self._fault(("destinations", name, *path), message)

    def _place(self, fault: DirectoryFault, origins: Sequence[str | Person]) -> None:
        """Say a directory's fault at the line it comes from."""
        if fault.position is None:
            parent: Loc = ("business",) if fault.field in _IN_BUSINESS else ()
            self._fault((*parent, *fault.path), fault.message)
            return
        origin = origins[fault.position]
        if isinstance(origin, Person):
            self._other.append(_in_csv(fault, origin, self._people_file))
            return
        of_name = fault.field == "name"
        loc: Loc = ("destinations", origin, *(() if of_name else fault.path))
        self._fault(self._document.written(loc), fault.message, of_key=of_name)


def _in_csv(fault: DirectoryFault, person: Person, file: str) -> Fault:
    field = _COLUMN_OF.get(fault.field, "")
    return Fault(file, person.line, 1, field, fault.message)
