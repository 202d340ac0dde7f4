"""Which extra headers may be sent, and what stands in them."""

from __future__ import annotations

import pytest

from transfer_call.directory.destination import CallFacts, Destination
from transfer_call.policy import (
    render_headers,
    validate_header,
    validate_headers,
    validate_literal,
)

from .livekit_rules import ANNOUNCED, FORBIDDEN

FACTS = CallFacts(
    call_id="SCL_abc123",
    line="main",
    caller="+12125550123",
    called="+14155550100",
    summary="Wants to move Friday's appointment",
)


def rendered(
    headers: dict[str, str], facts: CallFacts = FACTS, *, summary_header: str = ""
) -> dict[str, str]:
    destination = Destination("sales", (), headers=headers, summary_header=summary_header)
    assert validate_headers(headers, summary_header) == {}
    return render_headers(destination, facts)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("sales", "sales"),
        ("{caller}", "+12125550123"),
        ("{called}/{line}", "+14155550100/main"),
        ("call {call_id} of {caller}", "call SCL_abc123 of +12125550123"),
        ("{{{line}}}", "{main}"),
        ("  {line} ", "main"),
        ("{summary}", "Wants to move Friday's appointment"),
    ],
)
def test_templates_are_filled_in_with_the_facts_of_the_call(template: str, value: str) -> None:
    assert rendered({"X-Info": template}) == {"X-Info": value}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("X-Info", "{name}", "{caller} {called} {line} {call_id} {summary}"),
        ("X-Info", "{caller.__class__}", "placeholder"),
        ("X-Info", "{caller!r}", "placeholder"),
        ("X-Info", "{caller:>900}", "placeholder"),
        ("X-Info", "{}", "placeholder"),
        ("X-Info", "{caller", "brace"),
        ("X-Info", "caller}", "brace"),
        ("X-Info", "", "empty"),
        ("X-Info", "  ", "empty"),
        ("X-Info", "a\r\nX-Evil: 1", "line end"),
        ("X-Info", "a\tb", "tab"),
        ("X-Info", "a\u202eb", "invisible"),
        ("X-Info", "Empfänger", "ASCII"),
        ("X-Info", "a" * 1025, "1024"),
        ("X-Info", "a" * 800 + "{summary}", "1056"),
        ("X Info", "a", "header name"),
        ("X-Info:", "a", "header name"),
        ("X-Info\r\nX-Evil", "a", "header name"),
        ("", "a", "header name"),
        ("X-Größe", "a", "header name"),
        ("X" * 256, "a", "header name"),
        ("Content-Disposition", "render", "bridge"),
        ("Route", "<sip:h>", "bridge"),
        ("Require", "replaces", "bridge"),
        ("Refer-Sub", "false", "bridge"),
        ("Proxy-Authorization", "Digest", "bridge"),
        ("i", "x", "full name"),
        ("F", "x", "full name"),
        ("Referred-By", "reception", "address"),
        ("Referred-By", "Desk, <sip:desk@pbx.example.com>", "address"),
        ("P-Asserted-Identity", "<http://example.com>", "address"),
        ("User-to-User", "text;encoding=base64", "hex"),
        ("User-to-User", "a\r\nb", "line end"),
        ("User-to-User", "00ff" * 300 + ";encoding=hex", "1024"),
    ],
)
def test_what_may_not_be_sent_is_a_fault_before_the_first_call(
    name: str, value: str, told: str
) -> None:
    fault = validate_header(name, value)
    assert fault is not None
    assert told in fault


@pytest.mark.parametrize("name", sorted(FORBIDDEN | ANNOUNCED))
def test_no_header_that_the_bridge_owns_may_be_set(name: str) -> None:
    for spelling in (name, name.upper(), name.title()):
        assert validate_header(spelling, "a") is not None
        assert validate_literal(spelling, "a") is not None


def test_names_are_compared_without_case_and_the_summary_header_counts() -> None:
    assert list(validate_headers({"X-A": "1", "x-a": "2"})) == ["x-a"]
    assert list(validate_headers({"X-Sum": "1"}, "x-sum")) == ["x-sum"]
    assert list(validate_headers({"X-A": "1"}, "To")) == ["To"]
    assert list(validate_headers({"To": "1", "X-A": "{b}"})) == ["To", "X-A"]
    assert validate_headers({"X-A": "1", "X-B": "2"}, "X-Sum") == {}


def test_the_summary_is_sent_only_where_the_destination_names_a_header_for_it() -> None:
    assert rendered({"X-A": "1"}) == {"X-A": "1"}
    assert rendered({}, summary_header="X-Summary") == {"X-Summary": FACTS.summary}


def test_headers_of_which_nothing_is_known_are_left_out() -> None:
    nobody = CallFacts(call_id="SCL_1", line="main")
    headers = {
        "X-Caller": "{caller}",
        "X-Line": "{line}",
        "Referred-By": "<sip:{caller}@pbx.example.com>",
        "User-to-User": "{caller}",
    }
    assert rendered(headers, nobody, summary_header="X-Sum") == {"X-Line": "main"}


