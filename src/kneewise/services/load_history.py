"""Everything that a chart of the whole history shows: load, pain, and the marks of what happened when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.load.exposure import week_evidence
from kneewise.load.history import (
    HistoryRuns,
    Periods,
    RunSpike,
    by_day,
    by_month,
    by_week,
    longest_lines,
    numbers,
    spikes_of,
)
from kneewise.load.this_week import LoadToday, load_today
from kneewise.monitoring.check_ins import fold_days
from kneewise.monitoring.pain_rules import judge_days
from kneewise.services.exposure import read_history_runs
from kneewise.services.intake import latest_intake
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.services.state import pain_cap
from kneewise.services.told import check_in_of
from kneewise.storage import (
    Event,
    read_event_field,
    read_events,
    read_last_import,
)

if TYPE_CHECKING:
    from kneewise.domain import CheckIn, Moment, Runner
    from kneewise.evidence.rules import PainRule
    from kneewise.load import Reference
    from kneewise.storage import EventKind, Record

_MOMENTS: tuple[Moment, ...] = ("before", "during", "after_60min", "next_morning", "stairs")
_RED = "red"
_KINDS: tuple[EventKind, ...] = ("check_in", "change", "gait_trial", "strength_log", "intake")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on a day.

    Attributes
    ----------
    kind : str
        ``"intake"``, ``"flare"``, ``"plan"``, ``"change"``, ``"cadence"`` or ``"strength"``.
    """

    local_date: date
    kind: str
    text: str

    def to_json(self) -> dict[str, str]:
        """Return JSON values."""
        return {"local_date": self.local_date.isoformat(), "kind": self.kind, "text": self.text}


@dataclass(frozen=True, slots=True, eq=False)
class LoadHistory:
    """A whole history as columns.

    Attributes
    ----------
    runs : HistoryRuns or None
        ``None`` before the first run.
    days, weeks, months : Periods or None
        Consecutive, from the first run to the last day that is known.
    spikes : list of RunSpike
    pain : dict of str to list
        ``local_date``, the five moments (0 to 10, ``None`` where not told) and ``colour``.
    marks : list of Mark
        Oldest first.
    today : LoadToday or None
        Where the knee stands today; ``None`` before the first run.
    """

    reference: Reference
    runs: HistoryRuns | None
    days: Periods | None
    weeks: Periods | None
    months: Periods | None
    spikes: Sequence[RunSpike]
    pain: dict[str, list[Any]]
    marks: Sequence[Mark]
    today: LoadToday | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``kneewise load --by``."""
        return {
            "unit": "knee-km",
            "reference": self.reference.basis,
            "days": None if self.days is None else self._days(self.days),
            "weeks": None if self.weeks is None else self.weeks.to_json(),
            "months": None if self.months is None else self.months.to_json(),
            "spikes": [spike.to_json() for spike in self.spikes],
            "pain": self.pain,
            "marks": [mark.to_json() for mark in self.marks],
            "today": None if self.today is None else self.today.to_json(),
            "evidence": list(week_evidence()),
        }

    def _days(self, days: Periods) -> dict[str, Any]:
        runs = self.runs
        assert runs is not None
        knee_km, metres = longest_lines(runs, days.first_day)
        ids: list[list[str]] = [[] for _ in range(len(days.first_day))]
        for name, place in zip(runs.ids, (runs.day - days.first_day[0]).tolist(), strict=True):
            ids[place].append(name)
        lines = {"longest_30d_knee_km": numbers(knee_km), "longest_30d_distance_m": numbers(metres)}
        return {**days.to_json(), **lines, "activity_ids": ids}


def load_history(place: Place) -> LoadHistory:
    """Return the whole history of a runner."""
    now = clock.now()
    with opened(place) as (record, runner):
        return history_of(record, runner, local_day(now, runner))


def history_of(record: Record, runner: Runner, today: date) -> LoadHistory:
    """Return the whole history of an open record up to a day."""
    with record.reading() as connection:
        runs, reference = read_history_runs(connection, runner, today)
        imported = read_last_import(connection, runner.id)
        events = read_events(connection, runner.id, *_KINDS)
        starts = read_event_field(connection, runner.id, "plan", "start")
    check_ins = [check_in_of(event) for event in events if event.kind == "check_in"]
    run_days = set() if runs is None else {date.fromordinal(day) for day in runs.day.tolist()}
    pain = _pain(check_ins, run_days, today, pain_cap(latest_intake(record, runner)))
    marks = sorted((*_marks(events), *_plans(starts), *_flares(pain)), key=lambda mark: (mark.local_date, mark.kind))
    if runs is None:
        return LoadHistory(reference, None, None, None, None, (), pain, marks)
    known = today if imported is None else min(local_day(imported, runner), today)
    last = known.toordinal()
    return LoadHistory(
        reference,
        runs,
        by_day(runs, last),
        by_week(runs, last),
        by_month(runs, last),
        spikes_of(runs),
        pain,
        marks,
        load_today(runs, today, reference.basis),
    )


def _pain(check_ins: Sequence[CheckIn], run_days: Collection[date], today: date, cap: PainRule) -> dict[str, list[Any]]:
    days = fold_days(check_ins, today)
    told = {day.local_date for day in days}
    judged = judge_days(days, told.intersection(run_days), today, cap=cap)
    colours = {day.local_date: day.colour for day in judged}
    return {
        "local_date": [day.local_date.isoformat() for day in days],
        **{moment: [day.pain.get(moment) for day in days] for moment in _MOMENTS},
        "colour": [colours.get(day.local_date) for day in days],
    }


def _flares(pain: dict[str, list[Any]]) -> Iterator[Mark]:
    """Yield the first red day after a green one: where a flare began."""
    inside = False
    for day, colour in zip(pain["local_date"], pain["colour"], strict=True):
        if colour == _RED and not inside:
            yield Mark(date.fromisoformat(day), "flare", "A flare began: a red day.")
        inside = colour == _RED or (inside and colour != "green")


def _marks(events: Sequence[Event]) -> Iterator[Mark]:
    strength: date | None = None
    for event in events:
        if event.kind == "change":
            yield Mark(event.local_date, "change", str(event.data["what"]))
        elif event.kind == "gait_trial":
            yield Mark(event.local_date, "cadence", "A trial of quicker steps.")
        elif event.kind == "intake":
            yield Mark(event.local_date, "intake", f"Safety questions answered: {event.data['told']['label']}.")
        elif event.kind == "strength_log" and (strength is None or event.local_date < strength):
            strength = event.local_date
    if strength is not None:
        yield Mark(strength, "strength", "Strength work began.")


def _plans(starts: Sequence[str]) -> Iterator[Mark]:
    """Yield where a plan began; its later versions keep its start."""
    for start in dict.fromkeys(starts):
        yield Mark(date.fromisoformat(start), "plan", "A plan began.")
