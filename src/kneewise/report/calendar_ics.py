"""The plan as an iCalendar file (RFC 5545) that a calendar can take in again and again.

Notes
-----
A session keeps its UID over versions and SEQUENCE is the plan's version, so a calendar that takes in a newer file moves
what has moved and adds nothing twice. What a newer version dropped is written once more as cancelled.

A session without a time of day is an all-day event that leaves the day free. Lengths are written as DURATION, which is
exact on the nights when clocks change. A time that such a night skips moves to what the clock shows instead.

Titles hold kind and length only, never the plan's own title, because they show on lock screens and shared calendars.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kneewise.domain import Plan, PlannedSession
from kneewise.errors import InvalidInputError
from kneewise.plan.amounts import length_s
from kneewise.report.session_text import (
    cadence_words,
    cost_words,
    exercise_amount,
    headline,
    in_order,
    sentence,
    step_lines,
    without_links,
)
from kneewise.report.timezone_ics import vtimezone

if TYPE_CHECKING:
    from icalendar import Event

_PRODUCT: Final = "-//Kneewise//Training plan//EN"
_DOMAIN: Final = "kneewise"
#: Days that the time zone's rules reach beyond the plan.
_MARGIN: Final = timedelta(days=366)


def calendar_ics(plan: Plan, *, timezone: str, now: datetime, previous: Iterable[Plan] = ()) -> bytes:
    """Return the plan as an iCalendar file.

    Parameters
    ----------
    timezone : str
        IANA zone that the plan's days and times are in.
    now : datetime
        Time of export, aware.
    previous : iterable of Plan
        Earlier versions: their sessions from the day of issue on that ``plan`` no longer holds become cancelled events.
        What lies before is history and stays as it is.

    Raises
    ------
    InvalidInputError
        The zone is not known.
    ValueError
        ``now`` has no time zone.
    """
    from icalendar import Calendar

    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    zone = _zone(timezone)
    gone = in_order(_dropped(plan, previous, zone))
    sessions = in_order(plan.sessions)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Running plan")
    days = [session.local_date for session in (*sessions, *gone)] or [plan.start]
    calendar.add_component(vtimezone(zone, min(days) - _MARGIN, max(days) + _MARGIN))
    for session in sessions:
        calendar.add_component(_event(session, plan, zone, now, status="CONFIRMED"))
    for session in gone:
        calendar.add_component(_event(session, plan, zone, now, status="CANCELLED"))
    return bytes(calendar.to_ical())


def event_uid(session: PlannedSession) -> str:
    """Return the UID that a session keeps over all versions."""
    return f"{session.id}@{_DOMAIN}"


def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidInputError(
            f"'{timezone}' is no time zone; give one such as Europe/Berlin in your profile."
        ) from error


def _dropped(plan: Plan, previous: Iterable[Plan], zone: ZoneInfo) -> Iterator[PlannedSession]:
    kept = {session.id for session in plan.sessions}
    issued_on = plan.issued_at.astimezone(zone).date()
    latest = {
        session.id: session
        for version in sorted(previous, key=lambda version: version.version)
        if version.version < plan.version
        for session in version.sessions
    }
    return (s for s in latest.values() if s.id not in kept and s.local_date >= issued_on)


def _event(session: PlannedSession, plan: Plan, zone: ZoneInfo, now: datetime, *, status: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", event_uid(session))
    event.add("sequence", plan.version)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("last-modified", plan.issued_at.astimezone(UTC))
    _add_time(event, session, zone)
    event.add("summary", headline(session))
    event.add("description", _description(session) if status != "CANCELLED" else "No longer in your plan.")
    event.add("status", status)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if session.start_time is None else "OPAQUE")
    return event


def _add_time(event: Event, session: PlannedSession, zone: ZoneInfo) -> None:
    if session.start_time is None:
        event.add("dtstart", session.local_date)
        event.add("dtend", session.local_date + timedelta(days=1))
        return
    wall = datetime.combine(session.local_date, session.start_time.replace(tzinfo=None), tzinfo=zone)
    # A wall time that the night skips is no instant; going through UTC gives the one the clock shows in its place.
    event.add("dtstart", wall.astimezone(UTC).astimezone(zone).replace(fold=0))
    seconds = length_s(session)
    if seconds is not None:
        event.add("duration", timedelta(seconds=round(seconds)))


def _description(session: PlannedSession) -> str:
    """Return the day's text, one thing a line; the reason last."""
    lines = [sentence(session.dose), *step_lines(session)]
    lines += [f"{dose.name}: {exercise_amount(dose)}" for dose in session.exercises]
    if session.cadence_target_spm is not None:
        lines.append(f"Step rate: {cadence_words(session.cadence_target_spm)}")
    lines += [sentence(text) for text in (session.effort, session.terrain)]
    if cost := cost_words(session.knee_km):
        lines.append(f"Cost for the knee: {cost}")
    lines += [f"Easier: {sentence(other.text)}" for other in session.alternatives]
    lines.append(f"Why: {sentence(session.why)}" if session.why else "")
    return "\n".join(filter(None, (without_links(line) for line in lines)))
