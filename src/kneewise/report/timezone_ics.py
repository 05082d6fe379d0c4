"""VTIMEZONE from the zone database, with every change of clocks as RFC 5545 wants it.

icalendar builds one too, but states the spring onset in the new offset (03:00 instead of 02:00), an hour late in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Timezone

_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)


def vtimezone(zone: ZoneInfo, first: date, last: date) -> Timezone:
    """Return the zone's component, one observance for each change of clocks from ``first`` to ``last``.

    Parameters
    ----------
    first : date
        Earlier than the first event.
    last : date
        Later than the last event.
    """
    from icalendar import Timezone

    component = Timezone()
    component.add("tzid", zone.key)
    begin = datetime.combine(first, time(), UTC)
    _add_observance(component, begin, begin, zone)
    for change in _changes(zone, begin, datetime.combine(last, time(), UTC)):
        _add_observance(component, change - _SECOND, change, zone)
    return component


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the instants from which another offset or name holds."""
    day = begin
    while day < end:
        if _state(day, zone) != _state(day + _DAY, zone):
            yield _first_after(day, zone)
        day += _DAY


def _first_after(day: datetime, zone: ZoneInfo) -> datetime:
    before, after = 0, round(_DAY / _SECOND)
    while after - before > 1:
        middle = (before + after) // 2
        same = _state(day + middle * _SECOND, zone) == _state(day, zone)
        before, after = (middle, after) if same else (before, middle)
    return day + after * _SECOND


def _state(instant: datetime, zone: ZoneInfo) -> tuple[timedelta | None, str | None]:
    local = instant.astimezone(zone)
    return local.utcoffset(), local.tzname()


def _add_observance(component: Timezone, before: datetime, onset: datetime, zone: ZoneInfo) -> None:
    """Add what holds from ``onset`` on; its DTSTART is the wall time that the old offset would show."""
    from icalendar import TimezoneDaylight, TimezoneStandard

    local = onset.astimezone(zone)
    old = before.astimezone(zone).utcoffset() or timedelta()
    observance = TimezoneDaylight() if (local.dst() or timedelta()) > timedelta() else TimezoneStandard()
    observance.add("dtstart", (onset + old).replace(tzinfo=None))
    observance.add("tzoffsetfrom", old)
    observance.add("tzoffsetto", local.utcoffset() or timedelta())
    observance.add("tzname", local.tzname() or zone.key)
    component.add_component(observance)
