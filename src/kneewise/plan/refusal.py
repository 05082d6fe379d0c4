"""When there is no plan, and why: safety comes before everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kneewise.assessment.triage import Reason
from kneewise.evidence.knowledge import knowledge
from kneewise.plan.brakes import stopping_flags
from kneewise.plan.inputs import PlanInputs
from kneewise.plan.variants import is_young, ladder_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRefused:
    """No plan, with the reasons in words and what to do instead.

    Attributes
    ----------
    level : str
        Triage level.
    reasons : tuple of Reason
        The most urgent first.
    action : str
        What to do now.
    """

    level: str
    reasons: tuple[Reason, ...]
    action: str

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "refused": True,
            "level": self.level,
            "reasons": [reason.to_json() for reason in self.reasons],
            "action": self.action,
        }


def refusal_of(inputs: PlanInputs) -> PlanRefused | None:
    """Return why there is no plan, or ``None`` where there may be one."""
    reasons = [*_of_flags(inputs), *_of_people(inputs)]
    blocked = inputs.blocks("plan")
    if not blocked and not reasons:
        return None
    level = knowledge().triage_levels[inputs.triage.level]
    told = (*reasons, *(inputs.triage.reasons if blocked else ()))
    return PlanRefused(
        level=inputs.triage.level, reasons=told, action=_first_action(inputs) or _action(inputs, level.action)
    )


def _of_flags(inputs: PlanInputs) -> list[Reason]:
    flags = [knowledge().red_flags[flag] for flag in stopping_flags(inputs.pain.open_flags)]
    return [Reason(flag.id, flag.level, flag.why, flag.sources) for flag in flags]


def _of_people(inputs: PlanInputs) -> list[Reason]:
    found = []
    bone = ladder_rule("bone_stress_only_clinician")
    if inputs.condition in bone.conditions:
        text = f"{bone.text} We make no plan for it."
        found.append(Reason(bone.id, inputs.triage.level, text, bone.sources))
    young = knowledge().special_populations["adolescent_account"]
    youngest = 0 if young.age_from is None else young.age_from.value or 0
    if is_young(inputs) and inputs.age_years is not None and inputs.age_years < youngest:
        found.append(Reason(young.id, inputs.triage.level, young.plain, young.sources))
    return found


def _first_action(inputs: PlanInputs) -> str:
    """Return what the most urgent open flag says to do."""
    flags = [knowledge().red_flags[flag] for flag in stopping_flags(inputs.pain.open_flags)]
    order = list(knowledge().triage_levels)
    return min(flags, key=lambda flag: order.index(flag.level)).action if flags else ""


def _action(inputs: PlanInputs, level_action: str) -> str:
    """Return what to do now; where only answers are missing, that is to give them."""
    if inputs.triage.unanswered and not inputs.triage.flags:
        return "Please answer the safety questions first. Then we can make a plan."
    return level_action
