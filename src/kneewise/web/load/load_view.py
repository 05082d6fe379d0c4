"""What the load page shows: words first, then the chart's texts, what happened when, and the table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from kneewise.load.exposure import week_evidence
from kneewise.load.history import RunSpike
from kneewise.services.load_history import LoadHistory, Mark
from kneewise.units import METRES_PER_KM, METRES_PER_MILE
from kneewise.web.amounts import day, distance, imperial, number
from kneewise.web.load.history_table import BY, By, HistoryTable, history_table
from kneewise.web.load.this_week import ThisWeek, this_week
from kneewise.web.proof import Proof, proof
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

#: The first letter marks it in the chart: in every language they differ.
_KINDS = {
    "flare": message("Flare"),
    "plan": message("New plan"),
    "change": message("Change"),
    "cadence": message("Trial of quicker steps"),
    "strength": message("Strength work"),
    "intake": message("Questions answered"),
}
_RANGES = ((42, message("6 weeks")), (183, message("6 months")), (366, message("1 year")), (0, message("All")))
#: Happenings on the page; the chart marks all of them.
_MOST = 12


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened on a day."""

    day: str
    kind: str
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Spike:
    """A run well above the 30 days before."""

    day: str
    href: str
    text: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class LoadPage:
    """The page.

    Attributes
    ----------
    week : ThisWeek or None
        ``None`` before the first run; nothing else is shown then.
    chart : dict
        Words and factors for the chart; its numbers come from ``/api/load``.
    happened, earlier_happened : tuple of Happening
        The latest, and what came before, each newest first.
    evidence : tuple of str
        What is known about sums of weeks.
    """

    week: ThisWeek | None
    by: By
    choices: tuple[tuple[str, str], ...]
    ranges: tuple[tuple[int, str], ...]
    table: HistoryTable | None
    chart: dict[str, Any]
    happened: tuple[Happening, ...]
    earlier_happened: tuple[Happening, ...]
    spikes: tuple[Spike, ...]
    evidence: tuple[str, ...]
    basis: str


def load_page(history: LoadHistory, by: By = "week", page: int = 1) -> LoadPage:
    """Return the page of a history."""
    happened = tuple(_happening(mark) for mark in reversed(history.marks))
    flags: dict[str, list[RunSpike]] = defaultdict(list)
    for one in reversed(history.spikes):
        flags[one.id].append(one)
    spikes = tuple(_spike(of_run) for of_run in flags.values())
    return LoadPage(
        week=None if history.today is None else this_week(history.today),
        by=by,
        choices=tuple((name, _(words)) for name, words in BY),
        ranges=tuple((days, _(words)) for days, words in _RANGES),
        table=None if history.runs is None else history_table(history, by, page),
        chart=_chart(history, by),
        happened=happened[:_MOST],
        earlier_happened=happened[_MOST:],
        spikes=spikes[:_MOST],
        evidence=tuple(told(sentence) for sentence in week_evidence()),
        basis=told(history.reference.basis),
    )


def _happening(mark: Mark) -> Happening:
    return Happening(day(mark.local_date), _(_KINDS[mark.kind]), told(mark.text))


def _spike(flags: list[RunSpike]) -> Spike:
    """Return one run with all that is flagged about it, the flag by distance first."""
    first = flags[-1]
    return Spike(
        day=day(date.fromordinal(first.day)),
        href=f"/runs/{first.id}",
        text=" ".join(_above(one) for one in reversed(flags)),
        proof=proof(first.flag.code.removeprefix("knee-").replace("-", "_")),
    )


def _above(one: RunSpike) -> str:
    if one.flag.code.startswith("knee"):
        share = f"{number(100 * ((one.spike.knee_km_ratio or 1) - 1))} %"
        return _("%(share)s more knee load than any run of the 30 days before.", share=share)
    share = f"{number(100 * ((one.spike.distance_ratio or 1) - 1))} %"
    return _("%(share)s longer than any run of the 30 days before.", share=share)


def _chart(history: LoadHistory, by: By) -> dict[str, Any]:
    unit = distance(None).unit
    knee = _("knee-mi") if imperial() else _("knee-km")
    return {
        "by": by,
        "metres": METRES_PER_MILE if imperial() else METRES_PER_KM,
        "scale": METRES_PER_MILE / METRES_PER_KM if imperial() else 1,
        "unit": unit,
        "knee": knee,
        "marks": [
            {"day": mark.local_date.isoformat(), "letter": _(_KINDS[mark.kind])[0], "text": told(mark.text)}
            for mark in history.marks
        ],
        "texts": asdict(_texts()),
    }


@dataclass(frozen=True, slots=True)
class ChartTexts:
    """Words of the chart; names in braces are filled in by the page."""

    day: str
    week: str
    month: str
    nothing: str
    unknown: str
    cost: str
    length: str
    run: str
    runs: str
    pain: str
    longest: str
    spike: str
    open_one: str
    open_many: str
    failed: str


def _texts() -> ChartTexts:
    return ChartTexts(
        day="{day}",
        week=_("Week from {day}"),
        month="{day}",
        nothing=_("no run"),
        unknown=_("no number"),
        cost=_("{value} {unit} ({low} to {high})"),
        length="{value} {unit}",
        run=_("1 run"),
        runs=_("{count} runs"),
        pain=_("worst pain {value}"),
        longest=_("longest of the 30 days before: {value} {unit}"),
        spike=_("a run above 110 %% of the 30 days before"),
        open_one=_("Open the run"),
        open_many=_("Open the runs"),
        failed=_("The chart cannot be drawn now; the table below holds the same numbers."),
    )
