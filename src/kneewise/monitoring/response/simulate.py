"""Made-up runners, to check whether the answers are as sure as they claim to be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.monitoring.response.diary import NO_PAIN, WORST_PAIN, Felt
from kneewise.monitoring.response.exposure import exposures, usual_load
from kneewise.monitoring.response.prior import coefficient_prior, hyperparameters


@dataclass(frozen=True, slots=True)
class Truth:
    """What a made-up knee does; the names and units of the model."""

    level: float
    fast: float
    slow: float
    change: float
    noise: float
    wander: float
    memory_d: float
    fast_d: float
    slow_d: float


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """A made-up diary, shape (t,) each, with the latent state behind it.

    ``expected`` is the latent pain without its daily noise, ``wander`` the wandering level.
    """

    days: NDArray[np.int64]
    pain: Floats
    load_knee_km: Floats
    expected: Floats
    wander: Floats


def draw_truth(random: np.random.Generator) -> Truth:
    """Draw a runner from the prior."""
    mean, spread = coefficient_prior(4)
    drawn = mean + spread * random.standard_normal(4)
    hyper = hyperparameters(random.standard_normal((1, 5)))
    rest = (hyper.noise, hyper.wander, hyper.memory_d, hyper.fast_d, hyper.slow_d)
    return Truth(*map(float, drawn), *(float(column[0]) for column in rest))


def simulate_load(random: np.random.Generator, count: int) -> Floats:
    """Return ``count`` days of load in knee-km: a weekly habit, blocks of training, a long run, breaks."""
    weekly = random.integers(2, 6)
    habit = random.permutation(7)[:weekly]
    block = np.repeat(np.exp(0.3 * random.standard_normal(count // 21 + 1)), 21)[:count]
    trend = np.exp(0.15 * np.cumsum(random.standard_normal(count)) / np.sqrt(60.0))
    size = random.uniform(4.0, 12.0) * block * trend * np.exp(0.25 * random.standard_normal(count))
    weekday = np.arange(count) % 7
    runs = np.isin(weekday, habit) & (random.random(count) < 0.85)
    size = np.where(weekday == habit[0], 1.6 * size, size)
    for start in np.flatnonzero(random.random(count) < 1.0 / 90.0):
        runs[start : start + int(random.integers(5, 20))] = False
    return np.where(runs, size, 0.0)


def simulate(
    truth: Truth,
    load_knee_km: Floats,
    random: np.random.Generator,
    *,
    missing: float,
    first_report: int = 0,
    change_index: int | None = None,
    felt: Felt = "next_morning",
) -> Simulated:
    """Return a diary that this knee would give under this load.

    Parameters
    ----------
    load_knee_km : ndarray, shape (t,)
        Known load.
    random : numpy.random.Generator
    missing : float
        Share of reports missing at random.
    first_report : int
        Days before it have load and no report.
    change_index : int or None
        First day on which the effect of the change holds.
    """
    count = len(load_knee_km)
    wander = wandering(truth, count, random)
    expected = latent_pain(truth, load_knee_km, wander, felt)
    if change_index is not None:
        expected = expected + truth.change * (np.arange(count) >= change_index)
    pain = report(expected + truth.noise * random.standard_normal(count))
    pain[(random.random(count) < missing) | (np.arange(count) < first_report)] = np.nan
    return Simulated(np.arange(count), pain, load_knee_km, expected, wander)


def report(latent: Floats) -> Floats:
    """Return whole numbers from 0 to 10."""
    return np.asarray(np.clip(np.round(latent), NO_PAIN, WORST_PAIN), dtype=np.float64)


def latent_pain(truth: Truth, load_knee_km: Floats, wander: Floats, felt: Felt = "next_morning") -> Floats:
    """Return pain before its daily noise, rounding and ends, shape (t,)."""
    usual = usual_load(load_knee_km)
    if usual is None:
        raise ValueError("a made-up runner needs at least one run")
    lag_d = 1 if felt == "next_morning" else 0
    fast, slow = exposures(load_knee_km, usual, np.array([truth.fast_d]), np.array([truth.slow_d]), lag_d=lag_d)
    return truth.level + wander + truth.fast * fast[:, 0] + truth.slow * slow[:, 0]


def wandering(truth: Truth, count: int, random: np.random.Generator) -> Floats:
    """Return the wandering level of ``count`` days, shape (count,)."""
    keep = np.exp(-1.0 / truth.memory_d)
    fresh = truth.wander * np.sqrt(1.0 - keep**2) * random.standard_normal(count)
    wander = np.empty(count)
    now = truth.wander * random.standard_normal()
    for day in range(count):
        now = keep * now + fresh[day]
        wander[day] = now
    return wander
