"""Frozen dataclasses that every layer speaks in."""

from kneewise.domain.activity import STREAM_COLUMNS, Activity, Stream
from kneewise.domain.capture import Capture, PlateRecord
from kneewise.domain.check_in import MOMENTS, SIGNS, CheckIn, Moment, Side, Sign
from kneewise.domain.estimate import Estimate, Interval, json_number
from kneewise.domain.issue import Issue
from kneewise.domain.knee_style import KneeStyle
from kneewise.domain.plan import (
    Alternative,
    Change,
    ExerciseDose,
    Goal,
    Outlook,
    Plan,
    PlannedSession,
    Repeat,
    RunStep,
)
from kneewise.domain.recording import (
    Channel,
    DeveloperField,
    FileFormat,
    Floats,
    Lap,
    Recording,
    Recovery,
    Session,
    TimerEvent,
)
from kneewise.domain.runner import Runner, Sex
from kneewise.domain.strength_log import SetLog

__all__ = [
    "MOMENTS",
    "SIGNS",
    "STREAM_COLUMNS",
    "Activity",
    "Alternative",
    "Capture",
    "Change",
    "Channel",
    "CheckIn",
    "DeveloperField",
    "Estimate",
    "ExerciseDose",
    "FileFormat",
    "Floats",
    "Goal",
    "Interval",
    "Issue",
    "KneeStyle",
    "Lap",
    "Moment",
    "Outlook",
    "Plan",
    "PlannedSession",
    "PlateRecord",
    "Recording",
    "Recovery",
    "Repeat",
    "RunStep",
    "Runner",
    "Session",
    "SetLog",
    "Sex",
    "Side",
    "Sign",
    "Stream",
    "TimerEvent",
    "json_number",
]
