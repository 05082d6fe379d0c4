"""Every command, as JSON by the contract and as text a runner reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.histories import run_bytes, write_runs
from typer.testing import CliRunner, Result

from kneewise.cli import app

Call = Callable[..., Result]
ESTIMATE = {"value", "low", "high", "unit", "level", "basis", "others"}
ACTIVITY = {
    "id",
    "start",
    "timezone",
    "local_date",
    "sport",
    "sub_sport",
    "device",
    "moving_s",
    "distance_m",
    "ascent_m",
    "steps",
    "cadence_spm",
    "speed_mps",
    "contact_time_s",
    "vertical_oscillation_m",
    "step_length_m",
    "knee_km",
    "knee_km_band",
    "coverage",
    "issues",
}
KNEE = ("knee", "--speed-mps", 3, "--cadence-spm", 170, "--height-m", 1.7, "--mass-kg", 62)


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.delenv("KNEEWISE_DEBUG", raising=False)

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, ["--data", str(tmp_path / "data"), *map(str, arguments)])

    return run


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return write_runs(tmp_path / "runs", 3, records=600)


def _json(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


def test_profile(call: Call) -> None:
    given = ("--birth-year", 1988, "--sex", "f", "--height-m", 1.7, "--mass-kg", 62, "--timezone", "Europe/Berlin")
    document = _json(call("profile", "set", *given, "--json"))
    assert document["runner"] == {
        "id": "me",
        "name": None,
        "birth_year": 1988,
        "sex": "f",
        "height_m": 1.7,
        "mass_kg": 62.0,
        "timezone": "Europe/Berlin",
    }
    assert _json(call("profile", "show", "--json"))["runner"] == document["runner"]
    assert "Europe/Berlin" in call("profile", "show").stdout


def test_import(call: Call, runs: Path) -> None:
    document = _json(call("import", runs, "--json"))
    assert set(document) == {"files", "totals"}
    assert set(document["files"][0]) == {"path", "status", "activity_ids", "issues"}
    assert set(document["totals"]) == {"imported", "duplicate", "skipped", "failed", "seconds"}
    again = call("import", runs)
    assert again.exit_code == 0
    assert "3 already there" in again.stdout


def test_json_may_stand_before_the_command(call: Call, runs: Path) -> None:
    assert _json(call("--json", "import", runs))["totals"]["imported"] == 3


def test_activities(call: Call, runs: Path) -> None:
    (runs / "ride.fit").write_bytes(run_bytes(9, sport=2))
    call("import", runs)
    document = _json(call("activities", "--json"))
    assert len(document) == 4
    for item in document:
        assert set(item) >= ACTIVITY
        assert set(item["knee_km_band"]) == {"b1", "b2", "b4"}
    run, ride = document[0], document[3]
    assert set(run["knee_km"]) == ESTIMATE
    assert run["knee_km"]["value"] == pytest.approx(1.8, rel=0.2)
    assert run["knee_km"]["low"] < run["knee_km"]["value"] < run["knee_km"]["high"]
    assert run["knee_km"]["unit"] == "knee-km"
    assert ride["knee_km"] is None
    assert ride["issues"][-1]["code"] == "not-a-run"


def test_activities_as_text(call: Call, runs: Path) -> None:
    (runs / "ride.fit").write_bytes(run_bytes(9, sport=2))
    call("import", runs)
    text = call("activities").stdout
    lines = text.splitlines()
    assert lines[0].split() == ["date", "km", "time", "pace", "/km", "steps/min", "knee-km", "per", "km"]
    assert "5:33" in lines[2]
    assert "170" in lines[2]
    assert "cycling: knee-km are for running only" in text
    assert "1 knee-km loads the kneecap joint as much as 1 km of easy flat running" in text
    assert "Easy flat running here" in text
    assert "of the running time has a number" in text


def test_activities_between_days(call: Call, runs: Path) -> None:
    call("import", runs)
    days = [item["local_date"] for item in _json(call("activities", "--json"))]
    assert len(_json(call("activities", "--since", days[1], "--until", days[1], "--json"))) == 1
    assert _json(call("activities", "--since", "2099-01-01", "--json")) == []
    assert call("activities", "--since", "yesterday").exit_code == 2


def test_activities_without_any(call: Call) -> None:
    assert _json(call("activities", "--json")) == []
    assert "kneewise import" in call("activities").stdout


def test_activities_add(call: Call, tmp_path: Path) -> None:
    one = ("activities", "add", "--date", "2026-03-14", "--distance-m", 10000, "--moving-s", 3600)
    (added,) = _json(call(*one, "--json"))
    assert set(added) >= ACTIVITY
    table = tmp_path / "runs.csv"
    table.write_text("date,distance_km,duration\n2026-03-15,5,30:00\nnonsense,1,2\n")
    result = call("activities", "add", table)
    assert result.exit_code == 0
    assert "1 run added" in result.stdout
    assert "Line 3" in result.stderr
    assert len(_json(call("activities", "--json"))) == 2
    treadmill = ("--treadmill", "--speed-mps", 2.8, "--moving-s", 1800, "--grade-deg", 1, "--start", "18:00")
    assert _json(call("activities", "add", "--date", "2026-03-16", *treadmill, "--json"))[0]["sub_sport"] == "treadmill"
    assert call("activities", "add").exit_code == 2
    assert call("activities", "add", "--date", "2026-03-16").exit_code == 1
    assert call("activities", "add", table, "--date", "2026-03-16").exit_code == 2
    assert call(*one, "--start", "noon").exit_code == 2


def test_knee(call: Call) -> None:
    document = _json(call(*KNEE, "--json"))
    assert set(document) == {"per_step", "per_km", "knee_km_per_km", "convention", "issues"}
    assert set(document["per_step"]) == {
        "peak_force_bw",
        "peak_stress_mpa",
        "impulse_bw_s",
        "knee_flexion_deg",
        "knee_moment_nm_per_kg",
        "contact_time_s",
    }
    assert all(set(estimate) == ESTIMATE for estimate in document["per_step"].values())
    assert set(document["per_km"]) == {"steps", "peak_force_sum_bw", "impulse_bw_s"}
    assert set(document["knee_km_per_km"]) == ESTIMATE
    text = call(*KNEE).stdout
    assert "body weights" in text
    assert "knee-km" in text


@pytest.mark.parametrize(
    "more",
    [
        ("--grade-deg", -4),
        ("--contact-time-s", 0.25),
        ("--knee-flexion-deg", 44, "--tier", "video"),
        ("--trunk-lean-deg", 12),
        ("--foot-strike", "forefoot"),
        ("--sex", "f", "--area", "besier"),
        ("--tier", "watch", "--cocontraction"),
    ],
)
def test_knee_takes_all_options(call: Call, more: tuple[object, ...]) -> None:
    assert _json(call(*KNEE, *more, "--json"))["per_step"] != _json(call(*KNEE, "--json"))["per_step"]


def test_knee_outside_the_model_has_no_number_but_a_reason(call: Call) -> None:
    document = _json(
        call("knee", "--speed-mps", 30, "--cadence-spm", 170, "--height-m", 1.7, "--mass-kg", 62, "--json")
    )
    assert document["per_step"]["peak_force_bw"]["value"] is None
    assert document["issues"]


def test_load(call: Call, runs: Path) -> None:
    call("import", runs)
    document = _json(call("load", "--json"))
    assert set(document) >= {"days", "coverage"}
    assert set(document["days"][0]) >= {
        "local_date",
        "knee_km",
        "distance_m",
        "runs",
        "longest_30d_knee_km",
        "spike_ratio",
        "flags",
    }
    assert [day["runs"] for day in document["days"]] == [1, 1, 1]
    text = call("load").stdout
    assert "longest of 30 days" in text
    assert "of the running time has a number" in text
    since = document["days"][1]["local_date"]
    assert len(_json(call("load", "--since", since, "--json"))["days"]) == 2


def test_load_without_runs(call: Call) -> None:
    assert _json(call("load", "--json"))["days"] == []
    assert "No runs" in call("load").stdout


def test_inspect(call: Call, runs: Path) -> None:
    document = _json(call("inspect", runs / "000.fit", "--json"))
    assert document["records"] == 600
    text = call("inspect", runs / "000.fit").stdout
    assert f"Steps     {document['steps']:.0f}" in text
    assert "cadence" in text


def test_recompute(call: Call, runs: Path) -> None:
    call("import", runs)
    assert _json(call("recompute", "--json"))["totals"]["recomputed"] == 3
    assert "3 activities computed anew" in call("recompute").stdout


def test_another_runner(call: Call, runs: Path) -> None:
    assert call("--runner", "anna", "import", runs).exit_code == 1
    _json(call("--runner", "anna", "profile", "set", "--height-m", 1.7, "--json"))
    assert _json(call("--runner", "anna", "import", runs, "--json"))["totals"]["imported"] == 3
    assert len(_json(call("activities", "--json"))) == 3


def test_a_record_is_moved_and_stays(call: Call, runs: Path, tmp_path: Path) -> None:
    call("import", runs)
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    document = _json(call("move", "--to", url, "--json"))
    assert (document["to"], document["tables"]["activity"]["rows"], document["originals"]["count"]) == (url, 3, 3)
    for place in ((), ("--database", url)):
        assert len(_json(call(*place, "activities", "--json"))) == 3
    refused = call("move", "--to", url)
    assert refused.exit_code == 1
    assert "holds a record already" in refused.stderr
    again = call("--database", url, "move", "--to", f"sqlite:///{tmp_path / 'third.sqlite'}")
    assert "Moved and verified: 3 activities" in again.stdout


def test_another_database(call: Call, runs: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    assert _json(call("--database", url, "import", runs, "--json"))["totals"]["imported"] == 3
    assert len(_json(call("--database", url, "activities", "--json"))) == 3
    assert _json(call("activities", "--json")) == []
