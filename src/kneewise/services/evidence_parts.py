"""Taking a record apart into words, numbers and facts, whatever its family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from kneewise.evidence.care import Effect
from kneewise.evidence.exercises import Caution
from kneewise.evidence.intake import Clause
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.records import Figure, Statement
from kneewise.evidence.rules import Action, Criterion

if TYPE_CHECKING:
    from kneewise.evidence.records import Mark

_PROVENANCE = frozenset({"id", "sources", "mark", "certainty", "last_reviewed"})
#: Switches of the software, which say nothing about the matter.
_SWITCHES = frozenset({"display", "in_scope"})

CERTAINTY_WORDS: Mapping[str, str] = {
    "H": "high certainty: further research is very unlikely to change it",
    "Mo": "moderate certainty: probably right",
    "L": "low certainty: few, small or inconsistent studies",
    "VL": "very low certainty: weak studies or expert opinion",
    "N": "no adequate evidence was found",
}
MARK_WORDS: Mapping[str, str] = {
    "V": "read in the source",
    "V2": "read in a second-hand source",
    "D": "derived here from read figures",
    "C": "computed here from read figures",
    "E": "our own default; no published figure",
    "M": "not checked yet: from memory, not evidence",
}
#: Fields that hold a code of the two lists above.
_CODES: Mapping[str, Mapping[str, str]] = {
    "certainty_high": CERTAINTY_WORDS,
    "certainty_of_injury": CERTAINTY_WORDS,
    "licence_mark": MARK_WORDS,
    "scoring_mark": MARK_WORDS,
    "missing_mark": MARK_WORDS,
}
#: Fields of a nested part that say what it is; the rest stands behind in brackets.
_MAIN = ("says", "plain", "text", "question", "action")

_LABELS: Mapping[str, str] = {
    "clinical_name": "Clinical name",
    "plain_name": "In plain words",
    "plain": "In plain words",
    "ui": "What Kneewise says",
    "says": "What Kneewise says",
    "use": "What Kneewise does with it",
    "supports": "Does the evidence support it",
    "association": "Best kind of evidence found",
    "side_for": "What speaks for it",
    "side_against": "What speaks against it",
    "side_a": "One side",
    "side_b": "The other side",
    "certainty_high": "Certainty at best",
    "certainty_of_injury": "Certainty for injury",
    "opens": "Opens",
    "apart": "Telling it apart",
    "asks": "Asks",
    "mic": "Smallest change that matters",
    "mdc": "Smallest change that can be measured",
    "lr_positive": "Likelihood ratio of a positive result",
    "lr_negative": "Likelihood ratio of a negative result",
    "range_low": "Lowest score",
    "range_high": "Highest score",
}


@dataclass(frozen=True, slots=True)
class Words:
    """One text of the record under its label, or several that belong together."""

    label: str
    items: tuple[str, ...]
    sources: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All items in one line."""
        return "; ".join(item.rstrip(".") for item in self.items) if len(self.items) > 1 else self.items[0]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of the record; ``value`` is ``None`` where there is only a range or only words."""

    what: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    mark: Mark
    sources: tuple[str, ...]
    compared_with: str = ""
    population: str = ""
    sign: str = ""

    @property
    def text(self) -> str:
        """The number as a reader sees it: ``1.64 (1.31 to 2.05) HRR``."""
        unit = "" if self.unit in ("", "1") else f" {self.unit}"
        between = "" if self.low is None or self.high is None else f"{self.low:g} to {self.high:g}"
        if self.value is None:
            return f"{between}{unit}" if between else _one_sided(self.low, self.high, unit)
        return f"{self.sign}{self.value:g}{f' ({between})' if between else ''}{unit}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement with its own mark."""

    topic: str
    text: str
    mark: Mark
    sources: tuple[str, ...]


Part = Words | Quantity | Fact


def parts_of(record: object) -> Iterator[Part]:
    """Walk through the content of a record in the order of its fields."""
    for field in fields(record):  # type: ignore[arg-type]
        value = getattr(record, field.name)
        if field.name in _PROVENANCE | _SWITCHES or _is_empty(value):
            continue
        if field.name in _CODES:
            value = _CODES[field.name][value]
        yield from _parts(label(field.name), value)


def label(name: str) -> str:
    """Return the heading of a field."""
    words = _LABELS.get(name, name.replace("_", " "))
    return words[0].upper() + words[1:]


def _is_empty(value: object) -> bool:
    return value is None or value is False or (isinstance(value, (str, tuple, Mapping)) and not value)


