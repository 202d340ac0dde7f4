"""The schema, the example file and the documentation say the same as the loader."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from tests.support.business import SMALL, write, write_wav
from transfer_call.business import load, schema
from transfer_call.business.model import paths
from transfer_call.business.models import BusinessFile, LinesFile

EXAMPLE = Path("receptionist.example.yaml").read_text("utf-8")
DOCS = Path("docs/business-file.md").read_text("utf-8")
FIELDS = [
    (path, name)
    for model in (BusinessFile, LinesFile)
    for path, part in paths(model)
    for name in part.model_fields
]


def schema_faults(content: Any) -> list[str]:
    validator = Draft202012Validator(schema(), format_checker=FormatChecker())
    return [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(content)]


def all_keys(example: str) -> str:
    """The example with the # in front of every key removed."""
    return re.sub(r"^( *)#(?! \S| *$)", r"\1", example, flags=re.MULTILINE)


def beside(folder: Path) -> None:
    """The files that the example and the documentation name."""
    write(
        folder, "name,extension,address,department\nAnn Lee,301,+12125550150,Sales\n", "people.csv"
    )
    write_wav(folder / "recordings" / "welcome.wav")
    write_wav(folder / "recordings" / "wait.wav")


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())
    assert json.loads(json.dumps(schema())) == schema()


def test_every_key_in_the_schema_says_what_it_is_for() -> None:
    for name, shape in schema()["$defs"].items():
        assert shape["additionalProperties"] is False, name
        for key, value in shape["properties"].items():
            assert value.get("description") or "$ref" in value, (name, key)


def test_the_schema_shows_defaults_as_they_are_written() -> None:
    shapes = schema()["$defs"]
    assert shapes["DestinationModel"]["properties"]["play_dialtone"]["default"] is True
    assert shapes["PolicyModel"]["properties"]["max_attempts"]["default"] == 4
    assert "null" not in json.dumps(schema())


def test_the_example_passes_loader_and_schema_as_it_is() -> None:
    business = load("receptionist.example.yaml", {})
    assert business.lines[0].directory.names == ("front-desk", "sales")
    assert not schema_faults(yaml.safe_load(EXAMPLE))


def test_the_example_passes_with_every_key_in_use(tmp_path: Path) -> None:
    beside(tmp_path)
    whole = all_keys(EXAMPLE)
    [line] = load(write(tmp_path, whole), {"RESOLVER_SECRET": "x" * 20}).lines
    assert {"front-desk", "sales", "billing", "on-call", "Ann Lee"} == set(line.directory.names)
    assert line.menus is not None
    assert list(line.recordings) == ["Thanks for calling Acme Dental."]
    assert not schema_faults(_as_yaml_reads(whole))


class _Yaml12(yaml.SafeLoader):
    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _as_yaml_reads(text: str) -> Any:
    # YAML 1.1 makes dates of what YAML 1.2 and editors leave as text.
    return yaml.load(text, _Yaml12)


@pytest.mark.parametrize(("path", "name"), FIELDS)
def test_every_key_is_in_the_example(path: str, name: str) -> None:
    assert re.search(rf"^[ #]*{name}:", EXAMPLE, re.MULTILINE), f"{path}.{name}"


@pytest.mark.parametrize(("path", "name"), FIELDS)
def test_every_key_is_explained_with_an_example(path: str, name: str) -> None:
    assert re.search(rf"^(\| `{name}` \||##+ .*`{name}`)", DOCS, re.MULTILINE), f"{path}.{name}"
    examples = "\n".join(re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL))
    assert re.search(rf"(^|[ {{]){name}:", examples, re.MULTILINE), f"{path}.{name}"


def test_only_keys_that_exist_are_explained() -> None:
    explained = re.findall(r"^\| `([a-z_]+)` \|", DOCS, re.MULTILINE)
    assert set(explained) <= {name for _, name in FIELDS}


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL))
def test_every_example_of_the_documentation_loads(tmp_path: Path, block: str) -> None:
    beside(tmp_path)
    content = _as_yaml_reads(block)
    if "lines" in content:
        for name in ("north", "south"):
            write(tmp_path, SMALL, f"{name}.yaml")
        assert len(load(write(tmp_path, block), {}).lines) == 2
        return
    content["business"] = {"name": "Acme Dental", "country": "US", **content.get("business", {})}
    content.setdefault("destinations", {"front-desk": {"to": "+12125550100"}})
    env = {"FRONT_DESK_NUMBER": "+12125550123", "RESOLVER_SECRET": "x" * 20}
    assert load(write(tmp_path, json.dumps(content)), env).lines
    assert not schema_faults(content)


def test_the_documented_defaults_are_the_defaults() -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+)` \|.*\| `?([^`|]+)`? \|$", DOCS, re.MULTILINE))
    [line] = load("examples/businesses/dentist/dentist.yaml", {}).lines
    policy, desk = line.directory.policy, line.directory["front-desk"]
    assert rows["per_call"] == str(policy.rates.per_call)
    assert (rows["per_caller"], policy.rates.per_caller) == ("10/hour", (10, 3600))
    assert (rows["per_destination"], policy.rates.per_destination) == ("20/minute", (20, 60))
    assert (rows["international"], policy.rates.international) == ("20/day", (20, 86400))
    assert rows["max_attempts"] == str(policy.max_attempts)
    assert (rows["max_duration"], policy.max_seconds) == ("3m", 180)
    assert rows["store_down"] == policy.store_down
    assert (rows["ringing_timeout"], desk.ringing_timeout) == ("60s", 60)
    assert (rows["debounce"], line.debounce) == ("80ms", 0.08)


def test_a_mistake_is_a_mistake_to_schema_and_loader() -> None:
    good = yaml.safe_load(SMALL)
    assert not schema_faults(good)
    changes: list[dict[str, Any]] = [
        {"busines": {}},
        {"greeting": None},
        {"pipeline": "cascad"},
        {"openai": {"base_url": "https://example.com"}},
        {"policy": {"rates": {"per_caller": "5 an hour"}}},
        {"destinations": {"a": {"to": []}}},
        {"destinations": {"a": {"to": {"resolve": "https://example.com"}}}},
        {"destinations": {"a": {"to": "x", "key": "10"}}},
        {"keypad": {"debounce": 80}},
        {"lines": {"+1": "a.yaml"}},
    ]
    for change in changes:
        assert schema_faults({**good, **change}), change
