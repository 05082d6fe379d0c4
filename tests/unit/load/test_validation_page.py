"""docs/validation.md is what the script prints, and its verdicts are what we claim."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def validation() -> ModuleType:
    path = REPOSITORY / "benchmarks" / "validation.py"
    spec = importlib.util.spec_from_file_location("benchmarks_validation", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_committed_page_is_current(validation: ModuleType) -> None:
    written = (REPOSITORY / "docs" / "validation.md").read_text(encoding="utf-8")
    assert written == validation.page(), "run: python -m benchmarks.validation"


def test_calibration_rows(validation: ModuleType) -> None:
    rows = {(row.what, row.source): row.met for row in validation.step_rate_rows()}
    assert rows["Step rate +10 %, joint force", "Heiderscheit 2011, through the joint formulas"]
    assert rows["Step rate +10 %, joint force", "Lenhart 2014"]
    assert rows["Step rate +10 %, knee flexion", "Heiderscheit 2011"]
    assert rows["Step rate +10 %, knee moment", "Heiderscheit 2011"]
    assert rows["Step rate -10 %, knee flexion", "Heiderscheit 2011"]
    assert all("**not met**" not in line for line in validation.direction_lines())


def test_what_fails_is_shown(validation: ModuleType) -> None:
    page = validation.page()
    assert page.count("**not met**") >= 5
    assert (
        "Step rate -10 %, joint force | 16.7 % | 22.8 % | +6.1 | 4.0 (precision of the group means) | **not met**"
        in page
    )
