"""The whole history as a table, a page at a time: the same numbers as the chart, for eyes, ears and paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from urllib.parse import urlencode

import numpy as np

from kneewise.evidence.parameters import value
from kneewise.load.history import Periods, RunSpike
from kneewise.services.load_history import LoadHistory
from kneewise.units import DAYS_PER_WEEK
from kneewise.web.amounts import NONE, day, distance, imperial, knee_km, number, percent
from kneewise.web.load.period_words import month_words, week_words
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext

By = Literal["day", "week", "month"]
BY: tuple[tuple[By, str], ...] = (
    ("day", message("Days")),
    ("week", message("Weeks")),
    ("month", message("Months")),
)
#: Lines on one page.
PAGE = 13
_MOMENTS = ("before", "during", "after_60min", "next_morning", "stairs")
_HEADS = {"day": message("Day"), "week": message("Week from"), "month": message("Month")}


@dataclass(frozen=True, slots=True)
class Line:
    """One period."""

    title: str
    href: str
    runs: str
    knee_km: str
    between: str
    length: str
    known: str
    pain: str
    remark: str


@dataclass(frozen=True, slots=True)
class HistoryTable:
    """One page of the table.

    Attributes
    ----------
    head : tuple of str
        Column headings.
    earlier, later : str
        Addresses of the pages around; empty where there is none.
    """

    by: By
    caption: str
    head: tuple[str, ...]
    lines: tuple[Line, ...]
    earlier: str
    later: str
    page: str


def history_table(history: LoadHistory, by: By, page: int) -> HistoryTable:
    """Return one page of the periods, newest first; days without a run or an answer are left out."""
    periods = {"day": history.days, "week": history.weeks, "month": history.months}[by]
    assert periods is not None
    pain = worst_pain(history)
    starts = periods.first_day.tolist()
    told = _by_period(starts, pain)
    chosen = [at for at in range(len(starts) - 1, -1, -1) if by != "day" or periods.runs[at] or at in told]
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(1, page), pages)
    spikes = _spikes(starts, history.spikes)
    lines = (_line(history, periods, at, by, told, spikes) for at in chosen[(page - 1) * PAGE : page * PAGE])
    return HistoryTable(
        by=by,
        caption=_("%(what)s, newest first", what=_(dict(BY)[by])),
        head=_head(by),
        lines=tuple(lines),
        earlier=_address(by, page + 1) if page < pages else "",
        later=_address(by, page - 1) if page > 1 else "",
        page=_("Page %(page)s of %(pages)s", page=page, pages=pages),
    )


def worst_pain(history: LoadHistory) -> dict[int, float]:
    """Return the worst pain told of each day, by the day's ordinal."""
    columns = history.pain
    worst: dict[int, float] = {}
    for at, told_day in enumerate(columns["local_date"]):
        known = [columns[moment][at] for moment in _MOMENTS if columns[moment][at] is not None]
        if known:
            worst[date.fromisoformat(told_day).toordinal()] = max(known)
    return worst


def _head(by: By) -> tuple[str, ...]:
    unit = distance(None).unit
    knee = _("Knee-miles") if imperial() else _("Knee-km")
    return (_(_HEADS[by]), _("Runs"), knee, _("Between"), unit, _("Known"), _("Worst pain"), _("Remarks"))


def _address(by: By, page: int) -> str:
    return "/load?" + urlencode({"by": by, "page": page}) + "#table"


def _by_period(starts: Sequence[int], pain: Mapping[int, float]) -> dict[int, float]:
    worst: dict[int, float] = {}
    for told_day, amount in pain.items():
        at = int(np.searchsorted(starts, told_day, side="right")) - 1
        if at >= 0:
            worst[at] = max(worst.get(at, 0.0), amount)
    return worst


def _spikes(starts: Sequence[int], spikes: Sequence[RunSpike]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for spike in spikes:
        found[int(np.searchsorted(starts, spike.day, side="right")) - 1].add(spike.id)
    return found


def _line(
    history: LoadHistory,
    periods: Periods,
    at: int,
    by: By,
    pain: Mapping[int, float],
    spikes: Mapping[int, set[str]],
) -> Line:
    start = int(periods.first_day[at])
    end = _last_day(start, by)
    runs = int(periods.runs[at])
    numbers = {name: _known(getattr(periods, column)[at]) for name, column in _COLUMNS.items()}
    shown = knee_km({**numbers, "level": value("interval.level"), "basis": ""})
    coverage = _known(periods.coverage[at])
    many = len(spikes.get(at, ()))
    first = date.fromordinal(start)
    return Line(
        title={"day": day, "week": week_words, "month": month_words}[by](first),
        href=_runs_address(history, start, end) if runs else "",
        runs=str(runs),
        knee_km=shown.value if runs else NONE,
        between=shown.between if runs else "",
        length=distance(float(periods.distance_m[at])).value if runs else NONE,
        known=percent(coverage),
        pain=number(pain.get(at)) if at in pain else NONE,
        remark=ngettext("above 110 %%", "%(num)s above 110 %%", many) if many else "",
    )


_COLUMNS = {"value": "knee_km", "low": "low", "high": "high"}


def _known(amount: float) -> float | None:
    return float(amount) if amount == amount else None


def _last_day(start: int, by: By) -> int:
    if by == "day":
        return start
    if by == "week":
        return start + DAYS_PER_WEEK - 1
    first = date.fromordinal(start)
    following = (first + timedelta(days=31)).replace(day=1)
    return following.toordinal() - 1


def _runs_address(history: LoadHistory, start: int, end: int) -> str:
    """Return the address of the only run of a period, or of the list of its runs."""
    runs = history.runs
    assert runs is not None
    first, last = (int(place) for place in np.searchsorted(runs.day, [start, end + 1]))
    if last - first == 1:
        return f"/runs/{runs.ids[first]}"
    days = {"since": date.fromordinal(start).isoformat(), "until": date.fromordinal(end).isoformat()}
    return f"/runs?{urlencode(days)}"
