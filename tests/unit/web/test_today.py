"""Today as a browser and as a program see it, in each of its states."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.clinical import CALM, NOW, TODAY, SetNow, now, run_of
from tests.planning import DAYS, FLAGGED, events, ready

from kneewise.domain import Goal
from kneewise.errors import InvalidInputError
from kneewise.services.adding import add_activity
from kneewise.services.checking_in import record_check_in
from kneewise.services.gait.trial import log_gait_trial
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place
from kneewise.services.planning import make_plan
from kneewise.services.self_tests import log_test
from kneewise.services.strength_log import log_strength
from kneewise.services.today import today
from kneewise.web.today.asks import read_form
from kneewise.web.today.view import TodayPage, today_page

__all__ = ["now"]

PATHS = {
    "plan": "/plan",
    "knee": "/knee",
    "load": "/load",
    "gait": "/gait",
    "import": "/import",
    "settings": "/settings",
}
DAY = timedelta(days=1)
KEY = "a-key-of-this-test"


@pytest.fixture
def place(application: FastAPI, now: SetNow) -> Place:
    found: Place = application.state.place
    return found


@pytest.fixture
def runner(place: Place) -> Place:
    """A runner with a plan on the story's Sunday."""
    ready(place)
    make_plan(place, wishes=DAYS)
    return place


def shown(place: Place, *told: str) -> TodayPage:
    return today_page(today(place), PATHS, told)


# ------------------------------------------------------------------------------------------------------------ states


def test_a_beginning_goes_step_by_step(place: Place) -> None:
    view = shown(place)
    assert [step.state for step in view.steps] == ["next", "later", "later"]
    assert view.form is None
    add_activity(place, [run_of(TODAY - DAY)])
    assess_intake(place, CALM)
    view = shown(place)
    assert [(step.href, step.state) for step in view.steps][1:] == [
        ("/import", "done"), ("/knee/intake", "done"), ("/plan/new", "later"),
    ]  # fmt: skip
    assert view.last_run is not None
    assert view.last_run.cost.value != "–"


def test_a_day_with_a_run_shows_dose_cost_why_and_proof(runner: Place, now: SetNow) -> None:
    now(NOW + DAY)
    [card] = [card for card in shown(runner).sessions if card.cost is not None]
    assert card.cost is not None
    assert card.cost.between
    assert card.why
    assert card.proof is not None
    assert card.proof.href.startswith("/evidence/")
    assert card.steps
    assert shown(runner).after_run is not None
    assert shown(runner).form is None


def test_a_run_that_was_done_stands_there_with_its_page(runner: Place, now: SetNow) -> None:
    now(NOW + DAY)
    add_activity(runner, [run_of(TODAY + DAY, 6.0)])
    [card] = [card for card in shown(runner).sessions if card.done]
    assert card.href.startswith("/runs/")
    assert shown(runner).form is not None


def test_logged_strength_work_is_ticked_off(runner: Place, now: SetNow) -> None:
    day = next(each for each in shown(runner).ahead if any(card.exercises for card in each.sessions))
    now(NOW + (date.fromisoformat(day.day) - TODAY))
    [card] = [card for card in shown(runner).sessions if card.exercises]
    assert (card.href, card.done) == (f"/plan/strength/{card.id}", "")
    session = next(each for each in today(runner).sessions if each.exercises)
    log_strength(runner, session.exercises[0].exercise, sets=3, reps=10, pain=1.0)
    assert [card.done for card in shown(runner).sessions if card.exercises] == ["Logged."]


def test_a_rest_day_says_so(runner: Place) -> None:
    view = shown(runner)
    assert (view.headline, view.sessions) == ("Rest day", ())
    assert view.following.startswith("Tomorrow: ")


def test_a_clip_is_offered_while_none_was_measured_and_running_is_allowed(runner: Place) -> None:
    assert shown(runner).gait_href == "/gait"
    record_check_in(runner, pain={"during": 9.0, "after_60min": 9.0, "next_morning": 9.0})
    assert shown(runner).gait_href == ""


def test_quicker_steps_are_offered_until_they_were_tried_and_while_running_is_allowed(runner: Place) -> None:
    assert shown(runner).trial_href == "/live/trial"
    record_check_in(runner, pain={"during": 8.0})
    assert shown(runner).trial_href == ""


