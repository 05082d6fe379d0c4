"""The small summary of each runner that a clinician's list is made from, and what tells that it is out of date."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from kneewise.storage import clinic_tables, tables


@dataclass(frozen=True, slots=True)
class Attention:
    """What the list shows of one runner.

    Attributes
    ----------
    rank : int
        0 is the most urgent.
    reasons : list of dict
        JSON values; each with its words and the kinds of data that it rests on.
    facts : dict
        JSON values: what stands beside the name.
    local_date : date
        The runner's day that it holds for.
    stamp : str
        What the record held; another one, and it has to be worked out anew.
    """

    runner_id: str
    rank: int
    reasons: list[dict[str, Any]]
    facts: dict[str, Any]
    local_date: date
    worked_out_at: datetime
    stamp: str


@dataclass(frozen=True, slots=True)
class CaredFor:
    """A runner on a clinician's list."""

    runner_id: str
    account_id: str
    name: str
    timezone: str | None
    invited: bool
    kinds: frozenset[str]
    attention: Attention | None


def write_attention(connection: Connection, attention: Attention) -> None:
    """Store a summary in the place of the last."""
    table = clinic_tables.attention
    connection.execute(delete(table).where(table.c.runner_id == attention.runner_id))
    connection.execute(insert(table), asdict(attention))


def read_attentions(connection: Connection) -> dict[str, Attention]:
    """Return every summary by runner."""
    rows = connection.execute(select(clinic_tables.attention)).mappings()
    return {row["runner_id"]: Attention(**row) for row in rows}


def read_cared_for(connection: Connection, clinician_id: str) -> list[CaredFor]:
    """Return every runner on a clinician's list with what is shared and the summary, in three queries."""
    care, account, consent = clinic_tables.care, clinic_tables.account, clinic_tables.consent
    shared: dict[str, set[str]] = {}
    given = select(consent.c.runner_id, consent.c.kind).where(
        consent.c.clinician_id == clinician_id, consent.c.withdrawn_at.is_(None)
    )
    for runner_id, kind in connection.execute(given):
        shared.setdefault(runner_id, set()).add(kind)
    summary = clinic_tables.attention
    of_mine = summary.join(care, (care.c.runner_id == summary.c.runner_id) & (care.c.clinician_id == clinician_id))
    summaries = {
        row["runner_id"]: Attention(**row)
        for row in connection.execute(select(summary).select_from(of_mine)).mappings()
    }
    query = (
        select(account.c.runner_id, account.c.id, account.c.name, tables.runner.c.timezone, account.c.password_hash)
        .join(care, (care.c.runner_id == account.c.runner_id) & (care.c.clinician_id == clinician_id))
        .join(tables.runner, tables.runner.c.id == account.c.runner_id)
        .where(account.c.disabled_at.is_(None))
    )
    return [
        CaredFor(
            runner_id,
            account_id,
            name,
            timezone,
            hashed is None,
            frozenset(shared.get(runner_id, ())),
            summaries.get(runner_id),
        )
        for runner_id, account_id, name, timezone, hashed in connection.execute(query)
    ]


def record_stamps(connection: Connection, runner_id: str | None = None) -> dict[str, str]:
    """Return, for each runner with an account, what changes whenever something is stored that the summary rests on.

    Events are only ever appended, so their number tells of each; activities and results of files are counted too.
    """
    counts: dict[str, list[int]] = {}
    mine = select(clinic_tables.account.c.runner_id).where(clinic_tables.account.c.runner_id.is_not(None))
    if runner_id is not None:
        mine = mine.where(clinic_tables.account.c.runner_id == runner_id)
    for name in connection.execute(mine).scalars():
        counts[name] = [0, 0, 0]
    for place, table in enumerate((tables.event, tables.activity, tables.file_result)):
        query = select(table.c.runner_id, func.count()).group_by(table.c.runner_id)
        if runner_id is not None:
            query = query.where(table.c.runner_id == runner_id)
        for name, count in connection.execute(query):
            if name in counts:
                counts[name][place] = count
    return {name: "-".join(map(str, found)) for name, found in counts.items()}
