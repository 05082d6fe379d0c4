"""Every page of the app with ten years of data: how long the server takes; above 200 ms it fails.

*New* is the first view after something was told, when what is kept no longer holds; the others are of the same page
opened again.

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
from tests.clinical import CALM
from tests.planning import DAYS

from kneewise.services.checking_in import Telling, record_check_in, record_check_ins
from kneewise.services.importing import import_files
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place, opened
from kneewise.services.planning import make_plan
from kneewise.services.profile import set_profile
from kneewise.storage import NewActivity, activity_id, insert_activities, read_activities, summary, tables
from kneewise.web.app import create_app
from kneewise.web.options import WebOptions

YEARS = 10
RUNS = 2500
CHECKED_DAYS = 365
TIMES = 12
#: First views of each page, every one after a check-in of its own.
NEW_TIMES = 5
LIMIT_MS = 200.0
#: What the charts ask for; the pages are of no use without it.
DATA = ("/api/load?by=day", "/api/plan", "/api/today")

_SAMPLES = Path(__file__).resolve().parents[1] / "tests" / "data" / "runs"
_ADDRESS = "http://127.0.0.1:8471"
_LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')


def make_record(folder: Path) -> Place:
    """Return a record of ten years: real runs, each many times on days of its own, a year of check-ins, and a plan."""
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
    assess_intake(place, CALM)
    make_plan(place, wishes=DAYS)
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
        if answer.headers["content-type"] == "application/pdf":
            continue  # a file that is laid out on paper, and no page
        found[kind] = address
        if answer.headers["content-type"].startswith("text/html"):
            waiting += [each.replace("&amp;", "&") for each in _LINK.findall(answer.text) if _is_page(each, routes)]
    return list(found.values())


def _is_page(address: str, routes: list[APIRoute]) -> bool:
    return any(route.path_regex.match(address.partition("?")[0]) for route in routes)


def milliseconds(client: TestClient, address: str) -> float:
    """Return how long one answer took."""
    began = time.perf_counter()
    answer = client.get(address)
    if answer.status_code >= 400:
        raise SystemExit(f"{address} answered {answer.status_code}.")
    return 1e3 * (time.perf_counter() - began)


class Told:
    """Tells one check-in after the other about days long ago, and keeps how long each took."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.taken_ms: list[float] = []
        self.day = datetime.now(UTC).date() - timedelta(days=CHECKED_DAYS + 30)

    def __call__(self) -> None:
        """Tell the next one."""
        self.day -= timedelta(days=1)
        began = time.perf_counter()
        record_check_in(self.place, on=self.day, pain={"stairs": float(len(self.taken_ms) % 3)})
        self.taken_ms.append(1e3 * (time.perf_counter() - began))


def timed(client: TestClient, tell: Told, address: str) -> tuple[float, float, float]:
    """Return the median of first views after something was told, and median and 95th percentile of views again."""
    client.get(address)
    new = []
    for _ in range(NEW_TIMES):
        tell()
        new.append(milliseconds(client, address))
    again = np.percentile([milliseconds(client, address) for _ in range(TIMES)], [50, 95])
    return float(np.median(new)), float(again[0]), float(again[1])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        given = sys.argv[1] if len(sys.argv) > 1 else None
        place = Place(Path(given)) if given else make_record(Path(folder) / "data")
        app, tell = create_app(place, WebOptions()), Told(place)
        slow = []
        with TestClient(app, base_url=_ADDRESS) as client:
            client.cookies.set(app.state.cookie, app.state.sessions.new())
            print(f"{'page':<58} {'new ms':>8} {'p50 ms':>8} {'p95 ms':>8}")
            for address in (*pages(client, app), *DATA):
                new, median, high = timed(client, tell, address)
                print(f"{address[:58]:<58} {new:>8.0f} {median:>8.0f} {high:>8.0f}", flush=True)
                if max(new, high) > LIMIT_MS:
                    slow.append(address)
        print(f"{'telling a check-in (no page)':<58} {np.median(tell.taken_ms):>8.0f}")
    if slow:
        raise SystemExit(f"Slower than {LIMIT_MS:.0f} ms: {', '.join(slow)}")


if __name__ == "__main__":
    main()
