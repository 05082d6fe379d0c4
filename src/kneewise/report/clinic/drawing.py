"""Pain beside load, drawn as an SVG of our own: the same on screen, in print and in the PDF.

Shapes carry classes, so that a page in dark colours can paint them anew, and plain attributes, which hold where no
style sheet reaches. Shape and place say the same as colour: dots and a line above, bars below.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from statistics import fmean

from kneewise.report.clinic.content import Course, Event, PainDay
from kneewise.report.clinic.labels import EVENTS
from kneewise.report.clinic.words import Words
from kneewise.units import DAYS_PER_WEEK

_WIDTH, _HEIGHT = 720.0, 262.0
_LEFT, _RIGHT = 34.0, 712.0
_MARKS, _PAIN_TOP, _PAIN_FOOT = 28.0, 42.0, 138.0
_LOAD_TOP, _LOAD_FOOT, _DAYS = 166.0, 236.0, 251.0
_MOST_PAIN = 10
_RING, _RING_GAP = 7.5, 17.0
_TICK_GAP = 46.0
_WEEK = timedelta(days=DAYS_PER_WEEK)
_INK, _FAINT, _PAIN, _LOAD, _BAND = "#4a5560", "#d5dade", "#a83a24", "#8ba7ba", "#f3e2dc"
#: Letters stand before the lines behind them.
_HALO = ' stroke="#fff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing with its legend: each number above it, and what it means."""

    svg: str
    alt: str
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Marked:
    """What happened on one day, under one number."""

    local_date: date
    words: str


def draw_course(course: Course, words: Words, *, font: str = "") -> Drawn:
    """Return pain beside load.

    Parameters
    ----------
    font : str
        Family for the letters where the page around it sets none.
    """
    marks = list(_marks(course, words))
    alt = _in_words(course, words)
    parts = [
        *_onset(course),
        *_numbers(course, marks),
        *_pain_scale(words),
        *_load(course, words),
        *_pain(course),
        *_days(course, words),
    ]
    family = f' font-family="{escape(font)}"' if font else ""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="course" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" '
        f'aria-label="{escape(alt)}" font-size="11"{family}>{"".join(parts)}</svg>'
    )
    legend = tuple((str(place), mark.words) for place, mark in enumerate(marks, 1))
    return Drawn(svg, alt, legend)


def _across(course: Course, at: date) -> float:
    span = max((course.last - course.first).days + 1, 1)
    return _LEFT + (_RIGHT - _LEFT) * min(max((at - course.first).days / span, 0.0), 1.0)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str, colour: str, *, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{colour}" stroke-width="0.8"{dashed}/>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return (
        f'<text class="scale" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}"{_HALO}>{escape(text)}</text>'
    )


# --------------------------------------------------------------------------------------------------------------- pain


def _pain_height(pain: float) -> float:
    return _PAIN_FOOT - (_PAIN_FOOT - _PAIN_TOP) * min(max(pain, 0.0), _MOST_PAIN) / _MOST_PAIN


