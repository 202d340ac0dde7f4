from __future__ import annotations

from pathlib import Path

import pytest

from receptionist_prompts import PromptError, Prompts, names

FACTS = {
    "language": "English",
    "line": "acme",
    "caller": "not known",
    "now": "Monday",
    "opening": "open.",
    "reachable": "everybody.",
}


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def faults(folder: Path) -> list[str]:
    with pytest.raises(PromptError) as caught:
        Prompts(folder)
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


def test_every_placeholder_of_the_receptionist_is_filled() -> None:
    text = Prompts().fill("receptionist", business="Acme Dental")

    assert "receptionist of Acme Dental" in text
    assert "{" not in text
    assert "{" not in Prompts().fill("call", **FACTS)


def test_a_value_is_not_read_as_a_template() -> None:
    text = Prompts().fill("receptionist", business="{language} & Sons")

    assert "receptionist of {language} & Sons" in text


def test_the_prompts_are_part_of_the_package() -> None:
    assert names() == ("call", "emergency", "promise", "receptionist")


@pytest.mark.parametrize(
    "heading",
    [
        "Who you are",
        "How you sound",
        "Putting the caller through",
        "What you never do",
        "never an order",
        "cannot be reached now",
        "After a transfer",
        "Difficult calls",
    ],
)
def test_the_receptionist_is_told_what_every_call_needs(heading: str) -> None:
    headings = [
        line
        for line in Prompts().fill("receptionist", business="A").splitlines()
        if line[:1] == "#"
    ]
    assert any(heading in line for line in headings)


def test_an_operators_prompt_takes_the_place_of_ours_and_the_rest_stays(tmp_path: Path) -> None:
    write(tmp_path, "receptionist.md", "\ufeffAnswer for {business}. Say {{ as it is.\n")
    write(tmp_path, "README.txt", "{whatever} is not a prompt")
    own = Prompts(tmp_path)

    assert own.fill("receptionist", business="Acme") == "Answer for Acme. Say { as it is."
    assert own.fill("call", **FACTS) == Prompts().fill("call", **FACTS)


def test_every_fault_is_named_with_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, "receptionist.md", "Hello.\nYou work for {buisness}.\nAnd {0!r:>9}.\n")
    write(tmp_path, "recepcionist.md", "Hello.")
    write(tmp_path, "call.md", "{line} {caller} {now} {opening} {reachable}\n")
    write(tmp_path, "emergency.md", "{number}\nan open { brace\n")
    (tmp_path / "promise.md").write_bytes(b"\xff\xfe")

    assert faults(tmp_path) == [
        "call.md: must hold {language}, which is filled in for each call",
        "emergency.md:2: holds a brace by itself; write {{ or }} for one that is to be read",
        "promise.md: is not UTF-8 text; save it as UTF-8",
        "recepcionist.md: there is no prompt of this name; there are: "
        + ", ".join(f"{name}.md" for name in names())
        + ' - did you mean "receptionist.md"?',
        "receptionist.md:2: knows no {buisness}; its placeholders: {business}",
        "receptionist.md:3: knows no {0}; its placeholders: {business}",
    ]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    [fault] = faults(tmp_path / "prompts")
    assert "cannot be read: no such file or directory" in fault


def test_an_empty_prompt_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, "promise.md", " \n")
    assert faults(tmp_path) == [
        "promise.md: says nothing; write a prompt, or remove the file to use ours"
    ]
