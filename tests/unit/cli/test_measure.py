"""``kneewise measure``: score, keep, compare; the questions of licensed forms are never shown."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinical import TODAY, SetNow
from tests.unit.cli.calling import Call, call, document, sentence, text

__all__ = ["call"]

KOOS_PF = "1,0,2,1,0,1,2,1,0,1,2"


def test_list(call: Call) -> None:
    found = document(call("measure", "list", "--json"))
    assert {"koos_pf", "psfs", "groc"} <= {one["measure"] for one in found}
    printed = text(call("measure", "list"))
    assert "bring your own" in printed
    assert "are not part of Kneewise" in printed.replace("\n", " ")


def test_scores_and_their_trend(call: Call, now: SetNow) -> None:
    first = document(
        call("measure", "score", "koos_pf", "--items", KOOS_PF, "--date", TODAY - timedelta(days=42), "--json")
    )
    assert (first["value"], first["range"]) == (75.0, {"low": 0.0, "high": 100.0})
    printed = text(call("measure", "score", "koos_pf", "--items", "0,0,0,0,0,0,0,0,0,0,-"))
    assert "100 on a scale of 0 to 100" in printed
    assert "25 points better: a change that people notice." in printed
    assert "not part of Kneewise" in printed.replace("\n", " ")
    [trend] = document(call("measure", "trend", "--json"))
    assert [point["value"] for point in trend["points"]] == [75.0, 100.0]
    assert "KOOS-PF" in text(call("measure", "trend"))


def test_answers_from_a_file(call: Call, now: SetNow, tmp_path: Path) -> None:
    path = tmp_path / "activities.json"
    path.write_text(json.dumps({"stairs": 4, "running": 6}))
    assert document(call("measure", "score", "psfs", path, "--json"))["parts"] == {"stairs": 4.0, "running": 6.0}
    assert document(call("measure", "score", "kos_adls", "--total", 80, "--json"))["value"] == 80
    koos = call("measure", "score", "koos", "--items", ",".join("1" * 9), "--subscale", "pain")
    assert text(koos).startswith("KOOS and KOOS-12, pain")


def test_no_score_yet(call: Call) -> None:
    assert document(call("measure", "trend", "--json")) == []
    assert "No measure is scored yet" in text(call("measure", "trend"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("koos_pf", "--items", KOOS_PF), "already; it stays"),
        (("nonsense", "--items", "1"), "no measure 'nonsense'"),
        (("akps", "--items", "1"), "13 items"),
        (("nprs_worst", "--items", "11"), "0 to 10"),
        (("nprs_worst", "nowhere.json"), "cannot be read"),
        (("koos_pf", "--items", KOOS_PF, "--date", TODAY + timedelta(days=1)), "future"),
    ],
)
def test_trouble_is_one_sentence(call: Call, now: SetNow, arguments: tuple[object, ...], words: str) -> None:
    call("measure", "score", "koos_pf", "--items", KOOS_PF)
    assert words in sentence(call("measure", "score", *arguments))
    assert len(document(call("measure", "trend", "--json"))) == 1


def test_files_that_hold_no_scores(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "scores.json"
    for content, words in (("{", "is not JSON"), ("3", "must hold a list")):
        path.write_text(content)
        assert words in sentence(call("measure", "score", "nprs_worst", path))


@pytest.mark.parametrize("arguments", [(), ("--items", "1", "--total", "2"), ("--items", "a,b")])
def test_wrong_usage_is_status_2(call: Call, arguments: tuple[str, ...]) -> None:
    assert call("measure", "score", "nprs_worst", *arguments).exit_code == 2


def test_a_file_that_is_too_deep_is_one_sentence(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000)
    assert "is not JSON" in sentence(call("measure", "score", "psfs", path))
