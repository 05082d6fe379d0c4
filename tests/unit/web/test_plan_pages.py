"""The plan's pages and documents in each state: before a plan, with one, refused, moved, adapted, told."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.clinical import CALM, TODAY, SetNow, now
from tests.planning import DAYS, FLAGGED, events, ready

from kneewise.domain import Goal
from kneewise.errors import InvalidInputError
from kneewise.plan.moving import DayChoice
from kneewise.services.checking_in import record_check_in
from kneewise.services.intake import assess_intake
from kneewise.services.moving import check_session_move
from kneewise.services.place import Place
from kneewise.services.plan_now import plan_now
from kneewise.services.plan_versions import plan_version
from kneewise.services.plan_weeks import plan_weeks
from kneewise.services.planning import make_plan, show_plan
from kneewise.web.plan.history_view import _inputs
from kneewise.web.plan.wishes_form import read_goal, read_wishes

__all__ = ["now"]

FORM = {"goal": "distance", "distance": "10", "day.0": "yes", "minutes.0": "45", "day.2": "yes", "day.5": "yes"}


@pytest.fixture
def place(application: FastAPI, now: SetNow) -> Place:
    found: Place = application.state.place
    return found


@pytest.fixture
def runner(place: Place) -> Place:
    """A runner with a plan on the story's Sunday."""
    ready(place)
    make_plan(place, wishes=DAYS, goal=Goal(kind="distance", distance_m=12000.0))
    return place


def first(place: Place, kind: str) -> str:
    plan = show_plan(place).plan
    assert plan is not None
    return next(each.id for each in plan.sessions if each.kind == kind and each.local_date > TODAY)


def movable(place: Place) -> tuple[str, tuple[DayChoice, ...]]:
    """Return a run that some day of its week can take, with what each day says."""
    plan = show_plan(place).plan
    assert plan is not None
    for session in plan.sessions:
        if session.kind == "run" and session.local_date > TODAY:
            week = check_session_move(place, session.id).week
            if any(each.verdict != "refused" for each in week):
                return session.id, week
    raise AssertionError("no run can move")


# ------------------------------------------------------------------------------------------------------------ states


def test_the_safety_questions_come_first(client: TestClient, place: Place) -> None:
    assert "First the safety questions" in client.get("/plan").text
    assert client.get("/plan/new", follow_redirects=False).headers["location"] == "/plan"


def test_a_plan_is_made_from_the_form(client: TestClient, csrf: str, place: Place) -> None:
    ready(place)
    assert "There is no plan yet" in client.get("/plan").text
    assert "Make the plan" in client.get("/plan/new").text
    answer = client.post("/plan/new", data={**FORM, "csrf_token": csrf, "at.0": "18:30", "has.band": "yes"})
    assert "This is your plan" in answer.text
    plan = show_plan(place).plan
    assert plan is not None
    assert plan.goal == Goal(kind="distance", distance_m=10000)
    assert {each.local_date.weekday() for each in plan.sessions} <= {0, 2, 5}
    assert "18:30" in client.get("/plan/new").text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"distance": ""}, "Tell how far you want to run."),
        ({"goal": "race"}, "A race needs its day."),
        ({"distance": "far"}, "is no number"),
        ({"away_from.0": "2026-03-20", "away_to.0": "2026-03-10"}, "ends before it begins"),
        ({"day.0": "", "day.2": "", "day.5": ""}, "at least one day"),
    ],
)
def test_a_wrong_wish_comes_back_with_a_sentence(
    client: TestClient, csrf: str, place: Place, wrong: dict[str, str], says: str
) -> None:
    ready(place)
    answer = client.post("/plan/new", data={**FORM, **wrong, "csrf_token": csrf})
    assert answer.status_code == 422
    assert says in answer.text
    assert plan_now(place).gathered.plan is None


def test_a_race_that_comes_too_early_is_told_with_the_earliest_honest_date(
    client: TestClient, csrf: str, place: Place
) -> None:
    ready(place)
    race = {"goal": "race", "distance": "42.2", "goal_day": str(TODAY + timedelta(weeks=3))}
    long_days = {f"minutes.{day}": "400" for day in (0, 2, 5)}
    text = client.post("/plan/new", data={**FORM, **race, **long_days, "csrf_token": csrf}).text
    assert "This date cannot be met within the rules." in text


def test_a_red_flag_stops_the_plan_with_its_reason(client: TestClient, csrf: str, runner: Place) -> None:
    assess_intake(runner, FLAGGED)
    text = client.get("/plan").text
    assert 'class="halt' in text
    assert "data-session" not in text
    before = len(events(runner, "plan"))
    client.post("/plan/new", data={**FORM, "csrf_token": csrf})
    assert len(events(runner, "plan")) == before
    assert client.get("/plan/export/watch").status_code == 422
    assess_intake(runner, CALM)
    assert "data-session" in client.get("/plan").text


