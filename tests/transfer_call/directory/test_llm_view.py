from __future__ import annotations

import pytest

from transfer_call.directory import Destination, Directory, llm_view
from transfer_call.directory.find import LIST_LIMIT


def at(name: str, **options: object) -> Destination:
    return Destination(name=name, to="sip:x@pbx.example.com", **options)  # type: ignore[arg-type]


def company(people: int, departments: int = 8) -> Directory:
    return Directory(
        [
            at("front-desk", description="anything else"),
            at("ceo", hidden=True),
            *(
                at(f"person {i}", description="a colleague", department=f"dept {i % departments}")
                for i in range(people - 1)
            ),
        ]
    )


def test_a_short_list_is_shown_by_name_without_what_is_hidden() -> None:
    view = llm_view(company(3))
    assert view.names == ("front-desk", "person 0", "person 1")
    assert not view.free_text
    assert view.text == (
        "Destinations:\n"
        "- front-desk: anything else\n"
        "- person 0: a colleague\n"
        "- person 1: a colleague"
    )


def test_a_destination_without_description_is_its_name() -> None:
    assert llm_view(Directory([at("sales")])).text == "Destinations:\n- sales"


def test_exactly_the_limit_is_still_shown_by_name() -> None:
    view = llm_view(company(LIST_LIMIT))
    assert len(view.names) == LIST_LIMIT
    assert view.departments == ()


def test_above_the_limit_departments_stand_for_people() -> None:
    view = llm_view(company(LIST_LIMIT + 1))
    assert view.free_text and view.names == ()
    assert view.choices == (("front-desk", "anything else"),)
    assert view.departments == tuple(f"dept {i}" for i in range(8))
    assert "- front-desk: anything else\nDepartments: dept 0, dept 1" in view.text
    assert "Pass as destination what the caller said" in view.text


@pytest.mark.parametrize("people", [3, 50, 2000])
def test_the_size_does_not_grow_with_the_directory(people: int) -> None:
    view = llm_view(company(people))
    assert len(view.choices) + len(view.departments) <= LIST_LIMIT
    assert len(view.text) <= 30 * LIST_LIMIT


def test_2000_people_take_no_more_than_51() -> None:
    assert llm_view(company(2000)) == llm_view(company(51))


def test_hundreds_of_departments_are_cut_too() -> None:
    view = llm_view(company(2000, departments=900))
    assert len(view.choices) + len(view.departments) == LIST_LIMIT


def test_hundreds_of_destinations_without_department_are_cut_too() -> None:
    view = llm_view(Directory([at(f"room {i}") for i in range(300)]), limit=5)
    assert [name for name, _ in view.choices] == [f"room {i}" for i in range(5)]
    assert view.free_text


def test_a_directory_with_nobody_to_offer_is_an_empty_view() -> None:
    view = llm_view(Directory([at("ceo", hidden=True)]))
    assert not view
    assert view.text == ""
