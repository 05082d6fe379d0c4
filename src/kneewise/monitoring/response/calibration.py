"""Are the answers as sure as they claim? Simulation-based calibration on made-up runners.

Parameters are drawn from the prior and a diary from the model; then the truth must lie in the 90 % interval nine times
in ten, and its rank in the posterior must be uniform [1]_. Every answer is checked as the runner gets it: diaries with
too few data give none and do not count.

.. [1] Talts S, Betancourt M, Simpson D, Vehtari A, Gelman A. Validating Bayesian inference algorithms with
   simulation-based calibration. arXiv:1804.06788.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from kneewise.domain import Estimate, Floats
from kneewise.evidence.parameters import value
from kneewise.monitoring.response.answers import (
    first_above,
    latent_tomorrow,
    more_than_usual_tomorrow,
    response_to_load,
)
from kneewise.monitoring.response.change import effect_of_change
from kneewise.monitoring.response.diary import read_diary
from kneewise.monitoring.response.exposure import exposures, usual_load
from kneewise.monitoring.response.mixture import mixture_probability
from kneewise.monitoring.response.model import LATER_RESPONSE, ResponseModel, fit_diary, fit_response
from kneewise.monitoring.response.simulate import Simulated, Truth, draw_truth, simulate, simulate_load
from kneewise.monitoring.response.stress import Stress, simulate_stress

#: Lengths of the made-up records, days, and days of load before the first report.
LENGTHS_D = (120, 240, 365)
LEAD_D = 42
MISSING = 0.4


@dataclass(frozen=True, slots=True)
class Check:
    """One answer on one diary.

    Attributes
    ----------
    truth : float
        In the unit of the estimate.
    rank : float
        Posterior probability below the truth.
    direction : float
        Positive where load truly hurts, negative where it soothes; 0 where the answer has no such sign.
    warned : bool
        Whether the model said that the diary does not look like it.
    """

    answer: str
    truth: float
    estimate: Estimate
    rank: float = np.nan
    direction: float = 0.0
    warned: bool = False

    @property
    def told(self) -> bool:
        """Whether there is an answer at all."""
        return bool(np.isfinite(self.estimate.value))

    @property
    def covered(self) -> bool:
        """Whether the interval holds the truth."""
        return self.estimate.low <= self.truth <= self.estimate.high

    @property
    def misleading(self) -> bool:
        """Whether the whole interval lies on the wrong side of "no effect"."""
        return self.estimate.low * self.direction < 0 and self.estimate.high * self.direction < 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of one answer over many diaries, with its Monte Carlo standard error."""

    answer: str
    diaries: int
    coverage: float
    error: float
    rank_chi2: float
    rank_p: float


def check_runner(seed: int, *, ranks: bool = False) -> list[Check]:
    """Return every answer on one made-up runner who obeys the model; ``ranks`` ranks the change too (slower)."""
    random = np.random.default_rng(seed)
    truth = draw_truth(random)
    count = LEAD_D + int(random.choice(LENGTHS_D))
    load = simulate_load(random, count)
    diary = simulate(truth, load, random, missing=MISSING, first_report=LEAD_D)
    model = fit_response(diary.days, diary.pain, diary.load_knee_km)
    checks = []
    if model.enough:
        response = response_to_load(model)
        rank = _rank(model, 1, truth.fast)
        checks.append(Check("fast", truth.fast, response.one_run_more, rank, truth.fast, _warned(model)))
        if np.isfinite(response.weekly_level_more.value):
            step = value("response.answer.weekly_step")
            slow = Check("slow", step * truth.slow, response.weekly_level_more, _rank(model, 2, truth.slow))
            checks.append(slow)
        checks.append(_check_tomorrow(model, truth, diary, float(random.uniform(0.0, 2.0))))
    return checks + _check_change(truth, load, random, ranks=ranks)


