"""One trial of a motion laboratory: files in, load of every step out. Nothing is stored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from kneewise.domain import Estimate, Floats, Issue, Sex, json_number
from kneewise.errors import InvalidInputError
from kneewise.evidence.bands import Spread, band_at, bands_source
from kneewise.evidence.parameters import parameter, value
from kneewise.load.knee.convention import Convention
from kneewise.load.knee.lab import LabSteps, measure
from kneewise.load.knee.lab_checks import check
from kneewise.load.knee.lab_muscles import with_muscles
from kneewise.load.knee.muscles import MuscleModel
from kneewise.load.knee.muscles_file import read_muscles
from kneewise.load.knee.patellofemoral import AREAS, Area
from kneewise.load.lab_summary import step_intervals, summary, to_json
from kneewise.motion.markers import SIDES, MarkerMap, choose_map, parse_marker_map, stand
from kneewise.services.reading import file_bytes
from kneewise.sources.c3d import read_capture

#: Bytes; models of a hundred muscles are a tenth of it.
_LONGEST_TEXT = 4 << 20


@dataclass(frozen=True, slots=True, eq=False)
class LabTrial:
    """Load of every step of one trial.

    Attributes
    ----------
    steps : LabSteps
        ``columns`` has one array of shape (steps,) per quantity, ``curves`` one of shape (steps, 101) over stance,
        ``leg`` is 0 left and 1 right, ``reason`` says why a step has no load.
    summary : dict
        ``{"left" | "right" | "both": {quantity: Estimate}}``.
    checks : dict
        Mean vertical force, steps, fit of markers and plates.
    convention : dict
        Every choice behind the numbers.
    """

    steps: LabSteps
    summary: Mapping[str, Mapping[str, Estimate]]
    checks: Mapping[str, Any]
    convention: Mapping[str, Any]
    issues: tuple[Issue, ...]

    def column(self, name: str) -> Floats:
        """Return one quantity of every step."""
        return self.steps.columns[name]

    def bands(self) -> dict[str, Any] | None:
        """Return the trial beside the lab runners at its speed, ``None`` outside the speeds that were measured.

        ``spreads`` counts standard deviations over runners above their mean. Kneecap forces of muscles are left out:
        the bands have the net-moment convention.
        """
        both = self.summary["both"]
        band = band_at(both["speed_mps"].value)
        if band is None:
            return None
        net = self.convention["cocontraction"] == value("joint.cocontraction.net_moment")
        names = [name for name in band.numbers if name in both and (net or not name.startswith("pfj_"))]
        return {
            "sample": band.sample,
            "source": bands_source(),
            "speed_mps": band.speed_mps,
            "numbers": {name: _beside(both[name].value, band.numbers[name]) for name in names},
        }

    def to_json(self) -> dict[str, Any]:
        """Return the contract's document of ``kneewise lab``."""
        return {
            "steps": _rows(self.steps),
            "summary": to_json({side: dict(group) for side, group in self.summary.items()}),
            "checks": dict(self.checks),
            "convention": dict(self.convention),
            "bands": self.bands(),
            "issues": [issue.to_json() for issue in self.issues],
        }


def lab_trial(
    trial: str | PathLike[str],
    static: str | PathLike[str],
    mass_kg: float,
    *,
    height_m: float | None = None,
    sex: Sex | None = None,
    markers: str | PathLike[str] | None = None,
    area: Area = "connolly",
    cutoff_hz: float | None = None,
    muscles: str | PathLike[str] | None = None,
) -> LabTrial:
    """Return the load behind the kneecap of every step of a motion-capture trial with force plates.

    Parameters
    ----------
    trial : path-like
        C3D file of running, on an instrumented treadmill or over plates.
    static : path-like
        C3D file of the same runner standing still, with the medial knee and ankle markers.
    mass_kg : float
    height_m : float, optional
        To check the lengths of the leg.
    sex : {"f", "m"} or None
        For segment masses (men's where it is not told) and the contact area ``"besier"``.
    markers : path-like, optional
        Marker map (TOML); the shipped one that fits best by default.
    area : str
        Contact-area convention behind every MPa.
    cutoff_hz : float, optional
        Low-pass of markers and forces alike; 15 Hz by default.
    muscles : path-like, optional
        Muscle model scaled to the runner (docs/muscles.md): muscle forces by static optimisation instead of the net
        moment.

    Returns
    -------
    LabTrial

    Raises
    ------
    MissingLibraryError
        Without ezc3d (extra ``lab``).
    UnreadableFileError
        When a file is no C3D file or is damaged.
    InvalidInputError
        When the trial would give numbers that mislead: walking, a standing trial of somebody else, missing clusters, a
        plate that does not fit the feet, a mass that cannot be right.

    Notes
    -----
    Closed form throughout: joint centres from the standing trial (hip Bell 1990; knee and ankle midway between the
    epicondyles, the malleoli), rigid fits of marker clusters, Newton and Euler from the ground up with the segment
    masses of de Leva 1996, then the joint formulas of all tiers. Frames, signs and angles: docs/coordinates.md.

    Examples
    --------
    >>> found = kneewise.lab_trial("run.c3d", "standing.c3d", 62)  # doctest: +SKIP
    >>> found.column("pfj_peak_bw"), found.steps.curves["knee_flexion_deg"].shape  # doctest: +SKIP
    """
    convention = Convention(area)
    leg = None if muscles is None else _muscle_model(Path(muscles))
    _check_given(mass_kg, height_m, sex, area, cutoff_hz)
    running, standing_still = read_capture(Path(trial)), read_capture(Path(static))
    names = _names(markers, standing_still.labels, standing_still.name)
    standing = stand(standing_still, names)
    measured = measure(running, standing, mass_kg, sex=sex, convention=convention, cutoff_hz=cutoff_hz)
    checks = check(measured, running, standing, mass_kg, height_m)
    issues, steps = [*measured.issues, *checks.issues], measured.steps
    if leg is not None:
        steps, convention, doubts = with_muscles(steps, leg, mass_kg, convention, sex)
        issues += doubts
    if sex is None:
        issues.append(Issue("sex-unknown", "input", "Sex was not told; segment masses are those of men."))
    if measured.body.trunk_m is None:
        text = "No marker of the upper trunk was seen (neck or sternum in the marker map), so its lean is not known."
        issues.append(Issue("trunk-unseen", running.name, text))
    return LabTrial(
        steps=steps,
        summary=summary(steps, convention),
        checks=checks.numbers,
        convention=_convention(convention, names, sex, cutoff_hz),
        issues=tuple(issues),
    )


