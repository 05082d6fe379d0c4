"""The soft warning of a week: in the plan, in its days and changes, never in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.plan_worlds import TODAY, past_runs, plan_inputs

from kneewise.domain.plan import Plan
from kneewise.plan import adapt_plan, build_plan
from kneewise.plan.weekly import week_warnings

#: Three runs a week for eight weeks, the last one on the day before the Monday of the plan.
STEADY = past_runs(*(6, 6, 9) * 8, every=2, last=TODAY - timedelta(days=1))


def plan_of(**more: object) -> Plan:
    plan = build_plan(plan_inputs(runs=STEADY, **more))  # type: ignore[arg-type]
    assert isinstance(plan, Plan)
    return plan


def test_a_usual_week_is_not_warned_of_and_a_ladder_never() -> None:
    assert plan_of().warnings == ()
    ladder = build_plan(plan_inputs(runs=past_runs(1, 1, 1, 1, 1, 1, every=7, last=TODAY - timedelta(days=20))))
    assert isinstance(ladder, Plan)
    assert ladder.warnings == ()


def test_an_extra_run_that_lifts_the_week_is_said_and_blocks_nothing() -> None:
    first = plan_of()
    extra = [replace(STEADY[0], local_date=TODAY, distance_m=18000.0, knee_km=18.0)]
    day = TODAY + timedelta(days=1)
    plan = adapt_plan(plan_inputs(day, runs=[*STEADY, *extra], previous=first))
    assert isinstance(plan, Plan)
    warned = [each for each in plan.warnings if each.inputs["monday"] == TODAY.isoformat()]
    assert warned
    assert warned[0].rule == "weekly_volume"
    assert warned[0] in plan.changes
    document = plan.to_json()
    assert warned[0].text in {text for each in document["days"] for text in each["warnings"]} | {
        each["text"] for each in document["warnings"]
    }
    assert any(each.kind == "run" and each.local_date > TODAY for each in plan.sessions)


def test_what_was_run_today_is_not_counted_twice() -> None:
    first = plan_of()
    today = [each for each in first.sessions if each.local_date == TODAY and each.knee_km]
    assert today
    done = [replace(STEADY[0], local_date=TODAY, knee_km=today[0].knee_km.value)]  # type: ignore[union-attr]
    assert week_warnings([*STEADY, *done], first.sessions, TODAY) == ()
