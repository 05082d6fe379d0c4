"""Decode real running FIT files: ours, fitfast (Rust), Garmin's SDK and fitdecode, one core, bytes already in memory.

Each reader turns every file into all its record values. The slow ones get the smaller files only, and are compared on
those with ours. The limit is what the machine can do at all: adding up every byte of the files, and turning a view of
as many records into float columns without looking for messages.

Run: python -m benchmarks.fit_decode
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from kneewise.sources.fit import file_kind, read_fit

_RUNS = Path(__file__).resolve().parents[2] / "shared" / "data" / "activities" / "runs"
_FALLBACK = Path(__file__).resolve().parents[1] / "tests" / "data"
_SMALL = 400_000
_REPEATS = 7


def main() -> None:
    """Print records per second of each reader and ours beside it."""
    folder = _RUNS if _RUNS.is_dir() else _FALLBACK
    every = [path.read_bytes() for path in sorted(folder.rglob("*.fit"))]
    files = [data for data in every if file_kind(data) == "activity"]
    small = [data for data in files if len(data) < _SMALL]
    records, columns = _size(files)
    seconds = _best(_ours, files)
    print(f"{len(files)} files, {sum(map(len, files)) / 1e6:.1f} MB, {records} records, {columns} columns")
    _report("ours", records, seconds)
    for name, decode, subset in (
        ("fitfast", _fitfast(), files),
        ("garmin-fit-sdk", _garmin_fit_sdk(), small),
        ("fitdecode", _fitdecode(), small),
    ):
        if decode is None:
            print(f"{name:16} not installed here")
            continue
        repeats = _REPEATS if name == "fitfast" else 1
        theirs, ours = _best(decode, subset, repeats), _best(_ours, subset)
        _report(name, _size(subset)[0], theirs, f"ours is {theirs / ours:.1f} times as fast")
    _report(
        "limit: bytes", records, limit := _best(_every_byte, files), f"ours takes {seconds / limit:.1f} times as long"
    )
    limit = _best(lambda _: _columns_of_a_view(records, columns // len(files)), files[:1])
    _report("limit: view", records, limit, f"ours takes {seconds / limit:.1f} times as long")


def _report(name: str, records: int, seconds: float, comment: str = "") -> None:
    print(f"{name:16} {seconds * 1e3:9.1f} ms {records / seconds:12,.0f} records/s  {comment}")


def _best(decode: Callable[[bytes], object], files: Sequence[bytes], repeats: int = _REPEATS) -> float:
    """Return the shortest time that all files took."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        for data in files:
            decode(data)
        times.append(perf_counter() - start)
    return min(times)


def _ours(data: bytes) -> object:
    return read_fit(data, "benchmark")


def _size(files: Sequence[bytes]) -> tuple[int, int]:
    """Return the number of records, and of columns summed over the files."""
    runs = [run for data in files for run in read_fit(data, "benchmark")]
    return sum(run.time_s.size for run in runs), sum(len(run.channels) + 1 for run in runs)


def _peer(name: str) -> Any:
    """Return a module that only a benchmark needs; None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _fitfast() -> Callable[[bytes], object] | None:
    fitfast = _peer("fitfast")
    return None if fitfast is None else lambda data: fitfast.records(data)


def _garmin_fit_sdk() -> Callable[[bytes], object] | None:
    sdk = _peer("garmin_fit_sdk")
    return None if sdk is None else lambda data: sdk.Decoder(sdk.Stream.from_byte_array(bytearray(data))).read()


def _fitdecode() -> Callable[[bytes], object] | None:
    fitdecode = _peer("fitdecode")

    def decode(data: bytes) -> int:
        count = 0
        with fitdecode.FitReader(data, check_crc=fitdecode.CrcCheck.DISABLED) as reader:
            for frame in reader:
                count += frame.frame_type == fitdecode.FIT_FRAME_DATA and len(frame.fields)
        return count

    return None if fitdecode is None else decode


def _every_byte(data: bytes) -> int:
    return int(np.frombuffer(data, dtype=np.uint8).sum(dtype=np.uint64))


def _columns_of_a_view(records: int, columns: int) -> object:
    """Turn ``records`` messages of one definition, each column two bytes, into float columns with NaN."""
    view = np.zeros(records, dtype=[(str(column), "<u2") for column in range(columns)])
    filled = []
    for column in range(columns):
        raw = np.ascontiguousarray(view[str(column)])
        values = raw.astype(np.float64)
        values[raw == 0xFFFF] = np.nan
        filled.append(values / 100.0)
    return filled


if __name__ == "__main__":
    main()
