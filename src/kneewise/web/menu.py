"""What stands in the navigation of a clinic: a runner's own pages, a clinician's list and the record that is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter

from kneewise.services.clinic.authority import Need
from kneewise.storage import Record
from kneewise.storage.sharing import shared_kinds
from kneewise.web.access import ACCESS
from kneewise.web.area import Area
from kneewise.web.session import Session
from kneewise.web.wording import message

#: Entries of the navigation only; the routes stand in their own modules.
_NONE: Final = APIRouter()
RUNNERS: Final = Area("clinic", message("Runners"), "/clinic", "people", _NONE, place="main")
ACCOUNTS: Final = Area("accounts", message("Accounts"), "/accounts", "people", _NONE, place="main")
MY_CLINIC: Final = Area("my-clinic", message("Your clinic"), "/my-clinic", "people", _NONE)
ACCOUNT: Final = Area("account", message("Account"), "/account", "settings", _NONE)


def menu(areas: tuple[Area, ...], session: Session, record: Record) -> tuple[Area, ...]:
    """Return the entries that lead somewhere for who has signed in."""
    account = session.account
    if account is None:
        return ()
    if account.role == "runner":
        return (*areas, MY_CLINIC, ACCOUNT)
    if account.role == "administrator":
        return ACCOUNTS, *_open_to(areas, frozenset(), reads=False), ACCOUNT
    opened = None if session.inside is None else session.inside.open_runner_id
    kinds: frozenset[str] = frozenset()
    if opened is not None:
        with record.reading() as connection:
            kinds = shared_kinds(connection, opened, account.id)
    return RUNNERS, *_open_to(areas, kinds, reads=opened is not None), ACCOUNT


def pages_of_record(areas: tuple[Area, ...], kinds: frozenset[str]) -> tuple[Area, ...]:
    """Return the areas of a record that say something with the kinds that are shared."""
    table: Mapping[tuple[str, str], Need] = ACCESS
    needs = ((area, table.get(("GET", area.path))) for area in areas)
    return tuple(area for area, need in needs if need is not None and need.who == "record" and not need.missing(kinds))


def _open_to(areas: tuple[Area, ...], kinds: frozenset[str], *, reads: bool) -> tuple[Area, ...]:
    table: Mapping[tuple[str, str], Need] = ACCESS
    shown = pages_of_record(areas, kinds) if reads else ()
    everybodys = {area.id for area in areas if (need := table.get(("GET", area.path))) and need.who == "account"}
    return tuple(area for area in areas if area in shown or area.id in everybodys)
