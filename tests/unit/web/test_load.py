"""Load and runs: what the pages say, in both languages and units, and the documents of the API."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.databases import Databases
from tests.unit.web.conftest import ADDRESS

from kneewise.services.listing import list_activities
from kneewise.services.load_history import load_history
from kneewise.services.own_data.carry import carry_record
from kneewise.services.place import Place
from kneewise.services.run_story import run_story
from kneewise.storage import engines
from kneewise.web.app import create_app
from kneewise.web.load.run_words import _CARDS
from kneewise.web.options import WebOptions

GERMAN = {"language": "de", "units": "metric", "theme": "auto"}
MILES = {"language": "en", "units": "imperial", "theme": "auto"}


@pytest.fixture(scope="module")
def place(
    demo_made: Path, tmp_path_factory: pytest.TempPathFactory, database_kind: str, databases: Databases
) -> Iterator[Place]:
    here = Place(Path(shutil.copytree(demo_made, tmp_path_factory.mktemp("load") / "data")))
    if database_kind == engines.SQLITE:
        yield here
        return
    mark = databases.mark()
    there = replace(here, database=databases.take())
    carry_record(here, there.database or "")
    yield there
    databases.give_back(mark)


@pytest.fixture(scope="module")
def runner_app(place: Place) -> Iterator[FastAPI]:
    application = create_app(place, WebOptions())
    yield application
    application.state.place.record.close()


@pytest.fixture
def reader(runner_app: FastAPI) -> Iterator[TestClient]:
    """The made runner's browser."""
    sessions = runner_app.state.sessions
    with TestClient(runner_app, base_url=ADDRESS, raise_server_exceptions=False) as client:
        client.cookies.set(runner_app.state.cookie, sessions.new())
        yield client


@pytest.fixture(scope="module")
def long_run(place: Place) -> str:
    """A run with positions that has a number."""
    runs = [item for item in list_activities(place).activities if (item.activity.distance_m or 0) > 9000]
    return next(item.id for item in runs if run_story(place, item.id).has_positions)


def chosen(client: TestClient, **choices: str) -> TestClient:
    for name, value in choices.items():
        client.cookies.set(f"kneewise_{name}", value)
    return client


def data_of(page: str, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found.group(1))


@pytest.mark.parametrize("by", ["day", "week", "month"])
def test_the_table_holds_the_numbers_of_the_history(reader: TestClient, place: Place, by: str) -> None:
    page = reader.get("/load", params={"by": by}).text
    assert "Last 7 days" in page
    assert "Your longest run of the last 30 days was" in page
    history = load_history(place).to_json()
    weeks = history["weeks"]
    if by == "week":
        assert f">{weeks['knee_km'][-2]:.1f}</td>" in page  # the last has just begun on a Monday
    assert page.count("<tr>") == 14
    assert len(data_of(page, "history-data")["marks"]) == len(history["marks"])


def test_the_pages_of_the_table_go_back_to_the_first_run(reader: TestClient, place: Place) -> None:
    first = load_history(place).to_json()["months"]["local_date"][0]
    page = reader.get("/load", params={"by": "month", "page": 99}).text
    assert f"since={first}" in page
    part = reader.get("/load", params={"by": "month", "page": 2}, headers={"hx-request": "true"})
    assert "<html" not in part.text
    assert part.headers["vary"].startswith("hx-request")


def test_a_period_with_one_run_leads_to_it_and_with_more_to_their_list(reader: TestClient) -> None:
    assert re.search(r'href="/runs/[0-9a-f]{12}">\d+ ', reader.get("/load?by=day").text)
    assert re.search(r'href="/runs\?since=\d{4}-\d\d-\d\d&amp;until=', reader.get("/load?by=week").text)