def test_a_week_without_anything_left_gives_way_to_the_next(client: TestClient, runner: Place) -> None:
    plan = show_plan(runner).plan
    assert plan is not None
    following = min(each.local_date for each in plan.sessions if each.local_date >= TODAY)
    assert f'data-day="{following}"' in client.get("/plan").text
    assert f'data-day="{TODAY}"' in client.get("/plan", params={"week": str(TODAY)}).text


def test_pain_asks_for_a_change_and_the_button_takes_it_over(
    client: TestClient, csrf: str, runner: Place, now: SetNow
) -> None:
    record_check_in(runner, on=TODAY - timedelta(days=2), pain={"during": 7.0, "after_60min": 6.0, "next_morning": 6.0})
    assert "Take over this plan" in client.get("/plan").text
    answer = client.post("/plan/adapt", data={"csrf_token": csrf})
    assert "The plan follows what you told" in answer.text
    assert len(events(runner, "plan")) == 2
    assert "Nothing changes" in client.post("/plan/adapt", data={"csrf_token": csrf}).text


# ------------------------------------------------------------------------------------------------------------- pages


def test_each_line_has_its_cost_its_reason_and_its_certainty(client: TestClient, runner: Place) -> None:
    plan = show_plan(runner).plan
    assert plan is not None
    run = next(each for each in plan.sessions if each.id == first(runner, "run"))
    text = client.get("/plan", params={"week": str(run.local_date)}).text
    assert run.why in text
    assert "knee-km" in text
    assert "/evidence/" in text
    page = client.get(f"/plan/sessions/{run.id}").text
    assert "/evidence/sources/" in page
    assert run.effort.split(".")[0] in page


