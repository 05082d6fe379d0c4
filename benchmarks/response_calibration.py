"""Simulation-based calibration of the response to load, and how it fares on knees that do not obey the model.

    python benchmarks/response_calibration.py --runners 1000 --stressed 300 --workers 2

Prints, for every answer, the share of 90 % intervals that hold the truth with its Monte Carlo error, their mean width,
and the chi-squared of the rank histogram (20 bins, 19 degrees of freedom) where ranks are defined. Also how often the
whole interval lies on the wrong side of no effect, and how often the model warned and gave no answer.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain

from kneewise.monitoring.response.calibration import Check, check_runner, check_stress, coverage
from kneewise.monitoring.response.stress import STRESSES

COLUMNS = ("told", "coverage", "error", "width", "chi2", "p", "wrong", "warned")


def show(title: str, checks: Iterable[Check]) -> None:
    print(title)
    print(f"  {'answer':20s}" + "".join(f"{name:>9s}" for name in COLUMNS))
    found = list(checks)
    for row in coverage(found):
        own = [check for check in found if check.answer == row.answer]
        told = [check.estimate for check in own if check.told]
        width = sum(estimate.high - estimate.low for estimate in told) / len(told)
        marks = share(check.misleading for check in own), share(check.warned for check in own)
        numbers = (row.coverage, row.error, width, row.rank_chi2, row.rank_p, *marks)
        print(f"  {row.answer:20s}{row.diaries:9d}" + "".join(f"{number:9.3f}" for number in numbers))


def share(marks: Iterable[bool]) -> float:
    seen = list(marks)
    return sum(seen) / len(seen)


def main() -> None:
    parser = argparse.ArgumentParser(description="calibration of the response to load on made-up runners")
    parser.add_argument("--runners", type=int, default=1000)
    parser.add_argument("--stressed", type=int, default=300, help="made-up runners of each kind that breaks the model")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    start = time.perf_counter()
    with ProcessPoolExecutor(arguments.workers) as pool:
        checks = chain.from_iterable(
            pool.map(partial(check_runner, ranks=True), range(arguments.runners), chunksize=10)
        )
        show("runners who obey the model", checks)
        for stress in STRESSES:
            one = partial(check_stress, stress)
            checks = chain.from_iterable(pool.map(one, range(arguments.stressed), chunksize=10))
            show(f"stress: {stress}", checks)
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
