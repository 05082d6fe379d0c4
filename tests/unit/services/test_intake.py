"""An intake is read as a whole, kept with what was told, and never rewritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.clinical import CALM, NOW, TODAY, SetNow

from kneewise.assessment.triage import rules_version
from kneewise.errors import InvalidInputError
from kneewise.services.intake import Intake, assess_intake, blocks_of, intake_questions, latest_intake
from kneewise.services.place import Place, opened
from kneewise.storage import read_events


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def latest(place: Place) -> Intake | None:
    with opened(place) as (record, runner):
        return latest_intake(record, runner)


def count(place: Place) -> int:
    with opened(place) as (record, runner), record.reading() as connection:
        return len(read_events(connection, runner.id))


def test_what_was_told_is_kept(place: Place, now: SetNow) -> None:
    assessed = assess_intake(place, {"answers": CALM})
    kept = latest(place)
    assert kept is not None
    assert (kept.id, kept.recorded_at, kept.local_date) == (assessed.id, NOW, TODAY)
    assert kept.told == assessed.result.to_json(clinician=True)
    assert (kept.told["level"], kept.blocks, kept.rules_version) == ("self_manage", (), rules_version())
    answers = kept.checked_answers()
    assert answers is not None
    assert answers.given == {name: tuple(v) if isinstance(v, list) else v for name, v in CALM.items()}


def test_the_document_is_the_contracts(place: Place, now: SetNow) -> None:
    document = assess_intake(place, CALM).to_json()
    assert {"level", "reasons", "patterns", "refused", "advice", "blocks", "unanswered", "rules_version"} <= set(
        document
    )
    assert {"rule", "text", "sources"} <= set(document["reasons"][0])
    assert {"condition", "fit", "for", "against", "next"} <= set(document["patterns"][0])
    assert "likelihood_ratio" not in document["patterns"][0]
    assert assess_intake(place, CALM).to_json(clinician=True)["patterns"][0]["likelihood_ratio"] > 1


@pytest.mark.parametrize("back_h", [0, 1])
def test_a_clock_that_was_set_back_does_not_hide_a_red_flag(place: Place, now: SetNow, back_h: int) -> None:
    for flagged in range(5):
        assess_intake(place, {**CALM, "pain_usual": flagged})
        now(NOW.replace(hour=12 - back_h))
        assess_intake(place, {**CALM, "pain_usual": flagged, "safety_none": "some_fit", "rf_locked": "yes"})
        kept = latest(place)
        assert kept is not None
        assert "plan" in kept.blocks


def test_the_last_intake_counts_and_the_earlier_stays(place: Place, now: SetNow) -> None:
    assess_intake(place, CALM)
    now(NOW.replace(hour=13))
    assess_intake(place, {**CALM, "safety_none": "some_fit", "rf_locked": "yes"})
    kept = latest(place)
    assert kept is not None
    assert kept.told["level"] == "urgent"
    assert {"plan", "running"} <= set(kept.blocks)
    assert count(place) == 2


def test_without_an_intake_no_plan_is_made(place: Place) -> None:
    assert latest(place) is None
    assert blocks_of(None) == ("plan",)


def test_clinical_tests_move_the_fit(place: Place, now: SetNow) -> None:
    def ratio(tests: dict[str, Any]) -> float:
        document = assess_intake(place, {"answers": CALM, "clinical_tests": tests}).to_json(clinician=True)
        found: float = next(p for p in document["patterns"] if p["condition"] == "pfp")["likelihood_ratio"]
        return found

    shorter = {name: given for name, given in CALM.items() if name not in ("provoking", "pointing")}
    fewer = assess_intake(place, {"answers": shorter}).to_json(clinician=True)
    more = assess_intake(place, {"answers": shorter, "clinical_tests": {"patellar_tilt": "positive"}})
    plain = {p["condition"]: p["likelihood_ratio"] for p in fewer["patterns"]}
    tested = {p["condition"]: p["likelihood_ratio"] for p in more.to_json(clinician=True)["patterns"]}
    assert tested["pfp"] > plain["pfp"]
    assert ratio({"patellar_tilt": None}) == ratio({})


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"answers": {"nonsense": 1}}, "There is no question 'nonsense'"),
        ({"answers": {"pain_worst": 12}}, "takes 0 to 10"),
        ({"answers": {"pain_worst": 2, "pain_usual": 8}}, "above worst pain"),
        ({"answers": [1]}, "must be an object"),
        ([1, 2], "must be an object"),
        ({"answers": CALM, "clinical_tests": {"nonsense": "positive"}}, "There is no clinical test 'nonsense'"),
        ({"answers": CALM, "clinical_tests": {"squat_pain": "maybe"}}, "'positive' or 'negative'"),
        ({"answers": CALM, "clinical_tests": ["squat_pain"]}, "must be an object"),
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_stored(place: Place, document: Any, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        assess_intake(place, document)
    assert count(place) == 0


def test_questions_describe_themselves() -> None:
    questions = intake_questions()
    assert questions[0]["id"] == "safety_none"
    ids = [question["id"] for question in questions]
    assert len(ids) == len(set(ids))
    for question in questions:
        assert {"id", "type", "text", "options", "asked_when", "group"} <= set(question)
        assert question["type"] not in ("choice", "choices", "yes_no_unsure") or question["options"]
        assert all(clause["question"] in ids for clause in question["asked_when"])
