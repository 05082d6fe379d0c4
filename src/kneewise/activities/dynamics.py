"""Running dynamics and power from several sources: one source per quantity, its unit checked by value.

Precedence (first that recorded at least half as many values as the fullest source):

=====================  ==========================================================================================
quantity               order
=====================  ==========================================================================================
contact time,          the watch's field when the file also has a left-right balance (only a chest strap or a
vertical oscillation,  running pod measures one: "watch (chest strap)"), then a foot pod's developer field (Stryd,
step length, balance   runScribe, others by name), then the watch's field without balance (from the wrist)
power                  a foot pod's developer field, then the watch's field, then other applications
=====================  ==========================================================================================

Sources are never mixed within one activity, and 0 means "no value".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kneewise.activities.channels import WATCH, Quantity, Table, unit_factor
from kneewise.domain import Floats, Issue
from kneewise.evidence.parameters import value

STRAP = "watch (chest strap)"


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one quantity is called, which dimension it has, and which parameter entries bound it."""

    column: str
    names: tuple[str, ...]
    dimension: str | None
    factors: tuple[float, ...]
    low: str
    high: str
    label: str


_KINDS = (
    _Kind(
        "contact_time_s",
        ("stance_time", "Ground Time", "Ground Contact Time", "Contact Time", "GCT"),
        "time",
        (1e-3, 1.0, 1e-4),
        "cleaning.dynamics.contact_time_low",
        "cleaning.dynamics.contact_time_high",
        "contact time",
    ),
    _Kind(
        "vertical_oscillation_m",
        ("vertical_oscillation", "Vertical Oscillation"),
        "length",
        (1e-3, 1e-2, 1.0, 1e-4),
        "cleaning.dynamics.vertical_oscillation_low",
        "cleaning.dynamics.vertical_oscillation_high",
        "vertical oscillation",
    ),
    _Kind(
        "step_length_m",
        ("step_length", "Step Length", "Stride Length"),
        "length",
        (1e-3, 1e-2, 1.0, 1e-4),
        "cleaning.dynamics.step_length_low",
        "cleaning.dynamics.step_length_high",
        "step length",
    ),
    _Kind(
        "contact_balance_percent",
        ("stance_time_balance", "Ground Contact Time Balance", "Contact Time Balance", "Ground Time Balance"),
        None,
        (1.0, 100.0, 0.01),
        "cleaning.dynamics.balance_low",
        "cleaning.dynamics.balance_high",
        "contact time balance",
    ),
    _Kind(
        "power_w",
        ("power", "Power", "Running Power", "RP_Power"),
        None,
        (1.0,),
        "cleaning.dynamics.power_low",
        "cleaning.dynamics.power_high",
        "power",
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One column in SI and where it comes from."""

    values: Floats
    source: str


def clean_dynamics(
    table: Table, moving: NDArray[np.bool_], *, only: tuple[str, ...] | None = None
) -> tuple[dict[str, Measured], tuple[Issue, ...]]:
    """Return the dynamics columns that the leg holds, by column name.

    Parameters
    ----------
    moving : ndarray of bool, shape (m,)
        Where the runner walked or ran: a 0 while standing is no repair worth telling.
    only : tuple of str, optional
        Column names, where not all are wanted.
    """
    columns: dict[str, Measured] = {}
    issues: list[Issue] = []
    strap = table.first("stance_time_balance") is not None
    for kind in _KINDS:
        if only is not None and kind.column not in only:
            continue
        chosen = _chosen(table.find(*kind.names), kind, strap=strap)
        if chosen is None:
            continue
        values = _in_range(_scaled(chosen, kind, issues), kind, moving, issues)
        if values is not None:
            native = STRAP if strap and kind.column != "power_w" else WATCH
            columns[kind.column] = Measured(values, native if chosen.source == WATCH else chosen.source)
    heart = _heart_rate(table)
    if heart is not None:
        columns["heart_rate_bpm"] = heart
    return columns, tuple(issues)


def step_length_of_steps(
    step_length: Measured, speed_mps: Floats, spm: Floats, running: NDArray[np.bool_]
) -> tuple[Measured, tuple[Issue, ...]]:
    """Return step lengths that agree with speed and cadence: some sources write strides (two steps)."""
    known = running & np.isfinite(step_length.values) & (speed_mps > 0) & (spm > 0)
    if np.count_nonzero(known) < value("cleaning.dynamics.compare_rows"):
        return step_length, ()
    ratio = float(np.median(step_length.values[known] * spm[known] / (60.0 * speed_mps[known])))
    tolerance = value("cleaning.dynamics.stride_tolerance")
    if abs(ratio / 2.0 - 1.0) > tolerance:
        return step_length, ()
    text = "The step length was that of a stride (two steps); it was halved."
    return Measured(step_length.values * 0.5, step_length.source), (Issue("step-was-stride", "whole activity", text),)


def _chosen(found: list[Quantity], kind: _Kind, *, strap: bool) -> Quantity | None:
    pod_first = kind.column == "power_w" or not strap
    pods = [item for item in found if item.source != WATCH and not _is_estimate(item)]
    watch = [item for item in found if item.source == WATCH]
    rest = [item for item in found if item.source != WATCH and _is_estimate(item)]
    ordered = (pods + watch if pod_first else watch + pods) + rest
    filled = [int(np.count_nonzero(item.values > 0)) for item in ordered]
    for item, number in zip(ordered, filled, strict=True):
        if number and number >= value("cleaning.dynamics.coverage_ratio") * max(filled):
            return item
    return None


def _is_estimate(item: Quantity) -> bool:
    """Whether a developer field is an application's estimate without a sensor of its own."""
    return item.source.lower().startswith(("rp", "runpower", "running power", "garmin"))


def _scaled(item: Quantity, kind: _Kind, issues: list[Issue]) -> Floats:
    declared = unit_factor(item.unit, kind.dimension) if kind.dimension else 1.0
    factors = ([declared] if declared is not None else []) + list(kind.factors)
    low, high = value(kind.low), value(kind.high)
    positive = item.values[item.values > 0]
    typical = float(np.median(positive)) if len(positive) else np.nan
    fitting = next((factor for factor in factors if low <= typical * factor <= high), None)
    if fitting is None:
        return item.values * factors[0]
    if declared is not None and fitting != declared:
        text = f"The {kind.label} from {item.source} is not in {item.unit}, as declared; its unit was taken by value."
        issues.append(Issue("unit-by-value", kind.column, text))
    return item.values * fitting


def _in_range(values: Floats, kind: _Kind, moving: NDArray[np.bool_], issues: list[Issue]) -> Floats | None:
    zero = values == 0
    outside = ~zero & np.isfinite(values)
    outside &= (values < value(kind.low)) | (values > value(kind.high))
    kept = np.where(zero | outside, np.nan, values)
    told = int(np.count_nonzero(zero & moving))
    if told:
        text = f"The {kind.label} is 0 while moving, which means that it was not measured; it is unknown there."
        issues.append(Issue("zero-means-missing", f"{kind.column}, {told} records", text))
    wrong = int(np.count_nonzero(outside))
    if wrong:
        text = f"The {kind.label} lies outside what a body can do; these values were left out."
        issues.append(Issue("dynamics-implausible", f"{kind.column}, {wrong} records", text))
    return kept if bool(np.isfinite(kept).any()) else None


def _heart_rate(table: Table) -> Measured | None:
    found = table.first("heart_rate")
    if found is None:
        return None
    low, high = value("cleaning.heart_rate.low_bpm"), value("cleaning.heart_rate.high_bpm")
    values = np.where((found.values >= low) & (found.values <= high), found.values, np.nan)
    return Measured(values, found.source) if bool(np.isfinite(values).any()) else None
