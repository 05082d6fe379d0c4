"""Simulation-based calibration of the response to load, and how it fares on knees that do not obey the model.

    python -m benchmarks.response_calibration --runners 1000 --stressed 300 --workers 2 --write

Prints, and with ``--write`` puts on the page docs/validation-response.md, for every answer the share of 90 % intervals
that hold the truth with its Monte Carlo error, their mean width, and the chi-squared of the rank histogram (20 bins, 19
degrees of freedom) where ranks are defined. Also how often the whole interval lies on the wrong side of no effect, and
how often the model warned and gave no answer.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path

from kneewise.monitoring.response.calibration import Check, check_runner, check_stress, coverage
from kneewise.monitoring.response.stress import STRESSES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "validation-response.md"
HEAD = """# Validation: the response to load

Written by `make validate-response`. Diaries are made up from the model's own priors, rounded and cut at 0 and 10, with
two reports in five missing; then from knees that break the model in one way each. An interval that claims 90 % should
hold the truth in 90 % of the diaries (85 to 95 % is the aim). *Wrong side*: the whole interval lies on the wrong side
of no effect. *Withheld*: the model saw that it does not fit and gave no answer.

On the same diaries the filter agrees with NumPyro's sampler: `tests/golden/response_numpyro.json`, made by
`python -m benchmarks.response_against_numpyro`.
"""
ANSWERS = {
    "fast": "one run more",
    "slow": "a higher weekly level",
    "tomorrow": "chance of more pain tomorrow",
    "change": "before and after a change",
}
NAMES = ("answer", "diaries", "coverage", "its error", "mean width", "chi-squared", "p", "wrong side", "withheld")


def table(title: str, checks: Iterable[Check]) -> str:
    """Return one table of the page."""
    found = list(checks)
    lines = [f"## {title}", "", f"| {' | '.join(NAMES)} |", f"|{' --- |' * len(NAMES)}"]
    for row in coverage(found):
        own = [check for check in found if check.answer == row.answer]
        told = [check.estimate for check in own if check.told]
        width = sum(estimate.high - estimate.low for estimate in told) / len(told)
        marks = share(check.misleading for check in own), share(check.warned for check in own)
        numbers = (row.coverage, row.error, width, row.rank_chi2, row.rank_p, *marks)
        cells = ("" if number is None or math.isnan(number) else f"{number:.3f}" for number in numbers)
        lines.append(f"| {ANSWERS.get(row.answer, row.answer)} | {row.diaries} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def share(marks: Iterable[bool]) -> float:
    seen = list(marks)
    return sum(seen) / len(seen)


def main() -> None:
    parser = argparse.ArgumentParser(description="calibration of the response to load on made-up runners")
    parser.add_argument("--runners", type=int, default=1000)
    parser.add_argument("--stressed", type=int, default=300, help="made-up runners of each kind that breaks the model")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    arguments = parser.parse_args()
    start = time.perf_counter()
    tables = []
    with ProcessPoolExecutor(arguments.workers) as pool:
        obedient = pool.map(partial(check_runner, ranks=True), range(arguments.runners), chunksize=10)
        tables.append(table("Knees that obey the model", chain.from_iterable(obedient)))
        print(tables[-1], flush=True)
        for stress in STRESSES:
            broken = pool.map(partial(check_stress, stress), range(arguments.stressed), chunksize=10)
            tables.append(table(f"A knee that breaks it: {stress.replace('_', ' ')}", chain.from_iterable(broken)))
            print(tables[-1], flush=True)
    print(f"{time.perf_counter() - start:.0f} s")
    if arguments.write:
        PAGE.write_text("\n".join([HEAD, *tables]), encoding="utf-8")


if __name__ == "__main__":
    main()
