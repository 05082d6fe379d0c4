"""The constants in parameters.toml are those of the fit, the errors told are those found, the figures are current."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
from benchmarks import calibrate, ladder
from benchmarks.calibration import SHIPPED, refit, rms, scores, trials
from benchmarks.lab_figures import FIGURES, figures

from kneewise.evidence.parameters import parameter, value
from kneewise.load import per_step


def test_the_parameters_are_those_of_the_fit() -> None:
    for (table, name), entry in calibrate.entries().items():
        told = tomllib.loads(f"x = {entry}")["x"]
        stored = parameter(f"{table}.{name}")
        assert stored.value == pytest.approx(told["value"], rel=0.01, abs=1e-4), (table, name)
        assert list(stored.sources) == told["sources"]


def test_writing_the_entries_changes_nothing_else() -> None:
    text = "[a]\nb = { value = 1 } \nc = 2\n\n[d]\ne = 3\n"
    assert calibrate.written(text, {("a", "b"): "9"}) == "[a]\nb = 9\nc = 2\n\n[d]\ne = 3\n"
    assert calibrate.written(text, {("a", "f"): "9"}) == "[a]\nf = 9\nb = { value = 1 } \nc = 2\n\n[d]\ne = 3\n"
    assert calibrate.written(text, {("g", "h"): "9"}).endswith("\n[g]\nh = 9\n")


def test_the_model_that_ships_is_the_best_out_of_sample() -> None:
    by_name = {score.name: score for score in scores()}
    shipped = by_name.pop(SHIPPED)
    assert all(shipped.absolute() <= other.absolute() for other in by_name.values())
    assert shipped.absolute() < 10
    assert shipped.change(2.5, 4.5) < 8.5
    assert by_name["mechanistic, as before"].absolute() > 15


def test_what_the_package_says_of_its_error_is_what_was_found() -> None:
    shipped = next(score for score in scores() if score.name == SHIPPED)
    assert 100 * value("watch.calibration.force_error") == pytest.approx(shipped.absolute(), abs=0.1)
    assert 100 * value("watch.calibration.change_error") == pytest.approx(shipped.change(2.5, 4.5), abs=0.1)


def test_a_left_out_runner_is_not_in_the_fit() -> None:
    data = trials()
    others = data.of(data.runner != 12)
    assert refit(others, studies=True) != refit(data, studies=True)
    assert len(np.unique(others.runner)) == 17


def test_the_refit_is_monotone_beyond_the_fitted_range() -> None:
    """The property tests hold this for all heights; here for every fit with a runner left out."""
    data = trials()
    cadence = np.linspace(120, 240, 121)
    for runner in np.unique(data.runner):
        model = refit(data.of(data.runner != runner), studies=True)
        for speed in (1.5, 3.0, 5.0, 7.0):
            force = per_step(np.full(121, speed), cadence, height_m=1.7, model=model).peak_force_bw
            assert np.all(np.diff(force[~np.isnan(force)]) < 0)


def test_one_lab_trial_takes_a_third_off_the_error() -> None:
    for rung in ladder.rungs():
        assert rms(rung.after) < 0.7 * rms(rung.before)
        assert np.all(rung.claimed_after < rung.claimed_before)
        assert rung.covered(after=True) >= 0.85


def test_the_committed_figures_are_current() -> None:
    for name, drawn in figures().items():
        assert (FIGURES / name).read_text(encoding="utf-8") == drawn, f"{name}: run python -m benchmarks.validation"
