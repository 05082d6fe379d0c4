"""What the fitted model answers: response to load, and more pain than usual tomorrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr

from kneewise.domain import Estimate, Floats, Issue
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.monitoring.response.diary import NO_PAIN, WORST_PAIN, Diary
from kneewise.monitoring.response.exposure import UsualLoad, exposures
from kneewise.monitoring.response.mixture import mixture_quantile
from kneewise.monitoring.response.model import ResponseModel
from kneewise.monitoring.response.prior import spread_points

Likelihood = Literal["less-likely", "as-likely", "more-likely", "clearly-more-likely", "not-known"]

#: Sentences for the runner; the comparison is with this runner's own usual run.
_LIKELIHOOD_WORDS: dict[Likelihood, str] = {
    "less-likely": "More pain than usual tomorrow is less likely than after your usual run.",
    "as-likely": "More pain than usual tomorrow is about as likely as after your usual run.",
    "more-likely": "More pain than usual tomorrow is more likely than after your usual run.",
    "clearly-more-likely": "More pain than usual tomorrow is clearly more likely than after your usual run.",
    "not-known": "Your check-ins do not tell yet how this run changes the chance of more pain tomorrow.",
}
_ANYWAY = " Even with a day of rest, more pain than usual is likelier than not."
_DRAWS = 1024


@dataclass(frozen=True, slots=True)
class LoadResponse:
    """How pain answers to load.

    Attributes
    ----------
    one_run_more : Estimate
        Pain points on the first report after one usual run more.
    weekly_level_more : Estimate
        Pain points when the weekly level stays 10 % higher for weeks.
    words : str
        The answer for the runner.
    issues : tuple of Issue
    """

    one_run_more: Estimate
    weekly_level_more: Estimate
    words: str
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """More pain than usual tomorrow.

    Attributes
    ----------
    chance, chance_after_rest : Estimate
        Probability with the planned run, and with no further run.
    difference : Estimate
        Chance with the planned run less that with this runner's usual run.
    likelihood : str
        Plain category for the runner; never ``"less-likely"`` for more than the usual run.
    words : str
    issues : tuple of Issue
    """

    chance: Estimate
    chance_after_rest: Estimate
    difference: Estimate
    likelihood: Likelihood
    words: str
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Tomorrow:
    """Latent pain tomorrow for g candidates; shape (g,) each, ``design`` (g, k).

    ``variance`` is what is not known of its expectation, ``scatter`` what is still to come, in pain points.
    """

    design: Floats
    mean: Floats
    variance: Floats
    scatter: Floats

    def standard(self, bound: float) -> tuple[Floats, Floats]:
        """Return mean and standard deviation of how many scatters the expectation lies above ``bound``, shape (g,)."""
        return (self.mean - bound) / self.scatter, np.sqrt(self.variance) / self.scatter


def response_to_load(model: ResponseModel) -> LoadResponse:
    """Return the answer to load on both time scales, NaN with the reason where the data are too few."""
    diary, usual = model.diary, model.diary.usual
    if not model.enough or usual is None:
        fast, slow = _no_points(model.why), _no_points(model.why)
        return LoadResponse(fast, slow, model.why, model.issues)
    step = value("response.answer.weekly_step")
    run = f"one run of {usual.run_knee_km:.1f} knee-km more, first report after it; {_CONVENTION}"
    fast = _points(model, 1, 1.0, run) if model.fits_in_time else _no_points(model.why)
    issues = model.issues
    needed = value("response.floor.span_slow")
    span = int(diary.reported[-1] - diary.reported[0]) + 1
    if span >= needed:
        slow = _points(model, 2, step, f"{step:.0%} above {7.0 * usual.day_knee_km:.0f} knee-km a week; {_CONVENTION}")
    else:
        text = f"The pain reports span {span} days; the answer to a higher weekly level needs at least {needed:.0f}."
        slow = _no_points(text)
        issues = (*issues, Issue("too-short-for-slow", "check-ins", text))
    return LoadResponse(fast, slow, f"{_run_more(fast)} {_level_more(slow)}", issues)


_CONVENTION = "within this runner, pain between 0 and 10, state-space model"


def more_than_usual_tomorrow(model: ResponseModel, planned_knee_km: float, usual: float) -> Forecast:
    """Return the chance that the next report is above usual pain.

    Parameters
    ----------
    model : ResponseModel
        Its last day is today.
    planned_knee_km : float
        Further load before that report: today's run where pain is felt next morning (added to what today already
        holds), tomorrow's run where pain is the worst of the day.
    usual : float
        Usual pain, 0 to 10.

    Raises
    ------
    InvalidInputError
        When the plan or usual pain cannot be right.
    """
    if not (np.isfinite(planned_knee_km) and planned_knee_km >= 0):
        raise InvalidInputError(f"The planned load is {planned_knee_km:g} knee-km: give a number from 0 up.")
    if not NO_PAIN <= usual <= WORST_PAIN:
        raise InvalidInputError(f"Usual pain is {usual:g}, but pain runs from 0 to 10: correct it.")
    load = model.diary.usual
    if not model.fits_in_time or load is None or usual >= WORST_PAIN:
        why = model.why or "Pain above 10 cannot be reported."
        nothing = _chance_estimate(np.nan, np.nan, np.nan, why)
        return Forecast(nothing, nothing, nothing, "not-known", why, model.issues)
    bound = first_above(usual, model.diary.step)
    planned, normal, rest = (latent_tomorrow(model, load, dose) for dose in (planned_knee_km, load.run_knee_km, 0.0))
    difference = _difference(model, planned, normal, bound)
    likelihood = _likelihood(difference, planned_knee_km > load.run_knee_km)
    after_rest = _chance(model, rest, bound)
    words = _LIKELIHOOD_WORDS[likelihood] + (_ANYWAY if after_rest.value > 0.5 else "")
    issues = model.issues + _beyond_record(model.diary, planned_knee_km)
    return Forecast(_chance(model, planned, bound), after_rest, difference, likelihood, words, issues)


def interval_of(weight: Floats, mean: Floats, sd: Floats) -> tuple[float, float, float]:
    """Return mean and the ends of the central interval of a mixture of Gaussians, shape (g,) each."""
    tail = 0.5 * (1.0 - value("response.answer.interval_level"))
    low, high = (mixture_quantile(at, weight, mean, sd) for at in (tail, 1.0 - tail))
    return float(weight @ mean), low, high


def _points(model: ResponseModel, index: int, scale: float, basis: str) -> Estimate:
    middle, low, high = interval_of(*model.coefficient(index))
    level = value("response.answer.interval_level")
    return Estimate(scale * middle, scale * low, scale * high, "pain points", basis, level)


def _no_points(why: str) -> Estimate:
    return Estimate(np.nan, np.nan, np.nan, "pain points", why, value("response.answer.interval_level"))


def _run_more(points: Estimate) -> str:
    """Return the answer to one usual run more; whole sentences, so that they can be translated."""
    if not np.isfinite(points.value):
        return points.basis
    by, low, high = (_signed(each) for each in (points.value, points.low, points.high))
    if points.low > 0 or points.high < 0:
        return f"One usual run more changes your pain by {by} points (between {low} and {high})."
    return (
        f"One usual run more changes your pain by {by} points (between {low} and {high}), so the data do not tell "
        "whether it rises or falls."
    )


def _level_more(points: Estimate) -> str:
    """Return the answer to a higher weekly level."""
    if not np.isfinite(points.value):
        return points.basis
    by, low, high = (_signed(each) for each in (points.value, points.low, points.high))
    if points.low > 0 or points.high < 0:
        return f"A weekly level 10 % higher changes your pain by {by} points (between {low} and {high})."
    return (
        f"A weekly level 10 % higher changes your pain by {by} points (between {low} and {high}), so the data do not "
        "tell whether it rises or falls."
    )


def _signed(points: float) -> str:
    return f"{round(points, 1) + 0.0:+.1f}"  # what rounds to nothing has no minus


def first_above(usual: float, step: float) -> float:
    """Return the latent pain from which the report is above usual."""
    return float(np.floor(usual / step + 1e-6) * step + 0.5 * step)


def latent_tomorrow(model: ResponseModel, usual: UsualLoad, dose: float) -> Tomorrow:
    """Return the state on the next report after a further load of ``dose`` knee-km."""
    diary, hyper, found = model.diary, model.hyper, model.posterior
    assert found is not None
    load = np.append(diary.load_knee_km, dose)
    if diary.lag_d:
        load[-2] = np.nan_to_num(load[-2]) + dose
    fast, slow = exposures(load, usual, hyper.fast_d, hyper.slow_d, lag_d=diary.lag_d)
    design = np.zeros_like(found.mean)
    design[:, 0], design[:, 1], design[:, 2] = 1.0, fast[-1], slow[-1]
    keep = np.exp(-(len(diary.day) - diary.reported[-1]) / hyper.memory_d)
    remaining = design - keep[:, None] * found.level_slope
    mean = (design * found.mean).sum(1) + keep * found.level_mean
    variance = keep**2 * found.level_variance + np.einsum("gi,gij,gj->g", remaining, found.covariance, remaining)
    scatter = np.sqrt(hyper.noise**2 + hyper.wander**2 * (1.0 - keep**2))
    return Tomorrow(design, mean, variance, scatter)


def _chance(model: ResponseModel, tomorrow: Tomorrow, bound: float) -> Estimate:
    """Return the predictive probability, and the interval of the probability that full knowledge would give."""
    above = tomorrow.mean - bound
    chance = min(float(model.weight @ ndtr(above / np.sqrt(tomorrow.scatter**2 + tomorrow.variance))), 1.0)
    _, low, high = interval_of(model.weight, *tomorrow.standard(bound))
    return _chance_estimate(chance, float(ndtr(low)), float(ndtr(high)), _CONVENTION)


def _chance_estimate(chance: float, low: float, high: float, basis: str) -> Estimate:
    return Estimate(chance, low, high, "probability", basis, value("response.answer.interval_level"))


def _difference(model: ResponseModel, planned: Tomorrow, normal: Tomorrow, bound: float) -> Estimate:
    """Return the difference of two chances from evenly spread draws of the posterior."""
    found = model.posterior
    assert found is not None
    base = spread_points(_DRAWS, 3)
    pick = np.minimum(np.searchsorted(np.cumsum(model.weight), ndtr(base[:, 2])), len(model.weight) - 1)
    step = planned.design - normal.design
    step_mean = (step * found.mean).sum(1)
    # Both tomorrows share everything but the load, so their difference depends on the two load coefficients only.
    step_variance = np.einsum("gi,gij,gj->g", step, found.covariance, step)
    shared = 0.5 * (planned.variance - normal.variance - step_variance)
    latent = normal.mean[pick] + np.sqrt(normal.variance[pick]) * base[:, 0]
    slope = (shared / normal.variance)[pick]
    rest = np.sqrt(np.maximum(step_variance - shared**2 / normal.variance, 0.0))[pick]
    change = step_mean[pick] + slope * (latent - normal.mean[pick]) + rest * base[:, 1]
    scatter = normal.scatter[pick]
    draws = ndtr((latent + change - bound) / scatter) - ndtr((latent - bound) / scatter)
    level = value("response.answer.interval_level")
    low, high = np.quantile(draws, [0.5 * (1.0 - level), 0.5 * (1.0 + level)])
    return _chance_estimate(float(draws.mean()), float(low), float(high), _CONVENTION)


def _likelihood(difference: Estimate, more_than_usual: bool) -> Likelihood:
    """Name the difference; a larger dose is never called safer, whatever the data seem to say."""
    same, clear = value("response.answer.same_chance"), value("response.answer.clear_chance")
    if difference.low < 0.0 < difference.high and difference.high - difference.low > value(
        "response.answer.unsure_width"
    ):
        return "not-known"
    if difference.value >= clear and difference.low > 0.0:
        return "clearly-more-likely"
    if difference.value >= same:
        return "more-likely"
    return "less-likely" if difference.value <= -same and not more_than_usual else "as-likely"


def _beyond_record(diary: Diary, planned_knee_km: float) -> tuple[Issue, ...]:
    largest = float(np.nanmax(diary.load_knee_km))
    if planned_knee_km <= largest:
        return ()
    plan, record = f"{planned_knee_km:.1f} knee-km", f"{largest:.1f}"
    text = f"The plan is {plan}, more than any day on record ({record}): the answer is a guess."
    return (Issue("beyond-record", "plan", text),)
