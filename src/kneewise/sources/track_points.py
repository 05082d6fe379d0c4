"""Track points as they stand in XML, to columns of numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from operator import itemgetter
from typing import Final

import numpy as np

from kneewise.domain import Channel, Floats, Issue, Recovery, TimerEvent
from kneewise.sources.xml import Damage

#: Leaf texts of one point, by the record field that they belong to; times under ``"timestamp"``.
Point = dict[str, str]

#: Unit of each record field that TCX and GPX can hold.
FIELD_UNITS: Final[Mapping[str, str]] = {
    "position_lat": "deg",
    "position_long": "deg",
    "altitude": "m",
    "distance": "m",
    "speed": "m/s",
    "heart_rate": "bpm",
    "cadence": "rpm",
    "power": "W",
    "temperature": "C",
    "stance_time": "ms",
    "vertical_oscillation": "mm",
}

_BATCH = 8192
_MINUTE_LENGTH = len("2021-04-16T13:37:")
_MINUTE = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):", re.ASCII)
_SECONDS = re.compile(r"(\d\d(?:[.,]\d+)?)\s*(Z|z|[+-]\d\d(?::?\d\d)?)?\s*", re.ASCII)


class Clock:
    """Reads ISO 8601 instants; almost every point costs two dictionary look-ups.

    Attributes
    ----------
    without_zone : int
        Instants that named no zone and were taken as UTC.
    """

    def __init__(self) -> None:
        self.without_zone = 0
        self._minutes: dict[str, float] = {}
        self._seconds: dict[str, float] = {}
        self._unzoned: set[str] = set()

    def posix_s(self, text: str | None) -> float:
        """Return POSIX seconds, NaN for a missing or unreadable instant."""
        if text is None:
            return math.nan
        minute, seconds = text[:_MINUTE_LENGTH], text[_MINUTE_LENGTH:]
        try:
            instant = self._minutes[minute] + self._seconds[seconds]
        except KeyError:
            return self._learn(text)
        if self._unzoned and seconds in self._unzoned:
            self.without_zone += 1
        return instant

    def _learn(self, text: str) -> float:
        text = text.strip()
        minute, seconds = text[:_MINUTE_LENGTH], text[_MINUTE_LENGTH:]
        start, rest = _MINUTE.fullmatch(minute), _SECONDS.fullmatch(seconds)
        if start is None or rest is None:
            return math.nan
        try:
            year, month, day, hour, minutes = (int(part) for part in start.groups())
            self._minutes[minute] = datetime(year, month, day, hour, minutes, tzinfo=UTC).timestamp()
        except ValueError:
            return math.nan
        self._seconds[seconds] = float(rest[1].replace(",", ".")) - _offset_s(rest[2])
        if rest[2] is None:
            self._unzoned.add(seconds)
            self.without_zone += 1
        return self._minutes[minute] + self._seconds[seconds]


def _offset_s(zone: str | None) -> float:
    if zone is None or zone in "Zz":
        return 0.0
    digits = zone[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60
    return float(-seconds if zone[0] == "-" else seconds)


class PointTable:
    """Collects points and turns them into numbers in batches, so that the texts never pile up."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._texts: list[Point] = []
        self._times: list[Floats] = []
        self._batches: list[dict[str, Floats]] = []
        self._rows = 0
        self.breaks: list[int] = []

    def __len__(self) -> int:
        """Return the number of points."""
        return self._rows + len(self._texts)

    def add(self, point: Point) -> None:
        """Add one point."""
        self._texts.append(point)
        if len(self._texts) >= _BATCH:
            self._convert()

    def mark_break(self) -> None:
        """Note that the device's timer stood still between the last point and the next."""
        if len(self) and (not self.breaks or self.breaks[-1] != len(self)):
            self.breaks.append(len(self))

    def time_s(self) -> Floats:
        """Return POSIX seconds, shape (n,)."""
        self._convert()
        return np.concatenate(self._times) if self._times else np.empty(0)

    def channels(self) -> dict[str, Channel]:
        """Return every field that holds at least one number, shape (n,) each."""
        self._convert()
        found = {}
        for field, unit in FIELD_UNITS.items():
            if not any(field in batch for batch in self._batches):
                continue
            parts = [
                batch.get(field, np.full(len(times), np.nan))
                for batch, times in zip(self._batches, self._times, strict=True)
            ]
            values = np.concatenate(parts)
            if np.isfinite(values).any():
                found[field] = Channel(values, unit)
        return found

    def _convert(self) -> None:
        points = self._texts
        if not points:
            return
        columns = _columns(points)
        # Without a handler of start tags expat gives the white space before a leaf together with its text.
        times = columns.pop("timestamp", None)
        self._times.append(
            np.full(len(points), np.nan)
            if times is None
            else np.fromiter(map(self._clock.posix_s, map(str.strip, times)), dtype=np.float64, count=len(points))
        )
        self._batches.append({name: numbers(texts) for name, texts in columns.items() if name in FIELD_UNITS})
        self._rows += len(points)
        self._texts = []