@pytest.mark.parametrize("path", ["/plan/month", "/plan/history", "/plan/history/1", "/plan/steps", "/plan/week-sheet"])
def test_every_page_answers(client: TestClient, runner: Place, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_far_days_lead_nowhere(client: TestClient, runner: Place, day: str) -> None:
    for path in ("/plan", "/plan/week-sheet", "/plan/export/week"):
        assert client.get(path, params={"week": day}).status_code == 200
    assert client.get("/plan/month", params={"month": day[:7]}).status_code == 200
    name = first(runner, "run")
    assert client.get(f"/plan/sessions/{name}/move", params={"to": day}).status_code == 200


def test_what_is_not_there_is_not_found(client: TestClient, runner: Place) -> None:
    for path in ("/plan/sessions/none", "/plan/sessions/none/move", "/plan/history/99"):
        assert client.get(path).status_code == 404


def test_a_page_that_was_read_once_follows_every_change(client: TestClient, runner: Place) -> None:
    one = plan_now(runner)
    assert plan_now(runner) is one
    record_check_in(runner, on=TODAY, pain={"stairs": 1.0})
    assert plan_now(runner) is not one


# -------------------------------------------------------------------------------------------------------------- move


def test_a_move_makes_a_version_and_a_refused_one_does_not(client: TestClient, csrf: str, runner: Place) -> None:
    name, week = movable(runner)
    refused = next(each for each in week if each.verdict == "refused" and each.rule not in ("same_day", "past"))
    answer = client.post(f"/plan/sessions/{name}/move", data={"csrf_token": csrf, "to": str(refused.local_date)})
    assert answer.status_code == 422
    assert refused.text in answer.text
    assert len(events(runner, "plan")) == 1
    free = next(each for each in week if each.verdict != "refused")
    moved = client.post(f"/plan/sessions/{name}/move", data={"csrf_token": csrf, "to": str(free.local_date)})
    assert "Moved." in moved.text
    assert len(events(runner, "plan")) == 2
    found = plan_version(runner, 2)
    assert [each.kind for each in found.differences if each.after is not None and each.after.id == name] == ["moved"]
    version = client.get("/plan/history/2").text
    assert "moved" in version
    assert "Your own choice" in version  # where it comes from, in words and not as a code
    assert "Rule:" not in version


def test_the_api_gives_the_documents_of_the_command_line(client: TestClient, csrf: str, runner: Place) -> None:
    headers = {"x-csrf-token": csrf}
    assert client.get("/api/plan").json() == show_plan(runner).to_json()
    name, _week = movable(runner)
    found = client.get("/api/plan/moves", params={"session": name}).json()
    assert found == check_session_move(runner, name).to_json()
    free = next(each["local_date"] for each in found["week"] if each["verdict"] != "refused")
    moved = client.post("/api/plan/moves", json={"session": name, "to": free}, headers=headers).json()
    assert moved["issued"] is True
    assert client.get("/api/plan/versions/2").json()["version"] == 2
    entry = {"exercise": "k04", "sets": 3, "reps": 12, "pain": 1, "reps_in_reserve": 3}
    keyed = {**headers, "idempotency-key": "a-key-of-this-test"}
    stored = [client.post("/api/strength", json=entry, headers=keyed).json() for _ in range(2)]
    assert stored[0]["id"] == stored[1]["id"]
    assert [each["repeated"] for each in stored] == [False, True]
    built = client.post("/api/plan", json={"days": "mon,wed,sat:90@9:30"}, headers=headers).json()
    assert built["version"] == 3
    trial = {"baseline_spm": [164], "pain_usual": 4, "pain_5": 2, "comfortable": True, "acute_calf": False}
    assert client.post("/api/gait-trial", json=trial, headers=headers).json()["result"]["verdict"]
    far = client.post("/api/plan", json={"start": "9999-01-01"}, headers=headers)
    assert far.status_code == 422


# ------------------------------------------------------------------------------------------------- strength and files


def test_strength_is_told_by_the_form_and_corrected(client: TestClient, csrf: str, runner: Place) -> None:
    name = first(runner, "strength")
    page = client.get(f"/plan/sessions/{name}").text
    plan = show_plan(runner).plan
    assert plan is not None
    dose = next(each for each in plan.sessions if each.id == name).exercises[0]
    assert "<svg" in page
    key = dose.exercise
    amount = {f"{key}.reps": "9"} if dose.reps is not None else {f"{key}.hold": "20"}
    form = {"csrf_token": csrf, "exercise": key, "session": name, f"{key}.sets": "2", f"{key}.pain": "1", **amount}
    assert client.post("/plan/strength", data=form).status_code == 200
    [told] = events(runner, "strength_log")
    assert told.data["sets"] == 2
    client.post("/plan/strength", data={**form, f"{key}.sets": "3", f"{key}.correct": told.id})
    assert events(runner, "strength_log")[-1].data["corrects"] == told.id
    wrong = client.post("/plan/strength", data={**form, f"{key}.sets": "many"})
    assert wrong.status_code == 422


def test_files_are_made_in_memory(client: TestClient, runner: Place) -> None:
    answer = client.get("/plan/export/watch", params={"days": 14})
    assert "attachment" in answer.headers["content-disposition"]
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert names[0] == "README.txt"
    assert any(name.endswith(".fit") for name in names)
    assert client.get("/plan/export/calendar").text.startswith("BEGIN:VCALENDAR")
    week = client.get("/plan/export/week")
    assert "sha256-" in week.headers["content-security-policy"]


def test_weeks_add_up_what_was_planned_and_done(runner: Place) -> None:
    now_ = plan_now(runner)
    plan = now_.gathered.plan
    assert plan is not None
    weeks = plan_weeks(now_, plan)
    planned = sum(each.knee_km.value for each in plan.sessions if each.knee_km is not None)
    assert sum(week.planned.value for week in weeks if week.planned is not None) == pytest.approx(planned)
    assert all(week.done is None for week in weeks if week.monday > TODAY)


# ------------------------------------------------------------------------------------------------------------- forms


def test_a_trial_of_quicker_steps_is_told_and_judged(client: TestClient, csrf: str, runner: Place) -> None:
    assert client.post("/plan/steps", data={"csrf_token": csrf}).status_code == 422
    form = {"first_count": "164", "pain_usual": "4", "pain_5": "2", "pain_7.5": "2", "comfortable": "yes"}
    answer = client.post("/plan/steps", data={**form, "acute_calf": "no", "csrf_token": csrf})
    assert "Your trial of" in answer.text
    assert events(runner, "gait_trial")[-1].data["baseline_spm"] == 164


def test_the_form_reads_goals_days_and_times_away(now: SetNow) -> None:
    goal = read_goal({"goal": "race", "distance": "21.1", "goal_day": "2026-06-01"})
    assert goal == Goal(kind="race", distance_m=21100, day=date(2026, 6, 1))
    wishes = read_wishes({**FORM, "away_from.1": "2026-04-01", "long_run_day": "5", "runs_per_week": "3"}, goal)
    assert wishes.away == ((date(2026, 4, 1), date(2026, 4, 1)),)
    assert wishes.long_run_weekday == 5
    assert wishes.races is not None
    assert wishes.minutes is not None
    assert wishes.minutes[0] == 45
    assert read_goal({}) is None
    with pytest.raises(InvalidInputError):
        read_wishes({**FORM, "at.0": "noon"}, None)


def test_what_a_change_looked_at_has_words_for_everything_it_shows() -> None:
    looked = {"id": "run-1", "greens": 2, "factor": 0.7, "to": "build", "since": "2026-08-30", "distance_m": 5210.0}
    words = dict(_inputs(looked))
    assert words == {
        "Green in a row": "2",
        "Since": "2026-08-30",
        "Of the load": "70 %",
        "Now": "Build hip and knee",
        "Distance": "5.2 km",
    }
