from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from transfer_call.directory import (
    CallFacts,
    Destination,
    Directory,
    Override,
    Resolved,
    Route,
    Step,
    explain,
)
from transfer_call.directory.destination import FAILOVER_OUTCOMES
from transfer_call.transfer.outcome import Outcome
from transfer_call.transfer.request import Skipped

NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
BUSY, NO_ANSWER, CLOSED = Outcome.BUSY, Outcome.NO_ANSWER, Outcome.CLOSED


def at(name: str, addresses: int = 1, **options: Any) -> Destination:
    options.setdefault("to", [f"sip:{name}{i}@pbx.example.com" for i in range(addresses)])
    return Destination(name=name, **options)


def line(*destinations: Destination, **options: Any) -> Directory:
    return Directory(
        destinations, timezone="America/New_York", hours="Mo-Fr 09:00-17:00", **options
    )


def walk(route: Route, *outcomes: Outcome) -> list[str]:
    """The stops (``name`` or ``name/index``) and, in brackets, what was passed over."""
    steps = [route.first(), *(route.then(outcome) for outcome in outcomes)]
    return [shown(step) for step in steps]


def shown(step: Step) -> str:
    skipped = "".join(f"[{s.destination} {s.outcome} {s.detail}] " for s in step.skipped)
    if step.stop is None:
        return f"{skipped}end"
    return f"{skipped}{step.stop.destination.name}/{step.stop.index}"


def test_one_destination_is_tried_once() -> None:
    route = Route.to(line(at("sales")), "sales", at=NOON)
    assert walk(route, BUSY, BUSY) == ["sales/0", "end", "end"]


def test_the_addresses_of_a_destination_come_before_its_otherwise() -> None:
    directory = line(at("sales", 3, otherwise="desk"), at("desk"))
    route = Route.to(directory, "sales", at=NOON)
    assert walk(route, BUSY, NO_ANSWER, Outcome.DECLINED, Outcome.UNREACHABLE) == [
        "sales/0",
        "sales/1",
        "sales/2",
        "desk/0",
        "end",
    ]


def test_otherwise_goes_by_the_outcome_of_the_last_address() -> None:
    directory = line(at("sales", 2, otherwise={"busy": "a", "no_answer": "b"}), at("a"), at("b"))
    assert walk(Route.to(directory, "sales", at=NOON), NO_ANSWER, BUSY)[-1] == "a/0"
    assert walk(Route.to(directory, "sales", at=NOON), BUSY, NO_ANSWER)[-1] == "b/0"
    assert walk(Route.to(directory, "sales", at=NOON), BUSY, Outcome.DECLINED)[-1] == "end"


@pytest.mark.parametrize("outcome", [Outcome.NOT_PERMITTED, Outcome.BLOCKED])
def test_what_may_not_be_dialled_goes_on_as_unreachable(outcome: Outcome) -> None:
    directory = line(at("sales", 2, otherwise={"unreachable": "desk"}), at("desk"))
    assert walk(Route.to(directory, "sales", at=NOON), outcome, outcome) == [
        "sales/0",
        "sales/1",
        "desk/0",
    ]


def test_a_destination_that_turns_out_closed_has_no_further_address() -> None:
    directory = line(at("sales", 2, otherwise={"closed": "desk"}), at("desk"))
    assert walk(Route.to(directory, "sales", at=NOON), CLOSED) == ["sales/0", "desk/0"]


@pytest.mark.parametrize("outcome", [o for o in Outcome if not o.tries_next])
def test_nothing_is_tried_by_itself_after_an_end_or_an_unknown(outcome: Outcome) -> None:
    directory = line(at("sales", 2, otherwise="desk"), at("desk"))
    route = Route.to(directory, "sales", at=NOON)
    assert walk(route, outcome, BUSY) == ["sales/0", "end", "end"]


def test_the_list_of_who_was_asked_for_comes_before_the_lists_of_those_in_it() -> None:
    directory = line(
        at("sales", otherwise=["anna", "bob"]), at("anna", otherwise="desk"), at("bob"), at("desk")
    )
    route = Route.to(directory, "sales", at=NOON)
    assert walk(route, BUSY, BUSY, BUSY, BUSY) == ["sales/0", "anna/0", "bob/0", "desk/0", "end"]


def test_a_destination_named_twice_is_tried_once() -> None:
    directory = line(at("a", otherwise=["b", "c"]), at("b", otherwise="c"), at("c"))
    assert walk(Route.to(directory, "a", at=NOON), BUSY, BUSY, BUSY) == [
        "a/0",
        "b/0",
        "c/0",
        "end",
    ]


