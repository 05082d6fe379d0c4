"""The knee on one page says what the state says, and shows every day of the last weeks."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.clinical import CALM, TODAY, SetNow

from kneewise.services.checking_in import record_check_in
from kneewise.services.intake import assess_intake
from kneewise.services.knee import knee_now, today_of
from kneewise.services.place import Place
from kneewise.services.self_tests import log_test
from kneewise.services.state import pain_state
from kneewise.services.strength_log import log_strength


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def test_an_empty_record_has_a_page(place: Place, now: SetNow) -> None:
    found = knee_now(place)
    assert found.today == today_of(place) == TODAY
    assert found.intake is None
    assert found.load is None
    assert not found.places
    assert all(day.morning is None and day.during is None for day in found.days)


def test_it_is_the_state_of_the_commands(place: Place, now: SetNow) -> None:
    assess_intake(place, {"answers": CALM})
    record_check_in(place, pain={"during": 3.0, "stairs": 1.0}, zone="ant_diffuse", side="left")
    found, state = knee_now(place), pain_state(place).to_json()
    mine = found.state()
    assert {key: state[key] for key in ("pain", "irritability", "flare", "load_vs_usual")} == {
        key: mine[key] for key in ("pain", "irritability", "flare", "load_vs_usual")
    }
    assert found.days[-1].local_date == TODAY
    assert found.days[-1].during == 3.0
    assert [(one.zone, one.side, one.days) for one in found.places] == [("ant_diffuse", "left", 1)]


def test_tests_and_strength_work_are_summed_up(place: Place, now: SetNow) -> None:
    log_test(place, {"hop_reps": 8.0})
    log_strength(place, "k04", sets=3, reps=10)
    found = knee_now(place)
    assert found.tests[0].answers == {"hop_reps": 8.0}
    assert (found.strength.days, found.strength.sets, found.strength.last) == (1, 3, TODAY)
