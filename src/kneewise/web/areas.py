"""Every page area, in the order of the navigation; an area joins with one line here."""

from __future__ import annotations

from kneewise.web.area import Area
from kneewise.web.evidence.routes import AREA as EVIDENCE
from kneewise.web.settings.routes import AREA as SETTINGS

AREAS: tuple[Area, ...] = (
    EVIDENCE,
    SETTINGS,
)

#: Entries of the bar at the bottom of a phone, the one that leads to everything else included.
BAR_ENTRIES = 5


def bar(areas: tuple[Area, ...] = AREAS) -> tuple[Area, ...]:
    """Return the areas that a phone shows at the bottom; all of them where they fit."""
    if len(areas) <= BAR_ENTRIES:
        return areas
    return tuple(area for area in areas if area.place == "main")[: BAR_ENTRIES - 1]


def home(areas: tuple[Area, ...] = AREAS) -> str:
    """Return where the address ``/`` leads: to the first area."""
    return areas[0].path
