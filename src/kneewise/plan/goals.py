"""When the goal can honestly be met: the fastest way within the rules, and a stated slower one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from kneewise.domain.plan import Goal, Outlook
from kneewise.evidence.parameters import value
from kneewise.plan.brakes import Brakes
from kneewise.plan.course import Course, Place
from kneewise.plan.inputs import PlanInputs
from kneewise.plan.projection import Projection, running_min
from kneewise.plan.rules import load_rule
from kneewise.plan.running import RunCost
from kneewise.plan.session_ids import SessionIds
from kneewise.units import SECONDS_PER_MINUTE

_GROUP = ("first", "second", "third")


def outlook(
    inputs: PlanInputs, course: Course, place: Place, brakes: Brakes, cost: RunCost, days: Sequence[date]
) -> Outlook | None:
    """Return when the goal may be met; ``None`` without a goal.

    Parameters
    ----------
    days : sequence of date
        Run days from today on, as far as anything can be told.

    Notes
    -----
    Both dates come from walking the course with the same rules as the plan. The fastest has every session green; in the
    slower one of three has to be done again. Neither is a forecast, and a flare makes both later.
    """
    goal = inputs.goal
    if goal is None:
        return None
    if course.kind == "walking":
        return Outlook(earliest=None, latest=None, reachable=None, text=_walking_text(goal, course))
    too_little = _too_little_time(goal, inputs, cost)
    if too_little:
        return Outlook(earliest=None, latest=None, reachable=False if goal.day else None, text=too_little)
    if brakes.frozen:
        return Outlook(earliest=None, latest=None, reachable=False if goal.day else None, text=_FROZEN)
    earliest, latest = (
        _first_day(goal, course, Projection(inputs, course, place, brakes, cost, counts), days)
        for counts in (_each, _two_in_three)
    )
    return Outlook(
        earliest=earliest, latest=latest, reachable=_reachable(goal, earliest), text=_text(goal, earliest, latest)
    )


def _first_day(goal: Goal, course: Course, projection: Projection, days: Sequence[date]) -> date | None:
    """Return the day of the first session that meets the goal."""
    steady = next(stage.id for stage in reversed(course.stages) if stage.kind != "add")
    further = {stage.id for stage in course.stages if stage.kind == "add"} | {steady}
    ready = False
    for session in projection.lay_out(days, SessionIds(None, {"run": tuple(days)})):
        if goal.distance_m is None:
            met = session.stage in further
        else:
            met = (
                session.distance_m or SECONDS_PER_MINUTE * running_min(session) * projection.speed_mps
            ) >= _longest_before_m(goal) - 1
        if ready:
            return session.local_date
        # A race may be a little longer than any run before it, so it comes after the run that makes it fair.
        ready = met and goal.kind == "race"
        if met and not ready:
            return session.local_date
    return None


def _longest_before_m(goal: Goal) -> float:
    """Return how long the longest run before must be: of a race, so much that the single-run rule allows it."""
    ratio = load_rule("single_run").number("max_ratio") if goal.kind == "race" else 1.0
    return (goal.distance_m or 0) / ratio


def _each(_: int) -> bool:
    return True


def _two_in_three(number: int) -> bool:
    return number % len(_GROUP) >= value("plan.outlook.again_in_three")


def _reachable(goal: Goal, earliest: date | None) -> bool | None:
    if goal.day is None:
        return None
    return earliest is not None and earliest <= goal.day


_TOO_FAR = "This goal lies further away than we can tell. Choose a nearer one first, and see how the knee takes it."
_FROZEN = "No date can be told now. First somebody has to look at the knee."


def _too_little_time(goal: Goal, inputs: PlanInputs, cost: RunCost) -> str:
    free = max(inputs.availability.minutes.values(), default=0.0)
    needed = math.ceil(cost.minutes(_longest_before_m(goal)))
    if needed <= free:
        return ""
    what = "The longest run before this race" if goal.kind == "race" else "This run"
    unsaid = value("told.minutes")
    also = f" A day named without its minutes counts as {unsaid:g}." if free == unsaid else ""
    return (
        f"{what} takes about {needed} minutes. Your days have {free:g} at most.{also} Free more time, or choose less."
    )


def _walking_text(goal: Goal, course: Course) -> str:
    if goal.kind == "daily_life":
        return "Your goal is daily life. No date is set. Your answers show how it goes."
    return f"No date can be told while there is no running. {course.why}"


def _text(goal: Goal, earliest: date | None, latest: date | None) -> str:
    if earliest is None:
        return _TOO_FAR
    slow = "a day too far off to tell" if latest is None else _told(latest)
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
