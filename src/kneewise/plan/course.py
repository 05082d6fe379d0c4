"""The way from here to the goal as one row of stages, and where a runner stands on it.

A course is a row: rungs of the walk-run ladder, then runs that grow by the single-run rule, then one new thing at a
time. The place on it is folded from the judged days, one after the other:

- green counts towards the next stage;
- an answer that is missing, or an amber within what answers vary by, repeats the stage and keeps the greens;
- any other amber is a bad day: the greens begin anew, and the third bad day in two weeks leads one stage back;
- red leads back at once: one rung, or as many levels as make the smaller restart after a flare.

What led back is spent: the count of bad days begins anew, after red with the red day itself. Two greens in a row, the
proof that one step up asks for, end the count too.

Why more pain never ends further on. Let each day of a worse life be judged no better than the same day of a better one.
Then at every time (1) the worse life is no further on, and at the same stage has no more greens; and (2) each bad day
that the better life still counts is counted in the worse one too, or else the worse life is at least one stage behind.
A step back keeps order (the further of two places leads no less far, red no less far back than amber), so whatever both
lives meet keeps (1). Where the better life alone steps back for its third bad day, the worse one has not counted them
all; by (2) it is a stage behind already, and the greens of both begin anew on that day. A step back of the worse life
alone, or a red day of it, puts it a stage behind; a red day of both leaves both counting that day only. And the worse
life catches up only by a step up: it takes two greens in a row, which are green in the better life too and have ended
its count. The first stage is no exception: there "a stage behind" is where the better life would be led as well. An
answer that is kept back can spare a bad day, as a run without a check-in can, but it never leads on.
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
from kneewise.monitoring import PainState, pain_rule
from kneewise.monitoring.pain_rules import DayPain, window_of
from kneewise.plan.inputs import DoneSession
from kneewise.plan.rules import load_rule
from kneewise.units import DAYS_PER_WEEK, HOURS_PER_DAY

StageKind = Literal["rung", "level", "add"]
CourseKind = Literal["ladder", "levels", "walking"]

#: Half an hour in one go.
STEADY_RUNG = "R10"
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
    """Where the runner stands.

    Attributes
    ----------
    index, greens : int
        The stage, and the greens on it.
    since, last : date or None
        Days of the first and the last green that counted.
    bad : tuple of DayPain
        Bad days that have led to no step back yet.
    in_a_row : int
        Greens of any stage since the last bad day; slight ambers and missing answers in between do not end the row.
    """

    index: int
    greens: int = 0
    since: date | None = None
    last: date | None = None
    bad: tuple[DayPain, ...] = ()
    in_a_row: int = 0


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
        weeks = days / DAYS_PER_WEEK
        return Stage(id=rung.id, kind="rung", rule=rung.id, rung=rung, greens=round(per_week * weeks), over_days=days)
    return Stage(
        id=rung.id,
        kind="rung",
        rule=rung.id,
        rung=rung,
        greens=rung.greens_to_advance or 1,
        over_days=rung.greens_over_days or 0,
    )


def rungs_below(run_min: float) -> tuple[Stage, ...]:
    """Return the rungs with less running in all than so many minutes, in their order."""
    return tuple(stage for stage in rung_stages(STEADY_RUNG) if ((stage.rung and stage.rung.run_min) or 0) < run_min)


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


def ladder_stages(last: str, base_m: float, target_m: float, *, walked: bool) -> tuple[Stage, ...]:
    """Return the rungs to ``last``, then the levels up to the target.

    Parameters
    ----------
    walked : bool
        Whether the tests before the first run were passed: then one green walk shows what was still open, the next day.

    Notes
    -----
    The last rung is half an hour that may grow by the single-run rule. Where there is further to go, it is the first
    of the levels, and its green weeks are asked for after the last of them, before anything new is added.
    """
    rungs = rung_stages(last)
    if walked:
        rungs = (replace(rungs[0], greens=1), *rungs[1:])
    levels = level_stages(base_m, target_m, below=False)
    if not levels:
        return with_greens_before_speed(rungs)
    steady = rungs[-1]
    first = replace(steady, greens=round(value("plan.level.greens")), over_days=0)
    full = replace(levels[-1], greens=steady.greens, over_days=steady.over_days)
    return (*rungs[:-1], first, *with_greens_before_speed((*levels[:-1], full)))


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
        return replace(_anew(place), index=place.index + 1, last=day)
    return replace(place, greens=greens, since=since, last=day)


def _anew(place: Place) -> Place:
    """Stay, and begin to count greens anew."""
    return replace(place, greens=0, since=None)


def _after_bad(course: Course, place: Place, day: DayPain) -> Place:
    """Take in a bad day: back on red and on too many of them, else the same stage again."""
    if day.colour == "red":
        return Place(index=after_red(course, place.index), last=place.last, bad=(day,))
    rule = pain_rule("step_back")
    bad = tuple(each for each in (*place.bad, day) if (day.local_date - each.local_date).days < window_of(rule))
    # A second red needs no rule of its own here: each red leads back by itself.
    if rule.holds({"amber_count": float(len(bad)), "red_count": 0.0}) is True:
        return Place(index=max(place.index - _one_level(), 0), last=place.last)
    return Place(index=place.index, last=place.last, bad=bad)


def _one_level() -> int:
    return round(pain_rule("step_back").action("step_back").value or 1)


def after_red(course: Course, index: int) -> int:
    """Return the stage to which red leads back.

    Notes
    -----
    A level goes back by several small steps, but never below where the last rung would go: a place further on must not
    lead to a place further back.
    """
    if course.stages[index].kind == "rung":
        back = round(knowledge().ladder_rules["on_red"].action("step_back").value or 1)
        return max(index - back, 0)
    lowest = max((place for place, stage in enumerate(course.stages) if stage.kind == "rung"), default=0)
    return max(index - restart_steps(), after_red(course, lowest) if course.stages[lowest].kind == "rung" else 0)


def restart_steps() -> int:
    """Return how many steps of the single-run rule make the restart after a flare: at most its upper end."""
    restart, ratio = pain_rule("flare").action("restart"), load_rule(LEVEL_RULE).number("max_ratio")
    return math.ceil(-math.log((restart.high or restart.value or 100) / 100) / math.log(ratio))


def min_gap_days(stage: Stage) -> int:
    """Return the least days between two sessions of a stage that both count."""
    hours = stage.rung.min_gap_h if stage.rung is not None else None
    return math.ceil(hours / HOURS_PER_DAY) if hours else 1


def spaced_at(course: Course, place: Place) -> Course:
    """Return the course with the days between runs of the ladder, once the place is a rung, the first walk included."""
    if course.kind == "walking" or course.stages[place.index].kind != "rung":
        return course
    least = math.ceil(knowledge().ladder_rules["spacing"].criteria[0].value / HOURS_PER_DAY)
    return replace(course, gap_days=max(course.gap_days, least))


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
        place = _after(course, place, day, None if before else stages_done.get(day.local_date))
    return place


def _after(course: Course, place: Place, day: DayPain, done: int | None) -> Place:
    if day.counts:
        return _after_bad(course, place, day)
    if day.slight:
        held = replace(place, bad=(*place.bad, day))
        return held if course.green_pain is None else _anew(held)
    if day.colour != "green":
        return place
    if _hurt_the_young(course, day):
        return _anew(place)
    calmer = _after_calm(place)
    return calmer if done is None else after_green(course, calmer, day.local_date, done)


def _after_calm(place: Place) -> Place:
    """Let a green end the slight ambers before it, and enough of them in a row every bad day."""
    in_a_row = place.in_a_row + 1
    over = in_a_row >= pain_rule("green").number("greens_in_a_row")
    return replace(place, in_a_row=in_a_row, bad=() if over else tuple(day for day in place.bad if not day.slight))


def _hurt_the_young(course: Course, day: DayPain) -> bool:
    """Whether a green is none for young runners: they move on only when nothing hurt."""
    during = day.inputs.get("pain_during")
    return course.green_pain is not None and (during is None or during > course.green_pain)


def _stages_done(course: Course, done: Iterable[DoneSession]) -> Mapping[date, int]:
    found: dict[date, int] = {}
    for session in done:
        index = stage_of(course, session.stage)
        if index is not None and session.whole:
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
