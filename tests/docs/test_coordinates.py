"""The page of frames and angles holds: names, meanings and numbers are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kneewise.evidence.parameters import value
from kneewise.gait.kinematics import ANGLES
from kneewise.motion.markers import parse_marker_map

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "coordinates.md").read_text(encoding="utf-8")
LAB = (DOCS / "lab.md").read_text(encoding="utf-8")


def test_every_angle_stands_there_with_its_meaning() -> None:
    rows = {name: (zero, more) for name, zero, more in re.findall(r"\| `(\w+)` \| (.+?) \| (.+?) \|", PAGE)}
    assert rows == ANGLES


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("{:.2f} of their distance back", "lab.hip.posterior_share"),
        ("{:.2f} down", "lab.hip.distal_share"),
        ("{:.2f} to the side", "lab.hip.lateral_share"),
        ("low-passed at {:.0f} Hz", "lab.filter.event_cutoff_hz"),
        ("passes {:.0f} N", "lab.contact.threshold_n"),
    ],
)
def test_numbers_on_the_page_are_the_ones_in_use(words: str, name: str) -> None:
    assert words.format(value(name)) in PAGE


def test_numbers_of_the_lab_page_are_the_ones_in_use() -> None:
    assert f"at {value('lab.filter.cutoff_hz'):.0f} Hz" in LAB
    told, refused = (100 * value(f"lab.check.mass_{name}") for name in ("warn", "refuse"))
    assert f"more than {told:.0f} % off is told, more than {refused:.0f} %" in LAB


def test_the_marker_map_of_the_page_is_one() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", LAB, re.DOTALL)
    names = parse_marker_map(example, "docs/lab.md")
    assert names.landmarks["knee_medial", "left"] == ("L_MEPI",)
    assert len(names.clusters["thigh", "right"]) == 4
