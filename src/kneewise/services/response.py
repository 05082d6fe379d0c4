"""Does load move your pain, and did a change help? The log and the runs as one diary, and its answers in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kneewise import clock
from kneewise.domain import CheckIn, Estimate, Issue
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.load.exposure import DatedRun
from kneewise.monitoring.check_ins import fold_days
from kneewise.services.place import Place, opened

if TYPE_CHECKING:
    from kneewise.services.told import NotedChange

_MORNING = timedelta(days=1)
#: Answers that are kept, each for one diary.
_DIARIES = 8


@dataclass(frozen=True, slots=True)
class Need:
    """One thing of which there is too little."""

    what: str
    have: int
    needed: int

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"what": self.what, "have": self.have, "needed": self.needed, "more": self.needed - self.have}


@dataclass(frozen=True, slots=True)
class ResponseAnswer:
    """Whether load moves this runner's pain.

    Attributes
    ----------
    enough : bool
        Whether there are data enough for an answer.
    one_run_more, weekly_level_more : Estimate or None
        Pain points after one usual run more, and when the weekly level stays 10 % higher; ``None`` without an answer.
    needs : tuple of Need
        What is missing, and how much of it.
    text : str
        The answer, or what it still takes.
    """

    enough: bool
    one_run_more: Estimate | None
    weekly_level_more: Estimate | None
    needs: tuple[Need, ...]
    text: str
    issues: tuple[Issue, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "enough": self.enough,
            "one_run_more": None if self.one_run_more is None else self.one_run_more.to_json(),
            "weekly_level_more": None if self.weekly_level_more is None else self.weekly_level_more.to_json(),
            "needs": [need.to_json() for need in self.needs],
            "text": self.text,
            "issues": [issue.to_json() for issue in self.issues],
        }


@dataclass(frozen=True, slots=True)
class ChangeAnswer:
    """Before and after a change of one day."""

    since: date
    what: str | None
    points: Estimate
    verdict: str
    text: str
    issues: tuple[Issue, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``kneewise helped``."""
        return {
            "since": self.since.isoformat(),
            "what": self.what,
            "points": self.points.to_json(),
            "verdict": self.verdict,
            "text": self.text,
            "issues": [issue.to_json() for issue in self.issues],
        }


@dataclass(frozen=True, slots=True)
class DiaryColumns:
    """A diary as columns of consecutive days; NaN is not known."""

    days: list[date]
    pain: list[float]
    load_knee_km: list[float]


def answer_about_load(
    check_ins: Sequence[CheckIn], runs: Sequence[DatedRun], today: date, *, known_until: date | None
) -> ResponseAnswer:
    """Answer whether load moves the runner's pain, or say what it still takes.

    Parameters
    ----------
    known_until : date or None
        Last day whose load is known; a day without a run before it is a day of rest.
    """
    columns = diary_columns(check_ins, runs, today, known_until)
    needs = tuple(_needs(columns))
    if needs:
        return ResponseAnswer(False, None, None, needs, _needs_text(needs))
    first, *_ = _numbers(columns.days[:1])
    return _fitted(first, np.array(columns.pain).tobytes(), np.array(columns.load_knee_km).tobytes())


@lru_cache(maxsize=_DIARIES)
def _fitted(first_day: int, pain: bytes, load_knee_km: bytes) -> ResponseAnswer:
    """Fit a diary of consecutive days; kept, because most of what is told leaves mornings and load as they are."""
    from kneewise.monitoring.response import fit_response, response_to_load

    told, load = np.frombuffer(pain), np.frombuffer(load_knee_km)
    answer = response_to_load(fit_response(first_day + np.arange(len(told)), told, load))
    fast, slow = (_known(points) for points in (answer.one_run_more, answer.weekly_level_more))
    return ResponseAnswer(fast is not None or slow is not None, fast, slow, (), answer.words, answer.issues)


def effect_of(
    check_ins: Sequence[CheckIn],
    runs: Sequence[DatedRun],
    today: date,
    since: date,
    *,
    known_until: date | None,
    what: str | None = None,
) -> ChangeAnswer:
    """Compare pain before and after the day of a change, at equal load.

    Raises
    ------
    InvalidInputError
        When the day lies outside the time that check-ins and runs cover.
    """
    from kneewise.monitoring.response import effect_of_change

    columns = diary_columns(check_ins, runs, today, known_until)
    if not columns.days or not columns.days[0] < since <= columns.days[-1]:
        covered = f"from {columns.days[0]} to {columns.days[-1]}" if columns.days else "no day yet"
        raise InvalidInputError(
            f"A change on {since} cannot be compared: check-ins and runs cover {covered}; give a day inside that time."
        )
    (change_day,) = _numbers([since])
    effect = effect_of_change(_numbers(columns.days), columns.pain, columns.load_knee_km, change_day)
    return ChangeAnswer(since, what, effect.points, effect.verdict, effect.words, effect.issues)


