"""Small charts, drawn on the server: points of a figure in its own coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kneewise.assessment.outcome_trends import Trend
from kneewise.evidence.knowledge import knowledge
from kneewise.services.knee import PainDay
from kneewise.web.amounts import day, number

#: Coordinates of the pain figure: one column for each day, ten steps of pain.
WIDTH, HEIGHT, _TOP = 560, 150, 10
_WORST = 10
_WEEK = 7
#: Coordinates of a trend.
TREND_WIDTH, TREND_HEIGHT, _EDGE = 240, 72, 8


@dataclass(frozen=True, slots=True)
class Mark:
    """A point."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid with its words."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class PainFigure:
    """Pain over the last weeks.

    Attributes
    ----------
    mornings, sessions : tuple of Mark
    line : str
        Path through mornings that follow each other.
    limit : float or None
        Height of the limit of pain in a session.
    rows : tuple of tuple
        The same as a table: day, morning, session.
    """

    width: int
    height: int
    mornings: tuple[Mark, ...]
    sessions: tuple[Mark, ...]
    line: str
    limit: float | None
    limit_words: str
    heights: tuple[Tick, ...]
    weeks: tuple[Tick, ...]
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class TrendFigure:
    """Scores of one measure over time.

    Attributes
    ----------
    band : tuple of float or None
        Top and height of the band around the first score within which a change may be chance or goes unnoticed.
    """

    width: int
    height: int
    marks: tuple[Mark, ...]
    line: str
    band: tuple[float, float] | None
    first: str
    last: str


def pain_figure(days: Sequence[PainDay], limit: float | None) -> PainFigure | None:
    """Return the figure; ``None`` where nothing was told."""
    if not any(one.morning is not None or one.during is not None for one in days):
        return None
    step = WIDTH / len(days)
    places = [(step * (count + 0.5), one) for count, one in enumerate(days)]
    mornings = [Mark(round(x, 1), _height(one.morning)) for x, one in places if one.morning is not None]
    told = [one for one in days if one.morning is not None or one.during is not None]
    return PainFigure(
        width=WIDTH,
        height=HEIGHT,
        mornings=tuple(mornings),
        sessions=tuple(Mark(round(x, 1), _height(one.during)) for x, one in places if one.during is not None),
        line=_path(mornings),
        limit=None if limit is None else _height(limit),
        limit_words=number(limit),
        heights=tuple(Tick(_height(float(pain)), number(pain)) for pain in (0, 5, _WORST)),
        weeks=tuple(Tick(round(x, 1), _short(one.local_date)) for x, one in places[:: 2 * _WEEK]),
        rows=tuple((day(one.local_date), number(one.morning), number(one.during)) for one in reversed(told)),
    )


def trend_figure(trend: Trend) -> TrendFigure | None:
    """Return the scores of a measure drawn over time; ``None`` for fewer than two."""
    points = [(point.on, point.score.value) for point in trend.points if point.score.value is not None]
    if len(points) < 2:
        return None
    record = knowledge().measures[trend.measure]
    values = [value for _, value in points]
    low = record.range_low if record.range_low is not None else min(values)
    high = record.range_high if record.range_high is not None else max(values)
    first, last = points[0][0], points[-1][0]
    span = max((last - first).days, 1)

    def at(value: float) -> float:
        return round(_EDGE + (TREND_HEIGHT - 2 * _EDGE) * (1 - (value - low) / ((high - low) or 1)), 1)

    inner = TREND_WIDTH - 2 * _EDGE
    marks = tuple(Mark(round(_EDGE + inner * (on - first).days / span, 1), at(value)) for on, value in points)
    smallest = None if trend.latest is None else trend.latest.smallest_that_matters
    band = None
    if smallest is not None and smallest.value is not None:
        top, bottom = at(min(values[0] + smallest.value, high)), at(max(values[0] - smallest.value, low))
        band = (top, round(bottom - top, 1))
    return TrendFigure(TREND_WIDTH, TREND_HEIGHT, marks, _path(marks), band, day(first), day(last))


def _height(pain: float | None) -> float:
    return round(_TOP + (HEIGHT - 2 * _TOP) * (1 - (pain or 0) / _WORST), 1)


def _path(marks: Sequence[Mark]) -> str:
    return "M" + " L".join(f"{mark.x} {mark.y}" for mark in marks) if marks else ""


def _short(value: date) -> str:
    return day(value).rpartition(" ")[0]
