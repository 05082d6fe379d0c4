"""Every page area, in the order of the navigation; an area joins with one line here."""

from __future__ import annotations

from kneewise.web.area import Area
from kneewise.web.calculator.routes import AREA as CALCULATOR
from kneewise.web.evidence.routes import AREA as EVIDENCE
from kneewise.web.gait.routes import AREA as GAIT
from kneewise.web.helped.routes import AREA as HELPED
from kneewise.web.importing.routes import AREA as IMPORT
from kneewise.web.knee.routes import AREA as KNEE
from kneewise.web.lab.routes import AREA as LAB
from kneewise.web.load.routes import AREA as LOAD
from kneewise.web.own_data.routes import AREA as DATA
from kneewise.web.plan.routes import AREA as PLAN
from kneewise.web.report.routes import AREA as REPORT
from kneewise.web.settings.routes import AREA as SETTINGS
from kneewise.web.today.routes import AREA as TODAY

AREAS: tuple[Area, ...] = (
    TODAY,
    LOAD,
    KNEE,
    PLAN,
    GAIT,
    HELPED,
    REPORT,
    CALCULATOR,
    LAB,
    IMPORT,
    EVIDENCE,
    DATA,
    SETTINGS,
)
