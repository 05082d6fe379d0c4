"""Activities with their streams, load sums and duplicate links."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, null, select, update

from kneewise.domain import Activity, Issue, Stream, json_number
from kneewise.storage import tables
from kneewise.storage.streams import decode_stream
from kneewise.storage.withheld import reads_plain, seen

_ID_LENGTH = 12
_CHUNK = 500
_FIELDS = (
    "start",
    "timezone",
    "local_date",
    "sport",
    "sub_sport",
    "device",
    "elapsed_s",
    "moving_s",
    "running_s",
    "distance_m",
    "ascent_m",
    "descent_m",
    "steps",
    "cadence_spm",
    "speed_mps",
    "contact_time_s",
    "vertical_oscillation_m",
    "step_length_m",
    "treadmill",
    "title",
)


@dataclass(frozen=True, slots=True, eq=False)
class StoredActivity:
    """An activity as the record holds it.

    Attributes
    ----------
    id : str
        Made from the runner and the content of the file, so that importing again finds the same.
    sha256 : str or None
        Content of the file it came from; ``None`` when it was typed in.
    part : int
        Which activity of its file, from 0.
    activity : Activity
        ``stream`` is ``None``; see :func:`load_stream`.
    load : mapping or None
        Load sums as ``services`` stored them.
    counted_id : str or None
        The activity that counts in place of this one, when both are the same run.
    duplicate_reason : str or None
        Why they are taken for the same run.
    worth : float
        How good a recording it is: of two of the same run, the one of higher worth counts.
    """

    id: str
    sha256: str | None
    part: int
    activity: Activity
    load: Mapping[str, Any] | None = None
    counted_id: str | None = None
    duplicate_reason: str | None = None
    worth: float = 0.0


@dataclass(frozen=True, slots=True)
class NewActivity:
    """What is written for one activity; ``stream`` already encoded, so that workers can do that part."""

    id: str
    sha256: str | None
    part: int
    summary: Mapping[str, Any]
    rows: int
    stream: bytes | None
    load: Mapping[str, Any]
    worth: float = 0.0


def activity_id(runner_id: str, content: str, part: int) -> str:
    """Return the identifier of one activity of a file (or of a typed-in run described by ``content``)."""
    return sha256(f"{runner_id}\n{content}\n{part}".encode()).hexdigest()[:_ID_LENGTH]


def summary(activity: Activity) -> dict[str, Any]:
    """Return the columns of the activity table that describe an activity."""
    row: dict[str, Any] = {name: getattr(activity, name) for name in _FIELDS}
    for name, value in row.items():
        if isinstance(value, float):
            row[name] = json_number(value)  # numpy's floats do not bind, and NaN means unknown
        elif isinstance(value, str):
            row[name] = without_nul(value)
    row["issues"] = [issue.to_json() for issue in activity.issues]
    return row


def without_nul(text: str) -> str:
    """Return a text as either database keeps it: PostgreSQL has no place for the character 0, which means nothing."""
    return text.replace("\0", "")


def insert_activities(connection: Connection, runner_id: str, new: Sequence[NewActivity]) -> None:
    """Store activities with their streams and loads, in place of those with the same identifiers."""
    if not new:
        return
    delete_activities(connection, [item.id for item in new])
    connection.execute(
        insert(tables.activity),
        [
            {
                "id": item.id,
                "runner_id": runner_id,
                "sha256": item.sha256,
                "part": item.part,
                "worth": item.worth,
                **item.summary,
            }
            for item in new
        ],
    )
    streams = [{"activity_id": i.id, "rows": i.rows, "data": i.stream} for i in new if i.stream is not None]
    if streams:
        connection.execute(insert(tables.stream), streams)
    connection.execute(insert(tables.run_load), [{"activity_id": item.id, "data": dict(item.load)} for item in new])


def delete_activities(connection: Connection, ids: Sequence[str]) -> None:
    """Remove activities; their streams, loads and links go with them."""
    for chunk in _chunks(ids):
        connection.execute(delete(tables.activity).where(tables.activity.c.id.in_(chunk)))


def delete_of_file(connection: Connection, runner_id: str, content: Sequence[str]) -> None:
    """Remove the activities that came from these files."""
    for chunk in _chunks(content):
        connection.execute(
            delete(tables.activity).where(tables.activity.c.runner_id == runner_id, tables.activity.c.sha256.in_(chunk))
        )


def replace_titles(connection: Connection, titles: Mapping[str, str]) -> None:
    """Store new titles for existing activities."""
    for item, title in titles.items():
        connection.execute(update(tables.activity).where(tables.activity.c.id == item).values(title=without_nul(title)))


def replace_loads(connection: Connection, loads: Mapping[str, Mapping[str, Any]]) -> None:
    """Store new load sums for existing activities."""
    for chunk in _chunks(list(loads)):
        connection.execute(delete(tables.run_load).where(tables.run_load.c.activity_id.in_(chunk)))
        connection.execute(
            insert(tables.run_load), [{"activity_id": item, "data": dict(loads[item])} for item in chunk]
        )


def read_activities(
    connection: Connection,
    runner_id: str,
    *,
    since: date | None = None,
    until: date | None = None,
    ids: Collection[str] | None = None,
) -> list[StoredActivity]:
    """Return a runner's activities with their loads, oldest first; both days inclusive.

    Ten thousands of them fill the memory: who needs a whole history takes :func:`each_activity`.
    """
    return list(each_activity(connection, runner_id, since=since, until=until, ids=ids))


def each_activity(
    connection: Connection,
    runner_id: str,
    *,
    since: date | None = None,
    until: date | None = None,
    ids: Collection[str] | None = None,
    with_loads: bool = True,
) -> Iterator[StoredActivity]:
    """Yield a runner's activities, oldest first, a few in memory at a time; both days inclusive."""
    a, load, link = tables.activity, tables.run_load, tables.duplicate_link
    found = load.c.data if with_loads else null()
    query = (
        select(a, found.label("load"), link.c.counted_id, link.c.reason)
        .select_from(a.outerjoin(load).outerjoin(link, link.c.activity_id == a.c.id))
        .where(a.c.runner_id == runner_id)
        .order_by(a.c.start, a.c.id)
    )
    if since is not None:
        query = query.where(a.c.local_date >= since)
    if until is not None:
        query = query.where(a.c.local_date <= until)
    wanted = None if ids is None else frozenset(ids)
    if wanted is not None and len(wanted) <= _CHUNK:
        query = query.where(a.c.id.in_(wanted))  # of more a database takes only so many
    with connection.execute(reads_plain(query).execution_options(yield_per=_CHUNK)) as rows:
        for row in rows.mappings():
            if wanted is None or row["id"] in wanted:
                yield _stored(row, seen(connection, row["load"]))


