"""Keys of second steps as they are stored: encrypted with a key that stands beside the database and in no backup."""

from __future__ import annotations

import base64
import secrets

from kneewise.errors import InvalidInputError
from kneewise.services.clinic import totp
from kneewise.storage import Record
from kneewise.storage import accounts as table

#: File of the data folder; who has a copy of the database alone makes no code.
KEY_FILE = "second-step-key"
#: NIST SP 800-38D section 8.2.2: 96 random bits for each message.
_NONCE_BYTES = 12


class Seal:
    """Encrypts keys of second steps with AES-256-GCM, each for its own account.

    Parameters
    ----------
    key : bytes
        32 random bytes.
    """

    def __init__(self, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._cipher = AESGCM(key)

    def closed(self, secret: str, account_id: str) -> str:
        """Return what is stored of a secret in Base32."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, base64.b32decode(secret), account_id.encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def opened(self, stored: str, account_id: str) -> str:
        """Return the secret in Base32.

        Raises
        ------
        InvalidInputError
            When another key sealed it, or it was sealed for another account.
        """
        from cryptography.exceptions import InvalidTag

        try:
            whole = base64.urlsafe_b64decode(stored)
            plain = self._cipher.decrypt(whole[:_NONCE_BYTES], whole[_NONCE_BYTES:], account_id.encode())
        except (InvalidTag, ValueError) as error:
            raise InvalidInputError(
                "This server cannot read the key of your second step; ask the clinic for a new link, then set "
                "the second step up anew."
            ) from error
        return base64.b32encode(plain).decode()


def seal_plain(record: Record, seal: Seal) -> None:
    """Encrypt the keys that an earlier Kneewise stored as they are."""
    with record.reading() as connection:
        plain = [each for each in table.read_accounts(connection) if totp.is_secret(each.totp_secret or "")]
    if not plain:
        return
    with record.writing("encrypting the keys of second steps") as connection:
        for each in plain:
            assert each.totp_secret is not None
            table.change_account(connection, each.id, totp_secret=seal.closed(each.totp_secret, each.id))
