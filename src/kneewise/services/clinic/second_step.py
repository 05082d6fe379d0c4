"""The second step of signing in: a code of an app, asked for where it was set up, and not to be found by trying."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from kneewise import clock
from kneewise.services.clinic import keys, totp
from kneewise.services.clinic.sealing import Seal
from kneewise.storage import Record
from kneewise.storage import accounts as table
from kneewise.storage.accounts import Account

#: Wrong codes of one account, from wherever. Only who knows the password gets as far, so no stranger locks anybody out;
#: three of a million codes are right at a time, so ten tries in a quarter of an hour find one in about a year.
_TRIES = 10
_WINDOW = timedelta(minutes=15)

Checked = Literal["right", "wrong", "wait"]


class SecondStep:
    """Codes of accounts.

    Parameters
    ----------
    record : Record
    secret : bytes
        Keys the hashes under which tries are counted.
    seal : Seal
        Encrypts what is stored.
    """

    def __init__(self, record: Record, secret: bytes, seal: Seal) -> None:
        self._record = record
        self._secret = secret
        self._seal = seal

    def check(self, account: Account, code: str) -> Checked:
        """Look at a code of an account that has a second step; a right one is used up.

        Raises
        ------
        InvalidInputError
            When this server cannot read the account's key.
        """
        assert account.totp_secret is not None
        if not code.strip():
            return "wrong"  # the form without a code is how one learns that one is asked for
        secret = self._seal.opened(account.totp_secret, account.id)
        if not self._counted(account):
            return "wait"
        step = totp.used_step(secret, code, clock.now(), account.totp_step)
        if step is None:
            return "wrong"
        with self._record.writing("using a code") as connection:
            if not table.use_step(connection, account.id, step):
                return "wrong"
            table.drop_attempts(connection, pair=self._keys(account))
        return "right"

    def begin(self, account: Account, secret: str, code: str, *, session: str) -> bool:
        """Ask for a code at every sign-in from now on; every other session ends.

        False, and nothing changes, where the first code is wrong.
        """
        if account.totp_secret is not None or not totp.is_secret(secret):
            return False
        step = totp.used_step(secret, code, clock.now(), None)
        if step is None:
            return False
        sealed = self._seal.closed(secret, account.id)
        with self._record.writing("setting up a second step") as connection:
            table.change_account(connection, account.id, totp_secret=sealed, totp_step=step)
            table.end_sessions(connection, account.id, but=session)
        return True

    def end(self, account: Account, code: str) -> Checked:
        """Ask for no code any more, where this one is right.

        Raises
        ------
        InvalidInputError
            When this server cannot read the account's key.
        """
        checked = "right" if account.totp_secret is None else self.check(account, code)
        if checked == "right":
            with self._record.writing("ending the second step") as connection:
                table.change_account(connection, account.id, totp_secret=None, totp_step=None)
        return checked

    def _counted(self, account: Account) -> bool:
        """Note a try before its code is looked at, and whether it may go on; a right code takes it back."""
        login_key, address_key = self._keys(account)
        since = clock.now() - _WINDOW
        with self._record.writing("noting a code") as connection:
            if table.count_attempts(connection, since, login_key=login_key) >= _TRIES:
                return False
            table.insert_attempt(connection, account.id, login_key, address_key, clock.now())
        return True

    def _keys(self, account: Account) -> tuple[str, str]:
        return keys.keyed(self._secret, "code", account.id), keys.keyed(self._secret, "code", "")
