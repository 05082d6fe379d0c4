"""Read as columns, a history says of each run what the list of activities says, and the state of a day is the same."""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.clinical import CALM, NOW, TODAY, SetNow, run_of

from kneewise.load import DatedRun
from kneewise.services import state as states
from kneewise.services.adding import TypedRun, add_activity
from kneewise.services.checking_in import Telling, record_check_in, record_check_ins
from kneewise.services.exposure import dated_runs, read_dated_runs
from kneewise.services.importing import import_files
from kneewise.services.intake import assess_intake
from kneewise.services.listing import list_runner
from kneewise.services.place import Place, opened
from kneewise.services.profile import set_profile
from kneewise.services.state import pain_state

RECORDED = Path(__file__).parents[2] / "data" / "runs"


def whole(record: Any, runner: Any, today: date) -> list[DatedRun]:
    return dated_runs(list_runner(record, runner, until=today))


@pytest.fixture
def place(tmp_path: Path, now: SetNow) -> Place:
    """A record of two years: recorded runs, typed ones, one that no number can be put on, and mornings of 80 days."""
    place = Place(tmp_path / "data")
    set_profile(place, height_m=1.7, mass_kg=60.0, timezone="Europe/Berlin")
    now(NOW)
    assess_intake(place, CALM)
    import_files([RECORDED], place=place, workers=1)
    runs = [run_of(TODAY - timedelta(days=back), 4.0 + back % 5) for back in range(700, 0, -3)]
    add_activity(place, [*runs, TypedRun(date=TODAY - timedelta(days=2), distance_m=400.0, moving_s=600.0)])
    mornings = (
        Telling(on=TODAY - timedelta(days=back), pain={"next_morning": float(back % 4)}) for back in range(80, 0, -1)
    )
    record_check_ins(place, list(mornings))
    return place


def test_columns_say_what_the_list_says(place: Place) -> None:
    with opened(place) as (record, runner):
        quick, slow = read_dated_runs(record, runner, TODAY), whole(record, runner, TODAY)
    assert len(quick) > 230
    assert any(math.isnan(run.knee_km.value) for run in quick)
    for one, other in zip(quick, slow, strict=True):
        assert (one.id, one.local_date, one.distance_m) == (other.id, other.local_date, other.distance_m)
        assert (one.running_s, one.coverage) == (other.running_s, other.coverage)
        for name in ("value", "low", "high"):
            numbers = getattr(one.knee_km, name), getattr(other.knee_km, name)
            assert numbers[0] == pytest.approx(numbers[1], rel=1e-12, nan_ok=True)


def test_the_state_is_that_of_the_whole_record(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = pain_state(place).to_json()
    assert quick["response_to_load"]["enough"] or quick["response_to_load"]["text"]
    monkeypatch.setattr(states, "read_dated_runs", whole)
    assert pain_state(place).to_json() == quick


def test_an_answer_about_load_is_kept_only_for_the_same_mornings(place: Place) -> None:
    before = pain_state(place).response
    assert record_check_in(place, on=TODAY, pain={"stairs": 3.0}).state.response is before
    with_morning = record_check_in(place, on=TODAY - timedelta(days=81), pain={"next_morning": 9.0})
    assert with_morning.state.response != before
