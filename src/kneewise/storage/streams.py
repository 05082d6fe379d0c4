"""Streams as small binary blobs.

Layout, version 1 (everything little-endian)::

    "KWS1"  4 bytes
    length  uint32, bytes of the header
    header  JSON: {"rows": n, "columns": [[name, kind, resolution, width, missing], ...], "sources": {...}}
    body    zlib (level 1) of all columns one after the other

Kind ``"delta"``: the first difference of ``round(value / resolution)`` as signed integers of ``width`` bytes, lowest
bytes of all rows first, then the next bytes (so that zlib sees the constant high bytes together). Kind ``"float"``:
float64, bytes grouped in the same way, without loss; used where an integer would not hold the value. Kind ``"bits"``:
one bit per row. ``missing`` says that a bit per row (1 = no value) stands before the column. A value read back differs
by at most half of the resolution, which is finer than what the sensors write (see :data:`RESOLUTION`).
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Stream
from kneewise.errors import StorageError

_MAGIC = b"KWS1"
_PREFIX = struct.Struct("<4sI")
_LARGEST = 2.0**31 - 1

#: Step of the integers that each column is stored in, in the column's unit.
RESOLUTION: dict[str, float] = {
    "elapsed_s": 1e-3,
    "interval_s": 1e-3,
    "speed_mps": 1e-3,
    "cadence_spm": 1e-2,
    "distance_m": 1e-2,
    "altitude_m": 1e-2,
    "grade_deg": 1e-2,
    "contact_time_s": 1e-4,
    "vertical_oscillation_m": 1e-4,
    "step_length_m": 1e-4,
    "contact_balance_percent": 1e-2,
    "power_w": 0.1,
    "heart_rate_bpm": 1e-1,
    "latitude_deg": 1e-7,
    "longitude_deg": 1e-7,
}
_WIDE = frozenset({"elapsed_s", "latitude_deg", "longitude_deg"})


def encode_stream(stream: Stream) -> bytes:
    """Return the blob of a stream.

    Parameters
    ----------
    stream : Stream
        n rows; columns in SI units.

    Returns
    -------
    bytes
        Layout of this module's docstring.
    """
    entries: list[list[Any]] = []
    parts: list[bytes] = []
    for name, values in _columns(stream):
        entry, body = _encode_column(name, values)
        entries.append(entry)
        parts.append(body)
    header = json.dumps(
        {"rows": len(stream), "columns": entries, "sources": dict(stream.sources)}, separators=(",", ":")
    ).encode()
    return _PREFIX.pack(_MAGIC, len(header)) + header + zlib.compress(b"".join(parts), 1)


def decode_stream(blob: bytes) -> Stream:
    """Return the stream that a blob holds.

    Raises
    ------
    StorageError
        When the blob is of another version or damaged.
    """
    try:
        header, body = _unpack(blob)
        columns = _decode_columns(header, body)
    except (struct.error, ValueError, KeyError, zlib.error) as error:
        raise StorageError(
            "A stored stream is damaged or of a newer version; 'kneewise recompute' makes it again from the original."
        ) from error
    return Stream(
        elapsed_s=columns.pop("elapsed_s").astype(np.float64),
        interval_s=columns.pop("interval_s").astype(np.float32),
        running=columns.pop("running").astype(np.bool_),
        columns=columns,
        sources=header["sources"],
    )


def _unpack(blob: bytes) -> tuple[dict[str, Any], memoryview]:
    magic, length = _PREFIX.unpack_from(blob)
    if magic != _MAGIC:
        raise ValueError(f"unknown stream version {magic!r}")
    start = _PREFIX.size + length
    return json.loads(blob[_PREFIX.size : start]), memoryview(zlib.decompress(blob[start:]))


def _columns(stream: Stream) -> Iterator[tuple[str, NDArray[Any]]]:
    yield "elapsed_s", stream.elapsed_s
    yield "interval_s", stream.interval_s
    yield "running", stream.running
    yield from stream.columns.items()


def _encode_column(name: str, values: NDArray[Any]) -> tuple[list[Any], bytes]:
    if values.dtype == np.bool_:
        return [name, "bits", 0, 0, False], np.packbits(values).tobytes()
    resolution = RESOLUTION.get(name)
    if resolution is None:
        return [name, "float", 0, 8, False], _grouped(values.astype("<f8"))
    scaled = values.astype(np.float64) / resolution
    missing = np.isnan(scaled)
    mask = b""
    if missing.any():
        mask = np.packbits(missing).tobytes()
        scaled = _held(scaled, missing)
    if len(scaled) and not float(np.abs(scaled).max()) < _LARGEST:
        return [name, "float", 0, 8, False], _grouped(values.astype("<f8"))
    steps = np.rint(scaled).astype(np.int64)
    steps[1:] -= steps[:-1].copy()
    width = _width(steps)
    return [name, "delta", resolution, width, bool(mask)], mask + _grouped(steps.astype(f"<i{width}"))


def _held(scaled: NDArray[np.float64], missing: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Repeat the last known value over missing rows: differences of 0 compress to almost nothing."""
    last = np.maximum.accumulate(np.where(missing, -1, np.arange(len(scaled))))
    return np.where(last < 0, 0.0, scaled[last])


def _width(steps: NDArray[np.int64]) -> int:
    largest = int(np.abs(steps).max()) if len(steps) else 0
    return next(width for width in (1, 2, 4, 8) if largest < 1 << (8 * width - 1))


def _grouped(values: NDArray[Any]) -> bytes:
    """Return all lowest bytes, then all second bytes, and so on."""
    return np.ascontiguousarray(values.view(np.uint8).reshape(len(values), values.dtype.itemsize).T).tobytes()


def _decode_columns(header: dict[str, Any], body: memoryview) -> dict[str, NDArray[Any]]:
    rows = int(header["rows"])
    bits = (rows + 7) // 8
    columns: dict[str, NDArray[Any]] = {}
    at = 0
    for name, kind, resolution, width, has_missing in header["columns"]:
        if kind == "bits":
            columns[name] = _bits(body[at : at + bits], rows)
            at += bits
            continue
        missing = _bits(body[at : at + bits], rows) if has_missing else None
        at += bits if has_missing else 0
        values = _ungrouped(body[at : at + rows * width], rows, "<f8" if kind == "float" else f"<i{width}")
        at += rows * width
        if kind == "delta":
            values = np.cumsum(values, dtype=np.int64) * float(resolution)
        if missing is not None:
            values[missing] = np.nan
        columns[name] = values if name in _WIDE else values.astype(np.float32)
    return columns


def _bits(part: memoryview, rows: int) -> NDArray[np.bool_]:
    return np.unpackbits(np.frombuffer(part, dtype=np.uint8), count=rows).astype(np.bool_)


def _ungrouped(part: memoryview, rows: int, dtype: str) -> NDArray[Any]:
    width = np.dtype(dtype).itemsize
    grouped = np.frombuffer(part, dtype=np.uint8).reshape(width, rows)
    return np.ascontiguousarray(grouped.T).view(dtype).reshape(rows)
