"""The loads of a whole history as columns: one query, no streams, no decoding of what is not needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Boolean, ColumnElement, Connection, Float, FromClause, column, func, select, true

from kneewise.storage import engines, tables
from kneewise.storage.withheld import reads_plain, seen, withholds_video

_YES_OR_NO = frozenset({"own_cadence_used"})


@dataclass(frozen=True, slots=True, eq=False)
class LoadSums:
    """The runs of a runner that count, oldest first.

    Attributes
    ----------
    ids, local_dates : list
        Of each run.
    distance_m : ndarray, shape (n,)
        As the recording says; NaN where not known.
    columns : dict of str to ndarray, shape (n,)
        The wanted sums; NaN where not known, 1 and 0 for yes and no.
    """

    ids: list[str]
    local_dates: list[date]
    distance_m: NDArray[np.float64]
    columns: dict[str, NDArray[np.float64]]


def read_load_sums(
    connection: Connection, runner_id: str, names: Sequence[str], *, sport: str, until: date | None = None
) -> LoadSums:
    """Return sums of the loads of every activity of a sport that counts.

    Parameters
    ----------
    names : sequence of str
        Fields of the stored load.
    until : date or None
        Last local day.
    """
    a, load, link = tables.activity, tables.run_load, tables.duplicate_link
    plain = withholds_video(connection)
    source: FromClause = a.join(load).outerjoin(link, link.c.activity_id == a.c.id)
    wanted: list[ColumnElement[Any]] = [load.c.data]
    if not plain:
        source, wanted = _read_once(connection, source, names)
    query = (
        select(a.c.id, a.c.local_date, a.c.distance_m, *wanted)
        .select_from(source)
        .where(a.c.runner_id == runner_id, a.c.sport == sport, link.c.counted_id.is_(None))
        .order_by(a.c.local_date, a.c.start, a.c.id)
    )
    if until is not None:
        query = query.where(a.c.local_date <= until)
    rows: Sequence[Sequence[Any]] = connection.execute(reads_plain(query)).all()
    if plain:
        # Whole loads are decoded here: which of their numbers a video has set stands in them.
        rows = [(*row[:-1], *_numbers(seen(connection, row[-1]) or {}, names)) for row in rows]
    columns = list(zip(*rows, strict=True)) or [()] * (3 + len(names))
    made = [np.array(column, dtype=np.float64) for column in columns[2:]]
    return LoadSums(list(columns[0]), list(columns[1]), made[0], dict(zip(names, made[1:], strict=True)))


def _read_once(
    connection: Connection, source: FromClause, names: Sequence[str]
) -> tuple[FromClause, list[ColumnElement[Any]]]:
    """Return the columns of some fields of a load, and where they come from.

    PostgreSQL reads the whole text of a load anew for every field that is asked for by itself; as columns of a record
    it is read once.
    """
    data = tables.run_load.c.data
    types = {name: Boolean() if name in _YES_OR_NO else Float() for name in names}
    if names and connection.dialect.name == engines.POSTGRESQL:
        record = func.json_to_record(data).table_valued(*(column(name, types[name]) for name in names))
        fields = record.render_derived(with_types=True)
        return source.join(fields, true()), [fields.c[name] for name in names]
    return source, [
        (data[name].as_boolean() if name in _YES_OR_NO else data[name].as_float()).label(f"sum_{name}")
        for name in names
    ]


def _numbers(load: Mapping[str, Any], names: Sequence[str]) -> list[float | None]:
    return [load.get(name) for name in names]
