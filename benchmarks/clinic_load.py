"""A clinic under load: 500 runners with two years each, 50 people at once; how long answers take, and is anything lost?

Each person signs in, looks and tells as people do, and thinks for some seconds between two pages; then somebody else
sits down. Every check-in that the server accepted has to be in the database exactly once at the end.

A machine that is busy with other things makes every answer slower, so the server's own processor time per request is
printed too, of each address by itself after the load, and of all requests during it.

Run: python -m benchmarks.clinic_load [--database URL]... [--runners 500] [--people 50] [--seconds 60] [--processes 2]
Without a URL: a PostgreSQL that is started for it, then SQLite.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import numpy as np
from sqlalchemy import select
from tests.databases import Databases

from benchmarks.made_clinic import PASSWORD, MadeClinic, make_clinic
from kneewise.services.place import Place
from kneewise.storage import keyed_id, open_record, tables

LIMIT_MS = 300.0
CLINICIANS = 10
#: Of ten people, so many are clinicians.
CLINICIANS_OF_TEN = 2
THINKING_S = (2.0, 8.0)
ALONE = 20
_START_S = 300.0
_STOP_S = 30.0
_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
_FORM_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_SEE_OTHER = 303


@dataclass
class Seen:
    """What the people saw."""

    taken_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    #: Runner and key of each check-in that the server accepted.
    told: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, address: str, taken_ms: float, answer: httpx.Response | Exception) -> None:
        """Keep how long an answer took, and what was wrong with it."""
        status = answer.status_code if isinstance(answer, httpx.Response) else 0
        with self.lock:
            self.taken_ms[address].append(taken_ms)
            if status >= 400 or status == 0:
                text = answer.text[:200] if isinstance(answer, httpx.Response) else repr(answer)
                self.errors.append(f"{address}: {status} {' '.join(text.split())}")


class Person:
    """Somebody with a browser; cookies that are for TLS alone are sent by hand, as a proxy would have them."""

    def __init__(self, base: str, number: int, seen: Seen) -> None:
        far = {"x-forwarded-for": f"10.0.{number // 250}.{number % 250 + 1}", "x-forwarded-proto": "https"}
        self.client = httpx.Client(base_url=base, headers=far, timeout=60.0)
        self.seen = seen
        self.cookies: dict[str, str] = {}
        self.token = ""

    def ask(self, method: str, path: str, kind: str, data: dict[str, str] | None = None, key: str = "") -> str:
        """Send one request and return the page; empty where it failed."""
        headers = {"cookie": "; ".join(f"{name}={text}" for name, text in self.cookies.items())}
        if method == "POST":
            headers |= {"x-csrf-token": self.token, **({"idempotency-key": key} if key else {})}
        began = time.perf_counter()
        answer: httpx.Response | Exception
        try:
            answer = self.client.request(method, path, headers=headers, data=data)
        except httpx.HTTPError as error:
            answer = error
        self.seen.note(f"{method} {kind}", 1e3 * (time.perf_counter() - began), answer)
        if isinstance(answer, Exception):
            return ""
        for line in answer.headers.get_list("set-cookie"):
            name, _, text = line.partition(";")[0].partition("=")
            self.cookies[name] = text
        if answer.status_code == _SEE_OTHER:
            return answer.headers["location"]
        if found := _TOKEN.search(answer.text):
            self.token = found[1]
        return answer.text if answer.status_code < 400 else ""

    def sign_in(self, login: str) -> bool:
        """Sign in anew; false where it failed."""
        self.cookies.clear()
        page = self.ask("GET", "/sign-in", "/sign-in")
        if not (found := _FORM_TOKEN.search(page)):
            return False
        self.token = found[1]
        told = {"csrf_token": self.token, "login": login, "password": PASSWORD, "code": ""}
        return self.ask("POST", "/sign-in", "/sign-in", told) != ""

    def check_in(self, runner_id: str) -> None:
        """Tell a check-in of today, look at the page that follows, and keep what the server accepted."""
        today, key = datetime.now(UTC).date(), uuid4().hex
        told = {f"{today}.stairs": str(random.randint(0, 3)), "replace": "yes"}
        if where := self.ask("POST", "/check-in", "/check-in", told, key):
            with self.seen.lock:
                self.seen.told.append((runner_id, key))
            self.ask("GET", where, "/?told=...")

    def runner_steps(self, login: str, clinic: MadeClinic) -> Iterator[Callable[[], object]]:
        """Give what a runner does, one step at a time."""
        yield lambda: self.sign_in(login)
        yield lambda: self.ask("GET", "/", "/")
        yield lambda: self.check_in(clinic.runner_of[login])
        yield lambda: self.ask("GET", "/load", "/load")
        yield lambda: self.ask("GET", "/runs", "/runs")
        yield lambda: self.ask("GET", "/", "/")
        yield lambda: self.check_in(clinic.runner_of[login])

    def clinician_steps(self, login: str, clinic: MadeClinic) -> Iterator[Callable[[], object]]:
        """Give what a clinician does: the list, and five of its runners."""
        yield lambda: self.sign_in(login)
        for account in random.sample(clinic.lists[login], min(5, len(clinic.lists[login]))):
            yield lambda: self.ask("GET", "/clinic", "/clinic")
            page = f"/clinic/runners/{account}"
            yield lambda page=page: self.ask("GET", page, "/clinic/runners/...")  # type: ignore[misc]
            yield lambda page=page: self.ask("POST", f"{page}/open", "/clinic/runners/.../open")  # type: ignore[misc]
            yield lambda: self.ask("GET", "/load", "/load (clinician)")
            yield lambda: self.ask("GET", "/", "/ (clinician)")


def live(person: Person, clinic: MadeClinic, logins: Iterator[str], until: float) -> None:
    """Sit down as one after the other until the time is over."""
    time.sleep(random.uniform(0, sum(THINKING_S) / 2))
    while time.monotonic() < until:
        login = next(logins)
        steps = person.runner_steps if login.startswith("runner") else person.clinician_steps
        for step in steps(login, clinic):
            if time.monotonic() >= until:
                return
            step()
            time.sleep(random.uniform(*THINKING_S))


class _Logins(Iterator[str]):
    """Gives everybody's turn: nobody sits at two machines at once for long, and a few of ten are clinicians."""

    def __init__(self, clinic: MadeClinic) -> None:
        self._clinic, self._number, self._lock = clinic, 0, threading.Lock()

    def __next__(self) -> str:
        with self._lock:
            self._number += 1
            number = self._number
        people = self._clinic.clinicians if number % 10 < CLINICIANS_OF_TEN else self._clinic.runners
        return people[(number * 7) % len(people)].login


