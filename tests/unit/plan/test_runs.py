"""Runs off the ladder: what hills cost, and the same run in two parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.plan_worlds import TODAY, past_runs, plan_inputs

from kneewise.domain.plan import Plan, PlannedSession
from kneewise.evidence.parameters import value
from kneewise.plan import Availability, build_plan
from kneewise.plan.course import Course
from kneewise.plan.running import RunCost, in_two
from kneewise.plan.runs import RunPlace, distance_run
from kneewise.plan.variants import choose_course
from kneewise.plan.walk_run import Limits

STEADY = past_runs(6, 6, 9, 6, 6, 9, 6, 6, 9, 6, 6, 9)
COST = RunCost.of(plan_inputs())


def run_with(adds: str) -> PlannedSession:
    course: Course = choose_course(plan_inputs(runs=STEADY), COST)
    stage = next(each for each in course.stages if each.adds == adds)
    place = RunPlace(day=TODAY, session_id="run-1", long=False, new=True)
    made = distance_run(course, stage, place, COST, Limits())
    assert made is not None
    return made


@pytest.mark.parametrize("adds", ["hills_up", "hills_down", "stairs"])
def test_a_slope_is_costed_as_one_and_says_so(adds: str) -> None:
    session, flat = run_with(adds), run_with("strides")
    assert session.knee_km is not None
    assert flat.knee_km is not None
    assert session.distance_m is not None
    level = COST.knee_km(session.distance_m)
    assert level is not None
    assert session.knee_km.value != pytest.approx(level.value, rel=1e-6)
    assert session.knee_km.value <= flat.knee_km.value + 1e-9
    assert session.knee_km.low < session.knee_km.value < session.knee_km.high
    grade = value("plan.stairs.grade_deg" if adds == "stairs" else "plan.hills.grade_deg")
    assert f"assumed slope of {grade:g} degrees" in session.knee_km.basis
    assert f"{grade:g} degrees" in session.terrain


def test_down_costs_the_kneecap_more_than_up() -> None:
    up, down = (COST.knee_km(1000, grade_deg=grade) for grade in (3.0, -3.0))
    assert up is not None
    assert down is not None
    assert down.value > up.value


def test_a_run_in_two_halves_the_cost_at_once_and_not_the_sum() -> None:
    way = in_two(COST, 8000, TODAY + timedelta(days=1))
    whole = COST.knee_km(8000)
    assert way is not None
    assert whole is not None
    assert way.knee_km.value == pytest.approx(whole.value / 2)
    assert "still cost about the same" in way.text
    assert in_two(COST, 2000, TODAY) is None


def halves(plan: Plan) -> list[PlannedSession]:
    return [each for each in plan.sessions if any(way.text.startswith("In two") for way in each.alternatives)]


def test_it_is_offered_where_the_day_after_is_free_and_never_on_the_ladder() -> None:
    plan = build_plan(plan_inputs(runs=STEADY))
    assert isinstance(plan, Plan)
    days = {each.local_date for each in plan.sessions if each.kind == "run"}
    assert halves(plan)
    for session in halves(plan):
        after = session.local_date + timedelta(days=1)
        assert not {after, after + timedelta(days=1)} & days
    busy = Availability(minutes={0: 90.0, 2: 90.0, 5: 90.0})
    taken = build_plan(plan_inputs(runs=STEADY, availability=busy))
    assert isinstance(taken, Plan)
    assert halves(taken) == []
    ladder = build_plan(plan_inputs(runs=[replace(STEADY[0], local_date=TODAY - timedelta(days=40))]))
    assert isinstance(ladder, Plan)
    assert all(each.stage not in ("R8", "R9", "R10", "R11") for each in halves(ladder))
