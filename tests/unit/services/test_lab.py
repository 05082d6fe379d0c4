"""One laboratory trial: what is right comes out right, and what is wrong gives a sentence instead of numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.lab_trials import (
    CONTACT_S,
    LABS,
    MASS_KG,
    SPEED_MPS,
    STEP_S,
    Floats,
    Trial,
    as_plug_in_gait,
    keeping_joint_markers,
    running,
    standing,
    write,
)

from kneewise import InvalidInputError, LabTrial, UnreadableFileError, lab_trial

pytest.importorskip("ezc3d", reason="the extra 'lab' is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def static(folder: Path) -> Path:
    return write(folder / "standing.c3d", standing())


@pytest.fixture(scope="module")
def trial(folder: Path) -> Path:
    return write(folder / "running.c3d", running())


@pytest.fixture(scope="module")
def found(trial: Path, static: Path) -> LabTrial:
    return lab_trial(trial, static, MASS_KG, height_m=1.70, sex="m")


def typical(result: LabTrial, name: str) -> float:
    return float(np.nanmedian(result.column(name)))


def test_time_and_space_are_those_of_the_made_runner(found: LabTrial) -> None:
    assert len(found.steps) == 16
    assert list(found.steps.leg[:4]) in ([0, 1, 0, 1], [1, 0, 1, 0])
    assert typical(found, "speed_mps") == pytest.approx(SPEED_MPS, abs=0.01)
    assert typical(found, "cadence_spm") == pytest.approx(60 / STEP_S, abs=0.3)
    assert typical(found, "contact_time_s") == pytest.approx(CONTACT_S, abs=0.008)
    assert typical(found, "vertical_oscillation_m") == pytest.approx(0.06, abs=0.001)
    assert typical(found, "vgrf_peak_bw") == pytest.approx(np.pi * STEP_S / (2 * CONTACT_S), rel=0.005)


def test_the_knee_bends_as_it_was_made_to(found: LabTrial) -> None:
    truth = running().truth["knee_flexion_deg"]["R."]
    row = int(np.flatnonzero(found.steps.leg == 1)[2])
    start, end = found.column("initial_contact_s")[row], found.column("toe_off_s")[row]
    at = np.linspace(start, end, 101)
    made = np.interp(at, np.arange(len(truth)) / 150, truth)
    assert np.abs(found.steps.curves["knee_flexion_deg"][row] - made).max() < 1.5


def test_the_moment_is_that_of_the_ground_force_about_the_knee_within_inertia(found: LabTrial) -> None:
    moment = found.steps.curves["knee_moment_nm_per_kg"].max(axis=1)
    assert np.nanstd(moment) < 0.05
    assert typical(found, "knee_moment_peak_nm_per_kg") == pytest.approx(2.5, abs=0.1)


def test_the_document_is_the_contract(found: LabTrial) -> None:
    document = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert set(document) == {"steps", "summary", "checks", "convention", "bands", "issues"}
    step = document["steps"][0]
    assert {
        "side", "initial_contact_s", "toe_off_s", "speed_mps", "cadence_spm", "knee_flexion_ic_deg",
        "knee_flexion_peak_deg", "knee_moment_peak_nm_per_kg", "vgrf_peak_bw", "pfj_peak_bw", "pfj_impulse_bw_s",
    } <= set(step)  # fmt: skip
    assert step["pfj_peak_low_bw"] < step["pfj_peak_bw"] < step["pfj_peak_high_bw"]
    assert step["trunk_lean_deg"] is None
    assert document["checks"]["mean_vertical_force_bw"] == pytest.approx(1, abs=0.005)
    force = document["summary"]["both"]["pfj_peak_bw"]
    assert force["others"]["low"] < force["low"] < force["value"] < force["high"] < force["others"]["high"]
    assert "net moment" in force["basis"]
    assert document["convention"]["tier"] == "lab"


@pytest.mark.parametrize(("lab", "kind", "action"), [("z up", 2, True), ("y up", 4, False), ("z up", 4, True)])
def test_frame_type_and_sign_of_the_plate_do_not_matter(
    folder: Path, found: LabTrial, lab: str, kind: int, action: bool
) -> None:
    still = write(folder / "other-standing.c3d", standing(), lab=lab)
    moving = write(folder / "other-running.c3d", running(), lab=lab, kind=kind, action=action, offset_n=15.0)
    other = lab_trial(moving, still, MASS_KG, sex="m")
    for name in ("pfj_peak_bw", "knee_moment_peak_nm_per_kg", "knee_flexion_peak_deg", "speed_mps"):
        assert typical(other, name) == pytest.approx(typical(found, name), rel=0.01), name
    assert other.checks["plates_turned"] == [action]


def test_plug_in_gait_names_are_read_without_clusters(folder: Path, found: LabTrial) -> None:
    still = write(folder / "pig-standing.c3d", as_plug_in_gait(standing()), noise_m=3e-5)
    moving = write(folder / "pig-running.c3d", as_plug_in_gait(keeping_joint_markers()), noise_m=3e-5)
    other = lab_trial(moving, still, MASS_KG, sex="m")
    assert other.convention["markers"] == "plug-in-gait"
    assert typical(other, "knee_flexion_peak_deg") == pytest.approx(typical(found, "knee_flexion_peak_deg"), abs=1.0)
    assert typical(other, "pfj_peak_bw") == pytest.approx(typical(found, "pfj_peak_bw"), rel=0.05)


def test_a_laboratory_brings_its_own_names(folder: Path, found: LabTrial) -> None:
    def renamed(markers: dict[str, Floats]) -> Mapping[str, Floats]:
        return {f"lab_{name.replace('.', '_')}": points for name, points in markers.items()}

    shipped = Path(__file__).parents[3] / "src/kneewise/motion/markers/maps/rbds.toml"
    lines = []
    for line in shipped.read_text(encoding="utf-8").splitlines():
        key, mark, names = line.partition(" = ")
        names = names.replace(".", "_").replace("{side}", "lab_{side}") if mark else names
        names = names.replace('"L_', '"lab_L_').replace('"R_', '"lab_R_') if key == "pelvis" else names
        lines.append(f"{key}{mark}{names}")
    own = folder / "own.toml"
    own.write_text("\n".join(lines), encoding="utf-8")
    still = write(folder / "own-standing.c3d", standing().with_markers(renamed))
    moving = write(folder / "own-running.c3d", running().with_markers(renamed))
    other = lab_trial(moving, still, MASS_KG, sex="m", markers=own)
    assert typical(other, "pfj_peak_bw") == pytest.approx(typical(found, "pfj_peak_bw"), rel=0.001)
    with pytest.raises(InvalidInputError, match="marker names that no shipped map knows"):
        lab_trial(moving, still, MASS_KG)


# ---- what is put right or noted ----


def codes(result: LabTrial) -> set[str]:
    return {issue.code for issue in result.issues}


def test_two_exchanged_markers_are_put_right_and_told(folder: Path, static: Path, found: LabTrial) -> None:
    def exchanged(markers: dict[str, Floats]) -> Mapping[str, Floats]:
        return markers | {"R.MT1": markers["R.MT5"], "R.MT5": markers["R.MT1"]}

    result = lab_trial(write(folder / "x.c3d", running().with_markers(exchanged)), static, MASS_KG, sex="m")
    assert "markers-exchanged" in codes(result)
    assert typical(result, "pfj_peak_bw") == pytest.approx(typical(found, "pfj_peak_bw"), rel=0.001)


def test_a_gap_is_filled_from_the_rest_of_the_bone_and_told(folder: Path, static: Path, found: LabTrial) -> None:
    gaps = {"R.Thigh.Top.Lateral": slice(200, 290), "L.Heel.Bottom": slice(400, 405)}
    result = lab_trial(write(folder / "gap.c3d", running(), gaps=gaps), static, MASS_KG, sex="m")
    assert "marker-gaps" in codes(result)
    assert "marker-gaps-open" not in codes(result)
    assert np.nanmax(np.abs(result.column("pfj_peak_bw") - found.column("pfj_peak_bw"))) < 0.05


def test_a_gap_of_half_a_cluster_leaves_its_steps_without_a_load(folder: Path, static: Path) -> None:
    gaps = {name: slice(300, 360) for name in ("R.Shank.Top.Lateral", "R.Shank.Top.Medial")}
    result = lab_trial(write(folder / "open.c3d", running(), gaps=gaps), static, MASS_KG, sex="m")
    assert {"marker-gaps-open", "steps-without-load"} <= codes(result)
    lost = np.isnan(result.column("pfj_peak_bw"))
    assert 1 <= lost.sum() <= 2
    assert all(bool(result.steps.reason[row]) == bool(lost[row]) for row in range(len(lost)))


@pytest.mark.parametrize("error", [1.07, 0.93])
def test_seven_percent_of_mass_are_seen(trial: Path, static: Path, error: float) -> None:
    result = lab_trial(trial, static, MASS_KG * error, sex="m")
    [issue] = [issue for issue in result.issues if issue.code == "mass-doubtful"]
    assert "mass or the plates' scale is off by" in issue.text


def test_markers_smoothed_before_export_are_told(folder: Path, static: Path) -> None:
    smooth = write(folder / "smooth.c3d", running(), noise_m=1e-6)
    assert "filter-mismatch" in codes(lab_trial(smooth, static, MASS_KG, sex="m"))


def test_a_height_that_the_leg_does_not_fit_is_told(trial: Path, static: Path) -> None:
    assert "height-doubtful" in codes(lab_trial(trial, static, MASS_KG, height_m=1.30, sex="m"))


def test_a_step_with_both_feet_low_has_no_load(folder: Path, static: Path) -> None:
    def dragged(markers: dict[str, Floats]) -> Mapping[str, Floats]:
        for name in ("Heel.Bottom", "Heel.Top", "Heel.Lateral", "MT1", "MT5"):
            late = markers["L." + name].copy()
            late[330:356, 1] -= 0.28
            markers["L." + name] = late
        return markers

    result = lab_trial(write(folder / "drag.c3d", running().with_markers(dragged)), static, MASS_KG, sex="m")
    assert any("both feet are low" in text for text in result.steps.reason)


# ---- what is refused ----


def refuse(path: Path, static: Path, words: str, mass_kg: float = MASS_KG) -> None:
    with pytest.raises(InvalidInputError, match=words) as error:
        lab_trial(path, static, mass_kg, sex="m")
    assert str(error.value).count(". ") == 0, "one sentence"


def test_the_standing_trial_of_somebody_else(folder: Path, trial: Path) -> None:
    other = write(folder / "other.c3d", standing(scale=1.10))
    refuse(trial, other, "standing trial")


def changed(change: Callable[[dict[str, Floats]], Mapping[str, Floats]]) -> Trial:
    return running().with_markers(change)


def test_exchanged_legs(folder: Path, static: Path) -> None:
    def legs(markers: dict[str, Floats]) -> Mapping[str, Floats]:
        other = {"L": "R", "R": "L"}
        held = ("ASIS", "PSIS", "Iliac.Crest")
        return {name if name[2:] in held else other[name[0]] + name[1:]: points for name, points in markers.items()}

    refuse(write(folder / "legs.c3d", changed(legs)), static, "sides are exchanged|mislabelled")


def test_a_whole_cluster_mislabelled(folder: Path, static: Path) -> None:
    def rolled(markers: dict[str, Floats]) -> Mapping[str, Floats]:
        names = [f"R.Thigh.{place}" for place in ("Top.Lateral", "Bottom.Medial", "Bottom.Lateral")]
        return markers | {name: markers[names[(k + 1) % 3]] for k, name in enumerate(names)}

    refuse(write(folder / "rolled.c3d", changed(rolled)), static, "right thigh do not keep their distances")


def test_a_missing_cluster(folder: Path, static: Path) -> None:
    def without(markers: dict[str, Floats]) -> Mapping[str, Floats]:
        return {name: points for name, points in markers.items() if "L.Shank" not in name}

    refuse(write(folder / "cluster.c3d", changed(without)), static, "left shank; three are needed")


def test_exchanged_sides_in_standing(folder: Path, trial: Path) -> None:
    def medial(markers: dict[str, Floats]) -> Mapping[str, Floats]:
        return markers | {"L.Knee": markers["L.Knee.Medial"], "L.Knee.Medial": markers["L.Knee"]}

    def sides(markers: dict[str, Floats]) -> Mapping[str, Floats]:
        return markers | {"L.ASIS": markers["R.ASIS"], "R.ASIS": markers["L.ASIS"]}

    def ankles(markers: dict[str, Floats]) -> Mapping[str, Floats]:
        return markers | {"L.Ankle": markers["R.Ankle"], "R.Ankle": markers["L.Ankle"]}

    for change, words in (
        (medial, "medial and lateral knee"),
        (sides, "pelvis markers"),
        (ankles, "left and right ankle"),
    ):
        refuse(trial, write(folder / "mixed.c3d", standing().with_markers(change)), words)


def test_a_standing_trial_without_the_knee(folder: Path, trial: Path) -> None:
    def bare(markers: dict[str, Floats]) -> Mapping[str, Floats]:
        return {name: points for name, points in markers.items() if "Knee" not in name}

    refuse(trial, write(folder / "bare.c3d", standing().with_markers(bare)), "lacks L.Knee, R.Knee")


def test_trials_the_wrong_way_round(trial: Path, static: Path) -> None:
    refuse(static, static, "Nobody runs")
    refuse(trial, trial, "the markers move by")


@pytest.mark.parametrize(
    ("flip", "words"),
    [((2,), "do not fit the feet"), ((3,), "do not fit the feet"), ((1,), "brakes afterwards")],
    ids=["vertical force", "moment", "fore-aft force"],
)
def test_a_plate_with_a_wrong_sign(folder: Path, static: Path, flip: tuple[int, ...], words: str) -> None:
    refuse(write(folder / "sign.c3d", running(), flip=flip), static, words)


def test_walking(folder: Path, static: Path) -> None:
    refuse(write(folder / "walk.c3d", running(walking=True)), static, "looks like walking")


def test_no_plates_and_no_steps(folder: Path, static: Path) -> None:
    bare = Trial(running().markers)
    refuse(write(folder / "bare-run.c3d", bare), static, "holds no force plates")
    refuse(write(folder / "idle.c3d", running(), gain=0.001), static, "Nobody stands on the force plates")


@pytest.mark.parametrize("mass_kg", [MASS_KG * 2.2, MASS_KG / 1.5])
def test_a_mass_in_pounds(trial: Path, static: Path, mass_kg: float) -> None:
    refuse(trial, static, "mean vertical force", mass_kg)


@pytest.mark.parametrize(
    "given",
    [{"mass_kg": 0.0}, {"mass_kg": float("nan")}, {"height_m": 170.0}, {"sex": "x"}, {"area": "x"}, {"area": "besier"},
     {"cutoff_hz": 500.0}],
)  # fmt: skip
def test_values_that_cannot_be_right(trial: Path, static: Path, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        lab_trial(trial, static, **({"mass_kg": MASS_KG} | given))


def test_a_marker_map_that_is_none(folder: Path, trial: Path, static: Path) -> None:
    for content, words in ((b"name = ", "no valid TOML"), (b"a = 1", "no section"), (b"\xff\xfe\x00", "no text")):
        path = folder / "map.toml"
        path.write_bytes(content)
        with pytest.raises(InvalidInputError, match=words):
            lab_trial(trial, static, MASS_KG, markers=path)


def test_a_file_that_is_none(folder: Path, static: Path) -> None:
    with pytest.raises(UnreadableFileError, match="check the name"):
        lab_trial(folder / "nowhere.c3d", static, MASS_KG)


def test_no_lab_frame_is_special() -> None:
    for turn in LABS.values():
        assert np.linalg.det(turn) == pytest.approx(1)
