"""The form that a plan is made from: what was told so far, and what a reader sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kneewise.domain import Goal
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import parameter, value
from kneewise.plan.inputs import Race
from kneewise.services.availability import Wishes
from kneewise.services.plan_now import PlanNow
from kneewise.units import METRES_PER_KM, METRES_PER_MILE
from kneewise.web.amounts import imperial, localised_number
from kneewise.web.plan.view import goal_options
from kneewise.web.typed import typed_day, typed_number, typed_time, typed_whole
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

_WEEKDAYS = (
    message("Monday"),
    message("Tuesday"),
    message("Wednesday"),
    message("Thursday"),
    message("Friday"),
    message("Saturday"),
    message("Sunday"),
)
_EQUIPMENT = {
    "mat": message("Mat"),
    "band": message("Band"),
    "mini_band": message("Small band"),
    "step": message("Step or stair"),
    "chair": message("Chair"),
    "bench": message("Bench"),
    "weight": message("Weight, such as a bag or bottle"),
    "dumbbell": message("Dumbbell"),
    "machine": message("Machines in a gym"),
    "cable": message("Cable machine"),
    "wall": message("Wall"),
    "towel": message("Towel"),
    "strap": message("Strap"),
    "decline_board": message("Sloping board"),
    "box": message("Box"),
    "roller": message("Foam roller"),
    "slope_or_stairs": message("Hill or stairs"),
}
#: Times away that the form has room for.
_SPANS = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayRow:
    """One weekday in the form."""

    number: int
    name: str
    free: bool
    minutes: str
    at: str


@dataclass(frozen=True, slots=True)
class WishesForm:
    """The form, filled with what is known."""

    has_plan: bool
    error: str
    goals: tuple[tuple[str, str], ...]
    goal: str
    distance: str
    unit: str
    goal_day: str
    days: tuple[DayRow, ...]
    weekdays: tuple[tuple[str, str], ...]
    long_run_day: str
    runs_per_week: str
    runs_options: tuple[tuple[str, str], ...]
    equipment: tuple[tuple[str, str, bool], ...]
    strength_minutes: str
    away: tuple[tuple[int, str, str], ...]
    weeks: str
    today: str
    least_minutes: str
    most_minutes: str


def told_form(now: PlanNow) -> WishesForm:
    """Return the form with what the runner told before."""
    told, goal = now.gathered.told, now.gathered.inputs.goal
    free = told.availability
    fields: dict[str, str] = {
        "goal": "" if goal is None else goal.kind,
        "distance": "" if goal is None or goal.distance_m is None else _typed(goal.distance_m / _unit_m()),
        "goal_day": "" if goal is None or goal.day is None else goal.day.isoformat(),
        "long_run_day": "" if free.long_run_weekday is None else str(free.long_run_weekday),
        "runs_per_week": "" if free.runs_per_week is None else str(free.runs_per_week),
        "strength_minutes": "" if told.strength_minutes is None else f"{told.strength_minutes:g}",
    }
    for number, minutes in free.minutes.items() if told.days_told else ():
        fields |= {f"day.{number}": "yes", f"minutes.{number}": f"{minutes:g}"}
    for number, at in free.start_times.items():
        fields[f"at.{number}"] = at.strftime("%H:%M")
    for name in told.equipment:
        fields[f"has.{name}"] = "yes"
    for place, (first, last) in enumerate(_spans(free.away, now.today)[:_SPANS]):
        fields |= {f"away_from.{place}": first.isoformat(), f"away_to.{place}": last.isoformat()}
    return form_of(now, fields)


def form_of(now: PlanNow, fields: Mapping[str, str], error: str = "") -> WishesForm:
    """Return the form with what was typed."""
    minutes = parameter("told.minutes")
    most_runs = round(parameter("told.runs_per_week").high)
    return WishesForm(
        has_plan=now.gathered.plan is not None,
        error=error,
        goals=goal_options(),
        goal=fields.get("goal", ""),
        distance=fields.get("distance", ""),
        unit=_("mi") if imperial() else _("km"),
        goal_day=fields.get("goal_day", ""),
        days=tuple(_row(number, name, fields) for number, name in enumerate(_WEEKDAYS)),
        weekdays=(("", _("Any day")), *((str(number), _(name)) for number, name in enumerate(_WEEKDAYS))),
        long_run_day=fields.get("long_run_day", ""),
        runs_per_week=fields.get("runs_per_week", ""),
        runs_options=(("", _("As the plan sees fit")), *((str(one), str(one)) for one in range(1, most_runs + 1))),
        equipment=tuple((name, _(words), f"has.{name}" in fields) for name, words in _EQUIPMENT.items()),
        strength_minutes=fields.get("strength_minutes", ""),
        away=tuple(
            (place, fields.get(f"away_from.{place}", ""), fields.get(f"away_to.{place}", "")) for place in range(_SPANS)
        ),
        weeks=fields.get("weeks", ""),
        today=now.today.isoformat(),
        least_minutes=f"{minutes.low:g}",
        most_minutes=f"{minutes.high:g}",
    )


def read_goal(fields: Mapping[str, str]) -> Goal | None:
    """Return the goal that was sent.

    Raises
    ------
    InvalidInputError
        Where its distance or day is missing or cannot be read.
    """
    kind = fields.get("goal", "")
    if kind not in dict(goal_options()):
        return None
    if kind not in ("distance", "race"):
        return Goal(kind=kind)  # type: ignore[arg-type]
    length = typed_number(fields.get("distance", ""), _("Distance"))
    on = typed_day(fields.get("goal_day", ""))
    if length is None:
        raise InvalidInputError(_("Tell how far you want to run."))
    if kind == "race" and on is None:
        raise InvalidInputError(_("A race needs its day."))
    return Goal(kind=kind, distance_m=round(length * _unit_m()), day=on)  # type: ignore[arg-type]


def read_wishes(fields: Mapping[str, str], goal: Goal | None) -> Wishes:
    """Return what was sent about time and equipment.

    Raises
    ------
    InvalidInputError
        Where no day was named, or something cannot be read.
    """
    days = [number for number in range(len(_WEEKDAYS)) if fields.get(f"day.{number}")]
    if not days:
        raise InvalidInputError(_("Name at least one day that you have."))
    minutes = {number: typed_number(fields.get(f"minutes.{number}", ""), _(_WEEKDAYS[number])) for number in days}
    times = {number: at for number in days if (at := typed_time(fields.get(f"at.{number}", ""))) is not None}
    long_run = fields.get("long_run_day", "")
    race = goal if goal is not None and goal.kind == "race" else None
    return Wishes(
        minutes={number: told if told is not None else value("told.minutes") for number, told in minutes.items()},
        start_times=times,
        long_run_weekday=int(long_run) if long_run in map(str, range(len(_WEEKDAYS))) else None,
        runs_per_week=typed_whole(fields.get("runs_per_week", ""), _("Runs a week")),
        equipment=frozenset(name for name in _EQUIPMENT if fields.get(f"has.{name}")),
        strength_minutes=typed_number(fields.get("strength_minutes", ""), _("Minutes of strength work")),
        away=tuple(_away(fields)),
        races=None if race is None or race.day is None else (Race(day=race.day, distance_m=race.distance_m or 0.0),),
    )


def _row(number: int, name: str, fields: Mapping[str, str]) -> DayRow:
    return DayRow(
        number=number,
        name=_(name),
        free=f"day.{number}" in fields,
        minutes=fields.get(f"minutes.{number}", ""),
        at=fields.get(f"at.{number}", ""),
    )


def _away(fields: Mapping[str, str]) -> Sequence[tuple[date, date]]:
    spans = []
    for place in range(_SPANS):
        first, last = (typed_day(fields.get(f"away_{end}.{place}", "")) for end in ("from", "to"))
        if first is None and last is None:
            continue
        begin, end = first or last, last or first
        assert begin is not None
        assert end is not None
        if end < begin:
            raise InvalidInputError(_("A time away ends before it begins; turn the two days round."))
        spans.append((begin, end))
    return spans


def _spans(days: frozenset[date], today: date) -> list[tuple[date, date]]:
    """Return days to come as first and last days of spans."""
    spans: list[tuple[date, date]] = []
    for each in sorted(one for one in days if one >= today):
        if spans and spans[-1][1] + _DAY == each:
            spans[-1] = (spans[-1][0], each)
        else:
            spans.append((each, each))
    return spans


def _unit_m() -> float:
    return METRES_PER_MILE if imperial() else float(METRES_PER_KM)


def _typed(number: float) -> str:
    return localised_number(f"{round(number, 2):g}")
