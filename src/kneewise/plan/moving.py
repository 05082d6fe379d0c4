"""Moving a session to another day: which days may take it, which only with a word, which not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final, Literal

from kneewise.domain.plan import Change, Plan, PlannedSession
from kneewise.evidence.knowledge import knowledge
from kneewise.plan.adherence import RUN_KINDS
from kneewise.plan.build import Situation
from kneewise.plan.inputs import PlanInputs
from kneewise.units import DAYS_PER_WEEK, HOURS_PER_DAY, SECONDS_PER_MINUTE

Verdict = Literal["allowed", "warning", "refused"]

#: Rule of the change record of a move.
MOVED: Final = "moved_by_runner"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayChoice:
    """One day that a session might move to.

    Attributes
    ----------
    rule : str
        What decided: a rule's id, or a short name of the reason; empty where nothing speaks against it.
    text : str
        The reason in one sentence; empty where there is none.
    """

    local_date: date
    verdict: Verdict
    rule: str = ""
    text: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "local_date": self.local_date.isoformat(),
            "verdict": self.verdict,
            "rule": self.rule,
            "text": self.text,
        }


def week_choices(session: PlannedSession, plan: Plan, situation: Situation) -> tuple[DayChoice, ...]:
    """Return what every day of the session's week says to it, Monday first; its own day is refused as its own."""
    monday = session.local_date - timedelta(days=session.local_date.weekday())
    days = (monday + timedelta(days=number) for number in range(DAYS_PER_WEEK))
    return tuple(check_move(session, day, plan, situation) for day in days)


def check_move(session: PlannedSession, to: date, plan: Plan, situation: Situation) -> DayChoice:
    """Return what a day says to a session.

    Parameters
    ----------
    session : PlannedSession
        Of ``plan``.
    """
    others = [each for each in plan.sessions if each.id != session.id]
    refused = next(_refusals(session, to, plan, others, situation), None)
    if refused is not None:
        return DayChoice(to, "refused", *refused)
    warned = next(_warnings(session, to, others, situation.inputs), None)
    return DayChoice(to, "allowed") if warned is None else DayChoice(to, "warning", *warned)


def moved_plan(session: PlannedSession, choice: DayChoice, plan: Plan, inputs: PlanInputs) -> Plan:
    """Return the next version of a plan, with a session on its new day and the move in its changes."""
    to = choice.local_date
    start = inputs.availability.start_times.get(to.weekday())
    moved = replace(session, local_date=to, start_time=start)
    sessions = (*(each for each in plan.sessions if each.id != session.id), moved)
    minutes = max(inputs.availability.minutes_on(session.local_date), (session.duration_s or 0) / SECONDS_PER_MINUTE)
    change = Change(
        rule=MOVED,
        text=f"You moved {session.title} from {_name(session.local_date)} to {_name(to)}. {choice.text}".strip(),
        inputs={
            "id": session.id,
            "from": session.local_date.isoformat(),
            "to": to.isoformat(),
            "minutes": minutes,
            "verdict": choice.verdict,
            "rule": choice.rule,
        },
    )
    return replace(
        plan,
        version=plan.version + 1,
        issued_at=inputs.issued_at,
        sessions=tuple(sorted(sessions, key=lambda each: (each.local_date, each.kind, each.id))),
        changes=(change,),
    )


def opened_days(plans: Iterable[Plan], today: date) -> Mapping[date, float]:
    """Return the days that the runner opened by moving a session there, with the minutes that the session had."""
    moves = (change.inputs for plan in plans for change in plan.changes if change.rule == MOVED)
    opened = {date.fromisoformat(move["to"]): float(move["minutes"]) for move in moves}
    return MappingProxyType({day: minutes for day, minutes in opened.items() if day >= today})


# ---------------------------------------------------------------------------------------------------------- refusals

_Reasons = Iterator[tuple[str, str]]


def _refusals(
    session: PlannedSession, to: date, plan: Plan, others: Sequence[PlannedSession], situation: Situation
) -> _Reasons:
    inputs = situation.inputs
    if to == session.local_date:
        yield "same_day", "It stands on this day already."
    if to < inputs.today or _is_over(session, inputs):
        yield "past", "What is over stays as it was; only days from today on can take a session."
    if to > plan.end:
        yield "end", f"The plan ends on {_name(plan.end)}."
    if session.kind in RUN_KINDS:
        yield from _run_refusals(session, to, others, situation)
    if session.kind == "strength":
        yield from _strength_refusals(session, to, others, inputs)


def _is_over(session: PlannedSession, inputs: PlanInputs) -> bool:
    return session.local_date < inputs.today or any(done.session_id == session.id for done in inputs.done)


