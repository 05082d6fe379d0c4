"""Strength work, short tests and the trial of quicker steps: accepted whole or not at all, never edited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinical import CALM, NOW, TODAY, SetNow
from tests.planning import events

from kneewise.errors import InvalidInputError
from kneewise.services.gait.trial import log_gait_trial, practice_of, read_trial
from kneewise.services.intake import assess_intake, latest_intake
from kneewise.services.place import Place, opened
from kneewise.services.self_tests import log_test, read_tests
from kneewise.services.strength_log import exercise_of, log_strength, read_strength_log


@pytest.fixture
def place(tmp_path: Path, now: SetNow) -> Place:
    return Place(tmp_path / "data")


def test_an_exercise_by_id_or_name() -> None:
    assert exercise_of("K04").id == "k04"
    assert exercise_of("mini squat").id == "k04"
    with pytest.raises(InvalidInputError, match="could be several"):
        exercise_of("squat")
    with pytest.raises(InvalidInputError, match="There is no exercise 'juggling'"):
        exercise_of("juggling")


def test_a_correction_replaces_and_both_are_kept(place: Place) -> None:
    first = log_strength(place, "k04", sets=3, reps=12, load_kg=5.0, pain=1.0)
    second = log_strength(place, "k04", sets=3, reps=12, load_kg=6.0, pain=1.0, correct=first.entry.id)
    with opened(place) as (record, runner):
        assert read_strength_log(record, runner) == [second.entry]
    assert len(events(place, "strength_log")) == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda place: log_strength(place, "k04", sets=3), "either repetitions"),
        (lambda place: log_strength(place, "k04", sets=3, reps=10, hold_s=20.0), "either repetitions"),
        (lambda place: log_strength(place, "k04", sets=0, reps=10), "from 1 to 20 sets"),
        (lambda place: log_strength(place, "k04", reps=10, pain=11.0), "A pain of 11 cannot be right"),
        (lambda place: log_strength(place, "k04", reps=10, pain=float("nan")), "cannot be right"),
        (lambda place: log_strength(place, "k04", reps=10, on=TODAY + timedelta(days=1)), "has not come yet"),
        (lambda place: log_strength(place, "k04", reps=10, correct="nope"), "no entry 'nope'"),
        (lambda place: log_test(place, {}), "No test was told"),
        (lambda place: log_test(place, {"handstand_s": 5}), "no test 'handstand_s'"),
        (lambda place: log_test(place, {"hop_pain": -1}), "cannot be right"),
        (lambda place: log_gait_trial(place, []), "steps a minute"),
        (lambda place: log_gait_trial(place, [80.0]), "both feet"),
        (lambda place: log_gait_trial(place, [160.0], pain_at={5: 12.0}), "A pain of 12"),
    ],
)
def test_what_cannot_be_right_is_refused_and_not_stored(
    place: Place, wrong: Callable[[Place], object], words: str
) -> None:
    with pytest.raises(InvalidInputError, match=words):
        wrong(place)
    assert events(place) == []


def test_the_test_of_the_latest_day_counts(place: Place) -> None:
    log_test(place, {"hop_reps": 5, "hop_pain": 4})
    log_test(place, {"hop_reps": 10}, on=TODAY - timedelta(days=3))
    with opened(place) as (record, runner):
        assert read_tests(record, runner) == {"hop_reps": 5.0, "hop_pain": 4.0}


def test_only_those_whom_it_helps_train_quicker_steps(place: Place, now: SetNow) -> None:
    assess_intake(place, CALM)
    helped = log_gait_trial(
        place, [162, 164], pain_usual=3.0, pain_at={5: 2.0, 7.5: 1.0}, calf_pain=0.0, acute_calf=False
    )
    assert helped.told["baseline_spm"] == 163
    assert (helped.result.verdict, helped.result.most_pct) == ("train", 7.5)
    not_asked = log_gait_trial(place, [162], pain_usual=3.0, pain_at={5: 1.0}, calf_pain=0.0)
    assert not_asked.result.verdict == "unanswered"
    sore_calf = log_gait_trial(place, [162], pain_usual=3.0, pain_at={5: 1.0}, calf_pain=4.0, acute_calf=False)
    assert sore_calf.result.verdict == "stop"
    now(NOW + timedelta(minutes=1))
    no_help = log_gait_trial(place, [162], pain_usual=3.0, pain_at={5: 3.0}, calf_pain=0.0, acute_calf=False)
    assert no_help.result.verdict == "no_response"
    with opened(place) as (record, runner):
        trial = read_trial(record, runner, latest_intake(record, runner))
    assert trial is not None
    assert not practice_of(trial, (), None).wanted


def test_a_calf_that_got_sore_since_counts(place: Place) -> None:
    assess_intake(place, CALM)
    trial = log_gait_trial(place, [162], pain_usual=3.0, pain_at={5: 1.0}, calf_pain=0.0, acute_calf=False)
    assert practice_of(trial, (), None).calf_or_achilles_pain == 0
    assert practice_of(trial, (), None, 5.0).calf_or_achilles_pain == 5


def test_without_an_intake_nobody_trains(place: Place) -> None:
    trial = log_gait_trial(place, [162], pain_usual=3.0, pain_at={5: 1.0}, calf_pain=0.0, acute_calf=False)
    assert trial.result.verdict == "unanswered"


def test_an_exercise_sent_twice_is_stored_once(place: Place) -> None:
    first = log_strength(place, "k04", sets=3, reps=12, pain=1.0, key="phone-000001")
    again = log_strength(place, "k05", sets=1, reps=3, key="phone-000001")
    assert (again.entry, again.name) == (first.entry, first.name)
    assert (first.repeated, again.repeated) == (False, True)
    assert len(events(place, "strength_log")) == 1
