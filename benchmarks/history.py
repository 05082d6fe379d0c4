"""A training history for benchmarks: real FIT files, each many times, every copy on a day of its own.

Only times are changed (whole days, so that compressed time stamps stay right) and the checksum after them; sizes,
channels, smart recording and damage stay as the devices wrote them.

Run: python -m benchmarks.history FOLDER [FILES] [MEGABYTES]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kneewise.services.demo.fit_bytes import checksum

FILES = 3500
MEGABYTES = 470.0

_SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "data" / "activities" / "runs"
_FALLBACK = Path(__file__).resolve().parents[1] / "tests" / "data"
_LAST_DAY = datetime(2025, 12, 31, tzinfo=UTC)
_FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
_DAY_S = 86_400
#: Fields of type date_time beside 253: message number -> field numbers.
_TIMES = {0: {4}, 18: {2}, 19: {2}, 34: {5}}
_TIMESTAMP = 253


@dataclass(frozen=True, eq=False)
class Sample:
    """One real file and where its times stand."""

    name: str
    data: NDArray[np.uint8]
    little: NDArray[np.intp]
    big: NDArray[np.intp]
    first_s: int

    def on_day(self, day: datetime) -> bytes:
        """Return the file as if it had been recorded on another day, checksums right."""
        first = _FIT_EPOCH + timedelta(seconds=self.first_s)
        shift = (day.date() - first.date()).days * _DAY_S
        data = self.data.copy()
        for offsets, dtype in ((self.little, "<u4"), (self.big, ">u4")):
            cells = data[offsets[:, None] + np.arange(4)]
            cells.view(dtype)[:] += np.uint32(shift % 2**32)
            data[offsets[:, None] + np.arange(4)] = cells
        data[-2:] = np.frombuffer(checksum(data[:-2].tobytes()), np.uint8)
        return data.tobytes()


def write_history(folder: Path, files: int = FILES, megabytes: float = MEGABYTES) -> list[Path]:
    """Write a history, one run a day, and return its files."""
    samples = read_samples()
    counts = _counts([sample.data.size for sample in samples], files, megabytes * 1e6)
    order = np.random.default_rng(7).permutation(np.repeat(np.arange(len(samples)), counts))
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, which in enumerate(order):
        day = _LAST_DAY - timedelta(days=files - 1 - number)
        path = folder / f"{day:%Y-%m-%d}-{samples[which].name}"
        path.write_bytes(samples[which].on_day(day))
        paths.append(path)
    return paths


def read_samples() -> list[Sample]:
    folder = _SAMPLES if _SAMPLES.is_dir() else _FALLBACK
    found = (_sample(path) for path in sorted(folder.rglob("*.fit")))
    samples = [sample for sample in found if sample is not None]
    if not samples:
        raise SystemExit(f"No FIT activity was found below {folder}; the benchmark needs some to copy.")
    return samples


def _sample(path: Path) -> Sample | None:
    data = path.read_bytes()
    if len(data) < 14 or data[8:12] != b".FIT":
        return None
    size = data[0] + int.from_bytes(data[4:8], "little")
    if size + 2 != len(data):
        return None  # chained or damaged: rewriting it would need more than this
    found = list(_times(data[:size], data[0]))
    records = [int.from_bytes(data[at : at + 4], "big" if big else "little") for at, big, kind in found if kind == 20]
    known = [stamp for stamp in records if 0x10000000 < stamp < 0xFFFFFFFF]
    if not known:
        return None
    little = np.array([at for at, big, _ in found if not big], dtype=np.intp)
    big = np.array([at for at, big, _ in found if big], dtype=np.intp)
    return Sample(path.name, np.frombuffer(data, np.uint8), little, big, min(known))


def _times(data: bytes, at: int) -> Iterator[tuple[int, bool, int]]:
    """Yield offset, byte order and message number of every known time."""
    layouts: dict[int, tuple[int, bool, int, list[int]]] = {}
    while at < len(data):
        header = data[at]
        if header & 0x80:
            local = header >> 5 & 0x03
        elif header & 0x40:
            layouts[header & 0x0F], at = _definition(data, at, developer=bool(header & 0x20))
            continue
        else:
            local = header & 0x0F
        size, big, message, offsets = layouts[local]
        for offset in offsets:
            if data[at + 1 + offset : at + 5 + offset] != b"\xff\xff\xff\xff":
                yield at + 1 + offset, big, message
        at += 1 + size


def _definition(data: bytes, at: int, *, developer: bool) -> tuple[tuple[int, bool, int, list[int]], int]:
    big = data[at + 2] == 1
    message = int.from_bytes(data[at + 3 : at + 5], "big" if big else "little")
    count, size, times = data[at + 5], 0, []
    at += 6
    for _ in range(count):
        number, width = data[at], data[at + 1]
        if width == 4 and (number == _TIMESTAMP or number in _TIMES.get(message, ())):
            times.append(size)
        size += width
        at += 3
    if developer:
        count = data[at]
        size += sum(data[at + 2 + 3 * index] for index in range(count))
        at += 1 + 3 * count
    return (size, big, message, times), at


def _counts(sizes: list[int], files: int, total: float) -> NDArray[np.intp]:
    """Return how often to take each sample, so that number and sum of sizes come out right."""
    size = np.array(sizes, dtype=np.float64)
    low, high = -1e-4, 1e-4
    for _ in range(200):
        middle = (low + high) / 2
        weight = np.exp(-middle * (size - size.mean()))
        mean = float(weight @ size / weight.sum())
        low, high = (middle, high) if mean > total / files else (low, middle)
    share = np.cumsum(weight / weight.sum()) * files
    upto: NDArray[np.intp] = np.rint(share).astype(np.intp)
    upto[1:] -= upto[:-1].copy()
    return upto


def main() -> None:
    folder = Path(sys.argv[1])
    files = int(sys.argv[2]) if len(sys.argv) > 2 else FILES
    paths = write_history(folder, files, float(sys.argv[3]) if len(sys.argv) > 3 else MEGABYTES * files / FILES)
    print(f"{len(paths)} files, {sum(path.stat().st_size for path in paths) / 1e6:.0f} MB in {folder}")


if __name__ == "__main__":
    main()
