"""Random keys that open something, and the hashes under which they are stored."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

_BYTES = 32
_ID_BYTES = 16


def new_key() -> str:
    """Return a key of 256 bits: nobody guesses it."""
    return secrets.token_urlsafe(_BYTES)


def new_id() -> str:
    """Return a name of 128 bits that stands in addresses."""
    return secrets.token_hex(_ID_BYTES)


def stored(key: str) -> str:
    """Return what is stored of a key. It is random, so a plain hash is enough."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def keyed(secret: bytes, purpose: str, text: str) -> str:
    """Return a hash that nobody without the secret can look up: of a name, of an address."""
    return hmac.digest(secret, f"{purpose}\n{text}".encode("utf-8", "surrogatepass"), "sha256").hex()
