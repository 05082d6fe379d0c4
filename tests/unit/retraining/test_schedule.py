"""The eight sessions: minutes, targets, feedback that fades, and what happens where pain does not allow them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.plan_worlds import course_from
from tests.readability import MAX_GRADE, grade

from kneewise.evidence.knowledge import knowledge
from kneewise.retraining import (
    Practised,
    beat_of_practice,
    cadence_schedule,
    calf_raises,
    practice_after,
    schedule_over,
)

DAY = date(2026, 11, 23)


def test_eight_sessions_with_the_minutes_of_the_document() -> None:
    sessions = cadence_schedule(160)
    assert [session.run_s / 60 for session in sessions] == [15, 18, 21, 24, 26, 28, 30, 30]
    assert sum(session.run_s for session in sessions) / 60 == knowledge().gait_rules["calendar"].number("total_min")


def test_feedback_fades_and_the_beat_is_on_for_its_share() -> None:
    sessions = cadence_schedule(160)
    assert [session.feedback_share for session in sessions] == [1, 1, 1, 1, 0.75, 0.5, 0.25, 0.1]
    for session in sessions:
        bout = session.bouts
        assert bout.times * bout.on_s == pytest.approx(session.feedback_share * session.run_s)
        assert bout.run_s == pytest.approx(session.run_s)
        assert bout.on_s >= 60


def test_targets_rise_from_five_to_ten_percent_of_the_own_baseline() -> None:
    targets = [session.target_spm for session in cadence_schedule(160)]
    assert [target.low for target in targets] == [168, 168, 172, 172, 172, 172, 172, 172]
    assert max(target.high for target in targets) == 176
    assert max(session.target_spm.high for session in cadence_schedule(160, most_pct=5)) == 168


def test_where_fifteen_minutes_are_too_long_the_minutes_add_up_with_walks() -> None:
    first = cadence_schedule(160, longest_bout_min=4)[0]
    assert first.run_s == 900
    assert first.bouts.on_s + first.bouts.off_s <= 240
    assert first.bouts.walk_s == 60
    assert first.duration_s == 900 + first.bouts.times * 60
    assert "Walk 1 minute" in first.text


def test_where_a_day_is_too_short_the_minutes_are_spread() -> None:
    sessions = cadence_schedule(160, longest_session_min=10)
    first = [session for session in sessions if session.id == "session_1"]
    assert [session.part for session in first] == [1, 2]
    assert sum(session.run_s for session in first) == 900
    assert max(session.run_s for session in sessions) <= 600


def test_below_the_shortest_bout_there_is_none() -> None:
    assert cadence_schedule(160, longest_bout_min=0.5) == ()


def test_what_was_done_is_left_out() -> None:
    assert [session.order for session in cadence_schedule(160, done=course_from(DAY, 6))] == [7, 8]
    assert cadence_schedule(160, done=course_from(DAY)) == ()


def test_of_a_session_in_parts_the_rest_is_left_whatever_the_limit_is_by_then() -> None:
    first, *_ = cadence_schedule(160, longest_session_min=5)
    done = [Practised(local_date=DAY, order=first.order, run_s=first.run_s)]
    rest, second, *_ = cadence_schedule(160, done=done)
    assert (rest.order, rest.part, rest.parts, rest.run_s) == (1, 2, 2, 600)
    assert (second.order, second.part, second.parts) == (2, 1, 1)


def test_the_schedule_is_over_when_its_minutes_are_run_not_when_eight_days_are() -> None:
    parts = [
        Practised(local_date=DAY + timedelta(days=number), order=part.order, run_s=part.run_s)
        for number, part in enumerate(cadence_schedule(160, longest_session_min=10))
    ]
    assert len(parts) > 8
    assert not schedule_over(parts[:8])
    assert not schedule_over(parts[:-1])
    assert schedule_over(parts)


def test_practice_in_weeks_three_to_six_only() -> None:
    assert practice_after(2) is None
    assert practice_after(3) is practice_after(6) is not None
    assert practice_after(7) is None


def test_practice_is_a_minute_in_ten() -> None:
    bout = beat_of_practice(3000)
    assert (bout.times, bout.on_s) == (5, 60)
    assert bout.run_s == pytest.approx(3000)
    assert beat_of_practice(30).on_s == 0


def test_calf_raises_twice_a_week_for_six_weeks() -> None:
    assert calf_raises() == (2, 6)


def test_texts_are_easy_to_read() -> None:
    sessions = cadence_schedule(160, longest_bout_min=4, longest_session_min=10)
    assert {session.text for session in sessions if grade(session.text) > MAX_GRADE} == set()
