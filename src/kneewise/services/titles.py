"""Titles for runs that are there already: an export's table may come after the recordings that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from kneewise.domain import Runner
from kneewise.services.export_tables import ExportTables
from kneewise.storage import Record, StoredActivity, each_activity, replace_titles


def complete_titles(record: Record, runner: Runner, tables: ExportTables, paths: Mapping[str, str]) -> None:
    """Give stored activities the titles that the tables of this import know.

    Parameters
    ----------
    paths : mapping of str to str
        Where each file lay, by its SHA-256: Strava's table names files, Garmin's names instants.
    """
    if not (tables.strava or tables.garmin):
        return
    with record.reading() as connection:
        titles = dict(_new_titles(connection, runner, tables, paths))
    if titles:
        with record.writing("storing titles") as connection:
            replace_titles(connection, titles)


def _new_titles(
    connection: Connection, runner: Runner, tables: ExportTables, paths: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for item in each_activity(connection, runner.id, with_loads=False):
        title = _title(item, tables, paths)
        if title is not None and title != item.activity.title:
            yield item.id, title


def _title(item: StoredActivity, tables: ExportTables, paths: Mapping[str, str]) -> str | None:
    if item.sha256 is None:
        return None
    row = tables.of_file(paths.get(item.sha256, ""))
    return (None if row is None else row.title) or tables.title_at(item.activity.start)
