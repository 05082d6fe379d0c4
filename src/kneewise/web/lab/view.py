"""What the pages of lab trials show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from kneewise.domain import Floats, KneeStyle
from kneewise.load.knee.patellofemoral import AREAS
from kneewise.services.knee_trials import KeptTrial, StyleChange
from kneewise.services.lab import LabTrial
from kneewise.web import amounts
from kneewise.web.lab.form import LabForm
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext, told

#: Means of a trial: title, unit, decimals, and what the numbers are divided by for that unit.
_ROWS = {
    "pfj_peak_bw": (message("Peak force behind the kneecap"), message("body weights"), 2, 1.0),
    "pfj_peak_mpa": (message("Peak pressure behind the kneecap"), "MPa", 1, 1.0),
    "pfj_impulse_bw_s": (message("Force times time"), message("body weight seconds"), 3, 1.0),
    "knee_moment_peak_nm_per_kg": (message("Peak moment of the knee"), "Nm/kg", 2, 1.0),
    "vgrf_peak_bw": (message("Peak push of the ground"), message("body weights"), 2, 1.0),
    "knee_flexion_ic_deg": (message("Knee bend when the foot lands"), "°", 1, 1.0),
    "knee_flexion_peak_deg": (message("Most bent knee on the ground"), "°", 1, 1.0),
    "speed_mps": (message("Speed"), "m/s", 2, 1.0),
    "cadence_spm": (message("Cadence"), message("steps/min"), 0, 1.0),
    "contact_time_s": (message("Time on the ground"), "ms", 0, 1e-3),
    "vertical_oscillation_m": (message("Bounce"), "cm", 1, 1e-2),
    "foot_ahead_m": (message("Foot ahead of the pelvis on landing"), "cm", 1, 1e-2),
    "foot_inclination_ic_deg": (message("Foot on landing, toes up"), "°", 1, 1.0),
    "shank_inclination_ic_deg": (message("Shin on landing, foot ahead"), "°", 1, 1.0),
    "hip_adduction_peak_deg": (message("Thigh towards the middle, most"), "°", 1, 1.0),
    "pelvic_drop_peak_deg": (message("Drop of the pelvis, most"), "°", 1, 1.0),
    "trunk_lean_deg": (message("Forward lean of the trunk"), "°", 1, 1.0),
}
_STEPS = ("contact_time_s", "knee_flexion_peak_deg", "vgrf_peak_bw", "pfj_peak_bw")
_SIDES = {"left": message("Left"), "right": message("Right")}
#: Picture of the mean curves.
_WIDE, _HIGH = 320, 140


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A trial that counts."""

    id: str
    day: str
    name: str
    tier: str
    text: str


@dataclass(frozen=True, slots=True)
class Curves:
    """Mean force behind the kneecap from landing to leaving the ground, one line for each leg.

    Attributes
    ----------
    lines : tuple of (str, str)
        Leg, and points of its line in a box of ``wide`` by ``high``.
    top : str
        Force at the upper edge; the lower one is 0.
    """

    lines: tuple[tuple[str, str], ...]
    top: str
    wide: int = _WIDE
    high: int = _HIGH


@dataclass(frozen=True, slots=True)
class LabResult:
    """One trial.

    Attributes
    ----------
    sentences : tuple of str
        What it says in words.
    issues : tuple of str
        Doubts, which stand before the numbers.
    rows : tuple of tuple of str
        Quantity, left, right, both, same runner, other runners.
    beside : tuple of tuple of str
        Quantity, this runner, lab runners, spreads off; empty where the speed was not measured.
    kept : tuple of str
        What keeping it led to; empty where it was not kept.
    """

    name: str
    sentences: tuple[str, ...]
    issues: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    checks: tuple[tuple[str, str], ...]
    conventions: tuple[tuple[str, str], ...]
    beside: tuple[tuple[str, ...], ...]
    beside_text: str
    step_head: tuple[str, ...]
    steps: tuple[tuple[str, ...], ...]
    curves: Curves | None
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabPage:
    """The page."""

    form: LabForm
    ready: bool
    imperial: bool
    sexes: tuple[tuple[str, str], ...]
    areas: tuple[tuple[str, str], ...]
    style: str
    style_basis: str
    kept: tuple[KeptRow, ...]
    saved: str


def lab_page(form: LabForm, trials: Sequence[KeptTrial], style: KneeStyle, *, saved: str = "") -> LabPage:
    """Return the form, and what is known of the runner's own knee."""
    return LabPage(
        form=form,
        ready=find_spec("ezc3d") is not None,
        imperial=amounts.imperial(),
        sexes=(("", _("Not told")), ("f", _("Female")), ("m", _("Male"))),
        areas=tuple((name, name) for name in AREAS),
        style=style_text(style) if trials else "",
        style_basis=told(style.basis),
        kept=tuple(_kept(trial) for trial in trials),
        saved=saved,
    )


def style_text(style: KneeStyle) -> str:
    """Say in words what is known of the runner's knee."""
    much, sd = amounts.number(abs(style.knee_offset_deg), 1), amounts.number(style.knee_sd_deg, 1)
    if style.knee_offset_deg >= 0:
        return _(
            "Your knee bends %(much)s (± %(sd)s) degrees further than speed and steps let expect.", much=much, sd=sd
        )
    return _("Your knee bends %(much)s (± %(sd)s) degrees less than speed and steps let expect.", much=much, sd=sd)


