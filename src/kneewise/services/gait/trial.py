"""The trial of quicker steps as the runner tells it, and how cadence went on since."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from kneewise import clock
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.plan.inputs import GaitPractice
from kneewise.retraining import (
    Guards,
    Practised,
    Retention,
    RunBins,
    TrialResult,
    TrialStep,
    baseline_cadence,
    calf_says_stop,
    judge_trial,
    retention,
    schedule_over,
    schedule_records,
)
from kneewise.retraining.trial import gait_rule
from kneewise.services import loads
from kneewise.services.client_keys import append_told, check_key, told_instant
from kneewise.services.intake import latest_intake
from kneewise.services.limits import check_number
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.services.state import raised_flags
from kneewise.storage import read_events

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.services.intake import Intake
    from kneewise.storage import Event, Record, StoredActivity

_BONE = frozenset({"bone_stress_injury", "fracture"})


@dataclass(frozen=True, slots=True)
class GaitTrial:
    """One trial as it was told, and what it led to then.

    Attributes
    ----------
    told : mapping
        Answers as JSON values.
    result : TrialResult
        Whether to train quicker steps, and why.
    """

    local_date: date
    told: Mapping[str, Any]
    result: TrialResult

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"local_date": self.local_date.isoformat(), **self.told, "result": self.result.to_json()}


def log_gait_trial(
    place: Place,
    counts_spm: Sequence[float],
    *,
    pain_usual: float | None = None,
    pain_at: Mapping[float, float | None] | None = None,
    comfortable: bool | None = None,
    calf_pain: float | None = None,
    acute_calf: bool | None = None,
    wanted: bool = True,
    told_steps: Sequence[TrialStep] | None = None,
    key: str | None = None,
    told_at: datetime | None = None,
) -> GaitTrial:
    """Store a trial of quicker steps and say whether to train them.

    Parameters
    ----------
    counts_spm : sequence of float
        Steps of both feet, counted for a minute at the usual speed; one number is taken as the mean of the counts.
    pain_usual : float or None
        Pain with usual steps, 0 to 10.
    pain_at : mapping of float to float
        Pain at so many percent above the own baseline, such as ``{5: 2, 7.5: 1}``.
    comfortable : bool or None
        Whether the quicker steps felt good.
    calf_pain : float or None
        Worst pain of calf or Achilles tendon in the trial, 0 to 10, also before its first step.
    acute_calf : bool or None
        A fresh problem of calf, Achilles tendon or sole; not told, it forbids the training.
    wanted : bool
        The runner wants to train quicker steps.
    told_steps : sequence of TrialStep or None
        Each step with its own answers, instead of ``pain_at`` and ``comfortable``.
    key : str or None
        The sender's own name of this trial: where one comes again under the same key, nothing is stored.
    told_at : datetime or None
        When it was told, aware, where that was before it could be sent; now where ``None``.

    Raises
    ------
    InvalidInputError
        When a number cannot be right; nothing is stored then.
    """
    asked = _steps(pain_at or {}, comfortable, calf_pain) if told_steps is None else told_steps
    for pain in (pain_usual, calf_pain, *(each for step in asked for each in (step.pain, step.calf_or_achilles_pain))):
        check_number("A pain", pain, "pain")
    if not counts_spm:
        raise InvalidInputError("Tell your usual steps a minute of both feet with --baseline-spm.")
    baseline = baseline_cadence([*counts_spm] * (2 if len(counts_spm) == 1 else 1))
    check_key(key)
    told: dict[str, Any] = {
        "baseline_spm": baseline.value,
        "pain_usual": pain_usual,
        "steps": [
            asdict(step) for step in asked if step.pain is not None or calf_says_stop(step.calf_or_achilles_pain)
        ],
        "acute_calf_achilles_plantar": acute_calf,
        "wanted": wanted,
    }
    if calf_says_stop(calf_pain):
        told["calf_or_achilles_pain"] = calf_pain
    instant = told_instant(told_at, clock.now())
    with opened(place) as (record, runner):
        result = _judged(told, latest_intake(record, runner))
        data = {**told, "result": result.to_json()}
        with record.writing("storing the trial") as connection:
            today = local_day(instant, runner)
            append_told(connection, runner.id, "gait_trial", key=key, recorded_at=instant, local_date=today, data=data)
    return GaitTrial(today, told, result)


def _steps(pain_at: Mapping[float, float | None], comfortable: bool | None, calf: float | None) -> list[TrialStep]:
    """Return the steps of a trial that was told with one answer for all of them."""
    return [
        TrialStep(above_pct=above, pain=pain, comfortable=comfortable, calf_or_achilles_pain=calf)
        for above, pain in sorted(pain_at.items())
    ]


def read_course_start(record: Record, runner: Runner, sessions_done: Sequence[Practised]) -> date | None:
    """Return the day of the trial that the course of quicker steps rests on; ``None`` without a trial.

    Notes
    -----
    A trial that is told while a course is under way belongs to it; one after its last session begins a new course,
    where it led to an answer.
    """
    with record.reading() as connection:
        events = read_events(connection, runner.id, "gait_trial")
    if not events:
        return None
    begun = min(event.local_date for event in events)
    for told in sorted(event.local_date for event in events if event.data["result"]["verdict"] != "unanswered"):
        if schedule_over([each for each in sessions_done if begun <= each.local_date < told]):
            begun = told
    return begun


def read_trial(record: Record, runner: Runner, intake: Intake | None) -> GaitTrial | None:
    """Return the trial that was told last, judged with what is known now; ``None`` without one.

    Notes
    -----
    One that ended before it had an answer does not take the place of an earlier one that had: only its own reason to
    stop would, and that is an answer.
    """
    with record.reading() as connection:
        events = read_events(connection, runner.id, "gait_trial")
    trials = [_read(event, intake) for event in reversed(events)]
    return next((each for each in trials if _answered(each)), trials[0] if trials else None)


def _read(event: Event, intake: Intake | None) -> GaitTrial:
    told = {name: answer for name, answer in event.data.items() if name != "result"}
    return GaitTrial(event.local_date, told, _judged(told, intake))


def _answered(trial: GaitTrial) -> bool:
    return trial.result.verdict != "unanswered" or trial.told["acute_calf_achilles_plantar"] is True


def practice_of(
    trial: GaitTrial | None,
    sessions_done: Sequence[Practised],
    held: Retention | None,
    calf_pain_now: float | None = None,
    *,
    begun: date | None = None,
) -> GaitPractice:
    """Return what the plan needs to know of gait retraining.

    Parameters
    ----------
    calf_pain_now : float or None
        Calf or Achilles pain told since the trial; the worse of the two counts.
    begun : date or None
        Day of the trial that the course rests on.
    """
    if trial is None:
        return GaitPractice()
    calf = [step["calf_or_achilles_pain"] for step in trial.told["steps"]]
    calf += [trial.told.get("calf_or_achilles_pain"), calf_pain_now]
    known = [pain for pain in calf if pain is not None]
    inputs, chosen = trial.result.inputs, trial.result.verdict == "train"
    comfortable = inputs.get("comfortable_in_trial")
    change = None if held is None else held.change_pct.value
    return GaitPractice(
        baseline_spm=trial.told["baseline_spm"],
        pain_change=inputs.get("pain_change_in_trial"),
        comfortable=None if comfortable is None else bool(comfortable),
        calf_or_achilles_pain=max(known, default=None),
        acute_calf_achilles_plantar=trial.told["acute_calf_achilles_plantar"],
        wanted=bool(trial.told["wanted"]) and chosen,
        begun=begun,
        sessions_done=tuple(sessions_done),
        retained_pct=None if change is None or math.isnan(change) else change,
        most_pct=trial.result.most_pct,
    )


def course_over(trial: GaitTrial | None, sessions_done: Sequence[Practised]) -> bool:
    """Whether the schedule of quicker steps was done, so that what is left of it can be asked."""
    return trial is not None and schedule_over(sessions_done)


def read_retention(
    stored: Sequence[StoredActivity],
    trial: GaitTrial | None,
    sessions_done: Sequence[Practised],
    *,
    begun: date | None = None,
) -> Retention | None:
    """Return whether cadence held in ordinary runs since the schedule was done; ``None`` before that.

    Parameters
    ----------
    begun : date or None
        Day of the trial that the course rests on, where another was told since; runs before it are those before.
    """
    if trial is None or not course_over(trial, sessions_done):
        return None
    practice = {each.local_date for each in sessions_done}
    last = max(practice)
    before, after = [], []
    for item in stored:
        day = item.activity.local_date
        bins = steady_bins(item)
        if bins is None or day in practice:
            continue
        if day < (begun or trial.local_date):
            before.append(bins)
        elif day > last:
            after.append(bins)
    trained = max(record.target_pct_high or 0.0 for record in schedule_records("session"))
    recent = int(value("retraining.retention_recent_runs"))
    return retention(before, after[-recent:], trained_pct=min(trained, trial.result.most_pct or trained))


def steady_bins(item: StoredActivity) -> RunBins | None:
    """Return the steady, level running of a run in bins of speed; ``None`` where it has none or does not count."""
    if item.load is None or not item.activity.is_run or item.counted_id is not None:
        return None
    flat = loads.unpack(item.load).flat
    if flat.seconds.size == 0:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        return RunBins(flat.distance_m / flat.seconds, flat.steps / flat.seconds * 60, flat.seconds)


def blocked_by(intake: Intake) -> bool:
    """Whether the answers to the safety questions forbid quicker steps, whatever a trial says."""
    known = _guards(intake, acute_calf=False).measured()
    return gait_rule("contraindicated").holds(known) is not False


def _judged(told: Mapping[str, Any], intake: Intake | None) -> TrialResult:
    guards = _guards(intake, acute_calf=told["acute_calf_achilles_plantar"])
    result = judge_trial(told["pain_usual"], [TrialStep(**step) for step in told["steps"]], guards)
    calf = told.get("calf_or_achilles_pain")
    if result.verdict == "blocked" or not calf_says_stop(calf):
        return result
    # Told before the first quicker step, it has no step that the rule could look at.
    measured = MappingProxyType({"calf_or_achilles_pain": calf})
    return TrialResult(verdict="stop", rule="stop", text=gait_rule("stop").text, inputs=measured)


def _guards(intake: Intake | None, *, acute_calf: bool | None) -> Guards:
    return Guards(
        acute_calf_achilles_plantar=acute_calf,
        bone_stress_injury=None if intake is None else _fits_a_bone(intake),
        open_red_flags=None if intake is None else len(raised_flags(intake)),
    )


def _fits_a_bone(intake: Intake) -> bool:
    return any(pattern["condition"] in _BONE for pattern in intake.told["patterns"] if pattern["fit"] == "strong")
