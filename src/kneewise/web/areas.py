"""Every page area, in the order of the navigation; an area joins with one line here."""

from __future__ import annotations

from kneewise.web.area import Area
from kneewise.web.evidence.routes import AREA as EVIDENCE
from kneewise.web.settings.routes import AREA as SETTINGS
from kneewise.web.today.routes import AREA as TODAY

AREAS: tuple[Area, ...] = (
    TODAY,
    EVIDENCE,
    SETTINGS,
)
