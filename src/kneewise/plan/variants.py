"""Which way back fits this runner: runs that go on, the walk-run ladder, or walking; and what a pattern changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.evidence.rules import Criterion, LadderRule, Rule
from kneewise.monitoring import pain_rule
from kneewise.plan.amounts import distance_words
from kneewise.plan.course import (
    STEADY_RUNG,
    Base,
    Course,
    Stage,
    add_stages,
    ladder_stages,
    level_stages,
    rung_stages,
    rungs_below,
    with_greens_before_speed,
)
from kneewise.plan.inputs import PastRun, PlanInputs
from kneewise.plan.rules import (
    days_since_last_run,
    is_layoff,
    load_rule,
    longest_before,
    rounded_down_m,
    without_spikes,
)
from kneewise.plan.running import RunCost
from kneewise.units import DAYS_PER_WEEK, HOURS_PER_DAY

_LAST_STEADY_RUNG = "R11"
_ONSET_RULE = "itbs_cap"
_ONSET_UNKNOWN = " We do not know yet when it starts, so you begin with the ladder."


def choose_course(inputs: PlanInputs, cost: RunCost) -> Course:
    """Return the course that the rules call for; the same for the same runs, whatever the answers on pain."""
    start = course_start(inputs)
    reason = no_running_because(inputs)
    if reason is not None:
        return _walking(inputs, start, *reason)
    ladder = _ladder_because(inputs, start)
    base = _base(inputs.runs, start)
    if ladder is None and base is not None:
        return _levels(inputs, start, base, cost)
    return _ladder(inputs, start, cost, ladder or load_rule("layoff"))


def course_start(inputs: PlanInputs) -> date:
    """Return the day from which answers count: the plan's first day, or the end of a later break of two weeks."""
    start = inputs.previous.start if inputs.previous is not None else inputs.today
    layoff = timedelta(days=_threshold(load_rule("layoff").criteria[0]))
    days = sorted({run.local_date for run in inputs.runs if run.local_date < inputs.today})
    for day, following in pairwise([*days, inputs.today]):
        if following - day >= layoff and day + layoff > start:
            start = day + layoff
    return start


def no_running_because(inputs: PlanInputs) -> tuple[str, str, tuple[str, ...]] | None:
    """Return rule, reason and sources where there is no running for now; ``None`` where runs may be planned."""
    if inputs.blocks("running"):
        level = knowledge().triage_levels[inputs.triage.level]
        text = "Your answers say no running for now. Walk as far as it stays easy."
        return "triage", text, level.sources
    if is_young(inputs) and _weeks_in(inputs) < value("plan.young.activity_weeks") + value("plan.young.exercise_weeks"):
        young = knowledge().special_populations["adolescent_plan"]
        return young.id, young.plain, young.sources
    entry = ladder_rule("tendon_entry")
    if has_sore_tendon(inputs) and entry.holds({"tendon_stage": float(inputs.tendon_stage or 0)}) is not True:
        return entry.id, entry.text, entry.sources
    if inputs.goal is not None and inputs.goal.kind == "daily_life":
        return "calm", "Your goal is daily life. Brisk walks and strength work lead there.", ()
    return None


def is_young(inputs: PlanInputs) -> bool:
    """Whether the rules for young runners apply."""
    oldest = knowledge().special_populations["adolescent_account"].age_to
    return inputs.age_years is not None and oldest is not None and inputs.age_years < (oldest.value or 0) + 1


def has_sore_tendon(inputs: PlanInputs) -> bool:
    """Whether the tendon stages replace the middle phases."""
    return inputs.condition in ladder_rule("tendon_entry").conditions


def ladder_rule(rule_id: str) -> LadderRule:
    """Return one record of ``ladder_rules.toml``."""
    return knowledge().ladder_rules[rule_id]


def tests_open(inputs: PlanInputs) -> bool:
    """Whether the steady step-downs before the first run are still to be shown; an unknown test is not passed."""
    return any(test.holds(inputs.measured) is not True for test in _tests())


def open_tests_text() -> str:
    """Return what is still to be shown before the first run."""
    amounts = {test.metric.rsplit("_", 1)[1]: test.value for test in _tests()}
    return f"Also show {amounts['reps']:g} steady step-downs with pain of {amounts['pain']:g} or less before you run."


def _tests_passed(inputs: PlanInputs) -> bool:
    """Whether all that can be tested on one day before the first run was passed."""
    tests = [test for test in ladder_rule("prerequisites").criteria if test.metric.startswith(("brisk", "single_leg"))]
    return all(test.holds(inputs.measured) is True for test in tests)


