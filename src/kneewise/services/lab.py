"""One trial of a motion laboratory: files in, load of every step out. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from kneewise.domain import Floats, Issue, Sex
from kneewise.load.conventions import Convention
from kneewise.load.knee.lab import LabSteps, measure
from kneewise.load.knee.patellofemoral import Area
from kneewise.motion.markers import choose_map, parse_marker_map, stand
from kneewise.services.reading import file_bytes
from kneewise.sources.c3d import read_capture


@dataclass(frozen=True, slots=True, eq=False)
class LabTrial:
    """Load of every step of one trial.

    Attributes
    ----------
    steps : LabSteps
        ``columns`` has one array per quantity, ``curves`` one of shape (steps, 101).
    """

    steps: LabSteps
    issues: tuple[Issue, ...]

    def column(self, name: str) -> Floats:
        """Return one quantity of every step."""
        return self.steps.columns[name]


def lab_trial(
    trial: str | PathLike[str],
    static: str | PathLike[str],
    mass_kg: float,
    *,
    sex: Sex | None = None,
    markers: str | PathLike[str] | None = None,
    area: Area = "connolly",
    cutoff_hz: float | None = None,
) -> LabTrial:
    """Return the load of every step of a motion-capture trial with force plates."""
    running, standing_trial = read_capture(Path(trial)), read_capture(Path(static))
    if markers is None:
        names = choose_map(standing_trial.labels, standing_trial.name)
    else:
        names = parse_marker_map(file_bytes(Path(markers)).decode("utf-8", "replace"), Path(markers).name)
    standing = stand(standing_trial, names)
    measured = measure(running, standing, mass_kg, sex=sex, convention=Convention(area), cutoff_hz=cutoff_hz)
    return LabTrial(measured.steps, measured.issues)
