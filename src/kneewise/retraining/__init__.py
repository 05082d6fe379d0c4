"""Quicker steps: who tries them, how they are trained with less and less feedback, and whether they hold."""

from kneewise.retraining.practice import SOURCES, PracticeBlock, Source, accuracy_spm, block_cadence
from kneewise.retraining.retention import Retention, RunBins, cadence_change, retention
from kneewise.retraining.schedule import (
    Bout,
    CadenceSession,
    Practised,
    beat_of_practice,
    cadence_schedule,
    calf_raises,
    practice_after,
    schedule_over,
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
    too_much_pain,
)

__all__ = [
    "SOURCES",
    "Bout",
    "CadenceSession",
    "Guards",
    "PracticeBlock",
    "Practised",
    "Retention",
    "RunBins",
    "Source",
    "TrialResult",
    "TrialStep",
    "accuracy_spm",
    "baseline_cadence",
    "beat_of_practice",
    "block_cadence",
    "cadence_change",
    "cadence_schedule",
    "calf_raises",
    "calf_says_stop",
    "judge_trial",
    "most_above_pct",
    "practice_after",
    "retention",
    "schedule_over",
    "schedule_records",
    "target_spm",
    "too_much_pain",
]
