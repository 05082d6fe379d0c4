"""``kneewise intake``: the questionnaire, answers from a file, answers typed one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.clinical import CALM, SetNow
from tests.unit.cli.calling import Call, call, document, sentence, text

from kneewise.cli import asking

__all__ = ["call"]

FLAGGED = {**CALM, "safety_none": "some_fit", "rf_locked": "yes"}


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({"answers": CALM, "clinical_tests": {"patellar_tilt": "positive"}}))
    return path


def test_questions(call: Call) -> None:
    questions = document(call("intake", "questions", "--json"))
    assert questions[0]["group"] == "Safety first"
    assert {"id", "type", "text", "options", "asked_when"} <= set(questions[0])
    printed = text(call("intake", "questions"))
    for question in questions:
        assert f"[{question['id']}]" in printed
    assert "Safety first\n────" in printed
    assert "Asked only when age_years is at most" in printed
    assert max(len(line) for line in printed.splitlines()) <= 96


def test_a_file_of_answers(call: Call, answers: Path) -> None:
    found = document(call("intake", answers, "--json"))
    assert found["level"] == "self_manage"
    assert found["patterns"][0]["condition"] == "pfp"
    assert "likelihood_ratio" not in found["patterns"][0]
    assert document(call("intake", "--clinician", "--json", answers))["patterns"][0]["likelihood_ratio"] > 1
    assert document(call("--json", "intake", answers))["level"] == "self_manage"


def test_the_level_comes_first_and_no_number_is_given(call: Call, answers: Path) -> None:
    printed = text(call("intake", answers))
    assert printed.strip().splitlines()[0] == "YOU CAN START ON YOUR OWN"
    order = [
        printed.index(part) for part in ("Why", "What you can do", "patterns, not a diagnosis", "not a diagnosis.")
    ]
    assert order == sorted(order)
    assert "fits well" in printed
    assert "likelihood" not in printed
    clinical = text(call("intake", answers, "--clinician"))
    assert "likelihood ratio" in clinical
    assert "the rest weights of our own" in clinical.replace("\n", " ")
    assert "LR+" in clinical


def test_a_red_flag_is_told_plainly(call: Call) -> None:
    printed = text(call("intake", "-", input=json.dumps({**FLAGGED, "note": "how much ibuprofen?"})))
    assert printed.strip().startswith("HAVE IT LOOKED AT WITHIN DAYS")
    assert "What Kneewise does not do" in printed
    assert "Not until this is cleared up" in printed
    assert "running" in printed


def test_emergency_shows_no_pattern(call: Call) -> None:
    given = {**CALM, "safety_none": "some_fit", "rf_hot_joint_fever": "yes"}
    printed = text(call("intake", "-", input=json.dumps(given)))
    assert "patterns" not in printed
    assert document(call("intake", "-", "--json", input=json.dumps(given)))["patterns"] == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ("[1]", "must be an object"),
        ('{"nonsense": 1}', "There is no question 'nonsense'"),
        ('{"pain_worst": 11}', "takes 0 to 10"),
        ('{"pain_worst": 0, "pain_worst": 8}', "given twice"),
        ('{"pain_worst": ' + "9" * 5000 + "}", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("", "is not JSON"),
        ('{"pain_worst": 1, "pain_usual": 8}', "above worst pain"),
        ('{"answers": {}, "clinical_tests": {"x": "positive"}}', "no clinical test 'x'"),
    ],
)
def test_bad_answers_are_one_sentence(call: Call, content: str, words: str) -> None:
    assert words in sentence(call("intake", "-", input=content))
    assert document(call("state", "--json"))["intake"] is None


def test_files_that_cannot_be_read(call: Call, tmp_path: Path) -> None:
    assert "cannot be read" in sentence(call("intake", tmp_path / "nowhere.json"))
    (tmp_path / "photo.json").write_bytes(b"\xff\xd8\xff")
    assert "cannot be read" in sentence(call("intake", tmp_path / "photo.json"))
    assert "cannot be read" in sentence(call("intake", tmp_path))


# ------------------------------------------------------------------------------------------------ asked one by one


def answer_all(given: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Answer by question id, as a runner would type; return the ids in the order of asking."""
    asked: list[str] = []
    shown = asking._shown

    def remember(question: Any) -> list[str]:
        asked.append(question.id)
        return shown(question)

    def typed() -> str:
        answer = given.get(asked[-1], "")
        return ",".join(answer) if isinstance(answer, list) else str(answer)

    monkeypatch.setattr(asking, "_shown", remember)
    monkeypatch.setattr(asking, "_typed", typed)
    return asked


