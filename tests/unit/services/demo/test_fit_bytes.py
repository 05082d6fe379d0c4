"""The made files are files: other readers take them, and a run comes back as it was made."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import fitdecode
import numpy as np
import pytest

from kneewise.services.demo.body import MadeRun, Stretch, run_track
from kneewise.services.demo.fit_bytes import fit_bytes
from kneewise.services.reading import read

START = datetime(2026, 3, 15, 8, tzinfo=UTC)


def made(way: str = "hills", **more: object) -> MadeRun:
    stretches = (Stretch(300, 1.5, walking=True), Stretch(1500, 2.8))
    return MadeRun(start=START, title="made", stretches=stretches, way=way, **more)  # type: ignore[arg-type]


def test_another_reader_takes_it() -> None:
    content = fit_bytes(run_track(made(), np.random.default_rng(1)))
    with fitdecode.FitReader(content, check_crc=fitdecode.CrcCheck.RAISE) as reader:
        records = [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "record"]
    assert len(records) == 1800
    assert all(one.get_value("distance") < other.get_value("distance") for one, other in pairwise(records))


def test_it_reads_as_it_was_made(tmp_path: Path) -> None:
    (tmp_path / "run.fit").write_bytes(fit_bytes(run_track(made(quicker=0.05), np.random.default_rng(1))))
    [activity] = read(tmp_path / "run.fit")
    assert activity.start == START
    assert activity.device == "Made by the Kneewise demo"
    assert activity.speed_mps == pytest.approx(2.8, rel=0.05)
    assert activity.cadence_spm == pytest.approx(163 * 1.05, rel=0.02)
    assert 0.22 < (activity.contact_time_s or 0) < 0.3
    assert activity.running_s == pytest.approx(1500, abs=30)
    assert (activity.ascent_m or 0) > 5
    assert activity.issues == ()


def test_quicker_steps_are_shorter_contacts() -> None:
    usual, quick = (run_track(made(quicker=share), np.random.default_rng(1)).columns for share in (0.0, 0.06))
    assert np.nanmean(quick["contact_time_ms"]) < np.nanmean(usual["contact_time_ms"])
    assert np.nanmean(quick["vertical_oscillation_mm"]) < np.nanmean(usual["vertical_oscillation_mm"])


def test_a_treadmill_has_no_hills_and_an_old_watch_no_steps(tmp_path: Path) -> None:
    track = run_track(made("belt", cadence=False), np.random.default_rng(1))
    assert set(track.columns) == {"distance_m", "speed_mps", "heart_rate_bpm"}
    (tmp_path / "run.fit").write_bytes(fit_bytes(track))
    [activity] = read(tmp_path / "run.fit")
    assert activity.treadmill
    assert activity.cadence_spm is None


def test_a_distance_ends_a_run() -> None:
    track = run_track(made(distance_m=2000), np.random.default_rng(1))
    assert track.columns["distance_m"][-1] == pytest.approx(2000, abs=5)
