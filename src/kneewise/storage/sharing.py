"""Who cares for whom, who shares what with whom, and the log of every access."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from kneewise.storage import clinic_tables as tables

Action = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Access:
    """One request for a runner's data: who, when, what, and whether it was allowed."""

    runner_id: str
    at: datetime
    account: str
    name: str
    role: str
    action: Action
    kinds: tuple[str, ...]
    route: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """One kind of data that a runner shares, or shared, with one clinician."""

    clinician_id: str
    kind: str
    given_at: datetime
    withdrawn_at: datetime | None


def begin_care(connection: Connection, runner_id: str, clinician_id: str, at: datetime) -> None:
    """Put a runner on a clinician's list."""
    if not is_cared_for(connection, runner_id, clinician_id):
        connection.execute(insert(tables.care), {"runner_id": runner_id, "clinician_id": clinician_id, "since": at})


def is_cared_for(connection: Connection, runner_id: str, clinician_id: str) -> bool:
    """Whether a runner stands on a clinician's list."""
    table = tables.care
    query = select(table.c.since).where(table.c.runner_id == runner_id, table.c.clinician_id == clinician_id)
    return connection.execute(query).first() is not None


def clinicians_of(connection: Connection, runner_id: str) -> list[str]:
    """Return the accounts of the clinicians on whose list a runner stands."""
    query = select(tables.care.c.clinician_id).where(tables.care.c.runner_id == runner_id)
    return list(connection.execute(query.order_by(tables.care.c.since)).scalars())


def shared_kinds(connection: Connection, runner_id: str, clinician_id: str) -> frozenset[str]:
    """Return what a runner shares with a clinician at this moment."""
    table = tables.consent
    query = select(table.c.kind).where(
        table.c.clinician_id == clinician_id, table.c.runner_id == runner_id, table.c.withdrawn_at.is_(None)
    )
    return frozenset(connection.execute(query).scalars())


def read_consents(connection: Connection, runner_id: str) -> list[Consent]:
    """Return everything that a runner ever shared, in the order of giving."""
    table = tables.consent
    query = select(table.c.clinician_id, table.c.kind, table.c.given_at, table.c.withdrawn_at)
    rows = connection.execute(query.where(table.c.runner_id == runner_id).order_by(table.c.id)).mappings()
    return [Consent(**row) for row in rows]


def replace_consents(
    connection: Connection, runner_id: str, clinician_id: str, kinds: Iterable[str], at: datetime
) -> None:
    """Share exactly these kinds with a clinician from now on."""
    wanted, shared = frozenset(kinds), shared_kinds(connection, runner_id, clinician_id)
    table = tables.consent
    gone = shared - wanted
    if gone:
        connection.execute(
            update(table)
            .where(
                table.c.runner_id == runner_id,
                table.c.clinician_id == clinician_id,
                table.c.kind.in_(sorted(gone)),
                table.c.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=at)
        )
    for kind in sorted(wanted - shared):
        row = {"runner_id": runner_id, "clinician_id": clinician_id, "kind": kind, "given_at": at}
        connection.execute(insert(table), row)


def append_access(connection: Connection, *accesses: Access) -> None:
    """Append lines to the log."""
    if accesses:
        connection.execute(insert(tables.access_log), [asdict(each) for each in accesses])


def read_accesses(
    connection: Connection, runner_id: str, *, but: str = "", limit: int = 100, before: int | None = None
) -> Sequence[tuple[int, Access]]:
    """Return the latest lines of a runner's log with their numbers, the newest first.

    Parameters
    ----------
    but : str
        Account whose own lines are left out.
    before : int or None
        Only lines with a smaller number: the next page.
    """
    table = tables.access_log
    query = select(table).where(table.c.runner_id == runner_id, table.c.account != but)
    if before is not None:
        query = query.where(table.c.id < before)
    found = []
    for row in connection.execute(query.order_by(table.c.id.desc()).limit(limit)).mappings():
        told = {name: row[name] for name in Access.__slots__}
        found.append((int(row["id"]), Access(**{**told, "kinds": tuple(row["kinds"])})))
    return found
