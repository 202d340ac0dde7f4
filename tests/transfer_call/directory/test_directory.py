from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from transfer_call.directory import (
    CallFacts,
    Destination,
    Directory,
    DirectoryError,
    Fault,
    Override,
    Resolved,
    Schedule,
    TransferTarget,
)
from transfer_call.policy.dialling import DiallingPolicy
from transfer_call.transfer.outcome import Outcome

FRIDAY_NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
FRIDAY_NIGHT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
OFFICE = "Mo-Fr 09:00-17:00"
NEW_YORK = "America/New_York"


def faults(*destinations: Destination, **options: Any) -> tuple[Fault, ...]:
    options.setdefault("country", "US")
    with pytest.raises(DirectoryError) as caught:
        Directory(destinations, **options)
    return caught.value.faults


def desk(name: str = "desk", **options: Any) -> Destination:
    options.setdefault("to", "sip:desk@pbx.example.com")
    return Destination(name=name, **options)


async def resolve(name: str, facts: CallFacts) -> Resolved:
    raise NotImplementedError


def test_a_few_lines_make_a_directory() -> None:
    directory = Directory(
        [
            Destination(name="sales", to="(212) 555-0123", description="prices, quotes"),
            Destination(name="front-desk", to="sip:desk@pbx.example.com", otherwise="sales"),
        ],
        country="us",
    )
    assert directory.names == tuple(directory) == ("sales", "front-desk")
    assert "sales" in directory and "Sales" not in directory
    assert len(directory) == 2
    assert isinstance(directory, Mapping)
    assert directory["sales"].targets == (TransferTarget.parse("+12125550123"),)
    assert directory["front-desk"].next_after(Outcome.BUSY) == ("sales",)
    assert directory["front-desk"].next_after(Outcome.UNKNOWN) == ()
    assert directory.country == "US"
    assert directory.policy.sip_hosts == {"pbx.example.com"}


def test_a_directory_is_itself_and_not_its_content() -> None:
    one, other = Directory([desk()]), Directory([desk()])
    assert one != other and one == one
    assert len({one, other}) == 2


def test_an_address_may_be_text_parsed_or_several() -> None:
    parsed = TransferTarget.parse("+12125550123")
    directory = Directory(
        [desk("a", to=parsed), desk("b", to=[parsed, "sip:b@pbx.example.com"])], country="US"
    )
    assert directory["a"].targets == (parsed,)
    assert [target.uri for target in directory["b"].targets] == [
        "tel:+12125550123",
        "sip:b@pbx.example.com",
    ]


def test_a_resolver_stands_for_the_address() -> None:
    directory = Directory([desk(to=resolve)])
    assert directory["desk"].resolver is resolve
    assert directory["desk"].targets == ()


def test_a_destination_that_no_directory_has_read_says_so() -> None:
    written = desk(hours=OFFICE)
    with pytest.raises(ValueError, match="take the destination from a Directory"):
        _ = written.targets
    with pytest.raises(ValueError, match="take the destination from a Directory"):
        _ = written.schedule


def test_the_default_operator_is_the_one_with_key_0_else_the_first() -> None:
    assert Directory([desk("a"), desk("b", key="0")]).operator.name == "b"
    assert Directory([desk("a"), desk("b", key="1")]).operator.name == "a"
    assert Directory([desk("a"), desk("b")], operator="b").operator.name == "b"


def test_0_reaches_the_operator_whatever_his_own_key() -> None:
    directory = Directory([desk("a"), desk("b", key="9")], operator="b")
    assert directory.by_key("0") == directory.by_key("9") == directory["b"]
    assert directory.by_key("1") is None


def test_extensions_reach_hidden_destinations_too() -> None:
    directory = Directory([desk("a", extension="201"), desk("b", extension="0012", hidden=True)])
    assert directory.by_extension("201") == directory["a"]
    assert directory.by_extension("0012") == directory["b"]
    assert directory.by_extension("12") is None
    assert directory.offered() == (directory["a"],)


def test_an_unknown_name_is_a_key_error_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="did you mean 'sales'"):
        Directory([desk("sales")])["sale"]