def _run_refusals(
    session: PlannedSession, to: date, others: Sequence[PlannedSession], situation: Situation
) -> _Reasons:
    brakes, inputs, course = situation.brakes, situation.inputs, situation.course
    if brakes.rests(to) and brakes.rest_until is not None:
        yield "flare", f"The knee rests until {_name(brakes.rest_until)}; no run before that."
    if brakes.walks_until is not None and to <= brakes.walks_until:
        yield "prerequisites", f"Until {_name(brakes.walks_until)} only walks are planned."
    if brakes.holds(to) and not brakes.holds(session.local_date):
        yield "hold", f"Nothing may be added on this day yet. {brakes.text}"
    planned = [each for each in others if each.kind in RUN_KINDS and each.local_date >= inputs.today]
    ran = {run.local_date for run in inputs.runs if run.local_date <= inputs.today}
    if to in ran or any(each.local_date == to for each in planned):
        yield "one_run_a_day", "There is a run on this day already."
    yield from _spacing(to, {each.local_date for each in planned} | ran, course.gap_days)
    yield from _order(session, to, planned)
    yield from _weekly(session, to, planned, situation)


def _spacing(to: date, days: Iterable[date], gap_days: int) -> _Reasons:
    near = min(days, key=lambda day: abs((day - to).days), default=None)
    if near is not None and abs((near - to).days) < gap_days:
        hours = gap_days * HOURS_PER_DAY
        yield "spacing", f"The run on {_name(near)} is too near: {hours} hours belong between two runs."


def _order(session: PlannedSession, to: date, planned: Sequence[PlannedSession]) -> _Reasons:
    """Runs build on each other: one may not be put before or behind another step."""
    first, last = sorted((session.local_date, to))
    between = [each for each in planned if first < each.local_date < last]
    if any(each.stage != session.stage for each in between):
        yield "ladder_order", "The runs build on each other, so their order stays."


def _weekly(session: PlannedSession, to: date, planned: Sequence[PlannedSession], situation: Situation) -> _Reasons:
    if to.isocalendar()[:2] == session.local_date.isocalendar()[:2]:
        return
    week = [each for each in planned if each.local_date.isocalendar()[:2] == to.isocalendar()[:2]]
    if len(week) >= situation.course.per_week:
        yield "weekly_count", f"That week holds its {len(week)} runs already."


def _strength_refusals(
    session: PlannedSession, to: date, others: Sequence[PlannedSession], inputs: PlanInputs
) -> _Reasons:
    if not session.exercises:
        return
    hours = knowledge().ladder_rules["spacing"].criteria[0].value
    logged = {entry.local_date for entry in inputs.strength_log}
    days = {each.local_date for each in others if each.kind == "strength" and each.local_date >= inputs.today}
    near = min(days | logged, key=lambda day: abs((day - to).days), default=None)
    if near is None or abs((near - to).days) * HOURS_PER_DAY >= hours:
        return
    if near == to:
        yield "one_strength_a_day", "There is strength work on this day already."
    else:
        yield "strength_48h", f"Strength work on {_name(near)} is too near: muscles get {hours:g} hours."


# ---------------------------------------------------------------------------------------------------------- warnings


def _warnings(session: PlannedSession, to: date, others: Sequence[PlannedSession], inputs: PlanInputs) -> _Reasons:
    free, needed = inputs.availability, (session.duration_s or 0) / SECONDS_PER_MINUTE
    if to in free.away:
        yield "away", "You said that you are away on this day."
    if free.minutes_on(to) <= 0:
        yield "not_free", "You did not name this weekday as a day with time."
    if free.minutes_on(to) < needed:
        yield "short", f"You named {free.minutes_on(to):.0f} minutes for this day; it takes {needed:.0f}."
    if any(race.day == to for race in free.races):
        yield "race", "There is a race on this day."
    longest = _longest_of_week(session, others)
    wished = free.long_run_weekday
    if session.kind in RUN_KINDS and longest == session.id and wished == session.local_date.weekday() != to.weekday():
        yield "long_run_day", "It is the longest run of its week, and you wanted that on another weekday."
    if session.kind == "strength" and any(
        each.kind in RUN_KINDS and each.local_date == to + _DAY and _longest_of_week(each, others) == each.id
        for each in others
    ):
        yield "before_long_run", "The longest run of the week follows on the next day; tired legs make it harder."


def _longest_of_week(session: PlannedSession, others: Sequence[PlannedSession]) -> str:
    week = session.local_date.isocalendar()[:2]
    runs = [each for each in others if each.kind in RUN_KINDS and each.local_date.isocalendar()[:2] == week]
    return max((*runs, session), key=lambda each: each.duration_s or 0).id


def _name(day: date) -> str:
    return f"{day:%A} {day.isoformat()}"
