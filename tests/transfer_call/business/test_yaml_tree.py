from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given, settings, strategies as st

from transfer_call.business import yaml_tree
from transfer_call.business.environment import Environment
from transfer_call.business.yaml_tree import Tree


def read_tree(text: str, env: dict[str, str]) -> Tree:
    return yaml_tree.read_tree(text, Environment(env))


def complaints(text: str, env: dict[str, str] | None = None) -> list[tuple[int, int, str]]:
    return [(c.line, c.column, c.message) for c in read_tree(text, env or {}).complaints]


def test_everything_but_the_structure_stays_text() -> None:
    tree = read_tree("country: NO\nkey: 007\nat: 2026-12-24\nflag: yes\nlist: [1.50, '']", {})
    assert tree.data == {
        "country": "NO",
        "key": "007",
        "at": "2026-12-24",
        "flag": "yes",
        "list": ["1.50", ""],
    }
    assert not tree.complaints


def test_a_key_without_a_value_is_none_and_quotes_make_an_empty_text() -> None:
    assert read_tree("a:\nb: ~\nc: ''\nd: 'null'", {}).data == {
        "a": None,
        "b": None,
        "c": "",
        "d": "null",
    }


def test_addresses_with_colons_stand_in_flow_style() -> None:
    tree = read_tree("to: {resolve: https://example.com/a, list: [tel:+1234, sip:a@b]}", {})
    assert tree.data == {
        "to": {"resolve": "https://example.com/a", "list": ["tel:+1234", "sip:a@b"]}
    }


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: b: c", 1, 5, "needs quotes"),
        ("a: 1\n b: 2", 2, 3, "indentation"),
        ("a:\n\tb: c", 2, 1, "spaces, not tabs"),
        ("a: [1", 2, 1, "bracket"),
        ("a: 'x", 1, 6, "quote"),
        ("a: @b", 1, 4, "quotes"),
        ("a: 1\nb\nc: 2", 3, 1, '":"'),
        ("%YAML 9.9\n---\na: 1", 1, 1, "YAML"),
        ("a: 1\nb: \x07", 2, 4, "not text"),
        ("a: \ud800", 1, 4, "not text"),
        ("a: \ue000", 1, 4, "not text"),
        ("a: 1\n--- \nb: 1", 2, 1, "second document"),
        ("? [a, b]\n: 1", 1, 3, "a key must be"),
    ],
)
def test_what_cannot_be_read_on_is_one_complaint_with_its_place(
    text: str, line: int, column: int, words: str
) -> None:
    tree = read_tree(text, {})
    assert not tree.readable
    [found] = tree.complaints
    assert (found.line, found.column) == (line, column)
    assert words in found.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x 1", "anchors"),
        ("a: !!str 1", "tags"),
        ("a: !include b", "tags"),
        ("a: &x 1\nb: *x", "aliases"),
        ("a: &x {b: 1}\nc:\n  <<: *x", "aliases"),
    ],
)
def test_anchors_aliases_and_tags_are_refused(text: str, words: str) -> None:
    tree = read_tree(text, {})
    assert tree.readable
    assert any(words in c.message for c in tree.complaints)


def test_an_expanding_document_is_refused_without_being_expanded() -> None:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))
    tree = read_tree(f"a0: &a0 lol\n{levels}", {})
    assert tree.data is not None
    assert len(tree.data["a8"]) == 9
    assert tree.complaints


def test_a_key_twice_names_the_first_line_and_keeps_its_value() -> None:
    tree = read_tree("a: {b: 1}\nc: 2\na: {d: [3, {e: 4}]}\nc: 5\n", {})
    assert tree.data == {"a": {"b": "1"}, "c": "2"}
    assert [(c.line, c.loc, c.message) for c in tree.complaints] == [
        (3, ("a",), "is written twice, first in line 1; keep one"),
        (4, ("c",), "is written twice, first in line 2; keep one"),
    ]


def test_a_value_that_is_thrown_away_leaves_no_trace() -> None:
    tree = read_tree("a: {b: 1}\na:\n  b: ${X}\n  b: [1, {c: 2}]\n", {})
    assert tree.data == {"a": {"b": "1"}}
    assert tree.position(("a", "b")) == (1, 8)
    assert not tree.spoiled
    assert [c.line for c in tree.complaints] == [2, 3]


