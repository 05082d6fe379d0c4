"""What a reader may not read is not there: rows of kinds of data that are withheld leave every query.

One place for every query. A connection of a record that withholds something gets each statement with a condition more,
so that who asks cannot forget one; a statement that cannot be so restricted is refused and not run.

What a video says of the runner's knee also stands in the load of every run. Such loads carry the same numbers as they
would be without any trial (:func:`with_plain`), and a reader from whom videos are withheld gets these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, Table, event, false
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.expression import Join

from kneewise.storage import tables
from kneewise.storage.kinds import KIND_OF_EVENT, KINDS, KINDS_OF_TABLE, Kind

_OPTION: Final = "kneewise_withheld"
_PLAIN: Final = "kneewise_plain"
#: Tables whose numbers a video may have set; who reads them says that the plain ones are taken where they must be.
_SET_BY_VIDEO: Final = frozenset({"run_load", "reference"})
#: Under this key stands what differs without any trial of the runner's knee.
_WITHOUT_TRIALS: Final = "without_trials"
_STYLE: Final = "style"


class WithheldError(RuntimeError):
    """A statement that cannot be kept from what its reader may not read."""


def withhold(connection: Connection, kinds: frozenset[Kind]) -> Connection:
    """Return the connection, from which some kinds of data cannot be read any more."""
    return connection.execution_options(**{_OPTION: kinds}) if kinds else connection


def watch(engine: Engine) -> None:
    """Let every statement of an engine be restricted as its connection says."""
    event.listen(engine, "before_execute", _restrict, retval=True)


def reads_plain(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Return a query of loads or references whose reader takes :func:`plain_of` of what it finds."""
    return statement.execution_options(**{_PLAIN: True})


def withholds_video(connection: Connection) -> bool:
    """Whether videos, and what they say of the knee, are withheld from a connection."""
    return "video" in _withheld(connection)


def with_plain(data: Mapping[str, Any], plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return a load or a reference that carries what it would be without any trial of the runner's knee."""
    return {**data, _WITHOUT_TRIALS: _difference(data, plain)}


def lacks_plain(data: Mapping[str, Any]) -> bool:
    """Whether a load or a reference was set by a trial before the plain numbers were kept beside it."""
    return data.get(_STYLE) is not None and data.get(_WITHOUT_TRIALS) is None


def seen(connection: Connection, data: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a stored load or reference as a connection may see it.

    ``None`` where it was set by a trial, trials are withheld, and an older program did not keep the plain numbers.
    """
    if data is None:
        return None
    whole = {name: told for name, told in data.items() if name != _WITHOUT_TRIALS}
    if data.get(_STYLE) is None or not withholds_video(connection):
        return whole
    return None if lacks_plain(data) else _merged(whole, data[_WITHOUT_TRIALS])


def _difference(data: Mapping[str, Any], plain: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, told in plain.items():
        other = data.get(name)
        if isinstance(told, dict) and isinstance(other, dict) and told.keys() == other.keys():
            inner = _difference(other, told)
            if inner:
                found[name] = inner
        elif told != other:
            found[name] = told
    return found


def _merged(data: Mapping[str, Any], difference: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(data)
    for name, told in difference.items():
        other = made.get(name)
        both = isinstance(told, dict) and isinstance(other, dict)
        made[name] = _merged(other, told) if both else told  # type: ignore[arg-type]  # both are dictionaries
    return made


def _withheld(connection: Connection) -> frozenset[Kind]:
    found: frozenset[Kind] = connection.get_execution_options().get(_OPTION, frozenset())
    return found


def _restrict(
    connection: Connection, statement: Any, many: Any, values: Any, options: Mapping[str, Any]
) -> tuple[Any, Any, Any]:
    withheld = _withheld(connection)
    if withheld and not isinstance(statement, UpdateBase):
        if not isinstance(statement, Select):
            raise WithheldError(f"No {type(statement).__name__} is run on a record that withholds {sorted(withheld)}.")
        statement = _restricted(statement, withheld, plain=bool(options.get(_PLAIN)))
    return statement, many, values


def _restricted(statement: Select[Any], withheld: Collection[Kind], *, plain: bool) -> Select[Any]:
    named = {each.name for each in visitors.iterate(statement) if isinstance(each, Table)}
    if "video" in withheld and not plain and named & _SET_BY_VIDEO:
        raise WithheldError(
            f"Who reads {sorted(named & _SET_BY_VIDEO)} must say what is read where videos are withheld."
        )
    if any(not KINDS_OF_TABLE.get(name, frozenset(KINDS)).isdisjoint(withheld) for name in named):
        return statement.where(false())
    if tables.event.name not in named:
        return statement
    if all(each is not tables.event for each in _from(statement)):
        raise WithheldError("Events are read at the top of a query, where what is withheld can be left out.")
    return statement.where(tables.event.c.kind.in_(_readable(withheld)))


def _readable(withheld: Collection[Kind]) -> list[str]:
    return [name for name, kind in KIND_OF_EVENT.items() if kind not in withheld]


def _from(statement: Select[Any]) -> Iterator[Any]:
    waiting = list(statement.get_final_froms())
    while waiting:
        one = waiting.pop()
        if isinstance(one, Join):
            waiting += [one.left, one.right]
        else:
            yield one
