"""Did the quicker steps hold? The change of cadence at equal speed between ordinary runs before and after.

Cadence rises with speed, so two groups of runs are compared at the same speed: within runs the slope of cadence on
speed is fitted, each run is moved to one common speed, and the runs, not the seconds, are the observations.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Estimate
from kneewise.evidence.parameters import value
from kneewise.retraining.trial import gait_rule

Floats = NDArray[np.float64]
Held = Literal["held", "drifted", "unclear", "not_enough_data"]


@dataclass(frozen=True, slots=True, eq=False)
class RunBins:
    """Steady, level running of one run in bins of speed.

    Attributes
    ----------
    speed_mps, cadence_spm, seconds : numpy.ndarray
        One entry per bin, shape ``(n,)``: mean speed, mean steps per minute of both feet, and time in the bin.
    """

    speed_mps: Floats
    cadence_spm: Floats
    seconds: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Whether cadence held.

    Attributes
    ----------
    change_pct : Estimate
        Cadence after against before at equal speed, in percent; NaN below the least data.
    drift_pct : Estimate
        How far below the trained cadence the runner is now, in percent.
    speed_mps : float
        Speed at which the two are compared.
    runs_before, runs_after : int
        Runs with enough time at common speeds.
    refresh : bool
        Whether the rule asks for a refresh.
    """

    held: Held
    change_pct: Estimate
    drift_pct: Estimate
    speed_mps: float
    runs_before: int
    runs_after: int
    refresh: bool
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "held": self.held,
            "change_pct": self.change_pct.to_json(),
            "drift_pct": self.drift_pct.to_json(),
            "speed_mps": None if math.isnan(self.speed_mps) else self.speed_mps,
            "runs_before": self.runs_before,
            "runs_after": self.runs_after,
            "refresh": self.refresh,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    before_spm: float
    difference_spm: float
    half_spm: float
    speed_mps: float
    runs_before: int
    runs_after: int


def cadence_change(before: Sequence[RunBins], after: Sequence[RunBins]) -> Estimate:
    """Return the change of cadence at equal speed in percent, with a 90 % interval; NaN below the least data.

    Notes
    -----
    The interval is Welch's, over runs, with the error of the slope added for the difference in mean speed. Bins outside
    the speeds that both groups share are left out, and so is a run with too little time inside them.
    """
    return _change(_compare(before, after))


def retention(before: Sequence[RunBins], after: Sequence[RunBins], *, trained_pct: float) -> Retention:
    """Return whether the trained cadence held in ordinary runs.

    Parameters
    ----------
    before, after : sequence of RunBins
        Runs before the training and runs since; the order does not matter.
    trained_pct : float
        Cadence above the own baseline that was trained, in percent.
    """
    found = _compare(before, after)
    change = _change(found)
    drift = _drift(change, trained_pct)
    limit = gait_rule("calendar").number("drift_pct")
    held = _held(drift, limit)
    return Retention(
        held=held,
        change_pct=change,
        drift_pct=drift,
        speed_mps=found.speed_mps,
        runs_before=found.runs_before,
        runs_after=found.runs_after,
        refresh=held == "drifted",
        text=_words(held, change, drift, found),
    )


def _drift(change: Estimate, trained_pct: float) -> Estimate:
    trained = 1 + trained_pct / 100
    middle, low, high = ((1 - (1 + pct / 100) / trained) * 100 for pct in (change.value, change.high, change.low))
    return Estimate(
        middle,
        low,
        high,
        "%",
        f"below the trained {trained_pct:g} % over the own baseline",
        level=value("interval.level"),
    )


def _held(drift: Estimate, limit: float) -> Held:
    """A refresh needs a drift beyond the limit that chance alone does not explain."""
    if math.isnan(drift.value):
        return "not_enough_data"
    if drift.value > limit and drift.low > 0:
        return "drifted"
    return "held" if drift.value <= limit and drift.high <= value("retraining.unclear_above_pct") else "unclear"


def _change(found: _Comparison) -> Estimate:
    scale = 100 / found.before_spm
    middle = found.difference_spm * scale
    half = found.half_spm * scale
    basis = f"{found.runs_before} runs before and {found.runs_after} after, at equal speed"
    return Estimate(middle, middle - half, middle + half, "%", basis, level=value("interval.level"))


