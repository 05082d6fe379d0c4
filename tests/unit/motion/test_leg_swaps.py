"""Legs that the model exchanged are told apart by their motion."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.motion.conftest import track_of_made_runner

from kneewise.motion.leg_swaps import exchange_legs, swapped_legs


@pytest.mark.parametrize("fps", [30, 60, 120])
@pytest.mark.parametrize("view", ["side", "rear"])
def test_exchanged_stretches_are_found(fps: float, view: str) -> None:
    track = track_of_made_runner(view=view, fps=fps, noise_px=2.0)
    truth = track.points_px[..., :2]
    wrong = np.zeros(len(truth), dtype=bool)
    for start, lasting in ((0.5, 0.1), (1.4, 0.3), (2.6, 0.05), (3.5, 0.5)):
        wrong[int(start * fps) : int((start + lasting) * fps) + 1] = True
    found = swapped_legs(exchange_legs(truth, wrong), track.time_s, 240)
    # Where the legs lie upon each other nothing tells them apart, and nothing needs to.
    mended = exchange_legs(exchange_legs(truth, wrong), found)
    off = np.linalg.norm(mended - truth, axis=-1).max(axis=1)
    assert (off > 0.25 * 240).mean() < 0.01
    assert wrong.mean() > 0.2


@pytest.mark.parametrize("mixed", [[60], [60, 61]])
def test_pictures_in_which_all_is_mixed_up_do_not_cut_the_memory(mixed: list[int]) -> None:
    """As a model that begins to exchange the legs while they are far apart, by way of a picture of neither."""
    track = track_of_made_runner(fps=120, noise_px=2.0)
    truth = track.points_px[..., :2]
    wrong = np.zeros(len(truth), dtype=bool)
    wrong[60:68] = True
    seen = exchange_legs(truth, wrong)
    seen[mixed] = (truth[mixed] + truth[mixed][:, ::-1]) / 2
    found = swapped_legs(seen, track.time_s, 240)
    rest = np.setdiff1d(np.arange(len(truth)), mixed)
    assert (found != wrong)[rest].sum() == 0


def test_good_labels_are_left_alone() -> None:
    track = track_of_made_runner(noise_px=3.0)
    assert swapped_legs(track.points_px[..., :2], track.time_s, 240).sum() == 0


def test_which_leg_is_left_on_the_whole_is_the_models_word() -> None:
    track = track_of_made_runner()
    all_wrong = exchange_legs(track.points_px[..., :2], np.ones(len(track.time_s), dtype=bool))
    assert swapped_legs(all_wrong, track.time_s, 240).mean() < 0.5


def test_missing_pictures_and_short_clips_do_no_harm() -> None:
    track = track_of_made_runner()
    points = track.points_px[..., :2].copy()
    points[100:130] = np.nan
    assert swapped_legs(points, track.time_s, 240).sum() == 0
    assert swapped_legs(points[:2], track.time_s[:2], 240).tolist() == [False, False]


def test_exchanging_twice_changes_nothing() -> None:
    track = track_of_made_runner(duration_s=0.5)
    rows = np.arange(len(track.time_s)) % 3 == 0
    twice = exchange_legs(exchange_legs(track.points_px, rows), rows)
    assert np.array_equal(twice, track.points_px, equal_nan=True)
