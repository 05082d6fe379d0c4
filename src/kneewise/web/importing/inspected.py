"""What one file holds, as it is laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kneewise.services.inspecting import inspect_apart
from kneewise.web import amounts
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

_CHANNELS = {
    "speed": message("Speed"),
    "cadence": message("Cadence"),
    "heart_rate": message("Heart rate"),
    "altitude": message("Height above sea"),
    "distance": message("Distance"),
    "latitude": message("Position, north"),
    "longitude": message("Position, east"),
    "power": message("Power"),
    "stance_time": message("Time on the ground"),
    "vertical_oscillation": message("Bounce"),
    "step_length": message("Step length"),
    "temperature": message("Temperature"),
}


@dataclass(frozen=True, slots=True)
class Inspected:
    """One file.

    Attributes
    ----------
    facts : tuple of (str, str)
    channels : tuple of tuple of str
        What was measured: name, how often, lowest, mean, highest.
    """

    name: str
    activity: bool
    facts: tuple[tuple[str, str], ...]
    channels: tuple[tuple[str, str, str, str, str], ...]
    issues: tuple[str, ...]


def inspected(path: Path, name: str) -> Inspected:
    """Return what a file holds.

    Raises
    ------
    InvalidInputError, UnreadableFileError
        When it is too large for one recording, or none.
    """
    found = inspect_apart(path)
    issues = dict.fromkeys(str(issue["text"]).replace(path.name, name) for issue in found["issues"])
    return Inspected(
        name=name,
        activity=bool(found["activities"]),
        facts=tuple(_facts(found)),
        channels=tuple(_channel(key, channel) for key, channel in found["channels"].items()),
        issues=tuple(told(text) for text in issues),
    )


def _facts(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    length = amounts.distance(found["distance_m"], 2)
    start = found["start"] and datetime.fromisoformat(found["start"])
    rows = [
        (_("Format"), str(found["format"]).upper()),
        (_("Sport"), told(found["sport"])),
        (_("Device"), found["device"] or ""),
        (_("Began"), f"{amounts.day(start.date())} {start:%H:%M}" if start else ""),
        (_("Lasted"), amounts.duration(found["duration_s"]) if found["duration_s"] else ""),
        (_("In motion"), amounts.duration(found["moving_s"]) if found["moving_s"] else ""),
        (_("Distance"), f"{length.value} {length.unit}" if found["distance_m"] else ""),
        (_("Steps"), amounts.number(found["steps"]) if found["steps"] else ""),
        (_("Rows"), amounts.number(found["records"])),
        (_("Rows saved from a damaged file"), amounts.number(found["recovered"]["records"] or None)),
    ]
    return [(title, text) for title, text in rows if text and text != amounts.NONE]


def _channel(key: str, channel: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    title = _(_CHANNELS[key]) if key in _CHANNELS else key
    named = f"{title} ({channel['unit']})" if channel["unit"] else title
    numbers = [amounts.number(channel[name], 1) for name in ("min", "mean", "max")]
    return (named, amounts.number(channel["count"]), *numbers)  # type: ignore[return-value]
