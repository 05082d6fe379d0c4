"""One screen: the plan's day, the check-in to make, and what stands in the way; also without a plan."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinical import CALM, NOW, TODAY, SetNow, run_of
from tests.planning import DAYS, FLAGGED, ready

from kneewise.services.adding import add_activity
from kneewise.services.checking_in import record_check_in
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place
from kneewise.services.planning import make_plan, revise_plan
from kneewise.services.self_tests import log_test
from kneewise.services.today import today

MONDAY = TODAY + timedelta(days=1)


@pytest.fixture
def place(tmp_path: Path, now: SetNow) -> Place:
    return Place(tmp_path / "data")


def test_it_leads_to_a_plan_step_by_step(place: Place) -> None:
    assert "intake" in today(place).first
    assess_intake(place, CALM)
    assert "import" in today(place).first
    add_activity(place, [run_of(TODAY - timedelta(days=2))])
    assert "plan build" in today(place).first
    make_plan(place)
    found = today(place)
    assert found.first == ""
    assert found.to_json()["version"] == 1


def test_the_check_in_follows_the_run(place: Place, now: SetNow) -> None:
    ready(place)
    make_plan(place, wishes=DAYS)
    assert [ask.moments for ask in today(place).asks] == [("stairs",)]
    now(NOW + timedelta(days=1))
    [ask] = today(place).asks
    assert (ask.when, ask.moments) == ("after_the_run", ("during", "after_60min"))
    add_activity(place, [run_of(MONDAY, 6.0)])
    [ask] = today(place).asks
    assert ask.when == "now"
    record_check_in(place, pain={"during": 1.0, "after_60min": 0.0})
    assert today(place).asks == ()
    now(NOW + timedelta(days=2))
    asks = today(place).asks
    assert asks[0].local_date == MONDAY
    assert asks[0].command == "kneewise checkin --next-morning 0-10"
    record_check_in(place, pain={"next_morning": 1.0})
    assert MONDAY not in {ask.local_date for ask in today(place).asks}


def test_the_morning_after_the_last_run_is_asked_for_days_later_too(place: Place, now: SetNow) -> None:
    ready(place)
    make_plan(place, wishes=DAYS)
    now(NOW + timedelta(days=1))
    add_activity(place, [run_of(MONDAY, 6.0)])
    record_check_in(place, pain={"during": 1.0, "after_60min": 0.0})
    now(NOW + timedelta(days=3))
    first = today(place).asks[0]
    assert (first.local_date, first.moments) == (MONDAY, ("next_morning",))
    assert first.text == "How was the knee the morning after the run on Monday?"
    assert first.command == f"kneewise checkin --date {MONDAY} --next-morning 0-10"
    record_check_in(place, on=MONDAY, pain={"next_morning": 1.0})
    assert MONDAY not in {ask.local_date for ask in today(place).asks}
    now(NOW + timedelta(days=12))
    assert all(ask.moments == ("stairs",) or ask.when != "now" for ask in today(place).asks)


def test_a_walk_is_asked_about_and_leads_on_without_a_watch(place: Place, now: SetNow) -> None:
    """After a break the way begins with walks: whoever tells that they went well gets to the first run."""
    now(NOW + timedelta(days=30))
    ready(place)
    log_test(place, {"step_down_reps": 10.0, "step_down_pain": 0.0})
    plan = make_plan(place, wishes=DAYS).plan
    assert plan is not None
    stages = []
    for number in range(30, 46):
        day = TODAY + timedelta(days=number)
        now(NOW + timedelta(days=number))
        revise_plan(place)
        found = today(place)
        stages += [each.stage for each in found.sessions if each.stage]
        for session in found.sessions:
            if session.kind == "walk":
                assert [ask.text for ask in found.asks if ask.local_date == day] == ["After the walk: how was it?"]
                record_check_in(place, on=day, pain={"before": 0.0, "during": 0.0, "after_60min": 0.0})
                now(NOW + timedelta(days=number, hours=20))
                assert today(place).asks[0].moments == ("next_morning",)
                record_check_in(place, on=day, pain={"next_morning": 0.0})
    assert stages[:3] == ["R0", "R0", "R1"]


def test_a_run_that_was_done_is_ticked_off(place: Place, now: SetNow) -> None:
    ready(place)
    make_plan(place, wishes=DAYS)
    now(NOW + timedelta(days=1))
    assert [each.kind for each in today(place).sessions] == ["run"]
    add_activity(place, [run_of(MONDAY, 6.0)])
    document = today(place).to_json()
    assert [done["local_date"] for done in document["done"]] == [MONDAY.isoformat()]
    assert document["next"]["local_date"] > MONDAY.isoformat()


def test_after_a_bad_run_today_shows_what_the_answers_ask_for(place: Place, now: SetNow) -> None:
    ready(place)
    plan = make_plan(place, wishes=DAYS).plan
    assert plan is not None
    now(NOW + timedelta(days=1))
    add_activity(place, [run_of(MONDAY, 6.0)])
    record_check_in(place, pain={"before": 1.0, "during": 8.0, "after_60min": 7.0})
    now(NOW + timedelta(days=3))
    assert [each.kind for each in plan.on(TODAY + timedelta(days=3))] == ["run"]
    found = today(place)
    assert found.from_draft
    assert found.changes
    assert not [each for each in found.sessions if each.kind in ("run", "walk_run", "gait_retraining")]
    revised = revise_plan(place).plan
    assert revised is not None
    assert tuple(each for each in found.sessions) == revised.on(TODAY + timedelta(days=3))
    assert not today(place).from_draft


def test_a_red_flag_hides_the_plan(place: Place, now: SetNow) -> None:
    ready(place)
    make_plan(place, wishes=DAYS)
    now(NOW + timedelta(days=1))
    assess_intake(place, FLAGGED)
    found = today(place)
    assert found.refused is not None
    assert found.sessions == ()
    assert found.following is None
    assert found.asks == ()


def test_the_light_says_its_colour_and_its_rule(tmp_path: Path, now: SetNow) -> None:
    place = Place(tmp_path / "data")
    ready(place)
    make_plan(place)
    light = today(place).to_json()["light"]
    assert light["colour"] in ("green", "amber")
    assert light["text"]
    record_check_in(place, on=TODAY - timedelta(days=2), pain={"during": 8.0, "next_morning": 7.0})
    light = today(place).to_json()["light"]
    assert light["colour"] == "red"
    assert light["last_day"]["colour"] == "red"


def test_without_answers_the_light_is_red_and_says_what_to_do(tmp_path: Path, now: SetNow) -> None:
    light = today(Place(tmp_path / "data")).to_json()["light"]
    assert (light["colour"], light["last_day"]) == ("red", None)
    assert "safety questions" in light["text"]
