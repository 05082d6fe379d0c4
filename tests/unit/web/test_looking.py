"""Files that are looked into while their sender waits: none too large, few at the same time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kneewise.errors import InvalidInputError
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


T = TypeVar("T")


def run_apart(work: Coroutine[Any, Any, list[T]]) -> list[T]:
    """Run in a thread of its own: this one may have a loop already, that of a browser."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


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
        files = [looked_into(look, Upload(Path("a"), "", 1), "yours", whose=str(number)) for number in range(6)]
        return await asyncio.gather(*files)

    assert run_apart(several()) == ["a yours"] * 6
    assert most == 2


def test_a_runner_who_sends_many_at_once_is_told_to_wait_and_delays_nobody_else() -> None:
    held = threading.Event()

    def look(path: Path, name: str) -> str:
        held.wait(10)
        return name

    def sent(whose: str | None) -> Awaitable[str]:
        return looked_into(look, Upload(Path("a"), "", 1), "yours", whose=whose)

    async def several() -> list[str | BaseException]:
        many = [asyncio.ensure_future(sent("ann")) for _ in range(5)]
        await asyncio.wait(many, return_when=asyncio.FIRST_COMPLETED)
        other = asyncio.ensure_future(sent("ben"))
        held.set()
        return [*await asyncio.gather(*many, return_exceptions=True), await other, await sent("ann")]

    *taken, refused, other, later = run_apart(several())
    assert [*taken, other, later] == ["yours"] * 6
    assert isinstance(refused, InvalidInputError)
    assert "send this one when they are done" in str(refused)
    assert not looking._HERE
