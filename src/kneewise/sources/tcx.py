"""Garmin's Training Center XML: one recording per activity in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from kneewise.domain import Floats, Lap, Recording, Session
from kneewise.errors import NotAnActivityError, UnreadableFileError
from kneewise.sources.elements import ElementReader
from kneewise.sources.sports import sport_of
from kneewise.sources.track_points import (
    Clock,
    Point,
    PointTable,
    issues,
    known,
    number,
    recovery,
    timer_events,
)
from kneewise.sources.xml import Damage, parse

#: Elements with text, by local name in lower case; ``Value`` stands in HeartRateBpm.
_LEAVES: Mapping[str, str] = {
    "time": "timestamp",
    "latitudedegrees": "position_lat",
    "longitudedegrees": "position_long",
    "altitudemeters": "altitude",
    "distancemeters": "distance",
    "value": "heart_rate",
    "cadence": "cadence",
    "runcadence": "run_cadence",
    "speed": "speed",
    "watts": "power",
    "groundcontacttime": "stance_time",
    "stancetime": "stance_time",
    "verticaloscillation": "vertical_oscillation",
    "verticaloscillationmm": "vertical_oscillation",
    "totaltimeseconds": "lap_timer",
    "id": "id",
    "name": "name",
    "notes": "notes",
    "avgruncadence": "lap_run_cadence",
}
_LONGEST_TITLE = 120


@dataclass(slots=True)
class _RawLap:
    start: str | None
    leaves: Point = field(default_factory=dict)
    tracks: int = 0


@dataclass(slots=True)
class _RawActivity:
    sport: str | None
    points: PointTable
    laps: list[_RawLap] = field(default_factory=list)
    leaves: Point = field(default_factory=dict)
    device: str | None = None


class _Reader(ElementReader):
    """Collects the activities of a TCX file."""

    levels = ("activity", "lap", "track", "trackpoint")
    fields = _LEAVES
    structure = frozenset({"activity", "lap", "track", "creator", "course", "workout"})
    points_carry_attributes = False

    def __init__(self, *, lean: bool) -> None:
        super().__init__(lean=lean)
        self.clock = Clock()
        self.activities: list[_RawActivity] = []
        self.kinds: set[str] = set()

    def point_ended(self, point: Point) -> None:
        """Keep a point of an activity; those of a planned course are no run."""
        if "run_cadence" in point:
            point["cadence"] = point.pop("run_cadence")
        if self.activities:
            self.activities[-1].points.add(point)
        elif not self.kinds:
            # Damage has eaten the start of the activity.
            self.activities.append(_RawActivity(None, PointTable(self.clock)))
            self.activities[-1].points.add(point)

    def _hand_over(self) -> None:
        """Give the gathered leaves to the open lap, else to the open activity."""
        open_names = {self.names[name] for name in self.stack}
        if self.activities and "activity" in open_names:
            activity = self.activities[-1]
            owner = activity.laps[-1].leaves if "lap" in open_names and activity.laps else activity.leaves
            owner.update(self.leaves)
        self.leaves.clear()

    def opened(self, local: str, attributes: dict[str, str]) -> None:
        """Begin an activity, a lap, a track or something that is no activity."""
        self._hand_over()
        if local == "activity":
            self.activities.append(_RawActivity(_attribute(attributes, "sport"), PointTable(self.clock)))
        elif local in ("course", "workout"):
            self.kinds.add(local)
        elif not self.activities:
            return
        elif local == "lap":
            self.activities[-1].laps.append(_RawLap(_attribute(attributes, "starttime")))
        elif local == "track":
            activity = self.activities[-1]
            if activity.laps:
                activity.laps[-1].tracks += 1
                if activity.laps[-1].tracks > 1:
                    activity.points.mark_break()

    def closed(self, local: str) -> None:
        """Give the leaves after the tracks to their owner."""
        if not self.activities:
            self.leaves.clear()
        elif local == "creator":
            self.activities[-1].device = self.leaves.get("name")
            self.leaves.clear()
        elif local == "lap" and self.activities[-1].laps:
            self.activities[-1].laps[-1].leaves.update(self.leaves)
            self.leaves.clear()
        elif local == "activity":
            self.activities[-1].leaves.update(self.leaves)
            self.leaves.clear()


def read_tcx(data: bytes | memoryview, name: str) -> list[Recording]:
    """Read a TCX file.

    Parameters
    ----------
    data : bytes or memoryview
        The whole file, gzip already undone.
    name : str
        Name of the file, for messages.

    Returns
    -------
    list of Recording
        One per ``Activity`` element. Channels carry the names of FIT's record message; ``cadence`` is the number as
        it stands in the file (strides per minute from Garmin), ``utc_offset_s`` is ``None``: TCX does not hold it.

    Raises
    ------
    UnreadableFileError
        When no activity can be found, or the file declares entities.
    NotAnActivityError
        When the file holds only courses or workouts.
    """
    reader, damage = parse(bytes(data), name, _Reader)
    kept = [activity for activity in reader.activities if len(activity.points) or activity.laps]
    if kept:
        return [_recording(activity, reader.clock, damage, name) for activity in kept]
    if reader.kinds:
        kind = sorted(reader.kinds)[0]
        raise NotAnActivityError(f"{name} holds a {kind}, not a recording of a run; nothing to import.", kind=kind)
    why = f" ({damage.reason} in line {damage.line})" if damage.reason else ""
    raise UnreadableFileError(f"{name} is a TCX file without any activity{why}; export the run again.")


def _recording(raw: _RawActivity, clock: Clock, damage: Damage, name: str) -> Recording:
    unzoned_before = clock.without_zone
    time_s = raw.points.time_s()
    laps = tuple(_lap(lap, clock) for lap in raw.laps)
    session = _session(raw, laps, time_s, clock)
    records = len(time_s)
    return Recording(
        format="tcx",
        kind="activity",
        time_s=time_s,
        channels=raw.points.channels(),
        sessions=(session,),
        laps=laps,
        events=timer_events(time_s, raw.points.breaks),
        device=(raw.device or "").strip() or None,
        recovery=recovery(damage, records),
        title=_title(raw.leaves.get("notes")),
        issues=issues(name, damage, records, clock.without_zone - unzoned_before),
    )


def _lap(raw: _RawLap, clock: Clock) -> Lap:
    timer_s = known(number(raw.leaves.get("lap_timer")))
    return Lap(
        start_s=known(clock.posix_s(raw.start)),
        elapsed_s=None,
        timer_s=timer_s,
        distance_m=known(number(raw.leaves.get("distance"))),
    )


def _session(raw: _RawActivity, laps: tuple[Lap, ...], time_s: Floats, clock: Clock) -> Session:
    sport, sub_sport = sport_of(raw.sport)
    finite = time_s[np.isfinite(time_s)]
    starts = [lap.start_s for lap in laps if lap.start_s is not None]
    start_s = known(clock.posix_s(raw.leaves.get("id")))
    if start_s is None:
        start_s = starts[0] if starts else (float(finite[0]) if len(finite) else None)
    return Session(
        sport=sport,
        sub_sport=sub_sport,
        start_s=start_s,
        timer_s=_sum([lap.timer_s for lap in laps]),
        distance_m=_sum([lap.distance_m for lap in laps]),
        mean_cadence=_mean_cadence(raw.laps),
    )


def _mean_cadence(laps: list[_RawLap]) -> float | None:
    """Return the laps' own run cadence, weighted with their time; ``None`` unless every lap has one."""
    pairs = [(number(lap.leaves.get("lap_run_cadence")), number(lap.leaves.get("lap_timer"))) for lap in laps]
    total_s = sum(seconds for _, seconds in pairs)
    if not pairs or not total_s > 0:
        return None
    return known(sum(cadence * seconds for cadence, seconds in pairs) / total_s)


def _sum(values: list[float | None]) -> float | None:
    """Return the sum, ``None`` unless every lap has the value."""
    present = [value for value in values if value is not None]
    return sum(present) if present and len(present) == len(values) else None


def _title(notes: str | None) -> str | None:
    """Return the notes where they are a title: one short line."""
    text = (notes or "").strip()
    return text if text and "\n" not in text and len(text) <= _LONGEST_TITLE else None


def _attribute(attributes: dict[str, str], wanted: str) -> str | None:
    return next((value for key, value in attributes.items() if key.rpartition(":")[2].lower() == wanted), None)
