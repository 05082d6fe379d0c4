"""All clinical knowledge behind one door; each file is read when it is first asked for.

>>> knowledge().red_flags["rf_locked"].level
'urgent'
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property

from kneewise.evidence.care import Finding, Intervention, Test
from kneewise.evidence.claims import Claim, Conflict, ReferenceCheck
from kneewise.evidence.conditions import Condition, Occurrence, Prior, Zone
from kneewise.evidence.exercises import Exercise
from kneewise.evidence.intake import PatternRecord, Question, TriageRule
from kneewise.evidence.outcomes import DiaryField, Lesson, Measure, Prognosis
from kneewise.evidence.progression import GaitProtocol, GaitSession, Phase, Rung, TendonStage
from kneewise.evidence.records import read_records
from kneewise.evidence.rules import LadderRule, ListRule, LoadRule, Metric, ModuleRule, OutcomeRule, PainRule, Rule
from kneewise.evidence.safety import (
    ContentControl,
    Disclaimer,
    FractureRule,
    Imaging,
    Medicine,
    RedFlag,
    Refusal,
    Regulation,
    SpecialPopulation,
    TriageLevel,
)
from kneewise.evidence.source_list import Source, sources

__all__ = ["Knowledge", "knowledge"]


class Knowledge:
    """The knowledge files as typed mappings from id to record."""

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Papers, guidelines and pages."""
        return sources()

    # ------------------------------------------------------------------------------------ safety and triage

    @cached_property
    def triage_levels(self) -> Mapping[str, TriageLevel]:
        """The five levels, the most urgent first."""
        return read_records("triage.toml", TriageLevel)

    @cached_property
    def red_flags(self) -> Mapping[str, RedFlag]:
        """Questions that come before everything else."""
        return read_records("red_flags.toml", RedFlag)

    @cached_property
    def fracture_rules(self) -> Mapping[str, FractureRule]:
        """Rules for an X-ray after an injury."""
        return read_records("fracture_rules.toml", FractureRule)

    @cached_property
    def triage_rules(self) -> Mapping[str, TriageRule]:
        """Rules that read the answers of the intake."""
        return read_records("triage_rules.toml", TriageRule)

    @cached_property
    def special_populations(self) -> Mapping[str, SpecialPopulation]:
        """Rules for the young, for pregnancy and the time after birth."""
        return read_records("special_populations.toml", SpecialPopulation)

    @cached_property
    def medicines(self) -> Mapping[str, Medicine]:
        """Cautions about medicines; never a dose."""
        return read_records("medicines.toml", Medicine)

    @cached_property
    def refusals(self) -> Mapping[str, Refusal]:
        """What the software does not do, and what it offers instead."""
        return read_records("refusals.toml", Refusal)

    @cached_property
    def imaging(self) -> Mapping[str, Imaging]:
        """When a scan helps."""
        return read_records("imaging.toml", Imaging)

    @cached_property
    def content_safety(self) -> Mapping[str, ContentControl]:
        """Controls of the content, with the words that no text may use."""
        return read_records("content_safety.toml", ContentControl)

    @cached_property
    def disclaimers(self) -> Mapping[str, Disclaimer]:
        """What is said in which situation."""
        return read_records("disclaimers.toml", Disclaimer)

    @cached_property
    def regulation(self) -> Mapping[str, Regulation]:
        """What is known of the law on such software."""
        return read_records("regulation.toml", Regulation)

    # ------------------------------------------------------------------------------- conditions and patterns

    @cached_property
    def conditions(self) -> Mapping[str, Condition]:
        """Condition cards."""
        return read_records("conditions.toml", Condition)

    @cached_property
    def pain_map(self) -> Mapping[str, Zone]:
        """Zones of the drawn knee."""
        return read_records("pain_map.toml", Zone)

    @cached_property
    def priors(self) -> Mapping[str, Prior]:
        """How often groups of conditions occur; only for ordering."""
        return read_records("priors.toml", Prior)

    @cached_property
    def occurrence(self) -> Mapping[str, Occurrence]:
        """Published counts of diagnoses among runners."""
        return read_records("occurrence.toml", Occurrence)

    @cached_property
    def intake_questions(self) -> Mapping[str, Question]:
        """The questions of the intake in the order of asking."""
        return read_records("intake.toml", Question)

    @cached_property
    def patterns(self) -> Mapping[str, PatternRecord]:
        """Which answers speak for and against each condition."""
        return read_records("patterns.toml", PatternRecord)

    # ------------------------------------------------------------------------------- findings, care and the way back

    @cached_property
    def metrics(self) -> Mapping[str, Metric]:
        """What criteria are about."""
        return read_records("metrics.toml", Metric)

    @cached_property
    def tests(self) -> Mapping[str, Test]:
        """Examination tests with their accuracy."""
        return read_records("tests.toml", Test)

    @cached_property
    def findings(self) -> Mapping[str, Finding]:
        """Factors along the whole chain."""
        return read_records("findings.toml", Finding)

    @cached_property
    def interventions(self) -> Mapping[str, Intervention]:
        """What can be done, with tier and effects."""
        return read_records("interventions.toml", Intervention)

    @cached_property
    def module_rules(self) -> Mapping[str, ModuleRule]:
        """Which findings open which modules."""
        return read_records("module_rules.toml", ModuleRule)

    @cached_property
    def exercises(self) -> Mapping[str, Exercise]:
        """The exercise library."""
        return read_records("exercises.toml", Exercise)

    @cached_property
    def exercise_rules(self) -> Mapping[str, ListRule]:
        """Rules common to all exercises."""
        return read_records("exercise_rules.toml", ListRule)

    @cached_property
    def pain_rules(self) -> Mapping[str, PainRule]:
        """Pain limits, and the steps that decide on a session."""
        return read_records("pain_rules.toml", PainRule)

    @cached_property
    def load_rules(self) -> Mapping[str, LoadRule]:
        """How load may change, and the classes of the single-run spike."""
        return read_records("load_rules.toml", LoadRule)

    @cached_property
    def ladder(self) -> Mapping[str, Rung]:
        """The walk-run ladder."""
        return read_records("ladder.toml", Rung)

    @cached_property
    def ladder_rules(self) -> Mapping[str, LadderRule]:
        """What must hold before the ladder and on it."""
        return read_records("ladder_rules.toml", LadderRule)

    @cached_property
    def phases(self) -> Mapping[str, Phase]:
        """Phases with entry and exit."""
        return read_records("phases.toml", Phase)

    @cached_property
    def tendon_stages(self) -> Mapping[str, TendonStage]:
        """The stages of tendon loading."""
        return read_records("tendon_stages.toml", TendonStage)

    @cached_property
    def gait_retraining(self) -> Mapping[str, GaitSession]:
        """The cadence schedule."""
        return read_records("gait_retraining.toml", GaitSession)

    @cached_property
    def gait_rules(self) -> Mapping[str, ListRule]:
        """How gait retraining is chosen, guarded and stopped."""
        return read_records("gait_rules.toml", ListRule)

    @cached_property
    def gait_protocols(self) -> Mapping[str, GaitProtocol]:
        """Published gait retraining protocols."""
        return read_records("gait_protocols.toml", GaitProtocol)

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """Outcome measures: scoring, thresholds, licences."""
        return read_records("measures.toml", Measure)

    @cached_property
    def outcome_rules(self) -> Mapping[str, OutcomeRule]:
        """When measures are asked and what change counts."""
        return read_records("outcome_rules.toml", OutcomeRule)

    @cached_property
    def diary(self) -> Mapping[str, DiaryField]:
        """Fields of the 24-hour diary."""
        return read_records("diary.toml", DiaryField)

    @cached_property
    def prognosis(self) -> Mapping[str, Prognosis]:
        """What happened to other people."""
        return read_records("prognosis.toml", Prognosis)

    @cached_property
    def adherence(self) -> Mapping[str, Rule]:
        """Keeping it up."""
        return read_records("adherence.toml", Rule)

    @cached_property
    def education(self) -> Mapping[str, Lesson]:
        """Short lessons and load facts."""
        return read_records("education.toml", Lesson)

    @cached_property
    def claims(self) -> Mapping[str, Claim]:
        """Claims of the source articles with our verdict."""
        return read_records("claims.toml", Claim)

    @cached_property
    def conflicts(self) -> Mapping[str, Conflict]:
        """Where articles or evidence disagree."""
        return read_records("conflicts.toml", Conflict)

    @cached_property
    def reference_audit(self) -> Mapping[str, ReferenceCheck]:
        """References of a source article, checked."""
        return read_records("reference_audit.toml", ReferenceCheck)


@cache
def knowledge() -> Knowledge:
    """Return the knowledge of this installation."""
    return Knowledge()
