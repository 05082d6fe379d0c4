"""Fixtures of the app: a served record, with and without a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.clinical import now

from kneewise.services.place import Place
from kneewise.storage import engines
from kneewise.web.app import create_app
from kneewise.web.assets import FOLDER
from kneewise.web.options import WebOptions

__all__ = ["now"]

ADDRESS = "http://127.0.0.1:8471"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run every test of the web with one set of its values: the others differ above storage."""
    seen: set[tuple[str, str]] = set()
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        name, _, values = item.name.partition("[")
        again = (str(item.path), name) in seen
        if engines.POSTGRESQL in values and Path(__file__).parent in item.path.parents:
            (left_out if again else kept).append(item)
            seen.add((str(item.path), name))
        else:
            kept.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


@pytest.fixture(scope="session", autouse=True)
def _built() -> None:
    if not (FOLDER / ".vite" / "manifest.json").is_file():
        pytest.skip("the front end is not built (run 'make frontend')")


@pytest.fixture
def application(tmp_path: Path, each_database: object) -> FastAPI:
    return create_app(Place(tmp_path / "data"), WebOptions(body_limit_bytes=20_000))


@pytest.fixture
def stranger(application: FastAPI) -> Iterator[TestClient]:
    """A browser without a session."""
    with TestClient(application, base_url=ADDRESS, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(application: FastAPI, stranger: TestClient) -> TestClient:
    """A browser that came through the start link."""
    stranger.get("/start", params={"token": application.state.start_token.text}, follow_redirects=False)
    return stranger


@pytest.fixture
def csrf(client: TestClient) -> str:
    token: str = client.get("/session.json").json()["csrf"]
    return token
