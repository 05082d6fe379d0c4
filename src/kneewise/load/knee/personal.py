"""The ladder: what a lab or video trial says of a runner's own knee, weighed against what runners differ by.

A runner differs from the generic model in two numbers, knee flexion and the place of the force line (``KneeStyle``).
Between people they are Gaussian with the covariance found in the lab runners; a trial shows them with the scatter of
one speed about the runner's mean and with what a session can be off by (marker placement, knee centre; for video the
camera). Prior and scatter are Gaussian and a trial's two numbers are the runner's plus scatter, so the posterior is
closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import KneeStyle
from kneewise.evidence.parameters import parameter, value
from kneewise.load.knee.model import KneeModel, knee_model
from kneewise.load.knee.per_step import per_step

Floats = NDArray[np.float64]
Tier = Literal["lab", "video"]


@dataclass(frozen=True, slots=True)
class StyleTrial:
    """One steady trial of a runner.

    Attributes
    ----------
    session : str
        Trials of one session share what its markers or its camera are off by; the local date will do.
    knee_flexion_deg : float
        Peak in stance, mean of both legs.
    peak_force_bw : float or None
        Peak patellofemoral force under the net-moment convention; ``None`` from video.
    knee_sd_deg : float or None
        What the angle may be off by; the default of the tier where not told.
    """

    tier: Tier
    session: str
    speed_mps: float
    cadence_spm: float
    height_m: float
    knee_flexion_deg: float
    peak_force_bw: float | None = None
    knee_sd_deg: float | None = None


def generic_style() -> KneeStyle:
    """Return what is known of a runner who was never measured."""
    whole = _whole()
    knee, line = np.sqrt(np.diag(whole)).tolist()
    return KneeStyle(0.0, 0.0, knee, line, float(whole[0, 1]) / (knee * line), 0, "the generic runner")


def personal_style(trials: Sequence[StyleTrial], model: KneeModel | None = None) -> KneeStyle:
    """Return what trials say of a runner; the order does not matter.

    Parameters
    ----------
    trials : sequence of StyleTrial
        All trials so far; none gives :func:`generic_style`.
    model : KneeModel, optional
        What the offsets are counted from; the generic model by default.

    Notes
    -----
    The standard deviations hold for one speed: they keep the scatter about the runner's mean, so they never fall to 0.
    """
    if not trials:
        return generic_style()
    shown = [_shown(trial, model or knee_model()) for trial in trials]
    seen = np.concatenate([one.numbers for one in shown])
    pick = np.concatenate([np.eye(2)[: one.numbers.size] for one in shown])
    weight = np.linalg.inv(_scatter(trials, shown))
    prior = np.linalg.inv(_whole() - _within())
    left = np.linalg.inv(prior + pick.T @ weight @ pick)
    knee_offset, shift = (left @ pick.T @ weight @ seen).tolist()
    unknown = left + _within()
    knee_sd, line_sd = np.sqrt(np.diag(unknown)).tolist()
    sessions = len({(trial.tier, trial.session) for trial in trials})
    return KneeStyle(
        knee_offset_deg=knee_offset,
        force_line_shift_share=shift,
        knee_sd_deg=knee_sd,
        force_line_sd_share=line_sd,
        correlation=float(unknown[0, 1]) / (knee_sd * line_sd),
        sessions=sessions,
        basis=_basis(trials, sessions),
    )


def style_of_known_knee(offset_deg: float, sd_deg: float) -> KneeStyle:
    """Return the style of a runner with this knee offset at one speed, and what that says of the force line.

    A knee that bends further has the force line closer in most runners, so one degree more is less load than the
    formulas alone say.
    """
    whole = _whole()
    slope = float(whole[0, 1] / whole[0, 0])
    besides = float(whole[1, 1]) - slope**2 * float(whole[0, 0])
    line_sd = (besides + (slope * sd_deg) ** 2) ** 0.5
    return KneeStyle(offset_deg, slope * offset_deg, sd_deg, line_sd, slope * sd_deg / line_sd, 1, "this knee angle")


def personal_model(model: KneeModel, style: KneeStyle | None) -> KneeModel:
    """Return the model of this runner."""
    if style is None:
        return model
    return model.with_(
        knee_offset_deg=style.knee_offset_deg,
        force_line_offset_share=model.force_line_offset_share + style.force_line_shift_share,
    )


def trial_style(
    speed_mps: float,
    cadence_spm: float,
    height_m: float,
    knee_flexion_deg: float,
    peak_force_bw: float,
    model: KneeModel | None = None,
) -> tuple[float, float]:
    """Return the knee offset and the force-line shift with which the model gives exactly this angle and force."""
    model = model or knee_model()
    offset = knee_flexion_deg - _at(speed_mps, cadence_spm, height_m, model)[0]
    bent = model.with_(knee_offset_deg=offset)
    # Force falls in a straight line as the force line moves.
    step = bent.force_line_offset_share / 2
    here = _at(speed_mps, cadence_spm, height_m, bent)[1]
    moved = _at(
        speed_mps, cadence_spm, height_m, bent.with_(force_line_offset_share=bent.force_line_offset_share + step)
    )[1]
    return offset, step * (peak_force_bw - here) / (moved - here)


def _at(speed_mps: float, cadence_spm: float, height_m: float, model: KneeModel) -> tuple[float, float]:
    load = per_step([speed_mps], [cadence_spm], height_m=height_m, model=model, checked=False)
    return float(load.knee_flexion_deg[0]), float(load.peak_force_bw[0])


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    """Offset and shift of one trial (offset alone from video), and how they follow angle and log force, (k, k)."""

    numbers: Floats
    per_error: Floats


def _shown(trial: StyleTrial, model: KneeModel) -> _Shown:
    state = (trial.speed_mps, trial.cadence_spm, trial.height_m)
    if trial.peak_force_bw is None:
        offset = trial.knee_flexion_deg - _at(*state, model)[0]
        return _Shown(np.array([offset]), np.eye(1))
    middle = np.array(trial_style(*state, trial.knee_flexion_deg, trial.peak_force_bw, model))
    by_angle = np.array(trial_style(*state, trial.knee_flexion_deg + 1, trial.peak_force_bw, model)) - middle
    percent = 1 / 100
    stronger = trial.peak_force_bw * float(np.exp(percent))
    by_force = (np.array(trial_style(*state, trial.knee_flexion_deg, stronger, model)) - middle) / percent
    return _Shown(middle, np.column_stack([by_angle, by_force]))


def _scatter(trials: Sequence[StyleTrial], shown: Sequence[_Shown]) -> Floats:
    """Covariance of all numbers shown: scatter of each trial, and the error that trials of a session share."""
    blocks = []
    for row, (one, first) in enumerate(zip(trials, shown, strict=True)):
        line = []
        for column, (other, second) in enumerate(zip(trials, shown, strict=True)):
            block = np.zeros((first.numbers.size, second.numbers.size))
            if (one.tier, one.session) == (other.tier, other.session):
                shared = np.diag(np.square(_session_sd(one)))[: first.numbers.size, : second.numbers.size]
                block += first.per_error @ shared @ second.per_error.T
            if row == column:
                block += _within()[: first.numbers.size, : first.numbers.size]
            line.append(block)
        blocks.append(line)
    return np.block(blocks)


def _session_sd(trial: StyleTrial) -> Floats:
    knee = trial.knee_sd_deg
    if knee is None:
        knee = value("video.knee_flexion_sd_deg" if trial.tier == "video" else "personal.session.knee_deg")
    return np.array([knee, value("personal.session.force")])


def _whole() -> Floats:
    line = parameter("watch.body.force_line_offset_share").sd or 0
    return _covariance(value("noise.person.knee_flexion_deg"), line, value("noise.person.style_correlation"))


def _within() -> Floats:
    names = ("knee_deg", "force_line_share", "correlation")
    return _covariance(*(value(f"personal.within.{name}") for name in names))


def _covariance(first: float, second: float, correlation: float) -> Floats:
    shared = correlation * first * second
    return np.array([[first**2, shared], [shared, second**2]])


def _basis(trials: Sequence[StyleTrial], sessions: int) -> str:
    tiers = " and ".join(sorted({trial.tier for trial in trials}))
    trial_word = "trial" if len(trials) == 1 else "trials"
    session_word = "session" if sessions == 1 else "sessions"
    return f"your own knee from {len(trials)} {tiers} {trial_word} in {sessions} {session_word}"
