"""What a route of the clinic can ask for: who has signed in, the open record, the way in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from kneewise.services.clinic.attention import Summaries
from kneewise.storage import Record
from kneewise.storage.accounts import Account, AccountSession, read_account
from kneewise.web import trouble
from kneewise.web.clinic.door import ClinicDoor
from kneewise.web.here import PlaceHere
from kneewise.web.plan.here import plain_fields
from kneewise.web.session import Session


def _door(request: Request) -> ClinicDoor:
    door: ClinicDoor = request.app.state.door
    return door


def _record(request: Request) -> Record:
    record: Record = request.app.state.place.record
    return record


def _session(request: Request, place: PlaceHere) -> Session:  # noqa: ARG001 - nobody is in before the gate has said so
    session: Session | None = request.scope.get("kneewise_session")
    if session is None or session.account is None:
        raise HTTPException(trouble.UNAUTHORIZED)
    return session


def _me(session: Annotated[Session, Depends(_session)]) -> Account:
    assert session.account is not None
    return session.account


def _inside(session: Annotated[Session, Depends(_session)]) -> AccountSession:
    assert session.inside is not None
    return session.inside


def _whose(request: Request, record: Annotated[Record, Depends(_record)], place: PlaceHere) -> Account:
    """Return the account that the address names; the gate has let the asker through to it."""
    with record.reading() as connection:
        account = read_account(connection, request.path_params["account_id"])
    if account is None or account.runner_id is None or account.runner_id != place.runner_id:
        raise HTTPException(trouble.NOT_FOUND)
    return account


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""


def _summaries(request: Request) -> Summaries:
    summaries: Summaries = request.app.state.summaries
    return summaries


DoorHere = Annotated[ClinicDoor, Depends(_door)]
#: The clinic's record, open; for what belongs to no runner.
RecordHere = Annotated[Record, Depends(_record)]
#: Who has signed in.
Me = Annotated[Account, Depends(_me)]
#: This browser's session.
InsideHere = Annotated[AccountSession, Depends(_inside)]
#: Where a request comes from: the proxy says so, and nobody else is believed.
Address = Annotated[str, Depends(_address)]
#: The runner whom the address names; the place is theirs.
Whose = Annotated[Account, Depends(_whose)]
SummariesHere = Annotated[Summaries, Depends(_summaries)]
#: A form's fields, the last of each name.
Fields = Annotated[Mapping[str, str], Depends(plain_fields)]
