"""The zone a run was run in, and the day it belongs to.

Order: the position, the file's own offset if a clock on Earth can show it (as the profile's zone where that has the
same offset then), the profile, UTC. Devices write offsets that are wrong by minutes (22 to 51 of them in real
files), and the offset of a clock that was never set is decades.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from kneewise.activities.distance import Track
from kneewise.domain import Channel, Issue, Recording
from kneewise.evidence.parameters import value
from kneewise.units import FIT_EPOCH_S

#: FIT times below this many seconds count from the device's own start, not from the FIT epoch (FIT profile, date_time).
_SYSTEM_TIME_S = 0x10000000

#: A zone for each offset in use that is no whole hour, in quarters of an hour.
_PART_HOURS = {
    -38: "Pacific/Marquesas",
    -14: "America/St_Johns",
    -10: "America/St_Johns",
    14: "Asia/Tehran",
    18: "Asia/Kabul",
    22: "Asia/Kolkata",
    23: "Asia/Kathmandu",
    26: "Asia/Yangon",
    35: "Australia/Eucla",
    38: "Australia/Darwin",
    42: "Australia/Adelaide",
    51: "Pacific/Chatham",
    55: "Pacific/Chatham",
}


#: POSIX seconds that a recording can begin at: from 1970 on, before 2100. Beyond lie clocks gone wrong.
_DATABLE_S = (datetime(1970, 1, 1, tzinfo=UTC).timestamp(), datetime(2100, 1, 1, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Place:
    """IANA zone and calendar day of a run."""

    timezone: str
    local_date: date


def locate(
    start_s: float, track: Track | None, utc_offset_s: float | None, default_timezone: str | None
) -> tuple[Place, tuple[Issue, ...]]:
    """Return zone and local day of a run that began at ``start_s`` (POSIX seconds UTC)."""
    start = datetime.fromtimestamp(start_s, UTC)
    name, issue = _zone_name(start, track, utc_offset_s, default_timezone)
    place = Place(name, start.astimezone(ZoneInfo(name)).date())
    return place, () if issue is None else (issue,)


def is_datable(start_s: float) -> bool:
    """Whether a run can have begun at ``start_s`` (POSIX seconds UTC); a clock gone wrong says year 1 or 9999."""
    return _DATABLE_S[0] <= start_s < _DATABLE_S[1]


def unset_clock_shift_s(recording: Recording, default_timezone: str | None) -> float | None:
    """Return what to add to the times of a watch whose clock was never set, ``None`` where the clock is fine.

    Such a watch counts seconds since it was switched on; the file's local time of the activity still tells the date.
    """
    utc_offset_s, known = recording.utc_offset_s, recording.time_s[np.isfinite(recording.time_s)]
    if recording.format != "fit" or utc_offset_s is None or len(known) == 0:
        return None
    first_s = float(known[0])
    if first_s - FIT_EPOCH_S >= _SYSTEM_TIME_S:
        return None
    if plausible_offset_s(utc_offset_s) is not None:
        return None
    local_s = first_s + utc_offset_s
    if local_s - FIT_EPOCH_S < _SYSTEM_TIME_S:
        return None
    zone = _known(_zone_of_channels(recording.channels)) or _known(default_timezone)
    if zone is None:
        return utc_offset_s
    offset = datetime.fromtimestamp(local_s, UTC).replace(tzinfo=zone).utcoffset() or timedelta()
    return utc_offset_s - offset.total_seconds()


def plausible_offset_s(utc_offset_s: float | None) -> float | None:
    """Return an offset that some place on Earth uses, rounded to the quarter hour; ``None`` for any other."""
    if utc_offset_s is None or not np.isfinite(utc_offset_s):
        return None
    quarters = round(utc_offset_s / 900.0)
    if abs(utc_offset_s - 900.0 * quarters) > value("cleaning.timezone.offset_tolerance_s"):
        return None
    whole = quarters % 4 == 0 and -12 * 4 <= quarters <= 14 * 4
    return 900.0 * quarters if whole or quarters in _PART_HOURS else None


def _zone_name(
    start: datetime, track: Track | None, utc_offset_s: float | None, default: str | None
) -> tuple[str, Issue | None]:
    if track is not None:
        first = int(np.argmax(track.known))
        name = _zone_at(round(float(track.longitude_deg[first]), 2), round(float(track.latitude_deg[first]), 2))
        if name is not None:
            return name, None
    profile = _known(default)
    offset_s = plausible_offset_s(utc_offset_s)
    if offset_s is not None:
        if profile is not None and start.astimezone(profile).utcoffset() == timedelta(seconds=offset_s):
            return profile.key, None
        name = _zone_of_offset(int(offset_s // 900))
        if _known(name) is not None:
            text = f"Where this was run is not known; the watch's own offset from UTC gave the zone {name}."
            return name, Issue("timezone-from-offset", "whole activity", text)
    if profile is not None:
        if utc_offset_s is None or offset_s is not None:
            return profile.key, None
        text = (
            f"The watch says it is {utc_offset_s / 60:+.0f} minutes from UTC, which no place is; your zone was taken."
        )
        return profile.key, Issue("timezone-implausible", "whole activity", text)
    text = "Neither file nor profile tells the time zone; the day is that of UTC and may be off by one."
    return "UTC", Issue("timezone-unknown", "whole activity", text)


def _zone_of_channels(channels: Mapping[str, Channel]) -> str | None:
    latitude, longitude = channels.get("position_lat"), channels.get("position_long")
    if latitude is None or longitude is None:
        return None
    both = np.flatnonzero(np.isfinite(latitude.values) & np.isfinite(longitude.values))
    if len(both) == 0:
        return None
    return _zone_at(round(float(longitude.values[both[0]]), 2), round(float(latitude.values[both[0]]), 2))


def _zone_of_offset(quarters: int) -> str:
    if quarters in _PART_HOURS:
        return _PART_HOURS[quarters]
    hours = quarters // 4
    return "UTC" if hours == 0 else f"Etc/GMT{-hours:+d}"  # POSIX signs: Etc/GMT-2 is two hours ahead of UTC


@lru_cache(maxsize=1024)
def _zone_at(longitude_deg: float, latitude_deg: float) -> str | None:
    from tzfpy import get_tz  # half a second of start-up that other commands do not need

    name = get_tz(longitude_deg, latitude_deg)
    return name if name and _known(name) is not None else None


@lru_cache(maxsize=1024)
def _known(name: str | None) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