def test_a_closed_destination_is_passed_over_with_the_reason() -> None:
    directory = line(
        at("sales", otherwise={"closed": "support", "busy": "never"}),
        at("support", otherwise="doctor"),
        at("never"),
        at("doctor"),
        urgent="doctor",
    )
    assert walk(Route.to(directory, "sales", at=NIGHT)) == [
        "[sales closed hours] [support closed hours] doctor/0"
    ]


def test_all_closed_is_an_end_that_names_them() -> None:
    directory = line(at("sales", otherwise="support"), at("support"))
    assert walk(Route.to(directory, "sales", at=NIGHT)) == [
        "[sales closed hours] [support closed hours] end"
    ]


def test_hours_are_those_of_the_beginning_of_the_request() -> None:
    directory = line(at("sales", otherwise="desk"), at("desk"))
    last_minute = datetime(2026, 11, 20, 21, 59, 59, tzinfo=UTC)
    assert walk(Route.to(directory, "sales", at=last_minute), BUSY) == ["sales/0", "desk/0"]


def test_who_sent_the_caller_back_is_left_out_as_if_nobody_had_answered() -> None:
    directory = line(at("sales", otherwise={"no_answer": "desk", "busy": "x"}), at("desk"), at("x"))
    route = Route.to(directory, "sales", at=NOON, skip=frozenset({"sales"}))
    assert walk(route) == ["[sales blocked excluded] desk/0"]
    both = Route.to(directory, "sales", at=NOON, skip=frozenset({"sales", "desk"}))
    assert walk(both) == ["[sales blocked excluded] [desk blocked excluded] end"]


@pytest.mark.parametrize(
    ("rotation", "order"), [(0, [0, 1, 2]), (1, [1, 2, 0]), (2, [2, 0, 1]), (7, [1, 2, 0])]
)
def test_a_rotating_list_begins_elsewhere_and_leaves_nobody_out(
    rotation: int, order: list[int]
) -> None:
    directory = line(at("sales", 3, rotate=True))
    route = Route.to(directory, "sales", at=NOON, rotation=rotation)
    assert walk(route, BUSY, BUSY, BUSY) == [*(f"sales/{i}" for i in order), "end"]


def test_a_list_that_does_not_rotate_begins_at_the_first() -> None:
    route = Route.to(line(at("sales", 3)), "sales", at=NOON, rotation=2)
    assert walk(route) == ["sales/0"]


async def ask_the_rota(name: str, facts: CallFacts) -> Resolved:
    raise NotImplementedError


def test_a_resolver_is_one_stop_without_an_address() -> None:
    directory = line(at("oncall", to=ask_the_rota, otherwise="desk"), at("desk"))
    route = Route.to(directory, "oncall", at=NOON)
    step = route.first()
    assert step.stop is not None and step.stop.target is None
    assert step.stop.destination.resolver is ask_the_rota
    assert shown(route.then(Outcome.UNREACHABLE)) == "desk/0"


def test_first_begins_anew() -> None:
    route = Route.to(line(at("sales", 2)), "sales", at=NOON)
    assert walk(route, BUSY, BUSY) == walk(route, BUSY, BUSY) == ["sales/0", "sales/1", "end"]


def test_then_before_first_is_an_end() -> None:
    assert Route.to(line(at("sales")), "sales", at=NOON).then(BUSY) == Step(None)


def test_an_override_that_closes_is_named_as_such() -> None:
    directory = line(at("sales", otherwise={"closed": "desk"}), at("desk", always=True))
    closed = directory.with_override(Override("closed", "", NOON + timedelta(hours=1)))
    assert walk(Route.to(closed, "sales", at=NOON)) == ["[sales closed override] desk/0"]
    assert walk(Route.to(closed, "sales", at=NOON + timedelta(hours=1))) == ["sales/0"]


def test_an_override_that_sends_elsewhere_holds_for_the_request_only() -> None:
    directory = line(
        at("sales", otherwise="desk"), at("desk"), at("service", otherwise=["sales", "desk"])
    )
    sent = directory.with_override(Override("send_to", "service", NOON + timedelta(hours=1)))
    route = Route.to(sent, "sales", at=NOON)
    assert walk(route, BUSY, BUSY) == ["[sales closed sent_elsewhere] service/0", "desk/0", "end"]
    assert walk(Route.to(sent, "service", at=NOON)) == ["service/0"]
    assert walk(Route.to(sent, "sales", at=NIGHT)) == [
        "[sales closed hours] [desk closed hours] end"
    ]


def test_an_unknown_name_and_a_naive_time_are_refused() -> None:
    directory = line(at("sales"))
    with pytest.raises(KeyError, match="did you mean 'sales'"):
        Route.to(directory, "sails", at=NOON)
    with pytest.raises(ValueError, match="time zone"):
        Route.to(directory, "sales", at=datetime(2026, 11, 20, 12, 0))


