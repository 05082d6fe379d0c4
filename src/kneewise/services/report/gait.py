"""Gait before and after: from the watch at equal speed, and from clips of the same side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import fmean
from typing import TYPE_CHECKING, Any

from kneewise.domain import Estimate
from kneewise.evidence.parameters import value
from kneewise.report.clinic.content import Gait, GaitChange, Split
from kneewise.retraining.retention import cadence_change
from kneewise.services.gait.clips import counted_clips
from kneewise.services.gait.trial import GaitTrial, steady_bins
from kneewise.storage import StoredActivity, read_events
from kneewise.units import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from kneewise.domain import Runner
    from kneewise.storage import Record

_TREND = "trend only"


def gait_of(
    record: Record,
    runner: Runner,
    stored: Sequence[StoredActivity],
    trial: GaitTrial | None,
    onset: date | None,
    today: date,
) -> Gait:
    """Return gait before and after the trial of quicker steps, else before and after the onset.

    Parameters
    ----------
    stored : sequence of StoredActivity
        With their loads, oldest first.
    """
    split, on = _split(trial, onset)
    clips = _clips(record, runner)
    earlier, later = _sides(stored, on, today)
    bins_before, bins_after = ([bins for item in side if (bins := steady_bins(item))] for side in (earlier, later))
    watch = list(_watch(earlier, later)) if on is not None else []
    change = cadence_change(bins_before, bins_after) if bins_before and bins_after else None
    if change is not None and math.isfinite(change.value):
        watch.insert(0, _cadence(earlier, later, change))
    return Gait(
        split=split,
        split_on=on,
        changes=(*watch, *_filmed(clips)),
        runs_before=len(bins_before),
        runs_after=len(bins_after),
        clip_days=tuple(day for day, _data in clips),
        trial="" if trial is None else trial.result.text,
    )


def _split(trial: GaitTrial | None, onset: date | None) -> tuple[Split, date | None]:
    if trial is not None:
        return "retraining", trial.local_date
    return ("none", None) if onset is None else ("onset", onset)


def _sides(
    stored: Sequence[StoredActivity], on: date | None, today: date
) -> tuple[list[StoredActivity], list[StoredActivity]]:
    """Return the runs of the weeks before the split, and those of the last weeks."""
    if on is None:
        return [], []
    runs = [item for item in stored if item.activity.is_run and item.counted_id is None]
    first = on - timedelta(weeks=value("report.gait_before_weeks"))
    last = max(on, today - timedelta(weeks=value("report.gait_after_weeks")))
    before = [item for item in runs if first <= item.activity.local_date < on]
    return before, [item for item in runs if item.activity.local_date >= last]


def _cadence(earlier: Sequence[StoredActivity], later: Sequence[StoredActivity], change: Estimate) -> GaitChange:
    before, after = (_mean_of(side, "cadence_spm") for side in (earlier, later))
    apart = change.low > 0 or change.high < 0
    return GaitChange("cadence_equal_speed", "%", "watch", before, after, change, apart)


def _watch(earlier: Sequence[StoredActivity], later: Sequence[StoredActivity]) -> Iterator[GaitChange]:
    """Yield plain means of the runs; they change with speed, so no verdict is claimed."""
    for metric, unit in (("speed_mps", "m/s"), ("step_length_m", "m"), ("contact_time_s", "s")):
        before, after = (_mean_of(side, metric) for side in (earlier, later))
        if before is not None or after is not None:
            yield GaitChange(metric, unit, "watch", before, after, None, None)


def _mean_of(side: Sequence[StoredActivity], metric: str) -> float | None:
    if metric == "step_length_m":
        known = [_step_length(item) for item in side]
    else:
        known = [getattr(item.activity, metric) for item in side]
    numbers = [number for number in known if number is not None and math.isfinite(number)]
    return fmean(numbers) if numbers else None


def _step_length(item: StoredActivity) -> float | None:
    speed, cadence = item.activity.speed_mps, item.activity.cadence_spm
    if item.activity.step_length_m is not None:
        return item.activity.step_length_m
    return speed * SECONDS_PER_MINUTE / cadence if speed and cadence else None


# -------------------------------------------------------------------------------------------------------------- clips


def _clips(record: Record, runner: Runner) -> list[tuple[date, Mapping[str, Any]]]:
    with record.reading() as connection:
        events = counted_clips(read_events(connection, runner.id, "gait_clip", "gait_clip_withdrawn"))
    return sorted(((event.local_date, event.data) for event in events), key=lambda clip: clip[0])


def _filmed(clips: Sequence[tuple[date, Mapping[str, Any]]]) -> Iterator[GaitChange]:
    """Yield every measured metric of the first and the last clip of each view."""
    for view in dict.fromkeys(data.get("view") for _, data in clips):
        of_view = [data for _, data in clips if data.get("view") == view]
        first, last = of_view[0]["metrics"], of_view[-1]["metrics"]
        for name, metric in last.items():
            if metric["claim"] == _TREND and len(of_view) == 1:
                continue
            yield _clip_change(name, first.get(name) if len(of_view) > 1 else None, metric)


def _clip_change(name: str, earlier: Mapping[str, Any] | None, later: Mapping[str, Any]) -> GaitChange:
    after = later["both"]
    before = None if earlier is None else earlier["both"]
    if before is None or None in (before["value"], after["value"], before["high"], after["high"]):
        known = None if before is None else before["value"]
        return GaitChange(name, after["unit"], "video", known, after["value"], None, None)
    smallest = math.hypot(before["high"] - before["value"], after["high"] - after["value"])
    number = after["value"] - before["value"]
    change = Estimate(number, number - smallest, number + smallest, after["unit"], after["basis"], after["level"])
    return GaitChange(name, after["unit"], "video", before["value"], after["value"], change, abs(number) > smallest)
