"""Outcome measures: which can be scored here, the form of one, and what became of its scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kneewise.assessment.outcome_trends import Trend
from kneewise.errors import InvalidInputError
from kneewise.web.amounts import day, number
from kneewise.web.knee.charts import TrendFigure, trend_figure
from kneewise.web.knee.overview import TrendRow, trend_row
from kneewise.web.proof import Proof, proof
from kneewise.web.wording import gettext as _
from kneewise.web.wording import told

_OWN_ACTIVITIES = "psfs"
_TWO_TIMES = "run_pain"


@dataclass(frozen=True, slots=True)
class MeasureTile:
    """One measure to choose."""

    name: str
    covers: str
    href: str


@dataclass(frozen=True, slots=True)
class MeasuresPage:
    """All measures: what was scored, what is ours, what needs a copy of one's own."""

    trends: tuple[TrendRow, ...]
    own: tuple[MeasureTile, ...]
    licensed: tuple[MeasureTile, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a form.

    Attributes
    ----------
    kind : {"scale", "options", "number", "activity"}
    """

    name: str
    label: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    low: str = ""
    high: str = ""
    value: str = ""
    activity: str = ""


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """The form of one measure, and its scores so far."""

    id: str
    name: str
    covers: str
    licence: str
    own: bool
    asks: str
    items: tuple[Item, ...]
    ends: tuple[str, str]
    subscales: tuple[tuple[str, str], ...]
    subscale: str
    total: tuple[str, str] | None
    today: str
    error: str
    saved: str
    trends: tuple[tuple[str, TrendFigure | None, tuple[tuple[str, str], ...], str], ...]
    proof: Proof | None


def measures_page(documents: Sequence[Mapping[str, Any]], trends: Sequence[Trend]) -> MeasuresPage:
    """Return all measures; one that nobody may score here and that has no range is left out."""
    usable = [one for one in documents if one["scored"] or one["range"]["low"] is not None]
    return MeasuresPage(
        trends=tuple(trend_row(trend) for trend in trends),
        own=tuple(_tile(one) for one in usable if one["ships_items"]),
        licensed=tuple(_tile(one) for one in usable if not one["ships_items"]),
    )


def measure_page(
    document: Mapping[str, Any],
    trends: Sequence[Trend],
    today: date,
    *,
    subscale: str = "",
    typed: Mapping[str, str] | None = None,
    error: str = "",
    saved: bool = False,
) -> MeasurePage:
    """Return the form of one measure."""
    subscales = tuple(document["subscales"])
    chosen = subscale if subscale in subscales else (subscales[0] if subscales else "")
    mine = [trend for trend in trends if trend.measure == document["measure"]]
    return MeasurePage(
        id=document["measure"],
        name=told(document["name"]),
        covers=told(document["covers"]),
        licence=told(document["licence_text"]),
        own=document["ships_items"],
        asks=told(document["asks"]) if document["asks"] else "",
        items=tuple(_items(document, chosen, mine, typed or {})) if document["scored"] else (),
        ends=(told(document["low_anchor"]), told(document["high_anchor"])),
        subscales=tuple((name, _subscale(name)) for name in subscales),
        subscale=chosen,
        total=_total(document),
        today=today.isoformat(),
        error=error,
        saved=_("Stored.") if saved else "",
        trends=tuple(_history(trend) for trend in mine),
        proof=proof(document["measure"]),
    )


def read_scores(
    document: Mapping[str, Any], fields: Mapping[str, str]
) -> tuple[list[float | None] | dict[str, float | None] | None, float | None]:
    """Return items and total of a form: one of the two is ``None``.

    Raises
    ------
    InvalidInputError
        For something that is no number.
    """
    if fields.get("total", "").strip():
        return None, _number(fields["total"])
    if document["measure"] == _OWN_ACTIVITIES:
        named = [(fields.get(f"activity{count}", "").strip(), fields.get(f"item{count}", "")) for count in range(5)]
        return {activity: _number(text) for activity, text in named if activity}, None
    count = _item_count(document, fields.get("subscale", ""))
    return [_number(fields.get(f"item{place}", "")) for place in range(count)], None


def _tile(one: Mapping[str, Any]) -> MeasureTile:
    return MeasureTile(told(one["name"]), told(one["covers"]), f"/knee/measures/{one['measure']}")


def _item_count(document: Mapping[str, Any], subscale: str) -> int:
    return int(document["subscales"].get(subscale, document["items"]))


def _items(document: Mapping[str, Any], subscale: str, trends: Sequence[Trend], typed: Mapping[str, str]) -> list[Item]:
    count = _item_count(document, subscale)
    low, high = document["item_range"]["low"], document["item_range"]["high"]
    if document["measure"] == _OWN_ACTIVITIES:
        parts = next((point.score.parts for trend in trends for point in trend.points if point.score.parts), None)
        known = list(parts or ())
        return [
            Item(
                f"item{place}",
                _("How well it goes now"),
                "scale",
                value=typed.get(f"item{place}", ""),
                activity=typed.get(f"activity{place}", known[place] if place < len(known) else ""),
            )
            for place in range(count)
        ]
    if document["options"]:
        options = tuple((f"{low + place:g}", told(text)) for place, text in enumerate(document["options"]))
        return [Item("item0", told(document["asks"]), "options", options, value=typed.get("item0", ""))]
    if document["ships_items"]:
        labels = [told(document["asks"])]
        if document["measure"] == _TWO_TIMES:
            labels.append(_("And in the 24 hours after it?"))
        return [
            Item(f"item{place}", label, "scale", value=typed.get(f"item{place}", ""))
            for place, label in enumerate(labels)
        ]
    topics, maxima = document["item_topics"], document["item_maxima"]
    return [
        Item(
            f"item{place}",
            _("Item %(number)s", number=place + 1) + (f": {told(topics[place])}" if place < len(topics) else ""),
            "number",
            low=number(low or 0),
            high=number(maxima[place] if maxima else high),
            value=typed.get(f"item{place}", ""),
        )
        for place in range(count)
    ]


def _total(document: Mapping[str, Any]) -> tuple[str, str] | None:
    bounds = document["range"]
    if document["ships_items"] or document["subscales"] or bounds["low"] is None:
        return None
    return number(bounds["low"]), number(bounds["high"])


def _history(trend: Trend) -> tuple[str, TrendFigure | None, tuple[tuple[str, str], ...], str]:
    scores = tuple(
        (day(point.on), number(point.score.value, 1) if point.score.value is not None else "–")
        for point in reversed(trend.points)
    )
    return _subscale(trend.subscale) if trend.subscale else "", trend_figure(trend), scores, told(trend.text)


def _subscale(name: str) -> str:
    text = told(name.replace("_", " "))
    return text[:1].upper() + text[1:]


def _number(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise InvalidInputError(_("'%(text)s' is no number.", text=text[:20])) from error
