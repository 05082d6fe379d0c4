"""The runner's easy flat running: what one knee-kilometre is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import KneeStyle
from kneewise.evidence.parameters import value
from kneewise.load.knee.convention import Convention, require_one_convention
from kneewise.load.knee.model import knee_model
from kneewise.load.knee.per_step import per_step
from kneewise.load.knee.personal import personal_model
from kneewise.load.natural_cadence import natural_cadence_spm
from kneewise.load.runs import FlatRunning, RunLoad, empty_flat_running, sum_flat_running
from kneewise.load.uncertainty import States

Floats = NDArray[np.float64]

#: Histograms held before they are added; the order of adding, and so the sum, stays that of the runs.
_ADDED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Reference:
    """Easy flat running; a kilometre of it is 1 knee-km.

    Attributes
    ----------
    kind : {"own", "population"}
        Learned from the runner's history, or recreational runners of this height until there is enough of it.
    peak_force_bw, impulse_bw_s : float
        Means over the steps.
    steps_per_km : float
        Steps of both feet.
    speed_mps, cadence_spm, contact_time_s : float
        Mean state.
    measured_contact_share : float
        Share of the steps whose contact time a device measured.
    cadence_ratio : float or None
        The runner's cadence over the natural cadence of people of this height at the same speed; ``None`` if unknown.
    runs, seconds : int, float
        Flat running that it rests on.
    basis : str
        The same in words.
    style : KneeStyle or None
        The runner's own knee behind the force, where trials have shown it.
    """

    kind: Literal["own", "population"]
    peak_force_bw: float
    impulse_bw_s: float
    steps_per_km: float
    speed_mps: float
    cadence_spm: float
    contact_time_s: float
    measured_contact_share: float
    cadence_ratio: float | None
    height_m: float
    convention: Convention
    runs: int
    seconds: float
    basis: str
    style: KneeStyle | None = None

    def states(self) -> States:
        """Return the mean state for error propagation."""
        numbers = (self.speed_mps, self.cadence_spm, self.contact_time_s, self.measured_contact_share, 0.0)
        return States(*(np.array([number]) for number in numbers))

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able dictionary."""
        return asdict(self)

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Reference:
        """Read what :meth:`to_dict` wrote."""
        style = document.get("style")
        made = {"convention": Convention(**document["convention"]), "style": style and KneeStyle(**style)}
        return cls(**{**document, **made})


def population_reference(
    height_m: float | None = None, convention: Convention | None = None, style: KneeStyle | None = None
) -> Reference:
    """Return easy running of recreational runners of this height: 9.9 km/h, 164 steps/min at 1.75 m.

    Parameters
    ----------
    height_m : float, optional
        1.75 m where not told.
    style : KneeStyle, optional
        The runner's own knee: his easy kilometre is 1 knee-km, whatever it costs others.
    """
    convention = convention or Convention()
    usual = knee_model().reference_height_m
    height = height_m or usual
    speed = np.array([value("population.easy_speed_mps")])
    for_height = natural_cadence_spm(speed, height) / natural_cadence_spm(speed, usual)
    cadence = value("population.easy_cadence_spm") * for_height
    step = per_step(speed, cadence, height_m=height, model=personal_model(convention.model(), style))
    basis = (
        f"easy running of recreational runners {height:.2f} m tall ({speed[0]:.2f} m/s, {cadence[0]:.0f} steps/min), "
        "until your own flat running is enough to learn from"
    )
    return Reference(
        kind="population",
        peak_force_bw=float(step.peak_force_bw[0]),
        impulse_bw_s=float(step.impulse_bw_s[0]),
        steps_per_km=float(1000 / speed[0] * cadence[0] / 60),
        speed_mps=float(speed[0]),
        cadence_spm=float(cadence[0]),
        contact_time_s=float(step.contact_time_s[0]),
        measured_contact_share=0.0,
        cadence_ratio=None,
        height_m=height,
        convention=convention,
        runs=0,
        seconds=0.0,
        basis=basis,
        style=style,
    )


