"""One run along its way: the same sums as for the whole run, for every stretch of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Activity, Runner, Stream
from kneewise.evidence.parameters import value
from kneewise.load.knee.convention import Convention
from kneewise.load.knee.model import KneeModel
from kneewise.load.knee.per_step import StepLoad
from kneewise.load.knee.personal import personal_model
from kneewise.load.knee_km import KneeKm, knee_km
from kneewise.load.reference import Reference
from kneewise.load.run_load import (
    MEANS,
    SHARES,
    TANGENTS,
    covered_columns,
    height_of,
    step_columns,
    stepped,
)
from kneewise.load.running_rows import Rows, used_rows
from kneewise.load.runs import RunLoad, empty_flat_running
from kneewise.units import METRES_PER_KM, SECONDS_PER_MINUTE

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]

#: A chart on a wide screen shows no more.
MOST_STRETCHES = 400
#: Shorter stretches hold a few steps only.
_SHORTEST_M = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """The rows of one run with where they lie.

    Attributes
    ----------
    rows, step : Rows, StepLoad
        The running rows, n of them.
    at_m : ndarray, shape (n,)
        Distance covered at each running row, walking included; counted from the speed where no distance is recorded.
    elapsed_s : ndarray, shape (n,)
        Time since the start.
    whole_m, whole_s : float
        Length of the way, and time from start to end.
    """

    activity: Activity
    runner: Runner
    convention: Convention
    rows: Rows
    step: StepLoad
    at_m: Floats
    elapsed_s: Floats
    whole_m: float
    whole_s: float

    @classmethod
    def of(cls, activity: Activity, runner: Runner, convention: Convention | None = None) -> Way:
        """Lay a clean run on its way."""
        convention = convention or Convention()
        rows, step = stepped(activity, runner, convention)
        stream = activity.stream
        if stream is None or not activity.is_run:
            at = np.nan_to_num(rows.seconds * rows.speed) / 2
            whole = float(2 * at.sum())
            return cls(activity, runner, convention, rows, step, at, rows.seconds / 2, whole, activity.elapsed_s)
        used, along = used_rows(stream), distance_along(stream)
        whole_s = float(stream.elapsed_s[-1]) if len(stream) else 0.0
        whole_m = float(along[-1]) if len(along) else 0.0
        return cls(
            activity, runner, convention, rows, step, along[used], stream.elapsed_s[used], whole_m, max(whole_s, 0.0)
        )

    @property
    def model(self) -> KneeModel:
        """The model that the run's steps were computed with: the runner's own knee where a trial has set it."""
        return self.personal(self.convention.model())

    def personal(self, model: KneeModel) -> KneeModel:
        """Return a model with the runner's own knee."""
        return personal_model(model, self.runner.style)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which running rows have a number, shape (n,)."""
        return ~np.isnan(self.step.peak_force_bw)


def distance_along(stream: Stream) -> Floats:
    """Return the distance covered at each row, never decreasing, metres; shape (rows,)."""
    recorded = stream.column("distance_m").astype(np.float64)
    known = np.isfinite(recorded)
    if known.any():
        place = np.arange(len(stream))
        filled: Floats = np.maximum.accumulate(np.interp(place, place[known], recorded[known]))
        since_start: Floats = filled - filled[0]
        return since_start
    moved = np.nan_to_num(stream.column("speed_mps").astype(np.float64)) * stream.interval_s
    counted: Floats = np.cumsum(moved)
    return counted


def loads_of_groups(way: Way, group: Integers, count: int) -> list[RunLoad]:
    """Return the load of each group of running rows, as if it were a run of its own.

    Parameters
    ----------
    group : ndarray of int, shape (n,)
        Group of each running row, from 0 to ``count - 1``; rows of another number belong to none.
    """
    inside = (group >= 0) & (group < count)
    known = way.known & inside
    covered = covered_columns(way.rows, way.step, known)
    steps = covered["cadence_spm"] / SECONDS_PER_MINUTE * covered["seconds"]
    of, seconds = group[known], covered["seconds"]
    sums = {name: _by_group(of, column * steps, count) for name, column in step_columns(covered).items()}
    totals: dict[str, Floats] = {
        "running_s": _by_group(group[inside], way.rows.seconds[inside], count),
        "covered_s": _by_group(of, seconds, count),
        "distance_m": _by_group(of, seconds * covered["speed_mps"], count),
        "steps": _by_group(of, steps, count),
        "force_sum_bw": sums["force"],
        "force_sum2_bw2": sums["force2"],
        "force_sum4_bw4": sums["force4"],
        "impulse_sum_bw_s": sums["impulse"],
    }
    with np.errstate(invalid="ignore", divide="ignore"):
        totals |= {name: sums[name] / totals["steps"] for name in MEANS}
        totals |= {name: np.nan_to_num(sums[name] / totals["steps"]) for name in SHARES}
        totals |= {name: np.nan_to_num(sums[name] / sums["force"]) for name in TANGENTS}
    if way.rows.treadmill:
        totals["unknown_grade_share"] = np.zeros(count)
    return _runs(way, totals)


def _by_group(group: Integers, column: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(group, column, count), dtype=np.float64)


def _runs(way: Way, totals: dict[str, Floats]) -> list[RunLoad]:
    same: dict[str, Any] = {
        "own_cadence_used": way.rows.own_cadence_used,
        "height_m": height_of(way.runner),
        "mass_kg": way.runner.mass_kg,
        "typed_in": way.activity.stream is None,
        "convention": way.convention,
        "style": way.runner.style,
        "flat": empty_flat_running(),
    }
    columns = zip(*(column.tolist() for column in totals.values()), strict=True)
    return [RunLoad(**dict(zip(totals, row, strict=True)), **same) for row in columns]


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """One stretch of a run.

    Attributes
    ----------
    start_m, end_m : float
        Where it lies on the way.
    load : RunLoad
        Its sums.
    cost : KneeKm
        Value NaN where too little of its running has a number, and where nobody ran.
    """

    start_m: float
    end_m: float
    load: RunLoad
    cost: KneeKm


def stretches(way: Way, edges_m: Floats, reference: Reference, *, whole: KneeKm) -> list[Stretch]:
    """Return the stretches between edges; their costs add up to the run's own value.

    Parameters
    ----------
    edges_m : ndarray, shape (k + 1,)
        Rising; the last stretch takes in its end.
    whole : KneeKm
        The run in knee-km. Sums of parts differ from it only where predicted cadence was scaled for the mean state.
    """
    count = len(edges_m) - 1
    group = np.clip(np.searchsorted(edges_m, way.at_m, side="right") - 1, 0, count - 1)
    loads = loads_of_groups(way, group, count)
    costs = scaled_to(knee_km(loads, reference), whole)
    ends = zip(edges_m[:-1].tolist(), edges_m[1:].tolist(), strict=True)
    return [Stretch(start, end, load, cost) for (start, end), load, cost in zip(ends, loads, costs, strict=True)]


def scaled_to(parts: Sequence[KneeKm], whole: KneeKm) -> list[KneeKm]:
    """Scale the costs of parts so that they add up to the whole."""
    known = sum(part.value.value for part in parts if np.isfinite(part.value.value))
    if not (known > 0 and np.isfinite(whole.value.value)):
        return list(parts)
    factor = whole.value.value / known
    return [replace(part, value=_times(part.value, factor)) for part in parts]


def _times(estimate: Any, factor: float) -> Any:
    others = estimate.others
    wider = None if others is None else replace(others, low=others.low * factor, high=others.high * factor)
    numbers = {name: getattr(estimate, name) * factor for name in ("value", "low", "high")}
    return replace(estimate, **numbers, others=wider)


def even_edges(way: Way) -> Floats:
    """Return the edges of at most 400 stretches of one length."""
    count = int(np.clip(way.whole_m / _SHORTEST_M, 1, MOST_STRETCHES))
    return np.linspace(0.0, max(way.whole_m, 1.0), count + 1)


def split_edges(way: Way, split_m: float = METRES_PER_KM) -> Floats:
    """Return the edges of the kilometres, or of other even pieces.

    What is left at the end is a shorter piece; a few metres join the last.
    """
    full = int(way.whole_m // split_m)
    edges = [split_m * number for number in range(full + 1)]
    rest = way.whole_m - edges[-1]
    if rest > value("story.shortest_split_m") or not full:
        edges.append(max(way.whole_m, 1.0))
    return np.array(edges, dtype=np.float64)
