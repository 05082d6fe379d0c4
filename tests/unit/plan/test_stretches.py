"""Stretches: for comfort, at the end, in the time there is, with the low certainty in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.plan_worlds import TODAY, plan_inputs
from tests.readability import MAX_GRADE, grade

from kneewise.domain.plan import PlannedSession
from kneewise.evidence.knowledge import knowledge
from kneewise.plan.strength_inputs import strength_need, strength_sessions

DAYS = [TODAY + timedelta(days=number) for number in range(0, 70, 2)]


def sessions(**more: object) -> list[PlannedSession]:
    return list(strength_sessions(plan_inputs(**more), DAYS, phase="build"))  # type: ignore[arg-type]


def stretches(session: PlannedSession) -> list[str]:
    return [dose.exercise for dose in session.exercises if knowledge().exercises[dose.exercise].group == "mobility"]


@pytest.mark.parametrize(("condition", "own"), [("pfp", {"m01", "m04"}), ("itbs", {"m05", "m04"})])
def test_whoever_is_tight_gets_one_at_the_end_and_they_take_turns(condition: str, own: set[str]) -> None:
    made = sessions(condition=condition, measured={"reported_tightness": 1.0})
    for session in made:
        assert len(stretches(session)) == 1
        assert session.exercises[-1].exercise == stretches(session)[0]
        assert len(session.exercises) <= 5
        assert (session.duration_s or 0) <= 25 * 60
        assert "low certainty" in session.why
        assert "Low certainty" in session.exercises[-1].why
        assert grade(session.exercises[-1].why) <= MAX_GRADE
    assert own <= {name for session in made for name in stretches(session)}


def test_a_finding_does_the_same_and_strength_comes_first_without() -> None:
    assert strength_need(plan_inputs(condition="pfp", findings=frozenset({"ankle_dorsiflexion"}))).tight
    assert not strength_need(plan_inputs(condition="pfp", findings=frozenset({"cadence"}))).tight
    full = [session for session in sessions(condition="pfp") if len(session.exercises) == 5]
    assert full
    assert not any(stretches(session) for session in full)


def test_rollers_only_for_those_who_have_one() -> None:
    tight = {"condition": "pfp", "measured": {"reported_tightness": 1.0}}
    assert not any("m06" in stretches(session) for session in sessions(**tight))
    rolled = sessions(**tight, equipment=frozenset({"roller"}))
    assert any("m06" in stretches(session) for session in rolled)


def test_little_time_leaves_them_out_first() -> None:
    short = sessions(condition="pfp", measured={"reported_tightness": 1.0}, strength_minutes=6.0)
    assert short
    assert not any(stretches(session) for session in short)
