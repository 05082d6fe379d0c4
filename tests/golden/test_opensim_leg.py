"""Static optimisation beside OpenSim's own, frozen: a leg of 14 muscles, some of them fully active."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from kneewise.load.knee.muscles_solver import solve

ORACLE = json.loads(Path(__file__).with_name("opensim_leg.json").read_text(encoding="utf-8"))


def test_every_muscle_is_opensims_within_a_thousandth_of_the_largest_force() -> None:
    theirs, forces = np.array(ORACLE["activation"]), np.array(ORACLE["max_force_n"])
    reserve = np.full(3, ORACLE["reserve_nm"])
    ours = solve(np.array(ORACLE["strength_nm"]), np.array(ORACLE["moment_nm"]), reserve, 0.01, 1.0)
    assert ours.converged.all()
    assert (theirs >= 0.999).any()
    assert np.abs(ours.activation - theirs).max() < 0.002
    assert (np.abs(ours.activation - theirs) * forces).max() < 0.001 * (theirs * forces).max()
    assert np.sum(ours.activation**2) <= np.sum(theirs**2) * (1 + 1e-5)
