"""Rules as data: criteria that code can test, what to do when they hold, and the words a runner reads.

A criterion reads ``metric op (reference + value)``. The numbers live in the knowledge files only; a caller hands in
what was measured, by metric id, and never writes a threshold of its own.

>>> from kneewise.evidence.knowledge import knowledge
>>> knowledge().load_rules["single_run"].holds({"planned_distance_ratio_30d": 1.05})
True
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal

from kneewise.evidence.conditions import ConditionId, InterventionId
from kneewise.evidence.records import Figure, Mark, Plain, Record, Refers, SourceId

MetricId = Annotated[str, Refers("metrics")]
ExerciseId = Annotated[str, Refers("exercises")]
LoadRuleId = Annotated[str, Refers("load_rules")]
PhaseId = Annotated[str, Refers("phases")]
RungId = Annotated[str, Refers("ladder")]

Op = Literal["<", "<=", "==", ">=", ">"]
Traffic = Literal["green", "amber", "red"]
#: ``otherwise`` holds when no earlier rule of the same order does.
Match = Literal["all", "any", "otherwise"]

_COMPARE: Mapping[str, Callable[[float, float], bool]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, "==": operator.eq, ">=": operator.ge, ">": operator.gt}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Record):
    """A quantity that criteria are about; its id is what a caller hands in.

    Attributes
    ----------
    text : str
        What it is, exactly.
    kind : {"number", "yes_no"}
        ``yes_no`` is 1 for yes and 0 for no.
    """

    text: str
    unit: str
    kind: Literal["number", "yes_no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One test: ``metric op (reference + value)``.

    Attributes
    ----------
    reference : str
        Another metric to compare with, such as the pain before the run; empty for none.
    value : float
        The threshold, or what is added to the reference.
    window_days, window_min : float or None
        Time over which the metric is taken, in days or minutes.
    of_at_least_min : float or None
        Counts only sessions at least this long, in minutes.
    level : str or None
        Traffic light that the criterion stands for, where a rule holds several.
    """

    metric: MetricId
    op: Op
    unit: str
    mark: Mark
    sources: tuple[SourceId, ...]
    last_reviewed: date
    reference: MetricId | None = None
    value: float = 0.0
    window_days: float | None = None
    window_min: float | None = None
    of_at_least_min: float | None = None
    level: Traffic | None = None
    note: str = ""

    def holds(self, measured: Mapping[str, float | None]) -> bool | None:
        """Return whether it holds; ``None`` where the metric or its reference is not known."""
        have = measured.get(self.metric)
        base = 0.0 if self.reference is None else measured.get(self.reference)
        if have is None or base is None:
            return None
        return _COMPARE[self.op](have, base + self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What to do: ``kind`` names it, the rest says how much, of what and where to.

    Attributes
    ----------
    value, high : float or None
        Amount, and its upper end where a range is allowed, in ``unit``.
    of : tuple of str
        What is reduced or restarted; the first that applies.
    to : str
        Where to go or whom to see.
    level : str or None
        Traffic light for which it is meant.
    after_days, after_greens : float or None
        Only after so many days, or so many green sessions in a row.
    """

    kind: str
    mark: Mark
    sources: tuple[SourceId, ...]
    last_reviewed: date
    value: float | None = None
    high: float | None = None
    unit: str = ""
    of: tuple[str, ...] = ()
    to: str = ""
    level: Traffic | None = None
    after_days: float | None = None
    after_greens: float | None = None


def all_hold(criteria: tuple[Criterion, ...], measured: Mapping[str, float | None]) -> bool | None:
    """Return whether all hold; ``None`` when none fails but some are not known."""
    results = [criterion.holds(measured) for criterion in criteria]
    if False in results:
        return False
    return None if None in results else True


def any_holds(criteria: tuple[Criterion, ...], measured: Mapping[str, float | None]) -> bool | None:
    """Return whether any holds; ``None`` when none does but some are not known."""
    results = [criterion.holds(measured) for criterion in criteria]
    if True in results:
        return True
    return None if None in results else False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Record):
    """A rule: what it says to a runner, when it holds, what follows, and its numbers.

    Attributes
    ----------
    text : str
        What the runner reads.
    match : {"all", "any", "otherwise"}
        How the criteria combine.
    values : mapping of str to Figure
        Numbers by name.
    order : int or None
        Place in its file, where the order matters.
    conditions : tuple of str
        Conditions for which it is meant; empty when it is meant for everyone.
    """

    text: Plain
    topic: str = ""
    order: int | None = None
    match: Match = "all"
    everyone: bool = False
    conditions: tuple[ConditionId, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    actions: tuple[Action, ...] = ()
    values: Mapping[str, Figure] = field(default_factory=lambda: MappingProxyType({}))

    def holds(self, measured: Mapping[str, float | None]) -> bool | None:
        """Return whether the criteria hold for what was measured; ``None`` where that is not known."""
        if self.match == "any":
            return any_holds(self.criteria, measured)
        return all_hold(self.criteria, measured)

    def number(self, name: str) -> float:
        """Return a number by its name; an unknown name, or one that is only a range, is a programming error."""
        value = self.values[name].value
        if value is None:
            raise KeyError(f"'{name}' of rule '{self.id}' is a range; use its low and high")
        return value

    def action(self, kind: str) -> Action:
        """Return the action of one kind; an unknown kind is a programming error and raises ``KeyError``."""
        for action in self.actions:
            if action.kind == kind:
                return action
        raise KeyError(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class PainRule(Rule):
    """A published set of pain limits, or one step of the decision on a session.

    Attributes
    ----------
    kind : str
        ``decision`` steps are tried in order, then ``modifier`` and ``escalation``; ``cap`` holds the highest pain
        allowed during; ``soreness`` is the alternate scheme. A ``guard`` holds progress back, ``irritability`` says how
        easily the knee is upset, ``rescreen`` names the red flags to ask again.
    level : str or None
        Traffic light that the step gives.
    """

    name: Plain
    kind: Literal[
        "rule_set", "cap", "definition", "decision", "modifier", "escalation", "flare", "soreness",
        "guard", "irritability", "rescreen",
    ]  # fmt: skip
    context: Literal["run", "exercise", "tendon_stage", "adolescent", "bone"] | None = None
    level: Traffic | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRule(Rule):
    """A rule on how load may change, or one class of the single-run spike; in the order of the document."""

    kind: Literal["rule", "spike_class"]
    clinical: str
    soft: bool = False
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderRule(Rule):
    """What must hold before the walk-run ladder or on it."""

    from_rung: RungId | None = None
    to_rung: RungId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRule(Rule):
    """A rule with a list of options or exercises, in order: of gait retraining and of the exercise library."""

    options: tuple[str, ...] = ()
    exercises: tuple[ExerciseId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRule(Rule):
    """When outcome measures are asked and what change counts; ``also`` must hold beside the criteria."""

    also: tuple[Criterion, ...] = ()
    otherwise: Plain = ""
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleRule(Rule):
    """Which findings open which modules.

    Attributes
    ----------
    add : tuple of str
        Interventions to open.
    avoid : str
        What not to do, for the clinician and the code's reviewer.
    """

    avoid: str
    add: tuple[InterventionId, ...] = ()
    exercises: tuple[ExerciseId, ...] = ()
    rules: tuple[LoadRuleId, ...] = ()
    phases: tuple[PhaseId, ...] = ()
    lessons: tuple[int, ...] = ()
