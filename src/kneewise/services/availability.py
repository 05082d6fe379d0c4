"""What the runner wants and when there is time: told in parts, each an event, folded into what holds now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any, get_args

from kneewise import clock
from kneewise.domain import Goal
from kneewise.errors import InvalidInputError
from kneewise.evidence.exercises import Equipment
from kneewise.evidence.parameters import value
from kneewise.plan.inputs import Availability, Race
from kneewise.services.issued_plans import goal_of
from kneewise.services.limits import check_number
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.storage import append_event, new_event, read_events, read_latest_event

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the runner told about time and things at home; ``None`` where a command leaves it as it was.

    Attributes
    ----------
    minutes : mapping of int to float
        Free minutes by weekday, Monday 0; a weekday that is missing is not free.
    start_times : mapping of int to time
        Usual time of day by weekday.
    long_run_weekday : int
    runs_per_week : int
    equipment : frozenset of str
        Ids of the exercise library.
    strength_minutes : float
    away : tuple of (date, date)
        First and last day of each time away; told again, they replace the earlier ones.
    races : tuple of Race
    """

    minutes: Mapping[int, float] | None = None
    start_times: Mapping[int, time] | None = None
    long_run_weekday: int | None = None
    runs_per_week: int | None = None
    equipment: frozenset[str] | None = None
    strength_minutes: float | None = None
    away: tuple[tuple[date, date], ...] | None = None
    races: tuple[Race, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what was told as JSON values, without what was not."""
        document = {
            "minutes": None if self.minutes is None else {str(day): number for day, number in self.minutes.items()},
            "start_times": None
            if self.start_times is None
            else {str(day): at.isoformat("minutes") for day, at in self.start_times.items()},
            "long_run_weekday": self.long_run_weekday,
            "runs_per_week": self.runs_per_week,
            "equipment": None if self.equipment is None else sorted(self.equipment),
            "strength_minutes": self.strength_minutes,
            "away": None if self.away is None else [[day.isoformat() for day in each] for each in self.away],
            "races": None
            if self.races is None
            else [
                {"day": race.day.isoformat(), "distance_m": race.distance_m, "name": race.name} for race in self.races
            ],
        }
        return {name: told for name, told in document.items() if told is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Everything told so far, the latest word of each.

    Attributes
    ----------
    days_told : bool
        Whether the runner ever named the days; until then every day is taken as free.
    """

    availability: Availability
    days_told: bool
    equipment: frozenset[Equipment]
    strength_minutes: float | None


def weekday_of(text: str) -> int:
    """Return the number of a weekday, Monday 0, from its name or the first letters of it.

    Raises
    ------
    InvalidInputError
    """
    wanted = text.strip().lower()
    for number, name in enumerate(WEEKDAYS):
        if len(wanted) >= _SHORT and name.startswith(wanted):
            return number
    raise InvalidInputError(f"'{text}' is no day of the week; write it like mon, tue, wed, thu, fri, sat or sun.")


def read_days(text: str) -> tuple[dict[int, float], dict[int, time]]:
    """Return minutes and times of day by weekday from ``mon,wed:45,sat:90@9:30``.

    Raises
    ------
    InvalidInputError
        Naming the part that cannot be read.
    """
    minutes: dict[int, float] = {}
    times: dict[int, time] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        rest, _, at = part.partition("@")
        name, _, length = rest.partition(":")
        weekday = weekday_of(name)
        minutes[weekday] = _minutes(length, part) if length else value("told.minutes")
        if at:
            times[weekday] = _time(at, part)
    if not minutes:
        raise InvalidInputError("No day was named; write the days like mon,wed,sat:90.")
    return minutes, times


def read_away(text: str) -> tuple[date, date]:
    """Return the first and last day of ``2026-12-24..2026-12-31``, or of one day.

    Raises
    ------
    InvalidInputError
    """
    first, _, last = text.partition("..")
    try:
        begin = date.fromisoformat(first.strip())
        end = date.fromisoformat(last.strip()) if last else begin
    except ValueError as error:
        raise InvalidInputError(
            f"'{text}' is no time away; write it like 2026-12-24..2026-12-31, or one day."
        ) from error
    if end < begin:
        raise InvalidInputError(f"The time away '{text}' ends before it begins; turn the two days round.")
    return begin, end


def set_availability(place: Place, wishes: Wishes) -> None:
    """Store what the runner told about time; what was not told stays as it was.

    Raises
    ------
    InvalidInputError
        When a number cannot be right; nothing is stored then.
    """
    check_wishes(wishes)
    _append(place, "availability", wishes.to_json())


def set_goal(place: Place, goal: Goal) -> None:
    """Store what the runner wants.

    Raises
    ------
    InvalidInputError
        When the goal lacks its distance or its day; nothing is stored then.
    """
    check_goal(goal)
    _append(place, "goal", goal.to_json())


def check_wishes(wishes: Wishes) -> None:
    """Refuse what cannot be right.

    Raises
    ------
    InvalidInputError
    """
    for length in (wishes.minutes or {}).values():
        check_number("A day", length, "minutes")
    check_number("A number of runs a week", wishes.runs_per_week, "runs_per_week")
    check_number("A strength session", wishes.strength_minutes, "minutes")
    for race in wishes.races or ():
        check_number("A race", race.distance_m, "goal_m")
    unknown = sorted((wishes.equipment or frozenset()) - set(get_args(Equipment)))
    if unknown:
        raise InvalidInputError(
            f"'{unknown[0]}' is no equipment that exercises ask for; choose from {', '.join(get_args(Equipment))}."
        )


def check_goal(goal: Goal) -> None:
    """Refuse a goal without what belongs to it.

    Raises
    ------
    InvalidInputError
    """
    check_number("A distance", goal.distance_m, "goal_m")
    if goal.kind in ("distance", "race") and goal.distance_m is None:
        raise InvalidInputError(f"The goal '{goal.kind}' needs a distance; add it with --distance-m.")
    if goal.kind == "race" and goal.day is None:
        raise InvalidInputError("A race needs its day; add it with --race-date.")


def read_told(record: Record, runner: Runner, wishes: Wishes | None = None) -> Told:
    """Fold everything that was told about time and equipment, the latest word of each.

    Parameters
    ----------
    wishes : Wishes or None
        What is told now and is not stored yet.
    """
    told: dict[str, Any] = {}
    with record.reading() as connection:
        for event in read_events(connection, runner.id, "availability"):
            told |= event.data
    told |= {} if wishes is None else wishes.to_json()
    minutes = told.get("minutes")
    free = dict.fromkeys(range(len(WEEKDAYS)), value("told.minutes")) if minutes is None else _by_weekday(minutes)
    times = {int(day): time.fromisoformat(at) for day, at in told.get("start_times", {}).items()}
    return Told(
        availability=Availability(
            minutes=free,
            start_times={day: at for day, at in times.items() if day in free},
            long_run_weekday=told.get("long_run_weekday"),
            away=frozenset(_days_of(told.get("away", ()))),
            races=tuple(
                Race(day=date.fromisoformat(race["day"]), distance_m=race["distance_m"], name=race["name"])
                for race in told.get("races", ())
            ),
            runs_per_week=told.get("runs_per_week"),
        ),
        days_told=minutes is not None,
        equipment=frozenset({"none", *told.get("equipment", ())}),
        strength_minutes=told.get("strength_minutes"),
    )


def read_goal(record: Record, runner: Runner) -> Goal | None:
    """Return the goal that was told last, or ``None``."""
    with record.reading() as connection:
        event = read_latest_event(connection, runner.id, "goal")
    return None if event is None else goal_of(event.data)


def _append(place: Place, kind: Any, data: Mapping[str, Any]) -> None:
    now = clock.now()
    with opened(place) as (record, runner), record.writing("storing what you told") as connection:
        event = new_event(runner.id, kind, recorded_at=now, local_date=local_day(now, runner), data=data)
        append_event(connection, runner.id, event)


def _by_weekday(document: Mapping[str, float]) -> dict[int, float]:
    return {int(day): number for day, number in sorted(document.items())}


def _days_of(spans: Iterable[Sequence[str]]) -> Iterable[date]:
    for first, last in spans:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
        yield from (begin + timedelta(days=number) for number in range((end - begin).days + 1))


def _minutes(text: str, part: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InvalidInputError(f"'{part}' has no minutes after the colon; write it like sat:90.") from error


def _time(text: str, part: str) -> time:
    hours, _, minutes = text.strip().partition(":")
    try:
        return time(int(hours), int(minutes or 0))
    except ValueError as error:
        raise InvalidInputError(f"'{part}' has no time of day after the @; write it like sat:90@9:30.") from error
