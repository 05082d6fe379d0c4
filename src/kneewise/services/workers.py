"""Batches of files over two processes, in order, with a bounded number under way."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection

from kneewise.domain import Issue, Runner
from kneewise.services.processing import Options, Outcome, Source, process_all

#: Processes that read and compute; the calling process stores. More would only wait for it, and cost memory.
WORKERS = 2
#: What one of them may take; only a file made to fill the memory wants more.
MOST_MEMORY_BYTES = 4 << 30
#: A larger file is read in a process of its own wherever it comes up: a made one may take many times its size.
LARGE_BYTES = 8 << 20
#: Batches that wait or are worked on, per worker: bounds the memory whatever the size of the history.
_AHEAD = 2

#: A batch is one transaction: full at so many files or so many bytes, whichever comes first.
_BATCH_FILES = 64
_BATCH_BYTES = 6_000_000

#: Whether this process is a worker, which starts none of its own; a server's process may be a child too, and does.
_is_worker = False

Batch = Sequence[Source]
Done = tuple[Batch, list[Outcome]]


def batched(sources: Iterable[Source]) -> Iterator[list[Source]]:
    """Yield files in batches of about the same work."""
    batch: list[Source] = []
    size = 0
    for source in sources:
        batch.append(source)
        size += len(source.content)
        if len(batch) >= _BATCH_FILES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def process_batches(
    batches: Iterable[Batch], runner: Runner, options: Options, *, workers: int | None = None
) -> Generator[Done, None, None]:
    """Yield every batch with its outcomes, in the given order.

    Parameters
    ----------
    batches : iterable of sequences of Source
        Drawn only as fast as they are worked off.
    workers : int or None
        Processes to use; 1 works in this process. ``None`` decides: one batch is not worth starting processes for.
    """
    drawn = iter(batches)
    if workers is None:
        head = list(itertools.islice(drawn, 2))
        drawn = itertools.chain(head, drawn)
        workers = WORKERS if len(head) > 1 and may_start_workers() else 1
    if workers <= 1:
        for batch in drawn:
            yield batch, (_isolated if _must_be_apart(batch) else process_all)(batch, runner, options)
        return
    yield from _in_processes(drawn, runner, options, workers)


def may_start_workers() -> bool:
    """Whether this process may start worker processes: a worker may not, nor may whoever must not have children."""
    return not (_is_worker or multiprocessing.current_process().daemon)


def _in_processes(
    batches: Iterator[Batch], runner: Runner, options: Options, workers: int
) -> Generator[Done, None, None]:
    pending: deque[tuple[Batch, Future[list[Outcome]]]] = deque()
    pool = _pool(workers)
    if not _starts(pool):
        yield from process_batches(batches, runner, options, workers=1)
        return
    try:
        while True:
            while len(pending) < workers * _AHEAD and (batch := next(batches, None)) is not None:
                pending.append((batch, pool.submit(process_all, batch, runner, options)))
            if not pending:
                return
            batch, future = pending[0]
            outcomes = future.result()
            pending.popleft()
            yield batch, outcomes
    except BrokenProcessPool:
        # A worker died without a word, most likely out of memory. Its file must never be tried in this process.
        _stop(pool)
        yield from ((batch, _isolated(batch, runner, options)) for batch, _ in pending)
        yield from _in_processes(batches, runner, options, workers)
    finally:
        _stop(pool)


def _starts(pool: ProcessPoolExecutor) -> bool:
    """Whether worker processes can run here at all; asked before any file could be what kills them."""
    try:
        return pool.submit(_alive).result()
    except BrokenProcessPool:
        _stop(pool)
        return False


def _alive() -> bool:
    return True


def _must_be_apart(batch: Batch) -> bool:
    """Whether a batch holds a large file, and processes can be started for it here."""
    if not any(len(source.content) > LARGE_BYTES for source in batch) or not may_start_workers():
        return False
    pool = _pool(1)
    try:
        return _starts(pool)
    finally:
        _stop(pool)


def _isolated(batch: Batch, runner: Runner, options: Options) -> list[Outcome]:
    """Read one file at a time in a process of its own: each death costs one file."""
    outcomes: list[Outcome] = []
    pool = _pool(1)
    try:
        for source in batch:
            try:
                outcomes += pool.submit(process_all, [source], runner, options).result()
            except BrokenProcessPool:
                _stop(pool)
                pool = _pool(1)
                text = "Reading it ended its process (most likely out of memory); the other files are not touched."
                issue = Issue(code="reader-died", where=source.path, text=text)
                outcomes.append(Outcome(path=source.path, sha256=source.sha256, status="failed", issues=(issue,)))
    finally:
        _stop(pool)
    return outcomes


def _pool(workers: int) -> ProcessPoolExecutor:
    # "spawn" starts clean interpreters: forking a process with open database and threads is not safe.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=confined)


def _stop(pool: ProcessPoolExecutor) -> None:
    pool.shutdown(wait=True, cancel_futures=True)


def tied_to_parent() -> None:
    """Let Ctrl-C reach only the parent, which stops the workers, and end when the parent has been killed."""
    global _is_worker
    _is_worker = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()


def end_with_parent() -> None:
    """Let this process end at once when the one that began it is killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def confined() -> None:
    """Tie a process to its parent and let it take so much memory at most, where the system can say so.

    What would take more fails with ``MemoryError``, or ends its process; the server and its machine go on.
    """
    tied_to_parent()
    if sys.platform == "win32":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    most = MOST_MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MOST_MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
