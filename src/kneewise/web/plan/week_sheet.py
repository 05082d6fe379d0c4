"""One week to print: every session with its steps and exercises, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kneewise.domain import Plan
from kneewise.services.plan_now import PlanNow
from kneewise.web.plan.calendar import Day, week_view
from kneewise.web.plan.strength_view import ExerciseView, exercises_of
from kneewise.web.today.sessions import SessionCard, session_card


@dataclass(frozen=True, slots=True)
class SheetSession:
    """One session on paper."""

    card: SessionCard
    exercises: tuple[ExerciseView, ...]


@dataclass(frozen=True, slots=True)
class SheetDay:
    """One day on paper."""

    day: Day
    sessions: tuple[SheetSession, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page."""

    title: str
    days: tuple[SheetDay, ...]
    hints: tuple[str, ...]
    back: str
    download: str


def week_sheet(now: PlanNow, plan: Plan, wanted: date) -> Sheet:
    """Return the week that holds a day."""
    week = week_view(now, plan, wanted)
    days = []
    for day in week.days:
        sessions = plan.on(date.fromisoformat(day.iso))
        shown = tuple(
            SheetSession(session_card(each, {}), exercises_of(each, {}, each.local_date)) for each in sessions
        )
        days.append(SheetDay(day, shown))
    return Sheet(
        week.title, tuple(days), week.hints, f"/plan?week={week.monday}", f"/plan/export/week?week={week.monday}"
    )
