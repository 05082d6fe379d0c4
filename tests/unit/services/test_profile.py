"""The profile, and what follows from changing it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.histories import contents, write_runs

from kneewise.errors import InvalidInputError
from kneewise.services.importing import import_files
from kneewise.services.listing import list_activities
from kneewise.services.place import Place, locate
from kneewise.services.profile import set_profile, show_profile
from kneewise.services.recomputing import recompute

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def test_values_are_kept_until_changed(place: Place) -> None:
    set_profile(place, birth_year=1988, sex="f", height_m=1.7, mass_kg=62.0, timezone="Europe/Berlin")
    runner = set_profile(place, mass_kg=60.0).runner
    assert runner == show_profile(place)
    assert (runner.id, runner.birth_year, runner.height_m, runner.mass_kg) == ("me", 1988, 1.7, 60.0)


def test_a_name_is_told_and_taken_away(place: Place) -> None:
    assert set_profile(place, name=" Ann\t Marie ").runner.name == "Ann Marie"
    assert set_profile(place, mass_kg=60.0).runner.to_json()["name"] == "Ann Marie"
    assert set_profile(place, name="").runner.name is None


@pytest.mark.parametrize(
    "given",
    [
        {"name": "a" * 101},
        {"name": "a\x07b"},
        {"height_m": 170},
        {"mass_kg": 6.2},
        {"birth_year": 88},
        {"birth_year": 2030},
        {"sex": "x"},
        {"timezone": "Berlin"},
        {"timezone": "../../etc/passwd"},
    ],
)
def test_what_cannot_be_right_is_refused(place: Place, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        set_profile(place, **given)
    assert show_profile(place).to_json() == {**dict.fromkeys(show_profile(place).to_json()), "id": "me"}


def test_an_unknown_name_is_a_programming_error(place: Place) -> None:
    with pytest.raises(TypeError, match="shoe_size"):
        set_profile(place, shoe_size=42)


def test_a_new_height_is_a_new_load(place: Place, tmp_path: Path) -> None:
    import_files([write_runs(tmp_path / "runs", 2)], place=place)
    before = list_activities(place).activities
    change = set_profile(place, height_m=1.6, mass_kg=55.0)
    assert change.recomputed == 2
    after = list_activities(place).activities
    assert [item.id for item in before] == [item.id for item in after]
    assert all(a.knee_km != b.knee_km for a, b in zip(before, after, strict=True))
    changed = contents(place.data)["run_load"]
    assert recompute(place).recomputed == 2
    assert len(contents(place.data)["run_load"]) == len(changed)


def test_a_new_zone_reads_the_originals_again(place: Place, tmp_path: Path) -> None:
    import_files([write_runs(tmp_path / "runs", 1)], place=place)
    assert set_profile(place, timezone="Pacific/Auckland").recomputed == 1
    assert set_profile(place, timezone="Pacific/Auckland").recomputed == 0


def test_several_runners_need_a_name(tmp_path: Path) -> None:
    for name in ("anna", "ben"):
        set_profile(Place(tmp_path, None, name), height_m=1.7)
    with pytest.raises(InvalidInputError, match="anna, ben"):
        show_profile(Place(tmp_path))
    with pytest.raises(InvalidInputError, match="no runner 'carl'"):
        show_profile(Place(tmp_path, None, "carl"))
    assert show_profile(Place(tmp_path, None, "ben")).id == "ben"


def test_the_only_runner_needs_no_name(tmp_path: Path) -> None:
    set_profile(Place(tmp_path, None, "anna"), height_m=1.7)
    assert show_profile(Place(tmp_path)).id == "anna"


def test_arguments_come_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KNEEWISE_DATA", str(tmp_path / "environment"))
    monkeypatch.setenv("KNEEWISE_DATABASE", "sqlite:///x")
    assert locate() == Place(tmp_path / "environment", "sqlite:///x")
    assert locate(tmp_path, "sqlite:///y", "anna") == Place(tmp_path, "sqlite:///y", "anna")
    monkeypatch.delenv("KNEEWISE_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert "kneewise" in str(locate().data)
