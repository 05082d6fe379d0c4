"""One run of the record, told."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.histories import run_bytes, write_runs

from kneewise.errors import InvalidInputError
from kneewise.services.adding import TypedRun, add_activity
from kneewise.services.importing import import_files
from kneewise.services.listing import list_activities
from kneewise.services.place import Place
from kneewise.services.run_story import run_story

RUNS = Path(__file__).resolve().parents[2] / "data" / "runs"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("story") / "data")
    import_files([RUNS], place=place, workers=1)
    return place


def test_every_sample_run_is_told_and_adds_up(place: Place) -> None:
    for item in list_activities(place).activities:
        story = run_story(place, item.id, with_track=True)
        document = json.loads(json.dumps(story.to_json(), allow_nan=False))
        assert document["activity"] == item.to_json()
        whole = document["activity"]["knee_km"]["value"]
        assert sum(split["knee_km"]["value"] or 0 for split in document["splits"]) == pytest.approx(whole)
        assert document["columns"]["knee_km_so_far"][-1] == pytest.approx(whole, abs=1e-3)
        assert 1 <= len(document["columns"]["start_m"]) <= 400
        assert document["sentences"][0]["about"] == "whole"
        assert document["has_positions"] is False
        assert document["track"] is None
        assert story.changed(0).knee_km.value == pytest.approx(whole)


def test_a_run_without_a_watch_is_told_as_one_stretch(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    add_activity(place, [TypedRun(date=date(2026, 3, 1), distance_m=8000, moving_s=2700)])
    [item] = list_activities(place).activities
    document = run_story(place, item.id).to_json()
    assert document["columns"]["knee_km_so_far"][-1] == pytest.approx(item.to_json()["knee_km"]["value"], abs=1e-3)
    assert all("steps than" not in sentence["text"] for sentence in document["sentences"])  # its cadence is predicted


def test_what_is_no_run_has_no_numbers(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    (tmp_path / "ride.fit").write_bytes(run_bytes(sport=2))
    import_files([tmp_path / "ride.fit"], place=place)
    [item] = list_activities(place).activities
    story = run_story(place, item.id)
    assert (story.columns, list(story.splits), list(story.what_if)) == ({}, [], [])
    with pytest.raises(InvalidInputError, match="no number"):
        story.changed(5)


def test_an_unknown_run_and_an_unknown_change_are_sentences(place: Place, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="no activity 'nope'"):
        run_story(place, "nope")
    first = list_activities(place).activities[0]
    with pytest.raises(InvalidInputError, match="from -10 to 15"):
        run_story(place, first.id).changed(40)


def test_a_steady_run_has_no_end_that_is_dearer(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    import_files([write_runs(tmp_path / "runs", 4, records=1500)], place=place, workers=1)
    item = list_activities(place).activities[-1]
    story = run_story(place, item.id)
    assert story.ends is None