def test_asked_one_by_one_it_is_the_same_intake(
    call: Call, answers: Path, now: SetNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer_all(CALM, monkeypatch)
    one_by_one = document(call("intake", "--json"))
    assert asked[0] == "safety_none"
    assert len(asked) == len(set(asked))
    assert not [name for name in asked if name.startswith("rf_")]  # one answer spared them all
    from_file = document(call("intake", "-", "--json", input=json.dumps(CALM)))
    told = {"id", "recorded_at"}
    assert {key: one_by_one[key] for key in one_by_one.keys() - told} == {
        key: from_file[key] for key in from_file.keys() - told
    }


def test_an_answer_brings_up_the_questions_that_depend_on_it(
    call: Call, now: SetNow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer_all({**FLAGGED, "onset": "injury", "age_years": 15}, monkeypatch)
    found = document(call("intake", "--json"))
    assert {"rf_locked", "adult_with_you", "injury_cannot_walk_4_steps", "rf_child_weightbear"} <= set(asked)
    assert asked.index("rf_locked") < asked.index("age_years") < asked.index("rf_child_weightbear")
    assert found["level"] in ("urgent", "same_day", "emergency")


def test_numbers_letters_and_slips(call: Call, now: SetNow) -> None:
    # The first of the two: none fits; then an age that cannot be right, a word, and the right one.
    result = call("intake", input="1\n999\nold\n34\n" + "\n" * 100)
    assert result.exit_code == 0, result.output
    assert "takes 5 to 100 years, not 999" in result.stderr
    assert "'old' is not a number" in result.stderr
    assert "Press Enter to skip" in result.stderr
    assert "MAKE AN APPOINTMENT" in result.stdout  # skipped safety questions stay open
    assert "not answered yet" in result.stdout


def test_stopping_half_way_stores_nothing(call: Call) -> None:
    result = call("intake", input="1\n34\n")
    assert result.exit_code == 1
    assert "nothing was stored" in result.stderr
    assert document(call("state", "--json"))["intake"] is None


@pytest.mark.parametrize(
    ("question", "typed", "meant"),
    [
        ("rf_locked", "y", "yes"),
        ("rf_locked", "?", "unsure"),
        ("onset", "2", "in_one_run"),
        ("onset", "gradual", "gradual"),
        ("zones", "1, 3", ["ant_diffuse", "ant_inferior_pole"]),
        ("weekly_km", "12,5", 12.5),
        ("note", "2", "2"),
    ],
)
def test_what_is_typed_is_understood(question: str, typed: str, meant: Any) -> None:
    from kneewise.assessment import intake_questions

    record = next(one for one in intake_questions() if one.id == question)
    assert asking._meant(record, typed) == meant


def test_a_file_with_a_byte_order_mark_is_read(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "notepad.json"
    path.write_text(json.dumps(CALM), encoding="utf-8-sig")
    assert document(call("intake", path, "--json"))["level"] == "self_manage"


def test_an_emergency_ends_the_questions_at_once(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answer_all({"safety_none": "some_fit", "rf_hot_joint_fever": "yes"}, monkeypatch)
    result = call("intake")
    assert result.exit_code == 0, result.output
    assert asked == ["safety_none", "rf_hot_joint_fever"]
    assert "not answered yet" not in result.stdout
    assert "Everything but getting help." in result.stdout
