"""Moving a session: rules first, a new version each time, and the plan keeps it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from tests.clinical import TODAY, SetNow
from tests.planning import DAYS, ready, stored_plans

from kneewise.domain import PlannedSession
from kneewise.errors import InvalidInputError
from kneewise.plan.adherence import RUN_KINDS
from kneewise.plan.moving import MOVED
from kneewise.services.moving import check_session_move, move_session
from kneewise.services.place import Place
from kneewise.services.planning import make_plan, revise_plan, show_plan


@pytest.fixture
def place(tmp_path: Path, now: SetNow) -> Place:
    place = Place(tmp_path / "data")
    ready(place)
    make_plan(place, wishes=DAYS)
    return place


def sessions(place: Place) -> list[PlannedSession]:
    plan = show_plan(place).plan
    assert plan is not None
    return [each for each in plan.sessions if each.local_date > TODAY]


def movable(place: Place, verdicts: tuple[str, ...] = ("allowed", "warning")) -> tuple[PlannedSession, date]:
    """Return a run of the plan with a day of its week that may take it."""
    for session in sessions(place):
        if session.kind in RUN_KINDS:
            for choice in check_session_move(place, session.id).week:
                if choice.verdict in verdicts:
                    return session, choice.local_date
    raise AssertionError("no session can move")


def test_every_day_of_the_week_has_a_verdict_and_a_reason(place: Place) -> None:
    for session in sessions(place)[:8]:
        answer = check_session_move(place, session.id)
        document = json.loads(json.dumps(answer.to_json()))
        assert len(document["week"]) == 7
        assert [choice["local_date"] for choice in document["week"]] == sorted(
            c["local_date"] for c in document["week"]
        )
        for choice in answer.week:
            assert bool(choice.text) == (choice.verdict != "allowed")
            assert choice.text.count("\n") == 0
        own = next(choice for choice in answer.week if choice.local_date == session.local_date)
        assert (own.verdict, own.rule) == ("refused", "same_day")
    assert len(stored_plans(place)) == 1


def test_a_move_is_a_new_version_and_the_old_one_stays(place: Place) -> None:
    before = stored_plans(place)
    session, to = movable(place)
    moved = move_session(place, session.id, to)
    assert moved.issued
    after = stored_plans(place)
    assert after[0] == before[0]
    assert len(after) == len(before) + 1
    plan = show_plan(place).plan
    assert plan is not None
    assert plan.version == 2
    assert {each.id: each.local_date for each in plan.sessions}[session.id] == to
    assert plan.changes[0].rule == MOVED
    assert plan.changes[0].inputs["from"] == session.local_date.isoformat()
    assert session.title in plan.changes[0].text


def test_planning_again_keeps_the_move(place: Place) -> None:
    session, to = movable(place)
    move_session(place, session.id, to)
    again = revise_plan(place)
    assert not again.issued
    assert again.plan is not None
    assert {each.id: each.local_date for each in again.plan.sessions}[session.id] == to


def test_a_day_without_time_only_warns_and_the_move_there_is_kept(place: Place) -> None:
    try:
        session, to = movable(place, ("warning",))
    except AssertionError:
        pytest.skip("no such day in this plan")
    assert DAYS.minutes is not None
    moved = move_session(place, session.id, to)
    assert moved.choice is not None
    assert moved.choice.text in moved.plan.changes[0].text
    assert not revise_plan(place).issued


@pytest.mark.parametrize("days", [-3, 400])
def test_days_that_are_over_or_beyond_the_plan_are_refused(place: Place, days: int) -> None:
    session, _ = movable(place)
    with pytest.raises(InvalidInputError, match="stays on"):
        move_session(place, session.id, TODAY + timedelta(days=days))
    assert len(stored_plans(place)) == 1


def test_no_two_runs_on_one_day_and_a_gap_between_them(place: Place) -> None:
    runs = [each for each in sessions(place) if each.kind in RUN_KINDS]
    first, second = runs[0], runs[1]
    with pytest.raises(InvalidInputError, match="a run on this day already"):
        move_session(place, first.id, second.local_date)
    answer = check_session_move(place, first.id, second.local_date - timedelta(days=1))
    assert answer.choice is not None
    if second.local_date - timedelta(days=1) != first.local_date:
        assert answer.choice.verdict == "refused"


def test_an_unknown_session_is_a_sentence(place: Place) -> None:
    with pytest.raises(InvalidInputError, match="no session 'nope'"):
        check_session_move(place, "nope")


def test_without_a_plan_nothing_moves(tmp_path: Path, now: SetNow) -> None:
    with pytest.raises(InvalidInputError, match="no plan yet"):
        move_session(Place(tmp_path / "data"), "run-2026w12-1", TODAY)


def test_any_accepted_move_leaves_runs_apart_and_in_order(place: Place) -> None:
    order = [each.id for each in sessions(place) if each.kind in RUN_KINDS]
    for session in [each for each in sessions(place) if each.kind in RUN_KINDS][:3]:
        for choice in check_session_move(place, session.id).week:
            if choice.verdict == "refused":
                continue
            days = sorted(
                choice.local_date if each.id == session.id else each.local_date
                for each in sessions(place)
                if each.kind in RUN_KINDS
            )
            assert all((after - before).days >= 1 for before, after in pairwise(days))
    assert order == [each.id for each in sessions(place) if each.kind in RUN_KINDS]
