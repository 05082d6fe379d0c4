"""A check-in is stored as a whole or not at all; the earlier record always stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.clinical import CALM, NOW, TODAY, SetNow, run_of

from kneewise.errors import InvalidInputError
from kneewise.services.adding import add_activity
from kneewise.services.checking_in import record_check_in
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place, opened
from kneewise.services.profile import set_profile
from kneewise.services.told import read_check_ins

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def stored(place: Place) -> list[Any]:
    with opened(place) as (record, runner):
        return read_check_ins(record, runner)


def test_a_check_in_comes_back_as_it_was_told(place: Place, now: SetNow) -> None:
    recorded = record_check_in(
        place,
        pain={"before": 0.0, "during": 2.0, "after_60min": 1.5, "stairs": None},
        signs={"swelling": False, "limp": None},
        zone="ant_diffuse",
        side="left",
        note="hill repeats",
    )
    [told] = stored(place)
    assert told == recorded.check_in
    assert (told.local_date, told.recorded_at, told.during, told.after_60min) == (TODAY, NOW, 2.0, 1.5)
    assert (told.swelling, told.limp, told.stairs, told.zone, told.note) == (
        False,
        None,
        None,
        "ant_diffuse",
        "hill repeats",
    )
    assert recorded.to_json().keys() == {"check_in", "state", "new_flags", "repeated"}


def test_the_day_is_the_runners(place: Place, now: SetNow) -> None:
    now(datetime(2026, 3, 15, 23, 30, tzinfo=UTC))
    set_profile(place, timezone="Europe/Berlin")
    assert record_check_in(place, pain={"during": 1.0}).check_in.local_date == date(2026, 3, 16)


def test_the_next_morning_belongs_to_yesterday(place: Place, now: SetNow) -> None:
    assert record_check_in(place, pain={"next_morning": 1.0}).check_in.local_date == YESTERDAY
    with pytest.raises(InvalidInputError, match="has not come yet"):
        record_check_in(place, on=TODAY, pain={"next_morning": 1.0})


def test_a_check_in_is_linked_to_the_only_run_of_its_day(place: Place, now: SetNow) -> None:
    [run] = add_activity(place, [run_of(YESTERDAY)])
    assert record_check_in(place, on=YESTERDAY, pain={"during": 1.0}).check_in.activity_id == run.id
    assert record_check_in(place, on=TODAY, pain={"during": 1.0}).check_in.activity_id is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"pain": {"during": 8.0}}, "already recorded as 2, and 8 does not agree"),
        ({"pain": {"during": 2.0}}, "already recorded as 2"),
        ({"pain": {"stairs": 11.0}}, "from 0 to 10"),
        ({"pain": {"stairs": -1.0}}, "from 0 to 10"),
        ({"pain": {"stairs": float("nan")}}, "not a number"),
        ({"on": TODAY + timedelta(days=1), "pain": {"during": 1.0}}, "lies in the future"),
        ({}, "nothing was answered"),
        ({"pain": {"stairs": 1.0}, "zone": "elbow"}, "no zone of the pain map"),
        ({"pain": {"stairs": 1.0}, "side": "top"}, "is no side"),
        ({"pain": {"during": 8.0}, "correct": "nonsense"}, "no check-in 'nonsense'"),
    ],
)
def test_what_cannot_be_right_leaves_the_record_as_it_was(
    place: Place, now: SetNow, given: dict[str, Any], words: str
) -> None:
    record_check_in(place, pain={"during": 2.0})
    before = stored(place)
    with pytest.raises(InvalidInputError, match=words):
        record_check_in(place, **given)
    assert stored(place) == before


def test_a_correction_keeps_both_and_counts(place: Place, now: SetNow) -> None:
    first = record_check_in(place, pain={"during": 2.0}).check_in
    now(NOW + timedelta(minutes=5))
    corrected = record_check_in(place, pain={"during": 4.0}, correct=first.id)
    assert len(stored(place)) == 2
    latest = corrected.to_json()["state"]["pain"]["latest"]["during"]
    assert latest == {"value": 4.0, "local_date": TODAY.isoformat()}


def test_new_flags_are_those_that_were_not_there_before(place: Place, now: SetNow) -> None:
    assess_intake(place, CALM)
    now(NOW + timedelta(hours=1))
    assert record_check_in(place, pain={"during": 1.0}).new_flags == ()
    now(NOW + timedelta(hours=2))
    swollen = record_check_in(place, signs={"swelling": True})
    assert {flag["rule"] for flag in swollen.new_flags} >= {"rescreen_swelling"}
    assert swollen.state.pain.decision.lowest.move == "stop"
    now(NOW + timedelta(hours=3))
    assert record_check_in(place, pain={"stairs": 1.0}).new_flags == ()


def test_a_check_in_sent_twice_is_stored_once_and_answered_alike(place: Place, now: SetNow) -> None:
    first = record_check_in(place, pain={"during": 2.0}, signs={"swelling": True}, key="phone-000001")
    now(NOW + timedelta(hours=2))
    again = record_check_in(place, pain={"during": 9.0}, key="phone-000001")
    assert (again.check_in, again.new_flags) == (first.check_in, first.new_flags)
    assert (first.repeated, again.repeated) == (False, True)
    assert len(stored(place)) == 1


def test_keys_of_two_tellings_are_two_check_ins(place: Place, now: SetNow) -> None:
    record_check_in(place, pain={"during": 2.0}, key="phone-000001")
    record_check_in(place, pain={"stairs": 1.0}, key="phone-000002")
    assert len(stored(place)) == 2


def test_what_was_told_offline_keeps_its_day(place: Place, now: SetNow) -> None:
    told = record_check_in(place, pain={"stairs": 1.0}, told_at=NOW - timedelta(days=1), key="phone-000003")
    assert (told.check_in.local_date, told.check_in.recorded_at) == (YESTERDAY, NOW - timedelta(days=1))
    ahead = record_check_in(place, pain={"stairs": 1.0}, told_at=NOW + timedelta(days=1))
    assert ahead.check_in.recorded_at == NOW


@pytest.mark.parametrize("key", ["", "short", "with space in it", "x" * 65])
def test_a_key_that_cannot_name_one_telling_is_refused(place: Place, now: SetNow, key: str) -> None:
    with pytest.raises(InvalidInputError, match="key of an entry"):
        record_check_in(place, pain={"during": 2.0}, key=key)
    with pytest.raises(InvalidInputError, match="no offset"):
        record_check_in(place, pain={"during": 2.0}, told_at=NOW.replace(tzinfo=None))
    assert stored(place) == []
