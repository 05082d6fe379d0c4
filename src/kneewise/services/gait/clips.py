"""Measured clips in the record: numbers are kept as events, clips never; side views set the runner's own knee."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.domain import Estimate, Issue
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.load.knee.personal import StyleTrial, generic_style
from kneewise.services.gait.drawn import drawn
from kneewise.services.gait.folder import put_pictures, remove_pictures
from kneewise.services.knee_trials import StyleChange, new_trial, trial_kept
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.storage import Event, append_event, new_event, read_events

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from kneewise.domain import KneeStyle, Runner
    from kneewise.services.gait.measuring import GaitResult
    from kneewise.storage import Record

#: The findings' word for a metric of a clip.
_FINDINGS = {
    "pelvic_drop_peak_deg": "pelvic_drop_deg",
    "hip_adduction_peak_deg": "hip_adduction_deg",
    "trunk_lean_deg": "trunk_lean_deg",
    "foot_inclination_ic_deg": "foot_strike",
}


@dataclass(frozen=True, slots=True)
class KeptClip:
    """What keeping a clip's numbers led to.

    Attributes
    ----------
    clip_id : str
        Of the event that holds the numbers.
    style : StyleChange or None
        What is known of the runner's knee before and after; ``None`` where the clip says nothing of it.
    """

    clip_id: str
    local_date: date
    known: bool
    style: StyleChange | None
    issues: tuple[Issue, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "id": self.clip_id,
            "local_date": self.local_date.isoformat(),
            "known": self.known,
            "style": None if self.style is None else self.style.to_json(),
            "issues": [issue.to_json() for issue in self.issues],
        }


@dataclass(frozen=True, slots=True)
class StoredGait:
    """A clip whose numbers were stored, before the loads followed.

    Attributes
    ----------
    known : bool
        The same measurement was in the record already.
    changed : bool
        It says something new of the runner's knee: all loads must be computed anew.
    before : KneeStyle
        What was known of the knee until then.
    trial : StyleTrial or Issue
        What the clip says of the knee, or why it says nothing.
    """

    clip_id: str
    local_date: date
    name: str
    known: bool
    changed: bool
    before: KneeStyle
    trial: StyleTrial | Issue


def keep_gait(place: Place, found: GaitResult, *, on: date | None = None) -> KeptClip:
    """Keep the numbers of a clip; from a side view they set the runner's own knee, and all loads are computed anew.

    Parameters
    ----------
    on : date or None
        Day of filming; today in the runner's zone.

    Raises
    ------
    InvalidInputError
        When the day lies in the future.
    """
    from kneewise.services.recomputing import recompute_loads

    stored = store_gait(place, found, on=on)
    return finish_gait(place, stored, recompute_loads(place) if stored.changed else 0)


def store_gait(
    place: Place,
    found: GaitResult,
    *,
    on: date | None = None,
    pictures: Path | None = None,
    beside: Callable[[Connection, str, bool], None] = lambda *_: None,
) -> StoredGait:
    """Store the numbers of a clip, and what they say of the runner's knee, together; loads are left as they are.

    Parameters
    ----------
    pictures : Path or None
        Folder of pictures on the disk of the record; it is moved to the clip.
    beside : callable
        Called in the same transaction with the clip's id and whether the loads must be computed anew; where it raises,
        nothing is stored.

    Raises
    ------
    InvalidInputError
        When the day lies in the future.
    """
    now = clock.now()
    with opened(place) as (record, runner):
        today = local_day(now, runner)
        day = on or today
        if day > today:
            raise InvalidInputError(f"{day} lies in the future; give the day of filming, at most {today}.")
        before, data = runner.style or generic_style(), _document(found)
        trial = gait_style_trial(found, runner, day)
        with ExitStack() as undo:
            with record.writing("keeping the clip's numbers") as connection:
                kept = _kept(connection, runner, day, data)
                if kept is not None:
                    beside(connection, kept, False)
                    return StoredGait(kept, day, found.name, True, False, before, trial)
                knee = None if isinstance(trial, Issue) else new_trial(connection, runner, trial, found.name, day, now)
                told = {**data, "knee_trial": None if knee is None else knee.id}
                event = new_event(runner.id, "gait_clip", recorded_at=now, local_date=day, data=told)
                if pictures is not None:
                    undo.callback(remove_pictures, record.data, event.id)
                    put_pictures(record.data, event.id, pictures)
                append_event(connection, runner.id, event)
                if knee is not None:
                    append_event(connection, runner.id, knee)
                beside(connection, event.id, knee is not None)
            undo.pop_all()
    return StoredGait(event.id, day, found.name, False, knee is not None, before, trial)


def finish_gait(place: Place, stored: StoredGait, recomputed: int) -> KeptClip:
    """Return what keeping a clip led to, after the loads were computed anew where it changed the knee."""
    if isinstance(stored.trial, Issue):
        return KeptClip(stored.clip_id, stored.local_date, stored.known, None, (stored.trial,))
    style = trial_kept(place, stored.before, stored.name, recomputed, known=not stored.changed)
    return KeptClip(stored.clip_id, stored.local_date, stored.known, style, style.issues)


def counted_clips(events: Sequence[Event]) -> list[Event]:
    """Return the clips that were not deleted, in the order of keeping."""
    gone = {event.data["withdrawn"] for event in events if event.kind == "gait_clip_withdrawn"}
    return [event for event in events if event.kind == "gait_clip" and event.id not in gone]


def _kept(connection: Connection, runner: Runner, day: date, data: Mapping[str, Any]) -> str | None:
    """Return the clip of a day that holds the same measurement, or ``None``."""
    events = counted_clips(read_events(connection, runner.id, "gait_clip", "gait_clip_withdrawn"))
    return next((event.id for event in events if event.local_date == day and _same(event.data, data)), None)


def _document(found: GaitResult) -> dict[str, Any]:
    return {
        **found.to_json(),
        "speed_mps": found.speed_mps,
        "facing": found.keypoints.facing,
        "drawn": drawn(found),
    }


def _same(kept: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Whether two clips hold the same measurement; what an older version did not keep does not count."""
    return all(kept[name] == told for name, told in data.items() if name in kept)


