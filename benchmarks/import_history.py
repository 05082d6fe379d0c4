"""Import of a whole training history: time, peak memory, and ratio to reading and hashing the same bytes.

Also the time of one run from a cold start. Run: python -m benchmarks.import_history [FILES]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from benchmarks.history import FILES, MEGABYTES, write_history

LIMIT_S = 40.0
LIMIT_MB = 500.0
LIMIT_ONE_S = 1.0
_POLL_S = 0.02
_COLD_STARTS = 3


@dataclass(frozen=True)
class Measured:
    """One command: wall time, and peak memory of its largest process and of all together."""

    seconds: float
    largest_mb: float
    together_mb: float


def kneewise(*arguments: str | Path) -> Measured:
    """Run the command line in its own process and watch it and its workers."""
    command = [sys.executable, "-c", "from kneewise.cli import main; main()", *map(str, arguments)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    largest = together = 0.0
    while process.poll() is None:
        sizes = [_memory_mb(pid) for pid in _family(process.pid)]
        largest, together = max([largest, *sizes]), max(together, sum(sizes))
        time.sleep(_POLL_S)
    seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"kneewise {' '.join(map(str, arguments))} ended with {process.returncode}")
    return Measured(seconds, largest, together)


def floor_s(paths: list[Path]) -> float:
    """Time to read and hash every byte once, on one core: no import can be faster than that."""
    began = time.perf_counter()
    for path in paths:
        sha256(path.read_bytes()).digest()
    return time.perf_counter() - began


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    with tempfile.TemporaryDirectory(prefix="kneewise-history-") as folder:
        report(Path(folder), files)


def report(folder: Path, files: int) -> None:
    paths = write_history(folder / "history", files, MEGABYTES * files / FILES)
    megabytes = sum(path.stat().st_size for path in paths) / 1e6
    floor = floor_s(paths)
    data = folder / "data"
    first = kneewise("--data", data, "import", folder / "history")
    print(
        f"import: {files} files, {megabytes:.0f} MB in {first.seconds:.1f} s (limit {LIMIT_S:g} s), "
        f"{first.seconds / floor:.1f} x reading and hashing ({floor:.2f} s); "
        f"peak memory {first.together_mb:.0f} MB in all processes, {first.largest_mb:.0f} MB in one "
        f"(limit {LIMIT_MB:g} MB)"
    )
    later: dict[str, list[str | Path]] = {
        "import again": ["import", folder / "history"],
        "activities": ["activities", "--json"],
        "load": ["load", "--json"],
        "recompute": ["recompute"],
    }
    for name, arguments in later.items():
        again = kneewise("--data", data, *arguments)
        print(f"{name}: {again.seconds:.2f} s, peak memory {again.together_mb:.0f} MB")
    one = min((cold_start(folder, paths[0], number) for number in range(_COLD_STARTS)), key=lambda run: run.seconds)
    print(f"one run from a cold start, new record: {one.seconds:.2f} s (limit {LIMIT_ONE_S:g} s)")


def cold_start(folder: Path, path: Path, number: int) -> Measured:
    return kneewise("--data", folder / f"one-{number}", "import", path)


def _family(pid: int) -> list[int]:
    """Return a process and all its descendants; only the process where the system does not tell."""
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _memory_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
