"""Where a runner's record lies and whose it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kneewise.domain import Runner
from kneewise.errors import InvalidInputError

if TYPE_CHECKING:
    from kneewise.domain import KneeStyle
    from kneewise.storage import Event, Record

#: Name of the runner of a record that holds only one.
DEFAULT_RUNNER = "me"


@dataclass(frozen=True, slots=True)
class Place:
    """Data folder, database and runner of one command.

    Attributes
    ----------
    data : Path
        Data folder.
    database : str or None
        URL of a database elsewhere; ``None`` for SQLite in the data folder.
    runner_id : str or None
        ``None`` for the only runner of the record.
    record : Record or None
        The record, where a long-lived process keeps it open; ``None`` opens it for one use.
    shared : bool
        Whether it is a clinic's: what lies beside the runner's own data is told to nobody.
    """

    data: Path
    database: str | None = None
    runner_id: str | None = None
    record: Record | None = field(default=None, compare=False, repr=False)
    shared: bool = False


def locate(data: str | os.PathLike[str] | None = None, database: str | None = None, runner: str | None = None) -> Place:
    """Return the place that arguments, environment and platform name, in this order.

    Parameters
    ----------
    data : path-like or None
        Data folder; else ``$KNEEWISE_DATA``, else the platform's user data folder.
    database : str or None
        Database URL; else ``$KNEEWISE_DATABASE``, else SQLite in the data folder.
    runner : str or None
        Runner; ``None`` for the only one of the record.
    """
    folder = data or os.environ.get("KNEEWISE_DATA")
    if not folder:
        import platformdirs  # only where nobody names a folder

        folder = platformdirs.user_data_path("kneewise", appauthor=False)
    return Place(
        data=Path(folder).expanduser().absolute(),
        database=database or os.environ.get("KNEEWISE_DATABASE") or None,
        runner_id=runner or None,
    )


@contextmanager
def opened(place: Place) -> Iterator[tuple[Record, Runner]]:
    """Open the record and find its runner.

    Raises
    ------
    InvalidInputError
        When the runner is not known, or the record holds several and none is named.
    StorageError
        When the record cannot be opened.
    """
    with record_of(place) as record:
        yield record, _runner(record, place.runner_id)


@contextmanager
def record_of(place: Place) -> Iterator[Record]:
    """Give the record that is kept open, or open it and close it again.

    Raises
    ------
    StorageError
        When the record cannot be opened.
    """
    if place.record is not None:
        yield place.record
        return
    from kneewise.storage import open_record

    with open_record(place.data, place.database) as record:
        yield record


def _runner(record: Record, wanted: str | None) -> Runner:
    from kneewise.storage import read_events, read_runner, read_runner_ids, write_runner

    with record.reading() as connection:
        known = read_runner_ids(connection)
        if wanted is None and len(known) > 1 and DEFAULT_RUNNER not in known:
            raise InvalidInputError(
                f"This record holds several runners ({', '.join(known)}); choose one with --runner."
            )
        name = wanted or (known[0] if len(known) == 1 else DEFAULT_RUNNER)
        found = read_runner(connection, name)
        trials = read_events(connection, name, "knee_trial", "knee_trial_withdrawn") if found is not None else []
    if found is not None:
        return replace(found, style=_style(trials)) if trials else found
    if name != DEFAULT_RUNNER:
        raise InvalidInputError(
            f"There is no runner '{name}' in {record.data}; make one with 'kneewise --runner {name} profile set'."
        )
    runner = Runner(id=name)
    with record.writing("making the record") as connection:
        if read_runner(connection, name) is None:
            write_runner(connection, runner)
    return runner


def _style(events: list[Event]) -> KneeStyle | None:
    """Fold trials into what is known of the runner's own knee."""
    from kneewise.services.own_knee import style_of

    return style_of(events)
