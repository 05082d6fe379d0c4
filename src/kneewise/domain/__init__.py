"""Frozen dataclasses that every layer speaks in."""

from kneewise.domain.activity import STREAM_COLUMNS, Activity, Stream
from kneewise.domain.estimate import Estimate, Interval, json_number
from kneewise.domain.issue import Issue
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

__all__ = [
    "STREAM_COLUMNS",
    "Activity",
    "Channel",
    "DeveloperField",
    "Estimate",
    "FileFormat",
    "Floats",
    "Interval",
    "Issue",
    "Lap",
    "Recording",
    "Recovery",
    "Runner",
    "Session",
    "Sex",
    "Stream",
    "TimerEvent",
    "json_number",
]
