"""Outcome measures, the diary, prognosis and short lessons: the records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kneewise.evidence.conditions import ConditionId
from kneewise.evidence.records import Figure, Mark, Plain, Record, Statement
from kneewise.evidence.rules import Criterion

Formula = Literal["single", "max", "mean", "sum", "sum_weighted", "koos", "visa_p", "ostrc", "not_shipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Record):
    """An outcome measure: how it is scored and what change matters. It never holds the text of a licensed item.

    Attributes
    ----------
    asks, low_anchor, high_anchor, options : str
        Our own wording of our own generic scales only.
    items, min_items, short_form_items : int
        Number of items, fewest allowed, and number in the short form.
    item_low, item_high : float or None
        Range of one item; ``item_maxima`` where items differ; ``item_options`` the only allowed scores.
    item_topics : tuple of str
        What each item is about, in a word or two; not its wording.
    range_low, range_high : float or None
        Range of the score.
    formula : str
        ``koos``: 100 - mean * 100 / item_high. ``sum_weighted``: sum, each item up to its maximum. ``ostrc``: sum of
        four, the first may end the form. ``not_shipped``: no scoring is shipped.
    missing : str
        ``all`` items needed, ``half`` of them, ``any`` one, ``prorate`` from ``min_answered`` on, or a ``gate``.
    scoring_mark, missing_mark, licence_mark : str
        How that is known, where it differs from the record.
    mic, mdc : tuple of Figure
        Minimal important and minimal detectable changes; ``use_mic`` is the one the software uses.
    ships_items : bool
        Whether item texts may be shipped; false for every licensed measure.
    """

    name: Plain
    clinical_name: str
    covers: str
    items: int
    better: Literal["higher", "lower"]
    formula: Formula
    missing: Literal["all", "half", "any", "prorate", "gate"]
    licence: str
    licence_mark: Mark
    ships_items: bool
    when: tuple[Literal["baseline", "daily", "weekly", "review", "optional"], ...]
    asks: Plain = ""
    low_anchor: Plain = ""
    high_anchor: Plain = ""
    options: tuple[Plain, ...] = ()
    min_items: int | None = None
    short_form_items: int | None = None
    min_answered: int | None = None
    item_low: float | None = None
    item_high: float | None = None
    item_maxima: tuple[float, ...] = ()
    item_options: tuple[float, ...] = ()
    item_topics: tuple[str, ...] = ()
    range_low: float | None = None
    range_high: float | None = None
    scoring_mark: Mark | None = None
    scoring_note: str = ""
    missing_mark: Mark | None = None
    mic: tuple[Figure, ...] = ()
    use_mic: float | None = None
    mdc: tuple[Figure, ...] = ()
    success: tuple[Criterion, ...] = ()
    substantial: tuple[Criterion, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryField(Record):
    """One field of the 24-hour diary; ``computed`` fields are never asked."""

    group: Literal["session", "dose", "pain", "gait", "strength", "life"]
    kind: Literal["date", "choice", "number", "computed", "pain", "scale", "zone", "list", "yes_no"]
    text: Plain
    unit: str = ""
    low: float | None = None
    high: float | None = None
    needs_consent: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prognosis(Record):
    """What happened to a group of other people; never a promise to this runner."""

    population: str
    text: Plain
    figures: tuple[Figure, ...]
    everyone: bool = False
    conditions: tuple[ConditionId, ...] = ()
    adolescent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson(Record):
    """One short lesson, one load fact or one wording; ``lesson`` is its place among the weekly lessons."""

    topic: Literal["lesson", "wording", "fact", "load_fact", "arc"]
    name: Plain
    text: Plain
    clinical: str
    lesson: int | None = None
    everyone: bool = False
    conditions: tuple[ConditionId, ...] = ()
    figures: tuple[Figure, ...] = ()
    facts: tuple[Statement, ...] = ()
