"""From the network's raw output to persons and landmarks."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from kneewise.motion.pose import detection
from kneewise.motion.pose.heatmap import refine


def test_anchors_are_those_of_the_network() -> None:
    anchors = detection.anchors()
    assert anchors.shape == (2254, 2)
    assert_allclose(anchors[0], 0.5 / 28)
    assert_allclose(anchors[1568], 0.5 / 14)
    assert_allclose(anchors[-1], 6.5 / 7)
    assert_allclose(anchors[1960:1966], 0.5 / 7)


def proposals(*at: tuple[int, float, float]) -> list[detection.Detection]:
    boxes, logits = np.zeros((2254, 12), np.float32), np.full(2254, -50, np.float32)
    for anchor, logit, shift in at:
        boxes[anchor] = [shift, 0, 22.4, 22.4, 0, 22.4, 0, -44.8, 0, 0, 0, 0]
        logits[anchor] = logit
    return detection.decode(boxes, logits)


def test_a_proposal_lies_relative_to_its_anchor() -> None:
    [found] = proposals((800, 3.0, 0.0))
    x, y = detection.anchors()[800]
    assert_allclose(found.box, [x - 0.05, y - 0.05, x + 0.05, y + 0.05])
    assert_allclose(found.points[:2], [[x, y + 0.1], [x, y - 0.2]])
    assert found.score == pytest.approx(1 / (1 + np.exp(-3)))


def test_proposals_of_one_person_are_averaged_and_two_persons_stay_two() -> None:
    both = proposals((800, 3.0, 0.0), (801, 3.0, 4.48), (100, 1.0, 0.0))
    assert len(both) == 2
    assert both[0].box[0] == pytest.approx(detection.anchors()[800][0] - 0.05 + 0.01)
    assert both[1].score < both[0].score


def test_unsure_proposals_are_nobody() -> None:
    assert proposals((800, -0.1, 0.0)) == []


def test_a_landmark_moves_to_the_middle_of_its_heatmap() -> None:
    heatmap = np.full((64, 64, 2), -20, np.float32)
    heatmap[30, 41, 0] = heatmap[30, 42, 0] = 4
    heatmap[50, 50, 1] = 4
    moved = refine(np.array([[40.2 / 64, 31.7 / 64], [10 / 64, 10 / 64]]), heatmap)
    assert_allclose(moved[0], [41.5 / 64, 30 / 64], atol=1e-6)
    assert_allclose(moved[1], [10 / 64, 10 / 64])


def test_an_unsure_heatmap_or_a_point_outside_changes_nothing() -> None:
    heatmap = np.full((64, 64, 2), -1, np.float32)
    points = np.array([[0.5, 0.5], [1.2, -0.1]])
    assert_allclose(refine(points, heatmap), points)


def test_the_window_is_cut_at_the_border() -> None:
    heatmap = np.full((64, 64, 1), -20, np.float32)
    heatmap[0, 0, 0] = 5
    assert_allclose(refine(np.array([[0.01, 0.01]]), heatmap), [[0, 0]], atol=1e-6)
