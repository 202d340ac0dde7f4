"""Whatever is written: an address in one safe spelling, or one sentence."""

from __future__ import annotations

import ipaddress
import re
import unicodedata

import phonenumbers
import pytest
from hypothesis import given, settings, strategies as st

from transfer_call.directory.target import TargetError, TransferTarget

COUNTRIES = st.sampled_from(["", "US", "DE", "IT", "JM", "AU", "FO"])
PIECES = st.sampled_from(
    [
        "tel:", "sip:", "sips:", "TEL:", "SIP:", "+", "+1", "+49", "212", "5550123", "911", "*97",
        "@", "pbx.example.com", "PBX", "10.0.0.1", "[::1]", ":5060", ";ext=1", ";transport=tcp",
        ";user=phone", ";phone-context=+1", ";maddr=h", "?Replaces=a", "%2B", "%0d%0a", "%00",
        "%C3%BC", "\r\n", "\x00", "\u200b", "\u202e", "\u0665", "\uff11", " ", "-", "(", ")", ".",
        "<", ">", '"', ",", ";", "=", "a", "desk", "FLOWERS", "p1", "x5", "\ud800", "#", "&", "/",
    ]
)  # fmt: skip
WRITTEN = st.one_of(
    st.text(max_size=40),
    st.lists(PIECES, max_size=9).map("".join),
    st.builds(
        lambda scheme, user, host, tail: f"{scheme}{user}@{host}{tail}",
        st.sampled_from(["sip:", "sips:", "SIP:"]),
        st.one_of(
            st.from_regex(r"[A-Za-z0-9_.!~*'()+=%-]{1,16}", fullmatch=True),
            st.from_regex(r"\+?[0-9().-]{1,16}", fullmatch=True),
        ),
        st.one_of(st.from_regex(r"[A-Za-z0-9.:\[\]_-]{1,20}", fullmatch=True), st.just("pbx")),
        st.sampled_from(["", ":5060", ";transport=udp", ":1;transport=tls;user=phone", ";x"]),
    ),
    st.from_regex(r"(tel:)?\+?[0-9 ().-]{2,20}(;ext=[0-9]{1,3})?", fullmatch=True),
)

TEL = re.compile(
    r"tel:(?:\+[0-9]{3,15}(?:;ext=[0-9]{1,12})?|[0-9]{2,8};phone-context=\+[0-9]{1,3})"
)
SIP = re.compile(
    r"sips?:(?P<user>(?:[A-Za-z0-9\-_.!~*'()+=]|%[0-9A-F]{2})+)"
    r"@(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?P<port>:[1-9][0-9]{0,4})?"
    r"(?:;transport=(?:udp|tcp|tls))?(?:;user=phone)?"
)


def parse(text: str, country: str) -> TransferTarget | None:
    """The address, or ``None`` when it was refused with a sentence; nothing else may happen."""
    try:
        return TransferTarget.parse(text, country=country)
    except TargetError as refusal:
        sentence = str(refusal)
        assert sentence.isprintable()
        assert 10 < len(sentence) < 250
        for digits in re.findall(r"[0-9]{5,}", text):
            assert digits in "+12125550123" or digits not in sentence
        return None


def bridge_accepts(transfer_to: str) -> bool:
    """What livekit/protocol's TransferSIPParticipantRequest.Validate says of the address."""
    inner = transfer_to
    if inner.startswith("<") and inner.endswith(">"):
        inner = inner[1:-1]
    return inner != "" and inner.startswith(("sip:", "sips:", "tel:"))


@settings(max_examples=600, deadline=None)
@given(text=WRITTEN, country=COUNTRIES)
def test_every_text_is_an_address_in_full_or_one_sentence(text: str, country: str) -> None:
    target = parse(text, country)
    if target is None:
        return
    uri = target.uri
    assert bridge_accepts(uri)
    assert uri.isascii()
    assert uri.isprintable()
    assert not re.search(r'[\s<>",?]', uri)
    if target.scheme == "tel":
        assert TEL.fullmatch(uri)
        assert target.host == ""
        assert target.number == "" or uri.startswith(f"tel:{target.number}")
        assert target.number_type != ""
    else:
        assert (parts := SIP.fullmatch(uri)) is not None
        assert parts["host"] == target.host
        assert not parts["port"] or int(parts["port"][1:]) <= 65535
        if not target.host[-1].isalpha() and not target.host[-1] == "]":
            labels = target.host.split(".")
            assert labels[-1][0].isalpha() or ipaddress.IPv4Address(target.host)
        if parts["user"].startswith("+"):
            assert target.number == parts["user"]
    assert target.number == "" or re.fullmatch(r"\+[1-9][0-9]{4,14}", target.number)


@settings(max_examples=300, deadline=None)
@given(text=WRITTEN, country=COUNTRIES)
def test_an_address_read_again_is_the_same_address(text: str, country: str) -> None:
    target = parse(text, country)
    if target is not None:
        assert TransferTarget.parse(target.uri, country=country) == target


@settings(max_examples=300, deadline=None)
@given(text=WRITTEN, country=COUNTRIES)
def test_no_digit_is_dialled_that_was_not_written(text: str, country: str) -> None:
    """A number is the written digits, but for a prefix that international form replaces."""
    target = parse(text, country)
    if target is None or not target.number:
        return
    subscriber = text.lower().removeprefix("tel:").partition(";")[0]
    if target.host:
        subscriber = text.partition(":")[2].partition("@")[0].replace("%2B", "+")
    written = "".join(each for each in subscriber if each.isdigit())
    if "%" in subscriber:
        return
    sent = phonenumbers.national_significant_number(phonenumbers.parse(target.number))
    assert written.endswith(sent)


@settings(max_examples=200, deadline=None)
@given(
    before=st.sampled_from(["tel:+1212555", "+1212555", "sip:desk", "sip:desk@pbx.example"]),
    bad=st.characters(categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs", "Nd", "Mn"]).filter(
        lambda each: not each.isascii() or unicodedata.category(each) == "Cc"
    ),
    after=st.sampled_from(["0123", "@pbx.example.com", ".com"]),
)
def test_characters_that_hide_something_are_refused_wherever_they_stand(
    before: str, bad: str, after: str
) -> None:
    for text in (before + bad + after, bad + before + after, before + after + bad):
        with pytest.raises(TargetError):
            TransferTarget.parse(text)


@settings(max_examples=200, deadline=None)
@given(text=WRITTEN, country=COUNTRIES)
def test_the_masked_text_never_shows_more_than_four_digits_of_a_number(
    text: str, country: str
) -> None:
    target = parse(text, country)
    if target is not None and target.number:
        shown = str(target).partition("@")[0]
        assert len(re.findall("[0-9]", shown)) <= 4
        assert target.number not in str(target)
