from __future__ import annotations

from receptionist.supervision.promise_watch import ANSWER, GRACE, MOST, Broken, PromiseWatch, Remedy

MODEL = Broken(Remedy.ASK_MODEL, "sales")
CALLER = Broken(Remedy.ASK_CALLER, "sales")


def broken() -> PromiseWatch:
    watch = PromiseWatch()
    watch.promised("sales", 100.0)
    assert watch.due(100.0 + GRACE) == MODEL
    return watch


def test_it_is_noticed_within_three_seconds() -> None:
    watch = PromiseWatch()
    watch.promised("sales", 100.0)
    deadline = watch.deadline()
    assert deadline is not None and deadline <= 103.0
    assert watch.due(deadline - 0.01) is None
    assert watch.due(deadline) == MODEL


def test_a_promise_that_is_kept_is_none() -> None:
    watch = PromiseWatch()
    watch.promised("sales", 100.0)
    watch.kept()
    assert watch.deadline() is None
    assert watch.due(200.0) is None


def test_a_model_that_answers_without_the_tool_has_failed_at_once() -> None:
    watch = broken()
    assert watch.due(102.0) is None
    watch.answered(102.0)
    assert watch.due(102.0) == CALLER
    assert watch.deadline() is None


def test_a_model_that_does_not_answer_has_failed_too() -> None:
    watch = broken()
    assert watch.deadline() == 100.0 + GRACE + ANSWER
    assert watch.due(100.0 + GRACE + ANSWER) == CALLER


def test_a_model_that_only_promises_again_is_not_asked_a_third_time() -> None:
    watch = broken()
    watch.promised("", 102.0)
    assert watch.due(102.0) == CALLER


def test_a_model_that_calls_the_tool_when_it_is_asked_has_kept_its_word() -> None:
    watch = broken()
    watch.kept()
    watch.answered(103.0)
    assert watch.due(200.0) is None


def test_a_model_that_never_obeys_is_not_asked_for_ever() -> None:
    watch = PromiseWatch()
    remedies = []
    for at in range(100, 200, 10):
        watch.promised("sales", float(at))
        due = watch.due(at + GRACE)
        assert due is not None
        remedies.append(due.remedy)
        watch.kept()
    assert remedies == [Remedy.ASK_MODEL] * MOST + [Remedy.ASK_CALLER] * (10 - MOST)


def test_an_answer_nobody_waits_for_changes_nothing() -> None:
    watch = PromiseWatch()
    watch.answered(5.0)
    assert watch.deadline() is None
