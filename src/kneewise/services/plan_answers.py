"""What a runner's answers, tests and findings say to a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from kneewise.assessment.finding_metrics import measurements, values
from kneewise.assessment.findings import findings as draw_up
from kneewise.assessment.intake import IntakeResult, assess
from kneewise.assessment.triage import Reason, Triage, rules_version
from kneewise.domain import Goal, SetLog
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.plan.tendon_progress import tendon_stage
from kneewise.services.findings import context_of
from kneewise.services.intake import Intake
from kneewise.services.plan_runs import PlanRuns
from kneewise.services.self_tests import read_tests
from kneewise.services.state import FoldedRecord

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record

_KILO = 1000
_FITS = ("strong", "moderate")


@dataclass(frozen=True, slots=True, eq=False)
class PlanAnswers:
    """What is known of the runner beside runs and sessions.

    Attributes
    ----------
    condition : str or None
        Id of the pattern that the answers fit best, where one fits well.
    measured : mapping of str to float or None
        Every metric that is known; a test that was told later stands before the intake.
    present : frozenset of str
        Ids of the findings that are there.
    tendon_stage : int or None
        Of the sore tendon, 1 to 4.
    calf_pain : float or None
        Pain of calf or Achilles tendon as it was told last, 0 to 10.
    goal : Goal or None
        As the intake names it.
    """

    triage: Triage
    condition: str | None
    measured: Mapping[str, float | None]
    present: frozenset[str]
    tendon_stage: int | None
    onset_distance_m: float | None
    calf_pain: float | None
    goal: Goal | None


def read_plan_answers(
    record: Record, runner: Runner, today: date, runs: PlanRuns, folded: FoldedRecord, logs: Sequence[SetLog]
) -> PlanAnswers:
    """Read the runner's tests and join them with the last intake and the findings of the day.

    Parameters
    ----------
    logs : sequence of SetLog
        Strength work that was told.
    """
    tests = read_tests(record, runner)
    assessed = _assessed(folded.intake)
    condition = _condition(assessed)
    context = context_of(runner, today, runs.stored, folded.runs, runs.reference, folded.intake)
    measured = _measured(values(measurements(context)), tests, folded, logs, today)
    return PlanAnswers(
        triage=_triage(folded.intake, assessed),
        condition=condition,
        measured=MappingProxyType(measured),
        present=frozenset(result.record.id for result in draw_up(context) if result.state == "present"),
        tendon_stage=tendon_stage(condition, measured, logs, folded.pain),
        onset_distance_m=_onset_m(folded.intake),
        calf_pain=tests.get("calf_or_achilles_pain"),
        goal=_goal_of_intake(folded.intake),
    )


def _assessed(intake: Intake | None) -> IntakeResult | None:
    answers = None if intake is None else intake.checked_answers()
    return None if intake is None or answers is None else assess(answers, intake.clinical_tests)


def _triage(intake: Intake | None, assessed: IntakeResult | None) -> Triage:
    """Return the triage by the rules of today; whatever was blocked when it was told stays blocked."""
    if intake is None:
        return _open_triage("no_intake", "The safety questions are not answered yet. Run 'kneewise intake' first.")
    if assessed is None:
        return _open_triage("rules_revised", "The safety questions have changed. Run 'kneewise intake' once more.")
    found = assessed.triage
    return Triage(
        level=found.level,
        reasons=found.reasons,
        flags=found.flags,
        rules=found.rules,
        blocks=tuple(dict.fromkeys((*found.blocks, *intake.told["blocks"]))),
        unanswered=found.unanswered,
        version=found.version,
    )


def _open_triage(rule: str, text: str) -> Triage:
    reason = Reason(rule, "routine", text, ())
    return Triage("routine", (reason,), (), (), ("plan",), ("safety_none",), rules_version())


def _condition(assessed: IntakeResult | None) -> str | None:
    best = next(iter(() if assessed is None else assessed.patterns), None)
    return best.condition.id if best is not None and best.fit in _FITS else None


def _answer(intake: Intake | None, question: str) -> object:
    return None if intake is None else intake.answers.get(question)


def _onset_m(intake: Intake | None) -> float | None:
    kilometres = _answer(intake, "onset_distance_km")
    return kilometres * _KILO if isinstance(kilometres, int | float) else None


def _goal_of_intake(intake: Intake | None) -> Goal | None:
    """Return the goal of the intake; a race without its day is the distance alone."""
    kind, kilometres = _answer(intake, "goal"), _answer(intake, "goal_distance_km")
    metres = kilometres * _KILO if isinstance(kilometres, int | float) and kilometres else None
    if kind in ("distance", "race"):
        return None if metres is None else Goal(kind="distance", distance_m=metres)
    if kind == "run_without_thinking":
        return Goal(kind="run_without_thinking")
    return Goal(kind="daily_life") if kind == "daily_life" else None


def _measured(
    found: Mapping[str, float | None],
    tests: Mapping[str, float],
    folded: FoldedRecord,
    logs: Sequence[SetLog],
    today: date,
) -> dict[str, float | None]:
    """Return every metric that is known; a test that was told later stands before the intake."""
    measured: dict[str, float | None] = {**found, **tests}
    stairs = folded.pain.latest.get("stairs")
    if stairs is not None:
        measured["pain_stairs"] = stairs.value
    hop = _answer(folded.intake, "test_hop_pain")
    if isinstance(hop, int | float):
        measured.setdefault("hop_pain", float(hop))
    _add_one_leg_tests(measured)
    measured |= _shallow_sets(logs, today)
    return measured


def _add_one_leg_tests(measured: dict[str, float | None]) -> None:
    """Add the better of squat and step-down on one leg; repetitions are counted below the limit of pain."""
    tests = knowledge().ladder_rules["prerequisites"].criteria
    enough = next(test for test in tests if test.metric == "single_leg_squat_or_step_down_reps")
    limit = next(test for test in tests if test.metric == "single_leg_squat_or_step_down_pain")
    ways = [
        (reps, measured.get(pain))
        for name, pain in (("single_leg_squat_reps", "single_leg_squat_pain"), ("step_down_reps", "step_down_pain"))
        if (reps := measured.get(name)) is not None
    ]
    if not ways:
        return
    reps, pain = max(ways, key=lambda way: (way[0], -(way[1] or 0)))
    # The question counts repetitions until pain goes above the limit, so all of them say that it did not.
    if pain is None and enough.holds({enough.metric: reps}):
        pain = limit.value
        measured.setdefault("single_leg_squat_pain", pain)
    measured["single_leg_squat_or_step_down_reps"] = reps
    measured["single_leg_squat_or_step_down_pain"] = pain


def _shallow_sets(logs: Sequence[SetLog], today: date) -> dict[str, float | None]:
    """Return the best calm sets of knee work of the last weeks, as the exit of the building phase asks for them."""
    library = knowledge().exercises
    calm = knowledge().exercise_rules["progress_when"].criteria
    limit = next(criterion for criterion in calm if criterion.metric == "pain_during")
    since = today - timedelta(days=value("told.test_days"))
    shown = [
        log
        for log in logs
        if log.exercise in library
        and library[log.exercise].group == "knee"
        and log.reps is not None
        and log.local_date > since
        and limit.holds({"pain_during": log.pain})
    ]
    exit_of = [c for c in knowledge().phases["build"].exit if c.metric.startswith("shallow_")]
    sets_of = [
        {"shallow_sets_green": float(log.sets), "shallow_reps_green": float(log.reps or 0)} for log in reversed(shown)
    ]
    full = [each for each in sets_of if all(criterion.holds(each) for criterion in exit_of)]
    return dict(next(iter(full or sets_of), {}))
