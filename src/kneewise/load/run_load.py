"""From a clean run to its load: the watch tier over every recorded second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Activity, Issue, Runner
from kneewise.evidence.parameters import value
from kneewise.load.conventions import Convention
from kneewise.load.knee.limits import limits
from kneewise.load.knee.model import knee_model
from kneewise.load.knee.per_step import StepLoad, per_step
from kneewise.load.natural_cadence import natural_cadence_spm
from kneewise.load.run_issues import run_issues
from kneewise.load.runs import FlatRunning, RunLoad, flat_histogram

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def run_load(activity: Activity, runner: Runner, convention: Convention | None = None) -> RunLoad:
    """Return what a run cost one knee, as sums over its steps.

    Parameters
    ----------
    activity : Activity
        A clean run; without a stream its means are used as one long steady state.
    runner : Runner
        Height scales the model (1.75 m where not told, with an issue); mass is needed for stress only.
    convention : Convention, optional
        Contact area and co-contraction; net moment and ``connolly`` by default.

    Returns
    -------
    RunLoad
        With ``coverage`` 0 and NaN sums when nothing can be estimated; never raises for expected trouble.

    Notes
    -----
    Running only: walking parts are not covered by the model and have no number. Where cadence is missing it is
    predicted from speed (scaled to the rest of the run when the run has cadence elsewhere) and the share is stored, so
    that the interval widens and the basis says so. A missing contact time is predicted from cadence and speed.
    """
    convention = convention or Convention()
    height = runner.height_m or knee_model().reference_height_m
    rows = _rows(activity, height)
    step = per_step(
        rows.speed,
        rows.cadence,
        height_m=height,
        mass_kg=runner.mass_kg,
        sex=runner.sex,
        contact_time_s=rows.contact,
        grade_deg=rows.grade,
        area=convention.area,
        model=convention.model(),
    )
    issues = run_issues(activity, runner, rows, step)
    return _summed(rows, step, runner, height, convention, activity.stream is None, issues)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The running rows of an activity, arrays of shape (n,)."""

    seconds: Floats
    speed: NDArray[np.floating]
    cadence: NDArray[np.floating]
    contact: NDArray[np.floating]
    grade: NDArray[np.floating]
    cadence_predicted: Mask
    own_cadence_used: bool
    treadmill: bool


def _rows(activity: Activity, height_m: float) -> Rows:
    seconds, speed, cadence, contact, grade = _recorded(activity)
    predicted = np.isnan(cadence) & ~np.isnan(speed)
    own = False
    if predicted.any():
        cadence, own = _with_predicted_cadence(seconds, speed, cadence, predicted, height_m)
    return Rows(seconds, speed, cadence, contact, grade, predicted, own, activity.treadmill)


_Columns = tuple[Floats, NDArray[np.floating], NDArray[np.floating], NDArray[np.floating], NDArray[np.floating]]


def _recorded(activity: Activity) -> _Columns:
    if not activity.is_run:
        nothing = np.empty(0)
        return nothing, nothing, nothing, nothing, nothing
    stream = activity.stream
    if stream is None:
        return _one_state(activity)
    used = stream.running & (stream.interval_s > 0)
    names = ("speed_mps", "cadence_spm", "contact_time_s", "grade_deg")
    speed, cadence, contact, grade = (stream.column(name)[used] for name in names)
    return stream.interval_s[used].astype(np.float64), speed, cadence, contact, grade


def _one_state(activity: Activity) -> _Columns:
    seconds = activity.running_s or activity.moving_s
    speed, cadence = activity.speed_mps, activity.cadence_spm
    if speed is None and activity.distance_m and seconds:
        speed = activity.distance_m / seconds
    if cadence is None and activity.steps and seconds:
        cadence = activity.steps / seconds * 60
    grade = 0 if activity.treadmill else None
    known = (seconds, speed, cadence, activity.contact_time_s, grade)
    columns = [np.array([np.nan if number is None else float(number)]) for number in known]
    return columns[0], columns[1], columns[2], columns[3], columns[4]