def _compare(before: Sequence[RunBins], after: Sequence[RunBins]) -> _Comparison:
    low, high = _common_speeds(before, after)
    groups = [[kept for run in runs if (kept := _inside(run, low, high)) is not None] for runs in (before, after)]
    counts = [len(group) for group in groups]
    if min(counts) < value("retraining.retention_runs"):
        nan = math.nan
        return _Comparison(
            before_spm=nan, difference_spm=nan, half_spm=nan, speed_mps=nan,
            runs_before=counts[0], runs_after=counts[1],
        )  # fmt: skip
    slope, slope_variance = _slope([run for group in groups for run in group])
    speeds = [np.array([_mean(run.speed_mps, run) for run in group]) for group in groups]
    cadences = [np.array([_mean(run.cadence_spm, run) for run in group]) for group in groups]
    middle = float(np.mean(np.concatenate(speeds)))
    moved = [spm - slope * (mps - middle) for spm, mps in zip(cadences, speeds, strict=True)]
    apart_mps = float(speeds[1].mean() - speeds[0].mean())
    return _Comparison(
        before_spm=float(moved[0].mean()),
        difference_spm=float(moved[1].mean() - moved[0].mean()),
        half_spm=_half_width(moved[0], moved[1], apart_mps**2 * slope_variance),
        speed_mps=middle,
        runs_before=counts[0],
        runs_after=counts[1],
    )


def _common_speeds(before: Sequence[RunBins], after: Sequence[RunBins]) -> tuple[float, float]:
    """Return the speeds that both groups ran at, in m/s."""
    ends = []
    for runs in (before, after):
        speeds = np.concatenate([run.speed_mps[_known(run)] for run in runs]) if runs else np.empty(0)
        if speeds.size == 0:
            return math.inf, -math.inf
        ends.append((float(speeds.min()), float(speeds.max())))
    return max(end[0] for end in ends), min(end[1] for end in ends)


def _known(run: RunBins) -> NDArray[np.bool_]:
    known: NDArray[np.bool_] = np.isfinite(run.speed_mps) & np.isfinite(run.cadence_spm) & (run.seconds > 0)
    return known


def _inside(run: RunBins, low: float, high: float) -> RunBins | None:
    keep = _known(run) & (run.speed_mps >= low) & (run.speed_mps <= high)
    if float(run.seconds[keep].sum()) < value("retraining.retention_run_s"):
        return None
    return RunBins(run.speed_mps[keep], run.cadence_spm[keep], run.seconds[keep])


def _mean(values: Floats, run: RunBins) -> float:
    return float(np.average(values, weights=run.seconds))


def _slope(runs: Sequence[RunBins]) -> tuple[float, float]:
    """Return the slope of cadence on speed within runs (steps/min per m/s) and its variance over runs.

    Notes
    -----
    Each run has its own level, so that a group with faster runs does not lend its cadence to the slope. The variance is
    the cluster-robust one, runs as clusters. Without two speeds in any run, the slope is that of other runners.
    """
    tops, bottoms = [], []
    for run in runs:
        apart = run.speed_mps - _mean(run.speed_mps, run)
        tops.append(float(np.sum(run.seconds * apart * (run.cadence_spm - _mean(run.cadence_spm, run)))))
        bottoms.append(float(np.sum(run.seconds * apart**2)))
    spread = math.fsum(bottoms)
    total_s = math.fsum(float(run.seconds.sum()) for run in runs)
    default, default_sd = value("population.cadence_per_speed"), value("retraining.cadence_slope_sd")
    if spread < total_s * value("retraining.least_speed_sd_mps") ** 2:
        return default, default_sd**2
    slope = math.fsum(tops) / spread
    scores = [top - slope * bottom for top, bottom in zip(tops, bottoms, strict=True)]
    small_sample = len(runs) / (len(runs) - 1)
    return slope, small_sample * math.fsum(score**2 for score in scores) / spread**2


def _half_width(before: Floats, after: Floats, slope_part: float) -> float:
    """Return half of Welch's interval, with the error of the slope added."""
    from scipy.special import stdtrit

    parts = [float(group.var(ddof=1)) / group.size for group in (before, after)]
    variance = math.fsum(parts)
    # Counts of whole steps set a floor: runs that agree by chance are not known without error.
    variance = max(variance, value("retraining.run_error_spm") ** 2 * (1 / before.size + 1 / after.size))
    terms = [part**2 / (group.size - 1) for part, group in zip(parts, (before, after), strict=True)]
    freedom = math.fsum(parts) ** 2 / math.fsum(terms) if math.fsum(terms) > 0 else before.size + after.size - 2
    return float(stdtrit(freedom, (1 + value("interval.level")) / 2)) * math.sqrt(variance + slope_part)


def _words(held: Held, change: Estimate, drift: Estimate, found: _Comparison) -> str:
    if held == "not_enough_data":
        least = int(value("retraining.retention_runs"))
        return (
            f"Whether your new steps hold cannot be told yet: {least} runs before and {least} after the change are "
            f"needed at the same speeds. So far there are {found.runs_before} and {found.runs_after}."
        )
    way = "more" if change.value >= 0 else "fewer"
    ends = f"{change.low:+.1f} to {change.high:+.1f} %"
    now = f"At the same speed you take {abs(change.value):.1f} % {way} steps than before ({ends})."
    if held == "held":
        return f"{now} Your new steps have held."
    if held == "drifted":
        return f"{now} You are {drift.value:.1f} % below what you trained. Do a refresh."
    return f"{now} It is not yet clear if they have held. A few more runs will tell."
