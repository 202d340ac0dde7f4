"""Whatever is written and whatever a caller says: only headers that every server accepts."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from transfer_call.directory.destination import CallFacts, Destination
from transfer_call.policy import render_headers, validate_headers, validate_literal

from .livekit_rules import FORBIDDEN, NAME_ADDR, accepted

NAMES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(sorted(FORBIDDEN | NAME_ADDR) + ["User-to-User", "X-Info", "Via", "Content-X"]),
    st.from_regex(r"X-[A-Za-z0-9!%*_+`'~.-]{1,12}", fullmatch=True),
)
SAID = st.one_of(
    st.text(max_size=400),
    st.text(alphabet='\r\n\t\x00\x7f<>"\\;,=:@?% aÄß€漢\u202e\u200b\ud800', max_size=40),
)
TEMPLATES = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                "{caller}", "{called}", "{line}", "{call_id}", "{summary}", "{{", "}}", "{x}", "{",
                "<sip:", "@pbx.example.com>", '"Desk" ', ";a=", ",", "sip:", "00ff", "text ",
                ";encoding=hex", ";purpose=x", "\r\n", "ü", "x" * 300,
            ]
        ),
        max_size=6,
    ).map("".join),
)  # fmt: skip
FACTS = st.builds(CallFacts, call_id=SAID, line=SAID, caller=SAID, called=SAID, summary=SAID)


@settings(max_examples=500, deadline=None)
@given(headers=st.dictionaries(NAMES, TEMPLATES, max_size=3), facts=FACTS, summary=NAMES)
def test_headers_that_pass_the_check_are_accepted_whatever_the_caller_says(
    headers: dict[str, str], facts: CallFacts, summary: str
) -> None:
    faults = validate_headers(headers, summary)
    assert all(fault.isprintable() for fault in faults.values())
    good = {name: value for name, value in headers.items() if name not in faults}
    if summary in faults or summary.lower() in {name.lower() for name in good}:
        summary = ""
    sent = render_headers(Destination("a", (), headers=good, summary_header=summary), facts)
    assert len({name.lower() for name in sent}) == len(sent)
    for name, value in sent.items():
        assert accepted(name, value)
        assert value.isascii()
        assert value.isprintable()
        assert value


@settings(max_examples=300, deadline=None)
@given(name=NAMES, value=SAID)
def test_a_literal_header_that_passes_the_check_is_accepted(name: str, value: str) -> None:
    sent = render_headers(Destination("a", ()), CallFacts(), extra={name: value})
    if validate_literal(name, value) is not None:
        assert sent == {}
    for each, text in sent.items():
        assert accepted(each, text)
