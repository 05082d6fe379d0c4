"""Places of the drawn knee: on which view each stands, and in what words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kneewise.evidence.knowledge import knowledge
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

#: Zone and the view that it is drawn on.
DRAWN: tuple[tuple[str, str], ...] = (
    ("ant_superior_pole", "front"),
    ("ant_diffuse", "front"),
    ("ant_inferior_pole", "front"),
    ("ant_beside_tendon", "front"),
    ("tib_tuberosity", "front"),
    ("med_joint_line", "inner"),
    ("med_below", "inner"),
    ("lat_epicondyle", "outer"),
    ("lat_joint_line", "outer"),
    ("posterior", "back"),
)
#: Answers of the pain map that are no place on the drawing.
UNDRAWN: tuple[tuple[str, str], ...] = (("bone_focal", ""), ("thigh_groin", ""), ("whole_knee_hot", ""))
VIEWS = (
    ("front", message("Front")),
    ("inner", message("Inner side")),
    ("outer", message("Outer side")),
    ("back", message("From behind")),
)


@dataclass(frozen=True, slots=True)
class ZoneSpot:
    """One place."""

    id: str
    view: str
    text: str
    number: int
    chosen: bool


def zone_spots(chosen: Collection[str], places: Sequence[tuple[str, str]]) -> tuple[ZoneSpot, ...]:
    """Return places with their words, numbered through."""
    first = 1 if places is DRAWN else len(DRAWN) + 1
    return tuple(
        ZoneSpot(zone, view, zone_words(zone), count, zone in chosen)
        for count, (zone, view) in enumerate(places, start=first)
    )


def zone_words(zone: str) -> str:
    """Return a place of the pain map in words, beginning with a capital."""
    text = told(knowledge().pain_map[zone].plain)
    return text[:1].upper() + text[1:]


def view_words() -> tuple[tuple[str, str], ...]:
    """Return the views with their names."""
    return tuple((view, _(words)) for view, words in VIEWS)
