"""Which modules the findings open, in order, each with its rule, its reason and what must not be done with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kneewise.assessment.finding_context import FindingContext
from kneewise.assessment.finding_metrics import measurements, values
from kneewise.assessment.findings import FindingResult
from kneewise.assessment.measurement import Measurement
from kneewise.evidence.care import Finding, Intervention
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.rules import ModuleRule

#: Care that a rule or a finding may open by itself; the rest is talked over with a clinician.
_OFFERED_TIERS = frozenset({"core", "adjunct", "optional_low"})


@dataclass(frozen=True, slots=True)
class OpenedModule:
    """One rule that holds, or one present finding, with what it opens.

    Attributes
    ----------
    rule : str
        Id of the module rule, or of the finding.
    text : str
        Why, in the runner's words.
    interventions : tuple of Intervention
        What it opens; empty where only lessons, a phase or a load rule follow.
    exercises, load_rules, lessons, phases : tuple
        What goes with it.
    avoid : str
        What not to do; empty where nothing is stated.
    because : tuple of Measurement
        The measures for which the rule holds.
    sources : tuple of str
        What the limits of the rule, or the finding, rest on; empty for our own defaults.
    kind : {"rule", "finding"}
        A rule decides; a finding only says what could help, and a plan may leave it out.
    """

    rule: str
    text: str
    interventions: tuple[Intervention, ...]
    exercises: tuple[str, ...] = ()
    load_rules: tuple[str, ...] = ()
    lessons: tuple[int, ...] = ()
    phases: tuple[str, ...] = ()
    avoid: str = ""
    because: tuple[Measurement, ...] = ()
    sources: tuple[str, ...] = ()
    kind: Literal["rule", "finding"] = "rule"

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "rule": self.rule,
            "kind": self.kind,
            "text": self.text,
            "add": [_intervention(intervention) for intervention in self.interventions],
            "exercises": list(self.exercises),
            "load_rules": list(self.load_rules),
            "lessons": list(self.lessons),
            "phases": list(self.phases),
            "not": self.avoid,
            "because": [measured.to_json() for measured in self.because],
            "sources": list(self.sources),
        }


def opened_modules(results: Collection[FindingResult], context: FindingContext) -> tuple[OpenedModule, ...]:
    """Return what the findings open: the module rules in their order, then what present findings add.

    Parameters
    ----------
    results : collection of FindingResult
        See `kneewise.assessment.findings.findings`.
    context : FindingContext
        The context that they come from: some rules read measures that are no finding, such as where it hurts.

    Notes
    -----
    Triage comes first: a level that blocks the plan blocks every module, and that is not decided here.
    """
    measured = measurements(context)
    numbers = values(measured)
    rules = sorted(knowledge().module_rules.values(), key=lambda rule: rule.order or 0)
    opened = [_by_rule(rule, measured) for rule in rules if rule.holds(numbers)]
    already = {care.id for module in opened for care in module.interventions}
    return (*opened, *_by_findings(results, already))


def _by_rule(rule: ModuleRule, measured: Mapping[str, Measurement]) -> OpenedModule:
    numbers = values(measured)
    holding = [criterion for criterion in rule.criteria if criterion.holds(numbers)]
    return OpenedModule(
        rule=rule.id,
        text=rule.text,
        interventions=tuple(knowledge().interventions[name] for name in rule.add),
        exercises=rule.exercises,
        load_rules=rule.rules,
        lessons=rule.lessons,
        phases=rule.phases,
        avoid=rule.avoid,
        because=tuple(measured[metric] for metric in dict.fromkeys(criterion.metric for criterion in holding)),
        sources=tuple(dict.fromkeys([*rule.sources, *(name for item in holding for name in item.sources)])),
    )


def _by_findings(results: Collection[FindingResult], already: set[str]) -> Iterator[OpenedModule]:
    for result in results:
        new = [knowledge().interventions[name] for name in result.opens if name not in already]
        offered = tuple(care for care in new if care.tier in _OFFERED_TIERS)
        if not offered or not isinstance(result.record, Finding):
            continue
        already |= {care.id for care in offered}
        because = () if result.measure is None else (result.measure,)
        record = result.record
        yield OpenedModule(
            record.id, record.what_changes_it, offered, because=because, sources=record.sources, kind="finding"
        )


def _intervention(care: Intervention) -> dict[str, Any]:
    return {
        "intervention": care.id,
        "name": care.name,
        "clinical_name": care.clinical_name,
        "message": care.message,
        "tier": care.tier,
        "certainty": care.certainty,
        "sources": list(care.sources),
    }
