"""What changes with everything that is stored of one runner, and stays the same whatever is stored of another."""

from __future__ import annotations

from collections.abc import Hashable

from sqlalchemy import Connection, func, select

from kneewise.storage import tables
from kneewise.storage.withheld import reads_plain


def runner_state(connection: Connection, runner_id: str) -> Hashable:
    """Return what changes with events, runs, loads and what was learned of one runner.

    `Record.state` changes with every line that a clinic's log gets; this does not. Events are only appended. Loads are
    computed anew by a job, which ends with a time of its own, or after an event, and then the reference follows them.
    """
    event, file, learned, job = tables.event, tables.file_result, tables.reference, tables.job
    activity, link = tables.activity, tables.duplicate_link
    queries = (
        select(func.count(), func.max(event.c.recorded_at)).where(event.c.runner_id == runner_id),
        select(func.count(), func.max(activity.c.start)).where(activity.c.runner_id == runner_id),
        select(func.count(), func.max(file.c.id)).where(file.c.runner_id == runner_id),
        select(func.count(), func.max(learned.c.id)).where(learned.c.runner_id == runner_id),
        select(func.count(), func.max(job.c.ended_at)).where(job.c.runner_id == runner_id),
        select(func.count(), func.max(link.c.counted_id))
        .join(activity, activity.c.id == link.c.activity_id)
        .where(activity.c.runner_id == runner_id),
    )
    return tuple(tuple(connection.execute(reads_plain(query)).one()) for query in queries)
