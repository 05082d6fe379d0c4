"""Knee load of ten years at 1 Hz (12 million samples): time, and ratio to one pass over the arrays.

Run: python -m benchmarks.knee_load
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import numpy as np

from kneewise.domain import Activity, Runner, Stream
from kneewise.load import knee_km, learn_reference, per_step, run_load

SAMPLES = 12_000_000
REPEATS = 3
LIMIT_S = 1.5
RUNS = 3200


def history(samples: int = SAMPLES) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(1)
    speed = generator.normal(3.0, 0.4, samples).astype(np.float32)
    contact = generator.normal(0.25, 0.02, samples).astype(np.float32)
    contact[: samples // 2] = np.nan
    return {
        "speed": speed,
        "cadence": generator.normal(168, 6, samples).astype(np.float32),
        "contact": contact,
        "grade": generator.normal(0, 2, samples).astype(np.float32),
    }


def best_of(action: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def one_pass(columns: dict[str, np.ndarray], out: list[np.ndarray]) -> None:
    """Read every input and write every output once: the floor for any implementation."""
    for source, target in zip((*columns.values(), *columns.values()), out, strict=False):
        np.copyto(target, source)


def measure(samples: int = SAMPLES) -> dict[str, float]:
    columns = history(samples)
    load_s = best_of(
        lambda: per_step(
            columns["speed"],
            columns["cadence"],
            height_m=1.75,
            mass_kg=70.0,
            contact_time_s=columns["contact"],
            grade_deg=columns["grade"],
        )
    )
    pass_s = best_of(lambda: one_pass(columns, [np.empty(samples, dtype=np.float32) for _ in range(6)]))
    return {"samples": samples, "load_s": load_s, "one_pass_s": pass_s, "ratio": load_s / pass_s}


def made_runs(columns: dict[str, np.ndarray]) -> list[Activity]:
    """Cut the history into runs of an hour, as they come from the cleaning."""
    names = ("speed_mps", "cadence_spm", "contact_time_s", "grade_deg")
    rows = [
        dict(zip(names, cut, strict=True)) for cut in zip(*(np.split(c, RUNS) for c in columns.values()), strict=True)
    ]
    n = len(rows[0]["speed_mps"])
    elapsed, second, running = np.arange(n, dtype=np.float64), np.ones(n, dtype=np.float32), np.ones(n, dtype=np.bool_)
    start, day = datetime(2025, 1, 1, tzinfo=UTC), date(2025, 1, 1)
    return [
        Activity(
            start,
            "UTC",
            day,
            "running",
            None,
            None,
            n,
            n,
            n,
            3.0 * n,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            None,
            False,
            None,
            Stream(elapsed, second, running, row, {}),
        )
        for row in rows
    ]


def measure_history() -> tuple[float, float]:
    """Return the time from 12 million samples to sums of runs, and from sums to knee-km with intervals."""
    activities = made_runs(history())
    runner = Runner("me", height_m=1.75, mass_kg=70.0, sex="f")
    start = time.perf_counter()
    loads = [run_load(activity, runner) for activity in activities]
    middle = time.perf_counter()
    knee_km(loads, learn_reference(loads))
    return middle - start, time.perf_counter() - middle


def main() -> None:
    found = measure()
    verdict = "met" if found["load_s"] < LIMIT_S else "NOT met"
    sys.stdout.write(
        f"knee load: {found['samples'] / 1e6:.0f} million samples in {found['load_s']:.2f} s "
        f"({found['samples'] / found['load_s'] / 1e6:.0f} million/s); limit {LIMIT_S} s {verdict}\n"
        f"one pass over the same arrays (4 read, 6 written): {found['one_pass_s']:.2f} s; ratio {found['ratio']:.1f}\n"
    )
    sums_s, knee_km_s = measure_history()
    sys.stdout.write(
        f"the same as {RUNS} runs: sums of every run {sums_s:.2f} s; "
        f"reference and knee-km with intervals {knee_km_s:.2f} s\n"
    )


if __name__ == "__main__":
    main()
