"""What the settings show, and what their forms say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from pydantic import BaseModel

from kneewise.domain import Runner
from kneewise.web.amounts import imperial
from kneewise.web.body import shown_height, shown_mass, typed_height, typed_mass
from kneewise.web.typed import typed_whole
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

_SAVED = {
    "display": message("Saved for this browser."),
    "profile": message("Saved."),
    "recomputed": message("Saved. Your runs were computed anew."),
}
#: Every language in its own words.
#: Each language in its own words.
LANGUAGE_CHOICES = (("en", "English"), ("de", "Deutsch"))


class ProfileForm(BaseModel):
    """The fields as they were typed, in the reader's units; empty where not told."""

    name: str = ""
    birth_year: str = ""
    sex: str = ""
    height: str = ""
    height_inches: str = ""
    mass: str = ""
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The page."""

    form: ProfileForm
    error: str
    saved: str
    languages: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
    themes: tuple[tuple[str, str], ...]
    sexes: tuple[tuple[str, str], ...]
    timezones: tuple[str, ...]
    imperial: bool
    missing: bool


def settings_page(runner: Runner, *, form: ProfileForm | None = None, error: str = "", saved: str = "") -> SettingsPage:
    """Return the page, with what was typed where it was not accepted."""
    return SettingsPage(
        form=form or _form(runner),
        error=error,
        saved=_(_SAVED[saved]) if saved in _SAVED else "",
        languages=LANGUAGE_CHOICES,
        units=unit_choices(),
        themes=theme_choices(),
        sexes=(("", _("Not told")), ("f", _("Female")), ("m", _("Male"))),
        timezones=_timezones(),
        imperial=imperial(),
        missing=runner.height_m is None or runner.mass_kg is None,
    )


def unit_choices() -> tuple[tuple[str, str], ...]:
    """Return the systems of units in words."""
    return ("metric", _("Kilometres and kilograms")), ("imperial", _("Miles, feet and pounds"))


def theme_choices() -> tuple[tuple[str, str], ...]:
    """Return the themes in words."""
    return ("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))


def profile_changes(form: ProfileForm) -> dict[str, Any]:
    """Return the typed values in SI units; empty fields change nothing, but an empty name takes it away.

    Raises
    ------
    InvalidInputError
        When a number cannot be read.
    """
    return {
        "birth_year": typed_whole(form.birth_year, _("Year of birth")),
        "sex": form.sex or None,
        "height_m": typed_height(form.height, form.height_inches),
        "mass_kg": typed_mass(form.mass),
        "timezone": form.timezone.strip() or None,
        "name": form.name,
    }


def _form(runner: Runner) -> ProfileForm:
    height, inches = shown_height(runner.height_m)
    return ProfileForm(
        name=runner.name or "",
        birth_year="" if runner.birth_year is None else str(runner.birth_year),
        sex=runner.sex or "",
        height=height,
        height_inches=inches,
        mass=shown_mass(runner.mass_kg),
        timezone=runner.timezone or "",
    )


@cache
def _timezones() -> tuple[str, ...]:
    return tuple(
        sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    )