@pytest.mark.parametrize(
    ("destinations", "options", "path", "message"),
    [
        ([], {}, ("destinations",), "there is none"),
        ([desk("")], {}, ("name",), "is empty"),
        ([desk(" desk")], {}, ("name",), "begins or ends with a space"),
        ([desk("de\nsk")], {}, ("name",), "invisible"),
        ([desk("de\u202esk")], {}, ("name",), "invisible"),
        ([desk("!?")], {}, ("name",), "no letter or digit"),
        ([desk("x" * 81)], {}, ("name",), "longer than 80"),
        ([desk("a"), desk("a")], {}, ("name",), "two destinations named 'a'"),
        ([desk("front-desk"), desk("Front Desk")], {}, ("name",), "mistaken for"),
        ([desk("müller"), desk("muller")], {}, ("name",), "mistaken for"),
        ([desk("a", aliases=["b"]), desk("b")], {}, ("aliases", 0), "name of another"),
        (
            [desk("a", aliases=["x", "pricing"]), desk("b", aliases=["Pricing!"])],
            {},
            ("aliases", 0),
            "alias of 'a' already",
        ),
        ([desk(aliases=["x", ""])], {}, ("aliases", 1), "is empty"),
        ([desk(department="\t")], {}, ("department",), "is empty"),
        ([desk(key="x")], {}, ("key",), "one of 0 to 9"),
        ([desk(key="12")], {}, ("key",), "one of 0 to 9"),
        ([desk(key="٣")], {}, ("key",), "one of 0 to 9"),
        ([desk(key="*")], {}, ("key",), "reserved"),
        ([desk(key="#")], {}, ("key",), "reserved"),
        ([desk(key=1)], {}, ("key",), 'write it as text: "1"'),
        ([desk("a", key="1"), desk("b", key="1")], {}, ("key",), "key 1 belongs to 'a'"),
        ([desk(extension="20a")], {}, ("extension",), "not made of digits"),
        ([desk(extension="²")], {}, ("extension",), "not made of digits"),
        ([desk(extension="")], {}, ("extension",), "not made of digits"),
        ([desk(extension=201)], {}, ("extension",), 'write it as text: "201"'),
        (
            [desk("a", extension="201"), desk("b", extension="201")],
            {},
            ("extension",),
            "belongs to 'a' already",
        ),
        ([desk("a", key="2"), desk("b", extension="2")], {}, ("extension",), "key of 'a'"),
        ([desk("201"), desk("b", extension="201")], {}, ("extension",), "what '201' is called"),
        ([desk(ringing_timeout=0)], {}, ("ringing_timeout",), "at least 1"),
        ([desk(ringing_timeout=1.5)], {}, ("ringing_timeout",), "whole number"),
        ([desk(ringing_timeout=True)], {}, ("ringing_timeout",), "whole number"),
        ([desk(rotate=True)], {}, ("rotate",), "two or more"),
        ([desk(to=resolve, rotate=True)], {}, ("rotate",), "two or more"),
        ([desk(to=["+12125550123", "tel:"], rotate=True)], {}, ("to", 1), ""),
        ([desk(to=[])], {}, ("to",), "no address"),
        ([desk(to="nonsense")], {}, ("to",), ""),
        ([desk(to=["sip:a@b.example.com", "tel:"])], {}, ("to", 1), ""),
        ([desk(to=["+12125550123", "+12125550123"])], {}, ("to", 1), "there already"),
        ([desk(to=[5])], {}, ("to", 0), "int is not an address"),
        ([desk(to="+12125550123")], {"country": ""}, ("to", 0), "may not be dialled"),
        ([desk(to="+442079460123")], {}, ("to", 0), "may not be dialled"),
        ([desk(to="+19005550123")], {}, ("to", 0), "may not be dialled"),
        ([desk(hours="nine to five")], {"timezone": NEW_YORK}, ("hours",), "cannot be read"),
        ([desk(hours=OFFICE)], {}, ("hours",), "set timezone"),
        ([desk()], {"hours": OFFICE}, ("hours",), "set timezone"),
        ([desk()], {"hours": "x", "timezone": NEW_YORK}, ("hours",), "cannot be read"),
        ([desk(hours=OFFICE)], {"timezone": "Berlin"}, ("timezone",), "not an IANA time zone"),
        ([desk()], {"country": "USA"}, ("country",), "ISO 3166"),
        ([desk(to="(212) 555-0123")], {"country": "XX"}, ("country",), "ISO 3166"),
        ([desk("sales")], {"operator": "sale"}, ("operator",), "did you mean 'sales'?"),
        ([desk("sales")], {"urgent": "nobody"}, ("urgent",), "no destination 'nobody'"),
        ([desk("a"), desk("b", key="0")], {"operator": "a"}, ("operator",), "key 0 belongs to"),
        (
            [desk("a", otherwise="slaes"), desk("sales")],
            {},
            ("otherwise", "closed", 0),
            "did you mean 'sales'?",
        ),
        (
            [desk("a", otherwise={Outcome.BUSY: ["b", "nobody"]}), desk("b")],
            {},
            ("otherwise", "busy", 1),
            "no destination 'nobody'",
        ),
        ([desk(otherwise={"bussy": "b"})], {}, ("otherwise", "bussy"), "did you mean 'busy'?"),
        ([desk(otherwise={"unknown": "b"})], {}, ("otherwise", "unknown"), "not one of closed"),
        ([desk(headers={"Contact": "x"})], {}, ("headers", "Contact"), ""),
        ([desk(headers={"X-A": "a\r\nb"})], {}, ("headers", "X-A"), "line end"),
        ([desk(summary_header="Via")], {}, ("summary_header",), ""),
        ([desk("a", otherwise="a")], {}, ("otherwise",), "a → a leads back to itself"),
        (
            [
                desk("a", otherwise={"busy": "b"}),
                desk("b", otherwise={"closed": ["c"]}),
                desk("c", otherwise={"declined": "a"}),
            ],
            {},
            ("otherwise",),
            "a → b → c → a leads back",
        ),
    ],
)
def test_each_fault_is_found_alone(
    destinations: Sequence[Destination],
    options: dict[str, Any],
    path: tuple[str | int, ...],
    message: str,
) -> None:
    (fault,) = faults(*destinations, **options)
    assert fault.path == path
    assert message in fault.message
    assert "\n" not in fault.message


