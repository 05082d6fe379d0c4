"""The same run at another cadence: same speeds, same slopes, quicker or slower steps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Estimate, json_number
from kneewise.evidence.parameters import value
from kneewise.load.along import Way
from kneewise.load.knee.limits import limits
from kneewise.load.knee.model import KneeModel, alternative_model
from kneewise.load.knee.per_step import per_step
from kneewise.load.knee_km import UNIT, KneeKm
from kneewise.load.run_load import height_of
from kneewise.load.uncertainty import z_score

Floats = NDArray[np.float64]

#: Rows that stand for a run: more change the fourth digit only, and a slider must not wait.
_MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class CadenceChange:
    """A run with its cadence changed by some percent.

    Attributes
    ----------
    cadence_spm : float
        Mean of the run with the change, steps per minute of both feet.
    knee_km : Estimate
        What the run would have cost; NaN where the change leaves what the model covers.
    change_percent : Estimate
        Against the run as it was; its interval holds the doubt about the change alone.
    outside : str or None
        Why it lies outside what was studied, in words.
    """

    percent: int
    cadence_spm: float
    knee_km: Estimate
    change_percent: Estimate
    outside: str | None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "percent": self.percent,
            "cadence_spm": json_number(self.cadence_spm),
            "knee_km": self.knee_km.to_json(),
            "change_percent": self.change_percent.to_json(),
            "outside": self.outside,
        }


def cadence_changes(way: Way, whole: KneeKm) -> list[CadenceChange]:
    """Return the run at cadences from 10 % slower to 15 % quicker, in steps of 1 %.

    Parameters
    ----------
    whole : KneeKm
        The run as it was, in knee-km.

    Notes
    -----
    Contact time follows cadence by the exponent of its prediction, also where a device measured it. Peak force falls
    faster than the number of steps grows, so a higher cadence at the same speed never costs more.
    """
    if not (math.isfinite(whole.value.value) and way.known.any()):
        return []
    low, high = round(value("story.cadence_low_percent")), round(value("story.cadence_high_percent"))
    percent = np.arange(low, high + 1)
    rows = _Rows.of(way)
    factors = 1 + percent / 100
    main = rows.costs(factors, way.model)
    other = rows.costs(factors, way.personal(alternative_model().with_(cocontraction=way.convention.factor)))
    base = int(-low)
    ratio, alternative = (costs / costs[base] for costs in (main, other))
    # Only the change of force is modelled; the change of the number of steps is arithmetic.
    force, fits = np.log(ratio / factors), np.abs(np.log(alternative / ratio))
    sd = np.fmax(value("noise.model.slope") * np.abs(force), fits)
    outside = rows.outside(factors, way.model)
    mean = rows.mean_cadence()
    return [
        _one(int(change), mean * float(factors[place]), whole, float(ratio[place]), float(sd[place]), outside[place])
        for place, change in enumerate(percent)
    ]


def _one(percent: int, cadence: float, whole: KneeKm, ratio: float, sd: float, outside_share: float) -> CadenceChange:
    was, reach, level = whole.value, z_score(), value("interval.level")
    beyond = outside_share > value("coverage.notable_share")
    if beyond:
        ratio = math.nan
    own = math.log(was.value / was.low) / reach
    wider = math.exp(reach * (math.hypot(own, sd) - own))
    basis = f"{was.basis}; cadence {percent:+d} % at the same speeds and slopes"
    known = Estimate(was.value * ratio, was.low * ratio / wider, was.high * ratio * wider, UNIT, basis, level)
    low, high = (100 * (ratio * math.exp(sign * reach * sd) - 1) for sign in (-1, 1))
    changed = Estimate(100 * (ratio - 1), low, high, "%", basis, level)
    return CadenceChange(percent, cadence, known, changed, _outside(percent, beyond, outside_share))


def _outside(percent: int, beyond: bool, share: float) -> str | None:
    if beyond:
        return f"For {share:.0%} of this run the model does not cover such steps, so there is no number."
    studied = value("story.cadence_studied_percent")
    if abs(percent) > studied:
        return f"Changes beyond {studied:.0f} % were not studied; this is the model carried on."
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Known running rows, arrays of shape (n,); neighbours are drawn together where there are very many."""

    speed: Floats
    cadence: Floats
    contact: Floats
    grade: Floats
    seconds: Floats
    height_m: float

    @classmethod
    def of(cls, way: Way) -> _Rows:
        ok = way.known
        each = max(1, math.ceil(int(ok.sum()) / _MOST_ROWS))

        def drawn(column: NDArray[np.floating]) -> Floats:
            return np.asarray(column[ok][::each], dtype=np.float64)

        return cls(
            drawn(way.rows.speed),
            drawn(way.rows.cadence),
            drawn(way.step.contact_time_s),
            drawn(way.rows.grade),
            drawn(way.rows.seconds),
            height_of(way.runner),
        )

    def mean_cadence(self) -> float:
        """Mean over time, steps per minute of both feet."""
        return float(self.seconds @ self.cadence / self.seconds.sum())

    def costs(self, factors: Floats, model: KneeModel) -> Floats:
        """Sum of peak force over the steps for each factor on cadence, in one pass; shape (factors,)."""
        step = self._step(factors, model, checked=False)
        force = step.peak_force_bw.reshape(len(factors), -1)
        sums: Floats = (force @ (self.seconds * self.cadence)) * factors
        return sums

    def outside(self, factors: Floats, model: KneeModel) -> list[float]:
        """Share of the time that the model does not cover, for each factor."""
        step = self._step(factors, model, checked=True)
        bad = np.isnan(step.peak_force_bw).reshape(len(factors), -1)
        return [float(share) for share in bad @ self.seconds / self.seconds.sum()]

    def _step(self, factors: Floats, model: KneeModel, *, checked: bool) -> Any:
        exponent = value("watch.contact.step_time_exponent")
        bounds = limits()["contact_time_s"]
        contact = np.outer(factors**-exponent, self.contact)
        if not checked:  # a contact time outside its limits would be replaced by a prediction, with a jump
            contact = np.clip(contact, bounds.reject_low, bounds.reject_high)
        many = len(factors)
        return per_step(
            np.tile(self.speed, many),
            np.outer(factors, self.cadence).ravel(),
            height_m=self.height_m,
            contact_time_s=contact.ravel(),
            grade_deg=np.tile(self.grade, many),
            model=model,
            checked=checked,
        )
