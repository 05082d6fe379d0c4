"""Signing in: who, with what, how often; and the sessions that come of it.

Failures are counted per name and address together, and per address. Nothing is counted against a name alone but a
delay, so that no stranger can lock anybody out by typing wrong passwords.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from kneewise import clock
from kneewise.errors import InvalidInputError
from kneewise.services.clinic import keys, passwords
from kneewise.services.clinic.second_step import SecondStep
from kneewise.storage import Record, Role
from kneewise.storage import accounts as table
from kneewise.storage.accounts import Account, AccountSession

_WINDOW = timedelta(minutes=15)
_PER_PAIR = 5
_PER_ADDRESS = 30
#: Failures of one name from anywhere before each further try waits, and how long at most.
_FREE_TRIES = 10
_LONGEST_DELAY_S = 3.0
_DELAY_STEP_S = 0.25
_SEEN_EVERY = timedelta(minutes=1)
#: One household or hospital network of IPv6.
_IPV6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long sessions hold: without being used, and at most."""

    staff_idle: timedelta = timedelta(minutes=30)
    staff: timedelta = timedelta(hours=10)
    runner_idle: timedelta = timedelta(days=14)
    runner: timedelta = timedelta(days=60)

    def of(self, role: Role) -> tuple[timedelta, timedelta]:
        """Return idle and whole lifetime for a role."""
        return (self.runner_idle, self.runner) if role == "runner" else (self.staff_idle, self.staff)


@dataclass(frozen=True, slots=True)
class SignIn:
    """What came of a try.

    Attributes
    ----------
    outcome : str
        ``"in"``, ``"wrong"``, ``"code"`` where the password is right and the code of the second step is missing or
        wrong, ``"wait"`` after too many failures.
    key : str
        Key of the new session, for the cookie.
    """

    outcome: Literal["in", "wrong", "code", "wait"]
    key: str = ""
    account: Account | None = None


class Door:
    """The way in of a clinic.

    Parameters
    ----------
    record : Record
    secret : bytes
        Keys the hashes of names and addresses.
    second : SecondStep
    lifetimes : Lifetimes
    """

    def __init__(self, record: Record, secret: bytes, second: SecondStep, lifetimes: Lifetimes | None = None) -> None:
        self._record = record
        self._secret = secret
        self.second = second
        self._lifetimes = lifetimes or Lifetimes()

    def delay_s(self, login: str) -> float:
        """Return how long an answer waits because many tries failed with this name, from wherever."""
        with self._record.reading() as connection:
            far = table.count_attempts(connection, clock.now() - _WINDOW, login_key=self._keys(login, "")[0])
        return min(max(far - _FREE_TRIES, 0) * _DELAY_STEP_S, _LONGEST_DELAY_S)

    def sign_in(self, login: str, password: str, code: str, address: str) -> SignIn:
        """Try to sign in; a session of its own begins where it succeeds.

        Raises
        ------
        InvalidInputError
            When this server cannot read the key of the account's second step.
        """
        now = clock.now()
        with self._record.reading() as connection:
            account = table.find_account(connection, login.strip().casefold())
        # Counted before the password is looked at: many tries at the same time are no way round the count.
        if not self._counted(account, login, address, now):
            return SignIn("wait")
        right, renewed = passwords.matches(password, None if account is None else account.password_hash)
        if account is None or not right or account.disabled_at is not None:
            return SignIn("wrong")
        if account.totp_secret is not None:
            checked = self.second.check(account, code)
            if checked != "right":
                return SignIn("wait" if checked == "wait" else "code")
        with self._record.writing("signing in") as connection:
            table.drop_attempts(connection, before=now - _WINDOW, pair=self._keys(login, address))
            table.drop_old_sessions(connection, now - max(self._lifetimes.staff, self._lifetimes.runner))
            if renewed is not None:
                table.change_account(connection, account.id, password_hash=renewed)
        return SignIn("in", self.begin(account), account)

    def begin(self, account: Account) -> str:
        """Begin a session of an account and return its key; only its hash is stored."""
        key, now = keys.new_key(), clock.now()
        with self._record.writing("signing in") as connection:
            table.insert_session(connection, AccountSession(keys.stored(key), account.id, None, now, now))
        return key

    def read(self, key: str | None) -> tuple[AccountSession, Account] | None:
        """Return the session of a key with its account, as long as it holds."""
        if not key:
            return None
        with self._record.reading() as connection:
            found = table.read_session(connection, keys.stored(key))
        if found is None:
            return None
        session, account = found
        now = clock.now()
        idle, whole = self._lifetimes.of(account.role)
        if account.disabled_at is not None or now >= session.begun_at + whole or now >= session.seen_at + idle:
            with self._record.writing("ending a session") as connection:
                table.end_session(connection, session.token_hash)
            return None
        if now - session.seen_at >= _SEEN_EVERY:
            with self._record.writing("noting a session") as connection:
                table.touch_session(connection, session.token_hash, now)
        return session, account

    def end(self, token_hash: str) -> None:
        """End one session."""
        with self._record.writing("signing out") as connection:
            table.end_session(connection, token_hash)

    def end_others(self, account_id: str, token_hash: str) -> int:
        """End every session of an account but one; return how many there were."""
        with self._record.writing("signing out") as connection:
            return table.end_sessions(connection, account_id, but=token_hash)

    def must_know(self, account: Account, password: str, address: str) -> None:
        """Ask somebody who is in for the password once more; tries count as those of signing in do.

        Raises
        ------
        InvalidInputError
            When it is wrong, or after too many failures.
        """
        if not self._counted(account, account.login, address, clock.now()):
            raise InvalidInputError("Too many tries; wait a quarter of an hour, nothing was changed.")
        right, _ = passwords.matches(password, account.password_hash)
        if not right:
            raise InvalidInputError("The password that you have now is another one; nothing was changed.")
        with self._record.writing("noting a password") as connection:
            table.drop_attempts(connection, pair=self._keys(account.login, address))

    def _counted(self, account: Account | None, login: str, address: str, now: datetime) -> bool:
        """Note a try, and whether it may go on; a right password takes it back."""
        login_key, address_key = self._keys(login, address)
        with self._record.writing("noting a sign-in") as connection:
            since = now - _WINDOW
            pair = table.count_attempts(connection, since, login_key=login_key, address_key=address_key)
            near = table.count_attempts(connection, since, address_key=address_key)
            if pair >= _PER_PAIR or near >= _PER_ADDRESS:
                return False
            table.drop_attempts(connection, before=since)
            table.insert_attempt(connection, None if account is None else account.id, login_key, address_key, now)
        return True

    def _keys(self, login: str, address: str) -> tuple[str, str]:
        name = keys.keyed(self._secret, "login", login.strip().casefold())
        return name, keys.keyed(self._secret, "address", network_of(address))


def network_of(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the network of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _IPV6_PREFIX), strict=False))
    return str(found)
