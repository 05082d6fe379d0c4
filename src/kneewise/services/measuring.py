"""Outcome measures: scored, kept as events, and compared with the scores before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.assessment.outcome_measures import Item, Score, measures_document, score, score_total
from kneewise.assessment.outcome_trends import Trend, trend
from kneewise.errors import InvalidInputError
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.storage import Event, append_event, new_event, read_events

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record


@dataclass(frozen=True, slots=True, eq=False)
class StoredScore:
    """A score that was just stored, and all of that measure so far."""

    id: str
    recorded_at: datetime
    local_date: date
    score: Score
    trend: Trend

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``kneewise measure score``."""
        return {
            "id": self.id,
            "recorded_at": self.recorded_at.isoformat(),
            "local_date": self.local_date.isoformat(),
            **self.score.to_json(),
            "trend": self.trend.to_json(),
        }


def list_measures() -> list[dict[str, Any]]:
    """Return every outcome measure: what it covers, how it is scored, which change matters, whose it is."""
    return measures_document()


def score_measure(
    place: Place,
    measure: str,
    items: Sequence[Item] | Mapping[str, float | None] | None = None,
    *,
    total: float | None = None,
    subscale: str = "",
    on: date | None = None,
) -> StoredScore:
    """Score one measure and store it.

    Parameters
    ----------
    measure : str
        Id, such as ``"koos_pf"``.
    items : sequence or mapping
        Scores of the items in their order, ``None`` where left out; for own activities a mapping of name to score.
    total : float or None
        Instead of items: a total that was worked out elsewhere.
    subscale : str
        For measures that are scored by subscale.
    on : date or None
        Day of the answers; today in the runner's zone.

    Raises
    ------
    InvalidInputError
        For impossible scores, a future day, or a second score on one day; the earlier record stays as it is.
    """
    if (items is None) == (total is None):
        raise InvalidInputError("Give either the scores of the items or a total, not both.")
    given = _score(measure, items, total, subscale)
    if given.value is None:
        # Kept, it would only take the day from the form filled in to the end.
        raise InvalidInputError(f"{' '.join(given.notes[:1]) or given.text} Nothing was stored; answer the rest first.")
    now = clock.now()
    with opened(place) as (record, runner):
        today = local_day(now, runner)
        day = on or today
        if day > today:
            raise InvalidInputError(f"{day} lies in the future; give today ({today}) or an earlier day.")
        data = {
            "measure": measure,
            "subscale": subscale,
            "items": dict(items) if isinstance(items, Mapping) else None if items is None else list(items),
            "total": total,
        }
        event = new_event(runner.id, "measure", recorded_at=now, local_date=day, data=data)
        with record.writing("storing the score") as connection:
            earlier = _scores(read_events(connection, runner.id, "measure"), measure, subscale)
            if any(other == day for other, _ in earlier):
                raise InvalidInputError(
                    f"There is a score of '{measure}' for {day} already; it stays. Give another day with --date."
                )
            append_event(connection, runner.id, event)
    return StoredScore(event.id, event.recorded_at, day, given, trend([*earlier, (day, given)]))


def measure_trends(place: Place) -> list[Trend]:
    """Return what became of every measure that was scored, by measure and subscale."""
    with opened(place) as (record, runner):
        events = _events(record, runner)
    kinds = dict.fromkeys((event.data["measure"], event.data["subscale"]) for event in events)
    return [trend(_scores(events, measure, subscale)) for measure, subscale in kinds]


def _events(record: Record, runner: Runner) -> list[Event]:
    with record.reading() as connection:
        return read_events(connection, runner.id, "measure")


def _scores(events: Sequence[Event], measure: str, subscale: str) -> list[tuple[date, Score]]:
    """Score the stored answers anew: the items are kept, so that a corrected formula reaches old answers too."""
    return [
        (event.local_date, _score(measure, event.data["items"], event.data["total"], subscale))
        for event in events
        if (event.data["measure"], event.data["subscale"]) == (measure, subscale)
    ]


def _score(measure: str, items: Any, total: float | None, subscale: str) -> Score:
    if total is not None:
        return score_total(measure, total)
    return score(measure, items, subscale=subscale)
