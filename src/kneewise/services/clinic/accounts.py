"""Accounts: invited by a link that works once, opened with a password, closed by an administrator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from kneewise import clock
from kneewise.domain import Runner
from kneewise.errors import InvalidInputError
from kneewise.services.clinic import keys, passwords
from kneewise.storage import Record, Role, read_runner, write_runner
from kneewise.storage import accounts as table
from kneewise.storage.accounts import Account, LinkPurpose, OneTimeLink
from kneewise.storage.kinds import KINDS, Kind
from kneewise.storage.sharing import Access, append_access, begin_care, clinicians_of, replace_consents

#: How long an invitation waits; a reset is wanted at once.
INVITATION_HOLDS = timedelta(days=7)
RESET_HOLDS = timedelta(hours=24)
_LONGEST_LOGIN = 254
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Invited:
    """A link to hand over; nobody can read it from the record again.

    Attributes
    ----------
    key : str
        Last part of the link's address.
    """

    account: Account
    key: str
    purpose: LinkPurpose
    expires_at: datetime

    @property
    def path(self) -> str:
        """Address of the page that takes the link."""
        return f"/{self.purpose}/{self.key}"


def invite(
    record: Record, *, login: str, name: str, role: Role, clinician: str | None = None, runner_id: str | None = None
) -> Invited:
    """Make an account without a password, and the link that sets one.

    Parameters
    ----------
    clinician : str or None
        Account of the clinician on whose list an invited runner stands.
    runner_id : str or None
        Record that the account opens; a new, empty one where ``None``.

    Raises
    ------
    InvalidInputError
        When the name cannot be right or is taken, or the record has an account already.
    """
    login, name, now = checked_login(login), _checked_name(name), clock.now()
    account = Account(keys.new_id(), login, name, role, None, now)
    with record.writing("inviting") as connection:
        if table.find_account(connection, login) is not None:
            raise InvalidInputError(f"There is an account '{login}' already; make a new link for it instead.")
        if role == "runner":
            account = replace(account, runner_id=_record_of(connection, runner_id))
        table.insert_account(connection, account)
        if clinician is not None and account.runner_id is not None:
            begin_care(connection, account.runner_id, clinician, now)
        return _linked(connection, account, "invitation", now + INVITATION_HOLDS)


def administrator(record: Record, *, login: str, name: str) -> Invited:
    """Make an administrator, or a new link for one who is there: for who runs the server.

    Raises
    ------
    InvalidInputError
        When somebody who is no administrator has this name.
    """
    with record.reading() as connection:
        known = table.find_account(connection, checked_login(login))
    if known is None:
        return invite(record, login=login, name=name, role="administrator")
    if known.role != "administrator":
        raise InvalidInputError(f"'{known.login}' is no administrator; take another sign-in name.")
    return new_link(record, known.id)


def invite_known(record: Record, *, login: str, name: str, runner_id: str, clinician: str | None) -> Invited:
    """Make an account for a runner whose record is there already: for who runs the server.

    Raises
    ------
    InvalidInputError
        When there is no such runner or clinician, or the record has an account.
    """
    if clinician is None:
        return invite(record, login=login, name=name, role="runner", runner_id=runner_id)
    with record.reading() as connection:
        found = table.find_account(connection, checked_login(clinician))
    if found is None or found.role != "clinician":
        raise InvalidInputError(f"There is no clinician '{clinician}'; look at 'kneewise clinic accounts'.")
    return invite(record, login=login, name=name, role="runner", runner_id=runner_id, clinician=found.id)


def _record_of(connection: Connection, runner_id: str | None) -> str:
    if runner_id is None:
        runner_id = keys.new_id()
        write_runner(connection, Runner(id=runner_id))
    elif read_runner(connection, runner_id) is None:
        raise InvalidInputError(f"There is no runner '{runner_id}' in this record; look at 'kneewise profile show'.")
    elif table.account_of_runner(connection, runner_id) is not None:
        raise InvalidInputError(f"The runner '{runner_id}' has an account already; make a new link for it instead.")
    return runner_id


def new_link(record: Record, account_id: str, *, by: Account | None = None) -> Invited:
    """Return a new link for an account in the place of any that waits: to accept the invitation, or to reset.

    The password holds until the link is used, so that nobody is locked out by a link that was only made.

    Parameters
    ----------
    by : Account or None
        Who makes it: whose record the account opens reads that in the log, because the link opens the record too.

    Raises
    ------
    InvalidInputError
        When there is no such account, or it is closed.
    """
    now = clock.now()
    with record.writing("making a link") as connection:
        account = table.read_account(connection, account_id)
        if account is None or account.disabled_at is not None:
            raise InvalidInputError("There is no open account of that name; open it first.")
        if by is not None and account.runner_id is not None:
            route = "/accounts/{account_id}/link"
            line = Access(account.runner_id, now, by.id, by.name, by.role, "write", (), route, allowed=True)
            append_access(connection, line)
        if account.password_hash is None:
            return _linked(connection, account, "invitation", now + INVITATION_HOLDS)
        return _linked(connection, account, "reset", now + RESET_HOLDS)


def _linked(connection: Connection, account: Account, purpose: LinkPurpose, until: datetime) -> Invited:
    key = keys.new_key()
    table.insert_link(connection, OneTimeLink(keys.stored(key), account.id, purpose, clock.now(), until))
    return Invited(account, key, purpose, until)


def account_of_link(record: Record, key: str, purpose: LinkPurpose) -> Account | None:
    """Return whose link this is, or ``None`` where it was used, is too old, or never was."""
    with record.reading() as connection:
        link = table.read_link(connection, keys.stored(key))
        if link is None or link.purpose != purpose or link.expires_at <= clock.now():
            return None
        account = table.read_account(connection, link.account_id)
    return None if account is None or account.disabled_at is not None else account


def clinicians_who_invited(record: Record, account: Account) -> list[Account]:
    """Return the clinicians on whose list a runner stands."""
    if account.runner_id is None:
        return []
    with record.reading() as connection:
        found = (table.read_account(connection, each) for each in clinicians_of(connection, account.runner_id))
        return [each for each in found if each is not None]


def take_link(
    record: Record,
    key: str,
    purpose: LinkPurpose,
    password: str,
    *,
    shares: frozenset[Kind] = frozenset(),
    timezone: str | None = None,
) -> Account | None:
    """Set the password that a link allows to set; ``None`` where the link no longer works.

    A reset ends every session and takes the second step away: who lost the phone has lost that too.

    Parameters
    ----------
    shares : frozenset of str
        What an invited runner shares with the clinicians who invited them.
    timezone : str or None
        Of an invited runner's days.

    Raises
    ------
    InvalidInputError
        For a password that is too short or easy to guess; the link goes on working.
    """
    account = account_of_link(record, key, purpose)
    if account is None:
        return None
    passwords.check_password(password, login=account.login, name=account.name)
    hashed, now = passwords.hashed(password), clock.now()
    with record.writing("setting a password") as connection:
        if not table.take_link(connection, keys.stored(key)):
            return None
        values = {"password_hash": hashed}
        table.change_account(connection, account.id, **values, totp_secret=None, totp_step=None)
        table.end_sessions(connection, account.id)
        if account.runner_id is not None and purpose == "invitation":
            _welcome(connection, account.runner_id, shares, timezone, now)
        return table.read_account(connection, account.id)


def _welcome(
    connection: Connection, runner_id: str, shares: frozenset[Kind], timezone: str | None, now: datetime
) -> None:
    for clinician in clinicians_of(connection, runner_id):
        replace_consents(connection, runner_id, clinician, [kind for kind in KINDS if kind in shares], now)
    runner = read_runner(connection, runner_id)
    if runner is not None and timezone and runner.timezone is None:
        write_runner(connection, replace(runner, timezone=timezone))


def change_password(record: Record, account: Account, new: str, *, session: str) -> None:
    """Set another password; every other session ends. Whoever asks has shown that they know the present one.

    Raises
    ------
    InvalidInputError
        When the new one cannot be used.
    """
    passwords.check_password(new, login=account.login, name=account.name)
    hashed = passwords.hashed(new)
    with record.writing("setting a password") as connection:
        table.change_account(connection, account.id, password_hash=hashed)
        table.end_sessions(connection, account.id, but=session)


def close_account(record: Record, account_id: str) -> None:
    """Let nobody sign in with an account, and end its sessions; its runner's record stays as it is.

    Raises
    ------
    InvalidInputError
        For the last administrator.
    """
    with record.writing("closing an account") as connection:
        account = _known(connection, account_id)
        others = [
            each
            for each in table.read_accounts(connection, "administrator")
            if each.disabled_at is None and each.password_hash is not None and each.id != account_id
        ]
        if account.role == "administrator" and not others:
            raise InvalidInputError("This is the last administrator; invite another one first.")
        table.change_account(connection, account_id, disabled_at=clock.now())
        table.end_sessions(connection, account_id)


def reopen_account(record: Record, account_id: str) -> None:
    """Let an account sign in again.

    Raises
    ------
    InvalidInputError
        When there is none.
    """
    with record.writing("opening an account") as connection:
        _known(connection, account_id)
        table.change_account(connection, account_id, disabled_at=None)


def all_accounts(record: Record) -> list[tuple[Account, OneTimeLink | None]]:
    """Return every account with the link that waits for it, by name."""
    with record.reading() as connection:
        links = table.open_links(connection)
        return [(account, links.get(account.id)) for account in table.read_accounts(connection)]


def _known(connection: Connection, account_id: str) -> Account:
    account = table.read_account(connection, account_id)
    if account is None:
        raise InvalidInputError("There is no such account; look at the list of accounts.")
    return account


def checked_login(login: str) -> str:
    """Return a sign-in name as it is stored.

    Raises
    ------
    InvalidInputError
        For an empty or an endless one, or one with spaces.
    """
    folded = login.strip().casefold()
    if not folded or len(folded) > _LONGEST_LOGIN or any(sign.isspace() or not sign.isprintable() for sign in folded):
        raise InvalidInputError("A sign-in name is one word, such as an e-mail address; write it without spaces.")
    return folded


def _checked_name(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > _LONGEST_NAME or not plain.isprintable():
        raise InvalidInputError(f"A name has 1 to {_LONGEST_NAME} signs; write it as others should read it.")
    return plain
