"""The intake questions and the pattern features as typed records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from kneewise.evidence.records import Plain, Record, Refers
from kneewise.evidence.safety import Block, RedFlagId, TriageLevelId

AnswerType = Literal["yes_no_unsure", "number", "scale", "choice", "choices", "text"]

#: What an answer can change.
Change = Literal["triage", "patterns", "findings", "plan", "advice"]

#: How strongly a clue without published likelihood ratios counts; the ratios are parameters ``patterns.<class>_*``.
WeightClass = Literal["anchor", "strong", "typical", "minor", "against", "strong_against"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A condition on one answer: it is (or has) one of some options, lies between two numbers, or was not given."""

    question: str
    one_of: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    unanswered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a choice: its id, the runner's words and the clinical term."""

    id: str
    text: Plain
    term: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Record):
    """One question of the intake.

    Attributes
    ----------
    group : str
        Heading under which it is asked.
    text, why : str
        What the runner reads.
    term : str or None
        The clinical term.
    unit, low, high : str, float, float
        For numbers.
    options_from : str or None
        Name of a knowledge file whose records are the options.
    asked_when : tuple of Clause
        All must hold; empty: always asked.
    safe_test, hop : bool
        A test to do at home; one that lands on the leg.
    """

    group: Plain
    type: AnswerType
    text: Plain
    why: Plain
    changes: tuple[Change, ...]
    term: str | None = None
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    options: tuple[Option, ...] = ()
    options_from: str | None = None
    asked_when: tuple[Clause, ...] = ()
    safe_test: bool = False
    hop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One clue of a pattern; it counts by its test's likelihood ratios or by its weight class.

    Attributes
    ----------
    when : tuple of Clause
        All must hold for the clue to be present.
    weight : str or None
        Weight class, where no likelihood ratio is published.
    test : str or None
        Id of a diagnostic test with published ratios.
    dependent : str or None
        Clues that share this word say the same thing twice: only the one that moves the fit most counts.
    says, absent_says : str
        What the runner reads when the clue is present, and when it is absent and counts against.
    """

    id: str
    when: tuple[Clause, ...]
    says: Plain
    absent_says: Plain | None = None
    weight: WeightClass | None = None
    test: Annotated[str, Refers("tests")] | None = None
    dependent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRecord(Record):
    """The clues of one condition; its id is the condition's id.

    Attributes
    ----------
    only_if : tuple of Clause
        Without these the pattern is not considered.
    tells_apart, next : str
        What would tell it from its neighbours, and what to do next.
    """

    features: tuple[Feature, ...]
    tells_apart: Plain
    next: Plain
    only_if: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageRule(Record):
    """A rule that reads the answers: it raises a red flag, a level, a refusal or a block.

    Attributes
    ----------
    when : tuple of Clause
        All must hold.
    flag : str or None
        The red flag that it raises; ``unsure`` raises it as if answered "unsure".
    level : str or None
        The least urgent level that the answers allow.
    refuses : str or None
        The refusal that it brings.
    says, advice : str
        Why, and what to do; the runner reads both.
    """

    when: tuple[Clause, ...]
    says: Plain
    flag: RedFlagId | None = None
    unsure: bool = False
    level: TriageLevelId | None = None
    refuses: Annotated[str, Refers("refusals")] | None = None
    blocks: tuple[Block, ...] = ()
    advice: Plain | None = None
