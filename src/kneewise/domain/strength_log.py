"""What a runner did of one strength exercise on one day; never edited, only followed by a correction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLog:
    """One event of the append-only log of strength work.

    Attributes
    ----------
    recorded_at : datetime
        Instant of the entry, aware, in UTC.
    local_date : date
        The runner's calendar day of the session.
    exercise : str
        Id in the exercise library.
    sets : int
        Sets that were done.
    reps : int or None
        Repetitions of the weakest set (of each side); ``None`` for holds.
    hold_s : float or None
        Shortest hold or bout, in seconds; ``None`` for repetitions.
    load_kg, band : float or None, str
        Added load: a weight, or the colour or strength of the band.
    pain : float or None
        Worst pain during it, 0 to 10; ``None`` where not answered.
    reps_in_reserve : int or None
        Repetitions that were left at the end of the last set.
    form_lost_at_rep : int or None
        Repetition from which the form was lost; ``None`` where it was kept.
    corrects : str or None
        Id of the earlier entry that this one replaces.
    """

    id: str
    recorded_at: datetime
    local_date: date
    exercise: str
    sets: int = 1
    reps: int | None = None
    hold_s: float | None = None
    load_kg: float | None = None
    band: str = ""
    pain: float | None = None
    reps_in_reserve: int | None = None
    form_lost_at_rep: int | None = None
    note: str | None = None
    corrects: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the stored entry; what was not answered is ``None``."""
        document = {name: getattr(self, name) for name in self.__slots__}
        document["recorded_at"] = self.recorded_at.isoformat()
        document["local_date"] = self.local_date.isoformat()
        return document


def holding(logs: Iterable[SetLog]) -> list[SetLog]:
    """Return the entries that hold after corrections, the oldest day first."""
    entries = {log.id: log for log in logs}
    replaced = {log.corrects for log in entries.values() if log.corrects}
    kept = (log for log in entries.values() if log.id not in replaced)
    return sorted(kept, key=lambda log: (log.local_date, log.recorded_at, log.id))
