"""The whole history as columns: the same sums as the exposure, and marks of what happened when."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.clinical import CALM, TODAY, SetNow, run_of
from tests.unit.services.test_long_history import fill

from kneewise.services.adding import add_activity
from kneewise.services.checking_in import record_check_in
from kneewise.services.exposure import load_exposure
from kneewise.services.importing import import_files
from kneewise.services.intake import assess_intake
from kneewise.services.load_history import load_history
from kneewise.services.place import Place
from kneewise.services.response import did_it_help
from kneewise.services.strength_log import log_strength

RUNS = Path(__file__).resolve().parents[2] / "data" / "runs"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


@pytest.mark.usefixtures("each_database")
def test_columns_agree_with_the_exposure(place: Place) -> None:
    import_files([RUNS], place=place, workers=1)
    exposure = load_exposure(place)
    document = json.loads(json.dumps(load_history(place).to_json(), allow_nan=False))
    days = document["days"]
    assert len({len(column) for column in days.values()}) == 1
    by_date = dict(zip(days["local_date"], range(len(days["local_date"])), strict=True))
    for day in exposure.days:
        at = by_date[day.local_date.isoformat()]
        assert days["knee_km"][at] == pytest.approx(day.knee_km.value, abs=1e-3)
        assert days["low"][at] == pytest.approx(day.knee_km.low, abs=1e-3)
        assert days["high"][at] == pytest.approx(day.knee_km.high, abs=1e-3)
        assert days["coverage"][at] == pytest.approx(day.coverage, abs=1e-3)
        assert days["longest_30d_knee_km"][at] == pytest.approx(day.longest_30d_knee_km)
        assert len(days["activity_ids"][at]) == day.runs == days["runs"][at]
    weeks = {week.monday.isoformat(): week.knee_km.value for week in exposure.weeks}
    told = dict(zip(document["weeks"]["local_date"], document["weeks"]["knee_km"], strict=True))
    assert {monday: told[monday] for monday in weeks} == pytest.approx(weeks, abs=1e-3)
    for unit in ("weeks", "months"):
        assert sum(document[unit]["knee_km"]) == pytest.approx(sum(days["knee_km"]), abs=1e-2)
        assert sum(document[unit]["runs"]) == sum(days["runs"])


def test_a_day_without_a_run_is_zero_and_the_line_goes_on(place: Place, now: SetNow) -> None:
    add_activity(place, [run_of(TODAY - timedelta(days=back), km) for back, km in ((40, 12.0), (3, 5.0))])
    history = load_history(place)
    days = history.to_json()["days"]
    at = {day: place for place, day in enumerate(days["local_date"])}
    quiet = at[(TODAY - timedelta(days=20)).isoformat()]
    assert (days["knee_km"][quiet], days["runs"][quiet], days["coverage"][quiet]) == (0.0, 0, None)
    assert days["longest_30d_distance_m"][quiet] == pytest.approx(12_000)
    assert days["longest_30d_distance_m"][at[(TODAY - timedelta(days=3)).isoformat()]] is None


def test_a_run_well_above_the_thirty_days_before_is_marked(place: Place, now: SetNow) -> None:
    add_activity(place, [run_of(TODAY - timedelta(days=back), 6.0) for back in range(3, 60, 3)])
    add_activity(place, [run_of(TODAY, 13.0)])
    [spike] = load_history(place).to_json()["spikes"]
    assert (spike["local_date"], spike["code"]) == (TODAY.isoformat(), "spike-large")
    assert spike["distance_ratio"] == pytest.approx(13 / 6)


def test_pain_and_what_happened_when(place: Place, now: SetNow) -> None:
    assess_intake(place, CALM)
    day = TODAY - timedelta(days=10)
    add_activity(place, [run_of(day)])
    record_check_in(place, on=day, pain={"during": 7.0, "next_morning": 6.0})
    record_check_in(place, pain={"stairs": 2.0})
    log_strength(place, "k04", sets=3, reps=10)
    did = TODAY - timedelta(days=5)
    did_it_help(place, did, "new shoes")
    document = load_history(place).to_json()
    pain = document["pain"]
    assert pain["local_date"] == [day.isoformat(), TODAY.isoformat()]
    assert (pain["during"], pain["next_morning"], pain["stairs"]) == ([7.0, None], [6.0, None], [None, 2.0])
    assert pain["colour"][0] == "red"
    marks = [(mark["local_date"], mark["kind"]) for mark in document["marks"]]
    today = TODAY.isoformat()
    assert marks == [
        (day.isoformat(), "flare"),
        (did.isoformat(), "change"),
        (today, "intake"),
        (today, "strength"),
    ]


def test_before_the_first_run_there_is_nothing_to_sum(place: Place, now: SetNow) -> None:
    document = load_history(place).to_json()
    assert (document["days"], document["weeks"], document["months"]) == (None, None, None)
    assert document["marks"] == []


def test_ten_years_are_quick(place: Place) -> None:
    fill(place, 2500)
    load_history(place).to_json()
    quickest = min(_seconds(place) for _ in range(3))
    assert quickest < 0.5  # a fifth of it on a quiet machine; the old way takes one second


def _seconds(place: Place) -> float:
    began = time.process_time()
    assert load_history(place).runs is not None
    return time.process_time() - began


def test_the_history_ends_with_the_last_day_that_is_known(place: Place, now: SetNow) -> None:
    add_activity(place, [run_of(date(2026, 1, 5))])
    days = load_history(place).days
    assert days is not None
    assert date.fromordinal(int(days.first_day[0])) == date(2026, 1, 5)
    assert date.fromordinal(int(days.first_day[-1])) <= TODAY
