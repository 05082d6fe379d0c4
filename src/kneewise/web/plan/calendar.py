"""Sessions in a calendar: one week with everything, one month at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kneewise.domain import Plan, PlannedSession
from kneewise.services.plan_now import PlanNow
from kneewise.units import DAYS_PER_WEEK
from kneewise.web.amounts import Shown, day_long, knee_km, month_long, weekday
from kneewise.web.plan.words import KINDS
from kneewise.web.proof import Proof, proof
from kneewise.web.today.sessions import ICONS
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

_DAY = timedelta(days=1)
#: What a session that is over came to.
_STATES = {
    "done": message("done"),
    "missed": message("missed"),
    "open": "",
    "over": "",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One session in the calendar.

    Attributes
    ----------
    state : {"open", "done", "missed", "over"}
    differences : str
        What the run did otherwise; empty where there is none.
    movable : bool
        Whether it lies ahead, so that it may move.
    """

    id: str
    icon: str
    kind: str
    title: str
    dose: str
    at: str
    cost: Shown | None
    state: str
    state_words: str
    differences: str
    href: str
    movable: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a week."""

    iso: str
    short: str
    number: str
    long: str
    is_today: bool
    past: bool
    away: bool
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """One reason, with the sessions that it holds for.

    Attributes
    ----------
    sessions : str
        Titles with their days.
    """

    sessions: str
    text: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class WeekView:
    """One week."""

    title: str
    monday: str
    days: tuple[Day, ...]
    whys: tuple[Why, ...]
    hints: tuple[str, ...]
    before: str
    after: str
    is_now: bool
    empty: bool


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One day of a month at a glance."""

    number: str
    long: str
    href: str
    inside: bool
    is_today: bool
    chips: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class MonthView:
    """One month, whole weeks."""

    title: str
    weekdays: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[MonthDay, ...], ...]
    before: str
    after: str
    week_href: str


def week_view(now: PlanNow, plan: Plan, wanted: date) -> WeekView:
    """Return the week that holds a day."""
    monday = wanted - timedelta(days=wanted.weekday())
    days = [monday + number * _DAY for number in range(DAYS_PER_WEEK)]
    sessions = [session for day in days for session in plan.on(day)]
    first, last = plan.start - timedelta(days=plan.start.weekday()), plan.end
    before, after = monday - timedelta(weeks=1), monday + timedelta(weeks=1)
    return WeekView(
        title=_("%(first)s to %(last)s", first=day_long(days[0]), last=day_long(days[-1])),
        monday=monday.isoformat(),
        days=tuple(_day(now, plan, day) for day in days),
        whys=tuple(_whys(sessions)),
        hints=tuple(told(change.text) for day in days for change in plan.warned_on(day)),
        before=f"/plan?week={before.isoformat()}" if before >= first else "",
        after=f"/plan?week={after.isoformat()}" if after <= last else "",
        is_now=monday <= now.today < after,
        empty=not sessions,
    )


def month_view(now: PlanNow, plan: Plan, wanted: date) -> MonthView:
    """Return the month that holds a day, in whole weeks."""
    first = wanted.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    start = first - timedelta(days=first.weekday())
    count = -(-(following - start).days // DAYS_PER_WEEK)
    days = [[start + timedelta(weeks=week, days=day) for day in range(DAYS_PER_WEEK)] for week in range(count)]
    earlier = first - _DAY
    shown = wanted if (wanted.year, wanted.month) != (now.today.year, now.today.month) else now.today
    return MonthView(
        title=month_long(first),
        weekdays=tuple((weekday(day), day_long(day).partition(",")[0]) for day in days[0]),
        weeks=tuple(tuple(_month_day(now, plan, day, first.month) for day in week) for week in days),
        before=f"/plan/month?month={earlier:%Y-%m}" if earlier >= plan.start else "",
        after=f"/plan/month?month={following:%Y-%m}" if following <= plan.end else "",
        week_href=f"/plan?week={shown.isoformat()}",
    )


def chip_of(now: PlanNow, session: PlannedSession) -> Chip:
    """Return one session for a calendar."""
    state = now.state_of(session)
    matched = now.matched(session)
    return Chip(
        id=session.id,
        icon=ICONS[session.kind],
        kind=_(KINDS[session.kind]),
        title=told(session.title),
        dose=told(session.dose),
        at="" if session.start_time is None else session.start_time.strftime("%H:%M"),
        cost=None if session.knee_km is None else knee_km(session.knee_km.to_json()),
        state=state,
        state_words=_(_STATES[state]) if _STATES[state] else "",
        differences="" if matched is None else " ".join(told(each.text) for each in matched.deviations),
        href=session_href(now, session),
        movable=state == "open" and now.refused is None,
    )


def session_href(now: PlanNow, session: PlannedSession) -> str:
    """Return the address of a session; one that is over may share its id with the one that follows it up."""
    address = f"/plan/sessions/{session.id}"
    return address if session.local_date >= now.today else f"{address}?day={session.local_date.isoformat()}"


def in_order(sessions: Sequence[PlannedSession]) -> list[PlannedSession]:
    """Return a day's sessions by time of day, what is no strength work first."""
    return sorted(sessions, key=lambda each: (each.start_time is None, str(each.start_time), each.kind == "strength"))


def _day(now: PlanNow, plan: Plan, day: date) -> Day:
    return Day(
        iso=day.isoformat(),
        short=weekday(day),
        number=str(day.day),
        long=day_long(day),
        is_today=day == now.today,
        past=day < now.today,
        away=day in now.gathered.inputs.availability.away,
        chips=tuple(chip_of(now, session) for session in in_order(plan.on(day))),
    )


def _month_day(now: PlanNow, plan: Plan, day: date, month: int) -> MonthDay:
    return MonthDay(
        number=str(day.day),
        long=day_long(day),
        href=f"/plan?week={day.isoformat()}",
        inside=day.month == month,
        is_today=day == now.today,
        chips=tuple(chip_of(now, session) for session in in_order(plan.on(day))),
    )


def _whys(sessions: Sequence[PlannedSession]) -> Iterator[Why]:
    """Yield each reason once, with the sessions that it holds for."""
    grouped: dict[tuple[str, str], list[PlannedSession]] = {}
    for session in sessions:
        if session.why:
            grouped.setdefault((session.why, session.rule), []).append(session)
    for (text, rule), held in grouped.items():
        yield Why(_named(held), told(text), proof(rule))


def _named(sessions: Sequence[PlannedSession]) -> str:
    named: dict[str, list[str]] = {}
    for session in sessions:
        named.setdefault(told(session.title), []).append(weekday(session.local_date))
    return ", ".join(f"{title} ({', '.join(on)})" for title, on in named.items())
