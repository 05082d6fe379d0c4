"""C3D files: what is no file, what is damaged, what the library does when it is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from tests.lab_trials import RATE_HZ, running, standing, write

from kneewise.errors import MissingLibraryError, UnreadableFileError
from kneewise.sources.c3d import read_capture


@pytest.fixture
def good(tmp_path: Path) -> Path:
    pytest.importorskip("ezc3d", reason="the extra 'lab' is not installed")
    return write(tmp_path / "good.c3d", running(1.0), gaps={"L.ASIS": slice(3, 6)})


def test_markers_come_in_metres_and_gaps_as_nan(good: Path) -> None:
    capture = read_capture(good)
    assert capture.points_m.shape == (150, len(running(1.0).markers), 3)
    assert capture.rate_hz == RATE_HZ
    assert capture.force_rate_hz == 2 * RATE_HZ
    gap = np.isnan(capture.points_m[:, capture.labels.index("L.ASIS")]).all(axis=1)
    assert list(np.flatnonzero(gap)) == [3, 4, 5]
    assert 0.8 < np.nanmean(capture.points_m[:, capture.labels.index("R.ASIS"), 1]) < 1.0


def test_a_point_at_zero_was_not_seen(tmp_path: Path) -> None:
    pytest.importorskip("ezc3d", reason="the extra 'lab' is not installed")
    trial = standing()
    trial.markers["R.MT1"][5:9] = 0
    capture = read_capture(write(tmp_path / "zero.c3d", trial, noise_m=0.0))
    assert np.isnan(capture.points_m[5:9, capture.labels.index("R.MT1")]).all()


def test_no_files(tmp_path: Path) -> None:
    cases = {"empty": b"", "short": b"\x02\x50", "photo": b"\xff\xd8" + b"x" * 2000}
    for name, content in cases.items():
        path = tmp_path / f"{name}.c3d"
        path.write_bytes(content)
        with pytest.raises(UnreadableFileError, match=r"empty|no C3D file"):
            read_capture(path)


def test_a_file_cut_short_is_refused(good: Path, tmp_path: Path) -> None:
    content = good.read_bytes()
    for keep in (600, 1500, len(content) // 2, len(content) - 1000):
        cut = tmp_path / f"cut-{keep}.c3d"
        cut.write_bytes(content[:keep])
        with pytest.raises(UnreadableFileError, match=r"damaged|cut short|holds no"):
            read_capture(cut)


def test_without_the_library_one_sentence_names_the_extra(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ezc3d", None)
    with pytest.raises(MissingLibraryError, match=r"kneewise\[lab\]"):
        read_capture(good)


def test_a_broken_chain_of_parameters_never_reaches_the_library(good: Path, tmp_path: Path) -> None:
    """The length of one description or one link too long: ezc3d would read on without end."""
    content = bytearray(good.read_bytes())
    start = (content[0] - 1) * 512
    at = content.index(b"USED", start)
    for place, wrong in ((at + 4, 0xF0), (at + 5, 0x7F), (at + 6, 9), (at + 7, 60)):
        broken = bytearray(content)
        broken[place] = wrong
        path = tmp_path / "broken.c3d"
        path.write_bytes(broken)
        with pytest.raises(UnreadableFileError, match="damaged or cut short"):
            read_capture(path)