def _parts(heading: str, value: Any) -> Iterator[Part]:
    if isinstance(value, Figure):
        what = value.what if value.what.lower() in heading.lower() else f"{heading}: {value.what}"
        what = value.what if heading in ("Figures", "Values", "Accuracy", "Facts", "Goals") else what
        numbers = (value.value, value.low, value.high, value.unit)
        yield Quantity(what, *numbers, value.mark, value.sources, value.compared_with, value.population)
    elif isinstance(value, Effect):
        what = f"{value.outcome}{f', {value.at}' if value.at else ''}"
        numbers = (value.value, value.low, value.high, value.unit)
        yield Quantity(what, *numbers, value.mark, value.sources, value.compared_with, value.population)
    elif isinstance(value, Criterion):
        yield _criterion(heading, value)
    elif isinstance(value, (Statement, Caution)):
        topic = value.topic if isinstance(value, Statement) else heading
        yield Fact(topic, value.text, value.mark, value.sources)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _parts(label(name), item)
    elif isinstance(value, tuple):
        yield from _list(heading, value)
    elif is_dataclass(value):
        yield from _nested(heading, value)
    else:
        yield Words(heading, (_text(value),))


def _list(heading: str, value: tuple[Any, ...]) -> Iterator[Part]:
    parts = [part for item in value if is_dataclass(item) for part in _parts(heading, item)]
    lines = [_text(item) for item in value if not is_dataclass(item)]
    lines += [part.text for part in parts if isinstance(part, Words)]
    if lines:
        cited = tuple(name for part in parts if isinstance(part, Words) for name in part.sources)
        yield Words(heading, tuple(lines), cited)
    yield from (part for part in parts if not isinstance(part, Words))


def _nested(heading: str, value: Any) -> Iterator[Part]:
    """A part that has no form of its own becomes one line; its figures stay figures."""
    if isinstance(value, Action):
        yield Words(heading, (_action(value),), value.sources)
        return
    if isinstance(value, Clause):
        yield Words(heading, (_clause(value),))
        return
    held = {field.name: getattr(value, field.name) for field in fields(value)}
    held = {name: item for name, item in held.items() if name not in _PROVENANCE and not _is_empty(item)}
    main = next((name for name in _MAIN if name in held), None)
    rest = [
        f"{label(name).lower()} {_text(item)}"
        for name, item in held.items()
        if name != main and not isinstance(item, Figure)
    ]
    detail = ", ".join(rest)
    if main is not None:
        yield Words(heading, (f"{held[main]}{f' ({detail})' if detail else ''}",), tuple(getattr(value, "sources", ())))
    elif detail:
        yield Words(heading, (detail,), tuple(getattr(value, "sources", ())))
    for item in held.values():
        if isinstance(item, Figure):
            yield from _parts(heading, item)


def _clause(value: Clause) -> str:
    limits = [
        f"{word} {bound:g}"
        for word, bound in (("at least", value.at_least), ("at most", value.at_most))
        if bound is not None
    ]
    return f"{value.question} is {' or '.join(value.one_of) or ' and '.join(limits)}"


def _criterion(heading: str, value: Criterion) -> Quantity:
    metric = knowledge().metrics.get(value.metric)
    name = value.metric.replace("_", " ") if metric is None else metric.text.rstrip(".")
    reference = "" if value.reference is None else f" against {value.reference.replace('_', ' ')}"
    what = f"{heading}: {name}{reference}"
    note = f"; {value.note}" if value.note else ""
    return Quantity(
        f"{what}{note}", value.value, None, None, value.unit, value.mark, value.sources, sign=f"{value.op} "
    )


def _action(value: Action) -> str:
    amount = "" if value.value is None else f" {value.value:g}{'' if value.high is None else f' to {value.high:g}'}"
    unit = f" {value.unit}" if value.unit and value.unit != "1" else ""
    of = f" of {', '.join(value.of)}" if value.of else ""
    return f"{value.kind.replace('_', ' ')}{amount}{unit}{of}{f' to {value.to}' if value.to else ''}".replace("_", " ")


def _text(value: Any) -> str:
    if value is True:
        return "yes"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return "; ".join(_text(item) for item in value)
    if is_dataclass(value):
        return " ".join(part.text for part in _nested("", value) if isinstance(part, (Words, Fact)))
    return str(value)


def _one_sided(low: float | None, high: float | None, unit: str) -> str:
    if low is not None:
        return f"from {low:g}{unit}"
    return "in words only" if high is None else f"up to {high:g}{unit}"
