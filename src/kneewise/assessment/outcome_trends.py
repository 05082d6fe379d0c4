"""What became of a score over time: the change since the start, and whether it is one that people notice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from kneewise.assessment.outcome_measures import Score
from kneewise.domain import json_number
from kneewise.errors import InvalidInputError
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.outcomes import Measure
from kneewise.evidence.records import Figure
from kneewise.evidence.rules import all_hold

Direction = Literal["better", "worse", "same"]

_COULD_BE_CHANCE = "It is big enough to notice, but it could be chance."
_UNCHECKED = "The limit for this was noted from memory or set by us."


@dataclass(frozen=True, slots=True)
class Change:
    """The difference of two scores of one measure.

    Attributes
    ----------
    change : float
        Later score minus the first, in points of the measure.
    improvement : float
        The same, positive when it is better.
    meaningful : bool or None
        At least as big as the smallest change that matters and, where that is known, as the smallest that is more than
        chance; ``None`` where no figure says which change matters.
    smallest_that_matters, smallest_detectable : Figure or None
        Minimal important and minimal detectable change.
    verified : bool
        False when a figure that decided is only remembered.
    text : str
        The change in words.
    """

    change: float
    improvement: float
    direction: Direction
    meaningful: bool | None
    smallest_that_matters: Figure | None
    smallest_detectable: Figure | None
    verified: bool
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return JSON values; a figure that is only remembered carries ``verified`` false."""
        return {
            "change": json_number(self.change),
            "improvement": json_number(self.improvement),
            "direction": self.direction,
            "meaningful": self.meaningful,
            "minimal_important_change": _figure(self.smallest_that_matters),
            "minimal_detectable_change": _figure(self.smallest_detectable),
            "verified": self.verified,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One score of a trend with its change since the first; the first has none, nor has a score without a value."""

    on: date
    score: Score
    since_start: Change | None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        change = None if self.since_start is None else self.since_start.to_json()
        return {"local_date": self.on.isoformat(), "value": json_number(self.score.value), "since_start": change}


@dataclass(frozen=True, slots=True)
class Trend:
    """All scores of one measure in the order of time; ``latest`` is the change of the last one since the start."""

    measure: str
    subscale: str
    points: tuple[TrendPoint, ...]
    latest: Change | None
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "measure": self.measure,
            "name": knowledge().measures[self.measure].name,
            "subscale": self.subscale or None,
            "points": [point.to_json() for point in self.points],
            "latest": None if self.latest is None else self.latest.to_json(),
            "text": self.text,
        }


def change(start: Score, later: Score) -> Change:
    """Compare two scores of one measure.

    Raises
    ------
    InvalidInputError
        When they are of two measures, one has no value, or they share none of the runner's own activities.
    """
    if (start.measure, start.subscale) != (later.measure, later.subscale):
        raise InvalidInputError(
            f"A score of '{later.measure}' cannot be compared with one of '{start.measure}'; give two of one measure."
        )
    before, after = _comparable(start, later)
    return _judged(knowledge().measures[start.measure], after - before)


def trend(scores: Iterable[tuple[date, Score]]) -> Trend:
    """Return the scores of one measure in the order of time, each with its change since the first.

    Raises
    ------
    InvalidInputError
        When there is none, two stand on one day, or they are of two measures.
    """
    ordered = sorted(scores, key=lambda dated: dated[0])
    if not ordered:
        raise InvalidInputError("There is no score to show; record one first.")
    _refuse_two_on_one_day(ordered)
    measure = knowledge().measures[ordered[0][1].measure]
    start = next((scored for _, scored in ordered if scored.value is not None), None)
    points = tuple(TrendPoint(on, scored, _since(measure, start, scored)) for on, scored in ordered)
    latest = points[-1].since_start
    return Trend(measure.id, ordered[0][1].subscale, points, latest, _trend_text(points, latest))


def success(measured: Mapping[str, float | None]) -> bool | None:
    """Return whether the runner got there by the stated rule; ``None`` where that is not known.

    Parameters
    ----------
    measured : mapping of str to float
        ``groc``, ``worst_pain_drop`` and ``activity_goal_met`` (1 or 0).
    """
    rule = knowledge().outcome_rules["success"]
    parts = (rule.holds(measured), all_hold(rule.also, measured))
    if False in parts:
        return False
    return None if None in parts else True


def _refuse_two_on_one_day(ordered: Sequence[tuple[date, Score]]) -> None:
    days = [on for on, _ in ordered]
    twice = next((day for day in days if days.count(day) > 1), None)
    if twice is not None:
        raise InvalidInputError(f"There are two scores for {twice.isoformat()}; keep one of them.")


def _since(measure: Measure, start: Score | None, scored: Score) -> Change | None:
    # A rating of change is itself a change: the difference of two of them means nothing.
    if start is None or scored is start or scored.value is None or measure.success:
        return None
    # What cannot be compared stays in the list: one odd score must not hide all the others.
    return None if _why_not_comparable(start, scored) else change(start, scored)


def _comparable(start: Score, later: Score) -> tuple[float, float]:
    """Return both values; of the runner's own activities only those that were scored both times."""
    why_not = _why_not_comparable(start, later)
    if why_not or start.value is None or later.value is None:
        raise InvalidInputError(why_not)
    if start.parts is None or later.parts is None:
        return start.value, later.value
    both = [name for name in start.parts if name in later.parts]
    return sum(start.parts[name] for name in both) / len(both), sum(later.parts[name] for name in both) / len(both)


def _why_not_comparable(start: Score, later: Score) -> str:
    """Return why two scores cannot be compared; empty where they can."""
    if start.value is None or later.value is None:
        return "A score without a value cannot be compared; too many answers are missing in it."
    if start.parts is None or later.parts is None:
        same = start.items == later.items
        return "" if same else "The two scores rest on different numbers of answers; score the same ones again."
    if start.parts.keys().isdisjoint(later.parts):
        return "None of the activities was scored both times; score the same activities again."
    return ""


def _judged(measure: Measure, points: float) -> Change:
    improvement = points if measure.better == "higher" else -points
    direction: Direction = "same" if points == 0 else "better" if improvement > 0 else "worse"
    matters, detectable = _matters(measure), _detectable(measure)
    meaningful = None if measure.use_mic is None else _meaningful(abs(points), measure.use_mic, detectable)
    used = [figure for figure in (matters, detectable) if figure is not None]
    verified = all(figure.is_evidence for figure in used)
    noticed = measure.use_mic is not None and abs(points) >= measure.use_mic
    text = _change_text(points, direction, meaningful, noticed=noticed, verified=verified)
    return Change(points, improvement, direction, meaningful, matters, detectable, verified, text)


def _meaningful(size: float, important: float, detectable: Figure | None) -> bool:
    rule = knowledge().outcome_rules["meaningful_change"]
    known = {"abs_change": size, "mic": important, "mdc": None if detectable is None else _upper(detectable)}
    criteria = [item for item in rule.criteria if item.reference is None or known.get(item.reference) is not None]
    return bool(all_hold(tuple(criteria), known))


def _matters(measure: Measure) -> Figure | None:
    """Return the figure behind the change that is used; one that was read goes before one that is remembered."""
    same = [figure for figure in measure.mic if measure.use_mic is not None and _upper(figure) == measure.use_mic]
    return min(same, key=lambda figure: not figure.is_evidence, default=None)


def _detectable(measure: Measure) -> Figure | None:
    """Return the detectable change of one person: the largest, as those of groups are smaller."""
    return max(measure.mdc, key=_upper, default=None)


def _upper(figure: Figure) -> float:
    return max(number for number in (figure.low, figure.value, figure.high) if number is not None)


def _change_text(points: float, direction: Direction, meaningful: bool | None, *, noticed: bool, verified: bool) -> str:
    if direction == "same":
        return "No change since the start."
    size = f"{abs(points):.3g} point{'' if abs(points) == 1 else 's'} {direction}"
    if meaningful is None:
        return f"{size}. No figure says how much must change to matter."
    if meaningful:
        said = f"{size}: a change that people notice."
    else:
        small = knowledge().outcome_rules["meaningful_change"].otherwise
        said = f"{size}. {_COULD_BE_CHANCE if noticed else small}"
    return said if verified else f"{said} {_UNCHECKED}"


def _trend_text(points: Sequence[TrendPoint], latest: Change | None) -> str:
    if latest is not None:
        return latest.text
    start = next((point.score for point in points if point.score.value is not None), None)
    last = points[-1].score
    if start is not None and last is not start and last.value is not None and (why := _why_not_comparable(start, last)):
        return why
    if len(points) == 1 and last.value is not None:
        return "This is your start. The next score shows a change."
    return points[-1].score.text


def _figure(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {
        "what": figure.what,
        "value": json_number(figure.value),
        "low": json_number(figure.low),
        "high": json_number(figure.high),
        "unit": figure.unit,
        "mark": figure.mark,
        "verified": figure.is_evidence,
        "sources": list(figure.sources),
    }
