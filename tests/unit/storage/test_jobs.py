"""Jobs: claimed by one worker alone, taken up when it is lost, changed only by who holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kneewise.domain import Runner
from kneewise.storage import Record, open_record, write_runner
from kneewise.storage.jobs import (
    Job,
    JobKind,
    ask_runner,
    claim_job,
    end_all_jobs,
    end_job,
    forget_job,
    forget_jobs,
    free_jobs,
    give_up_jobs,
    hand_back_job,
    insert_job,
    insert_once,
    is_claimable,
    new_job,
    order_job,
    read_job,
    read_job_lines,
    read_jobs,
    renew_job,
    want_end,
)

pytestmark = pytest.mark.usefixtures("each_database")

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
LEASE = timedelta(seconds=90)
LATER = NOON + LEASE + timedelta(seconds=1)
KINDS: tuple[JobKind, ...] = ("import", "video")


@pytest.fixture
def record(each_database: object, tmp_path: Path) -> Iterator[Record]:
    with open_record(tmp_path) as record:
        with record.writing("testing") as connection:
            write_runner(connection, Runner("me"))
            write_runner(connection, Runner("you"))
        yield record


def begun(record: Record, count: int = 1, *, kind: JobKind = "import", runner: str = "me", most: int = 3) -> list[Job]:
    jobs = [
        new_job(runner, kind, {"n": n}, at=NOON + timedelta(microseconds=n), most_attempts=most) for n in range(count)
    ]
    with record.writing("testing", beside=True) as connection:
        for job in jobs:
            insert_job(connection, job)
    return jobs


def claimed(record: Record, worker: str = "a", *, now: datetime = NOON, one: bool = False) -> Job | None:
    with record.writing("testing", beside=not one) as connection:
        give_up_jobs(connection, KINDS, now=now)
        return claim_job(connection, KINDS, worker=worker, now=now, lease=LEASE, one_at_a_time=one)


def taken(record: Record, worker: str = "a", *, now: datetime = NOON) -> Job:
    job = claimed(record, worker, now=now)
    assert job is not None
    return job


def looked(record: Record, job: Job) -> Job:
    with record.reading() as connection:
        found = read_job(connection, job.id)
    assert found is not None
    return found


def test_a_job_comes_back_as_it_was_and_the_oldest_is_claimed_first(record: Record) -> None:
    first, second = begun(record, 2)
    assert looked(record, first) == first
    job = taken(record)
    assert job == replace(first, state="running", worker="a", attempts=1, lease_until=NOON + LEASE)
    assert looked(record, job) == job
    assert taken(record, "b").id == second.id
    assert claimed(record, "c") is None


def test_many_workers_claim_every_job_exactly_once(record: Record) -> None:
    jobs = begun(record, 40)

    def work(worker: int) -> list[str]:
        mine = []
        while (job := claimed(record, str(worker))) is not None:
            mine.append(job.id)
        return mine

    with ThreadPoolExecutor(8) as pool:
        done = Counter(job for mine in pool.map(work, range(8)) for job in mine)
    assert done == Counter(job.id for job in jobs)
    with record.reading() as connection:
        assert {job.attempts for job in read_jobs(connection, KINDS)} == {1}


def test_one_at_a_time_where_that_is_wanted(record: Record) -> None:
    begun(record, 2)
    job = claimed(record, "a", one=True)
    assert job is not None
    assert claimed(record, "b", one=True) is None
    with record.writing("testing") as connection:
        assert end_job(connection, job, "done", now=NOON, progress={})
    assert claimed(record, "b", one=True) is not None


def test_a_lost_worker_s_job_is_taken_up_and_its_own_words_come_too_late(record: Record) -> None:
    begun(record)
    lost = taken(record, "a")
    with record.writing("testing") as connection:
        assert renew_job(connection, lost, now=NOON, lease=LEASE, progress={"done": 1}, lines=[{"n": 0}, {"n": 1}])
        assert renew_job(connection, lost, now=NOON, lease=LEASE, progress={"done": 3}, lines=[{"n": 2}])
    with record.reading() as connection:
        assert read_job_lines(connection, lost.id, since=1) == [{"n": 1}, {"n": 2}]
        assert not is_claimable(connection, KINDS, now=NOON)
        assert is_claimable(connection, KINDS, now=LATER)
    assert claimed(record, "b") is None
    again = taken(record, "b", now=LATER)
    assert (again.id, again.attempts, again.progress) == (lost.id, 2, {})
    with record.writing("testing") as connection:
        assert read_job_lines(connection, lost.id) == []
        assert renew_job(connection, lost, now=LATER, lease=LEASE, progress={}) is None
        assert not end_job(connection, lost, "failed", now=LATER, progress={}, lines=[{"n": 9}])
        assert not hand_back_job(connection, lost)
        assert end_job(connection, again, "done", now=LATER, progress={"done": 1}, lines=[{"n": 5}])
    ended = looked(record, lost)
    assert (ended.state, ended.live, ended.ended_at, ended.lease_until) == ("done", False, LATER, None)
    with record.reading() as connection:
        assert read_job_lines(connection, lost.id) == [{"n": 5}]


def test_cut_off_too_often_it_is_told_as_interrupted(record: Record) -> None:
    (job,) = begun(record, most=2)
    now = NOON
    for worker in "ab":
        taken(record, worker, now=now)
        now += LEASE + timedelta(seconds=1)
    with record.writing("testing") as connection:
        assert is_claimable(connection, KINDS, now=now)
        assert claim_job(connection, KINDS, worker="c", now=now, lease=LEASE) is None
        (ended,) = give_up_jobs(connection, KINDS, now=now)
        assert not is_claimable(connection, KINDS, now=now)
    assert ended == looked(record, job)
    assert (looked(record, job).state, looked(record, job).attempts) == ("interrupted", 2)


def test_handed_back_it_waits_as_if_nothing_had_been(record: Record) -> None:
    (job,) = begun(record)
    mine = taken(record)
    with record.writing("testing") as connection:
        assert hand_back_job(connection, mine)
    assert looked(record, job) == job
    again = taken(record)
    with record.writing("testing") as connection:
        assert hand_back_job(connection, again, counted=True)
    assert looked(record, job) == replace(job, attempts=1)
    begun_again = taken(record)
    with record.writing("testing") as connection:
        assert hand_back_job(connection, begun_again, begun=True)
    assert looked(record, job) == replace(job, attempts=2, most_attempts=job.most_attempts + 1)


def test_what_asks_waits_for_its_runner_and_no_worker(record: Record) -> None:
    job = new_job("me", "video", {"n": 1}, at=NOON, ask_until=NOON + LEASE)
    with record.writing("testing") as connection:
        insert_job(connection, job)
        assert not is_claimable(connection, KINDS, now=NOON)
        assert order_job(connection, job.id, {"n": 2})
        assert not order_job(connection, job.id, {"n": 3})
    mine = taken(record)
    assert (mine.data, mine.attempts) == ({"n": 2}, 1)
    with record.writing("testing") as connection:
        assert ask_runner(connection, mine, "Which one?", until=NOON + LEASE)
        assert not ask_runner(connection, mine, "Which one?", until=NOON + LEASE)
    assert (looked(record, job).live, looked(record, job).over, looked(record, job).text) == (
        False,
        False,
        "Which one?",
    )
    assert claimed(record, now=NOON + LEASE) is None
    with record.reading() as connection:
        assert [each.id for each in read_jobs(connection, KINDS, since=LATER)] == [job.id]
        assert is_claimable(connection, KINDS, now=LATER)
    with record.writing("testing") as connection:
        assert [each.id for each in give_up_jobs(connection, KINDS, now=LATER)] == [job.id]
    assert (looked(record, job).state, looked(record, job).over) == ("cancelled", True)


def test_an_end_that_is_wanted_comes_before_what_was_done(record: Record) -> None:
    begun(record)
    mine = taken(record)
    with record.writing("testing") as connection:
        want_end(connection, mine.id, now=NOON)
        assert not end_job(connection, mine, "done", now=NOON, progress={}, unless_wanted=True)
        assert end_job(connection, mine, "cancelled", now=NOON, progress={})


def test_what_waits_already_is_not_stored_twice(record: Record) -> None:
    with record.writing("testing") as connection:
        for runner in ("me", "you", "me"):
            insert_once(connection, new_job(runner, "loads", {}, at=NOON))
        assert sorted(job.runner_id for job in read_jobs(connection, ["loads"])) == ["me", "you"]


def test_who_knows_that_nobody_is_alive_takes_up_at_once(record: Record) -> None:
    begun(record)
    taken(record)
    with record.writing("testing") as connection:
        free_jobs(connection, ["video"], now=NOON)
        free_jobs(connection, KINDS, now=NOON, workers=["another"])
    assert claimed(record, "b") is None
    with record.writing("testing") as connection:
        free_jobs(connection, KINDS, now=NOON)
    assert taken(record, "b").attempts == 2


def test_an_end_that_is_wanted(record: Record) -> None:
    running, waiting = begun(record, 2)
    mine = taken(record)
    with record.writing("testing") as connection:
        for job in (running, waiting):
            want_end(connection, job.id, now=NOON)
        assert read_job(connection, waiting.id) == replace(
            waiting, state="cancelled", cancel_wanted=True, ended_at=NOON
        )
        kept = renew_job(connection, mine, now=NOON, lease=LEASE, progress={})
    assert kept is not None
    assert kept.cancel_wanted
    assert claimed(record, "b", now=LATER) is None  # its worker was lost before it heard of it
    assert looked(record, running).state == "cancelled"


def test_lists_and_forgetting(record: Record) -> None:
    (mine,) = begun(record)
    (yours,) = begun(record, runner="you", kind="video")
    job = taken(record)
    with record.writing("testing") as connection:
        end_job(connection, job, "done", now=NOON, progress={})
        assert [each.id for each in read_jobs(connection, KINDS, runner_id="you")] == [yours.id]
        assert [each.id for each in read_jobs(connection, KINDS, since=LATER)] == [
            each for each in (mine.id, yours.id) if each != job.id
        ]
        end_all_jobs(connection, "interrupted", "Put back.", now=NOON)
        assert {each.text for each in read_jobs(connection, KINDS)} == {"", "Put back."}
        forget_jobs(connection, ["video"], ended_before=NOON)
        assert len(read_jobs(connection, KINDS)) == 2
        forget_jobs(connection, KINDS, runner_id="you")
        assert [each.id for each in read_jobs(connection, KINDS)] == [mine.id]
        forget_job(connection, mine.id)
        assert read_jobs(connection, KINDS) == []
