"""The page of a live session: what it may sense, what it keeps, what it stores once."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from fastapi import FastAPI
from garmin_fit_sdk import Decoder, Stream
from starlette.testclient import TestClient
from tests.clinical import CALM, NOW, SetNow
from tests.planning import DAYS, events, ready

from kneewise.services.gait.trial import log_gait_trial
from kneewise.services.intake import assess_intake
from kneewise.services.live_camera import camera_lacks
from kneewise.services.place import Place
from kneewise.services.plan_now import plan_now
from kneewise.services.planning import make_plan

pytestmark = pytest.mark.usefixtures("now")
SESSION = {
    "session_id": "gait-1", "run_s": 900, "planned_s": 900, "sources": ["tap"], "pain_during": 1,
    "blocks": [{"from_s": 0, "to_s": 900, "on": True, "cadence_spm": 168.2}], "calf_or_achilles_pain": 0,
}  # fmt: skip


@pytest.fixture
def place(application: FastAPI, now: SetNow) -> Place:
    found: Place = application.state.place
    return found


def _trained(place: Place, now: SetNow) -> None:
    ready(place)
    log_gait_trial(place, [160], pain_usual=3.0, pain_at={5: 1.0}, calf_pain=0.0, acute_calf=False)
    plan = make_plan(place, wishes=DAYS).plan
    assert plan is not None
    first = next(each for each in plan.sessions if each.kind == "gait_retraining")
    now(NOW + (first.local_date - plan.start))


def _policy(client: TestClient, path: str) -> str:
    return str(client.get(path).headers["permissions-policy"])


def test_sensors_are_open_to_this_page_alone(client: TestClient) -> None:
    for path in ("/live", "/live/trial"):
        policy = _policy(client, path)
        assert all(f"{name}=(self)" in policy for name in ("accelerometer", "gyroscope", "camera", "microphone"))
    policy = _policy(client, "/plan")
    assert all(f"{name}=()" in policy for name in ("accelerometer", "gyroscope", "microphone"))


def test_it_is_kept_for_times_without_a_connection(client: TestClient) -> None:
    assert {"/live", "/live/trial", "/gait/live"} <= set(client.get("/shell.json").json()["pages"])


@pytest.mark.skipif(bool(camera_lacks()), reason="the pose model is not there (run 'make models')")
def test_all_that_the_camera_loads_can_be_kept_too(client: TestClient) -> None:
    """The worker, its program and the networks, each with its true size, and nothing that pages keep anyway."""
    shell = client.get("/shell.json").json()
    assert not set(shell["late"]) & set(shell["files"])
    assert {Path(address).suffix for address in shell["late"]} == {".js", ".wasm", ".tflite"}
    for address, size in shell["late"].items():
        assert len(client.get(address).content) == size
    assert 10e6 < sum(shell["late"].values()) < 25e6


def test_without_answers_there_is_no_session(client: TestClient) -> None:
    assert "First answer the safety questions" in client.get("/live").text


def test_today_the_plan_and_the_quicker_steps_lead_to_it(client: TestClient, place: Place, now: SetNow) -> None:
    _trained(place, now)
    session = next(each for each in plan_now(place).plan.sessions if each.kind == "gait_retraining")  # type: ignore[union-attr]
    for path in ("/", f"/plan/sessions/{session.id}", "/plan/steps"):
        assert 'href="/live"' in client.get(path).text, path
    text = client.get("/live").text
    assert '"beat_spm": 168' in text
    assert '"share_done": 0.1' in text
    assert "Begin" in text


def test_a_session_sent_twice_is_stored_once_and_done(client: TestClient, csrf: str, place: Place, now: SetNow) -> None:
    _trained(place, now)
    headers = {"x-csrf-token": csrf, "Idempotency-Key": "live-0001"}
    told = {**SESSION, "session_id": json.loads(client.get("/api/live").text)["practice"]["id"]}
    for _ in range(2):
        answer = client.post("/live", data={"told": json.dumps(told)}, headers=headers)
        assert answer.status_code == 200
        assert answer.json()["text"].startswith("Next: Quicker steps 2")
    assert len(events(place, "live_session")) == 1
    assert "Logged." in client.get("/").text
    assert "Begin, with beat and voice" not in client.get("/").text.partition("<template")[0]
    assert "The next" not in client.get("/live").text
    assert client.get("/api/live").json()["kind"] == "none"


def test_a_trial_is_stored(client: TestClient, csrf: str, place: Place) -> None:
    assess_intake(place, CALM)
    told = {
        "counts_spm": [160, 161], "pain_usual": 3, "acute_calf": False,
        "steps": [{"above_pct": 5, "pain": 1, "comfortable": True, "calf_or_achilles_pain": 0}],
    }  # fmt: skip
    answer = client.post("/live/trial", data={"told": json.dumps(told)}, headers={"x-csrf-token": csrf})
    assert answer.json() == {"verdict": "train", "text": "Quicker steps suit you. Make a plan; it holds the sessions."}
    assert "Make a plan: it holds the sessions" in client.get("/plan/steps").text


def test_who_trains_outside_takes_the_session_along_on_the_watch(client: TestClient, place: Place, now: SetNow) -> None:
    _trained(place, now)
    answer = client.get("/plan/export/watch", params={"days": 7})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        name = next(name for name in files.namelist() if "quicker-steps" in name.lower())
        messages, errors = Decoder(Stream.from_byte_array(bytearray(files.read(name)))).read()
    assert errors == []
    targets = [
        (step["custom_target_cadence_low"], step["custom_target_cadence_high"])
        for step in messages["workout_step_mesgs"]
        if step["target_type"] == "cadence"
    ]
    assert targets
    assert all(low <= 168 / 2 <= high for low, high in targets)


@pytest.mark.parametrize("told", ["", "{", '{"session_id": 1}', json.dumps({**SESSION, "pain_during": 11})])
def test_what_cannot_be_read_is_one_sentence(client: TestClient, csrf: str, told: str) -> None:
    answer = client.post("/live", data={"told": told}, headers={"x-csrf-token": csrf, "accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["error"]["text"]
