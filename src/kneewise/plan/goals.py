"""When the goal can honestly be met: the fastest way within the rules, and a stated slower one."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta

from kneewise.domain.plan import Goal, Outlook
from kneewise.evidence.parameters import value
from kneewise.plan.brakes import Brakes
from kneewise.plan.course import Course, Place, after_green
from kneewise.plan.inputs import PlanInputs
from kneewise.plan.rules import load_rule
from kneewise.plan.running import RunCost

_WEEK_DAYS = 7
_GROUP = ("first", "second", "third")


def outlook(inputs: PlanInputs, course: Course, place: Place, brakes: Brakes, cost: RunCost) -> Outlook | None:
    """Return when the goal may be met; ``None`` without a goal.

    Notes
    -----
    Both dates come from walking the course with the same rules as the plan. The fastest has every session green; in
    the slower one of three has to be done again. Neither is a forecast, and a flare makes both later.
    """
    goal = inputs.goal
    if goal is None:
        return None
    if course.kind == "walking":
        return Outlook(earliest=None, latest=None, reachable=None, text=_walking_text(goal, course))
    wanted = _wanted_stage(course, goal, cost)
    if wanted is None:
        text = _too_little_time(goal, inputs, cost) or _TOO_FAR
        return Outlook(earliest=None, latest=None, reachable=False if goal.day else None, text=text)
    first = max(filter(None, (inputs.today, brakes.rest_until, brakes.held_until)))
    earliest = None if brakes.frozen else reach(course, place, first, wanted, lambda _: True)
    latest = None if brakes.frozen else reach(course, place, first, wanted, _two_in_three)
    return Outlook(
        earliest=earliest, latest=latest, reachable=_reachable(goal, earliest), text=_text(goal, earliest, latest)
    )


def reach(course: Course, place: Place, first: date, wanted: int, counts: Callable[[int], bool]) -> date | None:
    """Return the day of the first session of a stage, walking the course with evenly spaced sessions.

    Parameters
    ----------
    wanted : int
        Stage to reach.
    counts : callable
        Whether the session of a number counts; the others have to be done again.
    """
    gap = max(_WEEK_DAYS / course.per_week, course.gap_days)
    most = value("plan.outlook.longest_weeks") * _WEEK_DAYS
    number = 0
    while number * gap <= most:
        day = first + timedelta(days=int(number * gap))
        if place.index >= wanted:
            return day
        if counts(number):
            place = after_green(course, place, day, place.index)
        number += 1
    return None


def _two_in_three(number: int) -> bool:
    return number % len(_GROUP) >= value("plan.outlook.again_in_three")


def _wanted_stage(course: Course, goal: Goal, cost: RunCost) -> int | None:
    """Return the first stage whose longest run is as long as the goal; ``None`` beyond the course."""
    if goal.kind in ("daily_life", "run_without_thinking"):
        steady = [place for place, stage in enumerate(course.stages) if stage.kind != "add"]
        return steady[-1]
    target = goal.distance_m or 0
    for place, stage in enumerate(course.stages):
        if _longest_m(course, place, cost) >= target - 1 and stage.kind != "add":
            return place
    return None


def _longest_m(course: Course, place: int, cost: RunCost) -> float:
    stage = course.stages[place]
    if stage.rung is not None and stage.kind == "rung":
        return cost.distance_m(stage.rung.run_min or 0)
    return course.base.long_m * stage.factor


def _reachable(goal: Goal, earliest: date | None) -> bool | None:
    if goal.day is None:
        return None
    return earliest is not None and earliest <= goal.day


_TOO_FAR = "This goal lies further away than we can tell. Choose a nearer one first, and see how the knee takes it."


def _too_little_time(goal: Goal, inputs: PlanInputs, cost: RunCost) -> str:
    free = max(inputs.availability.minutes.values(), default=0.0)
    needed = math.ceil(cost.minutes(goal.distance_m or 0))
    if needed <= free:
        return ""
    return f"This run takes about {needed} minutes. Your days have {free:g} at most. Free more time, or choose less."


def _walking_text(goal: Goal, course: Course) -> str:
    if goal.kind == "daily_life":
        return "Your goal is daily life. No date is set. Your answers show how it goes."
    return f"No date can be told while there is no running. {course.why}"


def _text(goal: Goal, earliest: date | None, latest: date | None) -> str:
    if earliest is None:
        return "No date can be told now. First the knee has to be seen, or to settle."
    slow = "much later" if latest is None else _told(latest)
    text = (
        f"At the earliest on {_told(earliest)}, if each session goes well. If one in three has to be done again, on "
        f"{slow}. A bad session makes it later. This is not a promise."
    )
    if goal.day is None:
        return text
    if earliest <= goal.day:
        return f"Your date can be met if each session goes well. {text}"
    rule = load_rule("single_run").text
    return f"Your date cannot be met within the rules. {rule} {text}"


def _told(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
