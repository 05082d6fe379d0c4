"""Turn the record messages of a FIT sequence into columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kneewise.domain.recording import Channel, Floats
from kneewise.errors import UnreadableFileError
from kneewise.sources.fit_profile import (
    BASE_TYPES,
    COMPRESSED_SPEED_DISTANCE,
    NATIVE_NAMES,
    RECORD_FIELDS,
    STRING,
    TIMESTAMP,
    UNSIGNED_BY_SIZE,
    BaseType,
    Field,
)
from kneewise.sources.fit_walk import Definition, Layout, Offsets, Walk
from kneewise.units import semicircles_to_deg

#: Bytes of columns allowed for each byte of the file; real recordings need about ten.
COLUMN_BYTES_PER_BYTE: Final = 64
_SPARE_BYTES: Final = 1 << 20

#: Columns that are made on the way and never handed out.
_TIME: Final = Field("timestamp", "s")
_PACKED_SPEED: Final = Field("packed speed", "m/s", 100.0)
_PACKED_DISTANCE: Final = Field("packed distance", "", 1.0)
#: The packed distance counts sixteenths of a metre and starts again after 12 bits.
_PACKED_PER_M: Final = 16.0
_PACKED_RANGE: Final = 4096

_WATCH: Final = "watch"


class DeveloperColumn(NamedTuple):
    """A described developer field: what it is called, what it holds, and the application that writes it."""

    field: Field
    base: int
    application: str
    native: int | None = None

    @property
    def key(self) -> str:
        """Name of its channel, out of the way of the native ones."""
        name = self.field.name
        return f"{name} ({self.application})" if name in NATIVE_NAMES or name == _TIME.name else name


class _Source(NamedTuple):
    """A field of a definition and the column that it fills; ``shape`` is ``(k,)`` for an array of k values."""

    place: Layout
    base: BaseType
    shape: tuple[int, ...]
    key: str
    field: Field
    source: str


class _Columns:
    """The columns of all records in file order; a column is made when the first value for it turns up."""

    def __init__(self, count: int, budget: int) -> None:
        self.count = count
        self.values: dict[str, Floats] = {}
        self.about: dict[str, tuple[str, str]] = {}
        self._budget = budget

    def put(self, key: str, about: tuple[str, str], rows: Offsets | None, values: Floats) -> None:
        """Store the values of ``rows``; None stands for all rows, of which there are ``count``."""
        present = np.isfinite(values)
        if not present.any():
            return
        if key in self.about and self.about[key][1] != about[1]:
            key = f"{key} ({about[1]})"
        if key in self.values:
            self.values[key][present if rows is None else rows[present]] = values[present]
            return
        self._reserve()
        self.about[key] = about
        if rows is None:
            self.values[key] = values
        else:
            self.values[key] = np.full(self.count, np.nan)
            self.values[key][rows] = values

    def _reserve(self) -> None:
        self._budget -= 8 * self.count
        if self._budget < 0:
            raise UnreadableFileError(
                "The FIT file declares far more fields than it has bytes to fill, so it is damaged or made to exhaust "
                "memory; export it again from where it came."
            )

    def take(self, key: str) -> Floats | None:
        """Remove and return a column."""
        self.about.pop(key, None)
        return self.values.pop(key, None)

    def channels(self) -> dict[str, Channel]:
        """Return what is left as channels."""
        return {key: Channel(values, *self.about[key]) for key, values in self.values.items()}


def read_columns(
    walk: Walk, records: Mapping[Definition, Offsets], developer: Mapping[tuple[int, int], DeveloperColumn]
) -> tuple[Floats, dict[str, Channel]]:
    """Decode the record messages.

    Parameters
    ----------
    walk : Walk
    records : mapping of Definition to ndarray of int64
        Offsets of the record messages; at least one.
    developer : mapping of (developer data index, field number) to DeveloperColumn

    Returns
    -------
    fit_time_s : ndarray of float64, shape (n,)
        Seconds since the FIT epoch in file order, NaN where a record has no time of its own.
    channels : dict of str to Channel
        Those with at least one value.
    """
    parts = list(records.values())
    every = parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts))
    columns = _Columns(every.size, COLUMN_BYTES_PER_BYTE * len(walk.data) + _SPARE_BYTES)
    for definition, offsets in records.items():
        sources = list(_sources(definition, developer))
        rows = None if len(parts) == 1 else np.searchsorted(every, offsets)
        table = _table(walk, definition, sources, offsets)
        for number, source in enumerate(sources):
            about = (source.field.unit, source.source)
            for key, values in _decode(table[str(number)], source):
                columns.put(key, about, rows, values)
    _unpack(columns)
    fit_time_s = columns.take(_TIME.name)
    return np.full(every.size, np.nan) if fit_time_s is None else fit_time_s, columns.channels()


def _sources(definition: Definition, developer: Mapping[tuple[int, int], DeveloperColumn]) -> Iterator[_Source]:
    """Yield the fields that have a name and hold numbers."""
    for place in definition.layout():
        if place.developer is not None:
            described = developer.get((place.developer, place.number))
            if described is None:
                continue
            field, base, key, source = described.field, described.base, described.key, described.application
        elif place.number == COMPRESSED_SPEED_DISTANCE and place.size == 3:
            field, base, key, source = _PACKED_SPEED, place.base, _PACKED_SPEED.name, _WATCH
        else:
            named = _TIME if place.number == TIMESTAMP else RECORD_FIELDS.get(place.number)
            if named is None:
                continue
            field, base, key, source = named, place.base, named.name, _WATCH
        stored = stored_as(base, place.size)
        if stored is not None:
            count = place.size // stored.size
            yield _Source(place, stored, (count,) if count > 1 else (), key, field, source)


def stored_as(base: int, size: int) -> BaseType | None:
    """Return how ``size`` bytes declared as ``base`` hold numbers; None where they do not."""
    known = BASE_TYPES[base & 31] if base & 31 < len(BASE_TYPES) else None
    if known is not None and base & 31 != STRING and size and size % known.size == 0:
        return known
    return None if known is None or base & 31 == STRING else UNSIGNED_BY_SIZE.get(size)


def _table(walk: Walk, definition: Definition, sources: list[_Source], offsets: Offsets) -> NDArray[Any]:
    """Return the messages at ``offsets`` as a structured array, a view of the file where they lie evenly spaced."""
    order = ">" if definition.big_endian else "<"
    dtype = np.dtype(
        {
            "names": [str(number) for number in range(len(sources))],
            "formats": [(f"{order}{source.base.code}", source.shape) for source in sources],
            "offsets": [source.place.offset for source in sources],
            "itemsize": definition.size,
        }
    )
    steps = np.diff(offsets)
    if steps.size and (steps == steps[0]).all():
        return np.ndarray(offsets.shape, dtype, walk.data, int(offsets[0]), (int(steps[0]),))
    every = np.ndarray((len(walk.data) - definition.size + 1,), f"V{definition.size}", walk.data, 0, (1,))
    return every[offsets].view(dtype)


def _decode(raw: NDArray[Any], source: _Source) -> Iterator[tuple[str, Floats]]:
    """Yield the columns in one field: one, or as many as an array has values."""
    if source.field is _PACKED_SPEED:
        yield from _decode_packed(raw)
    elif not source.shape:
        yield source.key, _scaled(np.ascontiguousarray(raw), source)
    else:
        for number in range(source.shape[0]):
            yield f"{source.key}[{number}]", _scaled(np.ascontiguousarray(raw[:, number]), source)


def _scaled(raw: NDArray[Any], source: _Source) -> Floats:
    """Return physical values, NaN where there is none."""
    values = raw.astype(np.float64)
    if source.base.sentinel is not None:
        values[raw == source.base.sentinel] = np.nan
    field = source.field
    if field.unit == "deg" and source.source == _WATCH:
        return semicircles_to_deg(values)
    if field.scale != 1.0:
        values /= field.scale
    if field.offset:
        values -= field.offset
    if source.base.code[0] == "f":
        values[np.isinf(values)] = np.nan
    return values


def _decode_packed(raw: NDArray[np.uint8]) -> Iterator[tuple[str, Floats]]:
    """Yield speed (12 bits) and distance (12 bits, running over) from three bytes, shape (n, 3)."""
    first, second, third = (raw[:, number].astype(np.float64) for number in range(3))
    missing = (raw == 0xFF).all(axis=1)
    for field, values in (
        (_PACKED_SPEED, (first + 256 * (second % 16)) / _PACKED_SPEED.scale),
        (_PACKED_DISTANCE, second // 16 + 16 * third),
    ):
        values[missing] = np.nan
        yield field.name, values


def _unpack(columns: _Columns) -> None:
    """Turn packed speed and distance into the channels of that name, unless the file holds those too."""
    speed, distance = columns.take(_PACKED_SPEED.name), columns.take(_PACKED_DISTANCE.name)
    if speed is not None:
        columns.values.setdefault("speed", speed)
        columns.about.setdefault("speed", ("m/s", _WATCH))
    if distance is not None and "distance" not in columns.values:
        present = np.isfinite(distance)
        steps = np.diff(distance[present], prepend=0.0) % _PACKED_RANGE
        distance[present] = np.cumsum(steps) / _PACKED_PER_M
        columns.values["distance"] = distance
        columns.about["distance"] = ("m", _WATCH)
