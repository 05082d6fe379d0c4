"""Before and after a change: the same answer as the command, with what its picture shows."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinical import TODAY, SetNow, diary

from kneewise.errors import InvalidInputError
from kneewise.services.helped import change_candidates, helped_view
from kneewise.services.place import Place
from kneewise.services.response import did_it_help
from kneewise.services.strength_log import log_strength

SINCE = TODAY - timedelta(days=60)


@pytest.fixture
def place(tmp_path: Path, now: SetNow) -> Place:
    place = Place(tmp_path / "data")
    diary(place, 120, better_from=60)
    return place


def test_the_view_holds_the_answer_and_both_sides(place: Place) -> None:
    [answer] = did_it_help(place, SINCE, "new shoes")
    view = helped_view(place, SINCE)
    assert view.answer == answer
    document = json.loads(json.dumps(view.to_json(), allow_nan=False))
    assert document["what"] == "new shoes"
    before, after = document["before"], document["after"]
    told = [pain for pain in document["days"]["pain"] if pain is not None]
    assert before["mornings"] + after["mornings"] == len(told)
    assert sum(before["counts"]) == before["mornings"]
    assert len(after["counts"]) == 11
    assert after["mean"] < before["mean"]
    assert len({len(column) for column in document["days"].values()}) == 1


def test_changes_of_the_record_are_offered_the_latest_first(place: Place) -> None:
    did_it_help(place, SINCE, "new shoes")
    log_strength(place, "k04", sets=2, reps=10)
    found = change_candidates(place)
    assert [(each.local_date, each.kind) for each in found] == [(TODAY, "strength"), (SINCE, "change")]
    assert [each.comparable for each in found] == [False, True]
    assert found[1].to_json()["what"] == "new shoes"


def test_looking_notes_nothing_and_a_wrong_day_is_a_sentence(place: Place) -> None:
    helped_view(place, SINCE, "insoles")
    assert change_candidates(place) == ()
    with pytest.raises(InvalidInputError, match="future"):
        helped_view(place, TODAY + timedelta(days=1))
    with pytest.raises(InvalidInputError, match="cannot be compared"):
        helped_view(place, TODAY - timedelta(days=900))