def _tests() -> list[Criterion]:
    return [test for test in ladder_rule("prerequisites").criteria if test.metric.startswith("single_leg")]


# ------------------------------------------------------------------------------------------------------------ courses


def _walking(inputs: PlanInputs, start: date, rule: str, why: str, sources: tuple[str, ...]) -> Course:
    return Course(
        kind="walking",
        start=start,
        stages=rung_stages("R0"),
        first=0,
        base=Base(long_m=0, usual_m=0),
        gap_days=1,
        per_week=_per_week(inputs, round(_weekly_target().number("per_week"))),
        rule=rule,
        why=why,
        sources=sources,
    )


def ladder_from(inputs: PlanInputs, start: date, cost: RunCost) -> Course:
    """Return the ladder that begins on a later day, after a break that the calendar makes."""
    return _ladder(inputs, start, cost, load_rule("layoff"))


def _ladder(inputs: PlanInputs, start: date, cost: RunCost, because: Rule) -> Course:
    steady_min = knowledge().ladder[STEADY_RUNG].run_min or 0
    base = cost.distance_m(steady_min)
    target = _target(
        inputs, max((run.distance_m or 0 for run in inputs.runs if run.local_date < start), default=0), cost
    )
    stages = ladder_stages(_LAST_STEADY_RUNG, base, target, walked=_tests_passed(inputs))
    hours = _threshold(ladder_rule("spacing").criteria[0])
    if has_sore_tendon(inputs):
        hours = max(hours, knowledge().tendon_stages["stage_3"].dose.min_gap_h or 0)
    cap_min, cap_m = _onset_caps(inputs)
    return Course(
        kind="ladder",
        start=start,
        stages=(*stages, *(() if is_young(inputs) else add_stages())),
        first=_first_rung(inputs, stages, start),
        base=Base(long_m=base, usual_m=base),
        gap_days=math.ceil(hours / HOURS_PER_DAY),
        per_week=_per_week(inputs, round(_weekly_target().number("per_week"))),
        rule=because.id,
        why=because.text + (_ONSET_UNKNOWN if because.id == _ONSET_RULE else ""),
        sources=because.sources,
        target_m=max(target, base),
        capped_min=cap_min,
        cap_m=cap_m,
        green_pain=_young_limit() if is_young(inputs) else None,
    )


def _levels(inputs: PlanInputs, start: date, base: Base, cost: RunCost) -> Course:
    target = _target(inputs, base.long_m, cost)
    levels = with_greens_before_speed(level_stages(base.long_m, target, below=True))
    stages = (*rungs_below(cost.minutes(base.usual_m * levels[0].factor)), *levels)
    cap_min, cap_m = _onset_caps(inputs)
    caps = (math.inf if cap_min is None else cost.distance_m(cap_min), math.inf if cap_m is None else cap_m)
    reached_m = min(base.usual_m * stages[-1].factor, most_m(inputs, cost), *caps)
    steady_m = cost.distance_m(knowledge().ladder[STEADY_RUNG].run_min or 0)
    # Whatever keeps the runs below half an hour, an onset of pain or a short evening, also keeps speed away.
    adds = add_stages() if reached_m >= steady_m else ()
    first = next(place for place, stage in enumerate(stages) if stage.kind == "level" and stage.factor == 1)
    per_week = _per_week(inputs, _usual_per_week(inputs.runs, start))
    spaced = per_week <= _weekly_target().number("per_week")
    hours = _threshold(ladder_rule("spacing").criteria[0])
    rule = load_rule("one_change")
    return Course(
        kind="levels",
        start=start,
        stages=(*stages, *adds),
        first=first,
        base=base,
        gap_days=math.ceil(hours / HOURS_PER_DAY) if spaced else 1,
        per_week=per_week,
        rule=rule.id,
        why=_from_usual(base) + (f" {ladder_rule('itbs_cap').text}" if cap_min or cap_m else ""),
        sources=rule.sources,
        target_m=max(target, base.long_m),
        capped_min=cap_min,
        cap_m=cap_m,
    )


def _from_usual(base: Base) -> str:
    usual, longest = distance_words(rounded_down_m(base.usual_m)), distance_words(rounded_down_m(base.long_m))
    return f"You run already. So the plan starts from your usual runs: {usual}, and {longest} for the long one."


