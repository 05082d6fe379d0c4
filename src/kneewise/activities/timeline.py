"""Repair the clock of a recording, and tell the time that each row stands for.

Rows are what the device wrote, not equal slices of time: smart recording leaves out seconds, pauses leave gaps, clocks
jump. Everything after this module integrates over ``interval_s`` and never counts rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import FileFormat, Floats, Issue, TimerEvent
from kneewise.evidence.parameters import value

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """Strictly increasing times and how to bring channels onto them.

    Attributes
    ----------
    time_s : ndarray of float64, shape (m,)
        POSIX seconds UTC after repair.
    rows : ndarray of intp, shape (k,)
        Rows of the recording in the order of time, m <= k.
    groups : ndarray of intp, shape (m,), or None
        First position in ``rows`` of each instant; ``None`` where every instant has one row.
    trusted_s : tuple of float
        Range of raw time within which timer events and session times are on the repaired clock.
    issues : tuple of Issue
    """

    time_s: Floats
    rows: Rows
    groups: Rows | None
    trusted_s: tuple[float, float]
    issues: tuple[Issue, ...] = ()

    def take(self, values: Floats, merge: str = "mean") -> Floats:
        """Return a channel on this clock; several values of one instant become their mean or maximum."""
        ordered = values[self.rows]
        if self.groups is None:
            return ordered
        if merge == "max":
            return np.asarray(np.fmax.reduceat(ordered, self.groups))
        known = np.isfinite(ordered)
        total = np.add.reduceat(np.where(known, ordered, 0.0), self.groups)
        number = np.add.reduceat(known.astype(np.float64), self.groups)
        return np.asarray(np.divide(total, number, out=np.full(len(total), np.nan), where=number > 0))


def repair_clock(
    time_s: Floats, rows: Rows, events: Sequence[TimerEvent] = (), file_format: FileFormat = "fit"
) -> Clock:
    """Return the clock of some rows of a recording.

    Rows without a time are left out. A clock that was set while recording (a long jump that no pause explains, or a
    long step back) is bridged: the parts are put end to end and the longest part keeps its own time, because a watch
    usually corrects its clock once, early, when satellites are found. Small steps back are sorted, repeats merged.

    Parameters
    ----------
    time_s : ndarray of float64, shape (n,)
        Raw times of the whole recording, POSIX seconds UTC.
    rows : ndarray of intp, shape (k,)
        Rows to use, in file order.
    """
    rows = rows[np.isfinite(time_s[rows])]
    raw = time_s[rows]
    whole = (-np.inf, np.inf)
    if len(raw) < 2:
        return Clock(raw, rows, None, whole)
    step = np.diff(raw)
    if bool(np.all(step > 0)) and step.max() < value("cleaning.timeline.clock_jump_s"):
        return Clock(raw, rows, None, whole)
    issues: list[Issue] = []
    times, trusted = _bridge(raw, step, events, file_format, issues)
    clock = _sort_and_merge(times, rows, issues)
    return replace(clock, trusted_s=trusted, issues=tuple(issues))


def _bridge(
    raw: Floats, step: Floats, events: Sequence[TimerEvent], file_format: FileFormat, issues: list[Issue]
) -> tuple[Floats, tuple[float, float]]:
    breaks = _clock_breaks(raw, step, events, file_format)
    if len(breaks) == 0:
        return raw, (-np.inf, np.inf)
    regular = step[(step > 0) & (step < value("cleaning.timeline.gap_s"))]
    nominal = float(np.median(regular)) if len(regular) else 1.0
    shift = np.zeros(len(raw))
    shift[breaks + 1] = nominal - step[breaks]
    shift = np.cumsum(shift)
    edges = np.concatenate(([0], breaks + 1, [len(raw)]))
    longest = int(np.argmax(np.diff(edges)))
    main = slice(int(edges[longest]), int(edges[longest + 1]))
    shift -= shift[main.start]
    for at in breaks:
        hours = step[at] / 3600.0
        issues.append(
            Issue(
                "clock-jump",
                f"record {int(at) + 1}",
                f"The watch's clock jumped by {hours:+.1f} hours while recording; that time is not counted.",
            )
        )
    return raw + shift, (float(raw[main].min()), float(raw[main].max()))


def _clock_breaks(raw: Floats, step: Floats, events: Sequence[TimerEvent], file_format: FileFormat) -> Rows:
    back = np.flatnonzero(step < -value("cleaning.timeline.sortable_s"))
    if len(back) and file_format != "fit" and _parts_are_apart(raw, back):
        back = back[:0]  # laps or tracks written out of order: sorting puts them right
    ahead = np.flatnonzero(step > value("cleaning.timeline.clock_jump_s"))
    near = value("cleaning.timeline.gap_s")
    explained = [
        any(event.kind == "stop" and raw[at] - near <= event.time_s <= raw[at] + near for event in events)
        for at in ahead
    ]
    return np.sort(np.concatenate((back, ahead[~np.array(explained, dtype=bool)])))


def _parts_are_apart(raw: Floats, back: Rows) -> bool:
    edges = np.concatenate(([0], back + 1, [len(raw)]))
    spans = sorted((raw[a:b].min(), raw[a:b].max()) for a, b in pairwise(edges))
    return all(before[1] <= after[0] for before, after in pairwise(spans))


def _sort_and_merge(times: Floats, rows: Rows, issues: list[Issue]) -> Clock:
    step = np.diff(times)
    if bool((step < 0).any()):
        number = int(np.count_nonzero(step < 0))
        issues.append(
            Issue("time-decreasing", f"{number} records", "Some records were written out of order; they were sorted.")
        )
        order = np.argsort(times, kind="stable")
        times, rows = times[order], rows[order]
        step = np.diff(times)
    new = np.concatenate(([True], step > 0))
    groups: Rows | None = None
    if not bool(new.all()):
        groups = np.flatnonzero(new)
        number = len(times) - len(groups)
        issues.append(
            Issue("time-repeated", f"{number} records", "Several records share one second; they were merged into one.")
        )
        times = times[groups]
    return Clock(times, rows, groups, (-np.inf, np.inf))


def paused_spans(
    time_s: Floats, events: Sequence[TimerEvent], trusted_s: tuple[float, float]
) -> tuple[Floats, tuple[Issue, ...]]:
    """Return when the timer stood still, from the device's own timer events.

    A stop that no start follows ends with the next record: the watch went on recording, so the runner went on.

    Returns
    -------
    spans : ndarray of float64, shape (p, 2)
        Begin and end of each pause, POSIX seconds, ordered, not overlapping.
    issues : tuple of Issue
    """
    usable = sorted(
        (event for event in events if trusted_s[0] - 1 <= event.time_s <= trusted_s[1] + 1),
        key=lambda event: (event.time_s, event.kind == "start"),
    )
    spans: list[tuple[float, float]] = []
    lost = 0
    for position, event in enumerate(usable):
        if event.kind != "stop" or (spans and event.time_s < spans[-1][1]):
            continue
        follower = usable[position + 1] if position + 1 < len(usable) else None
        if follower is not None and follower.kind == "start":
            spans.append((event.time_s, follower.time_s))
            continue
        after = int(np.searchsorted(time_s, event.time_s, side="right"))
        if after < len(time_s):
            spans.append((event.time_s, float(time_s[after])))
            lost += follower is None or follower.time_s > time_s[after]
    issues = (
        (
            Issue(
                "start-missing",
                f"{lost} pauses",
                "The timer was stopped and never started again, yet records follow;"
                " the pause was taken to end with the next record.",
            ),
        )
        if lost
        else ()
    )
    return np.array(spans, dtype=np.float64).reshape(-1, 2), issues


def active_gaps(time_s: Floats, spans: Floats, distance_m: Floats | None) -> tuple[Floats, Issue | None]:
    """Return the active time between neighbouring rows: pauses taken out, long silences counted only if proved.

    A silence longer than ``cleaning.timeline.gap_s`` counts when the distance went on at walking pace or faster
    and it stayed below ``cleaning.timeline.silence_s``; otherwise nobody knows what happened and nothing is counted.

    Parameters
    ----------
    time_s : ndarray of float64, shape (m,)
    spans : ndarray of float64, shape (p, 2)
    distance_m : ndarray of float64, shape (m,), or None
        Distance covered so far.

    Returns
    -------
    gap_s : ndarray of float64, shape (m - 1,)
    issue : Issue or None
    """
    gap = np.diff(time_s)
    if len(spans):
        corners = spans.ravel()
        stood = np.concatenate(([0.0], np.cumsum(np.diff(corners) * (np.arange(len(corners) - 1) % 2 == 0))))
        gap = gap - np.diff(np.interp(time_s, corners, stood))
        gap[gap < 1e-6] = 0.0  # rounding of POSIX seconds
    long = np.flatnonzero(gap > value("cleaning.timeline.gap_s"))
    if len(long) == 0:
        return gap, None
    moved = np.full(len(long), np.nan) if distance_m is None else distance_m[long + 1] - distance_m[long]
    proved = moved >= value("cleaning.timeline.silence_speed_mps") * gap[long]
    unknown = long[~(proved & (gap[long] <= value("cleaning.timeline.silence_s")))]
    silent = float(gap[unknown].sum())
    gap[unknown] = 0.0
    if len(unknown) == 0:
        return gap, None
    text = f"The recording is silent for {silent / 60:.1f} minutes without a pause; that time is not counted."
    return gap, Issue("gap-not-counted", f"{len(unknown)} gaps", text)


def intervals(gap_s: Floats) -> Floats:
    """Return the time each row stands for: half of the active gap on either side; shape (len(gap_s) + 1,)."""
    interval = np.zeros(len(gap_s) + 1)
    interval[:-1] += 0.5 * gap_s
    interval[1:] += 0.5 * gap_s
    return interval
