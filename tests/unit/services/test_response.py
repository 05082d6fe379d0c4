"""Does load move your pain, and did it help: an answer where data suffice, else what it still takes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinical import TODAY, SetNow, diary, run_of
from tests.readability import assert_readable

from kneewise.errors import InvalidInputError
from kneewise.services.adding import add_activity
from kneewise.services.checking_in import record_check_in
from kneewise.services.place import Place, opened
from kneewise.services.response import did_it_help
from kneewise.services.state import pain_state
from kneewise.services.told import read_changes


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def test_without_data_it_says_what_it_takes(place: Place, now: SetNow) -> None:
    answer = pain_state(place).response
    assert not answer.enough
    assert answer.one_run_more is None
    assert [need.to_json()["more"] for need in answer.needs] == [30, 42, 12]
    record_check_in(place, on=TODAY - timedelta(days=2), pain={"next_morning": 1.0})
    record_check_in(place, on=TODAY - timedelta(days=1), pain={"next_morning": 1.0})
    answer = pain_state(place).response
    assert [need.have for need in answer.needs] == [2, 2, 0]
    assert "28 more mornings with a check-in (2 of 30)" in answer.text


def test_a_diary_of_load_and_pain_is_answered(place: Place, now: SetNow) -> None:
    diary(place, 75)
    answer = pain_state(place).response
    assert answer.enough
    assert answer.one_run_more is not None
    # A kilometre more is 0.12 points more; a usual run is 8 to 10 knee-km.
    assert 0.8 < answer.one_run_more.value < 1.5
    assert answer.one_run_more.low > 0
    assert answer.weekly_level_more is None  # 12 weeks of reports are needed for that
    assert_readable([("response", answer.text.split("The pain reports")[0])])


def test_a_change_that_helped_is_found_and_noted(place: Place, now: SetNow) -> None:
    first = diary(place, 75, better_from=40)
    since = first + timedelta(days=40)
    [answer] = did_it_help(place, since, "new shoes")
    assert answer.verdict == "less-pain"
    assert answer.points.high < 0
    assert answer.points.low < -1.5 < answer.points.high + 1
    assert any(issue.code == "before-after-is-no-proof" for issue in answer.issues)
    assert answer.to_json()["what"] == "new shoes"
    did_it_help(place, since, "new shoes")
    with opened(place) as (record, runner):
        assert [(change.local_date, change.what) for change in read_changes(record, runner)] == [(since, "new shoes")]
    assert [one.what for one in did_it_help(place)] == ["new shoes"]
    assert did_it_help(place, since)[0].what == "new shoes"


def test_no_change_is_no_change(place: Place, now: SetNow) -> None:
    first = diary(place, 75)
    [answer] = did_it_help(place, first + timedelta(days=40))
    assert answer.verdict in ("about-the-same", "the-data-do-not-tell")


def test_too_few_days_say_so(place: Place, now: SetNow) -> None:
    first = diary(place, 10)
    [answer] = did_it_help(place, first + timedelta(days=5))
    assert answer.verdict == "too-few-data"
    assert answer.to_json()["points"]["value"] is None


def test_days_that_cannot_be_compared(place: Place, now: SetNow) -> None:
    with pytest.raises(InvalidInputError, match="No change is noted yet"):
        did_it_help(place)
    with pytest.raises(InvalidInputError, match="no day yet"):
        did_it_help(place, TODAY)
    diary(place, 10)
    with pytest.raises(InvalidInputError, match="lies in the future"):
        did_it_help(place, TODAY + timedelta(days=1), "shoes")
    with pytest.raises(InvalidInputError, match="cover from"):
        did_it_help(place, TODAY - timedelta(days=300), "shoes")
    with opened(place) as (record, runner):
        assert read_changes(record, runner) == []


def test_days_after_the_last_known_run_are_not_taken_for_rest(place: Place, now: SetNow) -> None:
    add_activity(place, [run_of(TODAY - timedelta(days=40))])
    for back in range(30, 0, -1):
        record_check_in(place, on=TODAY - timedelta(days=back), pain={"next_morning": 2.0})
    with opened(place) as (record, runner):
        from kneewise.services.exposure import dated_runs, last_known_day
        from kneewise.services.listing import list_runner

        runs = dated_runs(list_runner(record, runner))
        assert last_known_day(record, runner, runs, TODAY) == TODAY - timedelta(days=40)
