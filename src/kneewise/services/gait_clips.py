"""Measured clips in the record: numbers are kept as events, clips never; side views set the runner's own knee."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kneewise import clock
from kneewise.domain import Estimate, Issue
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.load.knee.personal import StyleTrial
from kneewise.services.knee_trials import StyleChange, keep_knee_trial
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.storage import append_event, new_event, read_events

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.services.gait import GaitResult
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
    style : StyleChange or None
        What is known of the runner's knee before and after; ``None`` where the clip says nothing of it.
    """

    local_date: date
    known: bool
    style: StyleChange | None
    issues: tuple[Issue, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "local_date": self.local_date.isoformat(),
            "known": self.known,
            "style": None if self.style is None else self.style.to_json(),
            "issues": [issue.to_json() for issue in self.issues],
        }


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
    now = clock.now()
    with opened(place) as (record, runner):
        today = local_day(now, runner)
        day = on or today
        if day > today:
            raise InvalidInputError(f"{day} lies in the future; give the day of filming, at most {today}.")
        data = {name: told for name, told in found.to_json().items() if name != "issues"}
        with record.writing("keeping the clip's numbers") as connection:
            kept = read_events(connection, runner.id, "gait_clip")
            known = any(dict(event.data) == data and event.local_date == day for event in kept)
            if not known:
                event = new_event(runner.id, "gait_clip", recorded_at=now, local_date=day, data=data)
                append_event(connection, runner.id, event)
    trial = gait_style_trial(found, runner, day)
    if isinstance(trial, Issue):
        return KeptClip(day, known, None, (trial,))
    style = keep_knee_trial(place, trial, found.name, on=day)
    return KeptClip(day, known, style, style.issues)


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
        events = sorted(read_events(connection, runner.id, "gait_clip"), key=lambda event: event.local_date)
    told: dict[str, Estimate] = {}
    for event in events:
        for name, metric in _FINDINGS.items():
            kept = event.data["metrics"].get(name)
            if kept is None or kept["claim"] == "trend only" or kept["both"]["value"] is None:
                continue
            both, others = kept["both"], kept["both"]["others"]
            told[metric] = Estimate(both["value"], others["low"], others["high"], both["unit"], both["basis"])
    return told
