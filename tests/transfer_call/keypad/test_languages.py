"""A key that changes the language: menus, words and announcements follow it."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.support.call import SALES, a_call, directory
from tests.support.keypad import Caller, Places, place
from transfer_call.events import LanguageChosen
from transfer_call.keypad import (
    Goto,
    ItemKind,
    KeypadSession,
    Language,
    Menu,
    Menus,
    Play,
    Speak,
    Submenu,
)
from transfer_call.keypad.attached import KeypadMenu
from transfer_call.testing import busy, connected

OFFICE = Places(place("desk", key="0"), place("sales", key="1"), operator="desk")
MENUS = Menus(
    {
        "main": Menu(
            {"1": Goto("sales"), "2": Language("es"), "3": Submenu("more")},
            prompt={"en": "One for sales.", "es": "Uno para ventas."},
        ),
        "more": Menu({"5": Language("fr", announced=False), "6": Goto("desk")}),
    }
)


def session() -> Caller:
    return Caller(KeypadSession(OFFICE, MENUS, language="en"))


def prompts(actions: list[Any]) -> list[str]:
    return [part.text for action in actions if isinstance(action, Play) for part in action.parts]


def test_the_menu_is_said_again_in_the_language_of_the_key() -> None:
    caller = session()
    caller.start()
    actions = caller.press("2")
    assert Speak("es") in actions
    assert prompts(actions) == ["Uno para ventas."]
    assert prompts(caller.wait(12)) == ["", "Uno para ventas."], "after no key it stays Spanish"


def test_the_same_key_leads_back_to_the_lines_own_language() -> None:
    caller = session()
    caller.start()
    caller.press("2")
    actions = caller.press("2")
    assert Speak("en") in actions
    assert prompts(actions) == ["One for sales."]


def test_a_language_chosen_in_a_submenu_begins_again_in_the_first_menu() -> None:
    caller = session()
    caller.start()
    caller.press("3")
    actions = caller.press("5")
    assert Speak("fr") in actions
    [play] = [action for action in actions if isinstance(action, Play)]
    kinds = [item.kind for part in play.parts for item in part.items]
    assert kinds == [ItemKind.DESTINATION, ItemKind.LANGUAGE, ItemKind.SUBMENU]


def test_beside_an_agent_the_key_leaves_the_talking_to_the_agent() -> None:
    caller = session()
    actions = caller.press("2")
    assert Speak("es") in actions
    assert not prompts(actions)
    assert caller.session.next_deadline() is None


def test_a_language_chosen_by_somebody_else_is_that_of_the_next_menu() -> None:
    caller = session()
    caller.session.speak("es")
    assert prompts(caller.start()) == ["", "Uno para ventas."]


async def test_a_caller_who_presses_the_key_is_spoken_to_in_that_language_from_then_on() -> None:
    who = directory(sales={"announcement": "Sales comes next."})
    menus = Menus({"main": Menu({"1": Goto("sales"), "2": Language("es")})})
    async with a_call(busy(), connected(), who=who) as line:
        room: Any = line.room
        speaking: Any = line.session
        menu = KeypadMenu(line.directory, menus=menus, room=room)
        menu.serve(line.call, speaking)
        menu.lead(["Welcome."])
        await line.until(lambda: line.session.said)
        assert "For sales, press 1. Para español, marque 2." in line.session.said[0]

        line.room.press("2")
        await line.until(lambda: len(line.session.said) == 2)
        assert "marque 1. For English, press 2." in line.session.said[1]

        line.room.press("1")
        await line.until(lambda: len(line.session.said) == 5)
        announced, failed, again = line.session.said[2:]
        assert announced == line.call.phrases("es").announce("sales")[0]
        assert "ocupa" in failed
        assert "marque 1" in again
        assert line.telephony.addresses == [SALES]
        menu.close()
    assert [e.language for e in line.events if isinstance(e, LanguageChosen)] == ["es"]


async def test_an_agent_is_asked_to_go_on_in_the_language_of_the_key() -> None:
    asked: list[str] = []
    async with a_call(connected()) as line:
        room: Any = line.room
        speaking: Any = line.session
        speaking.llm = object()
        speaking.generate_reply = lambda *, instructions: asked.append(instructions)
        menus = Menus({"main": Menu({"2": Language("de")})})
        menu = KeypadMenu(line.directory, menus=menus, room=room)
        menu.serve(line.call, speaking)
        await asyncio.sleep(0)
        line.room.press("2")
        await line.until(lambda: asked)
        assert "tag de" in asked[0]
        assert line.call.language == "de"
        assert line.session.said == []
        menu.close()


def test_an_own_announcement_is_said_only_in_the_language_it_is_written_in() -> None:
    who = directory(
        sales={"announcement": "Sales comes next."},
        desk={"announcement": "Voici l'accueil.", "language": "fr"},
    )
    spanish = who.in_language("es")
    assert spanish["sales"].announcement is None
    assert spanish["front-desk"].announcement == "Voici l'accueil."
    assert directory(sales={"announcement": ""}).in_language("es")["sales"].announcement == ""
    assert who.in_language("en") is who
    assert who["sales"].announcement == "Sales comes next."
