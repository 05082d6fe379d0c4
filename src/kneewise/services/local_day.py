"""Which day it is for the runner."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from kneewise import clock
from kneewise.domain import Runner


def local_today(runner: Runner) -> date:
    """Return the runner's calendar day now: in the profile's time zone, else in that of this machine."""
    return local_day(clock.now(), runner)


def local_day(instant: datetime, runner: Runner) -> date:
    """Return the runner's calendar day of an instant."""
    aware = instant.astimezone(UTC)
    return (aware.astimezone(ZoneInfo(runner.timezone)) if runner.timezone else aware.astimezone()).date()
