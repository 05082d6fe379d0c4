"""The runner's own knee, folded from the trials in the event log that were not withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kneewise.load.knee.personal import StyleTrial, personal_style
from kneewise.storage import Event, read_events

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kneewise.domain import KneeStyle


def style_of(events: Sequence[Event]) -> KneeStyle | None:
    """Fold trials and withdrawals; ``None`` where no trial counts."""
    kept = _kept(events)
    return personal_style([trial_of(event) for event in kept]) if kept else None


def counted_trials(connection: Connection, runner_id: str) -> list[Event]:
    """Return the events of the trials that were not withdrawn, in the order of keeping."""
    return _kept(read_events(connection, runner_id, "knee_trial", "knee_trial_withdrawn"))


def trial_of(event: Event) -> StyleTrial:
    """Return what the trial of an event showed."""
    return StyleTrial(**{name: told for name, told in event.data.items() if name != "name"})


def _kept(events: Sequence[Event]) -> list[Event]:
    gone = {event.data["withdrawn"] for event in events if event.kind == "knee_trial_withdrawn"}
    return [event for event in events if event.kind == "knee_trial" and event.id not in gone]
