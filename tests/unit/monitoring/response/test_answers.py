"""What the runner is told."""

from __future__ import annotations

import dataclasses
import time

import numpy as np
import pytest

from kneewise.errors import InvalidInputError
from kneewise.monitoring.response import (
    ResponseModel,
    effect_of_change,
    fit_response,
    more_than_usual_tomorrow,
    response_to_load,
)
from kneewise.monitoring.response.simulate import Simulated, Truth, simulate, simulate_load

KNEE = Truth(3.0, 1.2, 0.0, -2.5, 0.6, 0.4, 20.0, 2.0, 21.0)


def made(knee: Truth = KNEE, count: int = 220, *, missing: float = 0.3, change: int | None = None) -> Simulated:
    random = np.random.default_rng(11)
    load = simulate_load(random, count)
    return simulate(knee, load, random, missing=missing, first_report=30, change_index=change)


def fitted(diary: Simulated) -> ResponseModel:
    return fit_response(diary.days, diary.pain, diary.load_knee_km)


@pytest.fixture(scope="module")
def model() -> ResponseModel:
    return fitted(made())


def test_a_knee_that_answers_to_load_is_told_so(model: ResponseModel) -> None:
    answer = response_to_load(model)

    assert answer.one_run_more.low > 0.5
    assert answer.one_run_more.low < KNEE.fast < answer.one_run_more.high
    assert answer.one_run_more.unit == "pain points"
    assert "changes your pain by +1" in answer.words
    assert "do not tell" in answer.words
    assert "-0.0" not in answer.words


def test_load_in_other_units_gives_the_same_answer(model: ResponseModel) -> None:
    diary = made()
    other = response_to_load(fit_response(diary.days + 5, diary.pain, 3.0 * diary.load_knee_km))

    assert other.one_run_more.value == pytest.approx(response_to_load(model).one_run_more.value)


def test_same_input_same_output(model: ResponseModel) -> None:
    assert response_to_load(fitted(made())) == response_to_load(model)


def test_too_few_reports_give_no_number_and_say_why() -> None:
    diary = made()
    diary.pain[60:] = np.nan
    short = fitted(diary)
    answer = response_to_load(short)

    assert not short.enough
    assert np.isnan(answer.one_run_more.value)
    assert "at least 30 are needed" in answer.words
    assert more_than_usual_tomorrow(short, 5.0, 2.0).likelihood == "not-known"
    assert {issue.code for issue in answer.issues} == {"too-few-data"}


def test_an_empty_diary_has_no_answer() -> None:
    assert "Too few data" in response_to_load(fit_response([], [], [])).words


def test_pain_that_is_always_0_has_no_answer() -> None:
    diary = made()
    pain = np.where(np.isfinite(diary.pain), 0.0, np.nan)

    assert "other than 0 and 10" in response_to_load(fit_response(diary.days, pain, diary.load_knee_km)).words


def test_a_short_record_has_a_fast_answer_only() -> None:
    answer = response_to_load(fitted(made(count=100, missing=0.1)))

    assert np.isfinite(answer.one_run_more.value)
    assert np.isnan(answer.weekly_level_more.value)
    assert "at least 84" in answer.weekly_level_more.basis


def test_reports_after_unknown_load_are_left_out_and_counted() -> None:
    diary = made()
    load = diary.load_knee_km.copy()
    load[100:104] = np.nan

    codes = {issue.code for issue in fit_response(diary.days, diary.pain, load).issues}

    assert codes == {"load-unknown"}


def test_load_felt_a_day_later_than_assumed_is_noticed() -> None:
    diary = made()
    later = np.concatenate([[0.0], diary.load_knee_km[1:]])
    shifted = fit_response(diary.days, diary.pain, np.concatenate([later[1:], [0.0]]))

    assert not shifted.fits_in_time
    assert np.isnan(response_to_load(shifted).one_run_more.value)
    assert "a day later" in more_than_usual_tomorrow(shifted, 3.0, 2.0).words


def test_a_pattern_that_the_model_hardly_knows_is_named() -> None:
    days = np.arange(200)
    clockwork = fit_response(days, np.where(days % 2, 0.0, 5.0), np.where(days % 2, 6.0, 0.0))

    assert "unusual-pattern" in {issue.code for issue in clockwork.issues}
    assert more_than_usual_tomorrow(clockwork, 6.0, 2.0).chance.value <= 1.0


@pytest.mark.parametrize("pain", [3.0, 9.0])
def test_pain_that_never_changes_and_load_that_never_changes_teach_nothing(pain: float) -> None:
    days = np.arange(200)
    answer = response_to_load(fit_response(days, np.full(200, pain), np.full(200, 5.0))).one_run_more

    assert answer.low < -1.0
    assert answer.high > 1.0


def test_more_load_never_sounds_safer() -> None:
    soothed = fitted(made(dataclasses.replace(KNEE, fast=-1.5)))
    usual = soothed.diary.usual
    assert usual is not None

    assert response_to_load(soothed).one_run_more.high < 0
    assert more_than_usual_tomorrow(soothed, 2.0 * usual.run_knee_km, 3.0).likelihood == "as-likely"