def check_stress(stress: Stress, seed: int) -> list[Check]:
    """Return the answer to one run more on one made-up runner who does not obey the model."""
    random = np.random.default_rng(seed)
    truth = draw_truth(random)
    count = LEAD_D + int(random.choice(LENGTHS_D))
    diary, effect = simulate_stress(stress, truth, count, random, missing=MISSING, first_report=LEAD_D)
    model = fit_response(diary.days, diary.pain, diary.load_knee_km)
    if not model.enough:
        return []
    answer = response_to_load(model).one_run_more
    return [Check(stress, effect, answer, direction=truth.fast, warned=_warned(model))]


def coverage(checks: Iterable[Check], bins: int = 20) -> list[Coverage]:
    """Return coverage and uniformity of ranks for every kind of answer, over the diaries to which it was told."""
    kinds: dict[str, list[Check]] = {}
    for check in checks:
        if check.told:
            kinds.setdefault(check.answer, []).append(check)
    return [_coverage(answer, found, bins) for answer, found in kinds.items()]


def _coverage(answer: str, checks: list[Check], bins: int) -> Coverage:
    share = float(np.mean([check.covered for check in checks]))
    error = float(np.sqrt(share * (1.0 - share) / len(checks)))
    ranks = np.array([check.rank for check in checks])
    ranks = ranks[np.isfinite(ranks)]
    if not ranks.size:
        return Coverage(answer, len(checks), share, error, np.nan, np.nan)
    seen = np.histogram(ranks, bins, (0.0, 1.0))[0]
    expected = ranks.size / bins
    chi2 = float(((seen - expected) ** 2).sum() / expected)
    return Coverage(answer, len(checks), share, error, chi2, float(chdtrc(bins - 1, chi2)))


def _rank(model: ResponseModel, index: int, truth: float) -> float:
    return mixture_probability(truth, *model.coefficient(index))


def _warned(model: ResponseModel) -> bool:
    return any(issue.code == LATER_RESPONSE for issue in model.issues)


def _check_tomorrow(model: ResponseModel, truth: Truth, diary: Simulated, usual_runs: float) -> Check:
    load = model.diary.usual
    assert load is not None
    dose = usual_runs * load.run_knee_km
    last = int(model.diary.reported[-1])
    usual = float(np.median(diary.pain[model.diary.reported[-5:]]))
    usual = min(usual, 9.0)
    forecast = more_than_usual_tomorrow(model, dose, usual)
    chance = true_chance(truth, diary, last, dose, usual)
    mean, sd = latent_tomorrow(model, load, dose).standard(first_above(usual, model.diary.step))
    rank = mixture_probability(float(ndtri(np.clip(chance, 1e-12, 1 - 1e-12))), model.weight, mean, sd)
    return Check("tomorrow", chance, forecast.chance, rank)


def true_chance(truth: Truth, diary: Simulated, last: int, dose: float, usual: float) -> float:
    """Return the chance of a report above usual on the next morning for one who knows the knee on day ``last``."""
    load = np.append(diary.load_knee_km, 0.0)
    yardstick = usual_load(diary.load_knee_km)
    assert yardstick is not None
    load[-2] += dose
    fast, slow = exposures(load, yardstick, np.array([truth.fast_d]), np.array([truth.slow_d]), lag_d=1)
    keep = np.exp(-(len(diary.days) - last) / truth.memory_d)
    mean = truth.level + keep * diary.wander[last] + truth.fast * fast[-1, 0] + truth.slow * slow[-1, 0]
    scatter = np.sqrt(truth.noise**2 + truth.wander**2 * (1.0 - keep**2))
    return float(ndtr((mean - np.floor(usual) - 0.5) / scatter))


def _check_change(truth: Truth, load: Floats, random: np.random.Generator, *, ranks: bool) -> list[Check]:
    change_day = LEAD_D + int((len(load) - LEAD_D) * random.uniform(0.3, 0.7))
    made = simulate(truth, load, random, missing=MISSING, first_report=LEAD_D, change_index=change_day + 1)
    effect = effect_of_change(made.days, made.pain, made.load_knee_km, change_day)
    if effect.verdict == "too-few-data":
        return []
    rank = np.nan
    if ranks:
        model = fit_diary(read_diary(made.days, made.pain, made.load_knee_km, "next_morning"), change_day + 1)
        rank = _rank(model, 3, truth.change)
    return [Check("change", truth.change, effect.points, rank)]
