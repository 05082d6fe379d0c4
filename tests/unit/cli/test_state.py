"""``kneewise state`` and ``kneewise helped``: readable, honest about what is missing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from tests.clinical import CALM, TODAY, SetNow, diary
from tests.unit.cli.calling import Call, call, document, sentence, text

from kneewise.services.place import Place

__all__ = ["call"]


def test_an_empty_record_says_what_to_do(call: Call) -> None:
    printed = text(call("state"))
    assert printed.startswith("STAY WHERE YOU ARE")
    for command in ("kneewise intake", "kneewise checkin", "kneewise import"):
        assert command in printed.replace("\n", " ")
    assert "It takes 30 more mornings" in printed


def test_the_contracts_keys(call: Call, now: SetNow) -> None:
    call("intake", "-", input=json.dumps(CALM))
    found = document(call("state", "--json"))
    assert {"pain", "irritability", "flare", "load_vs_usual", "flags", "coverage"} <= set(found)
    assert {"blocks", "intake", "response_to_load"} <= set(found)
    assert found["intake"]["level"] == "self_manage"
    assert found["blocks"] == []


def test_open_flags_and_what_they_block(call: Call, now: SetNow) -> None:
    call("intake", "-", input=json.dumps({**CALM, "safety_none": "some_fit", "rf_locked": "yes"}))
    printed = text(call("state"))
    assert printed.startswith("STOP FOR NOW")
    assert "Open: Have it looked at within days" in printed
    assert "Not until this is cleared up: a training plan" in printed
    assert "plan" in document(call("state", "--json"))["blocks"]


def test_a_full_record_reads_well(call: Call, now: SetNow, tmp_path: Path) -> None:
    diary(Place(tmp_path / "data"), 60)
    call("intake", "-", input=json.dumps(CALM))
    printed = text(call("state"))
    assert "Your usual morning pain is" in printed
    assert "Last 7 days:" in printed
    assert "One usual run more changes your pain by +" in printed
    header = next(line for line in printed.splitlines() if line.startswith("day "))
    assert header.split() == ["day", "during", "after", "next", "morning", "why"]
    assert "nan" not in printed.lower()
    assert "None" not in printed


def test_helped(call: Call, now: SetNow, tmp_path: Path) -> None:
    first = diary(Place(tmp_path / "data"), 75, better_from=40)
    since = first + timedelta(days=40)
    printed = text(call("helped", "--since", since, "--what", "new shoes"))
    assert f"Since {since.isoformat()}: new shoes" in printed
    assert "your pain is lower at the same load" in printed
    assert "no proof" in printed.replace("\n", " ")
    [again] = document(call("helped", "--json"))
    assert (again["what"], again["verdict"]) == ("new shoes", "less-pain")
    assert again["points"]["high"] < 0


def test_helped_without_data(call: Call, now: SetNow) -> None:
    assert "No change is noted yet" in sentence(call("helped"))
    assert "cover no day yet" in sentence(call("helped", "--since", TODAY))
    assert "future" in sentence(call("helped", "--since", TODAY + timedelta(days=2)))
    assert call("helped", "--what", "shoes").exit_code == 2


def test_half_a_point_is_shown_as_it_was_told(call: Call, now: SetNow) -> None:
    """2.5 above a limit of 2 stood in the table as 2."""
    call("checkin", "--date", TODAY - timedelta(days=1), "--during", 2.5)
    [row] = [line for line in text(call("state")).splitlines() if "above your limit" in line]
    assert row.split()[2] == "2.5"


def test_a_stop_is_not_told_beside_the_same_again(call: Call, now: SetNow) -> None:
    call("checkin", "--date", TODAY - timedelta(days=1), "--during", 8)
    printed = text(call("state"))
    assert printed.startswith("STOP FOR NOW")
    assert "Do the same again" not in printed
    assert "start again at the level before" in printed
