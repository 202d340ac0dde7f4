from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lab.page.facts import CallFacts
from lab.page.render import colours, render
from tests.lab.page import made_call as made


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> CallFacts:
    return made.made_call(tmp_path_factory.mktemp("call"))


class Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_same_facts_make_the_same_page(facts: CallFacts) -> None:
    assert render(facts) == render(facts)


def test_what_people_say_is_text_never_markup(facts: CallFacts) -> None:
    page = Elements(render(facts))
    assert [tag for tag, _ in page.found].count("script") == 1
    assert made.GREETED in page.text
    assert made.TITLE in page.text


def test_nothing_is_loaded_from_anywhere(facts: CallFacts) -> None:
    page = Elements(render(facts))
    links = [
        value or ""
        for _, attributes in page.found
        for name, value in attributes.items()
        if name in ("src", "href", "srcset", "action", "poster", "data")
    ]
    assert len(links) == 1 + len(facts.phones)
    assert all(link.startswith("data:") for link in links)
    assert not re.search(r"url\(|@import", Path("lab/page/page.css").read_text())


def test_each_phone_has_its_sound(facts: CallFacts) -> None:
    players = [attributes for tag, attributes in Elements(render(facts)).found if tag == "audio"]
    for phone, player in zip(facts.phones, players, strict=True):
        source = player["src"] or ""
        assert base64.b64decode(source.partition(",")[2]) == phone.clip.mp3


def test_a_call_that_went_wrong_is_not_said_to_have_gone_well(facts: CallFacts) -> None:
    assert "All went as it was meant to" in render(facts)
    page = render(replace(facts, succeeded=False, attempts=()))
    assert "All went as it was meant to" not in page
    assert "no transfer was tried" in page


def test_where_the_caller_ends_up_has_the_same_colour_in_every_call() -> None:
    with_sales = colours(("caller", "receptionist", "sales", "front desk"))
    assert with_sales["front desk"] == colours(made.LANES)["front desk"]
    assert len(set(with_sales.values())) == 5
