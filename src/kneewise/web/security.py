"""What keeps the local app local: host check, one-time start link, signed session, CSRF token, size of bodies.

The session is a signed cookie and needs no table, so it survives a restart of the server; its secret lies in the data
folder, readable by its owner only.
"""

from __future__ import annotations

import base64
import hmac
import ipaddress
import os
import secrets
import socket
import threading
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from kneewise import clock
from kneewise.errors import StorageError

CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf_token"
_SECRET_FILE = "web-secret"  # noqa: S105 - a file name
_SECRET_BYTES = 32
_ID_BYTES = 18
_RECORD_LENGTH = 16

#: Sent with every response. Styles and scripts come from our own files only, nothing stands inline.
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; "
        "img-src 'self' data: blob:; media-src 'self' blob:"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), "
        "screen-wake-lock=(self), usb=()"
    ),
}

#: Of the page of a live session alone, which measures cadence with what a phone has; nothing of it leaves the device.
SENSING = {
    "permissions-policy": (
        "accelerometer=(self), camera=(self), geolocation=(), gyroscope=(self), microphone=(self), payment=(), "
        "screen-wake-lock=(self), usb=()"
    ),
}


def read_secret(data: Path, name: str = _SECRET_FILE) -> bytes:
    """Return a secret of a data folder, made at the first start with mode 0600.

    Parameters
    ----------
    name : str
        Its file.

    Raises
    ------
    StorageError
        When the file can be neither read nor written.
    """
    path = data / name
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            secret = path.read_bytes()
        else:
            secret = secrets.token_bytes(_SECRET_BYTES)
            with os.fdopen(handle, "wb") as file:
                file.write(secret)
    except OSError as error:
        raise StorageError(
            f"The app's key {path} cannot be used ({error.strerror}); check the permissions of this folder."
        ) from error
    if len(secret) != _SECRET_BYTES:
        raise StorageError(f"The app's key {path} is damaged; put back a copy, or delete this file and start again.")
    return secret


class Sessions:
    """Signed session cookies and the CSRF token of each session.

    Parameters
    ----------
    secret : bytes
    lifetime : timedelta
        How long a session holds.
    """

    def __init__(self, secret: bytes, lifetime: timedelta) -> None:
        self._secret = secret
        self.lifetime = lifetime

    @property
    def record(self) -> str:
        """Name of the record behind this server, so that a browser never sends one record's entries to another."""
        return self._signed("record", "")[:_RECORD_LENGTH]

    def new(self) -> str:
        """Return the cookie of a new session."""
        until = int((clock.now() + self.lifetime).timestamp())
        body = f"{secrets.token_urlsafe(_ID_BYTES)}.{until}"
        return f"{body}.{self._signed('session', body)}"

    def read(self, cookie: str | None) -> str | None:
        """Return the id of a session that holds, else ``None``."""
        session, _, rest = (cookie or "").partition(".")
        until, _, signature = rest.partition(".")
        if not (until.isascii() and until.isdigit()) or not _same(
            signature, self._signed("session", f"{session}.{until}")
        ):
            return None
        return session if clock.now().timestamp() < int(until) else None

    def csrf(self, session: str) -> str:
        """Return the token that a session's forms carry."""
        return self._signed("csrf", session)

    def has_csrf(self, session: str, token: str | None) -> bool:
        """Whether a form's token belongs to the session."""
        return _same(token or "", self.csrf(session))

    def _signed(self, purpose: str, text: str) -> str:
        digest = hmac.digest(self._secret, f"{purpose}\n{text}".encode(), sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode())


class StartToken:
    """The token of the start link; it opens one session and is worth nothing afterwards."""

    def __init__(self) -> None:
        self.text = secrets.token_urlsafe(_SECRET_BYTES)
        self._open = True
        self._lock = threading.Lock()

    def spend(self, given: str) -> bool:
        """Whether the token is right and was not used before."""
        with self._lock:
            right = self._open and _same(given, self.text)
            if right:
                self._open = False
            return right


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_allowed(header: str | None, served: str) -> bool:
    """Whether a request's ``Host`` names us: a page elsewhere may point its own name at this machine.

    Parameters
    ----------
    header : str or None
        The header as it came.
    served : str
        Address that the server listens on. Beyond loopback, plain addresses and this machine's own names count too: a
        foreign page can only bring a name of its own.
    """
    name = _host_name(header or "")
    if not name:
        return False
    if is_loopback(name):
        return True
    if is_loopback(served):
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        own = socket.gethostname().lower()
        return name in {served.lower(), own, f"{own.partition('.')[0]}.local"}
    return True


def _host_name(header: str) -> str:
    text = header.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    name, _, port = text.partition(":")
    return name if not port or port.isdigit() else ""