def test_chance_rises_with_the_dose(model: ResponseModel) -> None:
    doses = [more_than_usual_tomorrow(model, dose, 4.0) for dose in (0.0, 5.0, 10.0, 20.0)]
    chances = [forecast.chance.value for forecast in doses]

    assert chances == sorted(chances)
    assert doses[0].likelihood == "less-likely"
    assert doses[-1].likelihood == "clearly-more-likely"
    assert all(f.chance.low <= f.chance.value <= f.chance.high for f in doses)
    assert doses[0].chance == doses[0].chance_after_rest


def test_the_usual_run_is_as_likely_as_itself(model: ResponseModel) -> None:
    usual = model.diary.usual
    assert usual is not None
    forecast = more_than_usual_tomorrow(model, usual.run_knee_km, 3.0)

    assert forecast.difference.value == pytest.approx(0.0, abs=1e-9)
    assert forecast.likelihood == "as-likely"


def test_difference_of_chances_is_the_difference(model: ResponseModel) -> None:
    usual = model.diary.usual
    assert usual is not None
    planned = more_than_usual_tomorrow(model, 2.0 * usual.run_knee_km, 3.0)
    normal = more_than_usual_tomorrow(model, usual.run_knee_km, 3.0)

    assert planned.difference.value == pytest.approx(planned.chance.value - normal.chance.value, abs=0.01)


def test_a_sore_knee_is_told_that_rest_does_not_settle_it(model: ResponseModel) -> None:
    assert "Even with a day of rest" in more_than_usual_tomorrow(model, 4.0, 0.0).words


def test_a_plan_beyond_the_record_is_a_guess(model: ResponseModel) -> None:
    codes = {issue.code for issue in more_than_usual_tomorrow(model, 500.0, 3.0).issues}

    assert "beyond-record" in codes


def test_pain_cannot_exceed_10(model: ResponseModel) -> None:
    assert np.isnan(more_than_usual_tomorrow(model, 4.0, 10.0).chance.value)


@pytest.mark.parametrize(("planned", "usual"), [(-1.0, 2.0), (np.nan, 2.0), (4.0, 11.0), (4.0, np.nan)])
def test_an_impossible_plan_is_refused(model: ResponseModel, planned: float, usual: float) -> None:
    with pytest.raises(InvalidInputError):
        more_than_usual_tomorrow(model, planned, usual)


def test_worst_of_the_day_sees_the_same_days_run() -> None:
    random = np.random.default_rng(3)
    load = simulate_load(random, 220)
    diary = simulate(KNEE, load, random, missing=0.2, first_report=30, felt="worst_of_day")
    worst = fit_response(diary.days, diary.pain, diary.load_knee_km, felt="worst_of_day")

    assert response_to_load(worst).one_run_more.low < KNEE.fast < response_to_load(worst).one_run_more.high
    assert more_than_usual_tomorrow(worst, 20.0, 3.0).likelihood == "clearly-more-likely"


def test_a_change_that_helped_is_told_with_a_warning() -> None:
    diary = made(change=131)
    effect = effect_of_change(diary.days, diary.pain, diary.load_knee_km, 130)

    assert effect.verdict == "less-pain"
    assert effect.points.low < KNEE.change < effect.points.high
    assert "no proof" in effect.words
    assert "before-after-is-no-proof" in {issue.code for issue in effect.issues}


def test_no_change_is_not_told_as_one() -> None:
    diary = made()
    effect = effect_of_change(diary.days, diary.pain, diary.load_knee_km, 130)

    assert effect.verdict in {"about-the-same", "the-data-do-not-tell"}


def test_too_few_reports_on_one_side() -> None:
    diary = made()
    effect = effect_of_change(diary.days, diary.pain, diary.load_knee_km, 215)

    assert effect.verdict == "too-few-data"
    assert np.isnan(effect.points.value)
    assert "after the change; 14 are needed" in effect.words


def test_a_change_at_a_peak_is_named() -> None:
    diary = made(change=131)
    peak = diary.pain.copy()
    peak[105:131] = np.minimum(peak[105:131] + 3.0, 10.0)
    effect = effect_of_change(diary.days, peak, diary.load_knee_km, 130)

    assert "changed-at-a-peak" in {issue.code for issue in effect.issues}


def test_load_that_changed_too_is_named() -> None:
    diary = made(change=131)
    load = diary.load_knee_km.copy()
    load[130:] *= 0.4
    codes = {issue.code for issue in effect_of_change(diary.days, diary.pain, load, 130).issues}

    assert "load-changed-too" in codes


def test_a_change_outside_the_diary_is_refused() -> None:
    diary = made()

    with pytest.raises(InvalidInputError, match="outside the diary"):
        effect_of_change(diary.days, diary.pain, diary.load_knee_km, 5000)


def test_a_date_of_change_is_a_day() -> None:
    diary = made(change=131)
    dates = np.datetime64("2026-01-01") + diary.days
    by_date = effect_of_change(dates, diary.pain, diary.load_knee_km, np.datetime64("2026-01-01") + 130)

    assert by_date.points == effect_of_change(diary.days, diary.pain, diary.load_knee_km, 130).points


def test_two_years_are_quick() -> None:
    diary = made(count=760, missing=0.0)
    best = np.inf
    for _ in range(3):
        start = time.process_time()
        fitted(diary)
        best = min(best, time.process_time() - start)

    # The aim is 0.3 s; the margin is for busy machines.
    assert best < 1.0
