"""Clips as phones write them: turned, uneven, slow, in many codecs, and broken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

pytest.importorskip("av")

from benchmarks.made_clips import runner_clip, write_clip
from tests.unit.motion.conftest import SMALL

from kneewise.errors import InvalidInputError, UnreadableFileError, UnusableClipError
from kneewise.motion.video import Clip
from kneewise.motion.video_limits import check_going_on, check_size, check_times


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runner_clip(tmp_path_factory.mktemp("clips") / "plain.mp4", camera=SMALL, duration_s=1.0)


def first_picture(path: Path) -> np.ndarray:
    return next(Clip(path).frames()).picture[..., :3].astype(int)


def test_a_clip_says_what_it_is(plain: Path) -> None:
    info = Clip(plain).info
    assert (info.container, info.codec, info.width_px, info.height_px, info.turn_deg) == ("mov", "h264", 150, 200, 0)
    assert info.fps == pytest.approx(60)
    assert_allclose(info.time_s, np.arange(60) / 60, atol=1e-6)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_lying_picture_is_turned_upright(tmp_path: Path, plain: Path, turned: int) -> None:
    clip = Clip(runner_clip(tmp_path / "turned.mp4", camera=SMALL, duration_s=0.6, turned_deg=turned))
    assert (clip.info.width_px, clip.info.height_px) == (150, 200)
    assert np.abs(first_picture(clip.path) - first_picture(plain)).mean() < 3


@pytest.mark.parametrize(
    ("name", "codec", "known_as"),
    [
        ("a.mp4", "libx265", "hevc"),
        ("a.webm", "libvpx-vp9", "vp9"),
        ("a.mov", "mjpeg", "mjpeg"),
        ("a.avi", "mpeg4", "mpeg4"),
    ],
)
def test_codecs_and_containers(tmp_path: Path, plain: Path, name: str, codec: str, known_as: str) -> None:
    clip = Clip(runner_clip(tmp_path / name, camera=SMALL, duration_s=0.6, codec=codec))
    assert clip.info.codec == known_as
    assert len(list(clip.frames())) == 36
    assert np.abs(first_picture(clip.path) - first_picture(plain)).mean() < 8


def test_uneven_times_are_those_of_the_file(tmp_path: Path) -> None:
    times = np.sort(np.random.default_rng(2).uniform(0, 2, 50))
    shots = [np.full((64, 96, 3), 5 * i, dtype=np.uint8) for i in range(50)]
    clip = Clip(write_clip(tmp_path / "uneven.mp4", shots, times))
    assert_allclose([frame.time_s for frame in clip.frames()], times - times[0], atol=2e-5)
    assert any(issue.code == "frames-missing" for issue in clip.info.issues)


def test_pictures_are_contiguous_and_reduced_at_odd_widths(tmp_path: Path) -> None:
    shots = [np.random.default_rng(i).integers(0, 255, (410, 360, 3), dtype=np.uint8) for i in range(31)]
    path = write_clip(tmp_path / "odd.mp4", shots, np.arange(31) / 30)
    whole, reduced = next(Clip(path).frames()), next(Clip(path, long_side_px=205).frames())
    assert whole.picture.shape == (410, 360, 4)
    assert whole.picture.flags.c_contiguous
    assert whole.scale == 1
    assert reduced.picture.shape == (205, 180, 4)
    assert reduced.scale == pytest.approx(0.5)


def test_every_second_picture(plain: Path) -> None:
    assert [frame.index for frame in Clip(plain).frames(every=2)] == list(range(0, 60, 2))


def test_backwards_gives_the_same_pictures_in_reverse(plain: Path) -> None:
    clip = Clip(plain)
    forwards = list(clip.frames())
    times = np.array([frame.time_s for frame in forwards])
    back = list(clip.backwards(times, 55, 3))
    assert [frame.index for frame in back] == list(range(54, 2, -1))
    for frame in back[::10]:
        assert np.array_equal(frame.picture, forwards[frame.index].picture)


def test_glimpses_are_key_pictures_all_over_the_clip(tmp_path: Path, plain: Path) -> None:
    clip = Clip(runner_clip(tmp_path / "keys.mov", camera=SMALL, duration_s=1.0, codec="mjpeg"))
    pairs = list(clip.glimpses(5, 0.8, 0.1))
    assert [one.index for one, _ in pairs] == [0, 12, 24, 35, 47]
    assert {other.index - one.index for one, other in pairs} <= {6, 7}
    assert np.array_equal(pairs[3][0].picture, list(clip.frames())[35].picture)
    assert [one.index for one, _ in Clip(plain).glimpses(5, 0.8, 0.1)] == [0]


def test_a_file_cut_off_keeps_what_it_has(tmp_path: Path) -> None:
    whole = runner_clip(tmp_path / "whole.mkv", camera=SMALL, duration_s=1.5, codec="mjpeg")
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: int(0.6 * whole.stat().st_size)])
    clip = Clip(cut)
    assert 40 < len(list(clip.frames())) < 90
    assert [issue.code for issue in clip.info.issues] == ["clip-cut-off"]


def test_an_mp4_without_its_end_is_refused(tmp_path: Path, plain: Path) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(plain.read_bytes()[:-2000])
    with pytest.raises(UnreadableFileError, match="end is missing"):
        Clip(cut)


@pytest.mark.parametrize(
    ("name", "data"),
    [("cat.jpg", b"\xff\xd8\xff\xe0 no video"), ("empty.mp4", b""), ("list.m3u8", b"#EXTM3U\nother.mp4\n")],
)
def test_what_is_no_video_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UnreadableFileError):
        Clip(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"nowhere\.mp4"):
        Clip(tmp_path / "nowhere.mp4")


def test_too_large_too_long_too_short_too_slow() -> None:
    with pytest.raises(UnusableClipError, match="1080p"):
        check_size("a.mp4", 7680, 4320, 10)
    with pytest.raises(UnusableClipError, match="120 minutes"):
        check_size("a.mp4", 1920, 1080, 7200)
    with pytest.raises(UnusableClipError, match="ten strides"):
        check_times("a.mp4", np.arange(12) / 60, None)
    with pytest.raises(UnusableClipError, match="5 pictures a second"):
        check_times("a.mp4", np.arange(100) / 5, None)
    with pytest.raises(UnusableClipError, match="more than 15 minutes"):
        check_going_on("a.mp4", 1000)
    check_size("a.mp4", 2160, 3840, 30)
    assert check_times("a.mp4", np.arange(100) / 60, None) == ()