def _kept(kept: KeptTrial) -> KeptRow:
    trial = kept.trial
    force = None if trial.peak_force_bw is None else amounts.number(trial.peak_force_bw, 2)
    parts = [
        f"{amounts.number(trial.speed_mps, 2)} m/s",
        _("knee %(bend)s°", bend=amounts.number(trial.knee_flexion_deg, 1)),
        *([] if force is None else [_("%(force)s body weights", force=force)]),
    ]
    tier = _("Lab") if trial.tier == "lab" else _("Clip")
    return KeptRow(kept.id, amounts.day(kept.local_date), kept.name, tier, ", ".join(parts))


def lab_result(found: LabTrial, name: str, change: StyleChange | None, renamed: Callable[[str], str]) -> LabResult:
    """Return a trial as it is shown.

    Parameters
    ----------
    name : str
        The sender's name of the file.
    change : StyleChange or None
        What keeping it led to.
    renamed : callable
        Puts the sender's names of the files into a sentence.
    """
    document = found.to_json()
    both = document["summary"]["both"]
    bands = document["bands"]
    return LabResult(
        name=name,
        sentences=tuple(_sentences(document)),
        issues=tuple(dict.fromkeys(told(renamed(issue["text"])) for issue in document["issues"])),
        rows=tuple(_row(key, document["summary"]) for key in _ROWS if both.get(key, {}).get("value") is not None),
        checks=tuple(_checks(document["checks"])),
        conventions=tuple(_conventions(document["convention"])),
        beside=() if bands is None else tuple(_beside(key, both, band) for key, band in bands["numbers"].items()),
        beside_text="" if bands is None else told(bands["sample"]),
        step_head=_step_head(),
        steps=tuple(_step(step) for step in document["steps"]),
        curves=_curves(found.steps.curves["pfj_force_bw"], found.steps.leg),
        kept=() if change is None else tuple(_change(change)),
    )


def _sentences(document: Mapping[str, Any]) -> list[str]:
    force = amounts.estimated(document["summary"]["both"]["pfj_peak_bw"], "", 1)
    if force.value == amounts.NONE:
        return [_("No step of this trial has a load.")]
    return [
        _(
            "Each step presses the kneecap into its groove with about %(force)s times the body weight, %(within)s.",
            force=force.value,
            within=force.within,
        )
    ]


def _checks(checks: Mapping[str, Any]) -> list[tuple[str, str]]:
    force = _number(checks["mean_vertical_force_bw"], 3)
    return [
        (_("Steps with a load"), _("%(some)s of %(all)s", some=checks["steps_with_load"], all=checks["steps"])),
        (_("Mean push of the ground"), _("%(force)s body weights; 1 when mass and plates are right", force=force)),
    ]


def _conventions(convention: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (_("Muscles and contact area"), told(convention["text"])),
        (_("Centre of the hip"), told(convention["hip_centre"])),
        (_("Centre of the knee"), told(convention["knee_centre"])),
        (_("Centre of the ankle"), told(convention["ankle_centre"])),
        (_("Masses of the segments"), told(convention["segment_masses"])),
        (_("Low-pass"), f"{_number(convention['low_pass_hz'], 0)} Hz"),
        (_("Markers"), str(convention["markers"])),
    ]


def _row(key: str, summary: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    title, unit, decimals, scale = _ROWS[key]
    shown = {side: amounts.estimated(group[key], _(unit), decimals, scale) for side, group in summary.items()}
    both = shown["both"]
    return (
        f"{_(title)}, {both.unit}", shown["left"].value, shown["right"].value, both.value,
        both.between or amounts.NONE, both.others or amounts.NONE,
    )  # fmt: skip


def _beside(key: str, both: Mapping[str, Any], band: Mapping[str, Any]) -> tuple[str, ...]:
    title, unit, decimals, scale = _ROWS[key]
    mine, mean, sd = (
        _number(value, decimals, scale) for value in (both[key]["value"], band["mean"], band["sd"])
    )  # fmt: skip
    return f"{_(title)}, {_(unit)}", mine, f"{mean} ± {sd}", _number(band["spreads"], 1)


def _step(step: Mapping[str, Any]) -> tuple[str, ...]:
    numbers = [_number(step[key], _ROWS[key][2], _ROWS[key][3]) for key in _STEPS]
    leg = _SIDES[step["side"]]
    return (_number(step["initial_contact_s"], 2), _(leg), *numbers, told(step["reason"]))


def _step_head() -> tuple[str, ...]:
    heads = (f"{_(_ROWS[key][0])}, {_(_ROWS[key][1])}" for key in _STEPS)
    return (_("Lands at, s"), _("Leg"), *heads, _("Why without a load"))


def _number(value: float | None, decimals: int, scale: float = 1.0) -> str:
    return amounts.number(None if value is None else value / scale, decimals)


def _curves(force_bw: Floats, leg: np.ndarray[Any, Any]) -> Curves | None:
    known = np.isfinite(force_bw).all(axis=1)
    means = {
        side: force_bw[known & (leg == number)].mean(axis=0)
        for number, side in enumerate(_SIDES)
        if np.any(known & (leg == number))
    }
    if not means:
        return None
    top = max(float(mean.max()) for mean in means.values())
    lines = []
    for side, mean in means.items():
        across = np.linspace(0, _WIDE, len(mean)).tolist()
        down = (_HIGH * (1 - mean / top)).tolist()
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))
        lines.append((_(_SIDES[side]), points))
    return Curves(tuple(lines), amounts.number(top, 1))


def _change(change: StyleChange) -> list[str]:
    runs = ngettext(
        "%(num)s run was computed anew.", "%(num)s runs were computed anew.", change.recomputed
    )  # fmt: skip
    return [*(told(issue.text) for issue in change.issues), style_text(change.after), runs]
