"""Steps of a trial with muscle forces: what they replace, what they leave, and when there is no number."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from kneewise.errors import InvalidInputError
from kneewise.load.knee.convention import Convention
from kneewise.load.knee.lab import LabSteps
from kneewise.load.knee.lab_muscles import with_muscles
from kneewise.load.knee.muscles_file import read_muscles

TEXT = (Path(__file__).parents[3] / "data" / "muscles" / "made-leg.toml").read_text(encoding="utf-8")


def steps(*sizes: float) -> LabSteps:
    share = np.linspace(0, 1, 101)
    bell = np.sin(np.pi * share)
    ones = np.ones((len(sizes), 1))
    size = np.array(sizes)[:, None]
    curves = {
        "hip_flexion_deg": ones * (35 - 50 * share),
        "knee_flexion_deg": ones * (14 + 31 * bell),
        "ankle_dorsiflexion_deg": ones * (8 + 15 * bell - 25 * share**3),
        "hip_adduction_deg": ones * bell,
        "hip_moment_nm_per_kg": size * (1.2 - 1.8 * share),
        "knee_moment_nm_per_kg": size * 2.7 * bell * (1.1 - share),
        "ankle_moment_nm_per_kg": size * 2.4 * np.sin(np.pi * share**1.4),
        "pfj_force_bw": np.zeros((len(sizes), 101)),
    }
    columns = {"contact_time_s": np.full(len(sizes), 0.25), "speed_mps": np.full(len(sizes), 3.0)}
    return LabSteps(np.zeros(len(sizes), dtype=np.int_), columns, curves, ("",) * len(sizes))


def test_muscles_replace_the_net_moment() -> None:
    before = steps(1.0, 0.9)
    after, convention, issues = with_muscles(before, read_muscles(TEXT), 70.0, Convention(), "f")
    assert issues == ()
    assert after.reason == ("", "")
    assert np.all(after.columns["pfj_peak_bw"] > 1)
    assert after.columns["pfj_peak_bw"] == pytest.approx(after.curves["pfj_force_bw"].max(axis=1))
    assert after.columns["pfj_peak_bw"][0] > after.columns["pfj_peak_bw"][1]
    assert {"quadriceps_force_bw", "hamstrings_force_bw", "gastrocnemius_force_bw"} <= set(after.curves)
    assert after.columns["speed_mps"] is before.columns["speed_mps"]
    assert convention.text == "static optimisation with 'made-up leg', contact area connolly"
    assert convention.to_json()["muscles"]["source"].startswith("made up for tests")


def test_a_step_that_the_muscles_cannot_carry_has_no_load() -> None:
    after, _, issues = with_muscles(steps(1.0, 5.0), read_muscles(TEXT), 70.0, Convention(), None)
    assert np.isfinite(after.columns["pfj_peak_bw"][0])
    assert np.isnan(after.columns["pfj_peak_bw"][1])
    assert after.reason[0] == ""
    assert "could not give" in after.reason[1]
    assert "muscles-too-weak" in {issue.code for issue in issues}


def test_a_model_of_another_person_is_told() -> None:
    _, _, issues = with_muscles(steps(0.8), read_muscles(TEXT), 80.0, Convention(), None)
    assert [issue.code for issue in issues] == ["muscles-of-another"]
    _, _, issues = with_muscles(steps(0.8), read_muscles(TEXT), 72.0, Convention(), None)
    assert issues == ()


def test_a_coordinate_that_is_not_measured_is_refused() -> None:
    text = re.sub("hip_flexion", "hip_adduction", TEXT)
    with pytest.raises(InvalidInputError, match="has the coordinate hip_adduction, whose moment"):
        with_muscles(steps(1.0), read_muscles(text), 70.0, Convention(), None)
