"""Plans between the record and the computation: issued once, whole, in order, and refused where safety says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.clinical import CALM, NOW, TODAY, SetNow, run_of
from tests.plan_worlds import course_from
from tests.planning import DAYS, FLAGGED, events, ready, stored_plans
from tests.sample_week import SESSIONS, plan_of

from kneewise.assessment import assess, read_answers
from kneewise.domain import Alternative, Estimate, Goal, Interval, Plan
from kneewise.errors import InvalidInputError
from kneewise.plan.inputs import Race
from kneewise.services import plan_answers
from kneewise.services.adding import add_activity
from kneewise.services.availability import Wishes
from kneewise.services.checking_in import record_check_in
from kneewise.services.gait.trial import log_gait_trial, read_course_start
from kneewise.services.intake import assess_intake
from kneewise.services.issued_plans import append_plan
from kneewise.services.issued_plans import plan_of as read_back
from kneewise.services.place import Place, opened
from kneewise.services.plan_inputs import gather
from kneewise.services.planning import make_plan, needs_adapting, revise_plan, show_plan
from kneewise.services.profile import set_profile
from kneewise.services.self_tests import log_test
from kneewise.services.strength_log import log_strength


@pytest.fixture
def place(tmp_path: Path, now: SetNow) -> Place:
    found = Place(tmp_path / "data")
    ready(found)
    return found


def issued(place: Place, **more: Any) -> Plan:
    answer = make_plan(place, wishes=DAYS, **more)
    assert answer.plan is not None
    return answer.plan


def running_m(plan: Plan, since: date) -> float:
    return sum(each.knee_km.value for each in plan.sessions if each.knee_km and each.local_date >= since)


# ---------------------------------------------------------------------------------------------------------- documents


def test_a_plan_comes_back_as_it_was() -> None:
    awkward = Estimate(float("nan"), 1.0, 2.0, "knee-km", "watch", others=Interval(0.5, 3.0))
    plan = plan_of(*SESSIONS, replace(SESSIONS[0], id="x", alternatives=(Alternative(text="a", knee_km=awkward),)))
    back = read_back(plan.to_json())
    assert back.to_json() == plan.to_json()
    whole = plan_of(*SESSIONS)
    assert read_back(whole.to_json()) == whole


def test_an_issued_plan_is_read_back_equal(place: Place) -> None:
    plan = issued(place, goal=Goal(kind="race", distance_m=15000.0, day=TODAY + timedelta(weeks=12)))
    shown = show_plan(place)
    assert shown.plan == plan
    assert shown.draft is None
    assert shown.refused is None


# ------------------------------------------------------------------------------------------------------------- issuing


def test_the_same_record_gives_the_same_plan(tmp_path: Path, now: SetNow) -> None:
    plans = []
    for name in ("one", "two"):
        place = Place(tmp_path / name)
        ready(place)
        plans.append(issued(place))
    assert plans[0] == plans[1]


def test_building_again_changes_nothing(place: Place) -> None:
    plan = issued(place)
    again = make_plan(place)
    assert not again.issued
    assert again.plan == plan
    assert len(stored_plans(place)) == 1


def test_new_days_are_the_next_version(place: Place) -> None:
    first = issued(place)
    answer = make_plan(place, wishes=Wishes(minutes={1: 90.0, 3: 90.0, 6: 120.0}))
    assert answer.issued
    assert answer.plan is not None
    assert answer.plan.version == first.version + 1
    ahead = {each.local_date.weekday() for each in answer.plan.sessions if each.local_date > TODAY}
    assert ahead <= {1, 3, 6}
    assert answer.plan.changes


def test_a_new_start_begins_anew_and_keeps_what_was(place: Place, now: SetNow) -> None:
    first = issued(place)
    now(NOW + timedelta(days=3))
    later = TODAY + timedelta(days=10)
    answer = make_plan(place, start=later)
    assert answer.plan is not None
    assert answer.plan.version == 2
    kept = [each for each in first.sessions if each.local_date < TODAY + timedelta(days=3)]
    assert [each for each in answer.plan.sessions if each.local_date < later] == kept
    now(NOW + timedelta(days=4))
    assert show_plan(place).draft is None
    with pytest.raises(InvalidInputError, match="is over"):
        make_plan(place, start=TODAY)


def test_two_programs_do_not_issue_the_same_version(place: Place) -> None:
    plan = issued(place)
    with (
        opened(place) as (record, runner),
        record.writing("a test") as connection,
        pytest.raises(InvalidInputError, match="Version 1 of the plan was issued meanwhile, so nothing was stored"),
    ):
        append_plan(connection, runner, plan, TODAY)


def test_no_day_needs_adapting_without_a_reason(place: Place, now: SetNow) -> None:
    issued(place)
    assert needs_adapting(place) is None
    assert not revise_plan(place).issued


def test_a_goal_of_the_intake_counts_until_another_is_told(place: Place) -> None:
    assess_intake(place, {**CALM, "goal": "distance", "goal_distance_km": 12})
    assert issued(place).goal == Goal(kind="distance", distance_m=12000.0)
    told = make_plan(place, goal=Goal(kind="run_without_thinking"))
    assert told.plan is not None
    assert told.plan.goal == Goal(kind="run_without_thinking")
    assert make_plan(place).plan == told.plan


# ------------------------------------------------------------------------------------------------------------ adapting


def test_a_bad_run_lowers_the_plan_and_the_old_version_stays(place: Place, now: SetNow) -> None:
    first = issued(place)
    before = stored_plans(place)
    monday = TODAY + timedelta(days=1)
    now(NOW + timedelta(days=1))
    add_activity(place, [run_of(monday, 6.0)])
    record_check_in(place, pain={"before": 1.0, "during": 7.0, "after_60min": 6.0})
    pending = needs_adapting(place)
    assert pending is not None
    assert pending.draft is not None
    answer = revise_plan(place)
    assert answer.issued
    assert answer.plan == pending.draft
    assert answer.plan is not None
    assert running_m(answer.plan, monday + timedelta(days=1)) < running_m(first, monday + timedelta(days=1))
    assert all(change.rule and change.text for change in answer.plan.changes)
    assert stored_plans(place)[: len(before)] == before
    assert show_plan(place, version=1).plan == first
    assert needs_adapting(place) is None


def test_a_session_that_was_done_is_not_left_out(place: Place, now: SetNow) -> None:
    issued(place)
    now(NOW + timedelta(days=1))
    add_activity(place, [run_of(TODAY + timedelta(days=1), 6.0)])
    answer = needs_adapting(place)
    texts = [] if answer is None or answer.draft is None else [change.text for change in answer.draft.changes]
    assert not [text for text in texts if "Left out" in text]


def test_running_as_planned_counts_as_done(place: Place, now: SetNow) -> None:
    plan = issued(place)
    monday = next(each for each in plan.sessions if each.kind == "run")
    now(NOW + timedelta(days=2))
    add_activity(place, [run_of(monday.local_date, (monday.distance_m or 0) / 1000)])
    shown = show_plan(place).to_json()
    assert (shown["done"]["sessions"], shown["done"]["planned"]) == (1, 1)


def test_the_share_done_counts_only_after_two_weeks(place: Place, now: SetNow) -> None:
    issued(place)
    for days, known in ((5, False), (20, True)):
        now(NOW + timedelta(days=days))
        with opened(place) as (record, runner):
            inputs = gather(record, runner, NOW + timedelta(days=days)).inputs
        assert (inputs.done_over_planned is not None) is known


# ------------------------------------------------------------------------------------------------------------- refused


def test_without_an_intake_nothing_is_planned_or_stored(tmp_path: Path, now: SetNow) -> None:
    place = Place(tmp_path / "data")
    set_profile(place, timezone="Europe/Berlin")
    answer = make_plan(place, wishes=DAYS, goal=Goal(kind="daily_life"))
    assert answer.plan is None
    assert answer.refused is not None
    assert answer.refused.reasons[0].rule == "no_intake"
    assert answer.to_json()["days"] == []
    assert events(place) == []


def test_open_safety_questions_stop_the_plan(tmp_path: Path, now: SetNow) -> None:
    place = Place(tmp_path / "data")
    assess_intake(place, {"age_years": 30, "pain_worst": 3})
    assert make_plan(place).refused is not None


def test_a_red_flag_stops_the_plan_in_force(place: Place) -> None:
    plan = issued(place)
    before = stored_plans(place)
    assess_intake(place, FLAGGED)
    assert make_plan(place).refused is not None
    answer = revise_plan(place)
    assert not answer.issued
    assert answer.refused is not None
    assert answer.plan == plan
    shown = show_plan(place).to_json()
    assert shown["refused"]["reasons"]
    assert stored_plans(place) == before


def test_what_was_blocked_when_told_stays_blocked(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that grew milder do not open what an intake closed; a new intake does."""
    assess_intake(place, FLAGGED)
    milder = assess(read_answers(CALM), {})
    monkeypatch.setattr(plan_answers, "assess", lambda *_: milder)
    with opened(place) as (record, runner):
        assert "plan" in gather(record, runner, NOW).inputs.triage.blocks


