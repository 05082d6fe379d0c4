"""Muscle forces: the file format and what it refuses, the solver beside an independent one, frames without a number."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from kneewise.errors import InvalidInputError
from kneewise.load.knee.muscles import HEADS, MuscleModel
from kneewise.load.knee.muscles_file import read_muscles
from kneewise.load.knee.muscles_forces import muscle_forces
from kneewise.load.knee.muscles_solver import Activations, solve
from kneewise.load.knee.patellofemoral import force_ratio

FILE = Path(__file__).parents[3] / "data" / "muscles" / "made-leg.toml"
TEXT = FILE.read_text(encoding="utf-8")
ROWS = ("hip_flexion", "knee_flexion", "ankle_dorsiflexion")


@pytest.fixture(scope="module")
def leg() -> MuscleModel:
    return read_muscles(TEXT)


def stance(frames: int = 101, size: float = 1.0) -> tuple[dict[str, Any], dict[str, Any]]:
    """Angles and internal moments of a made-up stance of a 70 kg runner."""
    share = np.linspace(0, 1, frames)
    bell = np.sin(np.pi * share)
    angles = {
        "hip_flexion": 35 - 50 * share,
        "knee_flexion": 14 + 31 * bell,
        "ankle_dorsiflexion": 8 + 15 * bell - 25 * share**3,
    }
    moments = {
        "hip_flexion": size * (-90 + 130 * share),
        "knee_flexion": -size * 190 * bell * (1.1 - share),
        "ankle_dorsiflexion": -size * 170 * np.sin(np.pi * share**1.4),
    }
    return angles, moments


# -- the solver --------------------------------------------------------------------------------------------------------


def independent(strength: Any, moment: Any, reserve: Any) -> tuple[Any, float]:
    """Solve one frame as a quadratic programme with its equality constraint, by sequential programming."""
    rows, muscles = strength.shape
    joint = np.hstack([strength, np.diag(reserve)]) / 100
    start = np.concatenate([np.full(muscles, 0.2), np.zeros(rows)])
    bounds = [(0.01, 1.0)] * muscles + [(None, None)] * rows
    found = minimize(
        lambda x: x @ x / 2,
        start,
        jac=lambda x: x,
        bounds=bounds,
        constraints={"type": "eq", "fun": lambda x: joint @ x - moment / 100, "jac": lambda x: joint},
        method="SLSQP",
        options={"maxiter": 2000, "ftol": 1e-14},
    )
    assert found.success, found.message
    return found.x[:muscles], float(found.fun)


@pytest.mark.parametrize("size", [0.3, 1.0, 1.6])
def test_an_independent_solver_finds_the_same_forces(leg: MuscleModel, size: float) -> None:
    angles, moments = stance(21, size)
    strength = leg.arms_m(angles) * leg.max_force_n
    wanted = np.stack([moments[row] for row in ROWS], axis=1)
    ours = solve(strength, wanted, leg.reserve_nm, 0.01, 1.0)
    assert ours.converged.all()
    for frame in range(len(wanted)):
        theirs, cost = independent(strength[frame], wanted[frame], leg.reserve_nm)
        forces = ours.activation[frame] * leg.max_force_n
        assert np.abs(forces - theirs * leg.max_force_n).max() <= 0.001 * forces.max()
        control = ours.reserve_nm[frame] / leg.reserve_nm
        mine = (ours.activation[frame] @ ours.activation[frame] + control @ control) / 2
        assert mine <= cost * (1 + 1e-9)


NUMBERS = st.integers(0, 2**32 - 1)


@settings(max_examples=40, deadline=None)
@given(seed=NUMBERS, rows=st.integers(1, 5), muscles=st.integers(1, 40), size=st.floats(0, 2000))
def test_every_frame_meets_the_conditions_of_the_optimum(seed: int, rows: int, muscles: int, size: float) -> None:
    """Any arms, any moments, also far beyond what the muscles can give."""
    generator = np.random.default_rng(seed)
    strength = generator.normal(0, 100, (30, rows, muscles)) * (generator.random((rows, muscles)) < 0.6)
    moment, reserve = size * generator.normal(size=(30, rows)), generator.uniform(0.5, 20, rows)
    found = solve(strength, moment, reserve, 0.01, 1.0)
    assert found.converged.all()
    meets_the_conditions(found, strength, moment, reserve)


def meets_the_conditions(found: Activations, strength: Any, moment: Any, reserve: Any) -> None:
    given_nm = np.einsum("nkm,nm->nk", strength, found.activation) + found.reserve_nm
    scale = max(np.abs(moment).max(), reserve.max())
    assert np.abs(given_nm - moment).max() <= 1e-8 * scale
    price = found.reserve_nm / reserve**2
    pull = np.einsum("nkm,nk->nm", strength, price)
    assert np.allclose(found.activation, np.clip(pull, 0.01, 1.0), atol=1e-6)


def test_frames_do_not_depend_on_their_neighbours(leg: MuscleModel) -> None:
    angles, moments = stance(300, 1.3)
    strength = leg.arms_m(angles) * leg.max_force_n
    wanted = np.stack([moments[row] for row in ROWS], axis=1)
    whole = solve(strength, wanted, leg.reserve_nm, 0.01, 1.0)
    alone = solve(strength[170:171], wanted[170:171], leg.reserve_nm, 0.01, 1.0)
    assert np.allclose(whole.activation[170], alone.activation[0], atol=1e-8)


def test_a_frame_without_numbers_stays_without(leg: MuscleModel) -> None:
    angles, moments = stance(5)
    wanted = np.stack([moments[row] for row in ROWS], axis=1)
    wanted[2, 1] = np.nan
    found = solve(leg.arms_m(angles) * leg.max_force_n, wanted, leg.reserve_nm, 0.01, 1.0)
    assert found.converged.tolist() == [True, True, False, True, True]
    assert np.isnan(found.activation[2]).all()


# -- forces ------------------------------------------------------------------------------------------------------------


def test_cocontraction_adds_to_the_net_moment(leg: MuscleModel) -> None:
    angles, moments = stance()
    found = muscle_forces(leg, angles, moments)
    assert not found.refused.any()
    assert not found.issues
    row = ROWS.index("knee_flexion")
    moment = found.force_n * leg.arms_m(angles)[:, row]
    quadriceps, bending = (
        -moment[:, leg.group("quadriceps")].sum(axis=1),
        moment[:, ~leg.group("quadriceps")].sum(axis=1),
    )
    wanted = -moments["knee_flexion"] + bending + found.reserve_nm["knee_flexion"]
    assert np.allclose(quadriceps, wanted, atol=1e-6)
    assert bending.max() > 0.05 * quadriceps.max()
    assert np.allclose(found.patellofemoral_n, found.groups_n["quadriceps"] * force_ratio(angles["knee_flexion"]))
    assert found.groups_n["gastrocnemius"].max() > 500
    assert found.patellofemoral_bw(70.0).max() == pytest.approx(found.patellofemoral_n.max() / (70 * 9.80665))


def test_groups_are_sums_of_their_heads(leg: MuscleModel) -> None:
    angles, moments = stance()
    found = muscle_forces(leg, angles, moments)
    names = [muscle.head for muscle in leg.muscles]
    for group, heads in HEADS.items():
        columns = [names.index(head) for head in heads]
        assert np.allclose(found.groups_n[group], found.force_n[:, columns].sum(axis=1))


def test_a_knee_moment_that_no_quadriceps_can_give_has_no_number(leg: MuscleModel) -> None:
    angles, moments = stance(size=4)
    found = muscle_forces(leg, angles, moments)
    assert found.refused.any()
    assert np.isnan(found.patellofemoral_n[found.refused]).all()
    assert np.isfinite(found.patellofemoral_n[~found.refused]).all()
    assert np.abs(found.reserve_nm["knee_flexion"]).max() > 0.05 * np.abs(moments["knee_flexion"]).max()
    told = [issue.text for issue in found.issues if issue.code == "muscles-too-weak"]
    assert any("knee flexion moment" in text and "no force is given" in text for text in told)


def test_angles_outside_the_model(leg: MuscleModel) -> None:
    angles, moments = stance(4)
    angles["knee_flexion"] = np.array([-4.0, -6.0, 40.0, 126.0])
    found = muscle_forces(leg, angles, moments)
    assert found.refused.tolist() == [False, True, False, True]
    assert {issue.code for issue in found.issues} >= {"angle-clamped", "angle-outside-model"}


def test_an_angle_that_the_model_needs_is_asked_for(leg: MuscleModel) -> None:
    angles, moments = stance(3)
    del moments["hip_flexion"]
    with pytest.raises(InvalidInputError, match="needs the moment of hip_flexion"):
        muscle_forces(leg, angles, moments)


# -- the file ----------------------------------------------------------------------------------------------------------


def test_toml_and_json_are_the_same(leg: MuscleModel) -> None:
    angles, _ = stance(9)
    again = read_muscles(json.dumps(tomllib.loads(TEXT)))
    assert np.array_equal(again.arms_m(angles), leg.arms_m(angles))
    assert (again.name, again.source, again.mass_kg) == (leg.name, leg.source, 70)


def test_arms_are_what_the_file_says(leg: MuscleModel) -> None:
    bent = {"hip_flexion": np.zeros(1), "knee_flexion": np.array([45.0]), "ankle_dorsiflexion": np.zeros(1)}
    arms = dict(zip([m.name for m in leg.muscles], leg.arms_m(bent)[0].T, strict=True))
    assert arms["vaslat"].tolist() == pytest.approx([0, -0.039, 0])
    angle = np.radians(45)
    assert arms["vasmed"][1] == pytest.approx(-0.040 - 0.012 * angle + 0.014 * angle**2)
    assert arms["soleus"].tolist() == pytest.approx([0, 0, -0.044])


def document() -> dict[str, Any]:
    return copy.deepcopy(tomllib.loads(TEXT))


def drop(name: str) -> Callable[[dict[str, Any]], None]:
    def change(model: dict[str, Any]) -> None:
        model["muscles"] = [muscle for muscle in model["muscles"] if muscle["name"] != name]

    return change


def vasmed_twice_vaslat_never(model: dict[str, Any]) -> None:
    """The slip of a published code."""
    muscles = {muscle["name"]: muscle for muscle in model["muscles"]}
    muscles["vaslat"]["head"] = "vastus_medialis"


def the_same_muscle_twice(model: dict[str, Any]) -> None:
    model["muscles"].append(model["muscles"][-1])


def in_millimetres(model: dict[str, Any]) -> None:
    model["muscles"][10]["arms"]["ankle_dorsiflexion"]["terms"] = [[-44, 0, 0, 0]]


def quadriceps_that_bend(model: dict[str, Any]) -> None:
    model["muscles"][2]["arms"]["knee_flexion"]["terms"] = [[0.04, 0, 0, 0]]


def one_power_short(model: dict[str, Any]) -> None:
    model["muscles"][2]["arms"]["knee_flexion"]["terms"] = [[-0.04, 0, 0]]


def text_for_a_number(model: dict[str, Any]) -> None:
    model["muscles"][0]["max_force_n"] = "strong"


def still_hip(model: dict[str, Any]) -> None:
    for muscle in model["muscles"]:
        muscle["arms"].pop("hip_flexion", None)
    model["muscles"] = [muscle for muscle in model["muscles"] if muscle["arms"]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (drop("vaslat"), "'vastus_lateralis' of the quadriceps is missing"),
        (drop("gasmed"), "'gastrocnemius_medial' of the gastrocnemius is missing"),
        (drop("semiten"), "'semitendinosus' of the hamstrings is missing"),
        (vasmed_twice_vaslat_never, "'vastus_lateralis' of the quadriceps is missing"),
        (the_same_muscle_twice, "'iliopsoas' stands there twice"),
        (in_millimetres, "soleus has an arm of 44 m"),
        (quadriceps_that_bend, "vasmed of the quadriceps would bend the knee"),
        (one_power_short, "a term is a coefficient in metres and 3 powers"),
        (text_for_a_number, "recfem.max_force_n: 'strong' is no number"),
        (still_hip, "no muscle moves 'hip_flexion'"),
        (lambda model: model.pop("source"), "lacks 'source'"),
        (lambda model: model.update(source=" "), "'source' is empty"),
        (lambda model: model.update(format="x"), "the format is 'x'"),
        (lambda model: model.update(colour="red"), "unknown key 'colour'"),
        (lambda model: model["coordinates"].pop(1), "no coordinate 'knee_flexion'"),
        (lambda model: model["coordinates"][0].update(name="hip"), "'hip' is no coordinate"),
        (lambda model: model["coordinates"][0].update(low_deg=90), "low_deg has to be below high_deg"),
        (lambda model: model["muscles"][0].update(max_force_n=-1), "give a number above 0"),
        (lambda model: model["muscles"][0].update(arms={}), "has no moment arm"),
        (lambda model: model["muscles"][0]["arms"].update(elbow=[]), "about 'elbow'"),
        (lambda model: model["muscles"][1]["arms"]["knee_flexion"].update(arms_m=[0.04]), "at least 4 angles"),
        (lambda model: model.update(muscles=3), "'muscles' is no list"),
    ],
)
def test_what_would_give_wrong_sums_is_refused(change: Callable[[dict[str, Any]], None], words: str) -> None:
    model = document()
    change(model)
    with pytest.raises(InvalidInputError) as told:
        read_muscles(json.dumps(model), "leg.json")
    assert words in str(told.value)
    assert str(told.value).startswith("leg.json: ")
    assert "docs/muscles.md" in str(told.value)


def test_a_doubled_head_is_told_with_its_names() -> None:
    model = document()
    model["muscles"].append({**model["muscles"][2], "name": "vasmed2"})
    with pytest.raises(
        InvalidInputError, match=r"'vastus_medialis' of the quadriceps stands 2 times \(vasmed, vasmed2\)"
    ):
        read_muscles(json.dumps(model))


@pytest.mark.parametrize("text", ["", "{", "format = ", "[]", "\x00"])
def test_text_that_is_no_model(text: str) -> None:
    with pytest.raises(InvalidInputError):
        read_muscles(text)
