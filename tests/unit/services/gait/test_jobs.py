"""Clips behind a server's back: measured, stored whole or not at all, and never left lying about."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.histories import write_runs
from tests.killed import killed
from tests.made_keypoints import write_points

from kneewise import clock
from kneewise.errors import InvalidInputError, MissingLibraryError, UnreadableFileError, UnusableClipError
from kneewise.gait.standing import StandingLegs
from kneewise.services import job_worker
from kneewise.services.clip_meaning import clip_meaning
from kneewise.services.gait.folder import MEASURING_NAME, clip_folder
from kneewise.services.gait.history import compare_past, list_clips, read_clip, withdraw_clip
from kneewise.services.gait.job import GaitJob
from kneewise.services.gait.jobs import GaitJobs
from kneewise.services.gait.measuring import GaitResult, analyse_video
from kneewise.services.gait.standing import read_standing
from kneewise.services.gait.work import ClipLook, ClipOrder, InProcess, Progress, apart
from kneewise.services.import_jobs import ImportJobs
from kneewise.services.importing import import_files
from kneewise.services.knee_trials import list_knee_trials
from kneewise.services.own_data.backup import back_up
from kneewise.services.own_data.erase import erase
from kneewise.services.own_data.export import export_all
from kneewise.services.own_data.restore import restore
from kneewise.services.place import Place
from kneewise.services.profile import set_profile
from kneewise.storage import open_record
from kneewise.storage.jobs import read_job, read_jobs, want_end

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

    def stand(self, file: Path, name: str) -> StandingLegs:
        return read_standing(file, name=name)

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


def over(jobs: GaitJobs, job: GaitJob) -> GaitJob:
    """Wait until a job goes on no longer, and until nothing of it lies about where it is over."""

    def ended() -> bool:
        now = jobs._known(job.id)
        return not now.live and not (now.over and (jobs.folder / now.data["folder"]).exists())

    until(ended)
    return jobs.look(job.id)


def following(place: Place) -> list[str]:
    """Return the states of the jobs that compute the loads anew."""
    with open_record(place.data, place.database) as record, record.reading() as connection:
        return [job.state for job in read_jobs(connection, ["loads"])]


def left(place: Place) -> list[str]:
    return sorted(path.name for path in (place.data / MEASURING_NAME).rglob("*"))


def test_a_clip_is_measured_and_deleted_and_its_pictures_are_kept(jobs: GaitJobs, place: Place, tmp_path: Path) -> None:
    import_files([write_runs(tmp_path / "runs", 2)], place=place)
    job = jobs.take(uploaded(tmp_path), "Lauf.mp4")
    assert jobs.frame(job.id) is not None
    assert not list(tmp_path.glob("upload*"))
    job = over(jobs, jobs.begin(job.id, ORDER))
    assert (job.state, job.share) == ("done", 1.0)
    [clip] = list_clips(place)
    assert (clip.id, clip.data["name"], clip.pictures) == (job.clip_id, "Lauf.mp4", ["left-1-contact.png"])
    assert clip.sets_knee
    assert not clip.keeps_clip
    assert following(place) == ["waiting"]
    assert clip_meaning(place).following
    assert left(place) == []
    assert jobs.begin(job.id, ORDER).state == "done"


def test_the_clip_itself_stays_only_where_the_runner_keeps_it(jobs: GaitJobs, place: Place, tmp_path: Path) -> None:
    job = jobs.take(uploaded(tmp_path), "a.mp4")
    over(jobs, jobs.begin(job.id, ORDER, keep_clip=True))
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
    assert jobs.look(waiting.id).state == "waiting"
    for job in (waiting, chosen, running):
        jobs.cancel(job.id)
        assert over(jobs, job).state == "cancelled"
        jobs.dismiss(job.id)
    assert (left(place), jobs.all(), list_clips(place)) == ([], [], [])


def test_an_end_that_another_server_asked_for_comes_first(place: Place, here: Here, tmp_path: Path) -> None:
    class Late(Here):
        def measure(self, *given: Any) -> GaitResult:
            found = super().measure(*given)
            with open_record(place.data, place.database) as record, record.writing("testing") as connection:
                want_end(connection, job.id, now=clock.now())
            return found

    jobs = GaitJobs(place, Late(here.found))
    job = jobs.take(uploaded(tmp_path), "a.mp4")
    assert over(jobs, jobs.begin(job.id, ORDER, keep_clip=True)).state == "cancelled"
    jobs.close()
    assert (left(place), list_clips(place), list((place.data / "gait").iterdir())) == ([], [], [])


def test_clips_of_two_runners_are_measured_one_after_the_other_and_each_sees_the_own(
    place: Place, found: GaitResult, tmp_path: Path
) -> None:
    ben = replace(place, runner_id="ben")
    set_profile(ben, height_m=1.8, mass_kg=80.0)
    measurers = Here(found), Here(found)
    for here in measurers:
        here.held.clear()
    servers = [GaitJobs(place, here) for here in measurers]
    mine, bens = servers[0].for_runner(replace(place, runner_id="me")), servers[1].for_runner(ben)
    first, second = mine.take(uploaded(tmp_path), "a.mp4"), bens.take(uploaded(tmp_path), "b.mp4")
    mine.begin(first.id, ORDER)
    until(lambda: any(here.begun.is_set() for here in measurers))
    bens.begin(second.id, ORDER)
    with pytest.raises(InvalidInputError, match="not known any more"):
        mine.cancel(second.id)
    assert [job.id for job in bens.all()] == [second.id]
    assert (bens.look(second.id).state, sum(here.begun.is_set() for here in measurers)) == ("waiting", 1)
    imports = ImportJobs(place)
    import_ = imports.begin_paths([write_runs(tmp_path / "runs", 1, records=60)])
    until(lambda: imports.look(import_.id).state == "done")
    imports.close()
    for here in measurers:
        here.held.set()
    assert (over(mine, first).state, over(bens, second).state) == ("done", "done")
    assert [len(list_clips(each.place)) for each in (mine, bens)] == [1, 1]
    for server in servers:
        server.close()


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
    job = over(jobs, jobs.begin(job.id, ORDER))
    assert job.state == state
    assert "clip.mp4" not in job.text
    assert ("Lauf.mp4" in job.text) != isinstance(error, ZeroDivisionError)
    waits = state == "refused"
    assert (left(place) != []) == waits
    assert (jobs.frame(job.id) is not None) == waits
    jobs.cancel(job.id)
    assert left(place) == []
    jobs.close()


def test_a_refused_clip_can_be_described_anew_and_is_deleted_when_nobody_does(
    place: Place, tmp_path: Path, found: GaitResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Here(UnusableClipError("It plays in slow motion."))
    jobs = GaitJobs(place, here)
    first, second = (jobs.take(uploaded(tmp_path), name) for name in ("a.mp4", "b.mp4"))
    for job in (first, second):
        assert over(jobs, jobs.begin(job.id, ORDER)).state == "refused"
    assert jobs.look(first.id).order == ORDER
    here.found = found
    assert over(jobs, jobs.begin(first.id, replace(ORDER, tap=(0.25, 0.5)))).state == "done"
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    third = jobs.take(uploaded(tmp_path), "c.mp4")
    until(lambda: jobs.look(second.id).state == "cancelled")
    assert over(jobs, second).state == "cancelled"
    frame = jobs.frame(third.id)
    assert frame is not None
    assert list(jobs.folder.iterdir()) == [frame.parent]
    jobs.close()


def test_what_a_server_leaves_is_taken_up_and_what_belongs_to_nobody_goes(
    place: Place, here: Here, tmp_path: Path
) -> None:
    here.held.clear()
    jobs = GaitJobs(place, here)
    running, chosen = (jobs.take(uploaded(tmp_path), name) for name in ("a.mp4", "b.mp4"))
    jobs.begin(running.id, ORDER, keep_clip=True)
    assert here.begun.wait(WAIT_S)
    nobodys = place.data / MEASURING_NAME / ("c" * 32)
    nobodys.mkdir()
    GaitJobs(place, here).close()
    assert nobodys.is_dir()  # another server is at work, which may just be putting a clip there
    orphan = clip_folder(place.data, "0" * 16)
    orphan.mkdir(parents=True)
    jobs.close()
    assert (jobs.look(running.id).state, list_clips(place)) == ("waiting", [])
    here.held.set()
    after = GaitJobs(place, here)
    assert (over(after, running).state, after.look(chosen.id).state) == ("done", "chosen")
    assert [path for path in (nobodys, orphan) if path.exists()] == []
    [clip] = list_clips(place)
    assert clip.keeps_clip
    after.forget()
    assert (left(place), after.all()) == ([], [])
    after.close()


def test_a_deleted_clip_counts_nowhere_and_its_pictures_are_gone(jobs: GaitJobs, place: Place, tmp_path: Path) -> None:
    job = over(jobs, jobs.begin(jobs.take(uploaded(tmp_path), "a.mp4").id, ORDER))
    assert len(list_knee_trials(place)) == 1
    withdraw_clip(place, job.clip_id)
    assert (list_clips(place), list_knee_trials(place), following(place)) == ([], [], ["waiting"])
    assert not clip_folder(place.data, job.clip_id).exists()
    with pytest.raises(InvalidInputError, match="no such clip"):
        withdraw_clip(place, job.clip_id)
    imports = ImportJobs(place)
    until(lambda: following(place) == ["done"])
    assert not clip_meaning(place).following
    imports.close()


def test_backup_export_and_erase_know_the_pictures(jobs: GaitJobs, place: Place, tmp_path: Path) -> None:
    job = over(jobs, jobs.begin(jobs.take(uploaded(tmp_path), "a.mp4").id, ORDER))
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
    first = over(jobs, jobs.begin(jobs.take(uploaded(tmp_path), "a.mp4").id, ORDER))
    clip = read_clip(place, first.clip_id)
    assert clip is not None
    compared = compare_past(clip, clip)
    assert {metric["verdict"] for metric in compared["metrics"].values()} == {"not told apart"}
    assert compared["issues"] == []


def test_keypoints_go_through_a_process_of_their_own(place: Place, tmp_path: Path) -> None:
    jobs = GaitJobs(place)
    points = write_points(tmp_path / "upload-2.json", duration_s=6.0)
    job = jobs.take(points, "mine.json")
    assert (job.look.frame_s, jobs.frame(job.id)) == (None, None)
    assert over(jobs, jobs.begin(job.id, ORDER)).state == "done", jobs.look(job.id).text
    [clip] = list_clips(place)
    assert clip.data["drawn"]["figures"]["left"]["contact"]["left_knee"]
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=r"'bad\.json'"):
        jobs.take(bad, "bad.json")
    assert left(place) == []
    jobs.close()


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(b"\0\0\0\x18ftypmp42" + b"\0" * 400)
    with pytest.raises((UnreadableFileError, MissingLibraryError)):
        InProcess().look(cut, tmp_path / "frame.png")


class Dying(Here):
    """Measures in a process that is killed as often as it is said."""

    def __init__(self, found: GaitResult, deaths: int) -> None:
        super().__init__(found)
        self.deaths = deaths

    def measure(self, *given: Any) -> GaitResult:
        if self.deaths:
            self.deaths -= 1
            apart(killed, (), given[-1])
        return super().measure(*given)


@pytest.mark.parametrize(("deaths", "state", "attempts"), [(1, "done", 2), (99, "failed", 3)])
def test_a_clip_whose_process_is_killed_is_measured_anew_but_not_for_ever(
    place: Place,
    found: GaitResult,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    deaths: int,
    state: str,
    attempts: int,
) -> None:
    monkeypatch.setattr(job_worker, "_LOOK_EVERY_S", 0.05)
    jobs = GaitJobs(place, Dying(found, deaths))
    job = over(jobs, jobs.begin(jobs.take(uploaded(tmp_path), "a.mp4").id, ORDER))
    jobs.close()
    assert (job.state, left(place), len(list_clips(place))) == (state, [], state == "done")
    assert ("ended its process" in job.text) == (state == "failed")
    with open_record(place.data, place.database) as record, record.reading() as connection:
        stored = read_job(connection, job.id)
    assert stored is not None
    assert stored.attempts == attempts
