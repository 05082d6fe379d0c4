"""Several server processes behind one socket: begun, begun anew where one is lost, and ended together."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from typing import Any

from kneewise.errors import StorageError

#: What ends the server: Ctrl-C, its supervisor, and a terminal that is closed.
_ENDING = (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if os.name == "posix" else []))
#: Between two tries to begin a process that ended by itself, as where the database is away.
_AGAIN_S = 2.0
#: Who has lived for so long has served; without such a one, so many failed starts are the end.
_SETTLED_S = 60.0
_MOST_FAILED = 4
#: A step of a job in hand is waited for so long; the supervisors of `deploy/` wait longer.
_PATIENCE_S = 90.0


def keep_serving(target: Callable[..., None], arguments: tuple[Any, ...], count: int) -> None:
    """Keep so many processes at work until this one is told to end.

    Parameters
    ----------
    target : callable
        What each process does, with `arguments`; a function of a module, for it begins with nothing of this process.

    Raises
    ------
    StorageError
        When none can be begun; each has said why.
    """
    with _told_to_end() as told:
        processes = {_begun(target, arguments): time.monotonic() for _ in range(count)}
        failed = 0
        try:
            while told not in wait([told, *(process.sentinel for process in processes)]):
                lost = [process for process in processes if not process.is_alive()]
                for process in lost:
                    del processes[process]
                by_themselves = [process for process in lost if (process.exitcode or 0) >= 0]
                settled = any(time.monotonic() - since > _SETTLED_S for since in processes.values())
                failed = 0 if settled else failed + len(by_themselves)
                if failed >= _MOST_FAILED:
                    raise StorageError("The server could not be started; the lines above say why.")
                if by_themselves and wait([told], _AGAIN_S):
                    return
                processes |= {_begun(target, arguments): time.monotonic() for _ in lost}
        finally:
            _end(list(processes))


def _begun(target: Callable[..., None], arguments: tuple[Any, ...]) -> SpawnProcess:
    process = multiprocessing.get_context("spawn").Process(target=target, args=arguments)
    # It inherits what is ignored: Ctrl-C reaches every process of a terminal, and this one ends the others.
    before = {each: signal.signal(each, signal.SIG_IGN) for each in _ENDING if each != signal.SIGTERM}
    try:
        process.start()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    return process


def _end(processes: list[SpawnProcess]) -> None:
    for process in processes:
        process.terminate()
    until = time.monotonic() + _PATIENCE_S
    for process in processes:
        process.join(max(until - time.monotonic(), 0))
        if process.is_alive():
            process.kill()
            process.join()


@contextmanager
def _told_to_end() -> Iterator[socket.socket]:
    """Give what can be read from as soon as this process is told to end; it is not ended by that itself."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        woken = signal.set_wakeup_fd(theirs.fileno())
        before = {each: signal.signal(each, lambda *_: None) for each in _ENDING}
        try:
            yield ours
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
            signal.set_wakeup_fd(woken)