@contextmanager
def served(place: Place, processes: int | None) -> Iterator[tuple[str, int]]:
    """Serve a clinic beside this process; give its address and first process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "kneewise", "--data", str(place.data)]
    command += ["--database", place.database] if place.database else []
    command += ["serve", "--clinic", "--no-open", "--port", str(port)]
    command += ["--processes", str(processes)] if processes else []
    process = subprocess.Popen(command, stderr=sys.stderr)
    base, end = f"http://127.0.0.1:{port}", time.monotonic() + _START_S
    try:
        while True:
            try:
                if httpx.get(f"{base}/sign-in", timeout=30.0).status_code == 200:
                    break
            except httpx.HTTPError:
                if process.poll() is not None or time.monotonic() > end:
                    raise SystemExit("The server did not start.") from None
                time.sleep(0.2)
        yield base, process.pid
    finally:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise SystemExit("The server did not stop when it was asked to.") from None


def processor_s(pid: int) -> float:
    """Return the processor time of a process and of those that it began so far, in seconds (Linux; NaN elsewhere)."""
    try:
        begun = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        stats = [Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in (pid, *begun)]
    except OSError:
        return float("nan")
    return sum(int(fields[11]) + int(fields[12]) for fields in stats) / os.sysconf("SC_CLK_TCK")


def alone_ms(base: str, pid: int, clinic: MadeClinic, seen: Seen) -> dict[str, float]:
    """Return the server's processor time for each address, asked by one person who does not think."""
    person, cost = Person(base, 240, seen), {}
    runner, doc = clinic.runners[-1], clinic.clinicians[-1]
    whose = clinic.lists[doc.login][0]
    pages: list[tuple[str, str, Callable[[], object]]] = [
        (runner.login, "POST /sign-in", lambda: person.sign_in(runner.login)),
        (runner.login, "GET /", lambda: person.ask("GET", "/", "/")),
        (runner.login, "GET /load", lambda: person.ask("GET", "/load", "/load")),
        (runner.login, "GET /runs", lambda: person.ask("GET", "/runs", "/runs")),
        (doc.login, "GET /clinic", lambda: person.ask("GET", "/clinic", "/clinic")),
        (doc.login, "GET /clinic/runners/...", lambda: person.ask("GET", f"/clinic/runners/{whose}", "r")),
        (runner.login, "POST /check-in", lambda: person.check_in(str(runner.runner_id))),
    ]
    for login, name, ask in pages:
        person.sign_in(login)
        person.ask("GET", "/account", "/account")  # whose form has the token of this session
        began = processor_s(pid)
        for _ in range(ALONE):
            ask()
        cost[name] = 1e3 * (processor_s(pid) - began) / ALONE
    return cost