@pytest.mark.parametrize(
    ("summary", "value"),
    [
        ("Jürgen Müller, Straße", "Jurgen Muller, Strasse"),
        ("“Øre” – Łódź… 5 €", '"Ore" - Lodz... 5 EUR'),
        ("asks\r\nX-Evil: 1", "asks X-Evil: 1"),
        ("a\u0000b\u2028c\u200bd\u202ee", "a b cde"),
        ("Иван wants sales", "? wants sales"),
        ("\ud800lost", "lost"),
    ],
)
def test_what_a_caller_said_is_folded_to_one_line_of_ascii(summary: str, value: str) -> None:
    facts = CallFacts(summary=summary)
    assert rendered({}, facts, summary_header="X-Summary") == {"X-Summary": value}


def test_a_summary_without_a_single_ascii_word_is_left_out_but_goes_by_user_to_user() -> None:
    facts = CallFacts(summary="Иван спрашивает о счёте")
    sent = rendered({"User-to-User": "{summary}"}, facts, summary_header="X-Summary")
    assert list(sent) == ["User-to-User"]
    assert bytes.fromhex(sent["User-to-User"].partition(";")[0]).decode() == facts.summary


def test_a_long_summary_is_cut_with_dots() -> None:
    facts = CallFacts(summary="word " * 500)
    value = rendered({}, facts, summary_header="X-Summary")["X-Summary"]
    assert 250 < len(value) <= 256
    assert value.startswith("word word ")
    assert value.endswith("...")


def test_a_caller_cannot_write_a_parameter_into_a_structured_value() -> None:
    facts = CallFacts(caller="+12125550123", summary='hi";vip=yes;x="<a>,b')
    assert rendered({"X-Info": 'from={caller};note="{summary}"'}, facts) == {
        "X-Info": 'from=+12125550123;note="hi vip yes x a b"'
    }
    assert rendered({"X-Sum": "{summary}"}, facts) == {"X-Sum": facts.summary}


def test_a_caller_cannot_write_an_address() -> None:
    facts = CallFacts(caller="+1>,<sip:evil@x?a", called="+14155550100")
    assert rendered({"Referred-By": '"Line" <sip:{caller}@pbx.example.com>'}, facts) == {
        "Referred-By": '"Line" <sip:+1sipevilxa@pbx.example.com>'
    }


@pytest.mark.parametrize(
    ("template", "text", "parameters"),
    [
        ("{caller}", b"+12125550123", ";encoding=hex"),
        ("acct=7;{line}", b"acct=7;main", ";encoding=hex"),
        ("{line};encoding=hex", b"main", ";encoding=hex"),
        ("{line};purpose=isdn-uui", b"main", ";encoding=hex;purpose=isdn-uui"),
        ("{line};Encoding=HEX;pd=00", b"main", ";encoding=hex;pd=00"),
        ("Größe", "Größe".encode(), ";encoding=hex"),
        ("00ff", b"00ff", ";encoding=hex"),
    ],
)
def test_user_to_user_is_encoded_for_the_user(template: str, text: bytes, parameters: str) -> None:
    assert rendered({"User-to-User": template}) == {"User-to-User": text.hex() + parameters}


def test_user_to_user_that_is_encoded_already_is_sent_as_it_is() -> None:
    value = "00c81031FF;encoding=hex;purpose=isdn-uui"
    assert rendered({"user-to-user": value}) == {"user-to-user": value}


def test_user_to_user_holds_128_octets_and_no_half_character() -> None:
    facts = CallFacts(summary="ä" * 300)
    value = rendered({"User-to-User": "x{summary}"}, facts)["User-to-User"]
    octets = bytes.fromhex(value.partition(";")[0])
    assert len(octets) == 127
    assert octets.decode() == "x" + "ä" * 63


def test_a_caller_cannot_choose_the_parameters_of_user_to_user() -> None:
    facts = CallFacts(summary="hi;purpose=evil")
    value = rendered({"User-to-User": "{summary}"}, facts)["User-to-User"]
    assert value == b"hi;purpose=evil".hex() + ";encoding=hex"


def test_headers_of_a_resolver_are_sent_as_they_stand_and_replace_those_of_the_file() -> None:
    destination = Destination("sales", (), headers={"X-Info": "{caller}", "X-Line": "{line}"})
    extra = {
        "x-info": "{literal}",
        "X-Case": "7",
        "User-to-User": "case 7",
        "To": "<sip:evil@x>",
        "X-Bad": "a\r\nb",
        "X-Empty": "",
    }
    assert render_headers(destination, FACTS, extra=extra) == {
        "x-info": "{literal}",
        "X-Line": "main",
        "X-Case": "7",
        "User-to-User": b"case 7".hex() + ";encoding=hex",
    }


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("X-Case", "7", True),
        ("X-Case", "a\tb", False),
        ("X-Case", "ä", False),
        ("X-Case", "a" * 1025, False),
        ("Via", "x", False),
        ("Referred-By", "<sip:a@b>", True),
        ("Referred-By", "sip:a@b", True),
        ("Referred-By", "a@b", False),
        ("User-to-User", "ä", True),
    ],
)
def test_a_literal_header_is_checked_like_a_template(name: str, value: str, good: bool) -> None:
    assert (validate_literal(name, value) is None) is good
