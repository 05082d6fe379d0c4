"""How much one lab trial at one speed sharpens the watch model at the other two, on runners it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.calibration import Trials, loads, refit, trials
from benchmarks.rbds import SPEEDS
from kneewise.domain import KneeStyle
from kneewise.load.knee.model import KneeModel
from kneewise.load.knee.per_step import per_step
from kneewise.load.knee.personal import StyleTrial, generic_style, personal_model, personal_style
from kneewise.load.uncertainty import States, person_effects, root_sum, z_score

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rung:
    """Calibrated at one speed: log errors at the others before and after, and what the intervals claim of them."""

    speed: float
    before: Floats
    after: Floats
    change_before: Floats
    change_after: Floats
    claimed_before: Floats
    claimed_after: Floats

    def covered(self, *, after: bool) -> float:
        """Share of the errors within the 90 % interval for others, without what the lab shares with the watch."""
        errors, claimed = (self.after, self.claimed_after) if after else (self.before, self.claimed_before)
        return float(np.mean(np.abs(errors) <= z_score() * claimed))


@cache
def rungs() -> tuple[Rung, ...]:
    return tuple(_rung(speed) for speed in SPEEDS)


def _rung(speed: float) -> Rung:
    data = trials()
    columns: dict[str, list[float]] = {name: [] for name in Rung.__dataclass_fields__ if name != "speed"}
    for runner in np.unique(data.runner):
        own = data.of(data.runner == runner)
        model = refit(data.of(data.runner != runner), studies=True)
        at = int(np.flatnonzero(own.speed == speed)[0])
        style = personal_style([trial_of(own, at)], model)
        errors = {
            "before": np.log(loads(own, model).peak_force_bw / own.force),
            "after": np.log(loads(own, personal_model(model, style)).peak_force_bw / own.force),
        }
        for row in np.flatnonzero(own.speed != speed).tolist():
            for name, error in errors.items():
                columns[name].append(float(error[row]))
                columns[f"change_{name}"].append(float(error[row] - error[at]))
            columns["claimed_before"].append(_claimed(own, row, model, generic_style()))
            columns["claimed_after"].append(_claimed(own, row, model, style))
    return Rung(speed, **{name: np.array(column) for name, column in columns.items()})


def trial_of(own: Trials, row: int) -> StyleTrial:
    return StyleTrial(
        "lab",
        "one day",
        float(own.speed[row]),
        float(own.cadence[row]),
        float(own.height_m[row]),
        float(own.knee[row]),
        float(own.force[row]),
    )


def _claimed(own: Trials, row: int, model: KneeModel, style: KneeStyle) -> float:
    """Standard deviation of log force by style; lever arm and ratio are the same formulas in lab and watch."""
    contact = per_step(
        own.speed[[row]], own.cadence[[row]], height_m=float(own.height_m[row]), model=model
    ).contact_time_s
    states = States(own.speed[[row]], own.cadence[[row]], np.asarray(contact), np.ones(1), np.zeros(1))
    effects = person_effects(states, float(own.height_m[row]), style=style)["peak_force_bw"]
    return float(root_sum(effects["knee"], effects["offset"])[0])