def test_positions_are_of_the_value_or_of_the_key_when_it_begins_elsewhere() -> None:
    tree = read_tree("a:\n  b: one\n  c:\n    - two\n    - {d: three}\n", {})
    assert tree.position(("a", "b")) == (2, 6)
    assert tree.position(("a", "b"), of_key=True) == (2, 3)
    assert tree.position(("a", "c")) == (3, 3)
    assert tree.position(("a", "c", 1, "d")) == (5, 11)
    assert tree.position(("a", "missing")) == (1, 1)
    assert tree.position(("a", "c", 1, "missing")) == (5, 7)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_endless_nesting_ends_with_a_complaint(opening: str) -> None:
    tree = read_tree(opening * 50_000, {})
    assert not tree.readable
    assert len(tree.complaints) == 1


def test_more_values_than_any_business_has_end_with_a_complaint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(yaml_tree, "MAX_VALUES", 10)
    assert read_tree("- a\n" * 9, {}).readable
    assert complaints("- a\n" * 10) == [(10, 3, "the file holds more than 10 values")]


def test_a_text_longer_than_any_value_is_refused() -> None:
    [found] = read_tree(f"a: {'x' * 10_001}", {}).complaints
    assert found.message == "is longer than 10000 characters"


def test_after_a_thousand_complaints_nothing_more_is_read() -> None:
    tree = read_tree("a: 1\n" * 5000, {})
    assert not tree.readable
    assert len(tree.complaints) == 1002


def test_variables_are_replaced_in_values_and_not_in_keys() -> None:
    tree = read_tree("${A}: x-${A}-$$-$5\nb: ['${A}']\nc: $${A}", {"A": "1"})
    assert tree.data == {"${A}": "x-1-$-$5", "b": ["1"], "c": "${A}"}
    assert not tree.complaints


def test_variables_stand_in_flow_style_without_quotes() -> None:
    tree = read_tree("to: {a: ${A}, ${A}: [${B}, x${A}y]}\nc: {d: $${A}}", {"A": "1", "B": "2"})
    assert tree.data == {"to": {"a": "1", "${A}": ["2", "x1y"]}, "c": {"d": "${A}"}}
    assert tree.position(("to", "${A}", 1)) == (1, 28)


def test_the_value_of_a_variable_is_never_read_as_yaml() -> None:
    assert read_tree("a: ${A}", {"A": "[1, {b: *c}]"}).data == {"a": "[1, {b: *c}]"}
    assert read_tree("a: ${A}", {"A": "null"}).data == {"a": "null"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: ${MISSING}", "environment variable MISSING is not set"),
        ("a: ${EMPTY}", "environment variable EMPTY is empty"),
        ("a: ${}", "name of an environment variable"),
        ("a: ${A B}", "name of an environment variable"),
        ("a: ${A", "name of an environment variable"),
        ("a: ${1}", "name of an environment variable"),
    ],
)
def test_a_variable_that_says_nothing_is_a_complaint(text: str, words: str) -> None:
    tree = read_tree(text, {"EMPTY": "", "A": "1"})
    [found] = tree.complaints
    assert found.message.startswith(words) or words in found.message
    assert (found.line, found.column, found.loc) == (1, 4, ("a",))
    assert ("a",) in tree.spoiled


def test_no_complaint_holds_a_value_of_the_environment() -> None:
    tree = read_tree("a: ${SECRET}${MISSING}\na: ${SECRET}", {"SECRET": "hunter2"})
    assert len(tree.complaints) == 2
    assert "hunter2" not in repr(tree.complaints)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=80))
@example("\ufeffa: 1")
@example("a: \x85\u2028b")
@example("--- !<tag:yaml.org,2002:python/object/apply:os.system> [ls]")
def test_no_text_raises(text: str) -> None:
    tree = read_tree(text, {})
    assert tree.readable or tree.complaints


@settings(max_examples=150, deadline=None)
@given(st.text("ab:-?[]{},&*!|>'\"%@`#~ \n\t0$", max_size=60))
def test_no_punctuation_raises(text: str) -> None:
    tree = read_tree(text, {"a": "b"})
    assert tree.readable or tree.complaints


_PLAIN = st.text("abcé :#'\"[]{}-\n", max_size=12)
_VALUES = st.recursive(
    _PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_PLAIN, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(_VALUES)
def test_what_a_yaml_writer_writes_is_read_back(value: object) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"')
    assert read_tree(text, {}).data == value
