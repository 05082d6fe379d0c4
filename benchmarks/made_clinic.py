"""A clinic of made runners: one is made through the services, the others are copies of its rows under new ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, String, Table, func, insert, literal, select
from tests.clinical import CALM
from tests.planning import DAYS

from kneewise import clock
from kneewise.services.checking_in import Telling, record_check_ins
from kneewise.services.clinic import passwords
from kneewise.services.clinic.attention import work_out
from kneewise.services.clinic.keys import new_id
from kneewise.services.importing import import_files
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place, opened
from kneewise.services.planning import make_plan
from kneewise.services.profile import set_profile
from kneewise.storage import NewActivity, activity_id, insert_activities, read_activities, summary, tables
from kneewise.storage.accounts import Account, insert_account
from kneewise.storage.attention import record_stamps, write_attention
from kneewise.storage.kinds import KINDS
from kneewise.storage.sharing import begin_care, replace_consents

DAYS_BACK = 730
RUNS = 300
PASSWORD = "violet tractor umbrella"
_FIRST = "me"
_SAMPLES = Path(__file__).resolve().parents[1] / "tests" / "data" / "runs"
#: Rows of a runner; seconds of runs and their loads hang on the run.
_OF_RUNNER = (tables.event, tables.reference)
_OF_RUN = (tables.stream, tables.run_load)


@dataclass(frozen=True, slots=True)
class MadeClinic:
    """Those who may sign in.

    Attributes
    ----------
    lists : mapping of str to list of str
        For each clinician, the accounts of the runners on the list.
    runner_of : mapping of str to str
        For each runner's sign-in name, the record.
    """

    runners: Sequence[Account]
    clinicians: Sequence[Account]
    lists: dict[str, list[str]]

    @property
    def runner_of(self) -> dict[str, str]:
        """The record of each runner, by sign-in name."""
        return {account.login: str(account.runner_id) for account in self.runners}


def make_clinic(place: Place, runners: int, clinicians: int) -> MadeClinic:
    """Fill an empty database with runners of two years and the clinicians who care for them, share and share alike."""
    _make_first(replace(place, runner_id=_FIRST))
    with opened(replace(place, runner_id=_FIRST)) as (record, first):
        hashed, now = passwords.hashed(PASSWORD), clock.now()
        staff = [_account(f"doc{each}", "clinician", None, hashed, now) for each in range(clinicians)]
        people = [
            _account(f"runner{each}", "runner", _FIRST if each == 0 else new_id(), hashed, now)
            for each in range(runners)
        ]
        lists: dict[str, list[str]] = {each.login: [] for each in staff}
        for place_, account in enumerate(people):
            carer = staff[place_ % clinicians]
            lists[carer.login].append(account.id)
            with record.writing("copying a runner") as connection:
                if place_ < clinicians:
                    insert_account(connection, carer)
                _add(connection, account, carer, place_, now)
        with record.reading() as connection:
            stamps = record_stamps(connection)
        of_first = work_out(record, first, "")
        with record.writing("keeping the summaries") as connection:
            for runner_id, stamp in stamps.items():
                write_attention(connection, replace(of_first, runner_id=runner_id, stamp=stamp))
    return MadeClinic(people, staff, lists)


def _account(login: str, role: Any, runner_id: str | None, hashed: str, now: datetime) -> Account:
    return Account(new_id(), login, login.capitalize(), role, runner_id, now, password_hash=hashed)


def _make_first(place: Place) -> None:
    """Make the runner whose rows are copied: two years of runs, a check-in on every other day, answers, a plan."""
    set_profile(place, height_m=1.7, mass_kg=60.0, timezone="Europe/Berlin")
    import_files([_SAMPLES], place=place, workers=1)
    last = datetime.now(UTC)
    with opened(place) as (record, runner):
        with record.reading() as connection:
            samples = read_activities(connection, runner.id)
            streams = {row.activity_id: row for row in connection.execute(select(tables.stream))}
        # The shortest seconds stand behind every run: they are read on the page of one run alone.
        stream = min(streams.values(), key=lambda row: len(row.data))
        new = []
        for number in range(RUNS):
            sample = samples[number % len(samples)]
            start = last - timedelta(days=(RUNS - number) * DAYS_BACK / RUNS)
            row = summary(replace(sample.activity, start=start, local_date=start.date()))
            assert sample.load is not None
            name = activity_id(runner.id, "copy", number)
            new.append(NewActivity(name, None, 0, row, stream.rows, stream.data, sample.load))
        with record.writing("making the runs") as connection:
            insert_activities(connection, runner.id, new)
    record_check_ins(place, list(_check_ins(last.date())))
    assess_intake(place, CALM)
    make_plan(place, wishes=DAYS)


def _check_ins(today: date) -> Iterator[Telling]:
    chance = np.random.default_rng(5)
    for back in range(DAYS_BACK, 1, -2):
        pain = {"stairs": float(chance.integers(0, 4)), "next_morning": float(chance.integers(0, 3))}
        yield Telling(on=today - timedelta(days=back), pain=pain)  # type: ignore[arg-type]


def _add(connection: Connection, account: Account, carer: Account, number: int, now: datetime) -> None:
    """Store an account with its record, which its clinician may read."""
    runner_id = str(account.runner_id)
    if runner_id != _FIRST:
        _copy(connection, runner_id, f"m{number:03x}")
    insert_account(connection, account)
    begin_care(connection, runner_id, carer.id, now)
    replace_consents(connection, runner_id, carer.id, list(KINDS), now)


def _copy(connection: Connection, runner_id: str, mark: str) -> None:
    """Copy the rows of the first runner inside the database; the first signs of their ids tell whose they are."""
    name = literal(runner_id, String)
    _copy_rows(connection, tables.runner, {"id": name}, tables.runner.c.id == _FIRST)
    mine = tables.activity.c.runner_id == _FIRST
    _copy_rows(connection, tables.activity, {"id": _marked(tables.activity.c.id, mark), "runner_id": name}, mine)
    for table in _OF_RUN:
        of_first = table.c.activity_id.in_(select(tables.activity.c.id).where(mine))
        _copy_rows(connection, table, {"activity_id": _marked(table.c.activity_id, mark)}, of_first)
    for table in _OF_RUNNER:
        new = {"runner_id": name, **({"id": _marked(table.c.id, mark)} if table is tables.event else {})}
        _copy_rows(connection, table, new, table.c.runner_id == _FIRST, but=() if "id" in new else ("id",))


def _marked(column: Any, mark: str) -> Any:
    return literal(mark, String).op("||")(func.substr(column, len(mark) + 1))


def _copy_rows(connection: Connection, table: Table, new: dict[str, Any], which: Any, but: Sequence[str] = ()) -> None:
    names = [column.name for column in table.c if column.name not in but]
    rows = select(*(new.get(each, table.c[each]) for each in names)).where(which)
    connection.execute(insert(table).from_select(names, rows, include_defaults=False))
