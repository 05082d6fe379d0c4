"""Processes that serve together: one that is lost comes back, none is left at the end, and who cannot start says so."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kneewise.errors import StorageError
from kneewise.web import several

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals")
_WAIT_S = 60


def stand(folder: Path) -> None:
    (folder / str(os.getpid())).touch()
    time.sleep(600)


def fail(folder: Path) -> None:
    (folder / str(os.getpid())).touch()
    sys.exit(3)


def begun(folder: Path) -> set[int]:
    return {int(path.name) for path in folder.iterdir()}


def wait_for(so: Callable[[], bool]) -> None:
    until = time.monotonic() + _WAIT_S
    while not so() and time.monotonic() < until:
        time.sleep(0.02)


def test_who_is_killed_comes_back_and_all_end_together(tmp_path: Path) -> None:
    def kill_one_then_end() -> None:
        try:
            wait_for(lambda: len(begun(tmp_path)) == 2)
            os.kill(min(begun(tmp_path)), signal.SIGKILL)
            wait_for(lambda: len(begun(tmp_path)) == 3)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    ending = threading.Thread(target=kill_one_then_end)
    ending.start()
    several.keep_serving(stand, (tmp_path,), 2)
    ending.join()
    assert len(begun(tmp_path)) == 3
    assert not any(Path(f"/proc/{pid}").exists() for pid in begun(tmp_path))


def test_where_none_can_start_the_server_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "_AGAIN_S", 0)
    with pytest.raises(StorageError, match="could not be started"):
        several.keep_serving(fail, (tmp_path,), 2)
    assert len(begun(tmp_path)) >= several._MOST_FAILED
