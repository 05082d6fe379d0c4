"""The pictures of before and after, as plain numbers for an SVG: every morning, and how often which pain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Any

from kneewise.services.helped import HelpedView, Side
from kneewise.units import DAYS_PER_WEEK
from kneewise.web.amounts import day, number, percent
from kneewise.web.wording import gettext as _

#: Inner width of the picture of mornings, in its own units.
_WIDTH = 440.0
_LEFT, _TOP, _PAIN_HEIGHT = 32.0, 22.0, 160.0
_LOAD_TOP, _LOAD_HEIGHT = 206.0, 56.0
_STEPS = 10
#: More mornings than this are drawn as means of a week: dots would lie on one another.
_MOST_DOTS = 260
_ROW = 22.0
_BAR = 150.0
_MIDDLE = 24.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One morning, or the mean of a week."""

    x: float
    y: float
    after: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """The load of one week."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale with its word."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Mornings:
    """Pain over time with the day of the change, and the load of each week below it.

    Attributes
    ----------
    levels : tuple of (float, float, float, bool)
        Mean of each side as a line: from, to, height, whether after.
    weekly : bool
        Whether each dot is a week's mean.
    """

    dots: tuple[Dot, ...]
    levels: tuple[tuple[float, float, float, bool], ...]
    bars: tuple[Bar, ...]
    change_x: float
    change_words: str
    change_end: bool
    pains: tuple[Tick, ...]
    days: tuple[Tick, ...]
    load_top: str
    weekly: bool
    words: str


@dataclass(frozen=True, slots=True)
class Share:
    """How often one pain was told, before and after."""

    pain: str
    y: float
    before_width: float
    after_width: float
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Shares:
    """How often which pain, before to the left and after to the right."""

    rows: tuple[Share, ...]
    height: float
    words: str


def mornings(view: HelpedView) -> Mornings:
    """Return the picture of all mornings."""
    days, pains, loads = shown_days(view)
    since, span = view.answer.since, max((days[-1] - days[0]).days, 1)

    def across(at: date) -> float:
        return round(_LEFT + _WIDTH * (at - days[0]).days / span, 1)

    told = [(at, pain) for at, pain in zip(days, pains, strict=True) if pain is not None]
    weekly = len(told) > _MOST_DOTS
    points = list(_weeks(told, since)) if weekly else told
    change_x = across(since)
    sides = ((view.before, _LEFT, change_x, False), (view.after, change_x, _LEFT + _WIDTH, True))
    bars, most = _bars(days, loads, across)
    return Mornings(
        dots=tuple(Dot(across(at), _height(pain), at > since) for at, pain in points),
        levels=tuple(
            (left, right, _height(side.mean), after) for side, left, right, after in sides if side.mean is not None
        ),
        bars=bars,
        change_x=change_x,
        change_words=day(since),
        change_end=change_x > _LEFT + _WIDTH / 2,
        pains=tuple(Tick(_height(pain), number(pain)) for pain in (0, 5, 10)),
        days=(Tick(across(days[0]), day(days[0])), Tick(across(days[-1]), day(days[-1]))),
        load_top=number(most, 0) if most else "",
        weekly=weekly,
        words=_in_words(view),
    )


def shown_days(view: HelpedView) -> tuple[list[date], list[Any], list[Any]]:
    """Return days, pain and load from the first morning that was told: years of runs before it say nothing of pain."""
    days = [date.fromisoformat(text) for text in view.days["local_date"]]
    first = next((place for place, pain in enumerate(view.days["pain"]) if pain is not None), 0)
    first = min(first, days.index(view.answer.since))
    return days[first:], view.days["pain"][first:], view.days["knee_km"][first:]


def shares(view: HelpedView) -> Shares:
    """Return the picture of how often which pain was told."""
    before, after = view.before, view.after
    most = max((*_parts(before), *_parts(after)), default=0.0) or 1.0
    used = [pain for pain in range(_STEPS + 1) if before.counts[pain] or after.counts[pain]] or [0]
    shown = range(used[0], used[-1] + 1)
    rows = tuple(
        Share(
            pain=number(pain),
            y=place * _ROW,
            before_width=round(_BAR * _parts(before)[pain] / most, 1),
            after_width=round(_BAR * _parts(after)[pain] / most, 1),
            before=percent(_parts(before)[pain]),
            after=percent(_parts(after)[pain]),
        )
        for place, pain in enumerate(shown)
    )
    return Shares(rows, len(rows) * _ROW, _("How often each pain was told, before and after the change."))


def _in_words(view: HelpedView) -> str:
    return _(
        "Pain of each morning from 0 to 10 with a line on the day of the change: mean %(before)s before, %(after)s "
        "after.",
        before=number(view.before.mean, 1),
        after=number(view.after.mean, 1),
    )


def _parts(side: Side) -> list[float]:
    return [count / side.mornings if side.mornings else 0.0 for count in side.counts]


def _height(pain: float) -> float:
    return round(_TOP + _PAIN_HEIGHT * (1 - pain / _STEPS), 1)


def _weeks(told: Sequence[tuple[date, float]], since: date) -> Iterator[tuple[date, float]]:
    """Yield the mean of each week, never across the change."""
    groups: dict[tuple[bool, int], list[tuple[date, float]]] = {}
    for at, pain in told:
        groups.setdefault((at > since, at.toordinal() // DAYS_PER_WEEK), []).append((at, pain))
    for some in groups.values():
        yield some[len(some) // 2][0], fmean(pain for _at, pain in some)


def _bars(days: Sequence[date], load: Sequence[Any], across: Any) -> tuple[tuple[Bar, ...], float]:
    weeks: dict[int, list[float]] = {}
    for at, knee_km in zip(days, load, strict=True):
        if knee_km is not None:
            weeks.setdefault(at.toordinal() // DAYS_PER_WEEK, []).append(knee_km)
    sums = {week: sum(some) for week, some in weeks.items()}
    most = max(sums.values(), default=0.0)
    return tuple(_week_bars(sums, most, days, across)), most


def _week_bars(sums: Mapping[int, float], most: float, days: Sequence[date], across: Any) -> Iterator[Bar]:
    for week, knee_km in sums.items():
        if knee_km <= 0:
            continue
        left = across(max(date.fromordinal(week * DAYS_PER_WEEK), days[0]))
        right = across(min(date.fromordinal((week + 1) * DAYS_PER_WEEK), days[-1]))
        height = round(_LOAD_HEIGHT * knee_km / most, 1)
        gap = 1.0 if right - left > 4 else 0.0
        yield Bar(left, round(_LOAD_TOP + _LOAD_HEIGHT - height, 1), round(max(right - left - gap, 0.5), 1), height)
