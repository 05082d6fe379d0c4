"""The way from here to the goal as one row of stages, and where a runner stands on it.

A course is a row: rungs of the walk-run ladder, then runs that grow by the single-run rule, then one new thing at a
time. The place on it is folded from the judged days, one after the other. Every answer moves the place by a rule that
keeps order (green at least as far as amber, amber as red, and from a place further on never less far), so more pain can
never end further on than less pain.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.evidence.progression import Rung
from kneewise.evidence.rules import Traffic
from kneewise.monitoring import PainState, pain_rule
from kneewise.monitoring.pain_rules import DayPain, counts_at, window_of
from kneewise.plan.inputs import DoneSession
from kneewise.plan.rules import load_rule
from kneewise.units import HOURS_PER_DAY

StageKind = Literal["rung", "level", "add"]
CourseKind = Literal["ladder", "levels", "walking"]

#: Rule id of the sessions of each kind of stage that is no rung.
LEVEL_RULE = "single_run"
ADD_RULE = "R12"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of the course.

    Attributes
    ----------
    rule : str
        Rule id of its sessions.
    greens, over_days : int
        Green sessions before the next stage, and the least days from the first to the last of them, both counted.
    factor : float
        On the distances of the course's base, for a level.
    adds : str
        The one new thing, for an add.
    """

    id: str
    kind: StageKind
    rule: str
    greens: int
    over_days: int = 0
    factor: float = 1.0
    rung: Rung | None = None
    adds: str = ""

    @property
    def part(self) -> str:
        """Id for a session that is less than the stage asks for: done green, it proves nothing for the stage."""
        return f"{self.id}-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """Distances that a factor of 1 means, in metres."""

    long_m: float
    usual_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The row of stages from one start.

    Attributes
    ----------
    start : date
        Earlier answers can only lower the first stage.
    first : int
        Stage at the start.
    gap_days : int
        Least days between two runs.
    per_week : int
        Runs a week.
    rule, why : str
        What made it this course.
    target_m : float or None
        Distance of the longest run in the end.
    capped_min : float or None
        Most minutes of running in one session, for outer knee pain.
    """

    kind: CourseKind
    start: date
    stages: tuple[Stage, ...]
    first: int
    base: Base
    gap_days: int
    per_week: int
    rule: str
    why: str
    sources: tuple[str, ...] = ()
    target_m: float | None = None
    capped_min: float | None = None
    cap_m: float | None = None
    green_pain: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the runner stands: the stage, greens on it, and the days of the first and the last green that counted."""

    index: int
    greens: int = 0
    since: date | None = None
    last: date | None = None


# --------------------------------------------------------------------------------------------------------- stages


def rung_stages(last: str) -> tuple[Stage, ...]:
    """Return the rungs of the ladder from the first to ``last``."""
    stages = []
    for rung in sorted(knowledge().ladder.values(), key=lambda rung: rung.order):
        stages.append(_rung_stage(rung))
        if rung.id == last:
            break
    return tuple(stages)


def _rung_stage(rung: Rung) -> Stage:
    per_week, days = rung.per_week_low, rung.green_days_to_advance
    if per_week is not None and days is not None:
        weeks = days / len(_WEEK)
        return Stage(id=rung.id, kind="rung", rule=rung.id, rung=rung, greens=round(per_week * weeks), over_days=days)
    return Stage(
        id=rung.id,
        kind="rung",
        rule=rung.id,
        rung=rung,
        greens=rung.greens_to_advance or 1,
        over_days=rung.greens_over_days or 0,
    )


_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def level_stages(base_m: float, target_m: float | None, *, below: bool) -> tuple[Stage, ...]:
    """Return the levels: runs that grow by the single-run rule until the longest reaches the target.

    Parameters
    ----------
    base_m : float
        Longest run at a factor of 1, metres.
    below : bool
        Whether there are levels below the start, for a course without a ladder under it.
    """
    ratio = load_rule(LEVEL_RULE).number("max_ratio")
    up = 0
    if target_m is not None and target_m > base_m > 0:
        up = min(math.ceil(math.log(target_m / base_m) / math.log(ratio)), round(value("plan.level.steps_up")))
    down = round(value("plan.level.steps_down")) if below else 0
    lowest = -down if below else 1
    return tuple(
        Stage(
            id=f"level_{step:+d}",
            kind="level",
            rule=LEVEL_RULE,
            greens=round(value("plan.level.greens")),
            factor=ratio**step,
        )
        for step in range(lowest, up + 1)
    )


def add_stages() -> tuple[Stage, ...]:
    """Return the new things, one at a time, in the order of the last rung; downhill and stairs come last."""
    rung = knowledge().ladder[ADD_RULE]
    return tuple(
        Stage(id=name, kind="add", rule=ADD_RULE, rung=rung, greens=rung.greens_to_advance or 1, adds=name)
        for name in rung.adds
    )


def with_greens_before_speed(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """Return the stages with enough greens on the last one before anything fast is added."""
    needed = round(load_rule("speed").number("green_runs"))
    last = stages[-1]
    return (*stages[:-1], replace(last, greens=max(last.greens, needed)))


# ----------------------------------------------------------------------------------------------------------- moves


def after_green(course: Course, place: Place, day: date, done: int) -> Place:
    """Return the place after a green session of stage ``done``; one below the present stage proves nothing new."""
    stage = course.stages[place.index]
    too_soon = place.last is not None and (day - place.last).days < min_gap_days(stage)
    if done < place.index or too_soon:
        return place
    since = place.since or day
    greens = place.greens + 1
    enough = greens >= stage.greens and (day - since).days + 1 >= stage.over_days
    if enough and place.index + 1 < len(course.stages):
        return Place(index=place.index + 1, last=day)
    return Place(index=place.index, greens=greens, since=since, last=day)


def after_amber(course: Course, place: Place) -> Place:
    """Repeat: one green less, so that the last two before a step up are always in a row.

    Where only green days count, they start anew.
    """
    rung = course.stages[place.index].rung
    if rung is not None and rung.green_days_to_advance is not None:
        return Place(index=place.index, last=place.last)
    greens = max(place.greens - 1, 0)
    return Place(index=place.index, greens=greens, since=place.since if greens else None, last=place.last)


def after_red(course: Course, place: Place) -> Place:
    """Back by one rung, or by as many levels as make the smaller restart after a flare."""
    return Place(index=one_back(course, place.index), last=place.last)


def one_back(course: Course, index: int) -> int:
    """Return the stage one step back.

    Notes
    -----
    A level goes back by several small steps, but never below where the last rung would go: a place further on must not
    lead to a place further back.
    """
    if course.stages[index].kind == "rung":
        back = round(knowledge().ladder_rules["on_red"].action("step_back").value or 1)
        return max(index - back, 0)
    lowest = max((place for place, stage in enumerate(course.stages) if stage.kind == "rung"), default=0)
    return max(index - restart_steps(), one_back(course, lowest) if course.stages[lowest].kind == "rung" else 0)


def restart_steps() -> int:
    """Return how many steps of the single-run rule make the restart after a flare: at most its upper end."""
    restart = pain_rule("flare").action("restart")
    ratio = load_rule(LEVEL_RULE).number("max_ratio")
    return math.ceil(-math.log((restart.high or restart.value or 100) / 100) / math.log(ratio))


def min_gap_days(stage: Stage) -> int:
    """Return the least days between two sessions of a stage that both count."""
    hours = stage.rung.min_gap_h if stage.rung is not None else None
    return math.ceil(hours / HOURS_PER_DAY) if hours else 1


# ------------------------------------------------------------------------------------------------------------ fold


def place_now(course: Course, pain: PainState, done: Iterable[DoneSession]) -> Place:
    """Fold the judged days up to today into a place.

    Parameters
    ----------
    pain : PainState
        Its days, the oldest first.
    done : iterable of DoneSession
        Only a session that was planned and done in full can lead further.
    """
    stages_done = _stages_done(course, done)
    first = course.start - timedelta(days=value("plan.history.before_days"))
    place = Place(index=course.first)
    for day in pain.days:
        if day.local_date < first or day.local_date > pain.today or day.colour is None or day.waiting:
            continue
        before = day.local_date < course.start
        place = _after(course, place, day, pain.days, None if before else stages_done.get(day.local_date))
    return place


def _after(course: Course, place: Place, day: DayPain, days: tuple[DayPain, ...], done: int | None) -> Place:
    colour = _colour(course, day)
    if colour == "green":
        return place if done is None else after_green(course, place, day.local_date, done)
    place = after_red(course, place) if colour == "red" else after_amber(course, place)
    rule = pain_rule("step_back")
    if day.counts and rule.holds(counts_at(days, day.local_date, window_of(rule))) is True:
        place = after_red(course, place)
    return place


def _colour(course: Course, day: DayPain) -> Traffic | None:
    """Return the day's colour; young runners move on only when nothing hurt."""
    during = day.inputs.get("pain_during")
    if day.colour == "green" and course.green_pain is not None and (during is None or during > course.green_pain):
        return "amber"
    return day.colour


def _stages_done(course: Course, done: Iterable[DoneSession]) -> Mapping[date, int]:
    found: dict[date, int] = {}
    for session in done:
        index = stage_of(course, session.stage)
        if index is not None and session.share >= value("plan.session.full_share"):
            found[session.local_date] = max(index, found.get(session.local_date, 0))
    return found


def stage_of(course: Course, stage_id: str) -> int | None:
    """Return the place of a stage in the row; ``None`` for what is no stage of this course."""
    return next((index for index, stage in enumerate(course.stages) if stage.id == stage_id), None)


def last_done(course: Course, done: Collection[DoneSession]) -> int:
    """Return the stage of the last full session done on the course; the first stage where there is none."""
    mine = [(session.local_date, stage_of(course, session.stage)) for session in done]
    inside = [(day, index) for day, index in mine if index is not None and day >= course.start]
    return max(inside)[1] if inside else course.first
