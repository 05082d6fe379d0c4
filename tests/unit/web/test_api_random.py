"""Whatever a program sends to the API, it gets an answer, never a failure; the examples come from the description."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from starlette.testclient import TestClient

from kneewise.storage import engines

#: Examples for each operation; PostgreSQL is tried with fewer, for the rest above it is the same.
EXAMPLES = {engines.SQLITE: 12, engines.POSTGRESQL: 4}


def test_no_request_makes_the_api_fail(application: FastAPI, client: TestClient, csrf: str, database_kind: str) -> None:
    described = schemathesis.openapi.from_dict(application.openapi())
    operations: list[Any] = [operation.ok() for operation in described.get_all_operations()]  # type: ignore[union-attr]
    assert len(operations) >= 5
    for operation in operations:

        @settings(
            max_examples=EXAMPLES[database_kind],
            deadline=timedelta(seconds=5),
            database=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        )
        @given(case=operation.as_strategy())
        def sent(case: Any) -> None:
            body: dict[str, Any] = (
                {"json": case.body} if isinstance(case.body, dict | list | str | int | float | bool) else {}
            )
            answer = client.request(
                case.method,
                case.formatted_path,
                params=dict(case.query or {}),
                headers={"x-csrf-token": csrf},
                **body,
            )
            assert answer.status_code < 500, (case.method, case.formatted_path, case.body, answer.text)
            assert answer.headers["content-type"].startswith("application/json")

        sent()


def test_the_description_is_complete(application: FastAPI, client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    assert all(path.startswith("/api/") for path in document["paths"])
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation.get("description"), path
