"""Runs as sums, the reference, knee-km and its intervals."""

from __future__ import annotations

import json
import math
from types import ModuleType

import numpy as np
import pytest

from kneewise.domain import Estimate, Runner
from kneewise.errors import InvalidInputError
from kneewise.load import (
    Convention,
    Reference,
    RunLoad,
    knee_km,
    learn_reference,
    per_step,
    population_reference,
    run_load,
)


def codes(load: RunLoad) -> set[str]:
    return {issue.code for issue in load.issues}


def test_sums_of_a_steady_run(made: ModuleType) -> None:
    load = run_load(made.made_run(), made.RUNNER)
    step = per_step([2.8], [166.0], height_m=1.70, mass_kg=60.0)
    force = float(step.peak_force_bw[0])
    assert load.steps == pytest.approx(166 / 60 * 1800, rel=1e-6)
    assert load.force_sum_bw == pytest.approx(load.steps * force, rel=1e-5)
    assert load.force_sum2_bw2 == pytest.approx(load.steps * force**2, rel=1e-5)
    assert load.force_sum4_bw4 == pytest.approx(load.steps * force**4, rel=1e-5)
    assert load.impulse_sum_bw_s == pytest.approx(load.steps * float(step.impulse_bw_s[0]), rel=1e-5)
    assert load.peak_stress_mpa == pytest.approx(float(step.peak_stress_mpa[0]), rel=1e-5)
    assert load.coverage == 1
    assert load.distance_m == pytest.approx(2.8 * 1800, rel=1e-5)
    assert codes(load) == set()


@pytest.mark.parametrize("interval", [1.0, 5.0, 10.0])
def test_the_recording_interval_does_not_matter(made: ModuleType, interval: float) -> None:
    load = run_load(made.made_run(interval_s=interval), made.RUNNER)
    assert load.force_sum_bw == pytest.approx(run_load(made.made_run(), made.RUNNER).force_sum_bw, rel=1e-6)


def test_walking_parts_have_no_load(made: ModuleType) -> None:
    load = run_load(made.made_run(walking_s=600), made.RUNNER)
    assert load.running_s == 1200
    assert codes(load) == {"walking-not-counted"}
    assert load.force_sum_bw == pytest.approx(run_load(made.made_run(), made.RUNNER).force_sum_bw * 2 / 3, rel=1e-5)


def test_a_walk_that_passed_as_a_run_has_no_number(made: ModuleType) -> None:
    load = run_load(made.made_run(1.3, 110), made.RUNNER)
    [result] = knee_km([load], population_reference(1.7))
    assert load.coverage == 0
    assert math.isnan(result.value.value)
    assert "not enough data" in result.value.basis
    assert result.to_json()["knee_km"]["value"] is None
    [issue] = load.issues
    assert (issue.code, "slower than running" in issue.text) == ("load-incomplete", True)


def test_a_ride_has_no_load(made: ModuleType) -> None:
    assert codes(run_load(made.made_run(sport="cycling"), made.RUNNER)) == {"not-a-run"}


def test_missing_height_and_mass_are_told(made: ModuleType) -> None:
    load = run_load(made.made_run(), Runner("x"))
    assert codes(load) == {"height-assumed", "mass-unknown"}
    assert math.isnan(load.peak_stress_mpa)
    assert load.height_m == 1.75


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"grade": 6.0}, "steep"),
        ({"grade": None}, "grade-unknown"),
        ({"cadence": None}, "cadence-predicted"),
        ({"cadence": 140.0}, "unusual-value"),
        ({"oscillation": 0.14}, "oscillation-disagrees"),
    ],
)
def test_expected_trouble_is_an_issue(made: ModuleType, more: dict[str, float | None], code: str) -> None:
    assert code in codes(run_load(made.made_run(**more), made.RUNNER))


def test_slopes_over_ten_degrees_are_not_estimated(made: ModuleType) -> None:
    assert run_load(made.made_run(grade=11.0), made.RUNNER).coverage == 0


def test_measured_contact_time_is_used_and_counted(made: ModuleType) -> None:
    load = run_load(made.made_run(contact=0.25), made.RUNNER)
    assert load.measured_contact_share == pytest.approx(1)
    assert load.contact_time_s == pytest.approx(0.25, rel=1e-5)


