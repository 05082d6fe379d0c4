"""The page of conventions holds: signs, units and names mean in code what they say there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kneewise.domain import STREAM_COLUMNS, Activity
from kneewise.load import knee_load

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "conventions.md").read_text(encoding="utf-8")
UNITLESS = {
    "start",
    "timezone",
    "local_date",
    "sport",
    "sub_sport",
    "device",
    "steps",
    "treadmill",
    "title",
    "stream",
    "issues",
}


def test_every_suffix_in_use_is_on_the_page() -> None:
    suffixes = set(re.findall(r"`_([a-z_]+)`", PAGE)) | {"w", "bpm", "percent"}
    fields = set(Activity.__dataclass_fields__) - UNITLESS
    for name in [*STREAM_COLUMNS, *fields]:
        assert any(name.endswith(f"_{suffix}") for suffix in suffixes), name


def _force(**changes: float) -> float:
    return knee_load(2.75, 164, 1.70, 62, **changes).per_step["peak_force_bw"].value  # type: ignore[arg-type]


def test_uphill_is_positive_and_downhill_costs_more() -> None:
    assert _force(grade_deg=-5) > _force() > _force(grade_deg=5)


def test_forward_lean_is_positive_and_unloads() -> None:
    assert _force(trunk_lean_deg=15) < _force(trunk_lean_deg=5)


def test_more_flexion_is_a_larger_angle_and_costs_more() -> None:
    assert _force(knee_flexion_deg=50) > _force(knee_flexion_deg=40)


def test_the_extension_moment_is_positive() -> None:
    assert knee_load(2.75, 164, 1.70, 62).per_step["knee_moment_nm_per_kg"].value > 0


def test_a_percent_grade_is_told_in_degrees() -> None:
    import math

    assert math.degrees(math.atan(0.05)) == pytest.approx(2.9, abs=0.05)
    assert "5 % is 2.9°" in PAGE
