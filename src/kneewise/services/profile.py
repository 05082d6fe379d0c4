"""The runner's profile, and what follows from changing it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kneewise import clock
from kneewise.domain import Runner
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import parameter
from kneewise.services.place import DEFAULT_RUNNER, Place, opened, record_of
from kneewise.services.progress import Progress
from kneewise.storage import count_activities, read_runner, write_runner

#: What fits into every database and into a file name.
_RUNNER_ID = re.compile(r"\w[\w.-]{0,63}")
_LONGEST_NAME = 100
_BODY = ("birth_year", "sex", "height_m", "mass_kg")


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """The profile as it is now, and how many runs were computed anew because of the change."""

    runner: Runner
    recomputed: int

    def to_json(self) -> dict[str, Any]:
        """Return the document of the contract."""
        return {"runner": self.runner.to_json(), "recomputed": self.recomputed}


def show_profile(place: Place) -> Runner:
    """Return the runner of a record.

    Raises
    ------
    InvalidInputError
        When the runner is not known.
    """
    with opened(place) as (_, runner):
        return runner


def set_profile(place: Place, *, progress: Progress | None = None, **changes: Any) -> ProfileChange:
    """Change the profile; ``None`` leaves a value as it is.

    Stored runs follow: a new height or mass is a new load, a new time zone may be another local date.

    Parameters
    ----------
    place : Place
        The record; a runner named there that does not exist yet is made.
    progress : Progress or None
        Called while stored runs are computed anew.
    **changes
        ``birth_year``, ``sex`` (``"f"`` or ``"m"``), ``height_m``, ``mass_kg``, ``timezone`` (IANA name), ``name`` (on
        a report; an empty one takes it away).

    Raises
    ------
    InvalidInputError
        When a value cannot be right.
    """
    given = {name: value for name, value in changes.items() if value is not None}
    unknown = given.keys() - {field.name for field in fields(Runner)}
    if unknown:
        raise TypeError(f"unknown profile values {sorted(unknown)}")
    if "name" in given:
        given["name"] = _name(given["name"])
    check_profile(given, clock.now().date())
    before, after = _store(place, given)
    return ProfileChange(after, _follow(place, before, after, progress))


def check_profile(given: dict[str, Any], today: date) -> None:
    """Refuse what cannot be right.

    Raises
    ------
    InvalidInputError
        Naming the value, its limits and what to do.
    """
    _within("height_m", given.get("height_m"), "m")
    _within("mass_kg", given.get("mass_kg"), "kg")
    if "birth_year" in given:
        age = parameter("profile.age_years")
        if not age.low <= today.year - given["birth_year"] <= age.high:
            raise InvalidInputError(
                f"A birth year of {given['birth_year']} cannot be right; runners are {age.low:g} to {age.high:g} "
                "years old."
            )
    if given.get("sex", "f") not in {"f", "m"}:
        raise InvalidInputError(f"Sex '{given['sex']}' is not known; the load model has numbers for 'f' and 'm'.")
    if "timezone" in given:
        _check_timezone(given["timezone"])


def _name(text: str) -> str | None:
    """Return a name on one line; ``None`` where nothing is left of it."""
    plain = " ".join(text.split())
    if len(plain) > _LONGEST_NAME or not plain.isprintable():
        raise InvalidInputError(f"A name has at most {_LONGEST_NAME} letters and no control signs; write it so.")
    return plain or None


def _within(name: str, value: float | None, unit: str) -> None:
    bounds = parameter(f"profile.{name}")
    if value is not None and not bounds.low <= value <= bounds.high:
        raise InvalidInputError(
            f"A {name} of {value:g} cannot be right; give a value from {bounds.low:g} to {bounds.high:g} {unit}."
        )


def _check_timezone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInputError(
            f"'{name}' is no time zone; give an IANA name such as Europe/Berlin or America/New_York."
        ) from error


def _store(place: Place, given: dict[str, Any]) -> tuple[Runner, Runner]:
    if place.runner_id is None:
        with opened(place) as (_, runner):
            name = runner.id
    else:
        name = place.runner_id
        if _RUNNER_ID.fullmatch(name) is None:
            raise InvalidInputError(
                f"{name!r} cannot name a runner; take up to 64 letters, digits, dots, hyphens and underscores."
            )
    with record_of(place) as record, record.writing("storing the profile") as connection:
        before = read_runner(connection, name) or Runner(id=name or DEFAULT_RUNNER)
        after = replace(before, **given)
        write_runner(connection, after)
    return before, after


def _follow(place: Place, before: Runner, after: Runner, progress: Progress | None) -> int:
    from kneewise.services.recomputing import recompute, recompute_loads

    place = replace(place, runner_id=after.id)
    with opened(place) as (record, _), record.reading() as connection:
        stored = count_activities(connection, after.id)
    if not stored:
        return 0
    if before.timezone != after.timezone:
        return recompute(place, progress=progress).recomputed
    if any(getattr(before, name) != getattr(after, name) for name in _BODY):
        return recompute_loads(place)
    return 0
