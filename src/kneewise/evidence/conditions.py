"""What a sore knee may be: condition cards, the zones of the drawn knee, and how often each condition occurs.

The records hold patterns, never diagnoses. Prior weights only order explanations; none is shown to a runner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from kneewise.evidence.records import Figure, Plain, Record, Refers, Statement
from kneewise.evidence.safety import RedFlagId, TriageLevelId

ConditionId = Annotated[str, Refers("conditions")]
FindingId = Annotated[str, Refers("findings")]
ImagingId = Annotated[str, Refers("imaging")]
InterventionId = Annotated[str, Refers("interventions")]
PrognosisId = Annotated[str, Refers("prognosis")]
TestId = Annotated[str, Refers("tests")]
ZoneId = Annotated[str, Refers("pain_map")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """What would tell the pattern from another one."""

    other: ConditionId
    plain: Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(Record):
    """One condition card.

    Attributes
    ----------
    name : str
        The clinical name, for the clinician.
    plain_name, recognition : str
        What a runner reads instead of it, and how it usually shows itself.
    level : str
        Least urgent triage level when the answers fit this pattern.
    self_manage : {"yes", "limited", "no"}
        Whether self-care is reasonable when no red flag is open; ``limited`` means with the stated limits.
    ages : Figure or None
        Typical age in years.
    facts : tuple of Statement
        The rows of the card, for the clinician, each with its mark.
    apart : tuple of Apart
        What would tell it from its neighbours.
    """

    name: str
    plain_name: Plain
    recognition: Plain
    level: TriageLevelId
    self_manage: Literal["yes", "limited", "no"]
    facts: tuple[Statement, ...]
    first_actions: tuple[Plain, ...]
    synonyms: tuple[str, ...] = ()
    zones: tuple[ZoneId, ...] = ()
    ages: Figure | None = None
    figures: tuple[Figure, ...] = ()
    tests: tuple[TestId, ...] = ()
    apart: tuple[Apart, ...] = ()
    interventions: tuple[InterventionId, ...] = ()
    imaging: tuple[ImagingId, ...] = ()
    red_flags: tuple[RedFlagId, ...] = ()
    prognosis: tuple[PrognosisId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One condition to think of when a zone is marked.

    Attributes
    ----------
    rank : {"first", "also"}
        Whether it leads the list of its zone.
    age_from, age_to : float or None
        Ages in years, both included, to which the candidate is limited.
    note : str
        Which part or form of the condition is meant.
    """

    condition: ConditionId
    rank: Literal["first", "also"]
    age_from: float | None = None
    age_to: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone(Record):
    """One area of the drawn knee."""

    plain: Plain
    clinical: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior(Record):
    """How often a group of conditions is behind knee pain without an injury; only for ordering, never shown.

    Attributes
    ----------
    conditions : tuple of str
        The group that shares the weight in equal parts; empty for all the rest.
    adult, older, child : Figure
        Ages 18-44, 45 and over, 10-17.
    """

    conditions: tuple[ConditionId, ...]
    adult: Figure
    older: Figure
    child: Figure
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence(Record):
    """How often knee diagnoses were seen in one published group."""

    population: str
    figures: tuple[Figure, ...]
    note: str = ""