def test_all_faults_come_at_once_with_the_place_they_are_in() -> None:
    found = faults(
        desk("sales", key="x", to="nonsense"),
        desk("sales", ringing_timeout=0, otherwise="nobody"),
        operator="nobody-else",
        country="US",
    )
    assert [(fault.destination, fault.position, fault.field) for fault in found] == [
        ("sales", 0, "key"),
        ("sales", 0, "to"),
        ("sales", 1, "ringing_timeout"),
        ("sales", 1, "name"),
        ("sales", 1, "otherwise"),
        ("", None, "operator"),
    ]


def test_the_error_reads_as_one_line_for_each_fault() -> None:
    error = DirectoryError(faults(desk(key="x", extension="y")))
    assert str(error).splitlines() == [
        "desk: key: 'x'; a key is one of 0 to 9",
        "desk: extension: 'y' is not made of digits",
    ]


def test_what_the_policy_allows_is_no_fault() -> None:
    policy = DiallingPolicy(countries=frozenset({"US", "GB"}))
    directory = Directory([desk(to="+442079460123")], country="US", policy=policy)
    assert directory.policy.allowed_countries == {"US", "GB"}


def test_links_that_meet_again_are_no_cycle() -> None:
    directory = Directory(
        [
            desk("a", otherwise=["b", "c"]),
            desk("b", otherwise="d"),
            desk("c", otherwise="d"),
            desk("d"),
        ]
    )
    assert directory["a"].next_after(Outcome.NO_ANSWER) == ("b", "c")


def test_a_long_chain_of_links_is_checked_without_recursion() -> None:
    chain = [desk(f"d{i}", otherwise=f"d{i + 1}") for i in range(3000)]
    assert len(Directory([*chain, desk("d3000")])) == 3001


def test_what_may_not_be_dialled_is_as_unreachable() -> None:
    one = Directory([desk("a", otherwise={"unreachable": "b"}), desk("b")])["a"]
    assert one.next_after(Outcome.NOT_PERMITTED) == one.next_after(Outcome.BLOCKED) == ("b",)


def test_hours_are_the_destinations_own_or_else_the_businesss() -> None:
    directory = Directory(
        [desk("a"), desk("b", hours="Mo-Fr 22:00-24:00"), desk("c", always=True), desk("d")],
        timezone=NEW_YORK,
        hours=OFFICE,
        urgent="d",
    )
    assert directory.open_now(FRIDAY_NOON) == ("a", "c", "d")
    assert directory.open_now(FRIDAY_NIGHT) == ("b", "c", "d")
    assert directory.urgent is not None and directory.urgent.always
    assert directory.next_opening("d", FRIDAY_NIGHT) == FRIDAY_NIGHT
    opening = directory.next_opening("a", FRIDAY_NIGHT)
    assert opening is not None and opening.isoformat() == "2026-11-23T09:00:00-05:00"


def test_without_hours_everybody_is_there() -> None:
    assert Directory([desk()]).is_open("desk", FRIDAY_NIGHT)


