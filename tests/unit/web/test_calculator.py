"""The calculator: the runner's own numbers to begin with, the answer in words, the document of the command."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kneewise.load import knee_load
from kneewise.services.profile import set_profile

RUN = {"speed": "5:00", "cadence": "170", "height": "178", "mass": "70"}


def test_without_a_body_it_asks_for_one(client: TestClient) -> None:
    page = client.get("/calculator")
    assert page.status_code == 200
    assert "Tell height, pace and cadence" in page.text
    assert 'value="164"' in page.text


def test_it_begins_with_the_runner(client: TestClient, application: FastAPI) -> None:
    set_profile(application.state.place, height_m=1.7, mass_kg=60.0)
    text = client.get("/calculator").text
    assert 'name="height" type="text" value="170"' in text
    assert "knee-km per km" in text
    assert "Per kilometre it costs about as much as the running that it is compared with" in text


def test_the_numbers_are_those_of_the_command(client: TestClient) -> None:
    given = {
        "speed_mps": 3.0,
        "cadence_spm": 165,
        "height_m": 1.75,
        "mass_kg": 70,
        "grade_deg": 2,
        "foot_strike": "forefoot",
    }
    answer = client.get("/api/knee-load", params=given)
    assert answer.json() == knee_load(3.0, 165, 1.75, 70, grade_deg=2, foot_strike="forefoot").to_json()
    shown = client.get("/calculator", params={**RUN, "speed": "10.8", "cadence": "165", "height": "175"}).text
    force = knee_load(3.0, 165, 1.75, 70).per_step["peak_force_bw"]
    assert f"about {force.value:.1f} times your body weight" in shown
    assert "connolly" in shown


def test_pace_and_speed_are_the_same(client: TestClient) -> None:
    pages = [client.get("/calculator", params={**RUN, "speed": text}).text for text in ("5:00", "12")]
    assert all("At 5:00 min/km and 170 steps a minute" in page for page in pages)


def test_miles_feet_and_pounds(client: TestClient) -> None:
    client.cookies.set("kneewise_units", "imperial")
    given = {"speed": "8:03", "cadence": "170", "height": "5", "height_inches": "10", "mass": "154"}
    page = client.get("/calculator", params=given).text
    assert "knee-mi per mi" in page
    assert "At 8:03 min/mi" in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"speed": "fast"}, "is no number"),
        ({"speed": "5:x"}, "is no pace"),
        ({"speed": "0:00"}, "Pace or speed is missing"),
        ({"cadence": "-3"}, "Cadence: give a number above 0."),
        ({"height": ""}, "Height is missing"),
        ({"convention": "besier"}, "besier"),
        ({"speed": "40"}, "No number:"),
        ({"bend": "44"}, "A filmed knee"),
    ],
)
def test_what_is_typed_is_answered(client: TestClient, change: dict[str, str], told: str) -> None:
    page = client.get("/calculator", params={**RUN, **change})
    assert page.status_code == 200
    assert told in page.text


def test_a_part_is_the_answer_alone(client: TestClient) -> None:
    part = client.get("/calculator", params=RUN, headers={"hx-request": "true"})
    assert "<html" not in part.text
    assert "knee-km per km" in part.text


def test_in_german_with_a_comma(client: TestClient) -> None:
    client.cookies.set("kneewise_language", "de")
    page = client.get("/calculator", params={**RUN, "slope": "-2,5"}).text
    assert "mal dein Körpergewicht" in page


def test_numbers_that_cannot_be_right_are_refused(client: TestClient) -> None:
    assert (
        client.get("/api/knee-load", params={"speed_mps": -1, "cadence_spm": 165, "height_m": 1.75}).status_code == 422
    )
