"""What a run is expected to cost the knee, and easier ways to do the same run: computed, never invented."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kneewise.domain.estimate import Estimate, Interval
from kneewise.domain.plan import Alternative
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.load import Reference, knee_load
from kneewise.load.knee_km import UNIT
from kneewise.plan.inputs import PlanInputs
from kneewise.plan.rules import rounded_down_m
from kneewise.units import METRES_PER_KM


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCost:
    """The runner's easy running: speed, cadence and what a kilometre of it costs.

    Attributes
    ----------
    own_cadence : bool
        Whether the cadence is the runner's own; a population's is no base for a cadence target.
    may_retrain : bool
        Whether quicker steps may be offered at all.
    """

    speed_mps: float
    cadence_spm: float
    height_m: float
    reference: Reference
    own_cadence: bool
    may_retrain: bool

    @classmethod
    def of(cls, inputs: PlanInputs) -> RunCost:
        """Read it from the inputs; the reference stands in for what is not told."""
        reference = inputs.reference
        own = inputs.cadence_spm is not None or reference.kind == "own"
        return cls(
            speed_mps=inputs.easy_speed_mps or reference.speed_mps,
            cadence_spm=inputs.cadence_spm or reference.cadence_spm,
            height_m=inputs.runner.height_m or reference.height_m,
            reference=reference,
            own_cadence=own,
            may_retrain=not inputs.blocks("gait_retraining") and _no_guard(inputs),
        )

    @property
    def knee_km_per_km(self) -> float | None:
        """Cost of a kilometre at easy pace; ``None`` where the model does not reach."""
        cost = _per_km(self.speed_mps, self.cadence_spm, self.height_m, self.reference).value
        return cost if math.isfinite(cost) else None

    def knee_km(self, distance_m: float, cadence_factor: float = 1.0, grade_deg: float = 0.0) -> Estimate | None:
        """Return the expected knee-km of a distance run at easy pace, with both intervals.

        Parameters
        ----------
        grade_deg : float
            Slope, positive uphill.
        """
        per_km = _per_km(self.speed_mps, self.cadence_spm * cadence_factor, self.height_m, self.reference, grade_deg)
        if not math.isfinite(per_km.value):
            return None
        km = distance_m / METRES_PER_KM
        others = per_km.others
        return Estimate(
            value=per_km.value * km,
            low=per_km.low * km,
            high=per_km.high * km,
            unit=UNIT,
            basis=f"expected at {self.speed_mps:.2f} m/s {_ground(grade_deg)}; {per_km.basis}",
            level=per_km.level,
            others=None if others is None else Interval(others.low * km, others.high * km),
        )

    def distance_m(self, minutes: float) -> float:
        """Return how far easy running of so many minutes goes."""
        return minutes * 60 * self.speed_mps

    def minutes(self, distance_m: float) -> float:
        """Return how long a distance takes at easy pace."""
        return distance_m / self.speed_mps / 60


@lru_cache(maxsize=256)
def _per_km(
    speed_mps: float, cadence_spm: float, height_m: float, reference: Reference, grade_deg: float = 0.0
) -> Estimate:
    # Level ground is the model's own default; a slope of 0 would count as one that was measured.
    slope = grade_deg or None
    return knee_load(speed_mps, cadence_spm, height_m, grade_deg=slope, reference=reference).knee_km_per_km


def _ground(grade_deg: float) -> str:
    if not grade_deg:
        return "on the flat"
    return f"on an assumed slope of {abs(grade_deg):g} degrees {'up' if grade_deg > 0 else 'down'}"


def added(one: Estimate, other: Estimate) -> Estimate:
    """Return the cost of two parts of a run; the ends of the intervals add, as both parts share their errors."""
    both = None
    if one.others is not None and other.others is not None:
        both = Interval(one.others.low + other.others.low, one.others.high + other.others.high)
    return Estimate(
        value=one.value + other.value,
        low=one.low + other.low,
        high=one.high + other.high,
        unit=UNIT,
        basis=f"{one.basis}; {other.basis.partition(';')[0]}",
        level=one.level,
        others=both,
    )


def _no_guard(inputs: PlanInputs) -> bool:
    guards = knowledge().gait_rules
    measured = {
        "acute_calf_achilles_plantar": _number(inputs.gait.acute_calf_achilles_plantar),
        "bone_stress_injury": float(inputs.condition == "bone_stress_injury"),
        "open_red_flags": float(len(inputs.pain.open_flags)),
        "pain_change_in_trial": inputs.gait.pain_change,
        "calf_or_achilles_pain": inputs.gait.calf_or_achilles_pain,
    }
    return guards["contraindicated"].holds(measured) is not True and guards["stop"].holds(measured) is not True


def _number(answer: bool | None) -> float | None:
    return None if answer is None else float(answer)


def easier_ways(cost: RunCost, distance_m: float) -> tuple[Alternative, ...]:
    """Return easier ways to do the same run, with what each would cost; none where it would not cost less."""
    usual = cost.knee_km(distance_m)
    if usual is None:
        return ()
    found = [_quicker_steps(cost, distance_m, usual), _walk_breaks(cost, distance_m, usual)]
    return tuple(way for way in found if way is not None)


def _quicker_steps(cost: RunCost, distance_m: float, usual: Estimate) -> Alternative | None:
    if not (cost.own_cadence and cost.may_retrain):
        return None
    target = knowledge().gait_rules["target"].values["target"]
    lowest = knowledge().gait_rules["trial"].number("first_pct")
    aim_pct = target.low
    if aim_pct is None or target.high is None or not lowest <= aim_pct <= target.high:
        return None
    cadence = round(cost.cadence_spm * (1 + aim_pct / 100))
    factor = cadence / cost.cadence_spm
    eased = cost.knee_km(distance_m, factor)
    if eased is None or eased.value >= usual.value or not lowest <= (factor - 1) * 100 <= target.high:
        return None
    text = (
        f"The same {distance_m / METRES_PER_KM:.1f} km at {cadence} steps a minute costs {eased.value:.1f} instead of "
        f"{usual.value:.1f} knee-km. Calf and foot take more."
    )
    return Alternative(text=text, knee_km=eased)


def _walk_breaks(cost: RunCost, distance_m: float, usual: Estimate) -> Alternative | None:
    walk_min, run_min = walk_break_minutes()
    share = run_min / (walk_min + run_min)
    eased = cost.knee_km(distance_m * share)
    if eased is None:
        return None
    text = (
        f"The same time with {walk_min:g} minute of walking after each {run_min:g} minutes costs {eased.value:.1f} "
        f"instead of {usual.value:.1f} knee-km."
    )
    return Alternative(text=text, knee_km=eased)


def in_two(cost: RunCost, distance_m: float, other_day: date) -> Alternative | None:
    """Return the run split over two days: more and shorter runs are the first thing that the education trials changed.

    Notes
    -----
    The sum stays as it is; what gets smaller is the cost at one time (trek-pfp). ``None`` where a half is no run.
    """
    half_m = rounded_down_m(distance_m / 2)
    half, whole = cost.knee_km(half_m), cost.knee_km(distance_m)
    if half is None or whole is None or cost.minutes(half_m) < value("plan.session.shortest_min"):
        return None
    km = half_m / METRES_PER_KM
    text = (
        f"In two: {km:.1f} km on this day and {km:.1f} km on {other_day:%a} {other_day.day} {other_day:%b}, if you "
        f"have time. Each costs {half.value:.1f} instead of {whole.value:.1f} knee-km at once. Both together "
        "still cost about the same."
    )
    return Alternative(text=text, knee_km=half)


def walk_break_minutes() -> tuple[float, float]:
    """Return minutes of walking and of running of the walk breaks that ease a run: those of the fifth rung."""
    block = knowledge().ladder["R4"].blocks[0]
    return block.walk_min, block.run_min
