"""Accounts, their sessions, one-time links and failed sign-ins."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from kneewise.storage import clinic_tables as tables

Role = Literal["runner", "clinician", "administrator"]
ROLES: tuple[Role, ...] = ("runner", "clinician", "administrator")
LinkPurpose = Literal["invitation", "reset"]


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in.

    Attributes
    ----------
    id : str
        Random; the only name of a runner that stands in an address.
    login : str
        What is typed to sign in, folded to lower case.
    name : str
        As others of the clinic read it.
    runner_id : str or None
        Whose record it is; only runners have one.
    password_hash : str or None
        ``None`` until the invitation is taken.
    totp_secret : str or None
        Encrypted with a key that is not in the database; ``None`` without a second step.
    totp_step : int or None
        Step of the last code that was used.
    """

    id: str
    login: str
    name: str
    role: Role
    runner_id: str | None
    made_at: datetime
    password_hash: str | None = None
    totp_secret: str | None = None
    totp_step: int | None = None
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountSession:
    """One browser that is signed in; the token itself is nowhere stored."""

    token_hash: str
    account_id: str
    open_runner_id: str | None
    begun_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A link that sets a password once."""

    token_hash: str
    account_id: str
    purpose: LinkPurpose
    made_at: datetime
    expires_at: datetime


def insert_account(connection: Connection, account: Account) -> None:
    """Store a new account."""
    connection.execute(insert(tables.account), asdict(account))


def change_account(connection: Connection, account_id: str, **values: Any) -> None:
    """Change columns of an account."""
    connection.execute(update(tables.account).where(tables.account.c.id == account_id).values(**values))


def read_account(connection: Connection, account_id: str) -> Account | None:
    """Return an account, or ``None``."""
    return _one(connection, tables.account.c.id == account_id)


def read_account_name(connection: Connection, runner_id: str) -> str | None:
    """Return the name of the account of a runner, or ``None`` where nobody signs in."""
    query = select(tables.account.c.name).where(tables.account.c.runner_id == runner_id)
    found: str | None = connection.execute(query).scalar()
    return found


def find_account(connection: Connection, login: str) -> Account | None:
    """Return the account of a sign-in name, or ``None``."""
    return _one(connection, tables.account.c.login == login)


def account_of_runner(connection: Connection, runner_id: str) -> Account | None:
    """Return the account whose record it is, or ``None``."""
    return _one(connection, tables.account.c.runner_id == runner_id)


def read_accounts(connection: Connection, *roles: Role) -> list[Account]:
    """Return the accounts of some roles, or all, by name."""
    query = select(tables.account).order_by(tables.account.c.name, tables.account.c.id)
    if roles:
        query = query.where(tables.account.c.role.in_(roles))
    return [_account(row) for row in connection.execute(query).mappings()]


def _one(connection: Connection, condition: Any) -> Account | None:
    row = connection.execute(select(tables.account).where(condition)).mappings().first()
    return None if row is None else _account(row)


def _account(row: RowMapping) -> Account:
    return Account(**row)


def insert_session(connection: Connection, session: AccountSession) -> None:
    """Store a new session."""
    connection.execute(insert(tables.account_session), asdict(session))


def read_session(connection: Connection, token_hash: str) -> tuple[AccountSession, Account] | None:
    """Return a session with its account, or ``None``."""
    mine, whose = tables.account_session, tables.account
    row = connection.execute(select(mine).where(mine.c.token_hash == token_hash)).mappings().first()
    if row is None:
        return None
    account = _one(connection, whose.c.id == row["account_id"])
    return None if account is None else (AccountSession(**row), account)


def touch_session(connection: Connection, token_hash: str, at: datetime) -> None:
    """Note that a session was used."""
    table = tables.account_session
    connection.execute(update(table).where(table.c.token_hash == token_hash).values(seen_at=at))


def open_in_session(connection: Connection, token_hash: str, runner_id: str | None) -> None:
    """Note whose record a clinician has open in this session; ``None`` closes it."""
    table = tables.account_session
    connection.execute(update(table).where(table.c.token_hash == token_hash).values(open_runner_id=runner_id))


def end_session(connection: Connection, token_hash: str) -> None:
    """Remove one session."""
    connection.execute(delete(tables.account_session).where(tables.account_session.c.token_hash == token_hash))


def end_sessions(connection: Connection, account_id: str, *, but: str = "") -> int:
    """Remove every session of an account, but perhaps one; return how many there were."""
    table = tables.account_session
    query = delete(table).where(table.c.account_id == account_id, table.c.token_hash != but)
    return connection.execute(query).rowcount


def drop_old_sessions(connection: Connection, begun_before: datetime) -> None:
    """Remove sessions that no lifetime covers any more."""
    connection.execute(delete(tables.account_session).where(tables.account_session.c.begun_at < begun_before))


def insert_link(connection: Connection, link: OneTimeLink) -> None:
    """Store a one-time link in the place of all others of its account."""
    table = tables.one_time_link
    connection.execute(delete(table).where(table.c.account_id == link.account_id))
    connection.execute(insert(table), asdict(link))


def read_link(connection: Connection, token_hash: str) -> OneTimeLink | None:
    """Return a link, used up by nobody yet, or ``None``."""
    table = tables.one_time_link
    row = connection.execute(select(table).where(table.c.token_hash == token_hash)).mappings().first()
    return None if row is None else OneTimeLink(**row)


def take_link(connection: Connection, token_hash: str) -> bool:
    """Remove a link; true for the one caller who found it."""
    table = tables.one_time_link
    return connection.execute(delete(table).where(table.c.token_hash == token_hash)).rowcount == 1


def open_links(connection: Connection) -> dict[str, OneTimeLink]:
    """Return the links that wait, by account."""
    rows = connection.execute(select(tables.one_time_link)).mappings()
    return {row["account_id"]: OneTimeLink(**row) for row in rows}


def insert_attempt(
    connection: Connection, account_id: str | None, login_key: str, address_key: str, at: datetime
) -> None:
    """Note a failed sign-in."""
    row = {"account_id": account_id, "login_key": login_key, "address_key": address_key, "at": at}
    connection.execute(insert(tables.sign_in_attempt), row)


def count_attempts(connection: Connection, since: datetime, *, login_key: str = "", address_key: str = "") -> int:
    """Return how many sign-ins failed since an instant, of one name, from one address, or both."""
    table = tables.sign_in_attempt
    query = select(func.count()).select_from(table).where(table.c.at > since)
    if login_key:
        query = query.where(table.c.login_key == login_key)
    if address_key:
        query = query.where(table.c.address_key == address_key)
    return connection.execute(query).scalar_one()


def drop_attempts(
    connection: Connection, *, before: datetime | None = None, pair: tuple[str, str] | None = None
) -> None:
    """Forget failures before an instant, and those of one pair of name and address."""
    table = tables.sign_in_attempt
    if before is not None:
        connection.execute(delete(table).where(table.c.at < before))
    if pair is not None:
        connection.execute(delete(table).where(table.c.login_key == pair[0], table.c.address_key == pair[1]))


def use_step(connection: Connection, account_id: str, step: int) -> bool:
    """Note the step of a code; false where this one or a later one was used already."""
    table = tables.account
    fresh = table.c.totp_step.is_(None) | (table.c.totp_step < step)
    return connection.execute(update(table).where(table.c.id == account_id, fresh).values(totp_step=step)).rowcount == 1
