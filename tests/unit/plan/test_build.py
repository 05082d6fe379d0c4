"""Plans for typical runners: the right way back, the right days, reasons in plain words, safety first."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from tests.plan_worlds import (
    ALL_DAYS,
    CALM,
    TODAY,
    check_in,
    past_runs,
    plan_inputs,
    running_min,
    triage,
)
from tests.readability import assert_readable

from kneewise.domain.plan import Goal, Plan, PlannedSession
from kneewise.evidence.knowledge import knowledge
from kneewise.plan import Availability, GaitPractice, PlanRefused, Race, build_plan

STEADY = past_runs(6, 6, 9, 6, 6, 9, 6, 6, 9, 6, 6, 9)
RUNNING = frozenset({"run", "walk_run", "gait_retraining"})


def built(**more: Any) -> Plan:
    plan = build_plan(plan_inputs(**more))
    assert isinstance(plan, Plan), plan
    return plan


def runs_of(plan: Plan) -> list[PlannedSession]:
    return [each for each in plan.sessions if each.kind != "strength"]


def running(plan: Plan) -> list[PlannedSession]:
    return [each for each in plan.sessions if each.kind in RUNNING]


# ------------------------------------------------------------------------------------------------------ which way back


def test_after_a_break_the_ladder_begins_at_the_first_rung() -> None:
    plan = built(runs=past_runs(8, 8, last=TODAY - timedelta(days=14)))
    stages = [each.stage for each in runs_of(plan)][:6]
    assert stages == ["R0", "R0", "R1", "R1", "R2", "R2"]
    assert plan.changes[0].rule == "layoff"
    assert [each.kind for each in runs_of(plan)][:3] == ["walk", "walk", "walk_run"]


def test_without_the_step_downs_it_stays_with_walks_for_a_week_and_says_what_is_missing() -> None:
    plan = built(measured={})
    stages = [each.stage for each in runs_of(plan)][:6]
    assert stages == ["R0", "R0", "R0", "R1", "R1", "R2"]
    assert "10 steady step-downs" in plan.sessions[0].why


def test_thirteen_days_are_no_break() -> None:
    plan = built(runs=past_runs(8, 8, last=TODAY - timedelta(days=13)))
    assert {each.stage.rstrip("-") for each in running(plan)} <= {"level_+0", *knowledge().ladder["R12"].adds}


def test_who_passed_the_first_tests_skips_the_walks() -> None:
    tests = {
        "brisk_walk_min": 30, "brisk_walk_pain": 1, "single_leg_squat_or_step_down_reps": 10,
        "single_leg_squat_or_step_down_pain": 2,
    }  # fmt: skip
    mornings = [check_in(TODAY - timedelta(days=number), {"next_morning": 1}) for number in range(1, 6)]
    assert runs_of(built(measured=tests, events=mornings))[0].stage == "R1"
    assert runs_of(built(measured={**tests, "brisk_walk_pain": 3}, events=mornings))[0].stage == "R0"


def test_a_runner_who_still_runs_keeps_usual_runs_in_number_and_length() -> None:
    plan = built(runs=STEADY)
    first = [each for each in running(plan) if each.local_date < TODAY + timedelta(days=7)]
    assert sorted(each.distance_m or 0 for each in first) == [6000, 6000, 9000]
    assert first[-1].title == "Long easy run"
    assert all(each.knee_km is not None and each.knee_km.others is not None for each in first)


def test_a_spike_is_nothing_to_build_on() -> None:
    spiked = (*past_runs(16), *past_runs(6, 6, 6, 6, 6, 6, 6, 6, last=TODAY - timedelta(days=3)))
    assert max(each.distance_m or 0 for each in running(built(runs=spiked))) == 6000


def test_a_goal_lets_runs_grow_by_one_tenth_after_green_runs_and_stops_there() -> None:
    plan = built(runs=STEADY, goal=Goal(kind="distance", distance_m=11000))
    longest = [each.distance_m for each in running(plan) if each.title == "Long easy run"]
    assert longest[:4] == [9000, 9900, 10800, 11000]
    assert max(distance for distance in longest if distance) == 11000


def test_every_session_and_change_has_a_reason_in_plain_words_a_rule_and_known_sources() -> None:
    plans = [
        built(),
        built(runs=STEADY, goal=Goal(kind="race", distance_m=10000, day=TODAY + timedelta(days=60))),
        built(runs=STEADY, condition="itbs", onset_min=25),
        built(condition="patellar_tendinopathy", tendon_stage=1),
        built(age_years=15),
        built(runs=STEADY, events=_bad_week()),
        built(
            runs=STEADY, availability=replace(ALL_DAYS, races=(Race(day=TODAY + timedelta(days=20), distance_m=42195),))
        ),
    ]
    for plan in plans:
        for each in plan.sessions:
            assert each.why
            assert each.rule
            assert each.dose
            assert set(each.sources) <= knowledge().sources.keys()
        texts = {(each.why, each.title, each.effort, each.terrain) for each in plan.sessions}
        assert_readable((f"{plan.phase}", text) for group in texts for text in group)
        assert_readable(("change", change.text) for change in plan.changes)
        assert_readable(("way", way.text) for each in plan.sessions for way in each.alternatives)
        if plan.outlook is not None:
            assert_readable([("outlook", plan.outlook.text)])


def _bad_week() -> list[Any]:
    days = [TODAY - timedelta(days=number) for number in (7, 5, 3)]
    return [
        check_in(day, {**CALM, "during": pain, "next_morning": 3}) for day, pain in zip(days, (2, 4, 7), strict=True)
    ]


# ---------------------------------------------------------------------------------------------------------- variants


def test_outer_knee_pain_runs_at_most_four_fifths_of_the_time_it_takes_to_hurt() -> None:
    plan = built(runs=STEADY, condition="itbs", onset_min=25)
    assert max(each.duration_s or 0 for each in running(plan)) <= 0.8 * 25 * 60
    assert any(each.rule == "itbs_cap" for each in running(plan))
    by_distance = built(runs=STEADY, condition="itbs", onset_distance_m=5000)
    assert max(each.distance_m or 0 for each in running(by_distance)) == 4000


@pytest.mark.parametrize(
    "more",
    [
        {"condition": "itbs", "onset_min": 25},
        {"availability": replace(ALL_DAYS, minutes=dict.fromkeys(range(7), 25.0))},
    ],
)
def test_runs_that_stay_below_half_an_hour_get_nothing_fast(more: dict[str, Any]) -> None:
    plan = built(runs=STEADY, **more)
    assert not {each.stage for each in running(plan)} & set(knowledge().ladder["R12"].adds)


def test_a_reason_is_given_once_and_says_where_green_runs_lead() -> None:
    plan = built(runs=STEADY, goal=Goal(kind="distance", distance_m=12000))
    reasons = {each.why for each in running(plan)}
    assert all(why.count("No single run longer") <= 1 for why in reasons)
    full = [each.why for each in running(plan) if each.distance_m == 12000 and each.stage.startswith("level")]
    assert full
    assert all("one new thing comes" in why and "may grow" not in why for why in full)


def test_outer_knee_pain_without_a_told_onset_takes_the_ladder_within_the_cap() -> None:
    unknown = built(runs=STEADY, condition="itbs")
    assert runs_of(unknown)[0].stage.startswith("R")
    assert "do not know yet when it starts" in unknown.changes[0].text
    capped = built(condition="itbs", onset_min=5)
    assert max(running_min(each) for each in running(capped)) <= 4


@pytest.mark.parametrize("stage", [None, 1, 2])
def test_a_sore_tendon_does_not_run_before_stage_three(stage: int | None) -> None:
    plan = built(runs=STEADY, condition="patellar_tendinopathy", tendon_stage=stage)
    assert not running(plan)
    assert any(each.kind == "strength" for each in plan.sessions)
    assert plan.phase in ("calm", "tendinopathy")


def test_a_sore_tendon_starts_at_the_fourth_rung_every_third_day() -> None:
    plan = built(runs=STEADY, condition="patellar_tendinopathy", tendon_stage=3)
    days = [each.local_date for each in running(plan)]
    assert running(plan)[0].stage == "R4"
    assert all((after - before).days >= 3 for before, after in pairwise(days))


def test_young_runners_ease_sport_first_and_run_from_week_nine() -> None:
    plan = built(runs=STEADY, age_years=15)
    assert not running(plan)
    later = build_plan(plan_inputs(TODAY + timedelta(weeks=8), runs=STEADY, age_years=15, previous=plan))
    assert isinstance(later, Plan)
    assert running(later)[0].stage in ("R0", "R1")


def test_daily_life_needs_no_running() -> None:
    plan = built(runs=STEADY, goal=Goal(kind="daily_life"))
    assert {each.kind for each in plan.sessions} == {"walk", "strength"}
    assert plan.outlook is not None
    assert plan.outlook.earliest is None


# ------------------------------------------------------------------------------------------------------------- safety


@pytest.mark.parametrize("blocks", [("plan",), ("everything",)])
def test_a_blocked_plan_is_refused_with_its_reasons(blocks: tuple[str, ...]) -> None:
    refused = build_plan(plan_inputs(triage=triage("urgent", *blocks)))
    assert isinstance(refused, PlanRefused)
    assert refused.action == knowledge().triage_levels["urgent"].action
    assert refused.to_json()["refused"] is True


def test_an_open_red_flag_stops_the_plan_and_says_why() -> None:
    refused = build_plan(plan_inputs(runs=STEADY, open_flags=["rf_locked"]))
    assert isinstance(refused, PlanRefused)
    assert refused.reasons[0].rule == "rf_locked"
    assert refused.action == knowledge().red_flags["rf_locked"].action


def test_bone_stress_and_children_are_refused() -> None:
    for more in ({"condition": "bone_stress_injury"}, {"age_years": 12.9}):
        refused = build_plan(plan_inputs(runs=STEADY, **more))
        assert isinstance(refused, PlanRefused)
        assert_readable((reason.rule, reason.text) for reason in refused.reasons)
    assert isinstance(build_plan(plan_inputs(age_years=13)), Plan)


def test_blocked_running_leaves_walks_and_strength() -> None:
    plan = built(runs=STEADY, triage=triage("routine", "running", "progression"))
    assert {each.kind for each in plan.sessions} == {"walk", "strength"}
    no_strength = built(runs=STEADY, triage=triage("routine", "running", "strength"))
    assert {each.kind for each in no_strength.sessions} == {"walk"}


def test_blocked_progress_keeps_every_run_as_it_is() -> None:
    plan = built(runs=STEADY, triage=triage("routine", "progression"), goal=Goal(kind="distance", distance_m=20000))
    assert max(each.distance_m or 0 for each in running(plan)) == 9000
    assert {each.stage for each in running(plan)} == {"level_+0"}
    assert plan.outlook is not None
    assert plan.outlook.earliest is None


# ---------------------------------------------------------------------------------------------------------- pain now


def test_a_flare_rests_three_days_with_other_sport_and_starts_again_smaller() -> None:
    yesterday = TODAY - timedelta(days=1)
    plan = built(runs=STEADY, events=[check_in(yesterday, {**CALM, "during": 7})])
    soon = [each for each in runs_of(plan) if each.local_date <= yesterday + timedelta(days=3)]
    assert soon
    assert {each.kind for each in soon} == {"cross_training"}
    first = running(plan)[0]
    assert 0.65 * 6 <= (first.duration_s or 0) * 2.75 / 1000 <= 0.8 * 6
    assert first.kind == "walk_run"  # an easily upset knee gets walk breaks
    second = next(each for each in running(plan) if each.local_date > TODAY + timedelta(days=7))
    assert (second.distance_m or 0) <= 0.8 * 9000


def test_a_bad_morning_makes_only_the_next_session_smaller() -> None:
    days = [TODAY - timedelta(days=number) for number in (5, 3, 1)]
    events = [check_in(day, {**CALM, "next_morning": pain}) for day, pain in zip(days, (0, 0, 2), strict=True)]
    plan = built(runs=STEADY, events=events, measured={})
    first, second = running(plan)[:2]
    assert first.rule in ("amber_reduce", "irritability_high")
    assert (first.knee_km.value if first.knee_km else 9) <= 0.8 * 6
    assert (second.distance_m or 0) <= 6000


# ----------------------------------------------------------------------------------------------------------- calendar


def test_sixteen_weeks_in_under_a_second() -> None:
    away = frozenset(TODAY + timedelta(days=number) for number in range(0, 112, 5))
    goal = Goal(kind="race", distance_m=13000, day=TODAY + timedelta(days=100))
    inputs = plan_inputs(runs=STEADY, availability=replace(ALL_DAYS, away=away), goal=goal)
    build_plan(inputs)
    began = time.process_time()
    plan = build_plan(inputs)
    assert time.process_time() - began < 1
    assert isinstance(plan, Plan)
    assert (plan.end - plan.start).days == 16 * 7 - 1


def test_only_free_days_with_enough_time_are_used() -> None:
    free = Availability(minutes={0: 40, 2: 40, 3: 20, 5: 90}, long_run_weekday=5)
    away = frozenset({TODAY + timedelta(days=number) for number in range(14, 21)})
    plan = built(runs=STEADY, availability=replace(free, away=away))
    assert {each.local_date.weekday() for each in plan.sessions} <= {0, 2, 5}
    assert not {each.local_date for each in plan.sessions} & away
    longest = [each for each in running(plan) if each.title == "Long easy run"]
    assert {each.local_date.weekday() for each in longest} == {5}
    assert all((each.duration_s or 0) <= 60 * free.minutes_on(each.local_date) for each in plan.sessions)


def test_runs_on_the_ladder_and_strength_days_are_48_hours_apart() -> None:
    for plan in (built(), built(runs=STEADY)):
        for kinds in (RUNNING, {"strength"}):
            days = [each.local_date for each in plan.sessions if each.kind in kinds]
            assert all((after - before).days >= 2 for before, after in pairwise(days))


def test_strength_is_not_the_day_before_the_long_run() -> None:
    plan = built(runs=STEADY)
    long = {each.local_date for each in running(plan) if each.title == "Long easy run"}
    before = {day - timedelta(days=1) for day in long}
    assert not before & {each.local_date for each in plan.sessions if each.kind == "strength"}


def test_start_times_come_from_the_runner() -> None:
    from datetime import time as clock_time

    free = replace(ALL_DAYS, start_times={TODAY.weekday(): clock_time(7, 30)})
    mondays = [each for each in built(availability=free).sessions if each.local_date.weekday() == TODAY.weekday()]
    assert mondays
    assert {each.start_time for each in mondays} == {clock_time(7, 30)}


def test_a_race_within_the_rules_is_run_and_a_longer_one_is_not() -> None:
    day = TODAY + timedelta(days=19)
    short = built(runs=STEADY, availability=replace(ALL_DAYS, races=(Race(day=day, distance_m=9500, name="Park"),)))
    (race,) = [each for each in running(short) if each.local_date == day]
    assert race.title == "Race: Park"
    assert race.distance_m == 9500
    long = built(runs=STEADY, availability=replace(ALL_DAYS, races=(Race(day=day, distance_m=21100, name="Half"),)))
    (run,) = [each for each in running(long) if each.local_date == day]
    assert (run.distance_m or 0) <= 9900
    assert "longer than the rules allow" in run.why


def test_two_weeks_away_lead_back_to_the_ladder() -> None:
    away = frozenset(TODAY + timedelta(days=number) for number in range(7, 28))
    plan = built(runs=STEADY, availability=replace(ALL_DAYS, away=away))
    after = [each.stage for each in runs_of(plan) if each.local_date > max(away)]
    assert after[0] in ("R0", "R1")


def test_no_free_day_gives_no_session() -> None:
    assert built(runs=STEADY, availability=Availability(minutes={})).sessions == ()


# -------------------------------------------------------------------------------------------------------- alternatives


def test_quicker_steps_are_offered_with_what_they_save_and_only_from_an_own_cadence() -> None:
    run = running(built(runs=STEADY))[0]
    way = run.alternatives[0]
    assert run.knee_km is not None
    assert 0.85 * run.knee_km.value < way.knee_km.value < run.knee_km.value
    assert f"{way.knee_km.value:.1f} instead of {run.knee_km.value:.1f}" in way.text
    population = replace(plan_inputs().reference, kind="population")
    others = running(built(runs=STEADY, reference=population))[0].alternatives
    assert all("steps a minute" not in each.text for each in others)
    sore_calf = GaitPractice(calf_or_achilles_pain=4)
    assert all(
        "steps a minute" not in each.text for each in running(built(runs=STEADY, gait=sore_calf))[0].alternatives
    )


def test_gait_retraining_takes_the_place_of_runs_and_nothing_grows_meanwhile() -> None:
    gait = GaitPractice(
        baseline_spm=164, pain_change=-2, comfortable=True, calf_or_achilles_pain=0,
        acute_calf_achilles_plantar=False, wanted=True,
    )  # fmt: skip
    plan = built(runs=STEADY, gait=gait, goal=Goal(kind="distance", distance_m=15000))
    sessions = [each for each in plan.sessions if each.kind == "gait_retraining"]
    assert len(sessions) == 8
    last = sessions[-1].local_date
    assert all(each.kind == "gait_retraining" for each in running(plan) if each.local_date <= last)
    assert all(each.cadence_target_spm and each.cadence_target_spm.high <= 1.1 * 164 + 1e-9 for each in sessions)
    after = next(each for each in running(plan) if each.local_date > last)
    assert after.stage == "level_+0"
    early = built(gait=gait)
    first = next(each.local_date for each in early.sessions if each.kind == "gait_retraining")
    before = {each.stage for each in runs_of(early) if each.local_date < first}
    assert before == {"R0", "R1", "R2", "R3"}


# --------------------------------------------------------------------------------------------------------------- goals


def test_the_outlook_is_an_interval_and_honest_about_a_date_too_soon() -> None:
    far = Goal(kind="race", distance_m=13000, day=TODAY + timedelta(days=200))
    plan = built(runs=STEADY, goal=far)
    assert plan.outlook is not None
    assert plan.outlook.earliest is not None
    assert plan.outlook.latest is not None
    assert TODAY < plan.outlook.earliest < plan.outlook.latest
    assert plan.outlook.reachable is True
    long = [each.local_date for each in running(plan) if (each.distance_m or 0) >= 13000 / 1.1]
    assert next(each.local_date for each in running(plan) if each.local_date > long[0]) == plan.outlook.earliest
    soon = built(runs=STEADY, goal=replace(far, day=TODAY + timedelta(days=10))).outlook
    assert soon is not None
    assert soon.reachable is False
    assert "cannot be met within the rules" in soon.text


def test_a_race_has_its_own_day_whatever_the_minutes_of_the_week() -> None:
    sunday = TODAY + timedelta(days=20)
    free = Availability(minutes={0: 90.0, 2: 90.0, 5: 90.0}, races=(Race(day=sunday, distance_m=8000.0),))
    race = next(each for each in running(built(runs=STEADY, availability=free)) if each.local_date == sunday)
    assert (race.title, race.distance_m) == ("Race: 8.0 km", 8000.0)


def test_a_run_that_a_limit_shortens_does_not_call_itself_usual() -> None:
    plan = built(runs=STEADY, condition="itbs", onset_distance_m=4000.0)
    assert all("With outer knee pain" in each.why for each in running(plan) if "Shorter" in each.why)
    capped = running(plan)[:6]
    assert {each.title for each in capped} == {"Easy run"}
    assert all("usual" not in each.why.partition("With outer knee pain")[0] for each in capped)


def test_a_goal_without_the_time_for_it_says_so() -> None:
    free = Availability(minutes=dict.fromkeys(range(7), 60.0))
    outlook = built(runs=STEADY, availability=free, goal=Goal(kind="distance", distance_m=15000)).outlook
    assert outlook is not None
    assert outlook.earliest is None
    assert "91 minutes" in outlook.text


def test_a_sharper_knee_costs_less_in_the_plan_not_more() -> None:
    """A reference that is dearer than today's running lets the same distance cost less than a knee-km a kilometre."""
    dear = replace(plan_inputs().reference, peak_force_bw=plan_inputs().reference.peak_force_bw * 1.1)
    run = running(built(runs=STEADY, reference=dear))[0]
    assert run.knee_km is not None
    assert run.knee_km.value < (run.distance_m or 0) / 1000


@pytest.mark.parametrize("day", [TODAY, date(2026, 12, 30)])
def test_a_plan_is_json(day: date) -> None:
    import json

    document = build_plan(plan_inputs(day, runs=STEADY)).to_json()
    assert json.loads(json.dumps(document)) == document