def test_miles_everywhere(reader: TestClient, long_run: str) -> None:
    chosen(reader, **MILES)
    for path in ("/load", "/load?by=day", f"/runs/{long_run}", "/runs"):
        words = re.sub(r"<script.*?</script>|<[^>]+>", " ", reader.get(path).text, flags=re.DOTALL)
        own = words.partition("How good the recording")[0].partition("What is known about weekly load")[0]
        assert not re.search(r"\d k?m\b|knee-km\b|min/km", own), path
    charts = data_of(reader.get(f"/runs/{long_run}").text, "along-data")
    assert charts["unit"] == "mi"
    assert charts["x"][-1] == pytest.approx(list_distance(reader, long_run) / 1609.344, rel=0.01)


def list_distance(client: TestClient, run: str) -> float:
    return float(client.get(f"/api/activities/{run}").json()["activity"]["distance_m"])


def test_german_everywhere(reader: TestClient, long_run: str) -> None:
    chosen(reader, **GERMAN)
    for path, words in (
        ("/load", "Dein längster Lauf der letzten 30 Tage"),
        (f"/runs/{long_run}", "Was ihn teuer oder billig machte"),
        ("/runs", "Aktivitäten"),
        ("/runs/add", "Lauf eintragen"),
    ):
        assert words in reader.get(path).text


def test_a_run_is_told_with_the_numbers_of_its_story(reader: TestClient, place: Place, long_run: str) -> None:
    story, page = run_story(place, long_run), reader.get(f"/runs/{long_run}").text
    cost = story.item.to_json()["knee_km"]
    assert f"{cost['value']:.1f}" in page
    changes = data_of(page, "what-if-data")
    assert [each["percent"] for each in changes] == list(range(-10, 16))
    assert changes[10]["text"] == "As you ran it."
    assert "% less" in changes[20]["text"]
    assert "% more" in changes[0]["text"]
    assert "not studied" in changes[0]["text"] + changes[-1]["text"]
    charts = data_of(page, "along-data")
    assert len({len(line["values"]) for line in charts["lines"]} | {len(charts["x"])}) == 1
    assert page.count('class="lever-bar"') == 5
    assert "Convention:" in page


def test_the_way_is_drawn_only_on_request(reader: TestClient, long_run: str) -> None:
    assert "<polyline" not in reader.get(f"/runs/{long_run}").text
    part = reader.get(f"/runs/{long_run}/way", headers={"hx-request": "true"}).text
    assert "<polyline" in part
    assert "<html" not in part
    assert "<polyline" in reader.get(f"/runs/{long_run}/way").text  # without scripts: the whole page


def test_neighbours_lead_through_the_record(reader: TestClient, place: Place) -> None:
    ids = [item.id for item in list_activities(place).activities]
    assert f'href="/runs/{ids[3]}" rel="prev"' in reader.get(f"/runs/{ids[4]}").text
    assert f'href="/runs/{ids[5]}" rel="next"' in reader.get(f"/runs/{ids[4]}").text
    assert 'rel="next"' not in reader.get(f"/runs/{ids[-1]}").text


def test_the_list_is_paged_and_filtered(reader: TestClient) -> None:
    own, _, _samples = reader.get("/runs").text.partition('id="samples"')
    assert own.count('class="row run-row"') == 40
    few = reader.get("/runs", params={"until": "2000-01-01"}).text
    assert "No runs in this time" in few
    assert 'type="date"' in few
    swapped = reader.get("/runs", params={"since": "2030-01-01", "until": "2000-01-01"})
    assert swapped.status_code == 200
    assert reader.get("/runs", params={"since": "never"}).status_code == 200


def test_an_unknown_run_is_no_page(reader: TestClient) -> None:
    assert reader.get("/runs/nothing").status_code == 404
    assert reader.get("/api/activities/nothing").status_code == 404
    assert reader.get("/load?by=year").status_code == 422