def test_a_gap_in_cadence_takes_the_cadence_of_the_rest(made: ModuleType) -> None:
    whole, gap = made.made_run(cadence=176.0), made.made_run(cadence=176.0)
    gap.stream.columns["cadence_spm"][:300] = np.nan
    load, full = run_load(gap, made.RUNNER), run_load(whole, made.RUNNER)
    assert load.own_cadence_used
    assert load.predicted_cadence_share == pytest.approx(1 / 6, rel=0.01)
    assert load.force_sum_bw == pytest.approx(full.force_sum_bw, rel=1e-4)


def test_a_dictionary_keeps_everything(made: ModuleType) -> None:
    for activity in (made.made_run(contact=0.25), made.made_run(1.3, 110), made.bare_run(5000, 1800)):
        load = run_load(activity, made.RUNNER, Convention("salsich", cocontraction=True))
        text = json.dumps(load.to_dict(), allow_nan=False)
        assert len(text) < 20_000
        assert RunLoad.from_dict(json.loads(text)).to_dict() == load.to_dict()


def history(made: ModuleType, runs: int = 4, **more: float) -> list[RunLoad]:
    return [run_load(made.made_run(2.7 + 0.05 * i, **more), made.RUNNER) for i in range(runs)]


def test_easy_flat_running_is_one(made: ModuleType) -> None:
    loads = [run_load(made.made_run(), made.RUNNER) for _ in range(3)]
    reference = learn_reference(loads)
    [result] = knee_km(loads[:1], reference)
    assert reference.kind == "own"
    for estimate in (*result.band.values(), result.impulse):
        assert estimate.value == pytest.approx(loads[0].distance_m / 1000, rel=1e-4)


@pytest.mark.parametrize(("runs", "kind"), [(1, "population"), (2, "population"), (3, "own")])
def test_the_reference_needs_three_runs(made: ModuleType, runs: int, kind: str) -> None:
    assert learn_reference(history(made, runs, seconds=2400)).kind == kind


def test_the_reference_needs_an_hour(made: ModuleType) -> None:
    assert learn_reference(history(made, 4, seconds=600)).kind == "population"


