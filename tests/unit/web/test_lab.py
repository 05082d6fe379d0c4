"""Lab trials in the app: files in, numbers out, what is kept, and nothing of the files left."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.lab_trials import MASS_KG, running, standing, write

from kneewise.services.profile import set_profile
from kneewise.sources import c3d_whole
from kneewise.web.lab import routes

pytest.importorskip("ezc3d", reason="the extra 'lab' is not installed")

GROUP = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("lab")
    trial, static = write(folder / "run.c3d", running(20.0)), write(folder / "standing.c3d", standing())
    return {"trial": trial.read_bytes(), "static": static.read_bytes()}


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process for each trial would cost seconds; one test starts it."""
    from kneewise.services.lab import lab_trial

    monkeypatch.setattr(routes, "lab_trial_apart", lab_trial)


def upload(client: TestClient, csrf: str, role: str, name: str, content: bytes) -> int:
    headers = {"x-csrf-token": csrf, "x-file-name": name, "x-import-group": GROUP, "x-lab-role": role}
    status: int = client.post("/lab/upload", content=content, headers=headers).status_code
    return status


def measure(client: TestClient, csrf: str, files: dict[str, bytes], **form: str) -> tuple[int, str]:
    for role, content in files.items():
        assert upload(client, csrf, role, f"{role} of mine.c3d", content) == 200
    data = {"group": GROUP, "mass": f"{MASS_KG:g}", "height": "170", "sex": "m", **form}
    answer = client.post("/lab/measure", data=data, headers={"x-csrf-token": csrf, "accept": "application/json"})
    return answer.status_code, answer.text


def left(application: FastAPI) -> list[Path]:
    return [path for path in application.state.imports.folder.rglob("*") if path.is_file()]


def test_a_trial_is_measured_and_nothing_is_left(
    client: TestClient, csrf: str, application: FastAPI, files: dict[str, bytes]
) -> None:
    status, part = measure(client, csrf, files)
    assert status == 200
    assert "times the body weight, between" in part
    assert "trial of mine.c3d" in part
    assert "Keep this trial" in part
    assert "Every step" in part
    assert part.count("<polyline") == 2
    assert "upload-" not in part
    assert left(application) == []
    assert "No trial is kept" in client.get("/lab").text


def test_a_kept_trial_is_listed_and_can_be_left_out(
    client: TestClient, csrf: str, application: FastAPI, files: dict[str, bytes]
) -> None:
    set_profile(application.state.place, height_m=1.7, mass_kg=MASS_KG)
    _, part = measure(client, csrf, files, keep="yes", day="2026-01-05")
    assert "Your knee bends" in part
    assert "Keep this trial" not in part
    page = client.get("/lab").text
    assert "trial of mine.c3d" in page
    [kept] = client.get("/api/lab-trials").json()["trials"]
    assert kept["local_date"] == "2026-01-05"
    _, again = measure(client, csrf, files, keep="yes", day="2026-01-05")
    assert "in the record already" in again
    answer = client.post(f"/lab/trials/{kept['id']}/withdraw", data={"csrf_token": csrf})
    assert "Left out." in answer.text
    assert client.get("/api/lab-trials").json()["trials"] == []


@pytest.mark.parametrize(
    ("roles", "form", "told"),
    [
        (("trial",), {}, "Choose the running trial and the standing trial"),
        (("trial", "static"), {"mass": ""}, "Tell the body mass"),
        (("trial", "static"), {"mass": "900"}, "cannot be right"),
        (("trial", "static"), {"cutoff": "x"}, "is no number"),
        (("trial", "static"), {"keep": "yes", "day": "2999-01-01"}, "lies in the future"),
    ],
)
def test_what_cannot_be_measured_says_why(
    client: TestClient,
    csrf: str,
    application: FastAPI,
    files: dict[str, bytes],
    roles: tuple[str, ...],
    form: dict[str, str],
    told: str,
) -> None:
    set_profile(application.state.place, height_m=1.7)
    status, text = measure(client, csrf, {role: files[role] for role in roles}, **form)
    assert status == 422
    assert told in text
    assert left(application) == []


def test_a_file_that_is_none_is_told_by_the_senders_name(
    client: TestClient, csrf: str, files: dict[str, bytes]
) -> None:
    status, text = measure(client, csrf, {"trial": b"no recording", "static": files["static"]})
    assert status == 422
    assert "trial of mine.c3d" in text
    assert "upload-" not in text


def test_a_trial_that_is_not_there_cannot_be_left_out(client: TestClient, csrf: str) -> None:
    assert client.delete("/api/lab-trials/none", headers={"x-csrf-token": csrf}).status_code == 422


def test_what_a_file_is_for_is_one_of_four(client: TestClient, csrf: str) -> None:
    assert upload(client, csrf, "other", "x.c3d", b"x") == 422


def test_files_made_to_fill_the_memory_are_refused_by_their_senders_names(
    client: TestClient, csrf: str, files: dict[str, bytes], application: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A head that claims gigabytes, a list without an end, a trial larger than any."""
    claims = bytearray(files["trial"][: 4 * 512])
    claims[2:10] = b"\xff\xff" * 2 + b"\x01\x00\xff\xff"  # points, analog samples, first and last frame
    for sent, said in (
        ({**files, "trial": bytes(claims)}, "trial of mine.c3d is damaged or cut short"),
        ({**files, "markers": b"[1]," * ((4 << 18) + 1)}, "The marker map markers of mine.c3d is larger than any"),
        ({**files, "muscles": b"[1]," * ((4 << 18) + 1)}, "The muscle model muscles of mine.c3d is larger than any"),
    ):
        status, text = measure(client, csrf, sent)
        assert (status, said in text, "uploads" in text) == (422, True, False), text
    monkeypatch.setattr(c3d_whole, "MOST_BYTES", 1 << 20)
    status, text = measure(client, csrf, files)
    assert (status, "trial of mine.c3d is larger than 1 MiB" in text) == (422, True), text
    assert left(application) == []
