"""A plan reads the runs of late: what stays unread changes nothing of what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from tests.clinical import CALM, NOW, TODAY, SetNow, run_of
from tests.planning import DAYS

from kneewise.services import plan_runs
from kneewise.services.adding import add_activity
from kneewise.services.checking_in import record_check_in
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place, opened
from kneewise.services.plan_inputs import gather
from kneewise.services.planning import make_plan, show_plan
from kneewise.services.profile import set_profile
from kneewise.services.today import today
from kneewise.storage import StoredActivity, read_activities, tables

YEARS = list(range(1500, 600, -3))
HISTORIES: dict[str, list[int]] = {
    "every third day": list(range(1500, 0, -3)),
    "back after a pause of a year": [*YEARS, 10, 8, 5, 2],
    "one run before a pause": [400, 20, 10],
    "nothing of late": YEARS,
    "just begun": [12, 9, 4],
    "none": [],
}

whole_record = plan_runs.read_counted


def unlimited(record: Any, runner: Any, day: Any, _first: Any = None) -> list[StoredActivity]:
    return whole_record(record, runner, day)


def written(place: Place) -> list[Any]:
    """Return what the rest of the program reads from a plan's inputs."""
    with opened(place) as (record, runner):
        found = gather(record, runner, NOW)
    inputs = {each.name: getattr(found.inputs, each.name) for each in fields(found.inputs)}
    numbered = [run for run in found.folded.runs if run.knee_km.to_json()["value"] is not None]
    last = max((run.local_date for run in numbered), default=None)
    pain = found.folded.pain
    matches = [(each.session.id, each.run.id) for each in found.matches]
    more = (found.folded.flags, found.run_count, matches, found.done.text, found.timezone, last)
    return [repr(inputs), repr(pain), *map(repr, more), today(place).to_json()]


def runner_with(place: Place, backs: Sequence[int]) -> None:
    set_profile(place, birth_year=1998, sex="f", height_m=1.7, mass_kg=60.0, timezone="Europe/Berlin")
    assess_intake(place, CALM)
    if backs:
        add_activity(place, [run_of(TODAY - timedelta(days=back), 5 + back % 7) for back in backs])
    for back in (900, 700, 40, 3, 2):
        record_check_in(place, on=TODAY - timedelta(days=back), pain={"next_morning": 2.0, "during": 1.0})


@pytest.mark.parametrize("history", HISTORIES)
def test_older_runs_change_nothing(tmp_path: Path, now: SetNow, monkeypatch: pytest.MonkeyPatch, history: str) -> None:
    place = Place(tmp_path / "data")
    runner_with(place, HISTORIES[history])
    before = written(place)
    make_plan(place, wishes=DAYS)
    planned, document = written(place), show_plan(place).to_json()
    monkeypatch.setattr(plan_runs, "read_counted", unlimited)
    assert written(place) == planned
    assert show_plan(place).to_json() == document
    with opened(place) as (record, _), record.writing("a test") as connection:
        connection.execute(tables.event.delete().where(tables.event.c.kind.in_(("plan", "availability"))))
    assert written(place) == before


def test_only_runs_of_late_are_read(tmp_path: Path, now: SetNow, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(tmp_path / "data")
    runner_with(place, HISTORIES["every third day"])
    with opened(place) as (record, runner):
        found = gather(record, runner, NOW)
    assert found.run_count == len(HISTORIES["every third day"])
    assert len(found.folded.runs) < 65


def test_the_last_run_with_a_number_is_found_however_old(tmp_path: Path, now: SetNow) -> None:
    place = Place(tmp_path / "data")
    runner_with(place, [900, 400, 300, 100, 10])
    with opened(place) as (record, runner), record.writing("a test") as connection:
        for item in read_activities(connection, runner.id, since=TODAY - timedelta(days=500)):
            assert item.load is not None
            load = tables.run_load
            emptied = update(load).where(load.c.activity_id == item.id).values(data={**item.load, "covered_s": 0.0})
            connection.execute(emptied)
    with opened(place) as (record, runner):
        runs = gather(record, runner, NOW).folded.runs
    known = [run.local_date for run in runs if run.knee_km.to_json()["value"] is not None]
    assert known == [TODAY - timedelta(days=900)]
