"""Files that are looked into while their sender waits: none too large, few at the same time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kneewise.web.gait import looking
from kneewise.web.gait.looking import looked_into
from kneewise.web.uploads import Upload


@pytest.mark.parametrize("way", ["/gait/upload", "/gait/standing", "/api/gait-jobs?name=cat.mp4"])
def test_what_is_too_large_for_a_clip_is_refused_on_every_way_in(
    client: TestClient, csrf: str, application: FastAPI, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(looking, "CLIP_LIMIT_BYTES", 100)

    def body() -> Iterator[bytes]:  # in pieces, so that nothing announces its length
        yield from [b"x" * 60] * 2

    head = {"x-csrf-token": csrf, "x-file-name": "cat.mp4", "accept": "application/json"}
    answer = client.post(way, content=body(), headers=head)
    assert (answer.status_code, "too large for a clip" in answer.text) == (422, True)
    assert [path for path in application.state.place.data.rglob("upload-*") if path.is_file()] == []


def test_two_are_looked_into_at_once_and_the_others_wait() -> None:
    now, most, lock = 0, 0, threading.Lock()

    def look(path: Path, name: str) -> str:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1
        return f"{path} {name}"

    async def several() -> list[str]:
        return await asyncio.gather(*(looked_into(look, Upload(Path("a"), "", 1), "yours") for _ in range(6)))

    assert asyncio.run(several()) == ["a yours"] * 6
    assert most == 2