def test_answers_that_can_no_longer_be_read_stop_the_plan(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_answers, "_assessed", lambda _: None)
    answer = make_plan(place)
    assert answer.refused is not None
    assert answer.refused.reasons[0].rule == "rules_revised"


def test_without_a_plan_there_is_nothing_to_show(place: Place) -> None:
    for ask in (show_plan, revise_plan):
        with pytest.raises(InvalidInputError, match="There is no plan yet"):
            ask(place)
    issued(place)
    with pytest.raises(InvalidInputError, match="There is no version 7"):
        show_plan(place, version=7)


# -------------------------------------------------------------------------------------------------------------- inputs


def test_a_week_begun_anew_gives_no_id_twice(place: Place, now: SetNow) -> None:
    make_plan(place, wishes=DAYS)
    now(NOW + timedelta(days=2))
    plan = make_plan(place, start=TODAY + timedelta(days=2)).plan
    assert plan is not None
    ids = [session.id for session in plan.sessions]
    assert len(set(ids)) == len(ids)


def test_a_later_trial_begins_a_new_course_only_when_the_first_is_done(place: Place, now: SetNow) -> None:
    days = course_from(TODAY + timedelta(days=1))
    for back in (0, 4, 20):
        now(NOW + timedelta(days=back))
        log_gait_trial(place, [162], pain_usual=3.0, pain_at={5: 1.0}, calf_pain=0.0, acute_calf=False)
    with opened(place) as (record, runner):
        assert read_course_start(record, runner, days) == TODAY + timedelta(days=20)
        assert read_course_start(record, runner, days[:5]) == TODAY
        assert read_course_start(record, runner, ()) == TODAY


