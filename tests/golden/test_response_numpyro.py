"""The response model's filter against stored answers of NumPyro's sampler, on stored diaries.

``benchmarks/response_against_numpyro.py --write tests/golden/response_numpyro.json`` makes the file anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kneewise.monitoring.response.diary import read_diary
from kneewise.monitoring.response.model import fit_diary

CASES = json.loads(Path(__file__).with_name("response_numpyro.json").read_text(encoding="utf-8"))["cases"]
#: What the two may differ by beyond the sampler's own Monte Carlo error.
MEAN_SD, SD_RATIO = 0.05, 0.06


def answers(case: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return posterior mean and standard deviation of the coefficients."""
    pain = [np.nan if number is None else number for number in case["pain"]]
    diary = read_diary(np.arange(len(pain)), pain, case["load_knee_km"], "next_morning")
    model = fit_diary(diary, case["change_index"])
    means, sds = [], []
    for index in range(len(case["coefficients"])):
        weight, mean, sd = model.coefficient(index)
        means.append(weight @ mean)
        sds.append(np.sqrt(weight @ (sd**2 + (mean - means[-1]) ** 2)))
    return np.array(means), np.array(sds)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_agrees_with_the_sampler(case: dict[str, Any]) -> None:
    mean, sd = answers(case)
    nuts = case["nuts"]
    error = np.array(nuts["effective_draws"]) ** -0.5
    away = np.abs(mean - nuts["mean"]) / nuts["sd"]
    ratio = np.abs(np.log(sd / nuts["sd"]))

    # Heavy tails make the sampler's standard deviation less sure than that of a Gaussian would be.
    assert (away < MEAN_SD + 3.0 * error).all()
    assert (ratio < SD_RATIO + 3.0 * error).all()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_gives_the_same_numbers_as_before(case: dict[str, Any]) -> None:
    mean, sd = answers(case)

    assert mean == pytest.approx(case["filter"]["mean"], rel=1e-4, abs=1e-4)
    assert sd == pytest.approx(case["filter"]["sd"], rel=1e-4)
