"""The load calculator."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kneewise.errors import InvalidInputError
from kneewise.load import KneeLoad, knee_load
from kneewise.load.knee.video import fuse_knee_flexion


def asked(
    speed: float = 3.0, cadence: float = 168.0, height: float = 1.75, mass: float | None = 70.0, **more: Any
) -> KneeLoad:
    return knee_load(speed, cadence, height, mass, **more)


def force(**more: Any) -> float:
    return asked(**more).per_step["peak_force_bw"].value


def test_contract_keys() -> None:
    document = asked().to_json()
    assert document.keys() == {"per_step", "per_km", "knee_km_per_km", "convention", "issues"}
    names = (
        "peak_force_bw",
        "peak_stress_mpa",
        "impulse_bw_s",
        "knee_flexion_deg",
        "knee_moment_nm_per_kg",
        "contact_time_s",
    )
    assert document["per_step"].keys() == set(names)
    assert document["per_km"].keys() == {"steps", "peak_force_sum_bw", "impulse_bw_s"}
    for name in names:
        estimate = document["per_step"][name]
        assert (
            estimate["others"]["low"]
            < estimate["low"]
            < estimate["value"]
            < estimate["high"]
            < estimate["others"]["high"]
        )
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_per_km_counts_one_knee() -> None:
    load = asked()
    assert load.steps_per_km == pytest.approx(1000 / 3.0 * 168 / 60)
    assert load.peak_force_sum_bw_per_km == pytest.approx(load.steps_per_km / 2 * force())


def test_population_easy_running_is_one() -> None:
    assert asked(2.75, 164.0).knee_km_per_km.value == pytest.approx(1.0)


def test_same_runner_change_of_cadence() -> None:
    assert force(cadence=176.0) / force() == pytest.approx(1 - 0.081, abs=0.005)


def test_grade_beyond_limits_gives_reasons_not_numbers() -> None:
    load = asked(grade_deg=12.0)
    assert load.to_json()["per_step"]["peak_force_bw"]["value"] is None
    assert load.to_json()["per_km"]["peak_force_sum_bw"] is None
    [issue] = load.issues
    assert (issue.code, "slope 12 is outside -10 to 10" in issue.text) == ("outside-limits", True)


def test_walking_is_refused_in_words() -> None:
    assert "speed 1.2 is outside" in asked(1.2, 110.0).issues[0].text


def test_steep_slopes_are_marked_and_wider() -> None:
    level, steep = asked().knee_km_per_km, asked(grade_deg=-6.0)
    assert [issue.code for issue in steep.issues] == ["steep"]
    assert steep.knee_km_per_km.high / steep.knee_km_per_km.low > level.high / level.low


def test_unusual_values_are_marked() -> None:
    assert "unusual-value" in {issue.code for issue in asked(cadence=140.0).issues}


def test_video_is_shrunk_towards_the_watch() -> None:
    watch = asked().per_step["knee_flexion_deg"]
    video = asked(knee_flexion_deg=watch.value + 10, knee_flexion_sd_deg=4.0)
    assert video.per_step["knee_flexion_deg"].value == pytest.approx(watch.value + 3.8, abs=0.1)
    assert video.convention["tier"] == "video"
    others, before = video.per_step["peak_force_bw"].others, asked().per_step["peak_force_bw"].others
    assert others is not None
    assert before is not None
    assert others.high / others.low < before.high / before.low


@pytest.mark.parametrize(
    ("spread", "weight", "sd"), [(4.0, 0.377, 2.46), (2.0, 0.707, 1.68), (7.0, 0.165, 2.84), (None, 0.165, 2.84)]
)
def test_fusion_weights(spread: float | None, weight: float, sd: float) -> None:
    fused = fuse_knee_flexion(45.0, 50.0, spread)
    assert fused.video_weight == pytest.approx(weight, abs=0.006)
    assert fused.sd_deg == pytest.approx(sd, abs=0.06)


def test_style() -> None:
    assert force(foot_strike="forefoot") / force() == pytest.approx(0.87)
    assert force(foot_strike="rearfoot") == force()
    assert force(trunk_lean_deg=17.3) / force() == pytest.approx(0.905, abs=0.001)
    assert asked(foot_strike="forefoot").knee_km_per_km.high / asked(foot_strike="forefoot").knee_km_per_km.low > 1.2


def test_cocontraction_moves_force_not_knee_km() -> None:
    both = asked(cocontraction=True)
    assert both.per_step["peak_force_bw"].value / force() == pytest.approx(1.35)
    assert both.knee_km_per_km.value == pytest.approx(asked().knee_km_per_km.value)
    assert "knee flexors" in both.per_step["peak_force_bw"].basis


def test_every_area_is_shown() -> None:
    assert asked(sex="f").convention["peak_stress_mpa_by_area"].keys() >= {"connolly", "besier", "salsich"}
    assert "besier" not in asked().convention["peak_stress_mpa_by_area"]
    stress = asked(area="salsich").per_step["peak_stress_mpa"]
    assert stress.value == pytest.approx(asked().convention["peak_stress_mpa_by_area"]["salsich"])
    assert "salsich" in stress.basis


def test_measured_contact_time() -> None:
    assert asked(contact_time_s=0.25).convention["contact_time"] == "measured"
    refused = asked(contact_time_s=0.6)
    assert [issue.code for issue in refused.issues] == ["contact-time-refused"]
    assert refused.per_step["contact_time_s"].value == asked().per_step["contact_time_s"].value


def test_without_mass() -> None:
    document = asked(mass=None).to_json()
    assert document["per_step"]["peak_stress_mpa"]["value"] is None
    assert document["issues"][0]["code"] == "mass-unknown"


@pytest.mark.parametrize(
    "wrong",
    [
        {"speed": 0.0},
        {"cadence": -3.0},
        {"height": float("nan")},
        {"mass": 0.0},
        {"area": "nobody"},
        {"area": "besier"},
        {"sex": "x"},
        {"tier": "watch", "knee_flexion_deg": 45.0},
        {"tier": "video"},
        {"tier": "lab"},
        {"foot_strike": "toes"},
        {"contact_time_s": 0.0},
        {"grade_deg": float("inf")},
    ],
)
def test_input_that_cannot_be_right_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        asked(**wrong)


@pytest.mark.parametrize(
    "odd",
    [
        {"speed": 1e308},
        {"speed": 5e-324},
        {"cadence": 1e-308},
        {"height": 5e-324},
        {"height": 1e308},
        {"grade_deg": 90.0},
        {"grade_deg": -89.99},
    ],
)
def test_numbers_beyond_all_reason_end_as_no_number_with_its_reason(odd: dict[str, float]) -> None:
    document = json.loads(json.dumps(asked(**odd).to_json(), allow_nan=False))
    assert document["knee_km_per_km"]["value"] is None
    assert document["issues"]
