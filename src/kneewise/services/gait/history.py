"""Earlier clips: what the record holds of them, two of them beside each other, and leaving one out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.domain import Estimate
from kneewise.errors import InvalidInputError
from kneewise.gait.certainty import Metric
from kneewise.gait.difference import as_seen
from kneewise.services.gait.clips import counted_clips
from kneewise.services.gait.compared import doubts_of, side_by_side
from kneewise.services.gait.folder import pictures_of, remove_pictures
from kneewise.services.local_day import local_day
from kneewise.services.own_knee import counted_trials
from kneewise.services.place import Place, opened
from kneewise.storage import append_event, new_event, read_events
from kneewise.storage.jobs import insert_once, new_job

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Event, Record

_ENDS = ("left", "right", "both", "asymmetry")


@dataclass(frozen=True, slots=True, eq=False)
class PastClip:
    """One clip of the record.

    Attributes
    ----------
    data : mapping
        The document of ``kneewise gait`` as it was measured, with ``drawn`` (see ``drawn``).
    pictures : sequence of str
        Names of its files in the data folder.
    sets_knee : bool
        Whether it is one of the trials that set the runner's own knee.
    """

    id: str
    recorded_at: datetime
    local_date: date
    data: Mapping[str, Any]
    pictures: Sequence[str]
    sets_knee: bool

    @property
    def view(self) -> str:
        """``"side"`` or ``"rear"``."""
        return str(self.data["view"])

    @property
    def keeps_clip(self) -> bool:
        """Whether the clip itself lies beside its pictures."""
        return any(name.startswith("clip") for name in self.pictures)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        told = {name: value for name, value in self.data.items() if name not in ("knee_trial", "key")}
        return {
            **told,
            "id": self.id,
            "local_date": self.local_date.isoformat(),
            "pictures": list(self.pictures),
            "sets_knee": self.sets_knee,
        }


def list_clips(place: Place) -> list[PastClip]:
    """Return the clips that were kept and not deleted, the newest day first."""
    with opened(place) as (record, runner):
        return _listed(record, runner)


def read_clip(place: Place, clip_id: str) -> PastClip | None:
    """Return one clip, or ``None``."""
    return next((clip for clip in list_clips(place) if clip.id == clip_id), None)


def withdraw_clip(place: Place, clip_id: str) -> None:
    """Leave a clip out from now on and delete its pictures; the log keeps that it was there.

    Where it had set the runner's own knee, a job is put that computes all loads anew.

    Raises
    ------
    InvalidInputError
        When there is no such clip.
    """
    now = clock.now()
    with opened(place) as (record, runner):
        today = local_day(now, runner)
        with record.writing("deleting the clip") as connection:
            events = read_events(connection, runner.id, "gait_clip", "gait_clip_withdrawn")
            found = next((event for event in counted_clips(events) if event.id == clip_id), None)
            if found is None:
                raise InvalidInputError("There is no such clip in the record; the page of your clips lists those.")
            trial = _trial_of(found, counted_trials(connection, runner.id))
            gone = {"withdrawn": clip_id}
            event = new_event(runner.id, "gait_clip_withdrawn", recorded_at=now, local_date=today, data=gone)
            append_event(connection, runner.id, event)
            if trial is not None:
                gone = {"withdrawn": trial.id}
                event = new_event(runner.id, "knee_trial_withdrawn", recorded_at=now, local_date=today, data=gone)
                append_event(connection, runner.id, event)
                insert_once(connection, new_job(runner.id, "loads", {}, at=now))
        remove_pictures(record.data, clip_id)


def compare_past(before: PastClip, after: PastClip) -> dict[str, Any]:
    """Return the change of every metric from an earlier clip to a later one, as ``compare_clips`` does.

    Raises
    ------
    InvalidInputError
        When one clip shows the side and the other the back.
    """
    if before.view != after.view:
        raise InvalidInputError("One clip shows the side and the other the back; compare clips from the same side.")
    seen = (as_seen(metrics_of(clip.data), clip.data.get("standing_off_deg", {})) for clip in (before, after))
    found = side_by_side(*seen)
    return {
        "before": str(before.data["name"]),
        "after": str(after.data["name"]),
        "metrics": found,
        "issues": [issue.to_json() for issue in doubts_of(before.data, after.data)],
    }


def metrics_of(document: Mapping[str, Any]) -> dict[str, Metric]:
    """Return the metrics of a clip's document as they were measured."""
    return {name: _metric(name, told) for name, told in document["metrics"].items()}


def _metric(name: str, told: Mapping[str, Any]) -> Metric:
    ends = {end: Estimate.from_json(told[end]) for end in _ENDS}
    return Metric(name=name, steps=(told["steps"]["left"], told["steps"]["right"]), claim=told["claim"], **ends)


def _listed(record: Record, runner: Runner) -> list[PastClip]:
    with record.reading() as connection:
        clips = counted_clips(read_events(connection, runner.id, "gait_clip", "gait_clip_withdrawn"))
        trials = counted_trials(connection, runner.id)
    found = [
        PastClip(
            event.id,
            event.recorded_at,
            event.local_date,
            event.data,
            pictures_of(record.data, event.id),
            _trial_of(event, trials) is not None,
        )
        for event in clips
    ]
    return sorted(found, key=lambda clip: (clip.local_date, clip.recorded_at), reverse=True)


def _trial_of(clip: Event, trials: Sequence[Event]) -> Event | None:
    """Return the trial of the knee that came from a clip; those kept by older versions are found by name and day."""
    if "knee_trial" in clip.data:
        return next((trial for trial in trials if trial.id == clip.data["knee_trial"]), None)
    alike = (clip.data["name"], "video", clip.local_date)
    return next((one for one in trials if (one.data["name"], one.data["tier"], one.local_date) == alike), None)
