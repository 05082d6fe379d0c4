"""Findings along the chain, tests with their accuracy, and what can be done: the records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal

from kneewise.evidence.conditions import ConditionId, InterventionId, TestId
from kneewise.evidence.exercises import ExerciseGroup
from kneewise.evidence.records import Certainty, Figure, Mark, Plain, Record, Refers, SourceId, Statement
from kneewise.evidence.rules import Criterion, ExerciseId, MetricId

FindingId = Annotated[str, Refers("findings")]

Area = Literal["training", "terrain", "habits", "shoes", "body", "trunk", "lumbar", "hip", "knee", "foot", "gait"]
Association = Literal["rct", "prospective", "cross_sectional", "lab", "review", "expert", "none"]
Tier = Literal["core", "adjunct", "optional_low", "clinician_only", "caution", "not_recommended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Record):
    """One factor along the chain; never a cause, never a personal risk.

    Attributes
    ----------
    certainty_high : str or None
        Upper end where the document gives a range; ``certainty`` is the lower end.
    certainty_of_injury : str or None
        Certainty for injury, where ``certainty`` is that for load.
    measure : str or None
        Metric that shows it; ``None`` where nothing is measured.
    association : str
        Best kind of evidence that was found.
    supports : {"yes", "mixed", "no", "unknown"}
        Whether the evidence speaks for the factor; ``unknown`` when none was found.
    thresholds : tuple of Criterion
        When the finding is present; any is enough.
    why, what_changes_it : str
        What the runner reads.
    use : str
        What the software does with it, for the reviewer.
    opens : tuple of str
        Interventions that it opens.
    display : bool
        False for what is never shown unasked.
    contested, side_for, side_against
        Both sides in plain words where a claim is contested.
    verdict : str
        The document's verdict on a contested mechanism.
    """

    area: Area
    name: Plain
    clinical_name: str
    association: Association
    supports: Literal["yes", "mixed", "no", "unknown"]
    why: Plain
    what_changes_it: Plain
    use: str
    measure: MetricId | None = None
    certainty_high: Certainty | None = None
    certainty_of_injury: Certainty | None = None
    thresholds: tuple[Criterion, ...] = ()
    figures: tuple[Figure, ...] = ()
    opens: tuple[InterventionId, ...] = ()
    display: bool = True
    contested: bool = False
    side_for: Plain = ""
    side_against: Plain = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Test(Record):
    """A test and its accuracy for one condition.

    Attributes
    ----------
    who : {"runner", "clinician"}
        Who can do it.
    lr_positive, lr_negative : Figure or None
        Likelihood ratio of a positive and of a negative result; one that is only a range gives no ratio to use.
    depends_on : tuple of str
        Tests whose ratios must not be multiplied with this one's.
    """

    __test__ = False  # not a test case, whatever its name says

    name: Plain
    clinical_name: str
    condition: ConditionId
    who: Literal["runner", "clinician"]
    test_use: Literal["rule_in", "rule_out", "supporting", "not_standalone", "do_not_use"]
    use: str
    measure: MetricId | None = None
    sensitivity: Figure | None = None
    specificity: Figure | None = None
    lr_positive: Figure | None = None
    lr_negative: Figure | None = None
    figures: tuple[Figure, ...] = ()
    depends_on: tuple[TestId, ...] = ()
    population: str = ""
    display: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an intervention did, in whom, against what and when.

    Attributes
    ----------
    value, low, high : float or None
        Size and interval in ``unit``; ``None`` where the source gives words only, which ``population`` then holds.
    at : str
        Time of the measurement.
    """

    outcome: str
    compared_with: str
    mark: Mark
    sources: tuple[SourceId, ...]
    certainty: Certainty
    last_reviewed: date
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    at: str = ""
    population: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention(Record):
    """One thing that can be done.

    Attributes
    ----------
    tier : str
        How it may be presented; ``caution`` as a flag adds a correction to another tier.
    message, how : str
        What the runner reads.
    self_applied : bool
        Whether a runner may do it alone; never for needles, thrusts and injections.
    keep_if, stop_if : tuple of Criterion
        When a trial of it is worth keeping (all), and when to stop (any).
    modifications, reintroduce : tuple of str
        Steps in order, for load management.
    """

    name: Plain
    clinical_name: str
    tier: Tier
    message: Plain
    certainty_high: Certainty | None = None
    certainty_detail: str = ""
    against: bool = False
    caution: bool = False
    in_scope: bool = True
    tier_note: str = ""
    everyone: bool = False
    conditions: tuple[ConditionId, ...] = ()
    when: tuple[str, ...] = ()
    how: Plain = ""
    correction: Plain = ""
    self_applied: bool = False
    contested: bool = False
    side_for: Plain = ""
    side_against: Plain = ""
    not_with: tuple[Plain, ...] = ()
    options: tuple[Plain, ...] = ()
    modifications: tuple[Plain, ...] = ()
    reintroduce: tuple[Plain, ...] = ()
    reintroduce_note: Plain = ""
    exercises: tuple[ExerciseId, ...] = ()
    exercise_groups: tuple[ExerciseGroup, ...] = ()
    keep_if: tuple[Criterion, ...] = ()
    stop_if: tuple[Criterion, ...] = ()
    effects: tuple[Effect, ...] = ()
    values: Mapping[str, Figure] = field(default_factory=lambda: MappingProxyType({}))
    facts: tuple[Statement, ...] = ()
