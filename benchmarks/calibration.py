"""The watch model fitted to the lab results of 18 runners, and rivals, each judged on runners it has not seen.

The lab results come from ``benchmarks/data/rbds_trials.csv`` (see ``benchmarks.rbds``); ``benchmarks.calibrate`` turns
the fit into parameters. Judging leaves out one runner at a time, all speeds and both legs of that runner together.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from benchmarks.rbds import SPEEDS, TABLE
from kneewise.load import per_step
from kneewise.load.knee.model import KneeFit, KneeModel, knee_model
from kneewise.load.knee.per_step import StepLoad

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: The constants before this calibration, from one speed of a published re-computation.
BEFORE = {"intercept_deg": 25.4, "per_drop_deg_per_mm": 0.200, "per_sweep_deg_per_mm": 0.097, "offset": 0.0239}
#: Contact-time scale and share of stance at the peak that went with them.
BEFORE_CONTACT, BEFORE_PEAK = 0.766, 0.42
#: Scales of the residuals: what two people who run alike differ by, in log force and degrees.
FORCE_SD, KNEE_SD = 0.11, 3.0
#: Wide priors around the constants before: they only keep a poor direction of the fit from running away.
PRIOR_SD = (9.0, 0.3, 0.3, 0.05)


@dataclass(frozen=True)
class Change:
    """A published change with step rate at one speed: log force or degrees, and what it may be off by."""

    rate: float
    quantity: str
    target: float
    sd: float


#: Heiderscheit 2011 (45 runners) and Lenhart 2014 (30 runners): the one experiment that moves cadence within a runner.
#: Force at +10 %: the mean of -14 % (Lenhart) and -17.5 % (Heiderscheit through the joint formulas).
STUDIES = (
    Change(1.1, "force", float(np.log((0.86 + 0.825) / 2)), 0.015),
    Change(0.9, "force", float(np.log(1.167)), 0.02),
    Change(1.1, "knee", -3.5, 0.4),
    Change(0.9, "knee", 4.3, 0.4),
)


@dataclass(frozen=True, eq=False)
class Trials:
    """One row per runner and speed, both legs averaged; arrays of shape (n,)."""

    runner: NDArray[np.int64]
    height_m: Floats
    speed: Floats
    cadence: Floats
    contact: Floats
    knee: Floats
    moment: Floats
    force: Floats
    impulse: Floats
    peak_share: Floats
    difference: Floats

    def of(self, rows: Mask) -> Trials:
        """Return some of the rows."""
        return Trials(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@cache
def trials() -> Trials:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    keys = sorted({(int(row["runner"]), float(row["belt_mps"])) for row in rows})
    found = [[row for row in rows if (int(row["runner"]), float(row["belt_mps"])) == key] for key in keys]

    def mean(name: str) -> Floats:
        return np.array([np.mean([float(row[name]) for row in legs]) for legs in found])

    force = [[float(row["pfj_peak_bw"]) for row in legs] for legs in found]
    return Trials(
        np.array([runner for runner, _ in keys]),
        mean("height_m"),
        np.array([speed for _, speed in keys]),
        mean("cadence_spm"),
        mean("contact_time_s"),
        mean("knee_flexion_peak_deg"),
        mean("knee_moment_peak_nm_per_kg"),
        mean("pfj_peak_bw"),
        mean("pfj_impulse_bw_s"),
        mean("pfj_peak_share"),
        np.array([np.log(legs[-1] / legs[0]) if len(legs) > 1 else np.nan for legs in force]),
    )


# -- the mechanistic model --------------------------------------------------------------------------------------------

Vector = tuple[float, ...]
START: Vector = tuple(BEFORE.values())


def model_of(constants: Vector, contact_scale: float, peak_fraction: float) -> KneeModel:
    """The model of the package with the fitted constants replaced."""
    return knee_model().with_(
        knee=KneeFit(*map(float, constants[:3])),
        force_line_offset_share=float(constants[3]),
        contact_scale=contact_scale,
        peak_fraction=peak_fraction,
    )


def before() -> KneeModel:
    """The model as it was before this calibration."""
    return model_of(START, BEFORE_CONTACT, BEFORE_PEAK)


def contact_scale(data: Trials) -> float:
    """Factor of the contact-time rule that fits the plates; its exponents stay as they were."""
    model = knee_model()
    step_time = 60 / data.cadence
    rule = step_time**model.contact_step_time_exponent * data.speed**model.contact_speed_exponent
    return float(np.exp(np.mean(np.log(data.contact / rule))))


def loads(data: Trials, model: KneeModel, *, measured_contact: bool = False) -> StepLoad:
    """The model at every trial; heights differ, so runner by runner."""
    parts = [
        per_step(
            data.speed[rows],
            data.cadence[rows],
            height_m=float(data.height_m[rows][0]),
            contact_time_s=data.contact[rows] if measured_contact else None,
            model=model,
            checked=False,
        )
        for rows in (np.array([index]) for index in range(len(data.speed)))
    ]
    return StepLoad(*(np.concatenate([getattr(part, name) for part in parts]) for name in StepLoad.__slots__))


def refit(data: Trials, *, studies: bool) -> KneeModel:
    """Least squares over all trials of some runners and, if wanted, the step-rate studies."""
    return _refit(tuple(np.unique(data.runner).tolist()), studies)


@cache
def _refit(runners: tuple[int, ...], studies: bool) -> KneeModel:
    data = trials().of(np.isin(trials().runner, runners))
    start = np.array(START)
    contact, peak = contact_scale(data), float(data.peak_share.mean())

    def residuals(constants: Floats) -> Floats:
        model = model_of(tuple(constants), contact, peak)
        ours = loads(data, model)
        parts = [
            np.log(ours.peak_force_bw / data.force) / FORCE_SD,
            (ours.knee_flexion_deg - data.knee) / KNEE_SD,
            (constants - start) / PRIOR_SD,
        ]
        if studies:
            parts.append(np.array([(change_of(model, study) - study.target) / study.sd for study in STUDIES]))
        return np.concatenate(parts)

    found = least_squares(residuals, start, x_scale=(1.0, 0.01, 0.01, 0.001))
    return model_of(tuple(found.x), contact, peak)


def change_of(model: KneeModel, study: Change) -> float:
    load = per_step([3.0, 3.0], [168.0, 168.0 * study.rate], height_m=1.75, model=model, checked=False)
    if study.quantity == "knee":
        return float(np.diff(load.knee_flexion_deg)[0])
    return float(np.diff(np.log(load.peak_force_bw))[0])


# -- candidates -------------------------------------------------------------------------------------------------------

#: Learns from some runners and returns log force of others.
Candidate = Callable[[Trials, Trials], Floats]


def population_mean(learn: Trials, ask: Trials) -> Floats:
    by_speed = {speed: float(np.log(learn.force[learn.speed == speed]).mean()) for speed in SPEEDS}
    return np.array([by_speed[speed] for speed in ask.speed])


def regression(learn: Trials, ask: Trials, *extra: str) -> Floats:
    def design(data: Trials) -> Floats:
        columns = [np.log(getattr(data, name)) for name in ("cadence", "speed", *extra)]
        return np.column_stack([np.ones(len(data.speed)), *columns])

    weights = np.linalg.lstsq(design(learn), np.log(learn.force), rcond=None)[0]
    return np.asarray(design(ask) @ weights)


def mechanistic(*, fitted: bool, studies: bool = False, scaled: bool = False, contact: bool = False) -> Candidate:
    def candidate(learn: Trials, ask: Trials) -> Floats:
        model = refit(learn, studies=studies) if fitted else before()
        ours = np.log(loads(ask, model, measured_contact=contact).peak_force_bw)
        if scaled:
            known = loads(learn, model, measured_contact=contact).peak_force_bw
            ours += float(np.mean(np.log(learn.force / known)))
        return np.asarray(ours, dtype=np.float64)

    return candidate


def with_residual(learn: Trials, ask: Trials) -> Floats:
    """The refitted model times powers of speed and cadence fitted to what it leaves."""
    model = refit(learn, studies=True)

    def design(data: Trials) -> Floats:
        return np.column_stack([np.ones(len(data.speed)), np.log(data.speed), np.log(data.cadence)])

    left = np.log(learn.force / loads(learn, model).peak_force_bw)
    weights = np.linalg.lstsq(design(learn), left, rcond=None)[0]
    return np.asarray(np.log(loads(ask, model).peak_force_bw) + design(ask) @ weights)


#: The candidate whose constants are in the package.
SHIPPED = "mechanistic, refitted to runners and step-rate studies"


def candidates() -> dict[str, Candidate]:
    return {
        "population mean of the speed": population_mean,
        "regression on cadence and speed": regression,
        "regression on cadence, speed and height": lambda learn, ask: regression(learn, ask, "height_m"),
        "regression on cadence, speed and lab contact time": lambda learn, ask: regression(learn, ask, "contact"),
        "mechanistic, as before": mechanistic(fitted=False),
        "mechanistic, as before, one factor fitted": mechanistic(fitted=False, scaled=True),
        "mechanistic, refitted to the runners alone": mechanistic(fitted=True),
        SHIPPED: mechanistic(fitted=True, studies=True),
        "the same with lab contact time": mechanistic(fitted=True, studies=True, contact=True),
        "the same with a fitted residual": with_residual,
    }


@dataclass(frozen=True, eq=False)
class Score:
    """Errors on left-out runners in percent (log units times 100)."""

    name: str
    errors: Floats

    def absolute(self, speed: float | None = None) -> float:
        """Root mean square error, of one speed or of all."""
        data = trials()
        rows = np.ones(len(data.speed), dtype=np.bool_) if speed is None else data.speed == speed
        return rms(self.errors[rows])

    def bias(self) -> float:
        """Mean error."""
        return 100 * float(self.errors.mean())

    def change(self, first: float, last: float) -> float:
        """Root mean square error of the change between two speeds of one runner."""
        return rms(self.of_speed(last) - self.of_speed(first))

    def change_bias(self, first: float, last: float) -> float:
        """Mean error of the same."""
        return 100 * float((self.of_speed(last) - self.of_speed(first)).mean())

    def of_speed(self, speed: float) -> Floats:
        """Errors at one speed, in the order of the runners."""
        return np.asarray(self.errors[trials().speed == speed])

    def correlation(self, speed: float) -> float:
        """Correlation of measured and predicted log force between runners at one speed."""
        data = trials()
        rows = data.speed == speed
        log_force = np.log(data.force[rows])
        return float(np.corrcoef(log_force, log_force + self.errors[rows])[0, 1])


def rms(errors: Floats) -> float:
    return 100 * float(np.sqrt(np.mean(errors**2)))


def left_out(candidate: Candidate) -> Floats:
    """Log error of every trial, each runner predicted from the others."""
    data = trials()
    errors = np.empty(len(data.speed))
    for runner in np.unique(data.runner):
        out = data.runner == runner
        errors[out] = candidate(data.of(~out), data.of(out)) - np.log(data.force[out])
    return errors


@cache
def scores() -> tuple[Score, ...]:
    return tuple(Score(name, left_out(candidate)) for name, candidate in candidates().items())
