"""``kneewise checkin``: thirty seconds, one answer; trouble is one sentence and the record stays."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from tests.clinical import CALM, NOW, TODAY, SetNow
from tests.unit.cli.calling import Call, call, document, sentence, text

__all__ = ["call"]

YESTERDAY = TODAY - timedelta(days=1)


def test_a_check_in(call: Call, now: SetNow) -> None:
    found = document(
        call(
            *("checkin", "--before", 0, "--during", 2, "--after", 1, "--stairs", 1.5, "--no-swelling", "--night"),
            *("--zone", "ant_diffuse", "--side", "left", "--note", "hills", "--json"),
        )
    )
    told = found["check_in"]
    assert (told["local_date"], told["during"], told["after_60min"], told["stairs"]) == (TODAY.isoformat(), 2, 1, 1.5)
    assert (told["swelling"], told["limp"], told["night_pain"], told["note"]) == (False, None, True, "hills")
    assert {"pain", "irritability", "flare", "load_vs_usual", "flags", "coverage"} <= set(found["state"])
    assert isinstance(found["new_flags"], list)


def test_it_says_what_follows(call: Call, now: SetNow) -> None:
    call("intake", "-", input=json.dumps(CALM))
    now(NOW + timedelta(hours=1))
    printed = text(call("checkin", "--during", 7))
    assert f"Stored for {TODAY.isoformat()}: during 7." in printed
    assert "STOP FOR NOW" in printed
    assert "That day is red. Pain during the run was 7, above 5." in printed
    assert "New\n───" in printed


def test_the_morning_belongs_to_the_day_before(call: Call, now: SetNow) -> None:
    assert f"Stored for {YESTERDAY.isoformat()}: next morning 1." in text(call("checkin", "--next-morning", 1))


def test_a_day_that_waits_for_its_morning_says_so(call: Call, now: SetNow) -> None:
    assert "Tell how the knee is tomorrow morning" in text(call("checkin", "--before", 0, "--during", 1, "--after", 0))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--during", 8), "already recorded as 2, and 8 does not agree"),
        (("--stairs", 11), "from 0 to 10"),
        (("--date", TODAY + timedelta(days=1), "--during", 1), "lies in the future"),
        ((), "nothing was answered"),
        (("--stairs", 1, "--zone", "elbow"), "no zone"),
        (("--stairs", 1, "--side", "top"), "no side"),
        (("--during", 8, "--correct", "nonsense"), "no check-in 'nonsense'"),
    ],
)
def test_trouble_is_one_sentence(call: Call, now: SetNow, arguments: tuple[object, ...], words: str) -> None:
    call("checkin", "--during", 2)
    assert words in sentence(call("checkin", *arguments))
    latest = document(call("state", "--json"))["pain"]["latest"]
    assert latest["during"]["value"] == 2
    assert latest["stairs"] is None


@pytest.mark.parametrize("arguments", [("--date", "yesterday"), ("--during", "much"), ("--unknown",)])
def test_wrong_usage_is_status_2(call: Call, arguments: tuple[str, ...]) -> None:
    assert call("checkin", *arguments).exit_code == 2


def test_a_correction(call: Call, now: SetNow) -> None:
    first = document(call("checkin", "--during", 2, "--json"))["check_in"]["id"]
    refused = sentence(call("checkin", "--during", 4))
    assert f"--correct {first}" in refused
    corrected = document(call("checkin", "--during", 4, "--correct", first, "--json"))
    assert corrected["check_in"]["corrects"] == first
    assert corrected["state"]["pain"]["latest"]["during"]["value"] == 4