def gait_style_trial(found: GaitResult, runner: Runner, day: date) -> StyleTrial | Issue:
    """Return what a clip shows of the knee, or why it shows nothing."""
    metrics = found.gait.metrics
    knee, cadence = metrics.get("knee_flexion_peak_deg"), metrics.get("cadence_spm")
    if knee is None or cadence is None:
        return _no_trial(found, "only a side view shows the knee bend")
    speed = found.speed_mps if found.speed_mps is not None else _speed(found)
    if speed is None:
        return _no_trial(found, "the speed is not known; tell the belt's with --speed-mps, or your height")
    if runner.height_m is None:
        return _no_trial(found, "your height is not known; set it with 'kneewise profile set --height-m'")
    if knee.claim == "trend only" or min(knee.steps) < value("gait.steps.enough"):
        return _no_trial(found, "frame rate or number of steps are too low for an angle")
    sd = value("video.knee_flexion_standing_sd_deg") if found.gait.standing else None
    return StyleTrial(
        "video", day.isoformat(), speed, cadence.both.value, runner.height_m, knee.both.value, knee_sd_deg=sd
    )


def _speed(found: GaitResult) -> float | None:
    speed = found.gait.metrics.get("speed_mps")
    return None if speed is None or not math.isfinite(speed.both.value) else speed.both.value


def _no_trial(found: GaitResult, why: str) -> Issue:
    return Issue("knee-not-set", found.name, f"The numbers are kept, but the runner's own knee is not set: {why}.")


def video_findings(record: Record, runner: Runner) -> Mapping[str, Estimate]:
    """Return what the newest clips say to the findings, by metric id; trends alone say nothing.

    The interval is the one against a laboratory: findings compare with other people.
    """
    with record.reading() as connection:
        kept = counted_clips(read_events(connection, runner.id, "gait_clip", "gait_clip_withdrawn"))
    events = sorted(kept, key=lambda event: event.local_date)
    told: dict[str, Estimate] = {}
    for event in events:
        for name, metric in _FINDINGS.items():
            kept = event.data["metrics"].get(name)
            if kept is None or kept["claim"] == "trend only" or kept["both"]["value"] is None:
                continue
            both, others = kept["both"], kept["both"]["others"]
            told[metric] = Estimate(both["value"], others["low"], others["high"], both["unit"], both["basis"])
    return told
