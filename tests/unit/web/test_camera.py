"""The page of the camera and the files that its worker loads."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from starlette.testclient import TestClient

from kneewise.motion.pose.weights import LIVE_LANDMARKER
from kneewise.services.live_camera import camera_lacks, model_names
from kneewise.web.assets import FOLDER

MODEL = f"/models/{model_names()['landmarks']}"


def test_the_page_brings_what_the_device_needs(client: TestClient) -> None:
    answer = client.get("/gait/live")
    assert "camera=(self)" in answer.headers["permissions-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    data = re.search(r'<script[^>]*id="camera-data"[^>]*>(.*?)</script>', answer.text, re.DOTALL)
    assert data is not None
    told = json.loads(data[1])
    assert told["models"]["landmarks"] == MODEL
    assert told["gauge"]["least_fps"] > 0
    assert told["words"]["ahead_unit"] == "% of leg length"


def test_other_pages_have_no_camera(client: TestClient) -> None:
    assert "camera=()" in client.get("/gait").headers["permissions-policy"]


@pytest.mark.skipif(bool(camera_lacks()), reason="the pose model is not there (run 'make models')")
def test_a_model_is_served_for_good_under_its_hash(client: TestClient) -> None:
    answer = client.get(MODEL)
    assert hashlib.sha256(answer.content).hexdigest() == LIVE_LANDMARKER.sha256
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["pose_landmark_full.tflite", "..%2fweights.py", "0.tflite"])
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/models/{name}").status_code == 404


def test_strangers_get_no_model(stranger: TestClient) -> None:
    assert stranger.get(MODEL).status_code in (303, 401)


def test_only_the_worker_may_compile(client: TestClient) -> None:
    scripts = sorted(FOLDER.glob("assets/*.js"))
    assert any(path.name.startswith("worker-") for path in scripts)
    for path in scripts:
        policy = client.get(f"/static/assets/{path.name}").headers["content-security-policy"]
        assert ("wasm-unsafe-eval" in policy) is path.name.startswith("worker-"), path.name