def learn_reference(loads: Iterable[RunLoad], height_m: float | None = None) -> Reference:
    """Learn the runner's easy flat running from the runs so far.

    Parameters
    ----------
    loads : iterable of RunLoad
        All runs that may speak for the runner, in any order, of one convention. Drawn one at a time, so that no
        history is too long.
    height_m : float, optional
        For the population value; taken from the runs where there are any.

    Returns
    -------
    Reference
        Of kind ``"own"`` with at least three runs of five minutes and one hour in all of flat running with measured
        cadence; else the population's.

    Notes
    -----
    Easy is the flat running between the 20th and the 50th percentile of speed, weighted by time: slower comes from
    warm-up and walk breaks, faster from tempo and races. The choice matters little, because a faster kilometre takes
    fewer but dearer steps: the peak-force sum of a kilometre falls by only about 1 % for 0.1 m/s.
    """
    conventions: dict[Convention, None] = {}
    style: KneeStyle | None = None
    height, runs = height_m, 0
    parts = [empty_flat_running()]
    for number, load in enumerate(loads):
        conventions[load.convention] = None
        style = load.style
        height = load.height_m if number == 0 else height
        if _speaks(load):
            runs += 1
            parts.append(load.flat)
        if len(parts) > _ADDED_AT_ONCE:
            parts = [sum_flat_running(parts)]
    require_one_convention(conventions)
    convention = next(iter(conventions), Convention())
    whole = sum_flat_running(parts)
    if runs < value("reference.minimum_runs") or whole.seconds.sum() < value("reference.minimum_s"):
        return population_reference(height, convention, style)
    return _own(whole, runs, height or knee_model().reference_height_m, convention, style)


def _speaks(load: RunLoad) -> bool:
    return float(load.flat.seconds.sum()) >= value("reference.minimum_run_s")


def _own(whole: FlatRunning, runs: int, height_m: float, convention: Convention, style: KneeStyle | None) -> Reference:
    weights = _band(whole.seconds, value("reference.easy_low_percentile"), value("reference.easy_high_percentile"))
    sums = {field.name: float(weights @ getattr(whole, field.name)) for field in fields(FlatRunning)}
    steps, seconds, distance = sums["steps"], sums["seconds"], sums["distance_m"]
    hours = float(whole.seconds.sum()) / 3600
    speed, cadence = distance / seconds, steps / seconds * 60
    basis = (
        f"your own easy flat running ({speed:.2f} m/s, {cadence:.0f} steps/min), "
        f"learned from {runs} runs with {hours:.1f} h on the flat"
    )
    return Reference(
        kind="own",
        peak_force_bw=sums["force_sum_bw"] / steps,
        impulse_bw_s=sums["impulse_sum_bw_s"] / steps,
        steps_per_km=1000 * steps / distance,
        speed_mps=speed,
        cadence_spm=cadence,
        contact_time_s=sums["contact_sum_s"] / steps,
        measured_contact_share=sums["measured_steps"] / steps,
        cadence_ratio=_cadence_ratio(whole, height_m),
        height_m=height_m,
        convention=convention,
        runs=runs,
        seconds=float(whole.seconds.sum()),
        basis=basis,
        style=style,
    )


def _band(seconds: Floats, low_percentile: float, high_percentile: float) -> Floats:
    """Share of each bin that lies between two percentiles of time; bins are in rising order of speed."""
    end = np.cumsum(seconds) / seconds.sum() * 100
    start = np.concatenate(([0], end[:-1]))
    inside = np.minimum(end, high_percentile) - np.maximum(start, low_percentile)
    share: Floats = np.clip(inside, 0, None) / (end - start)
    return share


def _cadence_ratio(whole: FlatRunning, height_m: float) -> float:
    natural_steps = natural_cadence_spm(whole.distance_m / whole.seconds, height_m) / 60 * whole.seconds
    return float(whole.steps.sum() / natural_steps.sum())