def test_a_history_of_any_length_is_learned_from_one_at_a_time(
    made: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = history(made, 9, seconds=2400)
    whole = learn_reference(loads)
    monkeypatch.setattr("kneewise.load.reference._ADDED_AT_ONCE", 2)
    assert learn_reference(iter(loads)) == whole


@pytest.mark.parametrize("more", [{"grade": 3.0}, {"grade": None}, {"cadence": None}])
def test_only_flat_running_with_measured_cadence_speaks(made: ModuleType, more: dict[str, float | None]) -> None:
    loads = [run_load(made.made_run(**more), made.RUNNER) for _ in range(6)]
    assert learn_reference(loads).kind == "population"


def test_a_treadmill_of_unknown_slope_is_flat(made: ModuleType) -> None:
    loads = [run_load(made.made_run(grade=None, treadmill=True), made.RUNNER) for _ in range(3)]
    assert learn_reference(loads).kind == "own"
    assert "grade-unknown" not in codes(loads[0])


def test_the_reference_is_the_slower_half_without_the_slowest(made: ModuleType) -> None:
    loads = [run_load(made.made_run(speed), made.RUNNER) for speed in np.linspace(2.0, 4.0, 21)]
    reference = learn_reference(loads)
    assert reference.speed_mps == pytest.approx(2.7, abs=0.1)
    assert f"learned from {len(loads)} runs" in reference.basis


def test_the_choice_of_the_easy_band_moves_knee_km_little(made: ModuleType) -> None:
    """0.3 m/s of another reference speed at natural cadence is about 2 % of knee-km."""
    from kneewise.load.natural_cadence import natural_cadence_spm

    def cost(speed: float) -> float:
        cadence = natural_cadence_spm(np.array([speed]), 1.75)
        step = per_step([speed], cadence, height_m=1.75)
        return float(step.peak_force_bw[0] * cadence[0] / speed)

    assert cost(3.0) / cost(2.7) == pytest.approx(0.97, abs=0.02)


def test_nothing_to_learn_from() -> None:
    reference = learn_reference([], height_m=1.8)
    assert (reference.kind, reference.height_m) == ("population", 1.8)
    assert knee_km([], reference) == []


def test_population_is_the_published_one_at_the_usual_height() -> None:
    reference = population_reference(1.75)
    assert reference.speed_mps == 2.75
    assert reference.cadence_spm == pytest.approx(164)
    assert population_reference().to_dict() == reference.to_dict()
    assert Reference.from_dict(json.loads(json.dumps(reference.to_dict()))) == reference


def relative_width(estimate: Estimate) -> float:
    return math.log(estimate.high / estimate.low)


def test_intervals(made: ModuleType) -> None:
    reference = learn_reference(history(made))
    runs = [made.made_run(), made.made_run(3.6, 174), made.made_run(2.8, 150)]
    easy, fast, slow_cadence = knee_km([run_load(run, made.RUNNER) for run in runs], reference)
    for result in (easy, fast, slow_cadence):
        value, others = result.value, result.value.others
        assert others is not None
        assert others.low < value.low < value.value < value.high < others.high
        assert relative_width(result.band["b4"]) > relative_width(value)
        assert result.band["b1"] is value
    assert relative_width(easy.value) == pytest.approx(2 * 1.645 * 0.025, abs=0.03)
    assert relative_width(fast.value) > relative_width(easy.value)
    assert slow_cadence.value.value / 5.04 > 1.1


def test_runs_without_cadence_have_a_number_and_a_wider_interval(made: ModuleType) -> None:
    for reference, factor in ((population_reference(1.70), 2.0), (learn_reference(history(made)), 1.3)):
        with_cadence, without = knee_km(
            [run_load(made.made_run(cadence=cadence), made.RUNNER) for cadence in (166.0, None)], reference
        )
        assert "cadence not recorded: predicted from speed" in without.value.basis
        assert relative_width(without.value) > factor * relative_width(with_cadence.value)


def test_predicted_cadence_follows_the_runner_once_it_is_known(made: ModuleType) -> None:
    reference = learn_reference(history(made, cadence=178.0))
    own, missing = (run_load(made.made_run(cadence=cadence), made.RUNNER) for cadence in (178.0, None))
    known, predicted = knee_km([own, missing], reference)
    assert reference.cadence_ratio is not None
    assert predicted.value.value == pytest.approx(known.value.value, rel=0.01)
    assert "your own running" in predicted.value.basis


def test_a_typed_run_has_a_number(made: ModuleType) -> None:
    load = run_load(made.bare_run(5000, 1800), made.RUNNER)
    [result] = knee_km([load], population_reference(1.70))
    assert load.typed_in
    assert result.value.value == pytest.approx(5, abs=0.4)
    assert result.value.basis.count("typed in") == 1
    with_all = run_load(made.bare_run(None, 1800, speed=2.8, cadence=166.0, treadmill=True), made.RUNNER)
    assert with_all.predicted_cadence_share == 0


def test_uncovered_running_raises_the_upper_bound_only(made: ModuleType) -> None:
    gap = made.made_run()
    gap.stream.columns["speed_mps"][:360] = np.nan
    result, whole = knee_km([run_load(run, made.RUNNER) for run in (gap, made.made_run())], population_reference(1.7))
    assert result.coverage == pytest.approx(0.8)
    assert result.value.value == pytest.approx(0.8 * whole.value.value, rel=1e-4)
    assert result.value.high == pytest.approx(whole.value.high, rel=1e-2)
    assert "covers 80%" in result.value.basis


def test_conventions_leave_knee_km_alone(made: ModuleType) -> None:
    def result(convention: Convention) -> float:
        load = run_load(made.made_run(3.3), made.RUNNER, convention)
        return knee_km([load], population_reference(1.7, convention))[0].value.value

    assert result(Convention("besier", cocontraction=True)) == pytest.approx(result(Convention()), rel=1e-6)


def test_conventions_are_not_mixed(made: ModuleType) -> None:
    loads = [run_load(made.made_run(), made.RUNNER, Convention(cocontraction=both)) for both in (True, False)]
    with pytest.raises(InvalidInputError, match="one convention"):
        learn_reference(loads)
    with pytest.raises(InvalidInputError, match="one convention"):
        knee_km(loads[:1], population_reference(1.7))
