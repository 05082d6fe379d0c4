"""``plan``, ``today``, ``log`` and ``export``: JSON by the contract, plain words, one sentence for no."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.clinical import NOW, TODAY, SetNow, run_of
from tests.planning import FLAGGED, ready
from tests.unit.cli.calling import Call, call, document, sentence, text

from kneewise.services.adding import add_activity
from kneewise.services.place import Place

__all__ = ["call"]

PLAN = {"version", "start", "phase", "days", "changes"}
ITEM = {"kind", "title", "dose", "steps", "knee_km", "cadence_target_spm", "why", "rule", "sources"}
BUILD = ("plan", "build", "--days", "mon,tue:30,wed,sat:120@9:30", "--equipment", "band,step")


@pytest.fixture
def place(tmp_path: Path, now: SetNow) -> Place:
    found = Place(tmp_path / "data")
    ready(found)
    return found


@pytest.mark.usefixtures("place")
def test_build_as_json(call: Call) -> None:
    made = document(call(*BUILD, "--goal", "distance", "--distance-m", 15000, "--json"))
    assert set(made) >= PLAN
    assert (made["version"], made["issued"], made["refused"]) == (1, True, None)
    items = [item for day in made["days"] for item in day["items"]]
    assert all(set(item) >= ITEM for item in items)
    assert {"run", "strength"} <= {item["kind"] for item in items}
    assert all(item["why"] and item["rule"] for item in items)
    assert made["goal"] == {"kind": "distance", "distance_m": 15000.0, "day": None}
    assert made["outlook"]["earliest"] is not None
    shown = document(call("plan", "show", "--json"))
    assert {name: shown[name] for name in PLAN} == {name: made[name] for name in PLAN}


@pytest.mark.usefixtures("place")
def test_build_as_text(call: Call) -> None:
    printed = text(call(*BUILD, "--goal", "run-without-thinking"))
    assert "YOUR PLAN, VERSION 1" in printed
    assert "Goal: run without thinking about the knee." in printed
    assert "Mon 16 Mar  Easy run: 6.0 km" in printed
    assert "at 09:30" in printed
    assert "Nothing changes: version 1" in text(call("plan", "build"))
    assert "Nothing changes: version 1" in text(call("plan", "adapt"))


@pytest.mark.usefixtures("place")
def test_a_week_tells_how_and_why(call: Call) -> None:
    call(*BUILD)
    printed = text(call("plan", "show", "--week"))
    assert "Why: Your usual run." in printed
    assert "Easier: " in printed
    assert "Mini squat: 2 × 12" in printed
    week = document(call("plan", "show", "--week", "--json"))
    assert {day["local_date"] for day in week["days"]} <= {(TODAY + timedelta(days=n)).isoformat() for n in range(7)}


def test_a_refused_plan_is_one_sentence_and_a_document(call: Call, now: SetNow) -> None:
    assert sentence(call("plan", "build")).startswith("There is no plan for now: The safety questions are not")
    refused = call("plan", "build", "--json")
    assert refused.exit_code == 1
    told = json.loads(refused.stdout)
    assert set(told) >= PLAN
    assert told["days"] == []
    assert told["refused"]["reasons"][0]["rule"] == "no_intake"
    assert "There is no plan yet" in sentence(call("plan", "show"))
    assert "There is no plan yet" in sentence(call("plan", "adapt"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--days", "mon,fun"), "'fun' is no day of the week"),
        (("--goal", "race", "--distance-m", 5000), "--race-date"),
        (("--goal", "distance"), "--distance-m"),
        (("--away", "soon"), "is no time away"),
        (("--equipment", "jetpack"), "'jetpack' is no equipment"),
        (("--start", "2026-03-01"), "is over"),
        (("--weeks", 60), "from 1 to 52 weeks"),
    ],
)
@pytest.mark.usefixtures("place")
def test_what_cannot_be_right(call: Call, options: tuple[object, ...], words: str) -> None:
    assert words in sentence(call("plan", "build", *options))


@pytest.mark.usefixtures("place")
def test_usage_errors(call: Call) -> None:
    assert call("plan", "build", "--goal", "fly").exit_code == 2
    assert call("plan", "build", "--race-date", "soon").exit_code == 2
    assert call("log", "gait-trial").exit_code == 2


def test_a_check_in_says_that_the_plan_should_follow(call: Call, place: Place, now: SetNow) -> None:
    call(*BUILD)
    assert document(call("checkin", "--stairs", 1, "--json"))["plan"] is None
    now(NOW + timedelta(days=1))
    add_activity(place, [run_of(TODAY + timedelta(days=1), 6.0)])
    printed = text(call("checkin", "--during", 7, "--after", 6))
    assert "Your plan should follow this: run 'kneewise plan adapt'." in printed
    screen = text(call("today"))
    assert "✓  Done." in screen
    assert "Your plan should be adapted: run 'kneewise plan adapt'" in screen
    adapted = text(call("plan", "adapt"))
    assert "YOUR PLAN, VERSION 2" in adapted
    assert "What changed" in adapted
    assert "Your plan should be adapted" not in text(call("today"))
    assert document(call("plan", "show", "--version", 1, "--json"))["version"] == 1


def test_today_without_anything(call: Call, now: SetNow) -> None:
    screen = text(call("today"))
    assert "NO PLAN FOR NOW" in screen
    assert "kneewise intake" in screen
    shown = document(call("today", "--json"))
    assert shown["local_date"] == TODAY.isoformat()
    assert (shown["version"], shown["items"], shown["next"]) == (None, [], None)


@pytest.mark.usefixtures("place")
def test_today_fits_one_screen(call: Call, now: SetNow) -> None:
    assert "kneewise plan build" in text(call("today"))
    call(*BUILD)
    now(NOW + timedelta(days=1))
    screen = text(call("today"))
    assert "Easy run: 6.0 km" in screen
    assert "kneewise checkin --during 0-10 --after 0-10" in screen
    assert "Next: Tue 17 Mar, Strength" in screen
    assert len(screen.splitlines()) <= 40


@pytest.mark.usefixtures("place")
def test_a_red_flag_on_the_screen(call: Call) -> None:
    call(*BUILD)
    call("intake", "-", input=json.dumps({"answers": FLAGGED}))
    screen = text(call("today"))
    assert "NO PLAN FOR NOW" in screen
    assert "Easy run" not in screen
    assert "NO PLAN FOR NOW" in text(call("plan", "show"))
    assert "There is no plan for now" in sentence(call("plan", "adapt"))
    assert "may not be followed" in sentence(call("export", "watch", "x"))


@pytest.mark.usefixtures("place")
def test_log_strength(call: Call) -> None:
    logged = document(call("log", "strength", "mini squat", "--sets", 3, "--reps", 12, "--load", "5kg", "--json"))
    assert (logged["exercise"], logged["load_kg"], logged["band"]) == ("k04", 5.0, "")
    printed = text(call("log", "strength", "h02", "--sets", 2, "--reps", 12, "--load", "red", "--pain", 1))
    assert "Side leg lift, 2 × 12, band red, pain 1." in printed
    assert "Without --reserve" in printed
    assert "Without" not in text(call("log", "strength", "k03", "--hold-s", 30, "--pain", 0))
    assert "could be several" in sentence(call("log", "strength", "squat", "--reps", 5))


@pytest.mark.usefixtures("place")
def test_log_tests_and_trials(call: Call) -> None:
    assert "2 answers" in text(call("log", "test", "--walk-min", 30, "--walk-pain", 1))
    assert document(call("log", "test", "--hops", 10, "--json"))["answers"] == {"hop_reps": 10.0}
    assert "No test was told" in sentence(call("log", "test"))
    trial = ("log", "gait-trial", "--baseline-spm", 162, "--pain-usual", 3, "--pain-5", 2, "--pain-75", 1)
    assert "tell us about your calf" in text(call(*trial))
    told = document(call(*trial, "--no-acute-calf", "--calf-pain", 0, "--json"))
    assert told["result"]["verdict"] == "train"
    assert told["baseline_spm"] == 162


def test_exports(call: Call, place: Place, tmp_path: Path, now: SetNow) -> None:
    call(*BUILD)
    printed = text(call("export", "watch", tmp_path / "watch", "--days", 7))
    assert "3 workouts written:" in printed
    assert "GARMIN/NEWFILES" in printed
    written = document(call("export", "calendar", tmp_path / "plan.ics", "--json"))
    assert written["paths"] == [str(tmp_path / "plan.ics")]
    assert b"BEGIN:VTIMEZONE" in (tmp_path / "plan.ics").read_bytes()
    assert "1 page written" in text(call("export", "week", tmp_path / "week.html"))
    now(NOW + timedelta(days=1))
    add_activity(place, [run_of(TODAY + timedelta(days=1), 6.0)])
    call("checkin", "--during", 8)
    warned = call("export", "watch", tmp_path / "watch")
    assert warned.exit_code == 0
    assert "should be adapted first" in warned.stderr


def test_the_words_are_plain(call: Call, place: Place) -> None:
    """No id of a rule and no name of the code reaches the runner."""
    call(*BUILD, "--goal", "run-without-thinking")
    for command in (("plan", "show"), ("plan", "show", "--week"), ("today",)):
        printed = text(call(*command))
        for word in ("None", "single_run", "walk_run", "{", "level_", "nan"):
            assert word not in printed, (command, word)
