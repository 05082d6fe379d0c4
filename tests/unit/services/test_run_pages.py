"""The activities a page at a time, and what stands beside a run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinical import TODAY, SetNow, now, run_of
from tests.histories import write_runs

from kneewise.errors import InvalidInputError
from kneewise.services import run_pages
from kneewise.services.adding import add_activity
from kneewise.services.importing import import_files
from kneewise.services.listing import list_activities
from kneewise.services.load_history import load_history
from kneewise.services.place import Place
from kneewise.services.run_story import run_story

__all__ = ["now"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path / "data")
    add_activity(place, [run_of(TODAY - timedelta(days=back), 5 + back % 3) for back in range(30)])
    return place


def test_pages_hold_every_run_once_newest_first(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_pages, "PAGE", 7)
    pages = [run_pages.run_page(place, number) for number in range(1, 6)]
    ids = [item.id for page in pages for item in page.items]
    assert ids == [item.id for item in list_activities(place).activities][::-1]
    assert (pages[0].pages, pages[0].total, len(pages[-1].items)) == (5, 30, 2)
    assert run_pages.run_page(place, 99).number == 5


def test_days_choose_and_the_wrong_order_is_refused(place: Place) -> None:
    some = run_pages.run_page(place, since=TODAY - timedelta(days=2), until=TODAY)
    assert (some.total, len(some.to_json()["activities"])) == (3, 3)
    with pytest.raises(InvalidInputError, match="earlier day first"):
        run_pages.run_page(place, since=TODAY, until=TODAY - timedelta(days=1))


def test_a_run_knows_its_neighbours_and_its_second_recordings(place: Place, tmp_path: Path) -> None:
    ids = [item.id for item in list_activities(place).activities]
    story = run_story(place, ids[4]).to_json()
    assert (story["previous_id"], story["next_id"], story["copies"]) == (ids[3], ids[5], [])
    assert run_story(place, ids[0]).neighbours.previous is None
    assert run_story(place, ids[-1]).neighbours.next is None


def test_absolute_force_holds_the_runs_own_mean_with_its_convention(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    import_files([write_runs(tmp_path / "runs", 1)], place=place, workers=1)
    [item] = list_activities(place).activities
    story = run_story(place, item.id)
    force = story.peak_force
    assert force is not None
    assert force.others is not None
    assert force.others.low < force.low < force.value < force.high < force.others.high
    assert "contact area" in story.convention


def test_today_stands_beside_the_history(place: Place, now: SetNow) -> None:
    today = load_history(place).to_json()["today"]
    seven = [item.to_json()["knee_km"] for item in list_activities(place).activities][-7:]
    for end in ("value", "low", "high"):
        assert today["last_7_days"][end] == pytest.approx(sum(cost[end] for cost in seven))
    assert today["load_vs_usual"]["runs"] == 7
    longest = today["longest_30d_distance_m"]
    assert (longest["amount"], longest["limit"]) == (7000, pytest.approx(7700))
    assert longest["local_date"] < TODAY.isoformat()


def test_without_a_run_in_thirty_days_there_is_nothing_to_compare_with(tmp_path: Path, now: SetNow) -> None:
    place = Place(tmp_path / "data")
    add_activity(place, [run_of(TODAY - timedelta(days=40))])
    today = load_history(place).to_json()["today"]
    assert today["longest_30d_distance_m"] is None
    assert today["last_7_days"]["value"] == 0