def did_it_help(place: Place, since: date | None = None, what: str | None = None) -> tuple[ChangeAnswer, ...]:
    """Answer "did it help me?" for one change, or for every change that was noted.

    Parameters
    ----------
    since : date or None
        First day with the change; ``None`` for every noted change.
    what : str or None
        What was changed, in the runner's words; it is noted in the record, so that it can be asked about again.

    Raises
    ------
    InvalidInputError
        When nothing is named and nothing was noted, or the day cannot be compared.
    """
    from kneewise.services.exposure import dated_runs, last_known_day
    from kneewise.services.listing import list_runner
    from kneewise.services.local_day import local_day
    from kneewise.services.told import NotedChange, read_changes, read_check_ins
    from kneewise.storage import append_event, new_event

    now = clock.now()
    with opened(place) as (record, runner):
        today = local_day(now, runner)
        noted = read_changes(record, runner)
        chosen = noted if since is None else [_named(noted, since, what)]
        if since is not None and since > today:
            raise InvalidInputError(f"{since} lies in the future; give the first day with the change.")
        if not chosen:
            raise InvalidInputError("No change is noted yet; give its first day with --since, and what it was.")
        runs = dated_runs(list_runner(record, runner, until=today))
        until = last_known_day(record, runner, runs, today)
        told = read_check_ins(record, runner)
        answers = tuple(
            effect_of(told, runs, today, one.local_date, known_until=until, what=one.what or None) for one in chosen
        )
        if since is not None and what and NotedChange(since, what) not in noted:
            event = new_event(runner.id, "change", recorded_at=now, local_date=since, data={"what": what})
            with record.writing("noting the change") as connection:
                append_event(connection, runner.id, event)
    return answers


def _named(noted: Sequence[NotedChange], since: date, what: str | None) -> NotedChange:
    from kneewise.services.told import NotedChange

    known = next((change.what for change in noted if change.local_date == since), "")
    return NotedChange(since, what or known)


def diary_columns(
    check_ins: Sequence[CheckIn], runs: Sequence[DatedRun], today: date, known_until: date | None
) -> DiaryColumns:
    """Lay check-ins and runs on consecutive days: a morning's pain on that morning, a run on its own day."""
    mornings = {
        answers.local_date + _MORNING: answers.pain["next_morning"]
        for answers in fold_days(check_ins, today)
        if "next_morning" in answers.pain
    }
    if not mornings:
        return DiaryColumns([], [], [])
    load: dict[date, float] = {}
    for run in runs:
        load[run.local_date] = load.get(run.local_date, 0.0) + run.knee_km.value
    first, first_run = min((*mornings, *load)), min(load, default=None)
    days = [first + timedelta(days=back) for back in range((max(max(mornings), today) - first).days + 1)]
    known = [
        load.get(day, 0.0 if first_run is not None and known_until and first_run <= day <= known_until else math.nan)
        for day in days
    ]
    return DiaryColumns(days, [mornings.get(day, math.nan) for day in days], known)


def _needs(columns: DiaryColumns) -> list[Need]:
    reported = [place for place, pain in enumerate(columns.pain) if math.isfinite(pain)]
    inside = columns.load_knee_km[reported[0] : reported[-1] + 1] if reported else []
    have = {
        "reports": ("mornings with a check-in", len(reported)),
        "span": ("days from the first morning to the last", len(inside)),
        "runs": ("days with a run in that time", sum(1 for load in inside if load > 0)),
    }
    wanted = {name: round(value(f"response.floor.{name}")) for name in have}
    return [Need(what, count, wanted[name]) for name, (what, count) in have.items() if count < wanted[name]]


def _needs_text(needs: Sequence[Need]) -> str:
    parts = [f"{need.needed - need.have} more {need.what} ({need.have} of {need.needed})" for need in needs]
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"Not known yet. It takes {listed}."


def _known(points: Estimate) -> Estimate | None:
    return points if math.isfinite(points.value) else None


def _numbers(days: Sequence[date]) -> list[int]:
    epoch = date(1970, 1, 1)
    return [(day - epoch).days for day in days]
