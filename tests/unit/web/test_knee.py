"""The knee's pages and documents without a browser: forms, flags, findings, scores and tests."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.clinical import CALM

from kneewise.assessment.questions import intake_questions
from kneewise.web.knee.pages import pages, questions
from kneewise.web.knee.zones import DRAWN, UNDRAWN


@pytest.fixture
def post(client: TestClient, csrf: str) -> Any:
    """Send a page of the intake as a form does; ``shown`` names its questions."""

    def send(path: str, shown: str, **answers: Any) -> Any:
        data = {"csrf_token": csrf, "shown": shown.split(), **answers}
        return client.post(path, data=data, follow_redirects=False)

    return send


def told(client: TestClient, csrf: str, document: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/api/intake", json=document, headers={"x-csrf-token": csrf}).json()
    return answer


def test_every_question_stands_on_one_page() -> None:
    placed = [name for page in pages() for name in page.questions]
    assert sorted(placed) == sorted(question.id for question in intake_questions())


def test_every_place_of_the_pain_map_can_be_chosen() -> None:
    assert [option.id for option in questions()["zones"].options]
    assert {option.id for option in questions()["zones"].options} == {zone for zone, _ in (*DRAWN, *UNDRAWN)}


def test_the_intake_begins_with_safety_and_goes_page_by_page(client: TestClient, post: Any) -> None:
    assert client.get("/knee/intake", follow_redirects=False).headers["location"] == "/knee/intake/safety"
    answer = post("/knee/intake/safety", "safety_none", safety_none="none_fits")
    assert answer.headers["location"] == "/knee/intake/you"
    answer = post("/knee/intake/you", "age_years onset medicines", age_years="34", onset="gradual", medicines=["none"])
    assert answer.headers["location"] == "/knee/intake/you#q-pregnancy"
    answer = post(
        "/knee/intake/you",
        "age_years pregnancy onset medicines",
        age_years="34",
        pregnancy="no",
        onset="gradual",
        medicines=["none"],
    )
    assert answer.headers["location"] == "/knee/intake/place"
    assert client.get("/knee/intake", follow_redirects=False).headers["location"] == "/knee/intake/place"


@pytest.mark.parametrize(
    ("page", "shown", "answers", "sentence"),
    [
        ("safety", "safety_none", {}, "decides which safety questions follow"),
        ("you", "age_years", {"age_years": "3"}, "from 5 to 100"),
        ("you", "age_years", {"age_years": "old"}, "is no number"),
        ("you", "medicines", {"medicines": ["none", "statin"]}, "cannot both be true"),
        ("pain", "pain_worst pain_usual", {"pain_worst": "2", "pain_usual": "5"}, "cannot be above the worst"),
        ("more-safety", "rf_open_wound", {}, "is one"),
    ],
)
def test_what_cannot_be_right_comes_back_with_a_sentence(
    post: Any, page: str, shown: str, answers: dict[str, Any], sentence: str
) -> None:
    answer = post(f"/knee/intake/{page}", shown, **answers)
    assert answer.status_code == 422
    assert sentence in answer.text


@pytest.mark.parametrize("page", [page.id for page in pages()])
def test_nothing_that_is_sent_breaks_a_page(post: Any, page: str) -> None:
    shown = " ".join(questions())
    for junk in ("", "nonsense", "-1", "1e400", "\u0000", "yes"):
        answers = dict.fromkeys(questions(), junk)
        assert post(f"/knee/intake/{page}", shown, **answers).status_code in (303, 422)
        assert post(f"/knee/intake/{page}/keep", shown, **answers).status_code == 200


def test_a_red_flag_blocks_the_moment_it_is_told(client: TestClient, post: Any) -> None:
    post("/knee/intake/safety", "safety_none", safety_none="some_fit")
    answer = post("/knee/intake/list", "rf_locked rf_lump", rf_locked="yes")
    assert answer.headers["location"] == "/knee/result"
    assert "plan" in client.get("/api/state").json()["blocks"]
    page = client.get("/knee/result").text
    assert "stop-page" in page
    assert "/evidence/red_flags/rf_locked" in page
    # The flag stays in sight while questions are under way.
    assert "intake-card-stop" in client.get("/knee").text
    # What was left open on the list does not fit; the rest of the questions is still there.
    assert client.get("/api/intake").json()["unanswered"]
    assert "/knee/intake" in page


def test_who_takes_a_flag_back_and_ends_is_free_again(client: TestClient, post: Any) -> None:
    post("/knee/intake/safety", "safety_none", safety_none="some_fit")
    post("/knee/intake/list", "rf_locked", rf_locked="yes")
    post("/knee/intake/safety", "safety_none", safety_none="none_fits")
    given = {name: answer for name, answer in CALM.items() if name in ("age_years", "pregnancy", "medicines", "onset")}
    post("/knee/intake/you", " ".join(given), **given)
    post("/knee/intake/signs", "", go="end")
    assert client.get("/api/intake").json()["level"] == "self_manage"
    assert client.get("/api/state").json()["blocks"] == []


def test_an_unknown_answer_is_not_asked_again(client: TestClient, post: Any) -> None:
    post("/knee/intake/safety", "safety_none", safety_none="none_fits")
    post("/knee/intake/pain", "daily_tasks", daily_tasks="")
    page = client.get("/knee/intake/pain").text
    assert 'name="daily_tasks" value="" checked' in page


def test_kilometres_are_asked_in_the_readers_units(client: TestClient, csrf: str, post: Any) -> None:
    client.post("/settings/display", data={"csrf_token": csrf, "language": "en", "units": "imperial", "theme": "auto"})
    post("/knee/intake/running", "longest_run_km", longest_run_km="10")
    page = client.get("/knee/intake/running").text
    assert 'name="longest_run_km" value="10"' in page
    assert '<span class="unit">mi</span>' in page
    post("/knee/intake/running", "longest_run_km", longest_run_km="10", go="end")
    from kneewise.services.intake import last_intake

    found = last_intake(client.app.state.place)  # type: ignore[attr-defined]
    assert found is not None
    assert found.answers["longest_run_km"] == pytest.approx(16.09, abs=0.01)


def test_the_result_shows_both_sides_and_no_probability(client: TestClient, csrf: str) -> None:
    told(client, csrf, {"answers": CALM})
    page = client.get("/knee/result").text
    assert "Speaks for it" in page
    assert "Speaks against it" in page
    assert "likelihood" not in page
    assert "probab" not in page
    last = client.get("/api/intake").json()
    assert last["patterns"]
    assert all("likelihood_ratio" not in one for one in last["patterns"])


def test_what_is_refused_is_said(client: TestClient, csrf: str) -> None:
    told(client, csrf, {"answers": {**CALM, "note": "Which dose of ibuprofen?"}})
    assert "A pharmacist or doctor can help you." in client.get("/knee/result").text


def test_the_chain_tells_what_was_found_what_is_contested_and_what_is_missing(client: TestClient, csrf: str) -> None:
    told(client, csrf, {"answers": {**CALM, "provoking": ["stairs_down", "squat"]}})
    page = client.get("/knee/findings").text
    assert "/evidence/findings/downhill_stairs" in page
    assert "Contested ideas" in page
    assert "Not measured yet" in page
    assert "A phone video of you running would show it." in page


def test_a_test_at_home_reaches_the_findings(client: TestClient, csrf: str) -> None:
    told(client, csrf, {"answers": CALM})
    client.post("/knee/tests", data={"csrf_token": csrf, "reported_tightness": "1", "side_plank_s": "20"})
    found = {one["finding"]: one for one in client.get("/api/findings").json()}
    assert found["flexibility"]["present"] is True
    assert found["hip_weakness"]["measure"]["value"] == 20
    assert "20 seconds" in client.get("/knee").text
    wrong = client.post("/knee/tests", data={"csrf_token": csrf, "hop_reps": "many"})
    assert wrong.status_code == 422
    assert "is no number" in wrong.text


@pytest.mark.parametrize(
    ("measure", "form", "value"),
    [
        ("nprs_worst", {"item0": "4"}, 4),
        ("groc", {"item0": "2"}, 2),
        ("koos_pf", {f"item{place}": "1" for place in range(11)}, 75),
        ("koos", {"subscale": "sport", **{f"item{place}": "2" for place in range(5)}}, 50),
        ("kos_adls", {"total": "80"}, 80),
        (
            "psfs",
            {"activity0": "stairs", "item0": "3", "activity1": "film", "item1": "5", "activity2": "run", "item2": "4"},
            4,
        ),
    ],
)
def test_a_form_is_scored_and_kept(
    client: TestClient, csrf: str, measure: str, form: dict[str, str], value: float
) -> None:
    answer = client.post(f"/knee/measures/{measure}", data={"csrf_token": csrf, **form}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    assert client.get(answer.headers["location"]).status_code == 200
    [trend] = client.get("/api/measures/trends").json()
    assert (trend["measure"], trend["points"][0]["value"]) == (measure, value)
    assert client.get("/knee").status_code == 200


def test_a_wrong_score_comes_back_with_what_was_typed(client: TestClient, csrf: str) -> None:
    answer = client.post("/knee/measures/koos_pf", data={"csrf_token": csrf, "item0": "9"})
    assert answer.status_code == 422
    assert 'value="9"' in answer.text
    assert client.get("/knee/measures/nothing").status_code == 404
    assert client.get("/knee/intake/nothing").status_code == 404


def test_licensed_questions_are_not_shipped(client: TestClient) -> None:
    page = client.get("/knee/measures/koos_pf").text
    assert "belong to others" in page
    assert "Item 11" in page


def test_the_api_gives_the_documents_of_the_command_line(client: TestClient, csrf: str) -> None:
    assert client.get("/api/intake").status_code == 404
    stored = told(client, csrf, {"answers": CALM})
    assert {"level", "reasons", "patterns", "refused", "advice"} <= stored.keys()
    assert client.get("/api/intake/questions").json()[0]["id"] == "safety_none"
    scored = client.post("/api/measures/nprs_worst", json={"items": [3]}, headers={"x-csrf-token": csrf}).json()
    assert scored["value"] == 3
    tested = client.post("/api/tests", json={"answers": {"hop_reps": 10}}, headers={"x-csrf-token": csrf}).json()
    assert tested["answers"] == {"hop_reps": 10.0}
    assert json.dumps(client.get("/api/findings?clinician=true&everything=true").json())


def test_german_pages_of_the_knee(client: TestClient, csrf: str) -> None:
    client.post("/settings/display", data={"csrf_token": csrf, "language": "de", "units": "metric", "theme": "auto"})
    told(client, csrf, {"answers": CALM})
    for path in ("/knee", "/knee/result", "/knee/findings", "/knee/measures", "/knee/tests", "/knee/intake/you"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Knie" in answer.text
