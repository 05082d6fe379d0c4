"""Did it help: everything that a page shows of one change, and the changes worth asking about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from kneewise import clock
from kneewise.domain import json_number
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.load.exposure import DatedRun
from kneewise.services.exposure import dated_history, last_known_day
from kneewise.services.load_history import LoadHistory, Mark, history_of
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.services.response import (
    ChangeAnswer,
    ResponseAnswer,
    answer_about_load,
    diary_columns,
    effect_of,
)
from kneewise.services.told import read_check_ins
from kneewise.units import DAYS_PER_WEEK

if TYPE_CHECKING:
    from kneewise.domain import CheckIn, Runner
    from kneewise.storage import Record

#: Marks that are something the runner changed.
_CHANGES = ("change", "cadence", "plan", "strength")
_PAIN_STEPS = 10


@dataclass(frozen=True, slots=True)
class Side:
    """The mornings on one side of a change.

    Attributes
    ----------
    counts : tuple of int
        Mornings with pain 0, 1, ... 10, rounded; eleven numbers.
    mean, median : float or None
        Of the mornings; ``None`` without one.
    knee_km_a_week : float or None
        Mean load over the days whose load is known.
    """

    mornings: int
    counts: tuple[int, ...]
    mean: float | None
    median: float | None
    knee_km_a_week: float | None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "mornings": self.mornings,
            "counts": list(self.counts),
            "mean": self.mean,
            "median": self.median,
            "knee_km_a_week": self.knee_km_a_week,
        }


@dataclass(frozen=True, slots=True, eq=False)
class HelpedView:
    """Before and after one change.

    Attributes
    ----------
    answer : ChangeAnswer
        Estimate with its interval, verdict and sentence; too few data is an answer as well.
    days : dict of str to list
        ``local_date``, ``pain`` (of that morning) and ``knee_km`` on consecutive days; ``None`` where not known.
    before, after : Side
    """

    answer: ChangeAnswer
    days: dict[str, list[Any]]
    before: Side
    after: Side

    def to_json(self) -> dict[str, Any]:
        """Return the answer with what its picture shows."""
        return {
            **self.answer.to_json(),
            "days": self.days,
            "before": self.before.to_json(),
            "after": self.after.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change of the record that can be asked about.

    Attributes
    ----------
    kind : str
        ``"change"`` for what the runner noted (shoes and the like), ``"cadence"``, ``"plan"`` or ``"strength"``.
    mornings_before, mornings_after : int
    """

    local_date: date
    kind: str
    what: str
    mornings_before: int
    mornings_after: int

    @property
    def comparable(self) -> bool:
        """Whether there are mornings enough on both sides."""
        return min(self.mornings_before, self.mornings_after) >= value("response.floor.reports_each_side")

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "local_date": self.local_date.isoformat(),
            "kind": self.kind,
            "what": self.what,
            "mornings_before": self.mornings_before,
            "mornings_after": self.mornings_after,
            "mornings_needed": round(value("response.floor.reports_each_side")),
            "comparable": self.comparable,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Diary:
    """Check-ins and runs of an open record, read once for every question about them."""

    history: LoadHistory
    check_ins: Sequence[CheckIn]
    runs: list[DatedRun]
    today: date
    known_until: date | None

    @classmethod
    def of(cls, record: Record, runner: Runner, today: date) -> Diary:
        """Read what is known up to a day."""
        history = history_of(record, runner, today)
        runs = [] if history.runs is None else dated_history(history.runs, history.reference)
        return cls(history, read_check_ins(record, runner), runs, today, last_known_day(record, runner, runs, today))


def change_candidates(place: Place) -> tuple[Candidate, ...]:
    """Return the changes found in the record, the latest first."""
    return candidates_of(_diary(place))


def candidates_of(diary: Diary) -> tuple[Candidate, ...]:
    """Return the changes of a diary, the latest first."""
    columns = diary_columns(diary.check_ins, diary.runs, diary.today, diary.known_until)
    mornings = [day for day, pain in zip(columns.days, columns.pain, strict=True) if np.isfinite(pain)]
    found = [_candidate(mark, mornings) for mark in diary.history.marks if mark.kind in _CHANGES]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: each.local_date, reverse=True))


def load_answer(place: Place) -> ResponseAnswer:
    """Return whether load moves the runner's pain, or what it still takes to tell."""
    return load_answer_of(_diary(place))


def load_answer_of(diary: Diary) -> ResponseAnswer:
    """Return the same from a diary."""
    return answer_about_load(diary.check_ins, diary.runs, diary.today, known_until=diary.known_until)


def _candidate(mark: Mark, mornings: Sequence[date]) -> Candidate:
    # The first morning that can show a change is the one after its first day.
    before = sum(day <= mark.local_date for day in mornings)
    return Candidate(mark.local_date, mark.kind, mark.text, before, len(mornings) - before)


def helped_view(place: Place, since: date, what: str | None = None) -> HelpedView:
    """Return before and after one change with everything that its picture shows; nothing is noted.

    Parameters
    ----------
    since : date
        First day with the change.

    Raises
    ------
    InvalidInputError
        When the day lies in the future or outside the time that check-ins and runs cover.
    """
    return view_of(_diary(place), since, what)


def changes_and_view(
    place: Place, since: date | None, what: str | None = None
) -> tuple[tuple[Candidate, ...], HelpedView | None]:
    """Return the changes found in the record and before and after one of them, from one reading.

    Raises
    ------
    InvalidInputError
        As `helped_view`.
    """
    diary = _diary(place)
    return candidates_of(diary), None if since is None else view_of(diary, since, what)


def _diary(place: Place) -> Diary:
    now = clock.now()
    with opened(place) as (record, runner):
        return Diary.of(record, runner, local_day(now, runner))


def view_of(diary: Diary, since: date, what: str | None) -> HelpedView:
    """Return before and after one change of a diary; errors as `helped_view`."""
    today = diary.today
    if since > today:
        raise InvalidInputError(f"{since} lies in the future; give the first day with the change.")
    known = next((mark.text for mark in diary.history.marks if (mark.kind, mark.local_date) == ("change", since)), None)
    answer = effect_of(
        diary.check_ins, diary.runs, today, since, known_until=diary.known_until, what=what or known or None
    )
    columns = diary_columns(diary.check_ins, diary.runs, today, diary.known_until)
    day = np.array([each.toordinal() for each in columns.days])
    pain, load = np.array(columns.pain), np.array(columns.load_knee_km)
    told_after, ran_after = day > since.toordinal(), day >= since.toordinal()
    days: dict[str, list[Any]] = {
        "local_date": [each.isoformat() for each in columns.days],
        "pain": [json_number(number) for number in columns.pain],
        "knee_km": [json_number(number) for number in columns.load_knee_km],
    }
    before, after = (_side(pain[told], load[ran]) for told, ran in ((~told_after, ~ran_after), (told_after, ran_after)))
    return HelpedView(answer, days, before, after)


def _side(pain: np.ndarray[Any, Any], load: np.ndarray[Any, Any]) -> Side:
    told, known = pain[np.isfinite(pain)], load[np.isfinite(load)]
    counts = np.bincount(np.rint(told).astype(int), minlength=_PAIN_STEPS + 1)
    return Side(
        mornings=len(told),
        counts=tuple(int(count) for count in counts),
        mean=float(told.mean()) if len(told) else None,
        median=float(np.median(told)) if len(told) else None,
        knee_km_a_week=float(DAYS_PER_WEEK * known.mean()) if len(known) else None,
    )
