"""Workers that die cost one file, and nothing waits for ever."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import pytest
from tests.histories import run_bytes

from kneewise.domain import Runner
from kneewise.services import workers
from kneewise.services.processing import Options, Outcome, Source, process_all


def deadly(sources: Sequence[Source], runner: Runner, options: Options) -> list[Outcome]:
    """Do the work, but die of one file."""
    if any(source.path == "deadly.fit" for source in sources):
        os._exit(9)
    return process_all(sources, runner, options)


def slow_then_deadly(sources: Sequence[Source], runner: Runner, options: Options) -> list[Outcome]:
    """Take longer over an ordinary file than a deadly one takes to die."""
    if all(source.path != "deadly.fit" for source in sources):
        time.sleep(0.5)
    return deadly(sources, runner, options)


def greedy(sources: Sequence[Source], runner: Runner, options: Options) -> list[Outcome]:
    """Take more memory for a large file than a process may."""
    import resource

    from kneewise.services import processing

    if sources[0].path == "large.fit":
        assert resource.getrlimit(resource.RLIMIT_DATA)[0] == workers.MOST_MEMORY_BYTES
        processing._processed = lambda *_: bytes(2 * workers.MOST_MEMORY_BYTES)  # type: ignore[assignment]
    return processing.process_all(sources, runner, options)


def unable() -> None:
    """Die at the start of every worker process."""
    os._exit(9)


def _batches(*names: str) -> list[list[Source]]:
    return [[Source(name, name, run_bytes(day, records=60))] for day, name in enumerate(names)]


def test_a_file_that_kills_its_process_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "process_all", deadly)
    batches = _batches("a.fit", "b.fit", "deadly.fit", "c.fit")
    done = list(workers.process_batches(batches, Runner("me"), Options(), workers=1 + 1))
    statuses = {outcome.path: outcome.status for _, outcomes in done for outcome in outcomes}
    assert statuses == {"a.fit": "imported", "b.fit": "imported", "deadly.fit": "failed", "c.fit": "imported"}
    assert [batch[0].path for batch, _ in done] == ["a.fit", "b.fit", "deadly.fit", "c.fit"]


def test_a_file_that_kills_before_any_other_is_done_is_not_tried_in_this_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The death came before the first result, was taken for 'no workers here', and the import died of the file."""
    monkeypatch.setattr(workers, "process_all", slow_then_deadly)
    done = list(workers.process_batches(_batches("a.fit", "deadly.fit"), Runner("me"), Options(), workers=2))
    assert [outcomes[0].status for _, outcomes in done] == ["imported", "failed"]


def test_without_worker_processes_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "confined", unable)
    monkeypatch.setattr(workers, "LARGE_BYTES", 1)
    for count in (2, 1):
        done = list(workers.process_batches(_batches("a.fit", "b.fit"), Runner("me"), Options(), workers=count))
        assert [outcome.status for _, outcomes in done for outcome in outcomes] == ["imported", "imported"]


def test_a_large_file_is_read_apart_with_so_much_memory_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LARGE_BYTES", 10_000)
    monkeypatch.setattr(workers, "process_all", greedy)
    small, large = _batches("a.fit", "large.fit")
    large = [replace(large[0], content=large[0].content + bytes(10_000))]
    [(_, found), (_, refused)] = workers.process_batches([small, large], Runner("me"), Options(), workers=1)
    assert found[0].status == "imported"
    assert (refused[0].status, refused[0].issues[0].code) == ("failed", "too-much-memory")


def test_one_batch_is_worked_off_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_pool", None)
    done = list(workers.process_batches(_batches("a.fit"), Runner("me"), Options()))
    assert done[0][1][0].status == "imported"


def test_batches_are_full_at_files_or_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_BATCH_FILES", 3)
    monkeypatch.setattr(workers, "_BATCH_BYTES", 100)
    sources = [Source(str(number), str(number), bytes(size)) for number, size in enumerate([1, 1, 1, 1, 200, 1])]
    assert [len(batch) for batch in workers.batched(sources)] == [3, 2, 1]
    assert list(workers.batched([])) == []


@pytest.mark.parametrize(("initializer", "may"), [(None, True), (workers.tied_to_parent, False)])
def test_a_process_that_serves_starts_workers_and_a_worker_none(
    initializer: Callable[[], None] | None, may: bool
) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, initializer=initializer) as pool:
        assert pool.submit(workers.may_start_workers).result() is may
