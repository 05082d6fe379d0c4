"""From a clean run to its load: the watch tier over every recorded second."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Activity, Runner
from kneewise.evidence.parameters import value
from kneewise.load.knee.convention import Convention
from kneewise.load.knee.limits import limits
from kneewise.load.knee.model import knee_model
from kneewise.load.knee.per_step import StepLoad, per_step
from kneewise.load.knee.personal import personal_model
from kneewise.load.run_issues import run_issues
from kneewise.load.running_rows import Rows, running_rows
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
    height = height_of(runner)
    rows, step = stepped(activity, runner, convention)
    return _summed(rows, step, activity, runner, height, convention)


def height_of(runner: Runner) -> float:
    """Return the height that the model uses, the reference height where none is told."""
    return runner.height_m or knee_model().reference_height_m


def stepped(activity: Activity, runner: Runner, convention: Convention) -> tuple[Rows, StepLoad]:
    """Return the running rows of an activity and the load of one step on each of them."""
    height = height_of(runner)
    rows = running_rows(activity, height)
    step = per_step(
        rows.speed,
        rows.cadence,
        height_m=height,
        mass_kg=runner.mass_kg,
        sex=runner.sex,
        contact_time_s=rows.contact,
        grade_deg=rows.grade,
        area=convention.area,
        model=personal_model(convention.model(), runner.style),
    )
    return rows, step


def _summed(
    rows: Rows, step: StepLoad, activity: Activity, runner: Runner, height_m: float, convention: Convention
) -> RunLoad:
    ok = ~np.isnan(step.peak_force_bw)
    covered = covered_columns(rows, step, ok)
    steps = covered["cadence_spm"] / 60 * covered["seconds"]
    means = _weighted(covered, steps)
    total, force_sum = float(steps.sum()), means["force"]
    averages = {name: means[name] / total if total > 0 else float("nan") for name in MEANS}
    shares = {name: means[name] / total if total > 0 else 0.0 for name in SHARES}
    tangents = {name: means[name] / force_sum if force_sum > 0 else 0.0 for name in TANGENTS}
    if rows.treadmill:
        shares["unknown_grade_share"] = 0.0
    return RunLoad(
        running_s=float(rows.seconds.sum()),
        covered_s=float(covered["seconds"].sum()),
        distance_m=float(covered["seconds"] @ covered["speed_mps"]),
        steps=total,
        force_sum_bw=force_sum,
        force_sum2_bw2=means["force2"],
        force_sum4_bw4=means["force4"],
        impulse_sum_bw_s=means["impulse"],
        **averages,
        **shares,
        **tangents,
        own_cadence_used=rows.own_cadence_used,
        height_m=height_m,
        mass_kg=runner.mass_kg,
        typed_in=activity.stream is None,
        convention=convention,
        style=runner.style,
        flat=_flat(rows, covered, steps),
        issues=run_issues(activity, runner, rows, ok, averages),
    )


MEANS = (
    "peak_force_bw",
    "peak_stress_mpa",
    "knee_flexion_deg",
    "knee_moment_nm_per_kg",
    "contact_time_s",
    "cadence_spm",
    "speed_mps",
)
SHARES = (
    "measured_contact_share",
    "predicted_cadence_share",
    "uphill_share",
    "downhill_share",
    "unknown_grade_share",
)
TANGENTS = ("uphill_tangent", "downhill_tangent")


def covered_columns(rows: Rows, step: StepLoad, ok: Mask) -> dict[str, Floats]:
    """The covered rows as float64 columns."""
    columns = {
        "seconds": rows.seconds,
        "speed_mps": rows.speed,
        "cadence_spm": rows.cadence,
        "grade_deg": rows.grade,
        "measured_contact_share": _measured(rows.contact),
        "predicted_cadence_share": rows.cadence_predicted,
        **{field.name: getattr(step, field.name) for field in fields(step)},
    }
    every = bool(ok.all())
    return {name: (column if every else column[ok]).astype(np.float64) for name, column in columns.items()}


def _weighted(covered: dict[str, Floats], steps: Floats) -> dict[str, float]:
    """Sums over the steps of every column and of the columns made of them."""
    columns = step_columns(covered)
    return dict(zip(columns, (np.stack(list(columns.values())) @ steps).tolist(), strict=True))


def step_columns(covered: dict[str, Floats]) -> dict[str, Floats]:
    """Return the columns that are summed over the steps, each of shape (n,)."""
    force, grade = covered["peak_force_bw"], covered["grade_deg"]
    square = force * force
    tangent = np.tan(np.radians(np.nan_to_num(grade))) * force
    return {
        **{name: covered[name] for name in (*MEANS, "measured_contact_share", "predicted_cadence_share")},
        "force": force,
        "force2": square,
        "force4": square * square,
        "impulse": covered["impulse_bw_s"],
        "uphill_share": grade > 0,
        "downhill_share": grade < 0,
        "unknown_grade_share": np.isnan(grade),
        "uphill_tangent": np.maximum(tangent, 0),
        "downhill_tangent": np.maximum(-tangent, 0),
    }


def _flat(rows: Rows, covered: dict[str, Floats], steps: Floats) -> FlatRunning:
    """Histogram of level running with recorded cadence; on a treadmill an unknown slope counts as level."""
    grade = covered["grade_deg"]
    level = np.abs(grade) <= value("reference.flat_grade_deg")
    if rows.treadmill:
        level |= np.isnan(grade)
    level &= covered["predicted_cadence_share"] == 0
    seconds, speed, weight = covered["seconds"][level], covered["speed_mps"][level], steps[level]
    columns = {
        "seconds": seconds,
        "distance_m": seconds * speed,
        "steps": weight,
        "force_sum_bw": weight * covered["peak_force_bw"][level],
        "impulse_sum_bw_s": weight * covered["impulse_bw_s"][level],
        "contact_sum_s": weight * covered["contact_time_s"][level],
        "measured_steps": weight * covered["measured_contact_share"][level],
    }
    return flat_histogram(speed, columns)


def _measured(contact: NDArray[np.floating]) -> Mask:
    bounds = limits()["contact_time_s"]
    inside: Mask = (contact >= bounds.reject_low) & (contact <= bounds.reject_high)
    return inside
