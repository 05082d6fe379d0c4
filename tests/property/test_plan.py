"""What must hold for every plan, whatever the runner answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.plan_worlds import (
    ALL_DAYS,
    CALM,
    REFERENCE,
    TODAY,
    Life,
    longest_m,
    past_runs,
    plan_inputs,
    running_min,
    total_knee_km,
    triage,
)
from tests.thorough import tries

from kneewise.domain import CheckIn
from kneewise.domain.plan import Goal, Plan
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.monitoring import pain_state
from kneewise.plan import Availability, GaitPractice, PlanInputs, PlanRefused, adapt_plan, build_plan
from kneewise.plan.rules import largest_allowed_m, longest_before

FEW = settings(
    max_examples=tries(10, thorough=100),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
AMBER = {**CALM, "during": 4}
BAD_MORNING = {**CALM, "next_morning": 3}
RED = {**CALM, "during": 7}
HISTORIES = {
    "ladder": (),
    "levels": past_runs(6, 6, 9, 6, 6, 9, 6, 6, 9, 6, 6, 9, 6, 6),
    "spiky": past_runs(5, 14, 5, 5, 5, 6, 5, 5, every=3),
}
answers = st.sampled_from([CALM, CALM, CALM, CALM, AMBER, BAD_MORNING, RED, None])
histories = st.sampled_from(sorted(HISTORIES))
GAIT = GaitPractice(
    baseline_spm=164,
    pain_change=-1,
    comfortable=True,
    calf_or_achilles_pain=0,
    acute_calf_achilles_plantar=False,
    wanted=True,
)
#: What makes runners differ, beside their history.
KINDS: tuple[dict[str, Any], ...] = (
    {},
    {"goal": Goal(kind="distance", distance_m=15000)},
    {"condition": "itbs", "onset_min": 28.0},
    {"condition": "patellar_tendinopathy", "tendon_stage": 3},
    {"gait": GAIT},
    {"availability": replace(ALL_DAYS, runs_per_week=5, long_run_weekday=6)},
    {
        "availability": Availability(
            minutes={0: 60, 1: 30, 3: 45, 5: 90, 6: 60}, away=frozenset({TODAY + timedelta(days=8)})
        )
    },
    {"measured": {}},
)


@st.composite
def lives(draw: st.DrawFn, calm: bool = False) -> Life:
    """Return a runner who did as planned for some weeks, with all kinds of answers."""
    told = draw(st.lists(answers, min_size=1, max_size=12))

    def answer(day: date, _: Any) -> Mapping[str, Any] | None:
        return CALM if calm else told[day.toordinal() % len(told)]

    life = Life(answer=answer, runs=list(HISTORIES[draw(histories)]), more=dict(draw(st.sampled_from(KINDS))))
    life.live(draw(st.integers(3, 35)))
    return life


def last_day_of(life: Life) -> date:
    return max([TODAY, *(run.local_date for run in life.runs), *(each.local_date for each in life.done)])


def inputs_with(life: Life, events: list[CheckIn], today: date, **more: Any) -> PlanInputs:
    known = life.inputs(today)
    sessions = {run.local_date for run in life.runs} | {each.local_date for each in life.done}
    pain = pain_state(events, today, sessions=sessions, **more)
    return replace(known, pain=pain)


def next_stage(plan: Plan, today: date) -> tuple[int, float]:
    """Return rung and running of the first session from today on."""
    for session in plan.sessions:
        if session.local_date >= today and session.stage:
            rung = knowledge().ladder.get(session.stage.rstrip("-"))
            return (99 if rung is None else rung.order), running_min(session)
    return 0, 0.0


def assert_no_more(worse: Plan | PlanRefused, better: Plan | PlanRefused, today: date) -> None:
    if isinstance(worse, PlanRefused):
        return
    assert isinstance(better, Plan)
    # A slope is costed by the watch model and the run shortened to the step of 100 m below, so a run with it may cost
    # up to that step less than the one with strides before it. All else keeps the order without any slack.
    sloped = sum(session.stage in ("hills_up", "hills_down", "stairs") for session in better.sessions)
    slack = sloped * value("plan.session.round_m") / 1000
    assert total_knee_km(worse, today) <= total_knee_km(better, today) + slack + 1e-9
    assert longest_m(worse, today) <= longest_m(better, today) + 1e-6
    assert next_stage(worse, today)[0] <= next_stage(better, today)[0]


CHANGES: tuple[dict[str, Any], ...] = (
    {"during": 3}, {"during": 5}, {"during": 8}, {"limp": True}, {"swelling": True}, {"after_60min": 4}
)  # fmt: skip
#: Drawn before a life is lived: what is drawn must not hang on how it went.
SOME = st.lists(st.integers(0, 3), min_size=40, max_size=40)


@FEW
@given(life=lives(), later=st.integers(0, 3), number=st.integers(0, 999), change=st.sampled_from(CHANGES))
def test_more_pain_never_yields_more_load(life: Life, later: int, number: int, change: dict[str, Any]) -> None:
    today = last_day_of(life) + timedelta(days=later)
    if not life.events:
        return
    place = number % len(life.events)
    event = life.events[place]
    raised: dict[str, Any] = {
        name: value if value is True else max(value, getattr(event, name) or 0) for name, value in change.items()
    }
    worse = [*life.events[:place], replace(event, **raised), *life.events[place + 1 :]]
    plans = [adapt_plan(inputs_with(life, events, today)) for events in (worse, life.events)]
    assert_no_more(plans[0], plans[1], today)


@FEW
@given(life=lives(calm=True), dropped=SOME, cut=SOME)
def test_missing_answers_never_yield_more_load(life: Life, dropped: list[int], cut: list[int]) -> None:
    today = last_day_of(life) + timedelta(days=1)
    kept = [event for number, event in enumerate(life.events) if dropped[number % len(dropped)] % 2]
    partly = [
        replace(event, next_morning=None) if cut[number % len(cut)] == 0 else event for number, event in enumerate(kept)
    ]
    assert_no_more(
        adapt_plan(inputs_with(life, partly, today)), adapt_plan(inputs_with(life, life.events, today)), today
    )


@FEW
@given(life=lives(), flag=st.sampled_from(sorted(knowledge().red_flags)))
def test_a_red_flag_never_yields_more_load(life: Life, flag: str) -> None:
    today = last_day_of(life) + timedelta(days=1)
    plans = [adapt_plan(inputs_with(life, life.events, today, open_flags=flags)) for flags in ([flag], [])]
    assert_no_more(plans[0], plans[1], today)


@FEW
@given(life=lives())
def test_no_run_is_longer_than_the_rule_allows(life: Life) -> None:
    """Lived forward: every run that was planned, against what had really been run before it.

    Up to the first run in one go the ladder itself is the step: there is no run before it to compare with.
    """
    first_steady = 60 * (knowledge().ladder["R8"].run_min or 0) * REFERENCE.speed_mps
    easy = {each.local_date for each in life.done if each.kind == "run"}
    steady = {run.local_date for run in life.runs if run.local_date in easy and (run.distance_m or 0) > first_steady}
    for run in life.runs:
        before = longest_before([other for other in life.runs if other.local_date < run.local_date], run.local_date)
        if run.local_date >= TODAY and run.local_date in steady:
            assert (run.distance_m or 0) <= largest_allowed_m(before, None) + 1e-6
            if before.knee_km is not None:
                assert (run.knee_km or 0) <= 1.1 * before.knee_km + 1e-9


@FEW
@given(life=lives())
def test_the_ladder_never_skips_a_rung(life: Life) -> None:
    orders = [knowledge().ladder[each.stage].order for each in life.done if each.stage in knowledge().ladder]
    for before, after in pairwise(orders):
        assert after <= before + 1
    for plan in life.plans:
        planned = [knowledge().ladder[each.stage].order for each in plan.sessions if each.stage in knowledge().ladder]
        for before, after in pairwise(planned):
            assert after <= before + 1


@FEW
@given(life=lives())
def test_a_rung_is_left_only_after_two_greens_48_hours_apart(life: Life) -> None:
    for place, each in enumerate(life.done[1:], start=1):
        before = life.done[place - 1]
        if each.stage in knowledge().ladder and before.stage in knowledge().ladder and each.stage != before.stage:
            rung = knowledge().ladder[before.stage]
            if knowledge().ladder[each.stage].order > rung.order:
                same = [other.local_date for other in life.done[:place] if other.stage == before.stage]
                assert len(same) >= 2
                assert (same[-1] - same[-2]).days >= 2


@FEW
@given(life=lives(), data=st.data())
def test_the_same_inputs_give_the_same_plan_and_the_old_one_stays(life: Life, data: st.DataObject) -> None:
    today = life.plans[-1].issued_at.date() + timedelta(days=data.draw(st.integers(0, 9)))
    before = life.plans[-1].to_json()
    one, two = adapt_plan(life.inputs(today)), adapt_plan(life.inputs(today))
    assert one == two
    assert life.plans[-1].to_json() == before
    if isinstance(one, Plan):
        past = [each for each in life.plans[-1].sessions if each.local_date < today]
        assert [each for each in one.sessions if each.local_date < today] == past


@FEW
@given(life=lives())
def test_one_thing_at_a_time(life: Life) -> None:
    """A run with a new element is no longer than the longest easy one before it; its length does not grow too."""
    adds = knowledge().ladder["R12"].adds
    runs = dict(zip([run.local_date for run in life.runs], life.runs, strict=True))
    for each in life.done:
        if each.stage in adds:
            before = longest_before([run for run in life.runs if run.local_date < each.local_date], each.local_date)
            assert (runs[each.local_date].distance_m or 0) <= (before.distance_m or 0)


@given(
    blocks=st.lists(
        st.sampled_from(["plan", "running", "everything", "impact", "strength", "progression"]), unique=True
    ),
    history=histories,
)
@settings(max_examples=30, deadline=None)
def test_a_blocked_triage_never_yields_running(blocks: list[str], history: str) -> None:
    plan = build_plan(plan_inputs(runs=HISTORIES[history], triage=triage("urgent", *blocks)))
    if {"plan", "everything"} & set(blocks):
        assert isinstance(plan, PlanRefused)
        return
    assert isinstance(plan, Plan)
    kinds = {each.kind for each in plan.sessions}
    if "running" in blocks:
        assert not kinds & {"run", "walk_run", "gait_retraining"}
    if "strength" in blocks:
        assert "strength" not in kinds
