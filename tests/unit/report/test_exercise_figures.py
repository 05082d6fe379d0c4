"""Every exercise has a drawing that stands on its own, takes the text's colour and names itself."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest

from kneewise.errors import InvalidInputError
from kneewise.evidence.knowledge import knowledge
from kneewise.report.exercise_figures import exercise_figure
from kneewise.report.exercise_pose import SHANK, THIGH, body

SVG = "{http://www.w3.org/2000/svg}"
ALL = list(knowledge().exercises)


def test_there_are_57_figures_and_none_is_like_another() -> None:
    figures = {re.sub(r"<title>.*</title>|aria-label=\"[^\"]*\"", "", exercise_figure(name)) for name in ALL}
    # One leg press and one-leg press differ by the faint leg only, so a set finds a copy that was forgotten.
    assert len(figures) == len(ALL) == 57


@pytest.mark.parametrize("name", ALL)
def test_is_well_formed_named_and_colours_with_the_text(name: str) -> None:
    root = ElementTree.fromstring(exercise_figure(name))
    title = root.find(f"{SVG}title")
    assert root.get("role") == "img"
    assert title is not None
    assert (title.text or "").startswith(knowledge().exercises[name].name)
    colours = {node.get(key) for node in root.iter() for key in ("stroke", "fill")} - {None}
    assert colours <= {"none", "currentColor"}


@pytest.mark.parametrize("name", ALL)
def test_stays_inside_its_frame(name: str) -> None:
    root = ElementTree.fromstring(exercise_figure(name))
    width, height = (float(number) for number in (root.get("viewBox") or "").split()[2:])
    panels = root.find(f"{SVG}g")
    assert panels is not None
    for panel in panels:
        shift = float((panel.get("transform") or "").split("(")[1].split()[0])
        for line in panel.iter(f"{SVG}polyline"):
            for point in (line.get("points") or "").split():
                x, y = (float(number) for number in point.split(","))
                assert 0 <= x + shift <= width
                assert 0 <= y <= height


@pytest.mark.parametrize("name", [name for name in ALL if "slope" not in str(knowledge().exercises[name].equipment)])
def test_a_move_shows_two_positions_and_every_figure_has_a_cue_of_direction_or_is_a_hold(name: str) -> None:
    exercise = knowledge().exercises[name]
    panels = len(re.findall(r"<g transform", exercise_figure(name)))
    hold = exercise.dose.reps is None and exercise.dose.steps is None and exercise.dose.distance_m is None
    isometric = exercise.dose.isometric or hold
    assert panels == 2 or isometric


def test_limbs_keep_their_length_and_the_knee_points_forward() -> None:
    joints = body({"hip": [40, 40], "leg": [50, 3]}).joints
    assert math.dist(joints["hip"], joints["knee"]) == pytest.approx(THIGH)
    assert math.dist(joints["knee"], joints["ankle"]) == pytest.approx(SHANK)
    assert joints["knee"][0] > (joints["hip"][0] + joints["ankle"][0]) / 2


def test_a_foot_out_of_reach_straightens_the_leg() -> None:
    joints = body({"hip": [0, 100], "leg": [0, 0]}).joints
    assert joints["ankle"] == pytest.approx((0, 100 - THIGH - SHANK))


def test_an_unknown_exercise_is_told() -> None:
    with pytest.raises(InvalidInputError, match="no exercise 'x99'"):
        exercise_figure("x99")