def _with_predicted_cadence(
    seconds: Floats, speed: NDArray[np.floating], cadence: NDArray[np.floating], predicted: Mask, height_m: float
) -> tuple[NDArray[np.floating], bool]:
    natural = natural_cadence_spm(speed, height_m)
    # Walking-like rows would drag the runner's own ratio down.
    bounds = limits()["cadence_spm"]
    known = (cadence >= bounds.reject_low) & (cadence <= bounds.reject_high) & ~np.isnan(speed)
    known_s = float(seconds[known].sum())
    own = known_s >= value("reference.minimum_run_s")
    ratio = float(seconds[known] @ cadence[known]) / float(seconds[known] @ natural[known]) if own else 1.0
    return np.where(predicted, natural * ratio, cadence), own


def _summed(
    rows: Rows,
    step: StepLoad,
    runner: Runner,
    height_m: float,
    convention: Convention,
    typed_in: bool,
    issues: tuple[Issue, ...],
) -> RunLoad:
    ok = ~np.isnan(step.peak_force_bw)
    seconds, speed, cadence, grade = (
        rows.seconds[ok],
        _double(rows.speed[ok]),
        _double(rows.cadence[ok]),
        rows.grade[ok],
    )
    force, contact = _double(step.peak_force_bw[ok]), _double(step.contact_time_s[ok])
    steps = cadence / 60 * seconds
    total = float(steps.sum())
    square = force * force
    measured = steps * _measured(rows.contact[ok])
    tangent = np.tan(np.radians(np.nan_to_num(_double(grade)))) * force * steps
    force_sum = float(steps @ force)
    impulse = _double(step.impulse_bw_s[ok])
    columns = {
        "seconds": seconds,
        "distance_m": seconds * speed,
        "steps": steps,
        "force_sum_bw": steps * force,
        "impulse_sum_bw_s": steps * impulse,
        "contact_sum_s": steps * contact,
        "measured_steps": measured,
    }

    def mean(column: Floats) -> float:
        return float(steps @ column) / total if total > 0 else float("nan")

    return RunLoad(
        running_s=float(rows.seconds.sum()),
        covered_s=float(seconds.sum()),
        distance_m=float(seconds @ speed),
        steps=total,
        force_sum_bw=force_sum,
        force_sum2_bw2=float(steps @ square),
        force_sum4_bw4=float(steps @ (square * square)),
        impulse_sum_bw_s=float(steps @ impulse),
        peak_force_bw=mean(force),
        peak_stress_mpa=mean(_double(step.peak_stress_mpa[ok])),
        knee_flexion_deg=mean(_double(step.knee_flexion_deg[ok])),
        knee_moment_nm_per_kg=mean(_double(step.knee_moment_nm_per_kg[ok])),
        contact_time_s=mean(contact),
        cadence_spm=mean(cadence),
        speed_mps=mean(speed),
        measured_contact_share=_share(measured, total),
        predicted_cadence_share=_share(steps[rows.cadence_predicted[ok]], total),
        own_cadence_used=rows.own_cadence_used,
        uphill_share=_share(steps[grade > 0], total),
        downhill_share=_share(steps[grade < 0], total),
        unknown_grade_share=0.0 if rows.treadmill else _share(steps[np.isnan(grade)], total),
        uphill_tangent=_share(np.maximum(tangent, 0), force_sum),
        downhill_tangent=_share(np.maximum(-tangent, 0), force_sum),
        height_m=height_m,
        mass_kg=runner.mass_kg,
        typed_in=typed_in,
        convention=convention,
        flat=_flat(rows, ok, speed, columns),
        issues=issues,
    )


def _flat(rows: Rows, ok: Mask, speed: Floats, columns: dict[str, Floats]) -> FlatRunning:
    grade = rows.grade[ok]
    with np.errstate(invalid="ignore"):
        level = np.abs(grade) <= value("reference.flat_grade_deg")
    if rows.treadmill:
        level |= np.isnan(grade)
    level &= ~rows.cadence_predicted[ok]
    return flat_histogram(speed[level], {name: column[level] for name, column in columns.items()})


def _measured(contact: NDArray[np.floating]) -> Mask:
    bounds = limits()["contact_time_s"]
    inside: Mask = (contact >= bounds.reject_low) & (contact <= bounds.reject_high)
    return inside


def _share(part: Floats, whole: float) -> float:
    return float(part.sum()) / whole if whole > 0 else 0.0


def _double(column: NDArray[np.floating]) -> Floats:
    return column.astype(np.float64)