def _beside(measured: float, spread: Spread) -> dict[str, Any]:
    mean, sd = float(spread.mean), float(spread.sd)
    return {"mean": mean, "sd": sd, "spreads": json_number((measured - mean) / sd)}


def _muscle_model(path: Path) -> MuscleModel:
    return read_muscles(_text(path, "muscle model", "docs/muscles.md"), path.name)


def _names(markers: str | PathLike[str] | None, labels: tuple[str, ...], where: str) -> MarkerMap:
    if markers is None:
        return choose_map(labels, where)
    path = Path(markers)
    return parse_marker_map(_text(path, "marker map", "docs/lab.md"), path.name)


def _text(path: Path, what: str, page: str) -> str:
    """Return what somebody wrote; a file larger than anybody writes is not read."""
    if path.is_file() and path.stat().st_size > _LONGEST_TEXT:
        raise InvalidInputError(f"The {what} {path.name} is larger than any; write it as {page} shows.")
    try:
        return file_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"The {what} {path.name} is no text; write it as {page} shows.") from error


def _check_given(mass_kg: float, height_m: float | None, sex: str | None, area: str, cutoff_hz: float | None) -> None:
    for name, number, bounds in (
        ("mass", mass_kg, parameter("profile.mass_kg")),
        ("height", height_m, parameter("profile.height_m")),
        ("cut-off", cutoff_hz, parameter("lab.filter.possible_hz")),
    ):
        if number is not None and not (math.isfinite(number) and bounds.low <= number <= bounds.high):
            raise InvalidInputError(
                f"A {name} of {number:g} {bounds.unit} cannot be right; give a number from {bounds.low:g} to "
                f"{bounds.high:g}."
            )
    if sex not in (None, "f", "m"):
        raise InvalidInputError(f"sex is '{sex}'; give 'f' or 'm', or leave it out.")
    if area not in AREAS:
        raise InvalidInputError(f"'{area}' is no contact-area convention; choose one of {', '.join(AREAS)}.")
    if area == "besier" and sex is None:
        raise InvalidInputError("The contact area 'besier' differs between men and women; give the sex with --sex.")


def _convention(convention: Convention, names: MarkerMap, sex: Sex | None, cutoff_hz: float | None) -> dict[str, Any]:
    return {
        "tier": "lab",
        **convention.to_json(),
        "hip_centre": "Bell 1990, from the anterior superior iliac spines, carried by the pelvis",
        "knee_centre": "midway between the epicondyles, between where thigh and shank carry it",
        "ankle_centre": "midway between the malleoli, between where shank and foot carry it",
        "moment": "internal, about the thigh's axis to the right, per kilogram",
        "segment_masses": f"de Leva 1996, {'women' if sex == 'f' else 'men'}",
        "low_pass_hz": value("lab.filter.cutoff_hz") if cutoff_hz is None else cutoff_hz,
        "contact_threshold_n": value("lab.contact.threshold_n"),
        "centre_of_mass": "middle of the pelvis stands in for it",
        "markers": names.name,
    }


def _rows(steps: LabSteps) -> list[dict[str, Any]]:
    """Return the steps as the contract has them."""
    low, high = step_intervals(steps)
    columns = {**steps.columns, "pfj_peak_low_bw": low, "pfj_peak_high_bw": high}
    listed = {name: column.tolist() for name, column in columns.items()}
    return [
        {
            "side": SIDES[leg],
            **{name: json_number(column[row]) for name, column in listed.items()},
            "reason": steps.reason[row] or None,
        }
        for row, leg in enumerate(steps.leg.tolist())
    ]