def count_activities(connection: Connection, runner_id: str) -> int:
    """Return how many activities a runner has."""
    a = tables.activity
    return int(connection.execute(select(func.count()).where(a.c.runner_id == runner_id)).scalar_one())


def each_load(connection: Connection, runner_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield identifier and load of a runner's activities, oldest first, a few in memory at a time."""
    a, load = tables.activity, tables.run_load
    query = select(a.c.id, load.c.data).join(load).where(a.c.runner_id == runner_id).order_by(a.c.start, a.c.id)
    with connection.execute(reads_plain(query).execution_options(yield_per=_CHUNK)) as rows:
        for row in rows:
            found = seen(connection, row.data)
            if found is not None:
                yield row.id, found


def read_ids_by_file(connection: Connection, runner_id: str) -> dict[str, list[str]]:
    """Return the identifiers of the activities of every file, by the file's SHA-256."""
    a = tables.activity
    found: dict[str, list[str]] = {}
    query = select(a.c.sha256, a.c.id).where(a.c.runner_id == runner_id, a.c.sha256.is_not(None)).order_by(a.c.part)
    for content, item in connection.execute(query):
        found.setdefault(content, []).append(item)
    return found


def load_stream(connection: Connection, activity_id: str) -> Stream | None:
    """Return an activity's stream, or ``None`` where there is none."""
    s = tables.stream
    blob = connection.execute(select(s.c.data).where(s.c.activity_id == activity_id)).scalar()
    return None if blob is None else decode_stream(blob)


def replace_duplicates(connection: Connection, runner_id: str, links: Mapping[str, tuple[str, str]]) -> None:
    """Store which activities count in place of others: ``{id: (counted_id, reason)}`` replaces what was there."""
    a, link = tables.activity, tables.duplicate_link
    mine = select(a.c.id).where(a.c.runner_id == runner_id)
    connection.execute(delete(link).where(link.c.activity_id.in_(mine)))
    if links:
        connection.execute(
            insert(link),
            [
                {"activity_id": item, "counted_id": counted, "reason": reason}
                for item, (counted, reason) in links.items()
            ],
        )


def read_duplicates(connection: Connection, runner_id: str) -> dict[str, str]:
    """Return the activity that counts, for each of a runner's activities that does not."""
    a, link = tables.activity, tables.duplicate_link
    query = select(link.c.activity_id, link.c.counted_id).join(a, a.c.id == link.c.activity_id)
    return {row.activity_id: row.counted_id for row in connection.execute(query.where(a.c.runner_id == runner_id))}


def _stored(row: RowMapping, load: Mapping[str, Any] | None) -> StoredActivity:
    issues = tuple(shared_issue(**issue) for issue in row["issues"])
    return StoredActivity(
        id=row["id"],
        sha256=row["sha256"],
        part=row["part"],
        activity=Activity(**{name: row[name] for name in _FIELDS}, stream=None, issues=issues),
        load=load,
        counted_id=row["counted_id"],
        duplicate_reason=row["reason"],
        worth=row["worth"],
    )


@lru_cache(maxsize=4096)
def shared_issue(code: str, where: str, text: str) -> Issue:
    """Return an issue, the same object for the same words: most runs of a history have the same few."""
    return Issue(code, where, text)


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    everything = list(items)
    for at in range(0, len(everything), _CHUNK):
        yield everything[at : at + _CHUNK]
