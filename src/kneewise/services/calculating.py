"""The load calculator beside a record: where its form begins, and what a steady state costs this very runner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kneewise.domain import Sex
from kneewise.load import KneeLoad, Reference, knee_load
from kneewise.load.knee.convention import Convention
from kneewise.services.listing import current_reference
from kneewise.services.place import Place, opened
from kneewise.storage import read_reference

#: Heights that are the same: as far apart as somebody rounds his own.
_SAME_HEIGHT_M = 0.005


@dataclass(frozen=True, slots=True)
class UsualRunning:
    """What the record knows of the runner and of his easy running.

    Attributes
    ----------
    reference : Reference
        His own easy flat running, or that of people of his height until there is enough of it.
    """

    height_m: float | None
    mass_kg: float | None
    sex: Sex | None
    reference: Reference


def usual_running(place: Place) -> UsualRunning:
    """Return where the calculator begins."""
    with opened(place) as (record, runner):
        with record.reading() as connection:
            reference = current_reference(read_reference(connection, runner.id), runner)
        return UsualRunning(runner.height_m, runner.mass_kg, runner.sex, reference)


def steady_load(
    usual: UsualRunning, speed_mps: float, cadence_spm: float, height_m: float, mass_kg: float | None, **given: Any
) -> KneeLoad:
    """Return what a steady run costs, relative to the runner's own easy flat running where it is his body.

    Parameters
    ----------
    usual : UsualRunning
        From `usual_running`.
    **given
        As for `knee_load`.

    Raises
    ------
    InvalidInputError
        As `knee_load`.

    Notes
    -----
    The calculator knows no trials of the runner's own knee. Where they stand behind his reference, or the height is
    somebody else's, it compares with easy running of people of that height, as ``kneewise knee`` does.
    """
    own = usual.reference
    convention = Convention(given.get("area", "connolly"), given.get("cocontraction", False))
    same = abs(own.height_m - height_m) <= _SAME_HEIGHT_M and own.convention.cocontraction == convention.cocontraction
    fits = own.kind == "own" and own.style is None and same
    return knee_load(speed_mps, cadence_spm, height_m, mass_kg, reference=own if fits else None, **given)
