"""Turns the fit of ``benchmarks.calibration`` into entries of ``evidence/parameters.toml``.

Run ``python -m benchmarks.calibrate`` to print comparison and entries, with ``--write`` to write the entries.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.calibration import SHIPPED, STUDIES, Change, Trials, change_of, loads, refit, scores, trials
from benchmarks.rbds import SPEEDS
from kneewise.evidence.parameters import value
from kneewise.load.knee.model import KneeFit, KneeModel
from kneewise.load.knee.per_step import StepLoad, per_step
from kneewise.load.knee.personal import trial_style
from kneewise.load.uncertainty import States, doubt, levers, z_score

Floats = NDArray[np.float64]

PARAMETERS = Path(__file__).resolve().parents[1] / "src" / "kneewise" / "evidence" / "parameters.toml"
SOURCES = '["fukuchi-2017", "heiderscheit-2011", "lenhart-2014"]'
RUNNERS = '["fukuchi-2017"]'


@dataclass(frozen=True, eq=False)
class Spread:
    """How runners differ from the model fitted without them: knee offset in degrees, force-line shift as a share.

    ``between`` is the covariance of a runner's mean over the speeds, ``within`` that of one speed about it.
    """

    between: Floats
    within: Floats

    @property
    def whole(self) -> Floats:
        """Covariance of one speed of a new runner."""
        return self.between + self.within


@cache
def styles() -> Floats:
    """Knee offset and force-line shift of every trial under the model fitted without its runner, shape (n, 2)."""
    data = trials()
    found = np.empty((len(data.speed), 2))
    for runner in np.unique(data.runner):
        out = data.runner == runner
        found[out] = styles_under(data.of(out), refit(data.of(~out), studies=True))
    return found


def styles_under(data: Trials, model: KneeModel) -> Floats:
    rows = zip(data.speed, data.cadence, data.height_m, data.knee, data.force, strict=True)
    return np.array(
        [trial_style(speed, cadence, height, knee, force, model) for speed, cadence, height, knee, force in rows]
    )


@cache
def spread() -> Spread:
    data, style = trials(), styles()
    groups = [style[data.runner == runner] for runner in np.unique(data.runner)]
    within = sum((group - group.mean(axis=0)).T @ (group - group.mean(axis=0)) for group in groups)
    within = np.asarray(within) / (len(style) - len(groups))
    means = np.array([group.mean(axis=0) for group in groups])
    # Errors of left-out runners are about zero by themselves: a common bias is part of what a new runner differs by.
    between = means.T @ means / len(means) - within / len(SPEEDS)
    return Spread(between, within)


@cache
def changes() -> tuple[tuple[float, tuple[Floats, Floats, Floats]], ...]:
    """Error of every change between two speeds of a left-out runner, and the parts of the modelled change."""
    data, error = trials(), next(score for score in scores() if score.name == SHIPPED).errors
    model, found = refit(data, studies=True), []
    for runner in np.unique(data.runner):
        for first, last in combinations(np.flatnonzero(data.runner == runner).tolist(), 2):
            ends = _state(data, last, model), _state(data, first, model)
            parts = levers(*ends, float(data.height_m[first]), model)
            found.append((float(error[last] - error[first]), parts))
    return tuple(found)


def held(speed_share: float) -> float:
    """Share of these errors inside the 90 % interval for comparing a runner with himself."""
    inside = [abs(error) <= z_score() * float(doubt(parts, speed_share)[0]) for error, parts in changes()]
    return float(np.mean(inside))


@cache
def speed_slope() -> float:
    """Smallest doubt about the answer to speed, in whole per cent, with which intervals hold what they claim."""
    return next(percent / 100 for percent in range(1, 100) if held(percent / 100) >= value("interval.level"))


def _state(data: Trials, row: int, model: KneeModel) -> States:
    contact = loads(data.of(np.arange(len(data.speed)) == row), model).contact_time_s
    return States(data.speed[[row]], data.cadence[[row]], np.asarray(contact), np.zeros(1), np.zeros(1))


def alternative(main: KneeModel) -> KneeFit:
    """The knee fit to the runners alone, moved so that both agree at 3.5 m/s, 171.8 steps/min, 1.75 m."""
    other = refit(trials(), studies=False).knee
    moved = [_at_middle(main.with_(knee=fit)).knee_flexion_deg[0] for fit in (main.knee, other)]
    return KneeFit(
        other.intercept_deg + float(moved[0] - moved[1]), other.per_drop_deg_per_mm, other.per_sweep_deg_per_mm
    )


def _at_middle(model: KneeModel) -> StepLoad:
    return per_step([3.5], [171.8], height_m=1.75, model=model)


@cache
def jackknife() -> dict[str, float]:
    """Standard error of every fitted constant, leaving out one runner at a time."""
    data = trials()
    fits = [fitted(refit(data.of(data.runner != runner), studies=True)) for runner in np.unique(data.runner)]
    factor = (len(fits) - 1) / np.sqrt(len(fits))
    return {name: factor * float(np.std([fit[name] for fit in fits])) for name in fits[0]}


def fitted(model: KneeModel) -> dict[str, float]:
    return {
        "intercept_deg": model.knee.intercept_deg,
        "per_drop_deg_per_mm": model.knee.per_drop_deg_per_mm,
        "per_sweep_deg_per_mm": model.knee.per_sweep_deg_per_mm,
        "force_line_offset_share": model.force_line_offset_share,
        "scale": model.contact_scale,
        "peak_fraction": model.peak_fraction,
    }


def line(
    number: float, digits: int, se: float, unit: str, note: str, *, sd: float | None = None, by: str = SOURCES
) -> str:
    """Return one entry; its range is two standard errors to each side."""
    low, high = number - 2 * se, number + 2 * se
    spread_text = "" if sd is None else f" sd = {sd:.{digits}f},"
    return (
        f"{{ value = {number:.{digits}f}, low = {low:.{digits}f}, high = {high:.{digits}f},{spread_text} "
        f'unit = "{unit}", mark = "D", sources = {by}, note = "{note}" }}'
    )


Entries = dict[tuple[str, str], str]
_COMMON = "18 lab runners at 3 speeds and the step-rate studies"
#: Ranges of the second knee fit: it only widens an interval, so no error of its own is worked out.
_SECOND_FIT_SE = (2.0, 0.05, 0.01)
_CORRELATION_SE = 0.1


def entries() -> Entries:
    """Return every entry that the calibration sets, by table and name."""
    main = refit(trials(), studies=True)
    return _knee_entries(main) | _stance_entries(main) | _person_entries() | _error_entries()


def _runners() -> int:
    return len(np.unique(trials().runner))


def _se_of_sd(sd: float, per_runner: int = 2) -> float:
    """Return the standard error of a standard deviation between runners."""
    return sd / float(np.sqrt(per_runner * _runners()))


def _knee_entries(main: KneeModel) -> Entries:
    numbers, error, other = fitted(main), jackknife(), alternative(main)
    intercept_se, drop_se, sweep_se = _SECOND_FIT_SE
    drop, sweep = "per_drop_deg_per_mm", "per_sweep_deg_per_mm"
    per_drop = "per mm of centre-of-mass drop in stance, scaled to 1.75 m"
    per_sweep = "per mm of drop from the leg's sweep, scaled to 1.75 m"
    alone = "fit to the lab runners alone, moved to agree at 3.5 m/s"
    knee, second = "watch.knee", "watch.knee_alternative"
    return {
        (knee, "intercept_deg"): line(
            numbers["intercept_deg"], 2, error["intercept_deg"], "deg", f"peak stance flexion; fit to {_COMMON}"
        ),
        (knee, drop): line(numbers[drop], 4, error[drop], "deg/mm", per_drop),
        (knee, sweep): line(numbers[sweep], 4, error[sweep], "deg/mm", per_sweep),
        (second, "intercept_deg"): line(other.intercept_deg, 2, intercept_se, "deg", alone, by=RUNNERS),
        (second, drop): line(other.per_drop_deg_per_mm, 4, drop_se, "deg/mm", "", by=RUNNERS),
        (second, sweep): line(other.per_sweep_deg_per_mm, 4, sweep_se, "deg/mm", "", by=RUNNERS),
    }


def _stance_entries(main: KneeModel) -> Entries:
    data, numbers, error = trials(), fitted(main), jackknife()
    impulse = data.impulse / (data.force * data.contact)
    return {
        ("watch.contact", "scale"): line(
            numbers["scale"],
            4,
            error["scale"],
            "1",
            "t_c = scale T^step_time v^speed, plates of 18 runners",
            by=RUNNERS,
        ),
        ("watch.body", "force_line_offset_share"): line(
            numbers["force_line_offset_share"],
            5,
            error["force_line_offset_share"],
            "1",
            f"where the ground reaction force passes the hip-ankle line; fit to {_COMMON}; sd between people",
            sd=float(np.sqrt(spread().whole[1, 1])),
        ),
        ("watch.stance", "peak_fraction"): line(
            numbers["peak_fraction"],
            3,
            error["peak_fraction"],
            "1",
            "share of stance at which the joint force peaks, mean of the lab runners",
            sd=float(data.peak_share.std(ddof=1)),
            by=RUNNERS,
        ),
        ("watch.stance", "impulse_share"): line(
            float(impulse.mean()),
            3,
            float(impulse.std(ddof=1)) / np.sqrt(_runners()),
            "1",
            "impulse over peak force times contact time, mean of the lab runners",
            sd=float(impulse.std(ddof=1)),
            by=RUNNERS,
        ),
    }


def _person_entries() -> Entries:
    people = spread()
    knee_sd, line_sd = (float(sd) for sd in np.sqrt(np.diag(people.whole)))
    knee_within, line_within = (float(sd) for sd in np.sqrt(np.diag(people.within)))
    shared = float(people.whole[0, 1]) / (knee_sd * line_sd)
    shared_se = (1 - shared**2) / float(np.sqrt(_runners())) / 2
    together = float(people.within[0, 1]) / (knee_within * line_within)
    both = "between knee flexion and force line of the same runner: whose knee bends more has the force line closer"
    about = "knee flexion of runners left out about the fit"
    knee, offset = (
        "knee offset of one speed about the runner's mean",
        "force-line shift of one speed about the runner's mean",
    )
    return {
        ("noise.person", "knee_flexion_deg"): line(knee_sd, 2, _se_of_sd(knee_sd), "deg", about, by=RUNNERS),
        ("noise.person", "style_correlation"): line(shared, 2, shared_se, "1", both, by=RUNNERS),
        ("personal.within", "knee_deg"): line(knee_within, 2, _se_of_sd(knee_within, 4), "deg", knee, by=RUNNERS),
        ("personal.within", "force_line_share"): line(
            line_within, 5, _se_of_sd(line_within, 4), "1", offset, by=RUNNERS
        ),
        ("personal.within", "correlation"): line(together, 2, _CORRELATION_SE, "1", "between the two", by=RUNNERS),
    }


def _error_entries() -> Entries:
    data, slope = trials(), speed_slope()
    contact = float(np.std(np.log(data.contact / loads(data, refit(data, studies=True)).contact_time_s)))
    shipped = next(score for score in scores() if score.name == SHIPPED)
    force, change = shipped.absolute() / 100, shipped.change(2.5, 4.5) / 100
    told = {
        ("noise.predicted", "contact"): (
            contact,
            3,
            "relative, contact time predicted from cadence and speed, between runners",
        ),
        ("noise.model", "speed_slope"): (
            slope,
            2,
            "the same of a change with speed: 90 % of the changes of runners left out lie in the 90 % interval",
        ),
        ("watch.calibration", "force_error"): (
            force,
            3,
            "root mean square error of the peak force of runners left out",
        ),
        ("watch.calibration", "change_error"): (change, 3, "the same of a change of force from 2.5 to 4.5 m/s"),
    }
    return {
        name: line(number, digits, _se_of_sd(number), "1", note, by=RUNNERS)
        for name, (number, digits, note) in told.items()
    }


def written(text: str, found: dict[tuple[str, str], str]) -> str:
    """Return parameters.toml with the entries replaced; new ones go to the end of their table."""
    for (table, name), entry in found.items():
        head = re.search(rf"^\[{re.escape(table)}\]\n", text, re.MULTILINE)
        if head is None:
            text += f"\n[{table}]\n{name} = {entry}\n"
            continue
        following = re.search(r"^\[", text[head.end() :], re.MULTILINE)
        end = head.end() + following.start() if following else len(text)
        body = text[head.end() : end]
        old = re.search(rf"^{name} = .*$", body, re.MULTILINE)
        new = body[: old.start()] + f"{name} = {entry}" + body[old.end() :] if old else f"{name} = {entry}\n" + body
        text = text[: head.end()] + new + text[end:]
    return text


def main() -> None:
    for score in scores():
        by_speed = " ".join(f"{score.absolute(speed):5.1f}" for speed in SPEEDS)
        changes = f"{score.change(2.5, 3.5):5.1f} {score.change(2.5, 4.5):5.1f}"
        print(f"{score.name:58s} {score.absolute():5.1f} {score.bias():+5.1f} | {by_speed} | changes {changes}")
    main_model = refit(trials(), studies=True)
    print("step rate +10 %, -10 %:", [round(100 * change_of(main_model, study), 1) for study in _force_studies()])
    for (table, name), entry in entries().items():
        print(f"[{table}] {name} = {entry}")
    if "--write" in sys.argv:
        PARAMETERS.write_text(written(PARAMETERS.read_text(encoding="utf-8"), entries()), encoding="utf-8")


def _force_studies() -> list[Change]:
    return [study for study in STUDIES if study.quantity == "force"]


if __name__ == "__main__":
    main()
