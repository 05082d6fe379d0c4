"""A lab trial of a real runner through the program: muscle forces, and the ladder into the watch history."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kneewise.cli.app import app

RUNS = Path(__file__).resolve().parents[1] / "data" / "runs"
LEG = Path(__file__).resolve().parents[1] / "data" / "muscles" / "made-leg.toml"


@pytest.fixture
def trial(shared_data: Path) -> tuple[str, ...]:
    pytest.importorskip("ezc3d")
    folder = shared_data / "rbds"
    return (str(folder / "RBDS001runT35.c3d"), "--static", str(folder / "RBDS001static.c3d"), "--mass-kg", "62")


def run(data: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["--data", str(data), *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_muscles_give_more_than_the_net_moment(tmp_path: Path, trial: tuple[str, ...]) -> None:
    net, muscles = (
        json.loads(run(tmp_path, "lab", *trial, "--sex", "m", *more, "--json"))
        for more in ([], ["--muscles", str(LEG)])
    )
    force = [document["summary"]["both"]["pfj_peak_bw"]["value"] for document in (net, muscles)]
    assert 1.0 < force[1] / force[0] < 2.0
    assert muscles["convention"]["cocontraction"] == "static optimisation"
    assert net["bands"]["sample"] == "18 runners on a treadmill: 17 men, 1 woman"
    assert -3 < net["bands"]["numbers"]["pfj_peak_bw"]["spreads"] < 3
    assert "pfj_peak_bw" not in muscles["bands"]["numbers"]
    assert "static optimisation" in muscles["summary"]["both"]["pfj_peak_bw"]["basis"]


def test_a_kept_trial_sharpens_the_history(tmp_path: Path, trial: tuple[str, ...]) -> None:
    run(tmp_path, "profile", "set", "--height-m", "1.81", "--mass-kg", "62", "--timezone", "Europe/Berlin")
    run(tmp_path, "import", str(RUNS / "garmin-fr645m-run.fit"))
    [before] = json.loads(run(tmp_path, "activities", "--json"))
    kept = json.loads(run(tmp_path, "lab", *trial, "--sex", "m", "--keep", "--date", "2026-01-10", "--json"))["kept"]
    assert kept["recomputed"] == 1
    assert kept["after"]["knee_sd_deg"] < kept["before"]["knee_sd_deg"]
    [after] = json.loads(run(tmp_path, "activities", "--json"))
    wide, narrow = (run["knee_km"]["others"]["high"] - run["knee_km"]["others"]["low"] for run in (before, after))
    assert narrow < wide
    assert "Your knee bends" in run(tmp_path, "lab-trials")
    listed = json.loads(run(tmp_path, "lab-trials", "--json"))["trials"]
    run(tmp_path, "lab-trials", "--withdraw", listed[0]["id"])
    # Streams are stored rounded, so what is computed anew from them differs in the sixth digit.
    [again] = json.loads(run(tmp_path, "activities", "--json"))
    assert again["knee_km"]["others"]["high"] == pytest.approx(before["knee_km"]["others"]["high"], rel=1e-5)
    assert run(tmp_path, "lab-trials").startswith("No trial is kept")
