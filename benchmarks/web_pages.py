"""Every page of the app with ten years of data: how long the server takes; above 200 ms it fails.

Pages are found by following links from the first page of every area, one example for each kind of address, so that a
new page is timed without being named here.

Run: python -m benchmarks.web_pages [RECORD]
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import select
from starlette.testclient import TestClient

from kneewise.services.checking_in import Telling, record_check_ins
from kneewise.services.importing import import_files
from kneewise.services.place import Place, opened
from kneewise.services.profile import set_profile
from kneewise.storage import NewActivity, activity_id, insert_activities, read_activities, summary, tables
from kneewise.web.app import create_app
from kneewise.web.options import WebOptions

YEARS = 10
RUNS = 2500
CHECKED_DAYS = 365
TIMES = 12
LIMIT_MS = 200.0
#: What the charts ask for; the pages are of no use without it.
DATA = ("/api/load?by=day",)

_SAMPLES = Path(__file__).resolve().parents[1] / "tests" / "data" / "runs"
_ADDRESS = "http://127.0.0.1:8471"
_LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')


def make_record(folder: Path) -> Place:
    """Return a record of ten years: real runs, each many times on days of its own, and a year of check-ins."""
    place = Place(folder)
    set_profile(place, height_m=1.7, mass_kg=60.0, timezone="Europe/Berlin")
    import_files([_SAMPLES], place=place, workers=1)
    last = datetime.now(UTC)
    with opened(place) as (record, runner):
        with record.reading() as connection:
            samples = read_activities(connection, runner.id)
            streams = {row.activity_id: row for row in connection.execute(select(tables.stream))}
        new = []
        for number in range(RUNS):
            sample = samples[number % len(samples)]
            start = last - timedelta(days=(RUNS - number) * YEARS * 365 / RUNS)
            row = summary(replace(sample.activity, start=start, local_date=start.date()))
            stream = streams[sample.id]
            name = activity_id(runner.id, "copy", number)
            assert sample.load is not None
            new.append(NewActivity(name, None, 0, row, stream.rows, stream.data, sample.load))
        with record.writing("making the record") as connection:
            insert_activities(connection, runner.id, new)
    record_check_ins(place, list(_check_ins(last.date())))
    return place


def _check_ins(today: date) -> Iterator[Telling]:
    chance = np.random.default_rng(5)
    for back in range(CHECKED_DAYS, 0, -1):
        pain = {"stairs": float(chance.integers(0, 4)), "next_morning": float(chance.integers(0, 3))}
        yield Telling(on=today - timedelta(days=back), pain=pain)  # type: ignore[arg-type]


def pages(client: TestClient, app: FastAPI) -> list[str]:
    """Return one address for every kind of page that links lead to."""
    routes = [
        route
        for area in app.state.areas
        for route in area.pages.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    ]
    found: dict[str, str] = {}
    waiting = [area.path for area in app.state.areas] + ["/more"]
    while waiting:
        address = waiting.pop(0)
        kind = next((route.path for route in routes if route.path_regex.match(address.partition("?")[0])), address)
        if kind in found:
            continue
        answer = client.get(address)
        found[kind] = address
        if answer.headers["content-type"].startswith("text/html"):
            waiting += [each.replace("&amp;", "&") for each in _LINK.findall(answer.text) if _is_page(each, routes)]
    return list(found.values())


def _is_page(address: str, routes: list[APIRoute]) -> bool:
    return any(route.path_regex.match(address.partition("?")[0]) for route in routes)


def milliseconds(client: TestClient, address: str) -> list[float]:
    """Return how long each of several answers took; the first, which warms caches, does not count."""
    taken = []
    for _ in range(TIMES + 1):
        began = time.perf_counter()
        answer = client.get(address)
        taken.append(1e3 * (time.perf_counter() - began))
        if answer.status_code >= 400:
            raise SystemExit(f"{address} answered {answer.status_code}.")
    return taken[1:]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        given = sys.argv[1] if len(sys.argv) > 1 else None
        place = Place(Path(given)) if given else make_record(Path(folder) / "data")
        app = create_app(place, WebOptions())
        slow = []
        with TestClient(app, base_url=_ADDRESS) as client:
            client.cookies.set(app.state.cookie, app.state.sessions.new())
            print(f"{'page':<58} {'p50 ms':>8} {'p95 ms':>8}")
            for address in (*pages(client, app), *DATA):
                taken = milliseconds(client, address)
                median, high = np.percentile(taken, [50, 95])
                print(f"{address[:58]:<58} {median:>8.0f} {high:>8.0f}", flush=True)
                if high > LIMIT_MS:
                    slow.append(address)
    if slow:
        raise SystemExit(f"Slower than {LIMIT_MS:.0f} ms: {', '.join(slow)}")


if __name__ == "__main__":
    main()
