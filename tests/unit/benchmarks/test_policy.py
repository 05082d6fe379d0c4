"""The world of sore knees behaves, the policies do what they say, and the numbers come again with the seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from benchmarks import policies as ways
from benchmarks.policy import run_cohort
from benchmarks.policy_figures import differences, figure, figures, mean, measures_of, median
from benchmarks.policy_page import page
from benchmarks.policy_parameters import BASE, WORLDS
from benchmarks.policy_world import DAYS, Cohort, Floats, Knees, Session, draw_cohort

from kneewise.domain import Plan
from kneewise.plan import adapt_plan, build_plan

SEED = 7


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return draw_cohort(BASE, range(60), SEED)


def lived(cohort: Cohort, km: Floats, days: int = DAYS) -> Knees:
    """Run the same kilometres on each run day, whatever the knee says."""
    knees = Knees(cohort)
    for day in range(days):
        morning = knees.morning(day)
        knees.live(day, Session.runs(km * ways.is_run_day(day)), morning)
    return knees


def test_a_runner_is_the_same_in_any_company(cohort: Cohort) -> None:
    alone = draw_cohort(BASE, range(17, 18), SEED)
    assert all(alone.own[name][0] == values[17] for name, values in cohort.own.items())
    assert all(np.array_equal(alone.luck[name][..., 0], values[..., 17]) for name, values in cohort.luck.items())


def test_parameters_lie_in_their_ranges() -> None:
    for world in WORLDS:
        drawn = draw_cohort(world, range(20), SEED).own
        for name, each in world.parameters().items():
            assert ((drawn[name] >= each.low) & (drawn[name] <= each.high)).all(), (world.name, name)


def test_more_running_gives_more_flares(cohort: Cohort) -> None:
    # Two weeks: later on, a knee that flares is spared by staying at home.
    shares = (0.2, 0.5, 0.8, 1.1)
    flares = [int(lived(cohort, share * cohort.own["usual_km"], days=14).onsets.sum()) for share in shares]
    assert flares == sorted(flares)
    assert flares[0] < flares[-1] / 2


def test_nothing_but_a_hike_sets_off_a_flare_at_rest(cohort: Cohort) -> None:
    quiet = replace(cohort, luck={**cohort.luck, "event": np.zeros_like(cohort.luck["event"])})
    assert lived(quiet, np.zeros(len(quiet))).onsets.sum() == 0


def test_a_flare_comes_after_the_load_and_settles_with_rest(cohort: Cohort) -> None:
    knees = Knees(cohort)
    for day in range(DAYS):
        morning = knees.morning(day)
        km = 3 * cohort.own["usual_km"] if day == 0 else np.zeros(len(cohort))
        knees.live(day, Session.runs(km), morning)
    ran = knees.km[0] > 0
    assert not knees.onsets[0].any()
    assert knees.onsets[1:4, ran].any(axis=0).mean() > 0.9
    assert (knees.flare_pain[30:35, ran] < 1).mean() > 0.8


def test_load_below_capacity_builds_it_and_rest_loses_it(cohort: Cohort) -> None:
    easy = 0.5 * cohort.own["capacity"] * cohort.own["usual_km"]
    start = Knees(cohort).capacity
    assert np.median(lived(cohort, easy).capacity / start) > 1.1
    assert np.median(lived(cohort, 0 * easy).capacity / start) < 0.9


def test_silent_answers_do_not_depend_on_the_load() -> None:
    silent = draw_cohort(next(world for world in WORLDS if world.name == "silent"), range(10), SEED)
    told = []
    for share in (0.0, 2.0):
        knees, mornings = Knees(silent), []
        for day in range(30):
            mornings.append(knees.morning(day))
            knees.live(day, Session.runs(share * silent.own["usual_km"]), mornings[-1])
        told.append(np.array(mornings))
    assert np.array_equal(told[0], told[1])


def test_ten_percent_grows_by_ten_percent_up_to_the_usual_run(cohort: Cohort) -> None:
    policy = ways.TenPercent(cohort)
    sizes = np.array([policy.propose(7 * week, np.zeros(len(cohort))).km for week in range(16)])
    usual = cohort.own["usual_km"]
    assert sizes.max(axis=0) == pytest.approx(usual)
    grows = sizes[1:] < usual - 1e-9
    assert (sizes[1:] / sizes[:-1])[grows] == pytest.approx(1.1)
    assert policy.propose(1, np.zeros(len(cohort))).km.sum() == 0


def test_rest_waits_for_three_calm_mornings_and_stops_when_it_hurts(cohort: Cohort) -> None:
    policy = ways.RestThenResume(cohort)
    calm, sore = np.zeros(len(cohort)), np.full(len(cohort), 4.0)
    runs = [policy.propose(day, calm).km.sum() > 0 for day in range(5)]
    assert runs == [False, False, True, False, True]
    assert policy.propose(7, sore).km.sum() == 0
    assert policy.propose(9, calm).km.sum() == 0


def test_fixed_ladder_takes_one_rung_a_week(cohort: Cohort) -> None:
    policy = ways.FixedLadder(cohort)
    far = replace(cohort, own={**cohort.own, "usual_km": np.full(len(cohort), 12.0)})
    policy = ways.FixedLadder(far)
    minutes = [float((policy.propose(7 * week, np.zeros(60)).km / far.half_hour_km * 30)[0]) for week in range(11)]
    assert minutes == pytest.approx([5, 10, 15, 20, 20, 20, 20, 20, 25, 30, 33])


@pytest.fixture(scope="module")
def planned() -> tuple[ways.ThisPlan, Knees]:
    few = draw_cohort(BASE, range(4), SEED)
    policy, knees = ways.ThisPlan(few, SEED), Knees(few)
    for day in range(28):
        morning = knees.morning(day)
        wanted = policy.propose(day, morning)
        policy.hear(day, wanted, knees.live(day, wanted, morning))
    return policy, knees


def test_this_plan_runs_only_on_planned_days_and_keeps_a_check_in(planned: tuple[ways.ThisPlan, Knees]) -> None:
    policy, _ = planned
    for book in policy.books:
        assert book.plan is not None
        assert book.done
        issued = {each.id for each in book.plan.sessions}
        assert {each.session_id for each in book.done} <= issued
        assert {each.local_date.weekday() for each in book.done} <= set(ways.RUN_WEEKDAYS)
        assert {event.local_date for event in book.events} & {each.local_date for each in book.done}


def test_leaving_out_the_outlook_changes_no_session(planned: tuple[ways.ThisPlan, Knees]) -> None:
    policy, _ = planned
    for book in policy.books:
        inputs = ways.inputs_of(book, ways.FIRST_DAY + timedelta(days=28))
        quick, full = ways.without_outlook(inputs), build_plan(inputs)
        assert isinstance(quick, Plan)
        assert isinstance(full, Plan)
        assert quick.sessions == full.sessions


def test_leaving_out_the_changes_changes_no_load(planned: tuple[ways.ThisPlan, Knees]) -> None:
    """A version that is adapted keeps issued words where only the wording moved; what is run is the same."""
    policy, _ = planned
    for book in policy.books:
        inputs = ways.inputs_of(book, ways.FIRST_DAY + timedelta(days=28))
        quick, full = ways.without_outlook(inputs), adapt_plan(inputs)
        assert isinstance(quick, Plan)
        assert isinstance(full, Plan)
        runs = [[(each.id, each.local_date, each.dose, each.stage) for each in plan.sessions] for plan in (quick, full)]
        assert runs[0] == runs[1]


def test_the_numbers_come_again() -> None:
    few = draw_cohort(BASE, range(2), SEED)
    first, second = run_cohort(few, SEED), run_cohort(draw_cohort(BASE, range(2), SEED), SEED)
    for name, outcome in first.items():
        for measure, values in outcome.measures.items():
            assert np.array_equal(values, second[name].measures[measure]), (name, measure)


def test_a_goal_needs_two_weeks_without_a_flare(cohort: Cohort) -> None:
    knees = Knees(cohort)
    usual = cohort.own["usual_km"]
    knees.km[[0, 2, 4, 7, 9]] = usual
    knees.continuous[:] = True
    assert (measures_of(knees)["own"] == 2.0).all()
    knees.flare_pain[5] = 1.0
    assert np.isinf(measures_of(knees)["own"]).all()


def test_figures_hold_what_was_not_reached() -> None:
    weeks = np.array([4.0, np.inf, np.inf, np.inf, 8.0])
    assert figure(weeks, median, SEED).value == np.inf
    assert figure(np.array([1.0, 3.0]), mean, SEED).value == 2.0


def test_the_page_says_that_it_is_a_simulation() -> None:
    results = {world.name: run_cohort(draw_cohort(world, range(1), SEED), SEED) for world in WORLDS[:1]}
    results |= {world.name: results["base"] for world in WORLDS}
    text = page(results, SEED)
    assert "**This is a simulation.**" in text
    ours = results["base"]["this plan"]
    assert differences(ours, ours, SEED)["flares"].sign == 0
    assert figures(ours, SEED)["flares"].value == ours.measures["flares"].mean()
