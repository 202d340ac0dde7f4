from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from transfer_call.business import Business, Line, load, schema

FOLDER = Path("examples/businesses")
ENV = {"ROTA_SECRET": "not a real secret"}


def example(name: str) -> Business:
    return load(FOLDER / name / f"{name}.yaml", ENV)


def is_open(line: Line, name: str, at: str) -> bool:
    return line.directory.is_open(name, datetime.fromisoformat(at).replace(tzinfo=UTC))


@pytest.mark.parametrize("file", sorted(FOLDER.rglob("*.yaml")), ids=str)
def test_examples_pass_the_schema(file: Path) -> None:
    validator = Draft202012Validator(schema())
    assert not list(validator.iter_errors(yaml.safe_load(file.read_text("utf-8"))))


def test_the_dentist_has_an_emergency_line_at_any_hour() -> None:
    [line] = example("dentist").lines
    # Sunday evening in Chicago.
    assert not is_open(line, "front-desk", "2026-11-23T01:00")
    assert is_open(line, "emergency", "2026-11-23T01:00")
    assert line.directory["mobile"] not in line.directory.offered()


def test_the_office_has_departments_with_hours_and_a_second_language() -> None:
    [line] = example("office").lines
    # Saturday, 10:00 in Toronto.
    assert is_open(line, "soutien", "2026-11-21T15:00")
    assert not is_open(line, "ventes", "2026-11-21T15:00")
    assert (line.language, line.directory["sales"].language) == ("fr", "en")
    assert line.phrases("en").please_wait() == ["Please hold the line."]
    assert line.directory["Marc Lavoie (Soutien)"].extension == "302"


def test_the_clinics_are_five_lines() -> None:
    business = example("clinic-group")
    assert len(business.lines) == 5
    found = business.line_for("02890180400")
    assert found is not None and found.business == "Castle Clinic"
    unknown = business.line_for("+442000000000")
    assert unknown is not None and unknown.name == "harbour"


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = importlib.util.spec_from_file_location("make_hotel", FOLDER / "hotel/make_hotel.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.make(tmp_path_factory.mktemp("hotel"))
    assert isinstance(made, Path)
    return made


def test_the_hotel_has_2000_telephones(hotel: Path) -> None:
    [line] = load(hotel, {}).lines
    assert len(line.directory) == 2004
    room = line.directory.by_extension("61275")
    assert room is not None and room.name == "Room 1275"