def _columns(points: Sequence[Point]) -> dict[str, Sequence[str]]:
    """Return the texts by field; ``"nan"`` where a point lacks the field."""
    fields = list(points[0])
    if len(fields) > 1 and set(map(len, points)) == {len(fields)}:
        # Most batches: every point has the same fields.
        with suppress(KeyError):
            return dict(zip(fields, zip(*map(itemgetter(*fields), points), strict=True), strict=True))
    return {field: [point.get(field, "nan") for point in points] for field in set().union(*points)}


def numbers(texts: Sequence[str]) -> Floats:
    """Return the numbers in texts, shape (n,); NaN where a text is no finite number."""
    try:
        values = np.fromiter(map(float, texts), dtype=np.float64, count=len(texts))
    except ValueError:
        values = np.fromiter(map(number, texts), dtype=np.float64, count=len(texts))
    values[np.isinf(values)] = np.nan
    return values


def number(text: str | None) -> float:
    """Return one number, NaN for none; a decimal comma is understood."""
    if text is None:
        return math.nan
    try:
        value = float(text.replace(",", ".") if "," in text else text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def known(value: float) -> float | None:
    """Return a number, ``None`` for NaN."""
    return None if math.isnan(value) else value


def timer_events(time_s: Floats, breaks: Iterable[int]) -> tuple[TimerEvent, ...]:
    """Return start and stop events around each break; none at all for a track without breaks."""
    inner = [row for row in breaks if 0 < row < len(time_s)]
    if not inner:
        return ()
    events: list[TimerEvent] = []
    for begin, end in zip([0, *inner], [*inner, len(time_s)], strict=True):
        times = time_s[begin:end]
        times = times[np.isfinite(times)]
        if len(times):
            events.append(TimerEvent(float(times[0]), "start"))
            events.append(TimerEvent(float(times[-1]), "stop"))
    return tuple(events)


def recovery(damage: Damage, records: int) -> Recovery:
    """Return what was saved; empty for a sound file."""
    if not damage.lossy:
        return Recovery()
    return Recovery(records=records, bytes_skipped=damage.bytes_skipped)


def issues(name: str, damage: Damage, records: int, without_zone: int) -> tuple[Issue, ...]:
    """Return what the runner should know about the state of a track file."""
    found = []
    if damage.lossy:
        found.append(
            Issue(
                "damaged-file",
                f"{name}, line {damage.line}",
                f"The file is damaged ({damage.reason}); {records} points were saved and "
                f"{damage.bytes_skipped} bytes had to be skipped.",
            )
        )
    elif damage.characters_replaced:
        found.append(
            Issue(
                "illegal-characters",
                f"{name}, line {damage.line}",
                "The file holds characters that XML does not allow; they were replaced and every point was read.",
            )
        )
    if damage.junk_before:
        found.append(
            Issue("leading-bytes", name, f"{damage.junk_before} bytes before the beginning of the XML were ignored.")
        )
    if without_zone:
        found.append(
            Issue(
                "time-without-zone",
                name,
                f"{without_zone} times name no time zone and were taken as UTC; the time of day may be off by hours.",
            )
        )
    return tuple(found)