NAMES = [f"d{i}" for i in range(6)]


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    """Any links that do not lead back: each destination names later ones only."""
    made = []
    for place, name in enumerate(NAMES):
        later = NAMES[place + 1 :]
        lists = st.lists(st.sampled_from(later), max_size=3) if later else st.just([])
        made.append(
            at(
                name,
                draw(st.integers(1, 2)),
                otherwise=draw(st.dictionaries(st.sampled_from(FAILOVER_OUTCOMES), lists)),
                always=draw(st.booleans()),
            )
        )
    directory = line(*draw(st.permutations(made)))
    overrides = draw(
        st.lists(
            st.builds(
                Override,
                st.sampled_from(["closed", "send_to"]),
                st.sampled_from(NAMES),
                st.sampled_from([NOON, NIGHT + timedelta(hours=1)]),
            ),
            max_size=2,
        )
    )
    return directory.with_override(*overrides)


CIRCUMSTANCES = (
    directories(),
    st.sampled_from(NAMES),
    st.sampled_from([NOON, NIGHT]),
    st.frozensets(st.sampled_from(NAMES), max_size=3),
)


def steps_of(route: Route, outcomes: Sequence[Outcome]) -> list[Step]:
    return [route.first(), *(route.then(outcome) for outcome in outcomes)]


def series(outcomes: Sequence[Outcome]) -> st.SearchStrategy[list[Outcome]]:
    """More than there are addresses in all."""
    return st.lists(st.sampled_from(outcomes), min_size=13, max_size=13)


@settings(max_examples=50, deadline=None)
@given(*CIRCUMSTANCES, st.integers(0, 9), series([o for o in Outcome if o.tries_next]))
def test_every_route_ends_and_tries_each_address_at_most_once(
    directory: Directory,
    name: str,
    now: datetime,
    skip: frozenset[str],
    rotation: int,
    outcomes: Sequence[Outcome],
) -> None:
    steps = steps_of(Route.to(directory, name, at=now, skip=skip, rotation=rotation), outcomes)
    tried = [(s.stop.destination.name, s.stop.index) for s in steps if s.stop]
    skipped = [each.destination for step in steps for each in step.skipped]
    assert steps[-1].stop is None
    assert len(set(tried)) == len(tried)
    assert len(set(skipped)) == len(skipped)
    assert not {destination for destination, _ in tried} & {*skipped, *skip}
    assert all(directory.is_open(destination, now) for destination, _ in tried)


@settings(max_examples=50, deadline=None)
@given(*CIRCUMSTANCES, series([o for o in Outcome if o.tries_next and o is not CLOSED]))
def test_whatever_a_route_comes_to_was_explained(
    directory: Directory,
    name: str,
    now: datetime,
    skip: frozenset[str],
    outcomes: Sequence[Outcome],
) -> None:
    hops = explain(directory, name, now, skip=skip)
    reasons = {hop.destination.name: hop.skipped for hop in hops}
    assert len(reasons) == len(hops)
    for step in steps_of(Route.to(directory, name, at=now, skip=skip), outcomes):
        assert step.stop is None or reasons[step.stop.destination.name] is None
        assert all(reasons[passed.destination] == passed for passed in step.skipped)


def test_explain_shows_who_is_tried_who_is_not_and_why() -> None:
    directory = line(
        at("sales", otherwise={"closed": "night", "busy": "desk"}),
        at("desk"),
        at(
            "night",
            2,
            hours="Mo-Su 20:00-24:00",
            otherwise={"busy": "doctor", "declined": "doctor"},
        ),
        at("doctor", always=True),
        at("other"),
    )
    sales, night, doctor = explain(directory, "sales", NIGHT)
    assert sales.skipped == Skipped("sales", CLOSED, "hours")
    assert not sales.facts.is_open
    assert sales.facts.opens_at is not None
    assert sales.leads_to == {CLOSED: ("night",)}
    assert (night.after, night.on, night.skipped) == ("sales", (CLOSED,), None)
    assert [target.uri for target in night.targets] == [
        "sip:night0@pbx.example.com",
        "sip:night1@pbx.example.com",
    ]
    assert (doctor.after, doctor.on) == ("night", (BUSY, Outcome.DECLINED))
    assert doctor.leads_to == {}


def test_explain_shows_what_an_override_does() -> None:
    directory = line(at("sales", otherwise="desk"), at("desk"), at("service"))
    sent = directory.with_override(Override("send_to", "service", NOON + timedelta(hours=1)))
    sales, service = explain(sent, "sales", NOON)
    assert sales.skipped == Skipped("sales", CLOSED, "sent_elsewhere")
    assert (service.destination.name, service.after, service.skipped) == ("service", "sales", None)