def test_quicker_steps_are_not_offered_on_an_amber_day_nor_to_a_sore_calf(runner: Place, now: SetNow) -> None:
    log_test(runner, {"calf_or_achilles_pain": 6.0})
    assert shown(runner).trial_href == ""
    now(NOW + DAY)
    assert shown(runner).trial_href == "/live/trial"
    record_check_in(runner, pain={"during": 4.0})
    assert today(runner).light()["colour"] == "amber"
    assert shown(runner).trial_href == ""


def test_who_tried_quicker_steps_is_not_asked_again(runner: Place) -> None:
    log_gait_trial(runner, [160], pain_usual=3.0, pain_at={5: 3.0}, calf_pain=0.0, acute_calf=False)
    assert shown(runner).trial_href == ""


def test_race_day_is_honest(place: Place, now: SetNow) -> None:
    ready(place)
    make_plan(place, wishes=DAYS, goal=Goal(kind="race", distance_m=10_000, day=TODAY + 21 * DAY))
    now(NOW + 21 * DAY)
    view = shown(place)
    assert view.headline == "Race day"
    assert ("no run" in view.headline_text) == (not [card for card in view.sessions if card.cost])


def test_a_plan_that_ended_says_so_and_how_it_goes_on(place: Place, now: SetNow) -> None:
    ready(place)
    make_plan(place, wishes=DAYS, weeks=2)
    now(NOW + 30 * DAY)
    view = shown(place)
    assert view.headline == "The plan has ended"
    assert view.changes


def test_after_two_weeks_away_it_says_welcome(runner: Place, now: SetNow) -> None:
    record_check_in(runner, pain={"stairs": 1.0})
    now(NOW + 13 * DAY)
    assert shown(runner).welcome == ""
    now(NOW + 14 * DAY)
    assert "14 days ago" in shown(runner).welcome


def test_a_red_flag_shows_no_plan_and_asks_nothing(runner: Place, client: TestClient) -> None:
    assess_intake(runner, FLAGGED)
    view = shown(runner)
    assert view.stop is not None
    assert view.stop.kind == "stop"
    assert view.stop.reasons
    assert "running" in view.stop.blocked
    assert (view.sessions, view.form, view.light, view.ahead) == ((), None, None, ())
    page = client.get("/").text
    assert 'role="alert"' in page
    assert 'class="card session' not in page


def test_a_swollen_knee_stops_and_asks_the_safety_questions_again(runner: Place, now: SetNow) -> None:
    add_activity(runner, [run_of(TODAY)])
    now(NOW + DAY)
    told = record_check_in(runner, on=TODAY, pain={"during": 8.0, "next_morning": 6.0}, signs={"swelling": True})
    view = shown(runner, told.check_in.id)
    assert view.light is not None
    assert view.light.state == "stop"
    assert view.again
    [just] = view.just_told
    assert just.light is not None
    assert (just.light.word, just.light.state) == ("Red", "stop")
    assert "above" in just.light.rule


def test_the_days_ahead_are_kept_with_their_questions(runner: Place) -> None:
    ahead = shown(runner).ahead
    assert len(ahead) == 7
    monday, tuesday = ahead[:2]
    assert monday.after_run is not None
    assert tuesday.form is not None
    names = [slider.name for group in tuesday.form.groups for slider in group.sliders]
    assert f"{TODAY + DAY}.next_morning" in names


# ----------------------------------------------------------------------------------------------------------- sending


def test_two_days_are_stored_together_or_not_at_all(runner: Place, client: TestClient, csrf: str) -> None:
    form = {f"{TODAY - DAY}.next_morning": "3", f"{TODAY}.stairs": "11", "csrf_token": csrf}
    headers = {"accept": "application/json", "idempotency-key": KEY}
    assert client.post("/check-in", data=form, headers=headers).status_code == 422
    assert events(runner, "check_in") == []
    form[f"{TODAY}.stairs"] = "1"
    first = client.post("/check-in", data=form, headers=headers).json()
    again = client.post("/check-in", data=form, headers=headers).json()
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert again["ids"] == first["ids"]
    assert len(events(runner, "check_in")) == 2


