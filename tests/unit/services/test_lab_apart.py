"""A trial is measured in a process of its own with the same result; a file that kills it is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.lab_trials import MASS_KG, running, standing, write

from kneewise.errors import InvalidInputError
from kneewise.services.lab import lab_trial
from kneewise.services.lab_apart import lab_trial_apart

pytest.importorskip("ezc3d", reason="the extra 'lab' is not installed")


def test_the_result_is_the_same(tmp_path: Path) -> None:
    trial, static = write(tmp_path / "run.c3d", running()), write(tmp_path / "standing.c3d", standing())
    apart, here = lab_trial_apart(trial, static, MASS_KG, sex="m"), lab_trial(trial, static, MASS_KG, sex="m")
    assert apart.to_json() == here.to_json()
    np.testing.assert_array_equal(apart.steps.curves["pfj_force_bw"], here.steps.curves["pfj_force_bw"])
    with pytest.raises(InvalidInputError, match="mass"):
        lab_trial_apart(trial, static, 900.0)
