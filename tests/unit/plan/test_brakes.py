"""What holds back ends on a day of its own: a day that goes by alone moves no end and brings no new version."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.plan_worlds import CALM, TODAY, check_in, past_runs, plan_inputs

from kneewise.domain.plan import Plan
from kneewise.plan import adapt_plan
from kneewise.plan.brakes import Brakes
from kneewise.plan.build import Situation

RUNS = past_runs(6, 6, 9, 6, 6, 9, 6, 6, 9, 6, 6, 9)
SORE = {**CALM, "after_60min": 4}


def brakes_on(number: int, **more: Any) -> Brakes:
    return Situation.of(plan_inputs(TODAY + timedelta(days=number), **more)).brakes


def test_walk_breaks_end_with_the_sore_day_that_asked_for_them() -> None:
    known: dict[str, Any] = {"runs": RUNS, "events": [check_in(TODAY - timedelta(days=1), SORE)]}
    ends = {brakes_on(number, **known).walk_breaks_until for number in range(6)}
    assert ends == {TODAY + timedelta(days=5)}
    assert brakes_on(6, **known).walk_breaks_until is None
    again = [*known["events"], check_in(TODAY + timedelta(days=2), SORE)]
    assert brakes_on(3, **{**known, "events": again}).walk_breaks_until == TODAY + timedelta(days=8)


def test_a_hold_without_an_end_moves_on_once_a_week() -> None:
    ends = [brakes_on(number, measured={}).walks_until for number in range(8)]
    assert len(set(ends)) == 2
    assert all(end is not None and end >= TODAY + timedelta(days=number + 6) for number, end in enumerate(ends))


def test_days_that_go_by_after_a_sore_one_bring_no_version_each() -> None:
    known: dict[str, Any] = {"runs": RUNS, "events": [check_in(TODAY - timedelta(days=1), SORE)]}
    first = adapt_plan(plan_inputs(TODAY, **known))
    assert isinstance(first, Plan)
    assert adapt_plan(plan_inputs(TODAY + timedelta(days=1), previous=first, **known)) is first
