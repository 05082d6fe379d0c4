"""What the calculator says: the cost in words, then every number with its intervals, then what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kneewise.load.knee.patellofemoral import AREAS
from kneewise.services.calculating import UsualRunning
from kneewise.units import METRES_PER_KM, METRES_PER_MILE
from kneewise.web import amounts
from kneewise.web.calculator.form import CalculatorForm, Given
from kneewise.web.proof import Proof, proof
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

#: Quantities of one step: title, unit, decimals, and what the numbers are divided by for that unit.
_STEP = {
    "peak_force_bw": (message("Peak force behind the kneecap"), message("body weights"), 1, 1.0),
    "peak_stress_mpa": (message("Peak pressure behind the kneecap"), "MPa", 1, 1.0),
    "impulse_bw_s": (message("Force times time"), message("body weight seconds"), 2, 1.0),
    "knee_flexion_deg": (message("Most bent knee on the ground"), message("degrees"), 0, 1.0),
    "knee_moment_nm_per_kg": (message("Moment of the knee"), "Nm/kg", 1, 1.0),
    "contact_time_s": (message("Time on the ground"), "ms", 0, 1e-3),
}
#: What is known of the ways that change the cost: record of the evidence.
_EVIDENCE = (
    ("gait_cadence", message("Quicker steps at the same speed")),
    ("trunk_lean", message("How far the trunk leans forward")),
    ("gait_forefoot", message("Landing further forward on the foot")),
    ("downhill_stairs", message("Running downhill")),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What one steady state costs.

    Attributes
    ----------
    sentences : tuple of str
        The answer in words.
    rows : tuple of tuple of str
        Quantity, value, interval for comparing with oneself, and with other people.
    conventions : tuple of (str, str)
        Every choice behind the numbers.
    pressures : tuple of (str, str)
        Peak pressure by the convention of the contact area.
    """

    cost: amounts.Shown | None
    sentences: tuple[str, ...]
    rows: tuple[tuple[str, str, str, str], ...]
    conventions: tuple[tuple[str, str], ...]
    pressures: tuple[tuple[str, str], ...]
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalculatorPage:
    """The page."""

    form: CalculatorForm
    error: str
    result: Result | None
    imperial: bool
    pace_hint: str
    sexes: tuple[tuple[str, str], ...]
    strikes: tuple[tuple[str, str], ...]
    areas: tuple[tuple[str, str], ...]
    own: bool
    missing: bool
    evidence: tuple[tuple[str, Proof], ...]


def calculator_page(
    usual: UsualRunning, form: CalculatorForm, result: Result | None = None, error: str = ""
) -> CalculatorPage:
    """Return the form with what it gives."""
    found = ((_(words), proof(rule)) for rule, words in _EVIDENCE)
    return CalculatorPage(
        form=form,
        error=error,
        result=result,
        imperial=amounts.imperial(),
        pace_hint=_("8:50 for minutes per mile, or 6.8 for miles per hour.")
        if amounts.imperial()
        else _("5:30 for minutes per kilometre, or 11 for kilometres per hour."),
        sexes=(("", _("Not told")), ("f", _("Female")), ("m", _("Male"))),
        strikes=(
            ("", _("Not told")),
            ("rearfoot", _("Heel first")),
            ("midfoot", _("Middle of the foot")),
            ("forefoot", _("Forefoot first")),
        ),
        areas=tuple((name, name) for name in AREAS),
        own=usual.reference.kind == "own",
        missing=usual.height_m is None or usual.mass_kg is None,
        evidence=tuple((words, shown) for words, shown in found if shown is not None),
    )


def result_of(given: Given, document: Mapping[str, Any]) -> Result:
    """Return the calculator's document as it is shown."""
    per_km, convention = document["knee_km_per_km"], document["convention"]
    unit = _("knee-mi per mi") if amounts.imperial() else _("knee-km per km")
    known = per_km["value"] is not None
    cost = amounts.estimated(per_km, unit, 2) if known else None
    return Result(
        cost=cost,
        sentences=tuple(_sentences(given, document)) if cost else (),
        rows=tuple(_row(name, document["per_step"][name]) for name in _STEP) if known else (),
        conventions=tuple(_conventions(convention)),
        pressures=tuple(
            (area, f"{amounts.number(pressure, 1)} MPa")
            for area, pressure in convention["peak_stress_mpa_by_area"].items()
            if pressure is not None
        ),
        issues=tuple(told(issue["text"]) for issue in document["issues"]),
    )


def _sentences(given: Given, document: Mapping[str, Any]) -> list[str]:
    speed, force = amounts.pace(given.speed_mps), amounts.estimated(document["per_step"]["peak_force_bw"], "")
    per_km = document["knee_km_per_km"]
    far = _("mile") if amounts.imperial() else _("kilometre")
    if per_km["low"] <= 1 <= per_km["high"]:
        place = _("Per %(far)s it costs about as much as the running that it is compared with.", far=far)
    elif per_km["low"] > 1:
        place = _("Per %(far)s it costs more than the running that it is compared with.", far=far)
    else:
        place = _("Per %(far)s it costs less than the running that it is compared with.", far=far)
    step = _(
        "At %(pace)s %(unit)s and %(cadence)s steps a minute, each step presses the kneecap into its groove with about "
        "%(force)s times your body weight.",
        pace=speed.value, unit=speed.unit, cadence=amounts.number(given.cadence_spm), force=force.value,
    )  # fmt: skip
    length = METRES_PER_MILE / METRES_PER_KM if amounts.imperial() else 1
    steps = amounts.number(document["per_km"]["steps"] * length)
    count = _("It takes %(steps)s steps, half of them with each leg.", steps=steps)
    return [place, step, count]


def _row(name: str, estimate: Mapping[str, Any]) -> tuple[str, str, str, str]:
    title, unit, decimals, scale = _STEP[name]
    shown = amounts.estimated(estimate, _(unit), decimals, scale)
    return f"{_(title)}, {shown.unit}", shown.value, shown.between or amounts.NONE, shown.others or amounts.NONE


def _conventions(convention: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (_("Compared with"), told(convention["reference"])),
        (
            _("What the numbers come from"),
            _("A filmed knee") if convention["tier"] == "video" else _("Numbers of a watch"),
        ),
        (_("Muscles and contact area"), told(convention["text"])),
        (_("Time on the ground"), told(convention["contact_time"])),
        (_("Sums"), told(convention["sums"])),
        (_("How the model was fitted"), told(convention["calibration"])),
    ]
