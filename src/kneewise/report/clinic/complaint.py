"""What the runner told: who it is, the complaint, the red flags; the first part of the report's content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

#: How a red flag stands. ``listed_no``: answered by one tap for the whole list that was shown. ``not_asked``: another
#: answer made the question needless. ``not_answered``: it should have been asked, and there is no answer.
FlagState = Literal["yes", "unsure", "no", "listed_no", "not_asked", "not_answered"]


@dataclass(frozen=True, slots=True)
class Who:
    """The runner; ``name`` as the runner gave it, empty where none is known."""

    runner_id: str
    birth_year: int | None
    age_years: int | None
    sex: str | None
    height_m: float | None
    mass_kg: float | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One answer of the intake.

    Attributes
    ----------
    question : str
        Id of the question.
    choices : tuple of str
        Ids of what was chosen.
    texts : tuple of str
        The same in words.
    number : float or None
        For scales and amounts.
    unit : str
        Of the number.
    words : str
        Free text as it was told.
    """

    question: str
    choices: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    number: float | None = None
    unit: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """An examination test that tells patterns apart, with its published ratios; result and day where it was done."""

    id: str
    name: str
    lr_positive: float | None
    lr_negative: float | None
    result: bool | None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class FittingPattern:
    """A pattern that the answers fit; never a diagnosis."""

    condition: str
    name: str
    clinical_name: str
    fit: str
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the runner told.

    Attributes
    ----------
    answered_on : date
    onset : date or None
        About when it began: the day of the answers less the weeks that were told.
    answers : tuple of Told
        In the order of the questions.
    patterns : tuple of FittingPattern
        The best fit first.
    examined : tuple of Test
        Examination tests that were done, each with its result.
    """

    answered_on: date
    onset: date | None
    answers: tuple[Told, ...]
    patterns: tuple[FittingPattern, ...]
    examined: tuple[Test, ...] = ()

    def told(self, question: str) -> Told | None:
        """Return the answer to a question."""
        return next((each for each in self.answers if each.question == question), None)


@dataclass(frozen=True, slots=True)
class Flag:
    """One red flag and how it stands."""

    id: str
    clinical: str
    question: str
    level: str
    state: FlagState


@dataclass(frozen=True, slots=True)
class Screening:
    """The safety questions.

    Attributes
    ----------
    level, label : str
        Triage level, and what the runner was told.
    reasons : tuple of str
    flags : tuple of Flag
        All of them, the asked ones and the others.
    rules_version : str
        Of the rules that read the answers.
    outdated : bool
        Whether the rules have changed since.
    later : tuple of str
        Flags that check-ins have raised since, in words.
    """

    answered_on: date
    level: str
    label: str
    reasons: tuple[str, ...]
    flags: tuple[Flag, ...]
    rules_version: str
    outdated: bool
    later: tuple[str, ...]

    def having(self, *states: FlagState) -> tuple[Flag, ...]:
        """Return the flags that stand so."""
        return tuple(flag for flag in self.flags if flag.state in states)
