"""Which day it is for the runner."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kneewise import clock
from kneewise.domain import Runner


def local_today(runner: Runner) -> date:
    """Return the runner's calendar day now: in the profile's time zone, else in that of this machine."""
    return local_day(clock.now(), runner)


def local_day(instant: datetime, runner: Runner) -> date:
    """Return the runner's calendar day of an instant."""
    aware = instant.astimezone(UTC)
    return aware.astimezone(zone_of(runner)).date()


def zone_of(runner: Runner) -> tzinfo | None:
    """Return the zone of a runner's days; ``None`` for that of this machine."""
    return ZoneInfo(runner.timezone) if runner.timezone else None


def machine_zone() -> str | None:
    """Return the IANA name of this machine's time zone, or ``None`` where it cannot be told."""
    linked = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    for name in (os.environ.get("TZ", "").lstrip(":"), linked):
        try:
            if name and ZoneInfo(name).key == name:
                return name
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None
