"""The gait pages and documents, without a browser."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.made_keypoints import write_points, write_standing
from tests.unit.services.gait.test_jobs import Here

from kneewise.errors import UnusableClipError
from kneewise.services.gait.jobs import GaitJobs
from kneewise.services.gait.measuring import GaitResult, analyse_video
from kneewise.services.profile import set_profile
from kneewise.web.gait import routes
from kneewise.web.gait.words import CLAIMS, GROUPS, WORDS

WAIT_S = 60
CLIP = b"\0\0\0\x18ftypmp42" + b"\0" * 400


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> GaitResult:
    points = write_points(tmp_path_factory.mktemp("points") / "side.json")
    return analyse_video(points, height_m=1.75, speed_mps=3.0)


@pytest.fixture(scope="module")
def rear(tmp_path_factory: pytest.TempPathFactory) -> GaitResult:
    return analyse_video(write_points(tmp_path_factory.mktemp("points") / "rear.json", view="rear"))


@pytest.fixture
def here(application: FastAPI, client: TestClient, side: GaitResult) -> Iterator[Here]:
    """Somebody who measures in the test's own process."""
    made = Here(side)
    application.state.gait.close()
    application.state.gait = GaitJobs(application.state.place, made)
    set_profile(application.state.place, height_m=1.75, timezone="Europe/Berlin")
    yield made
    made.held.set()


def chosen(client: TestClient, csrf: str, name: str = "Lauf.mp4") -> str:
    """Send a clip as the page does and return where it is described."""
    head = {"x-csrf-token": csrf, "x-file-name": name, "accept": "application/json"}
    answer = client.post("/gait/upload", content=CLIP, headers=head)
    assert answer.status_code == 200, answer.text
    href: str = answer.json()["href"]
    return href


def measured(client: TestClient, csrf: str, href: str, **told: str) -> str:
    """Describe a clip and return where its end leads."""
    form = {"csrf_token": csrf, "view": "side", "ground": "treadmill", "speed": "10.8", **told}
    answer = client.post(f"{href}/measure", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers.get("location")) == (303, href), answer.text
    until = time.monotonic() + WAIT_S
    while client.get(f"/api/gait-jobs/{href.rpartition('/')[2]}").json()["live"] and time.monotonic() < until:
        time.sleep(0.02)
    return str(client.get(href).url.path)


def left(application: FastAPI) -> list[Path]:
    """Return what lies about of clips, once what goes is gone."""
    folder, until = application.state.place.data / "measuring", time.monotonic() + WAIT_S
    while any(folder.iterdir()) and time.monotonic() < until:
        time.sleep(0.02)
    return list(folder.iterdir())


def test_every_number_has_words_and_a_place() -> None:
    from kneewise.gait.certainty import CLAIMS as ALL
    from kneewise.gait.certainty import KINDS

    placed = [name for _, names in GROUPS.values() for name in names]
    assert sorted(placed) == sorted(WORDS)
    assert set(KINDS) - set(WORDS) == {"step_time_s"}
    assert set(CLAIMS) == set(ALL)


def test_from_the_clip_to_its_numbers(client: TestClient, csrf: str, here: Here, application: FastAPI) -> None:
    href = chosen(client, csrf)
    page = client.get(href).text
    assert f'{href}/frame"' in page
    assert client.get(f"{href}/frame").content == b"picture"
    where = measured(client, csrf, href)
    assert where.startswith("/gait/clips/")
    text = client.get(where).text
    assert "165" in text
    assert "Nothing of it was kept" not in text
    assert "within a band" in text
    assert '<p class="number-word">whole foot</p>' in text
    assert "within" in text
    assert f'src="{where}/files/left-1-contact.png"' in text
    assert client.get(f"{where}/files/left-1-contact.png").content == b"blurred"
    assert client.get(f"{where}/files/..%2F..%2Fkneewise.sqlite").status_code == 404
    assert "How far your own knee bends is now known" in text
    cards = set(re.findall(r'href="(/evidence/[^"]+)"', text))
    assert len(cards) > 10
    assert {client.get(card).status_code for card in cards} == {200}
    assert left(application) == []
    first = client.get("/gait").text
    assert "From the side" in first
    assert here.begun.is_set()


def test_what_is_told_reaches_the_measuring(client: TestClient, csrf: str, here: Here, monkeypatch: Any) -> None:
    seen: list[Any] = []
    real = here.measure

    def measure(*given: Any) -> GaitResult:
        seen.append(given[2])
        return real(*given)

    monkeypatch.setattr(here, "measure", measure)
    href = chosen(client, csrf)
    measured(client, csrf, href, slow_motion="4", tap_x="0.25", tap_y="0.5", place="right")
    [order] = seen
    assert (order.view, order.slow_motion, order.tap, order.height_m) == ("side", 4.0, (0.25, 0.5), 1.75)
    assert order.speed_mps == pytest.approx(3.0)
    assert order.standing is None


