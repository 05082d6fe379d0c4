"""A history of any length goes through the memory a few runs at a time."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kneewise.domain import Activity, Runner
from kneewise.services.adding import TypedRun, add_activity
from kneewise.services.finishing import finish
from kneewise.services.listing import drawn_activities, list_activities, list_record
from kneewise.services.place import Place, opened
from kneewise.storage import NewActivity, Record, activity_id, insert_activities

FIRST = datetime(1995, 1, 1, 6, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def fill(place: Place, runs: int) -> None:
    """Store as many copies of one run, a day apart."""
    add_activity(place, [TypedRun(date=FIRST.date(), distance_m=8000, moving_s=2700, cadence_spm=170, grade_deg=0)])
    listed = list_activities(place).activities[0]
    with opened(place) as (record, runner), record.writing("testing") as connection:
        insert_activities(connection, runner.id, list(_copies(record, runner, listed.activity, runs)))


def _copies(record: Record, runner: Runner, activity: Activity, runs: int) -> Iterator[NewActivity]:
    from kneewise.services.loads import pack
    from kneewise.storage import summary

    load = pack(activity, runner)
    for number in range(1, runs):
        start = FIRST + timedelta(days=number)
        row = summary(replace(activity, start=start, local_date=start.date()))
        yield NewActivity(activity_id(runner.id, "copy", number), f"{number:064d}", 0, row, 0, None, load)


def peak(work: Callable[[], object]) -> int:
    work()  # what is loaded once does not count
    # the more objects a process holds, the later Python looks for cycles: those of earlier tests are set aside
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.unfreeze()


def _listed(place: Place) -> int:
    with drawn_activities(place) as drawn:
        return sum(1 for _ in drawn.activities)


def _finished(place: Place) -> None:
    with opened(place) as (record, runner):
        finish(record, runner)


@pytest.mark.parametrize(("work", "bytes_per_run"), [(_listed, 400), (_finished, 1500)])
def test_a_longer_history_takes_little_more_memory(
    tmp_path: Path, work: Callable[[Place], object], bytes_per_run: int
) -> None:
    short, long = Place(tmp_path / "short"), Place(tmp_path / "long")
    fill(short, 1000)
    fill(long, 3000)
    assert peak(lambda: work(long)) - peak(lambda: work(short)) < 2000 * bytes_per_run


def test_drawing_gives_what_the_list_gives(place: Place) -> None:
    fill(place, 1203)
    with drawn_activities(place) as drawn:
        one_by_one = [item.to_json() for item in drawn.activities]
    assert one_by_one == [item.to_json() for item in list_activities(place).activities]
    assert len(one_by_one) == 1203


def test_more_identifiers_than_a_database_takes_at_once(place: Place) -> None:
    fill(place, 3)
    known = [item.id for item in list_activities(place).activities]
    with opened(place) as (record, runner):
        found = list_record(record, runner, ids=[*known[:2], *(str(number) for number in range(40_000))])
    assert [item.id for item in found] == known[:2]
