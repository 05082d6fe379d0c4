"""The program as its user has it: its own process, killed, starved of disk, timed."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from tests.histories import contents, run_bytes, write_runs

MAIN = "from kneewise.cli import main; main()"
#: Small batches, so that a small history has many moments at which a kill can come.
SMALL_BATCHES = f"import kneewise.services.workers as w; w._BATCH_FILES = 2; {MAIN}"


def _program(*arguments: object, code: str = MAIN) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def _run(*arguments: object, code: str = MAIN, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_program(*arguments, code=code), capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


def test_a_runner_imports_and_looks(tmp_path: Path) -> None:
    folder, data = write_runs(tmp_path / "runs", 2), tmp_path / "data"
    imported = _run("--data", data, "import", folder)
    assert (imported.returncode, imported.stderr) == (0, "")
    assert "2 files imported (2 activities)" in imported.stdout
    listed = _run("--data", data, "activities", "--json")
    assert len(json.loads(listed.stdout)) == 2


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with runs to import, a damaged one among them, and the record that an import without a kill makes."""
    made = tmp_path_factory.mktemp("history")
    folder = write_runs(made / "runs", 16)
    (folder / "bad.fit").write_bytes(b"rubbish")
    assert _run("--data", made / "whole", "import", folder, code=SMALL_BATCHES).returncode == 0
    return made


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_it_ends_in_the_same_state(tmp_path: Path, history: Path, seed: int) -> None:
    folder = history / "runs"
    generator = random.Random(seed)
    kills = 0
    for _ in range(6):
        process = subprocess.Popen(
            _program("--data", tmp_path / "killed", "import", folder, code=SMALL_BATCHES),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(generator.uniform(0.3, 2.5))
        except subprocess.TimeoutExpired:
            process.kill()
        kills += process.wait() == -signal.SIGKILL
    assert kills
    last = _run("--data", tmp_path / "killed", "import", folder, code=SMALL_BATCHES)
    assert last.returncode == 0, last.stderr
    assert contents(tmp_path / "killed") == contents(history / "whole")


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
def test_a_full_disk_is_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    import resource

    folder, data = write_runs(tmp_path / "runs", 12, records=2000), tmp_path / "data"
    assert _run("--data", tmp_path / "whole", "import", folder, code=SMALL_BATCHES).returncode == 0
    assert _run("--data", data, "import", folder / "000.fit").returncode == 0
    room = (data / "kneewise.sqlite").stat().st_size

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    starved = _run("--data", data, "import", folder, code=SMALL_BATCHES, preexec_fn=small)
    assert starved.returncode == 1
    assert starved.stderr.startswith("The disk is full")
    assert starved.stderr.count("\n") == 1
    listed = json.loads(_run("--data", data, "activities", "--json").stdout)
    assert 1 <= len(listed) < 12
    assert _run("--data", data, "import", folder, code=SMALL_BATCHES).returncode == 0
    after, whole = contents(data), contents(tmp_path / "whole")
    assert after.pop("reference")  # it grew with every finished import: what was learned is appended
    whole.pop("reference")
    assert after == whole


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_ctrl_c_leaves_a_consistent_record(tmp_path: Path) -> None:
    folder, data = write_runs(tmp_path / "runs", 40, records=1500), tmp_path / "data"
    process = subprocess.Popen(
        _program("--data", data, "import", folder, code=SMALL_BATCHES), stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not list((data / "originals").glob("*/*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.startswith("Stopped.")
    assert "Traceback" not in told
    last = _run("--data", data, "import", folder)
    assert last.returncode == 0
    assert len(json.loads(_run("--data", data, "activities", "--json").stdout)) == 40


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/sign-in").status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.skipif(not Path(f"/proc/self/task/{os.getpid()}/children").exists(), reason="needs Linux's /proc")
def test_a_clinic_answers_in_two_processes_that_end_with_the_first(tmp_path: Path) -> None:
    pytest.importorskip("pwdlib")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = _program("--data", tmp_path / "data", "serve", "--clinic", "--processes", 2, "--no-open", "--port", port)
    # A connection of its own for each request, so that whichever process is there takes it.
    with (
        subprocess.Popen(command, stderr=subprocess.DEVNULL) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"connection": "close"}, timeout=60) as client,
    ):
        try:
            until = time.monotonic() + 60
            while not _answers(client) and time.monotonic() < until:
                time.sleep(0.1)
            servers = [pid for pid in _children(process.pid) if b"spawn_main" in _command(pid)]
            assert len(servers) == 2
            for stands_still in servers:
                os.kill(stands_still, signal.SIGSTOP)
                assert _answers(client), "the other one does not answer"
                os.kill(stands_still, signal.SIGCONT)
        finally:
            process.kill()
    while not (free_again := _is_free(port)) and time.monotonic() < until:
        time.sleep(0.05)
    assert free_again, "a server is left"


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_starting_is_fast(tmp_path: Path) -> None:
    (tmp_path / "run.fit").write_bytes(run_bytes())

    def used() -> float:
        times = os.times()
        return times.children_user + times.children_system

    def seconds(enough_s: float, *command: str) -> float:
        """Return what a start costs in processor time, however busy the machine is: the least of four, if need be."""
        least = math.inf
        for _ in range(4):  # the first compiles
            before = used()
            subprocess.run(command, check=True, capture_output=True)
            least = min(least, used() - before)
            if least < enough_s:
                break
        return least

    bare = seconds(0.0, sys.executable, "-c", "pass")
    for limit, command in (
        (bare + 0.1, [sys.executable, "-c", "import kneewise"]),
        (bare + 0.3, _program("--help")),
        (1.5, _program("--data", tmp_path / "data", "import", tmp_path / "run.fit")),
    ):
        assert seconds(limit, *command) < limit, command


@pytest.mark.parametrize("module", ["kneewise", "kneewise.cli"])
def test_importing_is_light(module: str) -> None:
    code = (
        f"import sys, {module}; print(sorted({{'numpy', 'scipy', 'sqlalchemy', 'alembic', 'rich'}} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_import_needs_neither_scipy_nor_rich(tmp_path: Path) -> None:
    (tmp_path / "run.fit").write_bytes(run_bytes())
    code = (
        "import sys; from kneewise.cli.app import app\n"
        "try: app(sys.argv[1:])\n"
        "except SystemExit: print(sorted({'scipy', 'rich'} & set(sys.modules)))"
    )
    done = _run("--data", tmp_path / "data", "import", tmp_path / "run.fit", code=code)
    assert done.stdout.endswith("[]\n")


def test_the_example_runs(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "first_look.py"
    write_runs(tmp_path / "runs", 4, records=1300)
    done = subprocess.run(
        [sys.executable, str(example), str(tmp_path / "runs")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "knee-km" in done.stdout