def test_everything_told_reaches_the_inputs(place: Place) -> None:
    make_plan(
        place,
        wishes=Wishes(
            minutes={0: 60.0, 2: 60.0, 5: 120.0},
            long_run_weekday=5,
            strength_minutes=15.0,
            away=((TODAY + timedelta(days=7), TODAY + timedelta(days=9)),),
            races=(Race(day=TODAY + timedelta(days=40), distance_m=10000.0),),
        ),
    )
    log_test(place, {"single_leg_squat_reps": 10, "step_down_reps": 4, "brisk_walk_min": 30, "brisk_walk_pain": 1})
    log_strength(place, "k04", sets=3, reps=12, pain=1.0, reps_in_reserve=3)
    log_gait_trial(
        place, [162, 162], pain_usual=3.0, pain_at={5: 1.0}, comfortable=True, calf_pain=0.0, acute_calf=False
    )
    with opened(place) as (record, runner):
        inputs = gather(record, runner, NOW).inputs
    assert inputs.availability.long_run_weekday == 5
    assert inputs.strength_minutes == 15.0
    assert TODAY + timedelta(days=8) in inputs.availability.away
    assert inputs.availability.races[0].distance_m == 10000.0
    assert inputs.condition == "pfp"
    assert inputs.age_years == 28
    assert len(inputs.runs) == 11
    assert inputs.measured["single_leg_squat_or_step_down_reps"] == 10
    assert inputs.measured["single_leg_squat_or_step_down_pain"] == 2
    assert inputs.measured["shallow_sets_green"] == 3
    assert (inputs.strength_log[0].sets, inputs.strength_log[0].reps) == (3, 12)
    assert inputs.gait.wanted
    assert inputs.gait.most_pct == 5
    assert inputs.tendon_stage is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda place: make_plan(place, goal=Goal(kind="distance")), "needs a distance"),
        (lambda place: make_plan(place, goal=Goal(kind="race", distance_m=5000.0)), "needs its day"),
        (lambda place: make_plan(place, weeks=99), "from 1 to 52 weeks"),
        (lambda place: make_plan(place, wishes=Wishes(minutes={0: 2.0})), "from 10 to 600 min"),
        (lambda place: make_plan(place, wishes=Wishes(equipment=frozenset({"jetpack"}))), "'jetpack' is no equipment"),
    ],
)
def test_what_cannot_be_right_is_refused_and_not_stored(
    place: Place, wrong: Callable[[Place], object], words: str
) -> None:
    before = [event.id for event in events(place)]
    with pytest.raises(InvalidInputError, match=words):
        wrong(place)
    assert [event.id for event in events(place)] == before
