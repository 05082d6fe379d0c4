"""Scores are kept with their items, compared over time, and never overwritten."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.clinical import TODAY, SetNow

from kneewise.errors import InvalidInputError
from kneewise.services.measuring import list_measures, measure_trends, score_measure
from kneewise.services.place import Place, opened
from kneewise.storage import read_events

KOOS_PF = [1, 0, 2, 1, 0, 1, 2, 1, 0, 1, 2]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def test_scores_become_a_trend(place: Place, now: SetNow) -> None:
    before = score_measure(place, "koos_pf", KOOS_PF, on=TODAY - timedelta(days=60))
    assert before.score.value == 75.0
    after = score_measure(place, "koos_pf", [0] * 10 + [None])
    assert (after.local_date, after.score.value, after.score.answered) == (TODAY, 100.0, 10)
    assert after.trend.latest is not None
    assert (after.trend.latest.change, after.trend.latest.meaningful) == (25.0, True)
    [kept] = measure_trends(place)
    assert kept == after.trend
    document = after.to_json()
    assert document["trend"]["points"][0]["value"] == 75.0
    assert any("not part of Kneewise" in note for note in document["notes"])


def test_own_activities_and_totals(place: Place, now: SetNow) -> None:
    assert score_measure(place, "psfs", {"stairs": 4, "running": 6}).score.parts == {"stairs": 4.0, "running": 6.0}
    assert score_measure(place, "kos_adls", total=80.0).score.value == 80.0
    score_measure(place, "koos", [1] * 9, subscale="pain")
    kinds = {(one.measure, one.subscale) for one in measure_trends(place)}
    assert kinds == {("psfs", ""), ("kos_adls", ""), ("koos", "pain")}


def test_one_score_that_cannot_be_compared_does_not_hide_the_others(place: Place, now: SetNow) -> None:
    score_measure(place, "psfs", {"stairs": 4}, on=TODAY - timedelta(days=30))
    other = score_measure(place, "psfs", {"cycling": 6})
    assert other.trend.latest is None
    assert "scored both times" in other.trend.text
    score_measure(place, "confidence", [7])
    assert [one.measure for one in measure_trends(place)] == ["psfs", "confidence"]


def test_a_form_with_too_little_filled_in_does_not_take_the_day(place: Place, now: SetNow) -> None:
    with pytest.raises(InvalidInputError, match="Nothing was stored"):
        score_measure(place, "koos_pf", [1, None, None, None, None, None, None, None, None, None, None])
    assert score_measure(place, "koos_pf", KOOS_PF).score.value == 75.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ({"measure": "koos_pf", "items": KOOS_PF}, "already; it stays"),
        ({"measure": "koos_pf", "items": [9] * 11, "on": TODAY - timedelta(days=1)}, "takes"),
        ({"measure": "nonsense", "items": [1]}, "no measure 'nonsense'"),
        ({"measure": "akps", "items": [1]}, "13 items"),
        ({"measure": "kos_adls", "items": [1]}, "not scored here"),
        ({"measure": "koos_pf", "items": KOOS_PF, "on": TODAY + timedelta(days=1)}, "future"),
        ({"measure": "koos_pf"}, "either"),
        ({"measure": "koos_pf", "items": KOOS_PF, "total": 3.0}, "either"),
    ],
)
def test_what_cannot_be_right_is_not_stored(place: Place, now: SetNow, call: dict[str, Any], words: str) -> None:
    score_measure(place, "koos_pf", KOOS_PF)
    with pytest.raises(InvalidInputError, match=words):
        score_measure(place, **call)
    with opened(place) as (record, runner), record.reading() as connection:
        assert len(read_events(connection, runner.id)) == 1


def test_no_item_of_a_licensed_form_is_listed() -> None:
    for measure in list_measures():
        assert measure["ships_items"] or measure["asks"] is None
        assert measure["ships_items"] or "not part of Kneewise" in measure["licence_text"]
