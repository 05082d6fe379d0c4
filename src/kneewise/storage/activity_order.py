"""The order of a runner's activities: what comes before and after, without decoding any of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from kneewise.storage import tables


@dataclass(frozen=True, slots=True)
class ActivityPlace:
    """Where one activity stands.

    Attributes
    ----------
    counted_id : str or None
        The activity that counts in its place, when both are the same run.
    """

    id: str
    local_date: date
    sport: str
    counted_id: str | None


def read_activity_order(
    connection: Connection, runner_id: str, *, since: date | None = None, until: date | None = None
) -> list[ActivityPlace]:
    """Return every activity of a runner, second recordings included, oldest first; both days inclusive."""
    a, link = tables.activity, tables.duplicate_link
    query = (
        select(a.c.id, a.c.local_date, a.c.sport, link.c.counted_id)
        .select_from(a.outerjoin(link, link.c.activity_id == a.c.id))
        .where(a.c.runner_id == runner_id)
        .order_by(a.c.start, a.c.id)
    )
    if since is not None:
        query = query.where(a.c.local_date >= since)
    if until is not None:
        query = query.where(a.c.local_date <= until)
    return [ActivityPlace(*row) for row in connection.execute(query)]
