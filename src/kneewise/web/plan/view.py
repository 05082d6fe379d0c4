"""What the first page of the plan shows, and the month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kneewise.domain import Change, Goal, Outlook, Plan
from kneewise.services.plan_now import PlanNow
from kneewise.services.plan_weeks import plan_weeks
from kneewise.services.planning import plan_issues
from kneewise.web.amounts import day, distance
from kneewise.web.plan.calendar import MonthView, WeekView, month_view, week_view
from kneewise.web.plan.course_view import CourseView, WeeksView, course_view, weeks_view
from kneewise.web.proof import Proof, proof
from kneewise.web.today.stops import Stop
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

_GOALS = {
    "distance": message("Run a distance"),
    "race": message("A race"),
    "run_without_thinking": message("Run without thinking about the knee"),
    "daily_life": message("Daily life without pain"),
}
_ISSUES = {
    "days-not-told": message("You have not said which days you have, so any day is used."),
    "goal-not-told": message("You have not set a goal. The plan leads back to your usual runs."),
    "reference-of-others": message(
        "The cost of a run is counted for an average runner until there are enough runs of your own."
    ),
    "no-run-fits": message("No run fits into the days that you named. Name more days or more minutes."),
    "no-strength-fits": message("No day has time for strength work beside the run. Name another day, or less time."),
}
_SAID = {
    "built": message("This is your plan. It is kept; every change makes a new version."),
    "adapted": message("The plan follows what you told. The version before stays to be read."),
    "same": message("Nothing changes: the plan holds as it is."),
    "moved": message("Moved."),
}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change in words, with its rule."""

    text: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class GoalView:
    """The goal and when it can honestly be met.

    Attributes
    ----------
    reachable : bool or None
        Whether a wished date can be met; ``None`` without one.
    between : str
        The interval of the earliest honest date; empty where none can be told.
    """

    title: str
    when: str
    reachable: bool | None
    between: str
    text: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The page.

    Attributes
    ----------
    first : str
        What has to come before a plan: ``"intake"``, or empty.
    stop : Stop or None
        Why there is no plan, or why it may not be followed.
    """

    version: str
    issued: str
    first: str
    knee_href: str
    stop: Stop | None
    said: str
    said_lines: tuple[ChangeLine, ...]
    changes: tuple[ChangeLine, ...]
    issues: tuple[str, ...]
    goal: GoalView | None
    course: CourseView | None
    week: WeekView | None
    weeks: WeeksView | None
    month_href: str
    steps_href: str
    over: str


def plan_page(
    now: PlanNow, stop: Stop | None, paths: Mapping[str, str], *, week: date | None = None, said: str = ""
) -> PlanPage:
    """Return the page.

    Parameters
    ----------
    week : date or None
        Any day of the week to show; the week of today where ``None``.
    said : str
        What was just done: ``built``, ``adapted``, ``same`` or ``moved``.
    """
    plan = now.plan if now.refused is None else None
    in_force = now.gathered.plan
    wanted = shown_day(now, week)
    return PlanPage(
        version="" if in_force is None else _("Version %(version)s", version=in_force.version),
        issued="" if in_force is None else day(in_force.issued_at.date()),
        first="intake" if now.gathered.folded.intake is None else "",
        knee_href=paths.get("knee", ""),
        stop=stop,
        said=_(_SAID[said]) if said in _SAID else "",
        said_lines=change_lines(in_force.changes) if in_force is not None and said in ("adapted", "moved") else (),
        changes=() if now.draft is None else change_lines(now.draft.changes),
        issues=() if plan is None else tuple(_issues(plan_issues(plan, now.gathered))),
        goal=None if plan is None else goal_view(plan.goal, plan.outlook),
        course=None if plan is None else course_view(now),
        week=None if plan is None else week_view(now, plan, wanted),
        weeks=None if plan is None else weeks_view(now, plan_weeks(now, plan)),
        month_href=f"/plan/month?month={wanted:%Y-%m}",
        steps_href="/plan/steps",
        over=_over(now, plan),
    )


def month_page(now: PlanNow, plan: Plan, wanted: date) -> MonthView:
    """Return the month that holds a day."""
    return month_view(now, plan, min(max(wanted, plan.start), plan.end))


def change_lines(changes: Iterable[Change]) -> tuple[ChangeLine, ...]:
    """Return changes in words, each once."""
    texts = {each.text: each.rule for each in reversed(tuple(changes))}
    return tuple(ChangeLine(told(text), proof(rule)) for text, rule in reversed(texts.items()))


def goal_view(goal: Goal | None, outlook: Outlook | None) -> GoalView | None:
    """Return a goal with its outlook; ``None`` where none was set."""
    if goal is None:
        return None
    title = goal_words(goal)
    when = _("on %(day)s", day=day(goal.day)) if goal.day is not None else ""
    if outlook is None:
        return GoalView(title, when, None, "", "")
    between = ""
    if outlook.earliest is not None:
        between = _("%(day)s or later", day=day(outlook.earliest))
        if outlook.latest is not None:
            between = _("%(first)s to %(last)s", first=day(outlook.earliest), last=day(outlook.latest))
    return GoalView(title, when, outlook.reachable, between, told(outlook.text))


def goal_words(goal: Goal) -> str:
    """Return a goal in words, with its distance."""
    words = _(_GOALS[goal.kind])
    if goal.distance_m is None:
        return words
    shown = distance(goal.distance_m, 0 if goal.distance_m % 1000 == 0 else 1)
    return f"{words}, {shown.value} {shown.unit}"


def goal_options() -> tuple[tuple[str, str], ...]:
    """Return the goals to choose from."""
    return tuple((kind, _(words)) for kind, words in _GOALS.items())


def shown_day(now: PlanNow, week: date | None) -> date:
    """Return a day inside the plan: the wanted one, else today, else the next session where this week has none left."""
    plan = now.plan
    if plan is None:
        return now.today
    if week is not None:
        return min(max(week, plan.start), max(plan.end, now.today))
    return min((each.local_date for each in plan.sessions if each.local_date >= now.today), default=now.today)


def _issues(issues: Iterable[Any]) -> Iterable[str]:
    for issue in issues:
        yield _(_ISSUES[issue.code]) if issue.code in _ISSUES else told(issue.text)


def _over(now: PlanNow, plan: Plan | None) -> str:
    if plan is None or plan.end >= now.today:
        return ""
    return _("It ended on %(day)s. Make the next one when you are ready.", day=day(plan.end))