def stored_check_ins(place: Place) -> set[str]:
    """Return the ids of all check-ins in the database."""
    with open_record(place.data, place.database) as record, record.reading() as connection:
        return set(connection.execute(select(tables.event.c.id).where(tables.event.c.kind == "check_in")).scalars())


def measure(place: Place, clinic: MadeClinic, people: int, seconds: float, processes: int | None) -> bool:
    """Let people in, print what they saw, and return whether it is good."""
    seen, alone, logins, before = Seen(), Seen(), _Logins(clinic), stored_check_ins(place)
    with served(place, processes) as (base, pid):
        began, began_cpu, until = time.monotonic(), processor_s(pid), time.monotonic() + seconds
        crowd = [
            threading.Thread(target=live, args=(Person(base, number, seen), clinic, logins, until))
            for number in range(people)
        ]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            thread.join()
        took, used = time.monotonic() - began, processor_s(pid) - began_cpu
        cost = alone_ms(base, pid, clinic, alone)
    print_table(seen, cost)
    every = [each for list_ in seen.taken_ms.values() for each in list_]
    median, high = (float(each) for each in np.percentile(every, [50, 95]))
    print(
        f"{len(every)} requests in {took:.0f} s by {people} people: p50 {median:.0f} ms, p95 {high:.0f} ms; "
        f"the server took {1e3 * used / len(every):.0f} ms of processor for each, {100 * used / took:.0f} % of a core; "
        f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    told = {keyed_id(runner_id, "check_in", key) for runner_id, key in (*seen.told, *alone.told)}
    new = stored_check_ins(place) - before
    lost, more, errors = told - new, new - told, [*seen.errors, *alone.errors]
    print(f"{len(told)} check-ins accepted, {len(lost)} of them not stored, {len(more)} stored besides")
    print(f"{len(errors)} errors")
    for line in errors[:10]:
        print(f"  {line}")
    return not (errors or lost or more or high > LIMIT_MS)


def print_table(seen: Seen, cost: dict[str, float]) -> None:
    """Print one line for each address."""
    print(f"{'address':<32} {'n':>5} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8}")
    for address, taken in sorted(seen.taken_ms.items()):
        median, high = np.percentile(taken, [50, 95])
        cpu = f"{cost[address]:>8.0f}" if address in cost else f"{'':>8}"
        print(f"{address:<32} {len(taken):>5} {median:>8.0f} {high:>8.0f} {cpu}")


@contextmanager
def wanted(urls: list[str]) -> Iterator[list[tuple[str, str | None]]]:
    """Give the databases to measure, by name; a PostgreSQL is started where none is named."""
    if urls:
        yield [(url.partition(":")[0], url) for url in urls]
        return
    made = Databases()
    try:
        yield [("postgresql", made.take()), ("sqlite", None)]
    finally:
        made.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", action="append", default=[], help="URL of an empty database; may be repeated")
    parser.add_argument("--only", choices=("postgresql", "sqlite"), help="one of the two that are made")
    parser.add_argument("--runners", type=int, default=500)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--processes", type=int, help="of the server; as many as it takes by itself where not given")
    given = parser.parse_args()
    good = True
    with wanted(given.database) as databases:
        for name, url in databases:
            if given.only not in (None, name):
                continue
            with tempfile.TemporaryDirectory() as folder:
                place = Place(Path(folder) / "data", url)
                began = time.monotonic()
                clinic = make_clinic(place, given.runners, min(CLINICIANS, given.runners))
                print(f"\n{name}: {given.runners} runners made in {time.monotonic() - began:.0f} s", flush=True)
                good = measure(place, clinic, given.people, given.seconds, given.processes) and good
    if not good:
        raise SystemExit(f"An error, a lost write, or a 95th percentile above {LIMIT_MS:.0f} ms.")


if __name__ == "__main__":
    main()
