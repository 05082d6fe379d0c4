"""Taking a record apart into words, numbers and facts, whatever its family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from kneewise.evidence.care import Effect
from kneewise.evidence.exercises import Caution
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.records import Figure, Statement
from kneewise.evidence.rules import Action, Criterion

if TYPE_CHECKING:
    from kneewise.evidence.records import Mark

_PROVENANCE = frozenset({"id", "sources", "mark", "certainty", "last_reviewed"})

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
    """A text of the record under its label."""

    label: str
    text: str
    sources: tuple[str, ...] = ()


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
        if field.name not in _PROVENANCE and not _is_empty(value):
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
        yield Words(heading, _text(value))


def _list(heading: str, value: tuple[Any, ...]) -> Iterator[Part]:
    simple = [item for item in value if not is_dataclass(item)]
    if simple:
        yield Words(heading, "; ".join(_text(item) for item in simple))
    for item in value:
        if is_dataclass(item):
            yield from _parts(heading, item)


def _nested(heading: str, value: Any) -> Iterator[Part]:
    """A part that has no form of its own becomes one line; its figures stay figures."""
    if isinstance(value, Action):
        yield Words(heading, _action(value), value.sources)
        return
    said = []
    figures = []
    for field in fields(value):
        item = getattr(value, field.name)
        if field.name in _PROVENANCE - {"id"} or _is_empty(item):
            continue
        if isinstance(item, Figure):
            figures.append(item)
        else:
            said.append(_text(item) if field.name in ("text", "plain", "says") else f"{field.name} {_text(item)}")
    if said:
        yield Words(heading, ", ".join(part.replace("_", " ") if " " not in part else part for part in said))
    for figure in figures:
        yield from _parts(heading, figure)


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