def _pain_scale(words: Words) -> Iterator[str]:
    for pain in (0, _MOST_PAIN // 2, _MOST_PAIN):
        y = _pain_height(pain)
        yield _line(_LEFT, y, _RIGHT, y, "grid", _FAINT)
        yield _text(_LEFT - 5, y + 4, words.number(pain), anchor="end")
    yield _text(_LEFT, 10, words.gettext("Worst pain of each day, 0 to 10; line: mean of the week"))


def _pain(course: Course) -> Iterator[str]:
    half_day = (_RIGHT - _LEFT) / max((course.last - course.first).days + 1, 1) / 2
    for day in course.pain:
        if day.worst is not None:
            x = _across(course, day.local_date) + half_day
            yield (
                f'<circle class="pain-dot" cx="{x:.1f}" cy="{_pain_height(day.worst):.1f}" r="1.7" fill="{_PAIN}" '
                f'fill-opacity="0.4"/>'
            )
    for points in _stretches(_means(course.pain)):
        path = " ".join(f"{_across(course, at):.1f},{_pain_height(pain):.1f}" for at, pain in points)
        if len(points) > 1:
            yield f'<polyline class="pain-line" points="{path}" fill="none" stroke="{_PAIN}" stroke-width="1.8"/>'


def _means(pain: Sequence[PainDay]) -> list[tuple[date, float]]:
    weeks: dict[date, list[float]] = {}
    for day in pain:
        if day.worst is not None:
            weeks.setdefault(day.local_date - timedelta(days=day.local_date.weekday()), []).append(day.worst)
    return [(monday + _WEEK / 2, fmean(told)) for monday, told in sorted(weeks.items())]


def _stretches(points: Sequence[tuple[date, float]]) -> Iterator[list[tuple[date, float]]]:
    """Yield what may be joined by a line: weeks without an answer are a gap."""
    stretch: list[tuple[date, float]] = []
    for point in points:
        if stretch and point[0] - stretch[-1][0] > _WEEK:
            yield stretch
            stretch = []
        stretch.append(point)
    if stretch:
        yield stretch


# --------------------------------------------------------------------------------------------------------------- load


def _load(course: Course, words: Words) -> Iterator[str]:
    known = [week.knee_km for week in course.weeks if week.knee_km is not None]
    top = _top(max([*known, course.load_usual or 0.0], default=0.0))
    yield _line(_LEFT, _LOAD_FOOT, _RIGHT, _LOAD_FOOT, "grid", _FAINT)
    yield _text(_LEFT, _LOAD_TOP - 9, words.gettext("Load of each week, knee-km"))
    if not known:
        yield _text(
            (_LEFT + _RIGHT) / 2, (_LOAD_TOP + _LOAD_FOOT) / 2, words.gettext("No run recorded"), anchor="middle"
        )
        return
    for level in (0.0, top):
        yield _text(_LEFT - 5, _load_height(level, top) + 4, words.number(level), anchor="end")
    yield _line(_LEFT, _LOAD_TOP, _RIGHT, _LOAD_TOP, "grid", _FAINT)
    for week in course.weeks:
        left, right = _across(course, week.first_day), _across(course, week.first_day + _WEEK)
        if week.knee_km is None:
            yield _text((left + right) / 2, _LOAD_FOOT - 3, "?", anchor="middle")
        elif week.knee_km > 0:
            y = _load_height(week.knee_km, top)
            gap = min(1.5, (right - left) / 5)
            yield (
                f'<rect class="load-bar" x="{left + gap / 2:.1f}" y="{y:.1f}" width="{right - left - gap:.1f}" '
                f'height="{_LOAD_FOOT - y:.1f}" fill="{_LOAD}"/>'
            )
    if course.load_usual is not None:
        y = _load_height(course.load_usual, top)
        yield _line(_LEFT, y, _RIGHT, y, "usual", _INK, dash="4 3")
        usual = words.gettext("usual before: %(load)s", load=words.number(course.load_usual))
        yield _text(_RIGHT, y - 4, usual, anchor="end")


def _load_height(knee_km: float, top: float) -> float:
    return _LOAD_FOOT - (_LOAD_FOOT - _LOAD_TOP) * knee_km / top


def _top(most: float) -> float:
    """Return a round end of the scale."""
    return float(next((step for step in _STEPS if step >= most), math.ceil(most)))


# -------------------------------------------------------------------------------------------------------------- events


def _marks(course: Course, words: Words) -> Iterator[_Marked]:
    """Yield what happened by day, oldest first, each day under one number."""
    events = [] if course.onset is None else [Event(course.onset, "onset")]
    events += course.events
    days: dict[date, list[str]] = {}
    for event in sorted(events, key=lambda each: each.local_date):
        name = words.gettext(EVENTS[event.kind])
        days.setdefault(event.local_date, []).append(f"{name}: {event.words}" if event.words else name)
    for day, names in days.items():
        if course.first <= day <= course.last:
            told = ", ".join(dict.fromkeys(names))
            yield _Marked(day, f"{words.day_short(day)}: {told[:1].upper()}{told[1:]}")


def _onset(course: Course) -> Iterator[str]:
    """Yield the time in which it began; that is known to about a week."""
    if course.onset is None:
        return
    left, right = _across(course, course.onset - _WEEK), _across(course, course.onset + _WEEK)
    for top, foot in ((_PAIN_TOP, _PAIN_FOOT), (_LOAD_TOP, _LOAD_FOOT)):
        yield (
            f'<rect class="onset" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
            f'height="{foot - top:.1f}" fill="{_BAND}"/>'
        )


def _numbers(course: Course, marks: Sequence[_Marked]) -> Iterator[str]:
    last = -math.inf
    for place, mark in enumerate(marks, 1):
        x = _across(course, mark.local_date)
        ring = min(max(x, last + _RING_GAP), _RIGHT)
        last = ring
        for top, foot in ((_PAIN_TOP, _PAIN_FOOT), (_LOAD_TOP, _LOAD_FOOT)):
            yield _line(x, top, x, foot, "event", _INK, dash="1.5 2.5")
        yield _line(ring, _MARKS + _RING, x, _PAIN_TOP, "event", _INK)
        yield (
            f'<circle class="ring" cx="{ring:.1f}" cy="{_MARKS:.1f}" r="{_RING:g}" fill="none" stroke="{_INK}" '
            f'stroke-width="0.9"/>'
        )
        yield _text(ring, _MARKS + 3.6, str(place), anchor="middle")


def _days(course: Course, words: Words) -> Iterator[str]:
    at, last = course.first.replace(day=1), -math.inf
    while at <= course.last:
        x = _across(course, at)
        if at >= course.first and x - last >= _TICK_GAP and x < _RIGHT - _TICK_GAP / 2:
            yield _line(x, _LOAD_FOOT, x, _LOAD_FOOT + 4, "tick", _INK)
            yield _text(x, _DAYS, words.month(at))
            last = x
        at = (at + timedelta(days=31)).replace(day=1)


def _in_words(course: Course, words: Words) -> str:
    begin = words.gettext(
        "Pain beside load from %(first)s to %(last)s.", first=words.day(course.first), last=words.day(course.last)
    )
    pain = words.gettext(
        "Mean of the worst pain of each day: %(then)s in the first %(days)s days told, %(now)s in the last.",
        then=words.number(course.pain_then, 1),
        now=words.number(course.pain_now, 1),
        days=words.number(course.window_days),
    )
    load = words.gettext(
        "Load: usually %(usual)s knee-km a week before the onset, %(now)s in the last %(days)s days.",
        usual=words.number(course.load_usual, 1),
        now=words.number(course.load_now, 1),
        days=words.number(course.window_days),
    )
    return f"{begin} {pain} {load}"
