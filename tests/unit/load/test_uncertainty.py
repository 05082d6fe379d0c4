"""Error propagation against the error budget and against chance."""

from __future__ import annotations

import numpy as np
import pytest

from kneewise.evidence.parameters import value
from kneewise.load.knee.model import knee_model
from kneewise.load.knee.per_step import per_step
from kneewise.load.knee.personal import generic_style
from kneewise.load.natural_cadence import natural_cadence_spm
from kneewise.load.uncertainty import (
    States,
    device_effects,
    doubt,
    grade_sd,
    levers,
    person_effects,
    root_sum,
    slope_sd,
    total,
    z_score,
)

HEIGHT = 1.75


def states(speed: float = 3.0, cadence: float = 168.0, contact: float = 0.266, measured: float = 1.0) -> States:
    return States(*(np.array([number]) for number in (speed, cadence, contact, measured, 0.0)))


def test_z_of_ninety_percent() -> None:
    assert z_score() == pytest.approx(1.645, abs=1e-3)


def test_error_budget() -> None:
    device, person = (
        device_effects(states(), HEIGHT)["peak_force_bw"],
        person_effects(states(), HEIGHT)["peak_force_bw"],
    )
    assert total(device)[0] == pytest.approx(0.03, abs=0.005)
    # Knee flexion and force line together are what the model missed runners by that it had not seen.
    style = root_sum(person["knee"], person["offset"])[0]
    assert style == pytest.approx(value("watch.calibration.force_error"), abs=0.01)
    assert root_sum(total(device), total(person))[0] == pytest.approx(0.16, abs=0.01)


def sampled_forces(rng: np.random.Generator, n: int, *, person: bool) -> np.ndarray:
    """Sample every source of the budget and run the model itself."""

    def spread(sd: float) -> np.ndarray:
        return rng.normal(0, sd, n)

    speed = 3.0 * np.exp(spread(value("noise.device.speed")))
    cadence = 168.0 * np.exp(spread(value("noise.device.cadence")))
    contact = 0.266 + spread(value("noise.device.contact_time_s"))
    if not person:
        load = per_step(speed, cadence, height_m=HEIGHT, contact_time_s=contact, checked=False)
        return np.asarray(load.peak_force_bw)
    forces = np.empty(n)
    model = knee_model()
    style = generic_style()
    covariance = style.correlation * style.knee_sd_deg * style.force_line_sd_share
    both = [[style.knee_sd_deg**2, covariance], [covariance, style.force_line_sd_share**2]]
    knee, offset = rng.multivariate_normal([0, 0], both, n).T
    ground, lever = spread(value("noise.person.ground_force")), spread(value("noise.person.lever_arm"))
    ratio = spread(value("noise.person.ratio"))
    for i in range(n):
        own = model.with_(
            knee_offset_deg=float(knee[i]),
            force_line_offset_share=model.force_line_offset_share + float(offset[i]),
            ground_force_scale=1 + float(ground[i]),
            lever_arm_scale=1 + float(lever[i]),
            ratio_scale=1 + float(ratio[i]),
        )
        load = per_step(
            speed[i : i + 1],
            cadence[i : i + 1],
            height_m=HEIGHT,
            contact_time_s=contact[i : i + 1],
            model=own,
            checked=False,
        )
        forces[i] = load.peak_force_bw[0]
    return forces


@pytest.mark.parametrize(("person", "n"), [(False, 20_000), (True, 3_000)])
def test_the_analytic_interval_covers_what_it_claims(person: bool, n: int) -> None:
    forces = sampled_forces(np.random.default_rng(5), n, person=person)
    parts = [total(device_effects(states(), HEIGHT)["peak_force_bw"])]
    if person:
        parts.append(total(person_effects(states(), HEIGHT)["peak_force_bw"]))
    middle = float(per_step([3.0], [168.0], height_m=HEIGHT, contact_time_s=[0.266]).peak_force_bw[0])
    reach = z_score() * float(root_sum(*parts)[0])
    covered = np.mean(np.abs(np.log(forces / middle)) < reach)
    assert covered == pytest.approx(0.9, abs=0.015)


def test_no_change_has_no_doubt_about_the_slope() -> None:
    assert slope_sd(states(measured=0), states(measured=0), HEIGHT)[0] == pytest.approx(0, abs=1e-12)


def test_doubt_about_the_slope_is_about_a_quarter_of_a_cadence_change() -> None:
    from kneewise.load.knee.spring_mass import predicted_contact_time_s

    def natural(cadence: float) -> States:
        contact = float(predicted_contact_time_s(np.array([3.0]), np.array([cadence]))[0])
        return states(cadence=cadence, contact=contact, measured=0)

    force = per_step([3.0, 3.0], [168.0, 176.0], height_m=HEIGHT).peak_force_bw
    share = float(slope_sd(natural(176), natural(168), HEIGHT)[0] / -np.log(force[1] / force[0]))
    assert value("noise.model.slope") == 0.25
    assert 0.25 <= share < 0.3  # here the two knee fits differ by a little more than a quarter


def test_runners_differ_more_in_their_answer_to_speed() -> None:
    easy, fast = (states(speed, float(natural_cadence_spm(np.array([speed]), HEIGHT)[0])) for speed in (2.5, 4.0))
    speed, cadence, contact = levers(fast, easy, HEIGHT)
    assert abs(float(cadence[0])) < 1e-12
    share = value("noise.model.speed_slope")
    assert share > value("noise.model.slope")
    assert slope_sd(fast, easy, HEIGHT)[0] == pytest.approx(float(doubt((speed, cadence, contact))[0]))
    assert doubt((speed, cadence, contact))[0] >= share * abs(float(speed[0]))


def test_up_and_down_do_not_cancel() -> None:
    up, both = (grade_sd(np.array([0.03]), np.array([down]), np.zeros(1), states(), HEIGHT)[0] for down in (0, 0.03))
    assert both == pytest.approx(up * np.sqrt(2))


def test_the_grade_effect_is_that_of_the_model() -> None:
    low, high = (
        per_step(
            [3.0],
            [168.0],
            height_m=HEIGHT,
            contact_time_s=[0.266],
            grade_deg=[-3.0],
            model=knee_model().with_(grade_kept_share=0.1 + change),
        ).peak_force_bw[0]
        for change in (-0.06, 0.06)
    )
    tangent = np.tan(np.radians(3.0))
    analytic = grade_sd(np.zeros(1), np.array([tangent]), np.zeros(1), states(), HEIGHT)[0]
    assert analytic == pytest.approx(np.log(high / low) / 2, rel=0.03)