def test_the_told_instant_is_kept_and_never_later_than_now(runner: Place, client: TestClient, csrf: str) -> None:
    for hours, moment in ((-3, "stairs"), (5, "before")):
        headers = {"accept": "application/json", "x-told-at": (NOW + timedelta(hours=hours)).isoformat()}
        sent = client.post("/check-in", data={f"{TODAY}.{moment}": "2", "csrf_token": csrf}, headers=headers)
        assert sent.status_code == 200
    assert [event.recorded_at for event in events(runner, "check_in")] == [NOW - timedelta(hours=3), NOW]


def test_what_was_told_before_is_put_right_on_its_own_page(runner: Place, client: TestClient, csrf: str) -> None:
    send = {f"{TODAY}.stairs": "1", "csrf_token": csrf}
    assert client.post("/check-in", data=send, follow_redirects=False).headers["location"].startswith("/?told=")
    send[f"{TODAY}.stairs"] = "4"
    refused = client.post("/check-in", data=send, headers={"accept": "application/json"})
    assert refused.status_code == 422
    assert "--correct" not in refused.text
    page = client.get("/check-in").text
    assert re.search(rf'value="1" name="{TODAY}.stairs"', page)
    assert client.post("/check-in", data={**send, "replace": "yes"}).status_code == 200
    assert re.search(rf'value="4" name="{TODAY}.stairs"', client.get("/check-in").text)


@pytest.mark.parametrize(
    "form", [{}, {"x": "1"}, {"2026-03-15.nothing": "1"}, {"2026-03-15.stairs": "much"}, {"2026-03-16.stairs": "1"}]
)
def test_what_cannot_be_right_is_refused(client: TestClient, place: Place, csrf: str, form: dict[str, str]) -> None:
    sent = client.post("/check-in", data={**form, "csrf_token": csrf}, headers={"accept": "application/json"})
    assert sent.status_code == 422
    assert sent.json()["error"]["text"]
    assert events(place, "check_in") == []


def test_a_day_to_come_has_no_page(client: TestClient, place: Place) -> None:
    assert client.get("/check-in", params={"day": (TODAY + DAY).isoformat()}).status_code == 404
    assert "next_morning" in client.get("/check-in", params={"day": (TODAY - DAY).isoformat()}).text
    assert "next_morning" not in client.get("/check-in").text


def test_the_changed_plan_is_taken_over(runner: Place, client: TestClient, csrf: str, now: SetNow) -> None:
    now(NOW + DAY)
    add_activity(runner, [run_of(TODAY + DAY, 6.0)])
    record_check_in(runner, pain={"before": 1.0, "during": 8.0, "after_60min": 7.0})
    assert shown(runner).changes
    client.post("/today/plan", data={"csrf_token": csrf})
    assert not shown(runner).changes
    assert client.get("/api/today").json()["version"] == 2


def test_the_api_speaks_as_the_command_line(runner: Place, client: TestClient, csrf: str) -> None:
    headers = {"x-csrf-token": csrf, "idempotency-key": KEY}
    stored = client.post("/api/checkins", json={"stairs": 2}, headers=headers).json()
    assert stored["check_in"]["stairs"] == 2
    assert stored.keys() >= {"check_in", "state", "new_flags", "repeated", "plan"}
    assert client.post("/api/checkins", json={"stairs": 2}, headers=headers).json()["repeated"]
    assert client.get("/api/state").json()["pain"]["latest"]
    assert client.get("/api/today").json()["local_date"] == TODAY.isoformat()


def test_a_form_is_read_by_day() -> None:
    [first, second] = read_form([("2026-03-15.stairs", "2"), ("2026-03-14.next_morning", "0"), ("replace", "yes")])
    assert (first.on, second.on) == (TODAY - DAY, TODAY)
    assert (first.pain, second.pain) == ({"next_morning": 0.0}, {"stairs": 2.0})
    assert first.replace
    with pytest.raises(InvalidInputError, match="no question"):
        read_form([("2026-03-15", "2")])


def test_records_are_told_apart(application: FastAPI, client: TestClient, tmp_path: Path) -> None:
    from kneewise.web.app import create_app

    other = create_app(Place(tmp_path / "other"))
    assert application.state.sessions.record != other.state.sessions.record
    assert application.state.sessions.record in client.get("/").text
