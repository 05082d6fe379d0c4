"""Which stage of tendon loading a runner is at: one stage after the other, each shown by the answers of the last days.

The limits stand in ``evidence/tendon_stages.toml``. What is not known is not shown, so a stage is never skipped, and a
tendon that is worse again goes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from kneewise.domain.strength_log import SetLog, holding
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.progression import TendonStage
from kneewise.evidence.rules import all_hold
from kneewise.monitoring import PainState
from kneewise.units import HOURS_PER_DAY


def tendon_stage(
    condition: str | None,
    measured: Mapping[str, float | None],
    logs: Sequence[SetLog],
    pain: PainState,
) -> int | None:
    """Return the stage, 1 to 4; ``None`` where the pattern is no sore tendon.

    Parameters
    ----------
    measured : mapping of metric to float
        Tests and answers.
    logs : sequence of SetLog
        All strength work that was logged, corrections with it.
    """
    if condition not in knowledge().phases["tendinopathy"].conditions:
        return None
    stages = sorted(knowledge().tendon_stages.values(), key=lambda stage: stage.order)
    reached = 1
    for stage in stages:
        if stage.order != reached or not stage.next_when or not stage.exercises:
            break
        known = {
            **measured,
            "pain_single_leg_squat": measured.get("single_leg_squat_pain"),
            "pain_during": _worst_pain(stage, _new_in(stage, stages), logs, pain.today),
            "settled_h": _settled_h(pain),
        }
        if all_hold(stage.next_when, known) is not True:
            break
        reached += 1
    return reached


def _new_in(stage: TendonStage, stages: Sequence[TendonStage]) -> frozenset[str]:
    """Return the lifts and jumps that come with a stage: a lift of the stage before shows nothing of jumping."""
    library = knowledge().exercises
    before = {name for other in stages if other.order < stage.order for name in other.exercises}
    return frozenset(name for name in stage.exercises if name not in before and not library[name].dose.isometric)


def _worst_pain(stage: TendonStage, names: frozenset[str], logs: Sequence[SetLog], today: date) -> float | None:
    """Return the worst pain in some exercises of the last days; ``None`` where one was not told."""
    days = next((criterion.window_days for criterion in stage.next_when if criterion.window_days), None)
    first = today - timedelta(days=days or 0)
    pains = [log.pain for log in holding(logs) if log.exercise in names and log.local_date > first]
    return max((pain for pain in pains if pain is not None), default=None) if None not in pains else None


def _settled_h(pain: PainState) -> float | None:
    """Return 24 where the knee was no worse than usual on the mornings after; ``None`` where that is not known."""
    judged = [day for day in pain.days if day.colour is not None and not day.waiting]
    if not judged or pain.reds or pain.ambers:
        return None
    return HOURS_PER_DAY