def test_the_api_gives_the_documents_of_the_commands_and_says_what_is_unchanged(
    reader: TestClient, place: Place
) -> None:
    answer = reader.get("/api/load", params={"by": "week"})
    assert answer.json() == json.loads(json.dumps(load_history(place).to_json()))
    again = reader.get("/api/load", params={"by": "week"}, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    listed = reader.get("/api/activities", params={"since": "2026-01-01"}).json()
    assert {"id", "knee_km", "issues"} <= set(listed[0])
    assert reader.get("/api/load", params={"since": "2026-02-01", "until": "2026-01-01"}).status_code == 422
    assert reader.get("/api/load", params={"since": "2026-02-01", "by": "day"}).status_code == 422
    assert reader.get("/api/load", params={"since": "2026-02-01"}).json()["days"]


def test_an_empty_record_says_what_to_do(client: TestClient) -> None:
    for path in ("/load", "/runs"):
        page = client.get(path).text
        assert 'href="/runs/add"' in page
        assert 'class="button" href="/import"' in page
        assert "history-data" not in page
        assert 'type="date"' not in page


def test_a_run_is_typed_in_and_shown(client: TestClient, csrf: str) -> None:
    form = {"csrf_token": csrf, "date": "2026-10-01", "distance": "8", "time": "45:00", "slope": "-2", "title": "Hills"}
    answer = client.post("/runs/add", data=form, follow_redirects=False)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert "Hills" in page
    assert "Typed in, not recorded" in page
    [item] = client.get("/api/activities").json()
    assert (item["distance_m"], item["moving_s"]) == (8000, 2700)
    assert client.post("/runs/add", data=form, follow_redirects=False).headers["location"] == f"/runs/{item['id']}"


def test_a_typed_in_run_counts_in_the_readers_units(client: TestClient, csrf: str) -> None:
    chosen(client, units="imperial")
    form = {"csrf_token": csrf, "date": "2026-10-01", "distance": "5", "time": "45"}
    client.post("/runs/add", data=form)
    [item] = client.get("/api/activities").json()
    assert item["distance_m"] == pytest.approx(8046.72)
    assert item["moving_s"] == 2700


@pytest.mark.parametrize(
    "wrong",
    [
        {"date": ""},
        {"date": "tomorrow"},
        {"distance": "far"},
        {"distance": "nan"},
        {"time": ""},
        {"time": "5:x"},
        {"time": "-3"},
        {"start": "25:99"},
        {"cadence": "0"},
        {"terrain": "moon"},
        {"distance": "900"},
    ],
)
def test_a_wrong_run_comes_back_with_a_sentence(client: TestClient, csrf: str, wrong: dict[str, str]) -> None:
    form = {"csrf_token": csrf, "date": "2026-10-01", "distance": "8", "time": "45:00", "title": "kept", **wrong}
    answer = client.post("/runs/add", data=form)
    assert answer.status_code == 422
    assert "notice-stop" in answer.text
    assert 'value="kept"' in answer.text
    assert client.get("/api/activities").json() == []


def test_the_api_takes_runs_and_refuses_wrong_ones(client: TestClient, csrf: str) -> None:
    headers = {"x-csrf-token": csrf}
    run = {"date": "2026-10-01", "distance_m": 8000, "moving_s": 2700}
    stored = client.post("/api/activities", json=[run], headers=headers).json()
    assert client.post("/api/activities", json=[run], headers=headers).json()[0]["id"] == stored[0]["id"]
    assert client.post("/api/activities", json=[{**run, "moving_s": None}], headers=headers).status_code == 422
    assert client.post("/api/activities", json=[{**run, "distance_m": -1}], headers=headers).status_code == 422


def test_every_sentence_of_a_run_leads_to_its_evidence(reader: TestClient, long_run: str) -> None:
    cards = {f"/evidence/{card}" for card in _CARDS.values()}
    assert {card: reader.get(card).status_code for card in cards} == dict.fromkeys(cards, 200)
    shown = re.findall(r'<a class="badge[^"]*" href="([^"]+)"', reader.get(f"/runs/{long_run}").text)
    assert shown
    assert set(shown) <= cards
