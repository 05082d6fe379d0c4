"""Evidence and settings, as a browser and as a program sees them."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from kneewise.cli.app import app


def test_the_first_page_is_an_area(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert 'aria-current="page"' in answer.text


def test_evidence_is_found_by_words_kind_and_certainty(client: TestClient) -> None:
    everything = client.get("/evidence", params={"q": "stairs"}).text
    conditions = client.get("/evidence", params={"q": "stairs", "family": "conditions"}).text
    assert everything.count('class="row"') > conditions.count('class="row"') > 0
    assert "Nothing found" in client.get("/evidence", params={"q": "xyzzy"}).text
    assert client.get("/evidence", params={"family": "nothing"}).status_code == 200


def test_htmx_gets_the_results_alone(client: TestClient) -> None:
    part = client.get("/evidence", params={"q": "hip"}, headers={"hx-request": "true"})
    assert "<html" not in part.text
    assert 'class="row"' in part.text
    assert part.headers["vary"]


def test_what_is_only_remembered_is_counted_and_not_shown(client: TestClient) -> None:
    from kneewise.services.evidence_cards import cards

    card = next(card for card in cards() if any(one.mark == "M" for one in card.facts))
    hidden = next(one for one in card.facts if one.mark == "M")
    text = client.get(f"/evidence/{card.family}/{card.id}").text
    assert hidden.text not in text
    assert "not checked yet" in text


def test_every_card_of_a_family_has_a_page(client: TestClient) -> None:
    for family in ("conditions", "exercises", "claims", "parameters"):
        for line in client.get(f"/api/evidence/{family}").json()[:12]:
            assert client.get(f"/evidence/{family}/{line['id']}").status_code == 200
    assert client.get("/evidence/claims/nothing").status_code == 404


def test_the_api_gives_the_documents_of_the_command_line(client: TestClient) -> None:
    called = CliRunner().invoke(app, ["evidence", "show", "conditions/pfp", "--json"])
    if called.exit_code:
        name = client.get("/api/evidence/conditions").json()[0]["id"]
        called = CliRunner().invoke(app, ["evidence", "show", f"conditions/{name}", "--json"])
    document = json.loads(called.stdout)
    assert client.get(f"/api/evidence/{document['id']}").json() == document
    assert client.get("/api/evidence/nothing").json() == {
        "error": {"status": 404, "text": "Check the address, or start from the first page."}
    }


def test_the_profile_is_kept_in_the_readers_units(client: TestClient, csrf: str) -> None:
    client.post("/settings/display", data={"csrf_token": csrf, "language": "en", "units": "imperial", "theme": "dark"})
    page = client.get("/settings").text
    assert 'data-theme="dark"' in page
    assert "height_inches" in page
    form = {"csrf_token": csrf, "height": "5", "height_inches": "7", "mass": "140", "timezone": "Europe/Berlin"}
    client.post("/settings/profile", data=form)
    runner = client.get("/api/profile").json()["runner"]
    assert runner["height_m"] == pytest.approx(1.7018)
    assert runner["mass_kg"] == pytest.approx(63.503, abs=0.001)


@pytest.mark.parametrize(
    "wrong", [{"height": "17"}, {"mass": "heavy"}, {"timezone": "Mars/Base"}, {"birth_year": "1.5"}, {"mass": "nan"}]
)
def test_a_wrong_value_comes_back_with_a_sentence_and_what_was_typed(
    client: TestClient, csrf: str, wrong: dict[str, str]
) -> None:
    answer = client.post("/settings/profile", data={"csrf_token": csrf, **wrong})
    assert answer.status_code == 422
    assert "notice-stop" in answer.text
    assert f'value="{next(iter(wrong.values()))}"' in answer.text
    assert client.get("/api/profile").json()["runner"]["height_m"] is None


def test_german_reads_numbers_with_a_comma(client: TestClient, csrf: str) -> None:
    client.post("/settings/display", data={"csrf_token": csrf, "language": "de", "units": "metric", "theme": "auto"})
    client.post("/settings/profile", data={"csrf_token": csrf, "mass": "62,5", "height": "170"})
    page = client.get("/settings").text
    assert '<html lang="de"' in page
    assert 'value="62,5"' in page
    assert "Einstellungen" in page


def test_the_language_of_the_browser_counts_before_a_choice(client: TestClient) -> None:
    assert 'lang="de"' in client.get("/settings", headers={"accept-language": "de-AT,de;q=0.9"}).text
    assert '<html lang="en"' in client.get("/settings", headers={"accept-language": "fr"}).text
