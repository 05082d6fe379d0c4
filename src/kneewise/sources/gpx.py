"""GPX: one recording per track in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from kneewise.domain import Recording, Session
from kneewise.errors import NotAnActivityError, UnreadableFileError
from kneewise.sources.elements import ElementReader
from kneewise.sources.sports import sport_of
from kneewise.sources.track_points import Clock, Point, PointTable, issues, recovery, timer_events
from kneewise.sources.xml import Damage, parse

#: Elements with text, by local name in lower case, from GPX 1.0 and 1.1, Garmin's TrackPointExtension,
#: Cluetrust's gpxdata and Garmin's PowerExtension.
_LEAVES: Mapping[str, str] = {
    "time": "timestamp",
    "ele": "altitude",
    "hr": "heart_rate",
    "heartrate": "heart_rate",
    "cad": "cadence",
    "cadence": "cadence",
    "runcadence": "cadence",
    "speed": "speed",
    "distance": "distance",
    "power": "power",
    "powerinwatts": "power",
    "watts": "power",
    "atemp": "temperature",
    "temp": "temperature",
    "groundcontacttime": "stance_time",
    "stancetime": "stance_time",
    "verticaloscillation": "vertical_oscillation",
    "verticaloscillationmm": "vertical_oscillation",
    "name": "name",
    "type": "type",
}


@dataclass(slots=True)
class _RawTrack:
    points: PointTable
    leaves: Point = field(default_factory=dict)
    segments: int = 0


class _Reader(ElementReader):
    """Collects the tracks of a GPX file."""

    levels = ("trk", "trkseg", "trkpt")
    fields = _LEAVES
    structure = frozenset({"gpx", "metadata", "author", "link", "trk", "trkseg", "rte", "wpt"})
    points_carry_attributes = True

    def __init__(self, *, lean: bool) -> None:
        super().__init__(lean=lean)
        self.clock = Clock()
        self.tracks: list[_RawTrack] = []
        self.planned = False
        self.creator: str | None = None
        self.title: str | None = None

    def point_began(self, attributes: dict[str, str]) -> Point:
        """Return the position."""
        try:
            return {"position_lat": attributes["lat"], "position_long": attributes["lon"]}
        except KeyError:
            return {}

    def point_ended(self, point: Point) -> None:
        """Keep a point; damage may have eaten the start of its track."""
        if not self.tracks:
            self.tracks.append(_RawTrack(PointTable(self.clock)))
        self.tracks[-1].points.add(point)

    def _hand_over(self, owner: Point | None) -> None:
        """Give the gathered leaves to a track; the first value of each stands."""
        if owner is not None:
            for leaf, text in self.leaves.items():
                owner.setdefault(leaf, text)
        self.leaves.clear()

    def opened(self, local: str, attributes: dict[str, str]) -> None:
        """Begin a track or a segment, or note what else the file holds."""
        inside_track = any(self.names[name] == "trk" for name in self.stack[:-1])
        self._take_title()
        self._hand_over(self.tracks[-1].leaves if inside_track and self.tracks else None)
        if local == "gpx":
            self.creator = attributes.get("creator")
        elif local == "trk":
            self.tracks.append(_RawTrack(PointTable(self.clock)))
        elif local in ("rte", "wpt"):
            self.planned = True
        elif local == "trkseg" and self.tracks:
            self.tracks[-1].segments += 1
            if self.tracks[-1].segments > 1:
                self.tracks[-1].points.mark_break()

    def closed(self, local: str) -> None:
        """Give the leaves after the segments to their track."""
        if local == "metadata":
            self._take_title()
            self.leaves.clear()
        elif local == "trk" and self.tracks:
            self._hand_over(self.tracks[-1].leaves)
        else:
            self.leaves.clear()

    def _take_title(self) -> None:
        """Keep the name of the file that stands in its metadata."""
        if self.title is None and not self.tracks and any(self.names[name] == "metadata" for name in self.stack):
            self.title = self.leaves.get("name")


def read_gpx(data: bytes | memoryview, name: str) -> list[Recording]:
    """Read a GPX file.

    Parameters
    ----------
    data : bytes or memoryview
        The whole file, gzip already undone.
    name : str
        Name of the file, for messages.

    Returns
    -------
    list of Recording
        One per ``trk`` element with times; several segments are pauses. ``cadence`` is the number as it stands in the
        file, ``utc_offset_s`` is ``None``: GPX does not hold it.

    Raises
    ------
    UnreadableFileError
        When there is no track, or the file declares entities.
    NotAnActivityError
        When nothing in the file has a time: a planned route.
    """
    reader, damage = parse(bytes(data), name, _Reader)
    found = [_recording(track, reader, damage, name) for track in reader.tracks if len(track.points)]
    timed = [recording for recording in found if np.isfinite(recording.time_s).any()]
    if timed:
        return timed
    if found or reader.planned:
        raise NotAnActivityError(
            f"{name} holds a planned route without times, not a recording of a run; nothing to import.", kind="course"
        )
    why = f" ({damage.reason} in line {damage.line})" if damage.reason else ""
    raise UnreadableFileError(f"{name} is a GPX file without any track{why}; export the run again.")


def _recording(raw: _RawTrack, reader: _Reader, damage: Damage, name: str) -> Recording:
    clock = reader.clock
    unzoned_before = clock.without_zone
    time_s = raw.points.time_s()
    records = len(time_s)
    finite = time_s[np.isfinite(time_s)]
    sport, sub_sport = sport_of(raw.leaves.get("type"))
    title = (raw.leaves.get("name") or reader.title or "").strip()
    return Recording(
        format="gpx",
        kind="activity",
        time_s=time_s,
        channels=raw.points.channels(),
        sessions=(Session(sport, sub_sport, start_s=float(finite[0]) if len(finite) else None),),
        events=timer_events(time_s, raw.points.breaks),
        device=(reader.creator or "").strip() or None,
        recovery=recovery(damage, records),
        title=title or None,
        issues=issues(name, damage, records, clock.without_zone - unzoned_before),
    )