def _ladder_because(inputs: PlanInputs, start: date) -> Rule | None:
    if has_sore_tendon(inputs):
        return ladder_rule("tendon_entry")
    if is_young(inputs) or is_layoff(days_since_last_run(inputs.runs, start)):
        return load_rule("layoff")
    itbs = ladder_rule(_ONSET_RULE)
    if inputs.condition in itbs.conditions and inputs.onset_min is None and inputs.onset_distance_m is None:
        return itbs
    return None


def _first_rung(inputs: PlanInputs, rungs: Sequence[Stage], start: date) -> int:
    """Return the rung to begin with, judged once: later answers move the place on the ladder, not its beginning."""
    previous = inputs.previous
    if start != (inputs.today if previous is None else previous.start):
        return 0
    if has_sore_tendon(inputs):
        entry = ladder_rule("tendon_entry").from_rung
        return next(place for place, stage in enumerate(rungs) if stage.id == entry)
    if previous is not None:
        issued = next((each.stage for each in previous.sessions if each.stage and each.local_date >= start), "")
        return int(issued.rstrip("-") == rungs[1].id)
    latest = inputs.pain.latest.get("next_morning")
    measured = {
        **inputs.measured,
        "pain_morning": None if latest is None else latest.value,
        "pain_usual": inputs.pain.usual.value,
        "open_red_flags": float(len(inputs.pain.open_flags)),
    }
    return 1 if ladder_rule("prerequisites").holds(measured) is True else 0


def _base(runs: Sequence[PastRun], start: date) -> Base | None:
    """Return what is usual: the longest run of the window and the middle one; the limits look at knee-km as well."""
    window = timedelta(days=load_rule("single_run").number("window_days"))
    fair = [run for run in without_spikes(runs) if start - window <= run.local_date < start]
    longest = longest_before(fair, start)
    usual_from = start - timedelta(days=value("plan.history.usual_days"))
    usual = [run.distance_m for run in fair if run.distance_m and run.local_date >= usual_from]
    if longest.distance_m is None or not usual:
        return None
    middle = min(median(usual), longest.distance_m)
    alike = longest.distance_m < value("plan.long_run.ratio") * middle
    return Base(long_m=middle if alike else longest.distance_m, usual_m=middle)


def _target(inputs: PlanInputs, usual_m: float, cost: RunCost) -> float:
    """Return how long the longest run may become: the goal, or what was usual, in the time that there is."""
    wished = inputs.goal.distance_m if inputs.goal is not None else None
    return min(usual_m if wished is None else wished, most_m(inputs, cost))


def most_m(inputs: PlanInputs, cost: RunCost) -> float:
    """Return how far easy running goes on the day with the most time."""
    return cost.distance_m(max(inputs.availability.minutes.values(), default=0.0))


def _usual_per_week(runs: Sequence[PastRun], start: date) -> int:
    window = round(value("plan.history.usual_days"))
    days = {run.local_date for run in runs if start - timedelta(days=window) <= run.local_date < start}
    return round(len(days) * DAYS_PER_WEEK / window)


def _per_week(inputs: PlanInputs, usual: int) -> int:
    fewest, most = round(value("plan.runs_per_week.fewest")), round(value("plan.runs_per_week.most"))
    wanted = inputs.availability.runs_per_week
    runs = min(most, max(usual, fewest)) if wanted is None else min(most, wanted)
    return max(runs - 1, 1) if plan_is_too_big(inputs) else runs


def plan_is_too_big(inputs: PlanInputs) -> bool:
    """Whether less than half of the planned sessions were done."""
    return knowledge().adherence["shrink_plan"].holds({"done_over_planned": inputs.done_over_planned}) is True


def _onset_caps(inputs: PlanInputs) -> tuple[float | None, float | None]:
    rule = ladder_rule(_ONSET_RULE)
    if inputs.condition not in rule.conditions:
        return None, None
    share = rule.number("max_share_of_onset")
    minutes = None if inputs.onset_min is None else share * inputs.onset_min
    return minutes, None if inputs.onset_distance_m is None else share * inputs.onset_distance_m


def _weeks_in(inputs: PlanInputs) -> float:
    begin = inputs.previous.start if inputs.previous is not None else inputs.today
    return (inputs.today - begin).days / DAYS_PER_WEEK


def _weekly_target() -> Rule:
    return knowledge().adherence["weekly_target"]


def _young_limit() -> float:
    return pain_rule("adolescent_ladder").criteria[0].value


def _threshold(criterion: Criterion) -> float:
    return criterion.value
