"""Sessions off the ladder: runs by distance, and runs with one new thing in them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from kneewise.domain.estimate import Estimate
from kneewise.domain.plan import PlannedSession, Repeat, RunStep
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.plan.course import Course, Stage
from kneewise.plan.rules import load_rule, rounded_down_m
from kneewise.plan.running import RunCost, added, easier_ways, walk_break_minutes
from kneewise.plan.walk_run import Limits, effort, terrain
from kneewise.units import METRES_PER_KM, SECONDS_PER_MINUTE

#: Title, dose and words of the step of each new thing.
_ADDS = {
    "strides": ("Easy run with strides", "quick and light, not a sprint"),
    "intervals": ("Easy run with short fast bits", "brisk, but in control"),
    "hills_up": ("Easy run with short climbs", "uphill, short steps; walk down"),
    "hills_down": ("Easy run with short bits downhill", "downhill, short quick steps; walk up"),
    "stairs": ("Easy run with some stairs", "up the stairs; walk down"),
}
#: The way back of what has one: the new thing is one direction only.
_BACK = {"hills_up": "Walk down.", "hills_down": "Walk up.", "stairs": "Walk down."}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlace:
    """Where in the week a run stands: its day, id, and whether it is the long one or the one with the new thing."""

    day: date
    session_id: str
    long: bool
    new: bool


def wanted_m(course: Course, stage: Stage, *, long: bool) -> float:
    """Return the distance that a stage asks for, before any limit."""
    factor = stage.factor if stage.kind == "level" else max(each.factor for each in course.stages)
    if course.target_m is not None:
        # At the target all runs stop growing, the shorter ones too.
        factor = min(factor, max(course.target_m / course.base.long_m, 1.0))
    return (course.base.long_m if long else course.base.usual_m) * factor


def distance_run(course: Course, stage: Stage, place: RunPlace, cost: RunCost, limits: Limits) -> PlannedSession | None:
    """Return a run by distance within the limits; ``None`` where nothing worth a run is left."""
    most = min(limits.distance_m, cost.distance_m(limits.run_min))
    metres = rounded_down_m(min(wanted_m(course, stage, long=place.long) * limits.share, most))
    if metres <= 0:
        return None
    if limits.walk_breaks:
        return _with_walk_breaks(stage, place, cost, limits, metres)
    new = place.new and stage.kind == "add"
    grade_deg = _grade_deg(stage) if new else 0.0
    if grade_deg:
        metres = _shortened_m(metres, grade_deg, cost)
    shorter = not grade_deg and metres < rounded_down_m(wanted_m(course, stage, long=place.long))
    long = place.long and metres > rounded_down_m(min(wanted_m(course, stage, long=False) * limits.share, most))
    title = _ADDS[stage.adds][0] if new else "Long easy run" if long else "Easy run"
    return PlannedSession(
        id=place.session_id,
        local_date=place.day,
        kind="run",
        title=title,
        dose=f"{metres / METRES_PER_KM:.1f} km" + (f", with {_add_dose(stage)}" if new else ""),
        why=_reason(_why(course, stage, new=new, long=long, shorter=shorter), limits.why),
        rule=limits.rule or stage.rule,
        sources=load_rule("single_run").sources if stage.kind == "level" else load_rule("downhill_stairs_last").sources,
        distance_m=metres,
        duration_s=cost.minutes(metres) * SECONDS_PER_MINUTE,
        blocks=_blocks(stage, metres, cost, new=new),
        knee_km=_with_bits(metres, grade_deg, cost),
        effort=effort(slower=limits.slower),
        terrain=_slope_words(stage, grade_deg) if grade_deg else terrain(),
        alternatives=easier_ways(cost, metres),
        stage=stage.id if limits.share >= 1 and (new or stage.kind != "add") else stage.part,
    )


def _grade_deg(stage: Stage) -> float:
    """Return the slope that the new thing is costed with, in degrees, positive uphill; 0 for what is flat."""
    hills, stairs = value("plan.hills.grade_deg"), value("plan.stairs.grade_deg")
    return {"hills_up": hills, "hills_down": -hills, "stairs": stairs}.get(stage.adds, 0.0)


def _bits_m(cost: RunCost) -> float:
    return value("plan.strides.repeats") * value("plan.strides.work_s") * cost.speed_mps


def _with_bits(metres: float, grade_deg: float, cost: RunCost) -> Estimate | None:
    """Return the cost of a run, its bits of slope by the watch model's slope."""
    if not grade_deg:
        return cost.knee_km(metres)
    bits_m = min(_bits_m(cost), metres)
    easy, steep = cost.knee_km(metres - bits_m), cost.knee_km(bits_m, grade_deg=grade_deg)
    return None if easy is None or steep is None else added(easy, steep)


