"""What the documents name is there: commands and their options, files, headings, variables."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from receptionist.cli.app import app
from receptionist.settings import Settings
from receptionist.twilio.credentials import VARIABLES
from transfer_call.business import LiveBusiness

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("**/*.md")),
    *sorted(
        path for folder in ("bench", "examples", "lab") for path in (ROOT / folder).glob("*.md")
    ),
]
FOLDERS = "agent|bench|docs|examples|lab|prompts|tests|tools"

each = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


def named(path: Path) -> Iterator[str]:
    """Everything in a document that is set as code, line by line."""
    fence = False
    for line in path.read_text("utf-8").splitlines():
        if line.lstrip().startswith("```"):
            fence = not fence
        elif fence or line.startswith("    "):
            yield line.partition("  #")[0].strip()
        else:
            yield from re.findall(r"`([^`]+)`", line)


def commands(path: Path) -> Iterator[list[str]]:
    """Commands of ours that a document names, as words."""
    for code in named(path):
        if match := re.match(r"(?:\$ )?(?:uv run )?receptionist( [a-z-]+(?: .*)?)$", code):
            yield shlex.split(re.split(r" [>|&] ?", match[1])[0])


@cache
def receptionist() -> Any:
    return typer.main.get_command(app)


def unknown(words: list[str]) -> str:
    """What of a command does not exist, or ``""``."""
    command = receptionist()
    while words and (group := getattr(command, "commands", None)):
        if words[0].startswith("-"):
            break
        name, *words = words
        if name not in group:
            return name
        command = group[name]
    options = {option for one in command.params for option in [*one.opts, *one.secondary_opts]}
    options |= {"--help", "-h"}
    used = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    return " ".join(option for option in used if option not in options)


@cache
def anchors(path: Path) -> frozenset[str]:
    """The headings as GitHub links to them."""
    titles = re.findall(r"^#+ +(.*)$", path.read_text("utf-8"), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return frozenset(text.replace(" ", "-") for text in words)


@each
def test_every_command_and_option_exists(path: Path) -> None:
    missing = [(words, lost) for words in commands(path) if (lost := unknown(words))]
    assert not missing


def test_commands_that_do_not_exist_are_found() -> None:
    assert unknown(["transmogrify", "--to", "x"]) == "transmogrify"
    assert unknown(["twilio", "disconnect"]) == "disconnect"
    assert unknown(["who", "--too", "sales", "-x"]) == "--too -x"
    assert unknown(["twilio", "connect", "--number", "+1", "--recovery-url=x"]) == ""
    readme = [" ".join(words[:2]) for words in commands(ROOT / "README.md")]
    assert "twilio connect" in readme and "who --to" in readme


@each
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        to = (path.parent / name) if name else path
        assert to.exists(), target
        assert not anchor or anchor in anchors(to.resolve()), target


@each
def test_every_file_exists(path: Path) -> None:
    files = [code for code in named(path) if re.fullmatch(rf"(?:{FOLDERS})/[\w./-]*", code)]
    files += [code for code in named(path) if re.fullmatch(r"\.env\.example|Dockerfile", code)]
    files += [code for code in named(path) if re.fullmatch(r"receptionist\.example\.\w+", code)]
    assert not [code for code in files if not (ROOT / code).exists()]


@each
def test_every_make_target_exists(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z0-9%-]+):", makefile, re.MULTILINE))
    used = [match[1] for code in named(path) if (match := re.match(r"make ([a-z0-9-]+)", code))]
    assert not [target for target in used if target not in targets and target[:6] != "bench-"]
    modules = [target[6:] for target in used if target.startswith("bench-")]
    assert not [
        name
        for name in modules
        if not (ROOT / "bench" / name.replace("-", "_")).exists()
        and not (ROOT / "bench" / f"{name.replace('-', '_')}.py").exists()
    ]


@each
def test_every_variable_of_ours_is_read(path: Path) -> None:
    text = path.read_text("utf-8")
    known = {name.upper() for name in Settings.model_fields} | set(VARIABLES)
    known |= {"TWILIO_OPENAPI"}
    used = set(re.findall(r"\b(?:RECEPTIONIST|TWILIO)_[A-Z_]+[A-Z]\b", text))
    assert used <= known


def test_the_first_business_file_is_right(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "quickstart.md").read_text("utf-8")
    (text,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "receptionist.yaml"
    path.write_text(text, "utf-8")
    business = LiveBusiness(path, state_dir=tmp_path).current().business
    assert [line.directory.names for line in business.lines] == [("front-desk",)]
    assert [line.numbers for line in business.lines] == [("+15105550100",)]
