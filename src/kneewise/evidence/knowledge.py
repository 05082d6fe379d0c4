"""All clinical knowledge behind one door; each file is read when it is first asked for.

>>> knowledge().red_flags["rf_locked"].level
'urgent'
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property

from kneewise.evidence.conditions import Condition, Occurrence, Prior, Zone
from kneewise.evidence.intake import PatternRecord, Question, TriageRule
from kneewise.evidence.records import read_records
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


@cache
def knowledge() -> Knowledge:
    """Return the knowledge of this installation."""
    return Knowledge()
