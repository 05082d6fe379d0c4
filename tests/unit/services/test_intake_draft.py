"""Answers are kept as they are given; a red flag counts at once, and nothing that was taken back does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from tests.clinical import CALM, SetNow

from kneewise.errors import InvalidInputError
from kneewise.services.intake import blocks_of, latest_intake
from kneewise.services.intake_draft import (
    begin_draft,
    keep_answers,
    read_draft,
    read_draft_as_intake,
    stored_flags,
)
from kneewise.services.place import Place, opened, record_of
from kneewise.services.profile import set_profile
from kneewise.storage import append_event, new_event


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def blocks(place: Place) -> tuple[str, ...]:
    with opened(place) as (record, runner):
        return blocks_of(latest_intake(record, runner))


def test_every_answer_is_kept_and_says_nothing_yet(place: Place, now: SetNow) -> None:
    assert read_draft(place) is None
    keep_answers(place, {"safety_none": "none_fits"})
    keep_answers(place, {"age_years": 34.0, "onset": "gradual"})
    keep_answers(place, {"onset": "in_one_run"})
    draft = read_draft(place)
    assert draft is not None
    assert dict(draft.given) == {"safety_none": "none_fits", "age_years": 34.0, "onset": "in_one_run"}
    assert {question.id for question in draft.left} >= {"pregnancy", "zones"}
    with opened(place) as (record, runner):
        assert latest_intake(record, runner) is None


def test_not_known_is_an_answer_that_is_not_asked_again(place: Place, now: SetNow) -> None:
    draft = keep_answers(place, {"safety_none": "none_fits", "duration_weeks": None})
    assert "duration_weeks" not in {question.id for question in draft.left}
    assert not draft.answers.has("duration_weeks")


def test_a_question_that_is_not_asked_any_more_does_not_count(place: Place, now: SetNow) -> None:
    keep_answers(place, {"safety_none": "none_fits", "age_years": 16.0, "adult_with_you": "no"})
    draft = keep_answers(place, {"age_years": 36.0})
    assert not draft.answers.has("adult_with_you")
    assert "no_child_auto" not in {rule.refuses for rule in draft.triage.rules}


def test_none_of_the_list_takes_back_what_was_told_of_it(place: Place, now: SetNow) -> None:
    assert keep_answers(place, {"safety_none": "some_fit", "rf_locked": "yes"}).raised == ("rf_locked",)
    assert keep_answers(place, {"safety_none": "none_fits"}).raised == ()


@pytest.mark.parametrize("wrong", [{"age_years": 3.0}, {"nothing": "yes"}, {"provoking": ["none", "squat"]}])
def test_what_cannot_be_right_is_not_kept(place: Place, now: SetNow, wrong: dict[str, object]) -> None:
    keep_answers(place, {"safety_none": "none_fits"})
    with pytest.raises(InvalidInputError):
        keep_answers(place, {"onset": "gradual", **wrong})
    draft = read_draft(place)
    assert draft is not None
    assert list(draft.given) == ["safety_none"]


def test_a_red_flag_blocks_before_the_questions_end(place: Place, now: SetNow) -> None:
    keep_answers(place, {"safety_none": "some_fit", "rf_hot_joint_fever": "yes"})
    stored = read_draft_as_intake(place, final=False)
    assert stored.result.triage.level == "emergency"
    assert "everything" in blocks(place)
    assert stored_flags(place) == ("rf_hot_joint_fever",)
    assert read_draft(place) is not None


def test_the_end_reads_the_intake_and_the_next_begins_with_what_changes_slowly(place: Place, now: SetNow) -> None:
    begin_draft(place)
    keep_answers(place, {**CALM, "shoe_age_months": 9.0})
    read_draft_as_intake(place, final=True)
    assert blocks(place) == ()
    assert read_draft(place) is None
    given = dict(begin_draft(place).given)
    assert given["shoe_age_months"] == 9.0
    assert not {"safety_none", "onset", "zones", "medicines"} & given.keys()


def test_the_profile_tells_the_age(place: Place, now: SetNow) -> None:
    set_profile(place, birth_year=1990)
    assert begin_draft(place).given["age_years"] > 30


def test_an_empty_draft_is_no_intake(place: Place, now: SetNow) -> None:
    with pytest.raises(InvalidInputError):
        read_draft_as_intake(place, final=True)


def test_a_question_that_went_with_an_update_is_left_out(place: Place, now: SetNow) -> None:
    keep_answers(place, {"safety_none": "none_fits"})
    with opened(place) as (record, runner), record.writing("testing") as connection:
        draft = read_draft(place)
        assert draft is not None
        from datetime import UTC, datetime

        data = {"answers": {"a_question_of_last_year": "yes", "onset": "gradual"}}
        at = datetime(2030, 1, 1, tzinfo=UTC)
        event = new_event(runner.id, "intake_draft", recorded_at=at, local_date=at.date(), data=data)
        append_event(connection, runner.id, event)
    draft = read_draft(place)
    assert draft is not None
    assert dict(draft.given) == {"safety_none": "none_fits", "onset": "gradual"}


@pytest.mark.usefixtures("each_database")
def test_answers_that_are_sent_at_once_are_all_kept(place: Place) -> None:
    given = {"onset": "gradual", "side": "left", "pain_worst": 5, "pain_usual": 2, "age_years": 28, "pointing": "palm"}
    with record_of(place) as record, ThreadPoolExecutor(len(given)) as pool:
        here = replace(place, record=record)
        list(pool.map(lambda one: keep_answers(here, {one[0]: one[1]}), given.items()))
    draft = read_draft(place)
    assert draft is not None
    assert set(draft.given) == set(given)
