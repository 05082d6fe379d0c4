"""What is accepted into the log, and how the log becomes one set of answers per day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from kneewise.domain import CheckIn
from kneewise.errors import InvalidInputError
from kneewise.monitoring import fold_days, new_check_in

DAY = date(2026, 5, 4)
TODAY = date(2026, 5, 6)
NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)


def told(number: int = 0, **more: Any) -> CheckIn:
    hour = NOW + timedelta(minutes=number)
    return CheckIn(**{"id": f"c{number}", "recorded_at": hour, "local_date": DAY, **more})


def accept(recorded: list[CheckIn] | None = None, **more: Any) -> CheckIn:
    given: dict[str, Any] = {"id": "new", "recorded_at": NOW, "today": TODAY, "local_date": DAY}
    return new_check_in(recorded or [], **{**given, **more})


def test_a_check_in_needs_no_run() -> None:
    event = accept(pain={"stairs": 2}, signs={"swelling": False}, zone="ant_diffuse", side="left", note="stiff")
    assert (event.stairs, event.swelling, event.during, event.activity_id) == (2.0, False, None, None)
    document = event.to_json()
    assert document["recorded_at"] == "2026-05-06T09:00:00+00:00"
    assert (document["local_date"], document["stairs"], document["during"]) == ("2026-05-04", 2.0, None)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"pain": {"during": 11}}, "outside the scale"),
        ({"pain": {"during": -1}}, "outside the scale"),
        ({"pain": {"during": float("nan")}}, "not a number"),
        ({"pain": {"during": True}}, "not a number"),
        ({"pain": {"during": "3"}}, "not a number"),
        ({"pain": {"lunch": 3}}, "no moment of pain"),
        ({"signs": {"swelling": 1}}, "give yes or no"),
        ({"signs": {"fever": True}}, "no question of a check-in"),
        ({}, "nothing was answered"),
        ({"note": "hm"}, "nothing was answered"),
        ({"pain": {"during": None}}, "nothing was answered"),
        ({"pain": {"during": 1}, "local_date": date(2026, 5, 7)}, "lies in the future"),
        ({"pain": {"next_morning": 1}, "local_date": TODAY}, "has not come yet"),
        ({"pain": {"during": 1}, "local_date": NOW}, "give a day"),
        ({"pain": {"during": 1}, "recorded_at": datetime(2026, 5, 6)}, "not in UTC"),  # noqa: DTZ001
        ({"pain": {"during": 1}, "recorded_at": NOW.astimezone(timezone(timedelta(hours=2)))}, "not in UTC"),
        ({"pain": {"during": 1}, "zone": "elbow"}, "no zone of the pain map"),
        ({"pain": {"during": 1}, "side": "up"}, "no side"),
        ({"pain": {"during": 1}, "corrects": "c9"}, "no check-in 'c9'"),
        ({"pain": {"during": 1}, "id": "c0"}, "already recorded"),
        ({"pain": {"during": 1}, "corrects": "c0", "local_date": TODAY}, "is of 2026-05-04"),
    ],
)
def test_bad_input_gives_one_clear_sentence(more: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words) as error:
        accept([told(stairs=1)], **more)
    message = str(error.value)
    assert message.endswith(".")
    assert "\n" not in message


def test_two_answers_for_one_moment_keep_the_first_and_say_how_to_correct() -> None:
    first = told(during=0)
    with pytest.raises(InvalidInputError, match=r"already recorded as 0, and 8 does not agree.*--correct c0"):
        accept([first], pain={"during": 8})
    with pytest.raises(InvalidInputError, match="already recorded as 0; the first answer stays"):
        accept([first], pain={"during": 0})
    assert accept([first], pain={"after_60min": 8}).after_60min == 8
    (day,) = fold_days([told(1, during=8), first], TODAY)
    assert day.pain == {"during": 0}


def test_a_correction_replaces_what_it_answers_and_nothing_else() -> None:
    first = told(during=0, stairs=4)
    second = accept([first], pain={"during": 8}, corrects="c0")
    third = told(9, during=3, corrects="c0")
    (day,) = fold_days([third, second, first], TODAY)
    assert day.pain == {"during": 3, "stairs": 4}


def test_swelling_that_comes_late_is_never_turned_away() -> None:
    first = told(swelling=False)
    late = accept([first], signs={"swelling": True}, id="late")
    assert fold_days([first, late], TODAY)[0].signs == {"swelling": True}
    with pytest.raises(InvalidInputError, match="swelling is already recorded"):
        accept([late], signs={"swelling": False})
    back = told(5, swelling=False, corrects="late")
    again = told(6, swelling=True)
    assert fold_days([first, late, back], TODAY)[0].signs == {"swelling": False}
    assert fold_days([first, late, back, again], TODAY)[0].signs == {"swelling": True}


def test_folding_keeps_to_today() -> None:
    events = [told(during=1, next_morning=2), told(1, during=5, local_date=TODAY)]
    assert [day.pain for day in fold_days(events, DAY)] == [{"during": 1}]
    assert [day.pain for day in fold_days(events, TODAY)] == [{"during": 1, "next_morning": 2}, {"during": 5}]


def test_an_event_that_arrives_twice_counts_once() -> None:
    (day,) = fold_days([told(during=1), told(during=1)], TODAY)
    assert day.event_ids == ("c0",)


def test_a_corrected_place_replaces_the_places_told() -> None:
    events = [told(zone="ant_diffuse"), told(1, zone="posterior", side="left")]
    assert fold_days(events, TODAY)[0].places == (("ant_diffuse", ""), ("posterior", "left"))
    events.append(told(2, zone="med_below", corrects="c1"))
    assert fold_days(events, TODAY)[0].places == (("med_below", ""),)