def _shortened_m(metres: float, grade_deg: float, cost: RunCost) -> float:
    """Return the distance at which the run with the slope costs the knee no more than it would on the flat."""
    with_slope, flat = _with_bits(metres, grade_deg, cost), cost.knee_km(metres)
    per_km = cost.knee_km_per_km
    if with_slope is None or flat is None or not per_km:
        return metres
    extra_m = max(with_slope.value - flat.value, 0.0) / per_km * METRES_PER_KM
    return rounded_down_m(metres - extra_m)


def _slope_words(stage: Stage, grade_deg: float) -> str:
    if stage.adds == "stairs":
        return (
            f"One flight of stairs. Its cost is counted as a slope of {grade_deg:g} degrees, the steepest that we can "
            "count, so it is less sure."
        )
    return f"A gentle slope: its cost is counted for {abs(grade_deg):g} degrees, about 5 m up or down in 100 m."


def _with_walk_breaks(stage: Stage, place: RunPlace, cost: RunCost, limits: Limits, metres: float) -> PlannedSession:
    walk_min, run_min = walk_break_minutes()
    times = max(math.floor(cost.minutes(metres) / (walk_min + run_min)), 1)
    steps = (
        RunStep(kind="walk", duration_s=walk_min * SECONDS_PER_MINUTE, text="Walk briskly."),
        RunStep(kind="run", duration_s=run_min * SECONDS_PER_MINUTE, text="Run at talk pace."),
    )
    return PlannedSession(
        id=place.session_id,
        local_date=place.day,
        kind="walk_run",
        title="Run with walk breaks",
        dose=f"{times} x (walk {walk_min:g} min, run {run_min:g} min)",
        why=" ".join(filter(None, ("Walk breaks ease the knee while it is easy to upset.", limits.why))),
        rule="irritability_high",
        sources=knowledge().interventions["education_load"].sources,
        duration_s=times * (walk_min + run_min) * SECONDS_PER_MINUTE,
        blocks=(Repeat(times=times, steps=steps),),
        knee_km=cost.knee_km(min(cost.distance_m(times * run_min), metres)),
        effort=effort(slower=True),
        terrain=terrain(),
        stage=stage.part,
    )


def _blocks(stage: Stage, metres: float, cost: RunCost, *, new: bool) -> tuple[Repeat, ...]:
    run = Repeat(times=1, steps=(RunStep(kind="run", distance_m=metres, text="Run at talk pace."),))
    if not new:
        return (run,)
    words = _ADDS[stage.adds][1]
    fast = (
        RunStep(kind="run", duration_s=value("plan.strides.work_s"), text=words),
        RunStep(kind="walk", duration_s=value("plan.strides.rest_s"), text=_BACK.get(stage.adds, "Walk or jog.")),
    )
    times = round(value("plan.strides.repeats"))
    # The fast bits come out of the distance, so that the run as a whole gets no longer.
    easy_m = max(metres - times * value("plan.strides.work_s") * cost.speed_mps, 0)
    easy = RunStep(kind="run", distance_m=round(easy_m), text="Run at talk pace.")
    return (Repeat(times=1, steps=(easy,)), Repeat(times=times, steps=fast))


def _add_dose(stage: Stage) -> str:
    times, work = value("plan.strides.repeats"), value("plan.strides.work_s")
    return f"{times:g} x {work:g} s {_ADDS[stage.adds][1]}"


def _reason(why: str, limits: str) -> str:
    """Return both reasons, a rule that both name only once."""
    rule = load_rule("single_run").text
    return " ".join(filter(None, (why.removeprefix(rule).strip() if rule in limits else why, limits)))


def _why(course: Course, stage: Stage, *, new: bool, long: bool, shorter: bool) -> str:
    if new:
        return f"One new thing at a time, {stage.greens} greens each. Downhill and stairs come last."
    if stage.kind == "add":
        return "An easy run between. Only one thing is new at a time."
    if shorter:
        return "Shorter than it would be, for now."
    if stage.factor > 1:
        return f"{load_rule('single_run').text} {_what_follows(course, stage)}"
    if stage.factor < 1:
        return "Less than usual for now. It grows again with green runs."
    return "Your usual long run." if long else "Your usual run. It stays as it is while the knee settles."


def _what_follows(course: Course, stage: Stage) -> str:
    """Return where green runs of a stage lead to."""
    following = course.stages[course.stages.index(stage) + 1 :][:1]
    if not following:
        return "It is as long as the plan makes it."
    lead = f"After {stage.greens} green runs"
    return f"{lead} one new thing comes." if following[0].kind == "add" else f"{lead} it may grow."
