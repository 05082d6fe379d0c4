"""The state obeys the last triage, says what is missing, and never opens what an intake closed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.clinical import CALM, NOW, TODAY, SetNow, run_of
from tests.readability import assert_readable

from kneewise.services import state as states
from kneewise.services.adding import add_activity
from kneewise.services.checking_in import record_check_in
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place
from kneewise.services.state import pain_state


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def greens(place: Place, now: SetNow, days: int = 4) -> None:
    """Store good days with a run each, after an intake that raised nothing."""
    now(NOW - timedelta(days=days + 1))
    assess_intake(place, CALM)
    add_activity(place, [run_of(TODAY - timedelta(days=back), 5.0) for back in range(1, days + 1)])
    for back in range(days, 0, -1):
        now(NOW - timedelta(days=back - 1))
        answers = {"before": 0.0, "during": 1.0, "after_60min": 0.0, "next_morning": 0.0}
        record_check_in(place, on=TODAY - timedelta(days=back), pain=answers)  # type: ignore[arg-type]
    now(NOW)


def move(place: Place) -> str:
    return pain_state(place).pain.decision.lowest.move


def rules(place: Place) -> set[tuple[str, str]]:
    return {(flag["kind"], flag["rule"]) for flag in pain_state(place).flags}


def test_nothing_is_known_at_the_start(place: Place, now: SetNow) -> None:
    document = pain_state(place).to_json()
    assert {"pain", "irritability", "flare", "load_vs_usual", "flags", "coverage"} <= set(document)
    assert document["load_vs_usual"] is None
    assert document["intake"] is None
    assert document["blocks"] == ["plan"]
    assert document["pain"]["decision"]["move"] == "hold"
    assert rules(place) == {("ask_again", "no_intake")}


def test_good_days_after_a_calm_intake_let_load_go_up(place: Place, now: SetNow) -> None:
    greens(place, now)
    assert move(place) == "progress"
    assert pain_state(place).blocks == ()
    assert rules(place) == set()


@pytest.mark.parametrize(
    ("answers", "expected", "flag"),
    [
        ({"rf_locked": "yes"}, "stop", ("open", "rf_locked")),
        ({"rf_hot_joint_fever": "unsure"}, "stop", ("unsure", "rf_hot_joint_fever")),
        ({"rf_locked": "unsure"}, "hold", ("unsure", "rf_locked")),
    ],
)
def test_no_good_week_opens_what_the_last_triage_closed(
    place: Place, now: SetNow, answers: dict[str, Any], expected: str, flag: tuple[str, str]
) -> None:
    greens(place, now)
    flags = dict.fromkeys(_safety_questions(), "no") | answers
    assess_intake(place, {**CALM, "safety_none": "some_fit", **flags})
    assert move(place) == expected
    assert flag in rules(place)
    state = pain_state(place)
    assert state.pain.decision.clinician == "refer"
    assert state.to_json()["intake"]["level"] != "self_manage"


def _safety_questions() -> list[str]:
    from kneewise.services.intake import intake_questions

    always = [q for q in intake_questions() if q["type"] == "yes_no_unsure" and not q["asked_when"]]
    return [question["id"] for question in always]


def test_open_safety_questions_block_the_plan_and_ask(place: Place, now: SetNow) -> None:
    assess_intake(place, {"age_years": 30})
    assert "plan" in pain_state(place).blocks
    assert ("ask_again", "safety_questions_open") in rules(place)
    assert move(place) == "hold"


def test_revised_rules_ask_for_the_intake_again(place: Place, now: SetNow, monkeypatch: pytest.MonkeyPatch) -> None:
    assess_intake(place, CALM)
    assert ("ask_again", "rules_revised") not in rules(place)
    monkeypatch.setattr(states, "rules_version", lambda: "another")
    assert ("ask_again", "rules_revised") in rules(place)


def test_a_run_needs_no_check_in_and_a_check_in_no_run(place: Place, now: SetNow) -> None:
    add_activity(place, [run_of(TODAY)])
    assert pain_state(place).load is not None
    record_check_in(place, on=TODAY - timedelta(days=3), pain={"stairs": 1.0})
    assert pain_state(place).pain.latest["stairs"].value == 1.0


def test_load_stands_beside_the_usual_weeks(place: Place, now: SetNow) -> None:
    add_activity(place, [run_of(TODAY - timedelta(days=7 * week), 8.0 + week) for week in range(1, 6)])
    add_activity(place, [run_of(TODAY, 30.0)])
    document = pain_state(place).to_json()["load_vs_usual"]
    assert document["place"] == "above"
    assert document["weeks"] == 5
    assert "ratio" not in document
    assert "more than any of your usual weeks" in document["text"]


def test_the_order_of_telling_decides_not_the_order_of_asking(place: Place, now: SetNow, tmp_path: Path) -> None:
    other = Place(tmp_path / "other")
    told = [(-2, {"during": 2.0}), (-1, {"during": 6.0}), (-2, {"stairs": 3.0})]
    for chosen, order in ((place, told), (other, told[::-1])):
        for number, (back, pain) in enumerate(order):
            now(NOW + timedelta(minutes=number))
            record_check_in(chosen, on=TODAY + timedelta(days=back), pain=pain)  # type: ignore[arg-type]
    now(NOW + timedelta(hours=1))
    one, two = pain_state(place).to_json(), pain_state(other).to_json()
    assert one["pain"] == two["pain"]
    assert one["flare"] == two["flare"]


def test_words_are_plain(place: Place, now: SetNow) -> None:
    first = pain_state(place)
    assess_intake(place, {"age_years": 30})
    second = pain_state(place)
    texts = [(flag["rule"], flag["text"]) for state in (first, second) for flag in state.flags]
    assert_readable([*texts, ("response", first.response.text)])
