"""What leaves the house: workouts that still hold, a calendar that cancels, a page; nothing past a red flag."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from tests.clinical import CALM, NOW, TODAY, SetNow, run_of
from tests.planning import DAYS, FLAGGED, ready

from kneewise.errors import InvalidInputError, StorageError
from kneewise.services.adding import add_activity
from kneewise.services.availability import Wishes
from kneewise.services.checking_in import record_check_in
from kneewise.services.exporting import CALENDAR_NAME, export_calendar, export_watch, export_week
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place
from kneewise.services.planning import make_plan, revise_plan


@pytest.fixture
def place(tmp_path: Path, now: SetNow) -> Place:
    found = Place(tmp_path / "data")
    ready(found)
    make_plan(found, wishes=DAYS)
    return found


def calendar_events(path: Path) -> dict[str, tuple[str, int]]:
    calendar = Calendar.from_ical(path.read_bytes())
    return {str(each["uid"]): (str(each["status"]), int(str(each["sequence"]))) for each in calendar.walk("VEVENT")}


def test_workouts_of_the_next_days(place: Place, tmp_path: Path) -> None:
    exported = export_watch(place, tmp_path / "new" / "watch")
    assert [path.name[:10] for path in exported.paths] == ["2026-03-16", "2026-03-18", "2026-03-21"]
    assert all(path.read_bytes()[8:12] == b".FIT" for path in exported.paths)
    again = export_watch(place, tmp_path / "new" / "watch", days=14)
    assert len(again.paths) == 6
    assert again.removed == ()
    fewer = export_watch(place, tmp_path / "new" / "watch", days=1)
    assert (fewer.paths, fewer.removed) == ((), ())


def test_a_workout_that_no_longer_holds_is_removed_and_nothing_else(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "watch"
    before = export_watch(place, folder)
    (folder / "2026-03-16_run_mine.fit").write_bytes(b"not ours")
    make_plan(place, wishes=Wishes(minutes={1: 90.0, 3: 90.0, 6: 120.0}))
    after = export_watch(place, folder)
    assert set(after.removed) == set(before.paths)
    assert {path.name for path in folder.iterdir()} == {
        "2026-03-16_run_mine.fit",
        *(path.name for path in after.paths),
    }


def test_the_calendar_updates_and_cancels(place: Place, tmp_path: Path) -> None:
    [path] = export_calendar(place, tmp_path / "calendar").paths
    assert path.name == CALENDAR_NAME
    before = calendar_events(path)
    assert {status for status, _ in before.values()} == {"CONFIRMED"}
    make_plan(place, wishes=Wishes(minutes={5: 120.0}, runs_per_week=1))
    after = calendar_events(export_calendar(place, path).paths[0])
    assert set(before) <= set(after)
    assert {status for status, _ in after.values()} == {"CONFIRMED", "CANCELLED"}
    assert {sequence for _, sequence in after.values()} == {2}


def test_a_red_flag_cancels_the_calendar_and_stops_watch_and_page(place: Place, tmp_path: Path, now: SetNow) -> None:
    path = tmp_path / "plan.ics"
    export_calendar(place, path)
    now(NOW + timedelta(minutes=1))
    assess_intake(place, FLAGGED)
    exported = export_calendar(place, path)
    assert exported.issues[0].code == "sessions-cancelled"
    assert {status for status, _ in calendar_events(path).values()} == {"CANCELLED"}
    for export in (export_watch, export_week):
        with pytest.raises(InvalidInputError, match="may not be followed now"):
            export(place, tmp_path / "x.html")
    assert not (tmp_path / "x.html").exists()
    now(NOW + timedelta(minutes=2))
    assess_intake(place, CALM)
    export_calendar(place, path)
    assert set(calendar_events(path).values()) == {("CONFIRMED", 1)}


def test_the_week_as_a_page(place: Place, tmp_path: Path) -> None:
    [path] = export_week(place, tmp_path / "week.html", first_day=TODAY + timedelta(days=1)).paths
    page = path.read_text(encoding="utf-8")
    assert "Week of 16 to 22 March 2026" in page
    assert "<svg" in page


def test_the_page_shows_the_week_of_the_next_session(place: Place, tmp_path: Path) -> None:
    """A page made on Sunday shows the week to come, not the one that is over."""
    [path] = export_week(place, tmp_path / "week.html").paths
    assert "Nothing is planned for this week" not in path.read_text(encoding="utf-8")


def test_it_says_when_the_plan_should_be_adapted_first(place: Place, tmp_path: Path, now: SetNow) -> None:
    assert not export_watch(place, tmp_path / "watch").adapt_first
    now(NOW + timedelta(days=1))
    add_activity(place, [run_of(TODAY + timedelta(days=1), 6.0)])
    record_check_in(place, pain={"during": 8.0})
    assert export_watch(place, tmp_path / "watch").adapt_first
    revise_plan(place)
    assert not export_watch(place, tmp_path / "watch").adapt_first


def test_a_folder_that_cannot_be_written(place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot be written"):
        export_watch(place, tmp_path / "file" / "watch")
    with pytest.raises(InvalidInputError, match="from 1 to 366 days"):
        export_watch(place, tmp_path / "watch", days=0)
    with pytest.raises(InvalidInputError, match="There is no plan yet"):
        export_calendar(Place(tmp_path / "other"), tmp_path)
