"""Fixtures shared by the whole suite."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, Engine

from kneewise.storage import engines, upgrading
from tests import databases as real_databases
from tests.databases import KINDS, Databases

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED_DATA = REPOSITORY.parent / "shared" / "data"

# All processes of a run, the many that tests start among them, share compiled modules, as an installed program does:
# where the environment forbids to keep them, every one compiles the whole program anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with the large real files; tests that need it are skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the large real data (../shared/data) is not beside this checkout")
    return SHARED_DATA


@pytest.fixture(scope="session", autouse=True)
def _tables_at_once() -> Iterator[None]:
    """New records have the newest tables at once; in the tests of storage the migrations run each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(upgrading, "upgrade", real_databases.made_at_once)
        yield


@pytest.fixture(scope="session")
def demo_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the demo, built once in a run; a test that changes something copies it first (``demo``)."""
    own = tmp_path_factory.mktemp("demo") / "demo"
    base = tmp_path_factory.getbasetemp()
    # The folder of all processes of the run; in the first one that wants a demo it is built, and nobody opens it there.
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with _alone(run / "demo.lock"):
        if not (run / "demo").is_dir():
            _build_demo(run / "demo")
        return Path(shutil.copytree(run / "demo", own))


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait until no other process of the run holds a lock, and hold it."""
    with lock.open("ab") as file:
        while not engines.lock_file(file.fileno()):
            time.sleep(0.05)
        yield


def _build_demo(folder: Path) -> None:
    from kneewise.services.demo import prepare_demo

    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        prepare_demo(Path(unfinished) / folder.name)
        (Path(unfinished) / folder.name).rename(folder)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """The PostgreSQL of this test process; started when the first test takes a database."""
    yield from real_databases.databases()


@pytest.fixture(scope="session", params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn; without a PostgreSQL only SQLite's half is run."""
    kind: str = request.param
    if kind == engines.POSTGRESQL:
        real_databases.require_postgresql()
    return kind


@pytest.fixture
def each_database(
    database_kind: str, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Path], URL]]:
    """Run the test once with each kind: a data folder for which no database is named has one of that kind.

    Gives the function that tells a folder's database.
    """
    if database_kind == engines.SQLITE:
        yield engines.default_url
        return
    found: dict[Path, URL] = {}

    def of_folder(data: Path) -> URL:
        if data not in found:
            found[data] = engines.parsed_url(databases.take())
        return found[data]

    opened: list[Engine] = []
    make_engine = engines.make_engine

    def remembered(url: URL) -> Engine:
        opened.append(make_engine(url))
        return opened[-1]

    mark = databases.mark()
    monkeypatch.setattr(engines, "default_url", of_folder)
    monkeypatch.setattr(engines, "make_engine", remembered)
    yield of_folder
    for engine in opened:  # an app that was made and never started keeps its connections
        engine.dispose()
    databases.give_back(mark)