def test_hidden_destinations_are_not_among_those_open_now() -> None:
    assert Directory([desk("a"), desk("b", hidden=True)]).open_now(FRIDAY_NOON) == ("a",)


def test_the_businesss_dated_exceptions_hold_for_own_hours_except_around_the_clock() -> None:
    eve = {date(2026, 12, 24): "Christmas Eve"}
    directory = Directory(
        [desk("a"), desk("b", hours="Mo-Fr 08:00-18:00"), desk("c", hours="24/7")],
        hours=Schedule(OFFICE, NEW_YORK, closed=eve),
    )
    assert directory.open_now(datetime(2026, 12, 24, 17, 0, tzinfo=UTC)) == ("c",)
    assert directory.timezone == NEW_YORK


def test_a_schedule_of_its_own_keeps_its_time_zone() -> None:
    berlin = Schedule(OFFICE, "Europe/Berlin")
    directory = Directory([desk("a"), desk("b", hours=berlin)], timezone=NEW_YORK, hours=OFFICE)
    assert directory.open_now(datetime(2026, 11, 20, 9, 0, tzinfo=UTC)) == ("b",)


def line(*, now: Override | None = None) -> Directory:
    directory = Directory(
        [desk("sales"), desk("support"), desk("night", hours="Mo-Su 20:00-23:00"), desk("doctor")],
        timezone=NEW_YORK,
        hours=OFFICE,
        urgent="doctor",
    )
    return directory.with_override(now) if now else directory


UNTIL_3 = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def test_an_override_closes_the_line_until_it_ends_but_not_what_is_urgent() -> None:
    closed = line(now=Override("closed", "", UNTIL_3, "fire drill"))
    assert closed.open_now(FRIDAY_NOON) == ("doctor",)
    assert closed.open_now(UNTIL_3) == ("sales", "support", "doctor")
    assert closed.next_opening("sales", FRIDAY_NOON) == UNTIL_3


def test_an_override_that_outlasts_the_day_opens_with_the_hours() -> None:
    closed = line(now=Override("closed", "", datetime(2026, 11, 20, 23, 0, tzinfo=UTC)))
    opening = closed.next_opening("sales", FRIDAY_NOON)
    assert opening is not None and opening.isoformat() == "2026-11-23T09:00:00-05:00"


def test_an_override_can_close_one_destination_even_an_urgent_one() -> None:
    closed = line(now=Override("closed", "doctor", UNTIL_3))
    assert closed.open_now(FRIDAY_NOON) == ("sales", "support")
    assert closed.next_opening("doctor", FRIDAY_NOON) == UNTIL_3


def test_who_takes_all_calls_is_there_outside_his_hours() -> None:
    sent = line(now=Override("send_to", "night", UNTIL_3))
    assert sent.is_open("night", FRIDAY_NOON)
    assert not sent.is_open("night", UNTIL_3)
    assert sent.sent_to("sales", FRIDAY_NOON) is not None
    assert sent.sent_to("night", FRIDAY_NOON) is None
    assert sent.sent_to("doctor", FRIDAY_NOON) is None
    assert sent.sent_to("sales", UNTIL_3) is None


def test_the_directory_without_the_override_is_as_it_was() -> None:
    plain = line()
    closed = plain.with_override(Override("closed", "", UNTIL_3))
    assert plain.overrides == ()
    assert plain.is_open("sales", FRIDAY_NOON) and not closed.is_open("sales", FRIDAY_NOON)
    assert closed.with_override().is_open("sales", FRIDAY_NOON)


def test_the_longest_of_several_overrides_counts() -> None:
    late = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    closed = line().with_override(
        Override("closed", "", late, "late"), Override("closed", "sales", UNTIL_3, "early")
    )
    by = closed.closed_by("sales", FRIDAY_NOON)
    assert by is not None and by.reason == "late"
    assert closed.next_opening("sales", FRIDAY_NOON) == late


def test_an_override_names_a_destination_that_exists() -> None:
    with pytest.raises(DirectoryError, match="did you mean 'sales'"):
        line(now=Override("send_to", "sale", UNTIL_3))


def test_an_override_is_whole() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Override("closed", "", datetime(2026, 11, 20, 15, 0))
    with pytest.raises(ValueError, match="needs the name"):
        Override("send_to", "", UNTIL_3)
    with pytest.raises(ValueError, match="not 'open'"):
        Override("open", "", UNTIL_3)  # type: ignore[arg-type]


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        line().is_open("sales", datetime(2026, 11, 20, 12, 0))
