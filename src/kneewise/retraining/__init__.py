"""Quicker steps: who tries them, how they are trained with less and less feedback, and whether they hold."""

from kneewise.retraining.retention import Retention, RunBins, cadence_change, retention
from kneewise.retraining.schedule import (
    Bout,
    CadenceSession,
    beat_of_practice,
    cadence_schedule,
    calf_raises,
    practice_after,
    schedule_records,
)
from kneewise.retraining.trial import (
    Guards,
    TrialResult,
    TrialStep,
    baseline_cadence,
    calf_says_stop,
    judge_trial,
    most_above_pct,
    target_spm,
)

__all__ = [
    "Bout",
    "CadenceSession",
    "Guards",
    "Retention",
    "RunBins",
    "TrialResult",
    "TrialStep",
    "baseline_cadence",
    "beat_of_practice",
    "cadence_change",
    "cadence_schedule",
    "calf_raises",
    "calf_says_stop",
    "judge_trial",
    "most_above_pct",
    "practice_after",
    "retention",
    "schedule_records",
    "target_spm",
]
