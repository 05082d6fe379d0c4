"""The form of a lab trial: what was typed in SI units, and which file is which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from kneewise.domain import Runner
from kneewise.errors import InvalidInputError
from kneewise.load.knee.patellofemoral import AREAS
from kneewise.web.body import shown_height, shown_mass, typed_height, typed_mass
from kneewise.web.typed import typed_day, typed_number
from kneewise.web.wording import gettext as _

#: What a file is for; the tray keeps it before the sender's name.
Role = Literal["trial", "static", "markers", "muscles"]
_BETWEEN = ":"


class LabForm(BaseModel):
    """The fields as they were typed, in the reader's units; empty where not told."""

    mass: str = ""
    height: str = ""
    height_inches: str = ""
    sex: str = ""
    day: str = ""
    convention: str = ""
    cutoff: str = ""
    keep: str = ""


def first_form(runner: Runner) -> LabForm:
    """Return the form filled with the runner's own body."""
    height, inches = shown_height(runner.height_m)
    return LabForm(mass=shown_mass(runner.mass_kg), height=height, height_inches=inches, sex=runner.sex or "")


def typed(form: LabForm) -> tuple[float, dict[str, Any]]:
    """Return the mass and the other arguments of `lab_trial`.

    Raises
    ------
    InvalidInputError
        When something cannot be read, or the mass is missing.
    """
    mass = typed_mass(form.mass)
    if mass is None:
        raise InvalidInputError(_("Tell the body mass on the day of the trial."))
    return mass, {
        "height_m": typed_height(form.height, form.height_inches),
        "sex": form.sex if form.sex in ("f", "m") else None,
        "area": form.convention if form.convention in AREAS else AREAS[0],
        "cutoff_hz": typed_number(form.cutoff, _("Low-pass")),
    }


def typed_date(form: LabForm) -> date | None:
    """Return the day of the trial; ``None`` for today.

    Raises
    ------
    InvalidInputError
        When it is no day.
    """
    return typed_day(form.day)


def named(role: Role, name: str) -> str:
    """Return what the tray keeps of a file beside its bytes."""
    return f"{role}{_BETWEEN}{name}"


def by_role(files: Sequence[tuple[Path, str]]) -> dict[str, tuple[Path, str]]:
    """Return path and name of each file by what it is for.

    Raises
    ------
    InvalidInputError
        When the trial or the standing trial did not come in.
    """
    found = {}
    for path, text in files:
        role, _between, name = text.partition(_BETWEEN)
        found[role] = (path, name)
    if not {"trial", "static"} <= found.keys():
        raise InvalidInputError(_("Choose the running trial and the standing trial, both as C3D files."))
    return found
