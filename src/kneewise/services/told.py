"""What the runner told: the events of the log as the computation knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kneewise.domain import CheckIn
from kneewise.storage import Event, read_events

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record


@dataclass(frozen=True, slots=True)
class NotedChange:
    """Something that the runner changed on a day: shoes, cadence, load."""

    local_date: date
    what: str

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"local_date": self.local_date.isoformat(), "what": self.what}


def check_in_of(event: Event) -> CheckIn:
    """Return the check-in that an event holds."""
    return CheckIn(id=event.id, recorded_at=event.recorded_at, local_date=event.local_date, **event.data)


def read_check_ins(record: Record, runner: Runner) -> list[CheckIn]:
    """Return every check-in of a runner."""
    with record.reading() as connection:
        return [check_in_of(event) for event in read_events(connection, runner.id, "check_in")]


def read_changes(record: Record, runner: Runner) -> list[NotedChange]:
    """Return every noted change, the oldest day first."""
    with record.reading() as connection:
        events = read_events(connection, runner.id, "change")
    return sorted((NotedChange(event.local_date, event.data["what"]) for event in events), key=lambda c: c.local_date)
