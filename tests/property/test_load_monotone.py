"""What must hold for every runner: invariants of the load model over its whole valid domain."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kneewise.load import knee_load, per_step
from kneewise.load.knee.model import knee_model
from kneewise.load.knee.personal import StyleTrial, personal_model, personal_style
from kneewise.load.natural_cadence import natural_cadence_spm

HEIGHTS = st.floats(1.45, 2.05)
SPEEDS = st.floats(1.5, 7.0)
GRADES = st.floats(-10, 10)
CONTACTS = st.one_of(st.none(), st.floats(0.14, 0.40))


@settings(max_examples=150, deadline=None)
@given(speed=SPEEDS, height=HEIGHTS, grade=GRADES, contact=CONTACTS)
def test_more_cadence_at_the_same_speed_never_costs_more(
    speed: float, height: float, grade: float, contact: float | None
) -> None:
    cadence = np.linspace(120, 240, 241)
    load = per_step(
        np.full_like(cadence, speed),
        cadence,
        height_m=height,
        mass_kg=60,
        grade_deg=np.full_like(cadence, grade),
        contact_time_s=None if contact is None else np.full_like(cadence, contact),
    )
    for column in (load.peak_force_bw, load.knee_flexion_deg, load.knee_moment_nm_per_kg):
        known = column[~np.isnan(column)]
        assert np.all(np.diff(known) <= 1e-12)


@settings(max_examples=150, deadline=None)
@given(height=HEIGHTS, grade=GRADES)
def test_more_speed_at_natural_cadence_costs_more_per_step_and_less_impulse_per_km(height: float, grade: float) -> None:
    speed = np.linspace(1.5, 7.0, 276)
    cadence = natural_cadence_spm(speed, height)
    load = per_step(speed, cadence, height_m=height, grade_deg=np.full_like(speed, grade))
    known = ~np.isnan(load.peak_force_bw)
    per_km = (load.impulse_bw_s * cadence / speed)[known]
    assert np.all(np.diff(load.peak_force_bw[known]) > 0)
    assert np.all(np.diff(per_km) < 0)


@settings(max_examples=100, deadline=None)
@given(speed=SPEEDS, cadence=st.floats(120, 240), height=HEIGHTS, mass=st.floats(40, 130))
def test_more_mass_is_more_stress_and_the_same_force_in_body_weights(
    speed: float, cadence: float, height: float, mass: float
) -> None:
    light, heavy = (per_step([speed], [cadence], height_m=height, mass_kg=kilograms) for kilograms in (mass, mass + 5))
    if not np.isnan(light.peak_force_bw[0]):
        assert heavy.peak_force_bw[0] == light.peak_force_bw[0]
        assert heavy.peak_stress_mpa[0] > light.peak_stress_mpa[0]


@settings(max_examples=100, deadline=None)
@given(speed=SPEEDS, cadence=st.floats(120, 240), height=HEIGHTS)
def test_downhill_never_costs_less_than_uphill(speed: float, cadence: float, height: float) -> None:
    grade = np.linspace(-10, 10, 41)
    load = per_step(np.full_like(grade, speed), np.full_like(grade, cadence), height_m=height, grade_deg=grade)
    down, up = load.peak_force_bw[:20], load.peak_force_bw[:20:-1]
    both = ~np.isnan(down) & ~np.isnan(up)
    assert np.all(down[both] >= up[both])


@settings(max_examples=60, deadline=None)
@given(
    speed=st.floats(1.5, 6.0),
    height=HEIGHTS,
    knee=st.floats(33, 55),
    force=st.floats(3, 10),
    trial_speed=st.floats(2.2, 5.0),
)
def test_whoever_the_runner_is_more_cadence_never_costs_more_and_more_speed_costs_more(
    speed: float, height: float, knee: float, force: float, trial_speed: float
) -> None:
    """The same for the model of any runner that a lab trial could show."""
    rate = float(natural_cadence_spm(np.array([trial_speed]), height)[0])
    style = personal_style([StyleTrial("lab", "a", trial_speed, rate, height, knee, force)])
    model = personal_model(knee_model(), style)
    cadence = np.linspace(120, 240, 121)
    load = per_step(np.full_like(cadence, speed), cadence, height_m=height, model=model)
    assert np.all(np.diff(load.peak_force_bw[~np.isnan(load.peak_force_bw)]) <= 1e-12)
    speeds = np.linspace(1.5, 6.0, 91)
    natural = per_step(speeds, natural_cadence_spm(speeds, height), height_m=height, model=model)
    assert np.all(np.diff(natural.peak_force_bw[~np.isnan(natural.peak_force_bw)]) > 0)


NUMBERS = st.floats(allow_nan=True, allow_infinity=True, width=32)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=20))
def test_any_numbers_give_a_number_inside_the_limits_or_none(rows: list[tuple[float, float, float, float]]) -> None:
    speed, cadence, contact, grade = (
        (np.array(column, dtype=np.float32) for column in zip(*rows, strict=True)) if rows else [np.empty(0)] * 4
    )
    load = per_step(speed, cadence, height_m=1.7, mass_kg=60, contact_time_s=contact, grade_deg=grade)
    force = load.peak_force_bw[~np.isnan(load.peak_force_bw)]
    assert np.all((force >= 1.5) & (force <= 13))
    assert np.all(np.isnan(load.impulse_bw_s) == np.isnan(load.peak_force_bw))


@settings(max_examples=60, deadline=None)
@given(
    speed=st.floats(1.0, 8.0),
    cadence=st.floats(100, 250),
    height=HEIGHTS,
    grade=st.floats(-15, 15),
    contact=CONTACTS,
    knee=st.one_of(st.none(), st.floats(5, 90)),
)
def test_intervals_are_ordered(
    speed: float, cadence: float, height: float, grade: float, contact: float | None, knee: float | None
) -> None:
    load = knee_load(speed, cadence, height, 60.0, grade_deg=grade, contact_time_s=contact, knee_flexion_deg=knee)
    for estimate in (*load.per_step.values(), load.knee_km_per_km):
        if np.isnan(estimate.value):
            assert load.issues
            continue
        assert estimate.others is not None
        assert estimate.others.low <= estimate.low <= estimate.value <= estimate.high <= estimate.others.high
