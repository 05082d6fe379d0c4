"""What the runner should know about the load of one run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Activity, Issue, Runner
from kneewise.evidence.parameters import value
from kneewise.load.knee.limits import WORDS, Limits, limits
from kneewise.load.knee.spring_mass import vertical_oscillation_m
from kneewise.load.running_rows import Rows

#: Shares below this are not worth a note.
_NOTABLE = value("coverage.notable_share")


def run_issues(
    activity: Activity, runner: Runner, rows: Rows, ok: NDArray[np.bool_], means: dict[str, float]
) -> tuple[Issue, ...]:
    """Return the issues of one run: what is missing, predicted, steep or unusual.

    Parameters
    ----------
    ok : ndarray of bool
        Rows that have a number.
    means : dict
        Means over the steps, by the names of :class:`~kneewise.load.runs.RunLoad`.
    """
    where = activity.local_date.isoformat()
    if not activity.is_run:
        text = f"This is {activity.sport.replace('_', ' ')}, not running; the knee model covers running only."
        return (Issue("not-a-run", where, text),)
    running_s = float(rows.seconds.sum())
    if not running_s > 0:
        return (Issue("no-running", where, "No running time was found, so there is no load."),)
    found = [*_runner_issues(runner, where), *_walking(activity, running_s, where)]
    found += _uncovered(rows, ok, running_s, where)
    found += _assumed(rows, ok, where)
    if ok.any():
        found += unusual_values({name: means[name] for name in means if name in limits()}, where)
        found += _oscillation(activity, means, where)
    return tuple(found)


def _runner_issues(runner: Runner, where: str) -> list[Issue]:
    found = []
    if runner.height_m is None:
        height = value("watch.body.reference_height_m")
        text = f"Your height is not set, so {height:g} m was used; set it with 'kneewise profile set --height-m'."
        found.append(Issue("height-assumed", where, text))
    if runner.mass_kg is None:
        text = "Your body mass is not set, so there is no stress in MPa; set it with 'kneewise profile set --mass-kg'."
        found.append(Issue("mass-unknown", where, text))
    return found


def _walking(activity: Activity, running_s: float, where: str) -> list[Issue]:
    walked_s = activity.moving_s - running_s
    if not walked_s >= _NOTABLE * activity.moving_s:
        return []
    text = f"{walked_s / 60:.0f} minutes of walking are not in the load: the model covers running only."
    return [Issue("walking-not-counted", where, text)]


def _uncovered(rows: Rows, ok: NDArray[np.bool_], running_s: float, where: str) -> list[Issue]:
    share = float(rows.seconds[~ok].sum()) / running_s
    if share < _NOTABLE:
        return []
    bounds = limits()
    with np.errstate(invalid="ignore"):
        reasons = {
            "speed is missing": np.isnan(rows.speed),
            "slower than running or faster than the model": _outside(rows.speed, "speed_mps", bounds),
            "cadence is outside that of running": _outside(rows.cadence, "cadence_spm", bounds),
            "slopes are over 10 degrees": _outside(rows.grade, "grade_deg", bounds),
        }
    shares = {text: float(rows.seconds[mask & ~ok].sum()) / running_s for text, mask in reasons.items()}
    told = [f"{text} ({part:.0%})" for text, part in shares.items() if part >= _NOTABLE] or ["values are not plausible"]
    text = f"{share:.0%} of the running time has no number: {', '.join(told)}. It is left out, not filled in."
    return [Issue("load-incomplete", where, text)]


def _outside(column: NDArray[np.floating], name: str, bounds: dict[str, Limits]) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = (column < bounds[name].reject_low) | (column > bounds[name].reject_high)
    return mask


def _assumed(rows: Rows, ok: NDArray[np.bool_], where: str) -> list[Issue]:
    found: list[Issue] = []
    covered_s = float(rows.seconds[ok].sum())
    if not covered_s > 0:
        return found
    predicted = float(rows.seconds[ok & rows.cadence_predicted].sum()) / covered_s
    if predicted >= _NOTABLE:
        whose = (
            "your cadence in the rest of the run" if rows.own_cadence_used else "what people of your height run with"
        )
        text = f"Cadence was not recorded for {predicted:.0%} of the run; it was predicted from speed and {whose}."
        found.append(Issue("cadence-predicted", where, text + " The interval is wider for it."))
    unknown = float(rows.seconds[ok & np.isnan(rows.grade)].sum()) / covered_s
    if unknown >= _NOTABLE and not rows.treadmill:
        text = f"The slope is not known for {unknown:.0%} of the run; it counts as level there."
        found.append(Issue("grade-unknown", where, text))
    bounds = limits()["grade_deg"]
    with np.errstate(invalid="ignore"):
        steep = (rows.grade < bounds.warn_low) | (rows.grade > bounds.warn_high)
    share = float(rows.seconds[ok & steep].sum()) / covered_s
    if share >= _NOTABLE:
        text = f"{share:.0%} of the run is steeper than {bounds.warn_high:g} degrees, where the evidence is weak."
        found.append(Issue("steep", where, text))
    return found


def unusual_values(values: dict[str, float], where: str) -> list[Issue]:
    """Return one issue for every value outside its usual range."""
    found = []
    for name, number in values.items():
        bounds = limits()[name]
        if bounds.warns(number):
            text = f"The {WORDS[name]} of {number:.3g} is unusual (usual: {bounds.warn_low:g} to {bounds.warn_high:g})."
            found.append(Issue("unusual-value", where, text + " Check the recording before trusting the load."))
    return found


def _oscillation(activity: Activity, means: dict[str, float], where: str) -> list[Issue]:
    measured = activity.vertical_oscillation_m
    if measured is None:
        return []
    cadence, contact = np.array([means["cadence_spm"]]), np.array([means["contact_time_s"]])
    expected = float(vertical_oscillation_m(cadence, contact)[0])
    if abs(measured - expected) <= value("limits.oscillation.disagreement_m"):
        return []
    text = (
        f"The watch reports {measured * 100:.1f} cm of vertical oscillation where cadence and contact time imply "
        f"{expected * 100:.1f} cm; one of the three is off."
    )
    return [Issue("oscillation-disagrees", where, text)]
