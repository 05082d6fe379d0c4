"""Scoring of outcome measures from item scores.

Formulas are facts and are shipped; the item texts of licensed measures are not. A user who holds the licence enters the
scores of the items. Our own generic scales come with our own wording.

>>> score("koos_pf", [1, 0, 2, 1, 0, 1, 2, 1, 0, 1, 2]).value
75.0
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from kneewise.domain import json_number
from kneewise.errors import InvalidInputError
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.outcomes import Formula, Measure
from kneewise.evidence.parameters import parameters, value
from kneewise.evidence.rules import any_holds

#: A skipped item is ``None``. One item of VISA-P has three branches: a list of three with one of them answered.
Item: TypeAlias = float | list[float | None] | tuple[float | None, ...] | None

_KOOS_ITEMS = "scoring.koos.items"

#: The Oslo form's questions in their order, as the metrics of the rule for a substantial problem.
_OSLO_METRICS = ("participation", "volume_reduction", "performance_reduction")


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one measure at one moment.

    Attributes
    ----------
    value : float or None
        In ``range_low`` to ``range_high``; ``None`` where too many items were left out.
    answered, items : int
        Items answered and items of the form (or of its subscale).
    subscale : str
        For measures that are scored by subscale; empty otherwise.
    parts : mapping of str to float
        Scores of the runner's own activities by name, for measures whose items the runner names.
    substantial : bool or None
        Whether a weekly problem is a substantial one; ``None`` where the measure does not say.
    notes : tuple of str
        What was left out, and which rule of scoring is only remembered.
    """

    measure: str
    value: float | None
    range_low: float
    range_high: float
    answered: int
    items: int
    subscale: str = ""
    parts: Mapping[str, float] | None = None
    substantial: bool | None = None
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The score in words."""
        record = knowledge().measures[self.measure]
        if self.value is None:
            return "No score: too many answers are missing."
        if record.options and record.item_low is not None:
            return f"{record.options[round(self.value - record.item_low)]}."
        return f"{self.value:.3g} on a scale of {self.range_low:g} to {self.range_high:g}. {_direction(record)}"

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        record = knowledge().measures[self.measure]
        return {
            "measure": self.measure,
            "name": record.name,
            "subscale": self.subscale or None,
            "value": json_number(self.value),
            "range": {"low": self.range_low, "high": self.range_high},
            "better": record.better,
            "text": self.text,
            "answered": self.answered,
            "items": self.items,
            "parts": None if self.parts is None else dict(self.parts),
            "substantial_problem": self.substantial,
            "notes": list(self.notes),
            "sources": list(record.sources),
        }


def score(measure: str, items: Sequence[Item] | Mapping[str, float | None], *, subscale: str = "") -> Score:
    """Score one measure.

    Parameters
    ----------
    measure : str
        Id in the measures file, such as ``"akps"``.
    items : sequence, or mapping of str to float
        Item scores in the order of the form, ``None`` for one left out. For the runner's own activities, a mapping from
        activity to score.
    subscale : str
        Needed for KOOS: ``pain``, ``symptoms``, ``daily_life``, ``sport``, ``quality_of_life`` or, for its short form,
        ``short_pain``, ``short_function``, ``short_quality_of_life``.

    Raises
    ------
    InvalidInputError
        For an unknown measure, one that is not scored here, a wrong number of items, or an item outside its range.
    """
    record = _record(measure)
    if record.formula == "not_shipped":
        raise InvalidInputError(
            f"{record.name} is not scored here, because its form is not open: score it with your licensed copy and "
            f"enter the total instead."
        )
    names = tuple(items) if isinstance(items, Mapping) else ()
    given = list(items.values()) if isinstance(items, Mapping) else list(items)
    expected = _check_count(record, len(given), subscale)
    numbers = [_number(record, place, item) for place, item in enumerate(given)]
    answered = [number for number in numbers if number is not None]
    low, high = _range(record)
    result = _formula(record, numbers) if _enough(record, numbers) else None
    return Score(
        measure=measure,
        value=result,
        range_low=low,
        range_high=high,
        answered=len(answered),
        items=expected,
        subscale=subscale,
        parts=_parts(names, numbers) if names else None,
        substantial=_substantial(record, numbers),
        notes=tuple(_notes(record, len(answered), expected, result)),
    )


def score_total(measure: str, total: float) -> Score:
    """Take over a total that was scored elsewhere, with the licensed form.

    Raises
    ------
    InvalidInputError
        For an unknown measure, one without a known range, or a total outside it.
    """
    record = _record(measure)
    if record.range_low is None or record.range_high is None:
        raise InvalidInputError(f"{record.name} has no range that is known here; it cannot be kept as one number.")
    if not _is_number(total) or not record.range_low <= total <= record.range_high:
        raise InvalidInputError(
            f"{record.name} runs from {record.range_low:g} to {record.range_high:g}, so {total!r} cannot be its total; "
            "check the number."
        )
    notes = ("The total was worked out elsewhere.",)
    return Score(measure, float(total), record.range_low, record.range_high, record.items, record.items, notes=notes)


def measures_document() -> list[dict[str, Any]]:
    """Return every measure as JSON values: what it covers, how it is scored, which change matters, whose it is."""
    return [measure_document(record) for record in knowledge().measures.values()]


def measure_document(record: Measure) -> dict[str, Any]:
    """Return one measure as JSON values; never the text of a licensed item."""
    return {
        "measure": record.id,
        "name": record.name,
        "clinical_name": record.clinical_name,
        "covers": record.covers,
        "items": record.items,
        "min_items": record.min_items,
        "item_range": {"low": json_number(record.item_low), "high": json_number(record.item_high)},
        "item_maxima": list(record.item_maxima),
        "item_options": list(record.item_options),
        "item_topics": list(record.item_topics),
        "subscales": dict(_subscales(record)),
        "range": {"low": json_number(record.range_low), "high": json_number(record.range_high)},
        "better": record.better,
        "scored": record.formula != "not_shipped",
        "missing": record.missing,
        "when": list(record.when),
        "asks": record.asks or None,
        "low_anchor": record.low_anchor or None,
        "high_anchor": record.high_anchor or None,
        "options": list(record.options),
        "ships_items": record.ships_items,
        "licence": record.licence,
        "licence_text": licence_text(record),
        "sources": list(record.sources),
    }


def licence_text(record: Measure) -> str:
    """Return what may be used as it is and what needs a licence."""
    if record.ships_items:
        return "The words of this scale are our own. You can use it as it is."
    return (
        f"The questions of {record.name} are not part of Kneewise: they belong to others. "
        "Use your own licensed copy and enter the scores."
    )


# ---------------------------------------- checks


def _record(measure: str) -> Measure:
    try:
        return knowledge().measures[measure]
    except KeyError:
        known = ", ".join(knowledge().measures)
        raise InvalidInputError(f"There is no measure '{measure}'; choose one of {known}.") from None


def _subscales(record: Measure) -> Mapping[str, int]:
    if record.short_form_items is None:
        return {}
    prefix = f"{_KOOS_ITEMS}."
    return {name.removeprefix(prefix): round(p.value) for name, p in parameters().items() if name.startswith(prefix)}


def _check_count(record: Measure, count: int, subscale: str) -> int:
    """Return how many items belong to the form or subscale, or refuse."""
    expected = record.items
    subscales = _subscales(record)
    if subscale and subscale not in subscales:
        raise InvalidInputError(f"{record.name} has no subscale '{subscale}'; choose from {list(subscales)}.")
    if subscales:
        if not subscale:
            raise InvalidInputError(f"{record.name} is scored by subscale; name one of {', '.join(subscales)}.")
        expected = round(value(f"{_KOOS_ITEMS}.{subscale}"))
    if record.min_items is not None and 0 < count <= expected:
        return count
    if count != expected:
        raise InvalidInputError(
            f"{record.name} has {expected} items, but {count} were given; give one score for each, null where left out."
        )
    return expected


def _number(record: Measure, place: int, item: Item) -> float | None:
    if isinstance(item, list | tuple):
        item = _only_branch(record, place, item)
    if item is None:
        return None
    where = f"{record.name}, item {place + 1}"
    if not _is_number(item):
        raise InvalidInputError(f"{where} takes a number, not {item!r}.")
    options = _options_of(record, place)
    if options and item not in options:
        allowed = ", ".join(f"{option:g}" for option in options)
        raise InvalidInputError(f"{where} takes one of {allowed}, not {item:g}.")
    low, high = record.item_low or 0.0, _item_high(record, place)
    if not low <= item <= high:
        raise InvalidInputError(f"{where} takes {low:g} to {high:g}, not {item:g}; check the number.")
    if item != round(item) and (not record.ships_items or record.options):
        raise InvalidInputError(f"{where} takes whole numbers, not {item:g}.")
    return float(item)


def _only_branch(record: Measure, place: int, branches: Sequence[float | None]) -> float | None:
    """Return the one branch that was answered of the last VISA-P item; two answers cannot both be true."""
    if record.formula != "visa_p" or place != record.items - 1:
        raise InvalidInputError(f"{record.name}, item {place + 1} takes one number, not a list.")
    answered = [branch for branch in branches if branch is not None]
    if len(answered) > 1:
        raise InvalidInputError(
            f"{record.name}, item {place + 1} has branches of which only one may be answered; {len(answered)} were."
        )
    return answered[0] if answered else None


def _is_number(item: object) -> bool:
    return isinstance(item, (int, float)) and not isinstance(item, bool) and math.isfinite(item)


def _options_of(record: Measure, place: int) -> tuple[float, ...]:
    # In VISA-P only the item before the last has fixed scores; in the Oslo form all have.
    if record.formula == "visa_p" and place != record.items - 2:
        return ()
    return record.item_options


def _item_high(record: Measure, place: int) -> float:
    if record.item_maxima:
        return record.item_maxima[place]
    return record.item_high if record.item_high is not None else math.inf


def _range(record: Measure) -> tuple[float, float]:
    low, high = record.range_low, record.range_high
    return (low if low is not None else -math.inf, high if high is not None else math.inf)


# ---------------------------------------- missing items


def _enough(record: Measure, numbers: Sequence[float | None]) -> bool:
    answered = sum(number is not None for number in numbers)
    if record.missing == "gate":
        return _gate_closed(record, numbers) or answered == len(numbers)
    if record.missing == "half":
        return 2 * answered >= len(numbers)
    if record.missing == "any":
        return answered > 0
    if record.missing == "prorate":
        return answered >= (record.min_answered or record.items)
    return answered == len(numbers)


def _gate_closed(record: Measure, numbers: Sequence[float | None]) -> bool:
    """Whether the first answer says "no problem", which ends the form; an answer after it cannot say otherwise."""
    if numbers[0] != record.item_low:
        return False
    if any(number for number in numbers[1:]):
        raise InvalidInputError(
            f"{record.name}: the first answer says that there was no problem, but a later one names one; correct one."
        )
    return True


def _notes(record: Measure, answered: int, expected: int, result: float | None) -> list[str]:
    notes = []
    left_out = expected - answered
    if result is None:
        notes.append(
            f"{left_out} of {expected} answers are missing. {_NEEDS[record.missing].format(record.min_answered)}"
        )
    elif left_out and record.missing in ("half", "prorate"):
        notes.append(f"{left_out} of {expected} answers are missing. The score rests on the rest.")
    if result is not None and record.scoring_mark == "M":
        notes.append("The scoring rule is noted from memory and is not checked yet.")
    if result is not None and left_out and record.missing_mark == "M":
        notes.append("The rule for missing answers is noted from memory and is not checked yet.")
    if not record.ships_items:
        notes.append(licence_text(record))
    return notes


_NEEDS: Mapping[str, str] = {
    "all": "This form needs all of them.",
    "half": "This form needs at least half of them.",
    "any": "This scale needs at least one.",
    "prorate": "This form needs at least {}.",
    "gate": "This form needs all of them, unless the first says that there was no problem.",
}


# ---------------------------------------- formulas


def _known(numbers: Sequence[float | None]) -> list[float]:
    return [number for number in numbers if number is not None]


def _mean(numbers: Sequence[float | None]) -> float:
    known = _known(numbers)
    return math.fsum(known) / len(known)


def _sum(numbers: Sequence[float | None]) -> float:
    """Sum the items; where some may be missing, the mean of the others stands in for them."""
    return math.fsum(_known(numbers)) if None not in numbers else _mean(numbers) * len(numbers)


_FORMULAS: Mapping[Formula, Callable[[Sequence[float | None]], float]] = {
    "single": lambda numbers: _known(numbers)[0],
    "max": lambda numbers: max(_known(numbers)),
    "mean": _mean,
    "sum": _sum,
    "sum_weighted": _sum,
    "visa_p": _sum,
    # Once the gate is closed the rest of the form is not asked, so nothing is missing.
    "ostrc": lambda numbers: math.fsum(_known(numbers)),
}


def _formula(record: Measure, numbers: Sequence[float | None]) -> float:
    if record.formula == "koos":
        _, top = _range(record)
        return top - _mean(numbers) * top / _item_high(record, 0)
    return _FORMULAS[record.formula](numbers)


def _substantial(record: Measure, numbers: Sequence[float | None]) -> bool | None:
    if not record.substantial:
        return None
    if numbers[0] == record.item_low:
        return False
    return any_holds(record.substantial, dict(zip(_OSLO_METRICS, numbers, strict=False)))


def _parts(names: Sequence[str], numbers: Sequence[float | None]) -> dict[str, float]:
    return {name: number for name, number in zip(names, numbers, strict=True) if number is not None}


def _direction(record: Measure) -> str:
    return "Higher is better." if record.better == "higher" else "Lower is better."
