"""Made-up runners whose knees do not obey the model, to see how far its answers can still be trusted."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kneewise.domain import Floats
from kneewise.monitoring.response.exposure import exposures, usual_load
from kneewise.monitoring.response.simulate import Simulated, Truth, latent_pain, report, simulate_load, wandering

Stress = Literal["threshold", "delayed-flare", "missing-when-sore", "missing-when-well", "reporting-drift", "backs-off"]

STRESSES: tuple[Stress, ...] = (
    "threshold",
    "delayed-flare",
    "missing-when-sore",
    "missing-when-well",
    "reporting-drift",
    "backs-off",
)


def simulate_stress(
    stress: Stress, truth: Truth, count: int, random: np.random.Generator, *, missing: float, first_report: int
) -> tuple[Simulated, float]:
    """Return a diary of ``count`` days and what one usual run more truly does on the next morning, on average.

    Parameters
    ----------
    stress : str
        ``threshold``: only the part of the fast load above its median hurts. ``delayed-flare``: load is felt one day
        later than the model thinks. ``missing-when-sore`` and ``-well``: reports are left out on bad or good days.
        ``reporting-drift``: the same pain is rated up to 2 points lower at the end. ``backs-off``: the runner halves
        or skips runs after a morning with more pain, whether it is reported or not.
    """
    if stress == "backs-off":
        return _backs_off(truth, count, random, missing, first_report)
    load = simulate_load(random, count)
    felt = np.concatenate([[np.nan], load[:-1]]) if stress == "delayed-flare" else load
    felt = np.nan_to_num(felt)
    wander = wandering(truth, count, random)
    expected = latent_pain(truth, felt, wander)
    effect = truth.fast
    if stress == "threshold":
        expected, effect = _threshold(truth, load, expected)
    if stress == "delayed-flare":
        effect = 0.0
    if stress == "reporting-drift":
        expected = expected - 2.0 * np.arange(count) / count
    pain = report(expected + truth.noise * random.standard_normal(count))
    pain[random.random(count) < _missing(stress, pain, missing)] = np.nan
    pain[:first_report] = np.nan
    return Simulated(np.arange(count), pain, load, expected, wander), effect


def _threshold(truth: Truth, load: Floats, expected: Floats) -> tuple[Floats, float]:
    """Replace the fast part by twice its excess over its median; return it and its mean slope."""
    usual = usual_load(load)
    assert usual is not None
    fast = exposures(load, usual, np.array([truth.fast_d]), np.array([truth.slow_d]), lag_d=1)[0][:, 0]
    above = fast > np.median(fast)
    bent = 2.0 * truth.fast * np.where(above, fast - np.median(fast), 0.0)
    slope = float(np.polyfit(fast, bent, 1)[0])
    return expected - truth.fast * fast + bent, slope


def _missing(stress: Stress, pain: Floats, missing: float) -> Floats:
    """Return each day's chance of no report; its mean stays near ``missing``."""
    sign = {"missing-when-sore": 1.0, "missing-when-well": -1.0}.get(stress, 0.0)
    spread = np.std(pain) + 1e-9
    return np.asarray(np.clip(missing + 0.25 * sign * (pain - pain.mean()) / spread, 0.02, 0.95))


def _backs_off(
    truth: Truth, count: int, random: np.random.Generator, missing: float, first_report: int
) -> tuple[Simulated, float]:
    """Return a diary in which the day's run depends on that morning's pain, and the effect of a run then usual."""
    load = simulate_load(random, count)
    usual = usual_load(load)
    assert usual is not None
    wander = wandering(truth, count, random)
    noise = truth.noise * random.standard_normal(count)
    keep_fast, keep_slow = np.exp(-1.0 / truth.fast_d), np.exp(-1.0 / truth.slow_d)
    expected, fast, slow = np.empty(count), 0.0, 0.0
    for day in range(count):
        surplus = (load[day - 1] if day else usual.day_knee_km) - usual.day_knee_km
        fast = keep_fast * fast + surplus / usual.run_knee_km
        slow = keep_slow * slow + (1.0 - keep_slow) * surplus / usual.day_knee_km
        expected[day] = truth.level + wander[day] + truth.fast * fast + truth.slow * slow
        sore = expected[day] + noise[day] - truth.level
        load[day] *= 0.0 if sore > 2.0 * truth.wander else 0.5 if sore > truth.wander else 1.0
    pain = report(expected + noise)
    pain[(random.random(count) < missing) | (np.arange(count) < first_report)] = np.nan
    became = usual_load(load)
    effect = truth.fast * became.run_knee_km / usual.run_knee_km if became else np.nan
    return Simulated(np.arange(count), pain, load, expected, wander), effect
