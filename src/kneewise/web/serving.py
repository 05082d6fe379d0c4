"""Running the app: a port of our own, the start link, the browser."""

from __future__ import annotations

import errno
import gc
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from kneewise.errors import InvalidInputError, KneewiseError
from kneewise.services.place import Place
from kneewise.services.workers import end_with_parent
from kneewise.web.app import create_app
from kneewise.web.options import WebOptions
from kneewise.web.security import is_loopback
from kneewise.web.several import keep_serving

if TYPE_CHECKING:
    from fastapi import FastAPI

_WAITING = 128
#: Longer than reverse proxies keep a connection that nobody uses (nginx 60 s, Caddy 120 s): else one is closed under a
#: request that is on its way, and a form gets no answer.
_KEEP_ALIVE_S = 150
#: New objects before the youngest are looked through, and how often those before the next older ones.
_COLLECT = (50_000, 10, 10)


def serve(
    place: Place,
    *,
    host: str | None = None,
    port: int | None = None,
    open_browser: bool = False,
    clinic: bool = False,
    processes: int | None = None,
    announce: Callable[[str], None],
) -> None:
    """Serve the app until it is interrupted.

    Parameters
    ----------
    place : Place
        The record.
    host, port : str or None, int or None
        Where to listen; from the environment or the defaults where not given.
    open_browser : bool
        Whether to open the start link.
    clinic : bool
        Whether people sign in.
    processes : int or None
        How many answer in a clinic; from the environment or the default where not given. The app of one runner is one.
    announce : callable
        Takes the sentences for the person at the terminal.

    Raises
    ------
    InvalidInputError
        When the port is taken, the address is not this machine's, or one runner's app is wanted in several processes.
    NotBuiltError, StorageError
        When the app cannot be made.
    """
    if processes is not None and not clinic:
        raise InvalidInputError("The app of one runner is one process; --processes goes with --clinic.")
    options = _options(host=host, port=port, processes=processes)
    several = _several(options) if clinic else 1
    listener = _listen(options)
    with listener:
        port = listener.getsockname()[1]
        options = options.model_copy(update={"port": port})
        app = create_app(place, options, clinic=clinic)
        base = f"http://{_written(options.host)}:{port}"
        link = f"{base}/sign-in" if clinic else f"{base}/start?token={app.state.start_token.text}"
        announce(_clinic_open(options, link) if clinic else _open(options, link))
        if open_browser:
            threading.Timer(0.5, webbrowser.open, [link]).start()
        if several > 1:
            app.state.place.record.close()  # it was made to know that it can be; each process has its own
            keep_serving(_run_one_of_several, (place, options, listener), several)
        else:
            _run(app, listener)


def _several(options: WebOptions) -> int:
    if os.name == "nt":
        return 1  # the locks by which processes share their work are not known there
    return options.processes


def _run(app: FastAPI, listener: socket.socket) -> None:
    import uvicorn

    _collect_seldom()
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_keep_alive=_KEEP_ALIVE_S,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _run_one_of_several(place: Place, options: WebOptions, listener: socket.socket) -> None:
    end_with_parent()  # who starts a killed server anew finds none left
    try:
        app = create_app(place, options, clinic=True)
    except KneewiseError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    _run(app, listener)


def _collect_seldom() -> None:
    """Let the garbage collector run, which the command line does without, but seldom and not over what always stays.

    With Python's own settings every look through everything stops all requests of a clinic for as long as it takes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT)
    gc.enable()


def _open(options: WebOptions, link: str) -> str:
    text = f"Kneewise is open. This link works once, in one browser:\n\n  {link}\n\nStop it with Ctrl-C."
    if is_loopback(options.host):
        return text
    return f"{text}\nOther machines of your network can reach it too, without encryption; the link is the only key."


def _clinic_open(options: WebOptions, link: str) -> str:
    public = f"https://{options.public_host}/sign-in" if options.public_host else link
    text = f"The clinic is open:\n\n  {public}\n\nStop it with Ctrl-C."
    if is_loopback(options.host):
        return text
    return f"{text}\nBrowsers sign in over TLS alone: put a reverse proxy in front, and set KNEEWISE_WEB_PUBLIC_HOST."


def _options(**given: Any) -> WebOptions:
    try:
        return WebOptions(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        [first, *_] = error.errors()
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInputError(f"The app's setting '{where}' cannot be right: {first['msg']}.") from error


def _listen(options: WebOptions) -> socket.socket:
    try:
        family = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0][0]
        # Only a socket that names its protocol is told by asyncio not to hold back small packets, 40 ms an answer.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((options.host, options.port))
            listener.listen(_WAITING)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise InvalidInputError(
                f"Port {options.port} is taken, perhaps by a Kneewise that still runs; stop that one, or choose "
                "another with --port, such as --port 0 for any free one."
            ) from error
        raise InvalidInputError(
            f"Kneewise cannot listen on {options.host}, port {options.port} ({error.strerror}); check --host and "
            "--port."
        ) from error
    return listener


def _written(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - not bound here, only told as a link
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host