def test_a_standing_picture_is_looked_at_at_once_and_goes_with_the_clip(
    client: TestClient, csrf: str, here: Here, application: FastAPI, tmp_path: Path
) -> None:
    points = write_points(tmp_path / "side.json")
    straight, bent = write_standing(tmp_path / "straight.json"), write_standing(tmp_path / "bent.json", bent_m=0.2)
    head = {"x-csrf-token": csrf, "accept": "application/json"}
    cats = {name: tmp_path / name for name in ("cat.png", "cat.heic")}
    for cat in cats.values():
        cat.write_bytes(b"meow")
    wrong = (
        (bent, "no straight standing"), (points, "moves"), (cats["cat.png"], "'cat.png' is no picture"),
        (cats["cat.heic"], "'cat.heic' is a photo"),
    )  # fmt: skip
    for file, sentence in wrong:
        body, name = file.read_bytes(), file.name
        answer = client.post("/gait/standing", content=body, headers={**head, "x-file-name": name})
        assert (answer.status_code, sentence in answer.text) == (422, True), answer.text
        assert "upload-" not in answer.text
    answer = client.post("/gait/standing", content=straight.read_bytes(), headers={**head, "x-file-name": "still.json"})
    assert "15 pictures" in answer.json()["words"]
    assert [path for path in (application.state.place.data / "measuring").rglob("upload-*") if path.is_file()] == []
    here.found = analyse_video(points, height_m=1.75, speed_mps=3.0, standing=straight)
    href = chosen(client, csrf)
    form = {"csrf_token": csrf, "view": "side", "ground": "treadmill", "standing": '{"pictures": 15}'}
    assert "was lost; choose it again" in client.post(f"{href}/measure", data=form).text
    where = measured(client, csrf, href, standing=answer.json()["standing"])
    text = client.get(where).text
    assert "Your standing picture was used" in text
    assert "/evidence/parameters/gait.error.standing_both.knee_flexion_peak_deg" in text
    here.found = UnusableClipError("'clip.mp4' shows walking.")
    again = chosen(client, csrf, "again.mp4")
    measured(client, csrf, again, standing=answer.json()["standing"], tap_x="0.25", tap_y="0.5")
    text = client.get(again).text
    assert "&#34;facing&#34;: 1" in text
    assert 'name="tap_x" value="0.2500"' in text


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"speed": "90"}, "running lies between"),
        ({"speed": "fast"}, "is no number"),
        ({"slow_motion": "400"}, "from 1 to 40"),
        ({"on": "2999-01-01"}, "future"),
        ({"on": "tomorrow"}, "is no day"),
    ],
)
def test_answers_that_cannot_be_right_are_asked_again(
    client: TestClient, csrf: str, here: Here, told: dict[str, str], sentence: str
) -> None:
    href = chosen(client, csrf)
    form = {"csrf_token": csrf, "view": "side", "ground": "treadmill", **told}
    answer = client.post(f"{href}/measure", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not here.begun.is_set()


def test_a_refusal_says_why_and_can_be_answered_anew(
    client: TestClient, csrf: str, here: Here, side: GaitResult
) -> None:
    here.found = UnusableClipError("'clip.mp4' shows walking.")
    href = chosen(client, csrf)
    assert measured(client, csrf, href) == href
    page = client.get(href).text
    assert "shows walking." in page
    assert "rather none than wrong ones" in page
    assert "/gait/guide" in page
    for ground in ("treadmill", "ground"):
        measured(client, csrf, href, ground=ground, speed="")
        assert re.findall(r'name="ground" value="(\w+)"[^>]* checked', client.get(href).text) == [ground]
    here.found = side
    assert measured(client, csrf, href).startswith("/gait/clips/")


def test_without_javascript_the_form_sends_the_clip(client: TestClient, csrf: str, here: Here) -> None:
    files = {"clip": ("Lauf ü.mp4", CLIP, "video/mp4")}
    answer = client.post("/gait/send", data={"csrf_token": csrf}, files=files, follow_redirects=False)
    assert answer.status_code == 303
    assert "Lauf ü.mp4" in client.get(answer.headers["location"]).text
    empty = client.post("/gait/send", data={"csrf_token": csrf}, files={"clip": ("", b"", "application/octet-stream")})
    assert (empty.status_code, "choose a clip" in empty.text) == (422, True)
    assert not here.begun.is_set()


def test_a_form_with_a_file_needs_its_token_too(client: TestClient, here: Here) -> None:
    files = {"clip": ("a.mp4", CLIP, "video/mp4")}
    assert client.post("/gait/send", files=files).status_code == 403
    assert client.post("/gait/send", data={"csrf_token": "wrong"}, files=files).status_code == 403
    broken = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/gait/send", content=b"--x\r\nnonsense", headers=broken).status_code == 403
    assert not here.begun.is_set()


def test_what_is_no_clip_gets_one_sentence_and_leaves_nothing(
    client: TestClient, csrf: str, application: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = {"x-csrf-token": csrf, "x-file-name": "cat%20.mp4", "accept": "application/json"}
    answer = client.post("/gait/upload", content=b"<b>no</b>", headers=head)
    assert answer.status_code == 422
    assert answer.json()["error"]["text"].startswith("'cat .mp4' is no video")
    monkeypatch.setattr(routes, "CLIP_LIMIT_BYTES", 100)
    large = client.post("/gait/upload", content=CLIP, headers=head)
    assert (large.status_code, "too large for a clip" in large.text) == (413, True)
    assert client.get("/api/gait-jobs").json() == []
    assert left(application) == []


def test_two_clips_stand_beside_each_other_and_one_can_go(client: TestClient, csrf: str, here: Here) -> None:
    first = measured(client, csrf, chosen(client, csrf), on="2026-01-05")
    second = measured(client, csrf, chosen(client, csrf), keep_clip="yes")
    page = client.get(second).text
    assert "Nothing changed by more than two clips of the same running differ." in page
    assert f"{second}/files/clip.mp4" in page
    assert "Beside an earlier clip" in client.get(f"{first}?compare=").text
    ids = [where.rpartition("/")[2] for where in (first, second)]
    compared = client.get(f"/api/gait/{ids[1]}/compared/{ids[0]}").json()
    assert compared["metrics"]["cadence_spm"]["verdict"] == "not told apart"
    client.post(f"{second}/delete", data={"csrf_token": csrf})
    assert client.get(second).status_code == 404
    assert client.get(f"{second}/files/clip.mp4").status_code == 404
    assert [clip["id"] for clip in client.get("/api/gait").json()] == [ids[0]]
    assert client.delete(f"/api/gait/{ids[0]}", headers={"x-csrf-token": csrf}).json() == {"id": ids[0]}
    assert client.get("/api/gait").json() == []
    assert client.delete(f"/api/gait/{ids[0]}", headers={"x-csrf-token": csrf}).status_code == 404
    assert here.begun.is_set()


def test_a_view_from_behind_says_what_it_does_not_show(
    client: TestClient, csrf: str, here: Here, rear: GaitResult
) -> None:
    here.found = rear
    text = client.get(measured(client, csrf, chosen(client, csrf))).text
    assert "from behind shows pelvis and hips" in text
    assert "Pelvic drop" in text
    cards = set(re.findall(r'href="(/evidence/[^"]+)"', text))
    assert {client.get(card).status_code for card in cards} == {200}
    assert "only to be compared with a later clip" in text
    width = text[text.index("Step width") :]
    assert '<p class="number-word">more than most</p>' in width[: width.index("</li>")]
    assert "Most lab runners" in width[: width.index("</li>")]
    assert "How most run is not known." in text[text.index("Side lean") :]


def test_ending_it_from_the_page_leaves_nothing(
    client: TestClient, csrf: str, here: Here, application: FastAPI
) -> None:
    here.held.clear()
    href = chosen(client, csrf)
    client.post(f"{href}/measure", data={"csrf_token": csrf})
    assert here.begun.wait(WAIT_S)
    until = time.monotonic() + WAIT_S
    while "50 %" not in (part := client.get(f"{href}/progress").text) and time.monotonic() < until:
        time.sleep(0.02)
    assert "every 1s" in part
    assert "50 %" in part
    assert "every 2s" in client.get("/gait").text
    client.post(f"{href}/cancel", data={"csrf_token": csrf})
    assert left(application) == []
    assert client.get(f"{href}/progress").headers["hx-redirect"] == href
    assert "Ended by you" in client.get(href).text
    assert client.get("/api/gait").json() == []


def test_the_api_measures_what_it_is_sent(client: TestClient, csrf: str, here: Here) -> None:
    query = {"name": "a.mp4", "view": "side", "speed_mps": "3"}
    begun = client.post("/api/gait-jobs", params=query, content=CLIP, headers={"x-csrf-token": csrf}).json()
    until = time.monotonic() + WAIT_S
    while (job := client.get(f"/api/gait-jobs/{begun['id']}").json())["live"] and time.monotonic() < until:
        time.sleep(0.02)
    assert job["state"] == "done"
    clip = client.get(f"/api/gait/{job['clip']}").json()
    assert {"view", "fps", "steps", "events", "metrics", "quality", "issues", "drawn"} <= clip.keys()
    assert "key" not in clip
    json.dumps(clip, allow_nan=False)
    assert client.get("/api/gait/nothing").status_code == 404
    assert client.delete("/api/gait-jobs/nothing", headers={"x-csrf-token": csrf}).status_code == 404
    assert here.begun.is_set()


@pytest.mark.parametrize(("lack", "words"), [("library", "kneewise[video]"), ("model", "make models")])
def test_what_an_installation_lacks_is_said_in_words(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, lack: str, words: str
) -> None:
    monkeypatch.setattr(routes, "lacks", lambda: lack)
    assert words in client.get("/gait").text


def test_the_guide_and_an_empty_page_stand_by_themselves(client: TestClient, tmp_path: Path) -> None:
    assert "lens at hip height" in client.get("/gait/guide").text
    assert "No clip yet" in client.get("/gait").text
    assert client.get("/gait/jobs/nothing").status_code == 404
    assert client.get("/gait/clips/nothing").status_code == 404
    assert tmp_path.exists()
