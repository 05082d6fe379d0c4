"""The watch model per step: calibration rows, limits, precision."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from kneewise.load import StepLoad, per_step
from kneewise.load.knee import per_step as module
from kneewise.load.knee.limits import limits
from kneewise.load.knee.model import alternative_model, knee_model
from kneewise.load.knee.spring_mass import (
    drop_m,
    peak_ground_force_bw,
    predicted_contact_time_s,
    step_time_s,
    sweep_m,
    vertical_oscillation_m,
)
from kneewise.units import GRAVITY_MPS2


def one(speed: float, cadence: float, **more: Any) -> StepLoad:
    return per_step([speed], [cadence], height_m=more.pop("height_m", 1.75), mass_kg=more.pop("mass_kg", 70.0), **more)


def written_out(
    speed: float, cadence: float, height: float, grade_deg: float, contact: float
) -> tuple[float, float, float]:
    """Section 4.1 in plain floats, number by number."""
    step_time, slope = 60 / cadence, math.radians(grade_deg)
    ground = math.pi / 2 * step_time / contact * math.cos(slope)
    drop = GRAVITY_MPS2 * (step_time * contact / (2 * math.pi) - contact**2 / 8)
    leg = 0.53 * height
    sweep = leg - math.sqrt(leg**2 - (speed * contact / 2) ** 2)
    knee = 24.05 + (0.1757 * drop + 0.0766 * sweep) * 1000 * 1.75 / height
    arm = (
        0.2455 * height * math.sin(math.radians(knee / 2)) - 0.01948 * height - 0.10 * 0.285 * height * math.tan(slope)
    )
    moment = ground * math.sin(0.407 * math.pi) * GRAVITY_MPS2 * arm
    lever = 8.0e-8 * knee**3 - 1.3e-5 * knee**2 + 2.8e-4 * knee + 0.046
    ratio = (0.462 + 1.47e-3 * knee - 3.84e-5 * knee**2) / (1 - 1.62e-2 * knee + 1.55e-4 * knee**2 - 6.98e-7 * knee**3)
    return knee, moment, moment / lever * ratio / GRAVITY_MPS2


@pytest.mark.parametrize(
    ("speed", "cadence", "height", "grade", "contact"),
    [(3.0, 168, 1.75, 0, 0.26), (2.4, 160, 1.60, -4, 0.30), (4.6, 186, 1.90, 7, 0.20), (3.5, 172, 1.55, 10, 0.25)],
)
def test_the_equations_as_printed(speed: float, cadence: float, height: float, grade: float, contact: float) -> None:
    load = one(speed, cadence, height_m=height, grade_deg=[grade], contact_time_s=[contact])
    knee, moment, force = written_out(speed, cadence, height, grade, contact)
    assert load.knee_flexion_deg[0] == pytest.approx(knee, rel=1e-6)
    assert load.knee_moment_nm_per_kg[0] == pytest.approx(moment, rel=1e-6)
    assert load.peak_force_bw[0] == pytest.approx(force, rel=1e-6)
    assert load.impulse_bw_s[0] == pytest.approx(0.383 * force * contact, rel=1e-6)


def test_stress_is_force_over_area() -> None:
    load = one(3.0, 168)
    knee = load.knee_flexion_deg[0]
    area = 0.0781 * knee**2 + 0.6763 * knee + 151.75
    assert load.peak_stress_mpa[0] == pytest.approx(load.peak_force_bw[0] * 70 * GRAVITY_MPS2 / area)


def test_spring_mass_formulas_agree_with_the_kernel() -> None:
    cadence, contact = np.array([168.0]), np.array([0.26])
    model, step_time = knee_model(), step_time_s(np.array([168.0]))
    drop, sweep = drop_m(step_time, contact)[0], sweep_m(np.array([3.0]), contact, 0.53 * 1.75)[0]
    knee = model.knee.intercept_deg + 1000 * (0.1757 * drop + 0.0766 * sweep)
    assert one(3.0, 168, contact_time_s=[0.26]).knee_flexion_deg[0] == pytest.approx(knee)
    assert peak_ground_force_bw(step_time, contact)[0] == pytest.approx(math.pi / 2 * 60 / 168 / 0.26)
    assert predicted_contact_time_s(np.array([3.0]), cadence)[0] == pytest.approx(one(3.0, 168).contact_time_s[0])
    assert 0.03 < vertical_oscillation_m(cadence, contact)[0] < 0.15


@pytest.mark.parametrize(
    ("speed", "cadence", "measured"), [(2.5, 161.2, 0.272), (3.5, 171.1, 0.227), (4.5, 184.6, 0.196)]
)
def test_predicted_contact_time_is_that_of_the_plates(speed: float, cadence: float, measured: float) -> None:
    contact = predicted_contact_time_s(np.array([speed]), np.array([cadence]))[0]
    assert contact == pytest.approx(measured, rel=0.015)


def relative(before: StepLoad, after: StepLoad, name: str) -> float:
    return float(getattr(after, name)[0] / getattr(before, name)[0] - 1)


def test_calibration_step_rate_up() -> None:
    """Between Lenhart 2014 (-14 %) and Heiderscheit 2011 through the joint formulas (-17.5 %)."""
    before, after = one(3.0, 168), one(3.0, 168 * 1.1)
    assert relative(before, after, "peak_force_bw") == pytest.approx(-0.157, abs=0.005)
    assert relative(before, after, "knee_moment_nm_per_kg") == pytest.approx(-0.12, abs=0.01)
    assert after.knee_flexion_deg[0] - before.knee_flexion_deg[0] == pytest.approx(-3.5, abs=1)


def test_calibration_step_rate_down_overshoots_as_stated() -> None:
    before, after = one(3.0, 168), one(3.0, 168 * 0.9)
    assert relative(before, after, "peak_force_bw") == pytest.approx(0.228, abs=0.005)
    assert after.knee_flexion_deg[0] - before.knee_flexion_deg[0] == pytest.approx(4.3, abs=1)


@pytest.mark.parametrize(
    ("speed", "cadence", "force", "moment", "knee"),
    [(2.5, 161.2, 4.92, 2.40, 40.3), (3.5, 171.1, 5.74, 2.75, 41.5), (4.5, 184.6, 6.16, 2.93, 41.8)],
)
def test_calibration_absolute_values_of_the_lab_runners(
    speed: float, cadence: float, force: float, moment: float, knee: float
) -> None:
    load = one(speed, cadence, height_m=1.77)
    assert load.peak_force_bw[0] == pytest.approx(force, rel=0.04)
    assert load.knee_moment_nm_per_kg[0] == pytest.approx(moment, rel=0.04)
    assert load.knee_flexion_deg[0] == pytest.approx(knee, abs=1)


def test_sensitivities_of_the_error_budget() -> None:
    def slope(**more: Any) -> float:
        middle = {"speed": 3.0, "cadence": 168.0, "contact": 0.244} | more
        load = one(middle["speed"], middle["cadence"], contact_time_s=[middle["contact"]])
        return float(np.log(load.peak_force_bw[0]))

    step = 0.01
    assert (slope(cadence=168 * (1 + step)) - slope()) / step == pytest.approx(-2.15, abs=0.15)
    assert (slope(speed=3 * (1 + step)) - slope()) / step == pytest.approx(0.55, abs=0.06)
    assert (slope(contact=0.244 * (1 + step)) - slope()) / step == pytest.approx(-0.5, abs=0.1)


def test_downhill_costs_more_than_uphill() -> None:
    down, level, up = (one(3.0, 168, grade_deg=[grade]).peak_force_bw[0] for grade in (-6, 0, 6))
    assert down > level > up


def test_unknown_slope_counts_as_level() -> None:
    assert one(3.0, 168, grade_deg=[np.nan]).peak_force_bw[0] == one(3.0, 168).peak_force_bw[0]


def test_the_two_knee_fits_agree_where_they_were_joined() -> None:
    used, other = one(3.5, 171.8), one(3.5, 171.8, model=alternative_model())
    assert used.knee_flexion_deg[0] == pytest.approx(other.knee_flexion_deg[0], abs=0.01)


@pytest.mark.parametrize(
    ("speed", "cadence", "more"),
    [
        (1.4, 150, {}),
        (7.2, 200, {}),
        (3.0, 118, {}),
        (3.0, 245, {}),
        (3.0, 168, {"grade_deg": [10.5]}),
        (3.0, 168, {"grade_deg": [-10.5]}),
        (1.6, 238, {"contact_time_s": [0.39]}),
        (np.nan, 168, {}),
        (3.0, np.nan, {}),
        (0, 0, {}),
        (-3.0, 168, {}),
    ],
)
def test_outside_the_limits_there_is_no_number(speed: float, cadence: float, more: dict[str, Any]) -> None:
    load = one(speed, cadence, **more)
    assert all(np.isnan(column[0]) for column in (load.peak_force_bw, load.impulse_bw_s, load.peak_stress_mpa))


def test_every_number_lies_inside_the_limits() -> None:
    speed, cadence = (grid.ravel() for grid in np.meshgrid(np.linspace(1, 8, 141), np.linspace(100, 260, 81)))
    load = per_step(speed, cadence, height_m=1.75, mass_kg=70)
    for name in ("peak_force_bw", "knee_flexion_deg", "knee_moment_nm_per_kg", "contact_time_s"):
        known = getattr(load, name)[~np.isnan(load.peak_force_bw)]
        assert len(known) > 1000
        assert known.min() >= limits()[name].reject_low
        assert known.max() <= limits()[name].reject_high


def test_an_impossible_contact_time_is_predicted_instead() -> None:
    assert one(3.0, 168, contact_time_s=[0.9]).peak_force_bw[0] == one(3.0, 168).peak_force_bw[0]


def test_without_mass_there_is_no_stress_but_a_force() -> None:
    load = one(3.0, 168, mass_kg=None)
    assert np.isnan(load.peak_stress_mpa[0])
    assert load.peak_force_bw[0] == one(3.0, 168).peak_force_bw[0]


def random_history(n: int) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(3)
    contact = generator.uniform(0.2, 0.3, n)
    contact[::3] = np.nan
    return {
        "speed": generator.uniform(2, 5, n),
        "cadence": generator.uniform(150, 190, n),
        "contact": contact,
        "grade": generator.uniform(-9, 9, n),
    }


def evaluated(history: dict[str, np.ndarray], kind: type[np.floating[Any]]) -> StepLoad:
    speed, cadence, contact, grade = (column.astype(kind) for column in history.values())
    return per_step(speed, cadence, height_m=1.7, mass_kg=60.0, contact_time_s=contact, grade_deg=grade)


def test_single_precision_agrees_with_double() -> None:
    history = random_history(50_000)
    history = {name: column.astype(np.float32).astype(np.float64) for name, column in history.items()}
    single, double = evaluated(history, np.float32), evaluated(history, np.float64)
    assert single.peak_force_bw.dtype == np.float32
    for name in StepLoad.__slots__:
        np.testing.assert_allclose(getattr(single, name), getattr(double, name), rtol=1e-4)


def test_pieces_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    history = random_history(1000)
    whole = evaluated(history, np.float64)
    monkeypatch.setattr(module, "_PIECE", 97)
    np.testing.assert_array_equal(evaluated(history, np.float64).peak_force_bw, whole.peak_force_bw)


def test_nothing_in_nothing_out() -> None:
    assert per_step([], [], height_m=1.75).peak_force_bw.shape == (0,)
