"""The posterior of a runner's own knee: closed form against sums over a grid, limits, and what must never happen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kneewise.evidence.parameters import value
from kneewise.load import per_step
from kneewise.load.knee import personal
from kneewise.load.knee.model import knee_model
from kneewise.load.knee.personal import (
    StyleTrial,
    generic_style,
    personal_model,
    personal_style,
    style_of_known_knee,
    trial_style,
)

STATE = (3.0, 168.0, 1.75)


def lab_trial(knee: float, force: float, session: str = "a") -> StyleTrial:
    return StyleTrial("lab", session, *STATE, knee, force)


@settings(max_examples=50, deadline=None)
@given(
    speed=st.floats(2.2, 5.0),
    cadence=st.floats(150, 195),
    height=st.floats(1.5, 2.0),
    knee=st.floats(32, 55),
    force=st.floats(3, 10),
)
def test_the_style_of_a_trial_gives_the_trial_back(
    speed: float, cadence: float, height: float, knee: float, force: float
) -> None:
    offset, shift = trial_style(speed, cadence, height, knee, force)
    model = knee_model()
    own = model.with_(knee_offset_deg=offset, force_line_offset_share=model.force_line_offset_share + shift)
    load = per_step([speed], [cadence], height_m=height, model=own, checked=False)
    assert load.knee_flexion_deg[0] == pytest.approx(knee, rel=1e-9)
    assert load.peak_force_bw[0] == pytest.approx(force, rel=1e-9)


def test_without_trials_it_is_the_generic_runner() -> None:
    style = personal_style([])
    assert style == generic_style()
    assert (style.knee_offset_deg, style.force_line_shift_share) == (0, 0)
    assert style.knee_sd_deg == pytest.approx(value("noise.person.knee_flexion_deg"))


def test_the_posterior_is_that_of_a_grid() -> None:
    """Two trials of two days, summed numerically over knee offset and force-line shift."""
    trials = [lab_trial(47, 6.6), StyleTrial("lab", "b", 3.6, 174.0, 1.75, 46.0, 7.0)]
    style = personal_style(trials)
    between = personal._whole() - personal._within()
    knee, line = (np.linspace(-4, 4, 401)[:, None] * sd for sd in np.sqrt(np.diag(between)))
    points = np.stack(np.broadcast_arrays(knee, line.T), axis=-1).reshape(-1, 2)
    log = -0.5 * np.einsum("nk,kl,nl->n", points, np.linalg.inv(between), points)
    for trial in trials:
        shown = personal._shown(trial, knee_model())
        session = np.diag(np.square([value("personal.session.knee_deg"), value("personal.session.force")]))
        scatter = personal._within() + shown.per_error @ session @ shown.per_error.T
        off = points - shown.numbers
        log += -0.5 * np.einsum("nk,kl,nl->n", off, np.linalg.inv(scatter), off)
    weight = np.exp(log - log.max())
    mean = weight @ points / weight.sum()
    covariance = np.cov(points.T, aweights=weight) + personal._within()
    assert (style.knee_offset_deg, style.force_line_shift_share) == pytest.approx(tuple(mean), rel=1e-3)
    assert (style.knee_sd_deg, style.force_line_sd_share) == pytest.approx(
        tuple(np.sqrt(np.diag(covariance))), rel=1e-3
    )


KNEES, FORCES = st.floats(34, 54), st.floats(3.5, 9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(KNEES, FORCES, st.sampled_from("abc")), min_size=1, max_size=5))
def test_more_trials_never_know_less_and_never_all(rows: list[tuple[float, float, str]]) -> None:
    trials = [lab_trial(*row) for row in rows]
    fewer, more = personal_style(trials[:-1]), personal_style(trials)
    assert more.knee_sd_deg <= fewer.knee_sd_deg + 1e-9
    assert more.force_line_sd_share <= fewer.force_line_sd_share + 1e-12
    assert more.knee_sd_deg >= value("personal.within.knee_deg")
    assert -1 < more.correlation < 1
    reverse = personal_style(trials[::-1])
    assert reverse.knee_offset_deg == pytest.approx(more.knee_offset_deg, abs=1e-9)


def test_a_trial_moves_the_model_towards_itself_and_not_beyond() -> None:
    generic = float(per_step([3.0], [168.0], height_m=1.75).peak_force_bw[0])
    for factor in (0.8, 1.25):
        style = personal_style([lab_trial(41.0, factor * generic)])
        own = float(per_step([3.0], [168.0], height_m=1.75, model=personal_model(knee_model(), style)).peak_force_bw[0])
        assert 0.3 < np.log(own / generic) / np.log(factor) < 1


def test_video_tells_of_the_knee_and_through_it_of_the_force_line() -> None:
    film = StyleTrial("video", "a", *STATE, 47.0, None, 4.0)
    style, lab = personal_style([film]), personal_style([lab_trial(47.0, 6.4)])
    assert style.knee_offset_deg > 0
    assert style.force_line_shift_share > 0
    assert lab.force_line_sd_share < style.force_line_sd_share < generic_style().force_line_sd_share


def test_a_known_knee_keeps_what_people_have_in_common() -> None:
    style, generic = style_of_known_knee(2.0, 1.0), generic_style()
    assert style.knee_sd_deg == 1.0
    slope = generic.correlation * generic.force_line_sd_share / generic.knee_sd_deg
    assert style.force_line_shift_share == pytest.approx(2 * slope)
    again = style_of_known_knee(0.0, generic.knee_sd_deg)
    assert again.force_line_sd_share == pytest.approx(generic.force_line_sd_share)
    assert again.correlation == pytest.approx(generic.correlation)
