"""Clips behind a server's back: measured, stored whole or not at all, and never left lying about."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.histories import write_runs
from tests.made_keypoints import write_points

from kneewise import clock
from kneewise.errors import InvalidInputError, MissingLibraryError, UnreadableFileError, UnusableClipError
from kneewise.services.gait.folder import clip_folder
from kneewise.services.gait.history import compare_past, list_clips, read_clip
from kneewise.services.gait.job import GaitJob
from kneewise.services.gait.jobs import FOLDER, GaitJobs
from kneewise.services.gait.measuring import GaitResult, analyse_video
from kneewise.services.gait.work import ClipLook, ClipOrder, InProcess, Progress, apart
from kneewise.services.importing import import_files
from kneewise.services.knee_trials import list_knee_trials
from kneewise.services.own_data.backup import back_up
from kneewise.services.own_data.erase import erase
from kneewise.services.own_data.export import export_all
from kneewise.services.own_data.restore import restore
from kneewise.services.place import Place
from kneewise.services.profile import set_profile

WAIT_S = 60
ORDER = ClipOrder(view="side", speed_mps=3.0, height_m=1.75)


class Here:
    """Measures in this process, and paints pictures that nobody is in."""

    def __init__(self, found: GaitResult | Exception) -> None:
        self.found = found
        self.held = threading.Event()
        self.held.set()
        self.begun = threading.Event()

    def look(self, clip: Path, frame: Path) -> ClipLook:
        frame.write_bytes(b"picture")
        return ClipLook(8.0, 120.0, 480, 640, 4.0, None)

    def measure(self, clip: Path, look: ClipLook, order: ClipOrder, pictures: Path, progress: Progress) -> GaitResult:
        progress(0.5)
        self.begun.set()
        while not self.held.wait(0.01):
            progress(0.5)
        if isinstance(self.found, Exception):
            raise self.found
        pictures.mkdir()
        (pictures / "left-1-contact.png").write_bytes(b"blurred")
        (pictures / "curves.svg").write_text("<svg/>", encoding="utf-8")
        return self.found


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> GaitResult:
    return analyse_video(write_points(tmp_path_factory.mktemp("points") / "side.json"), height_m=1.75, speed_mps=3.0)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path / "data")
    set_profile(Place(place.data, runner_id="me"), height_m=1.75, mass_kg=68.0, sex="f", timezone="Europe/Berlin")
    return place


@pytest.fixture
def here(found: GaitResult) -> Here:
    return Here(found)


@pytest.fixture
def jobs(place: Place, here: Here) -> Iterator[GaitJobs]:
    made = GaitJobs(place, here)
    yield made
    here.held.set()
    made.close()


def uploaded(tmp_path: Path) -> Path:
    path = tmp_path / "upload-1.mp4"
    path.write_bytes(b"clip")
    return path


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    assert true()


def over(job: GaitJob) -> GaitJob:
    until(lambda: not job.live and job.state != "chosen")
    return job


def left(place: Place) -> list[str]:
    return sorted(path.name for path in (place.data / FOLDER).rglob("*"))


def test_a_clip_is_measured_and_deleted_and_its_pictures_are_kept(jobs: GaitJobs, place: Place, tmp_path: Path) -> None:
    import_files([write_runs(tmp_path / "runs", 2)], place=place)
    job = jobs.take(uploaded(tmp_path), "Lauf.mp4")
    assert jobs.frame(job.id) is not None
    assert not list(tmp_path.glob("upload*"))
    assert over(jobs.begin(job.id, ORDER)).state == "done"
    [clip] = list_clips(place)
    assert (clip.id, clip.data["name"], clip.pictures) == (job.clip_id, "Lauf.mp4", ["left-1-contact.png"])
    assert clip.sets_knee
    assert not clip.keeps_clip
    assert left(place) == []
    assert jobs.begin(job.id, ORDER).state == "done"


def test_the_clip_itself_stays_only_where_the_runner_keeps_it(jobs: GaitJobs, place: Place, tmp_path: Path) -> None:
    job = jobs.take(uploaded(tmp_path), "a.mp4")
    over(jobs.begin(job.id, ORDER, keep_clip=True))
    [clip] = list_clips(place)
    assert clip.keeps_clip
    assert (clip_folder(place.data, clip.id) / "clip.mp4").read_bytes() == b"clip"


def test_ending_it_leaves_nothing(jobs: GaitJobs, here: Here, place: Place, tmp_path: Path) -> None:
    here.held.clear()
    running, waiting = (jobs.take(uploaded(tmp_path), name) for name in ("a.mp4", "b.mp4"))
    chosen = jobs.take(uploaded(tmp_path), "c.mp4")
    for job in (running, waiting):
        jobs.begin(job.id, ORDER)
    assert here.begun.wait(WAIT_S)
    assert waiting.state == "waiting"
    for job in (waiting, chosen, running):
        jobs.cancel(job.id)
        assert over(job).state == "cancelled"
    until(lambda: left(place) == [])
    assert list_clips(place) == []


def test_clips_of_two_runners_are_measured_one_after_the_other(place: Place, found: GaitResult, tmp_path: Path) -> None:
    set_profile(replace(place, runner_id="ben"), height_m=1.8, mass_kg=80.0)
    measurers = Here(found), Here(found)
    made = [GaitJobs(replace(place, runner_id=name), here) for name, here in zip(("me", "ben"), measurers, strict=True)]
    for here in measurers:
        here.held.clear()
    first, second, third = (jobs.take(uploaded(tmp_path), "a.mp4") for jobs in (*made, made[1]))
    made[0].begin(first.id, ORDER)
    assert measurers[0].begun.wait(WAIT_S)
    for job in (second, third):
        made[1].begin(job.id, ORDER)
    assert made[1].cancel(third.id).state == "cancelled"
    assert (second.state, measurers[1].begun.is_set()) == ("waiting", False)
    for here in measurers:
        here.held.set()
    assert [over(job).state for job in (first, second)] == ["done", "done"]
    for jobs in made:
        jobs.close()


def test_a_folder_that_another_runners_clip_is_put_into_stays(jobs: GaitJobs, place: Place, here: Here) -> None:
    coming = place.data / FOLDER / ("c" * 32)
    coming.mkdir()
    GaitJobs(replace(place, runner_id="ben"), here).close()
    assert coming.is_dir()


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (UnusableClipError("'clip.mp4' shows walking."), "refused"),
        (UnreadableFileError("'clip.mp4' breaks off."), "failed"),
        (ZeroDivisionError("x"), "failed"),
    ],
)
def test_what_cannot_be_measured_is_told_under_the_runners_name(
    place: Place, tmp_path: Path, error: Exception, state: str
) -> None:
    jobs = GaitJobs(place, Here(error))
    job = jobs.take(uploaded(tmp_path), "Lauf.mp4")
    assert over(jobs.begin(job.id, ORDER)).state == state
    assert "clip.mp4" not in job.text
    assert ("Lauf.mp4" in job.text) != isinstance(error, ZeroDivisionError)
    waits = state == "refused"
    assert (left(place) != []) == waits
    assert (jobs.frame(job.id) is not None) == waits
    jobs.close()
    assert left(place) == []


def test_a_refused_clip_can_be_described_anew_and_is_deleted_when_nobody_does(
    place: Place, tmp_path: Path, found: GaitResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Here(UnusableClipError("It plays in slow motion."))
    jobs = GaitJobs(place, here)
    first, second = (jobs.take(uploaded(tmp_path), name) for name in ("a.mp4", "b.mp4"))
    for job in (first, second):
        assert over(jobs.begin(job.id, ORDER)).state == "refused"
    here.found = found
    assert over(jobs.begin(first.id, ORDER)).state == "done"
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    third = jobs.take(uploaded(tmp_path), "c.mp4")
    until(lambda: second.state == "cancelled")
    until(lambda: {path.name for path in jobs.folder.iterdir() if path.is_dir()} == {third.id})
    jobs.close()


def test_a_server_that_ends_leaves_a_word_and_no_clip(place: Place, here: Here, tmp_path: Path) -> None:
    here.held.clear()
    jobs = GaitJobs(place, here)
    running, chosen = (jobs.take(uploaded(tmp_path), name) for name in ("a.mp4", "b.mp4"))
    jobs.begin(running.id, ORDER)
    assert here.begun.wait(WAIT_S)
    jobs.close()
    assert [path.name for path in (place.data / FOLDER).rglob("*") if path.is_file()] == ["job.json"] * 2
    after = GaitJobs(place, here)
    assert {job.name: job.state for job in after.all()} == {"a.mp4": "interrupted", "b.mp4": "interrupted"}
    assert (left(place), list_clips(place)) == ([], [])
    assert chosen.state == "interrupted"
    after.close()


def test_a_server_that_was_killed_while_storing_tells_what_is_there(place: Place, here: Here, tmp_path: Path) -> None:
    jobs = GaitJobs(place, here)
    job = over(jobs.begin(jobs.take(uploaded(tmp_path), "a.mp4").id, ORDER))
    jobs._mark_due()
    jobs.close()
    for name in (job.id, "b" * 32):
        folder = place.data / FOLDER / name
        folder.mkdir()
        told = {"runner": "", "name": f"{name}.mp4", "begun_at": job.begun_at.isoformat(), "state": "storing"}
        (folder / "job.json").write_text(json.dumps(told), encoding="utf-8")
    orphan = clip_folder(place.data, "0" * 16)
    orphan.mkdir(parents=True)
    after = GaitJobs(place, here)
    assert {one.id: (one.state, one.clip_id) for one in after.all()} == {
        job.id: ("done", job.clip_id),
        "b" * 32: ("interrupted", ""),
    }
    assert not orphan.exists()
    until(lambda: left(place) == [])
    after.close()


def test_a_deleted_clip_counts_nowhere_and_its_pictures_are_gone(jobs: GaitJobs, place: Place, tmp_path: Path) -> None:
    job = over(jobs.begin(jobs.take(uploaded(tmp_path), "a.mp4").id, ORDER))
    assert len(list_knee_trials(place)) == 1
    jobs.withdraw(job.clip_id)
    assert list_clips(place) == []
    assert list_knee_trials(place) == []
    assert not clip_folder(place.data, job.clip_id).exists()
    with pytest.raises(InvalidInputError, match="no such clip"):
        jobs.withdraw(job.clip_id)
    until(lambda: left(place) == [])


def test_backup_export_and_erase_know_the_pictures(jobs: GaitJobs, place: Place, tmp_path: Path) -> None:
    job = over(jobs.begin(jobs.take(uploaded(tmp_path), "a.mp4").id, ORDER))
    (place.data / "gait" / "notes.txt").write_text("not ours", encoding="utf-8")
    backup = back_up(place, tmp_path / "backup.zip").path
    other = Place(tmp_path / "other")
    restore(other, backup)
    picture = Path("gait", job.clip_id, "left-1-contact.png")
    assert (other.data / picture).read_bytes() == b"blurred"
    assert [clip.pictures for clip in list_clips(other)] == [["left-1-contact.png"]]
    folder = export_all(place, tmp_path / "all").folder
    assert (folder / picture).is_file()
    erase(Place(other.data, runner_id="me"))
    assert not (other.data / picture).exists()
    jobs.forget()
    erase(place)
    assert not (place.data / "gait").exists()


def test_two_clips_of_the_record_are_compared_as_measured(jobs: GaitJobs, place: Place, tmp_path: Path) -> None:
    first = over(jobs.begin(jobs.take(uploaded(tmp_path), "a.mp4").id, ORDER))
    clip = read_clip(place, first.clip_id)
    assert clip is not None
    compared = compare_past(clip, clip)
    assert {metric["verdict"] for metric in compared["metrics"].values()} == {"not told apart"}
    assert compared["issues"] == []


def test_keypoints_go_through_a_process_of_their_own(place: Place, tmp_path: Path) -> None:
    jobs = GaitJobs(place)
    points = write_points(tmp_path / "upload-2.json", duration_s=6.0)
    job = jobs.take(points, "mine.json")
    assert job.look is not None
    assert (job.look.frame_s, jobs.frame(job.id)) == (None, None)
    assert over(jobs.begin(job.id, ORDER)).state == "done", job.text
    [clip] = list_clips(place)
    assert clip.data["drawn"]["figures"]["left"]["contact"]["left_knee"]
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=r"'bad\.json'"):
        jobs.take(bad, "bad.json")
    assert left(place) == []
    jobs.close()


def test_a_broken_file_and_a_process_that_dies_are_told(tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(b"\0\0\0\x18ftypmp42" + b"\0" * 400)
    with pytest.raises((UnreadableFileError, MissingLibraryError)):
        InProcess().look(cut, tmp_path / "frame.png")
    with pytest.raises(UnreadableFileError, match="ended its process"):
        apart(die, (), lambda _: None)


def die(progress: Progress) -> None:
    os._exit(1)
