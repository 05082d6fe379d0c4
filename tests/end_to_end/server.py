"""A running server of the app: a real process, started in a fraction of the time that a new Python takes.

The processes are forked from one that has imported the app already and looked through it (`warm`). That the program
starts on its own is tested with the program (``test_program``, ``test_wheel``).
"""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import StorageState

_START_S = 60
_STOP_S = 10
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload([__name__, "tests.end_to_end.warm"])


def _serve(data: Path, port: int, told: Connection, clinic: bool) -> None:
    import kneewise
    from kneewise.web.serving import serve

    if clinic:
        import pytest
        from tests.unit.web.clinic.people import cheap_passwords

        cheap_passwords(pytest.MonkeyPatch())
    # More of them would be begun anew, neither warm nor with the cheap passwords; test_program begins two.
    processes = 1 if clinic else None
    serve(kneewise.locate(data), port=port, clinic=clinic, processes=processes, announce=told.send)


class Served:
    """A running server.

    Attributes
    ----------
    address : str
        Such as ``http://127.0.0.1:8471``.
    link : str
        The start link; in a clinic the page of signing in.
    data : Path
        Its data folder.
    pid : int
        Its process.
    signed_in : StorageState or None
        What a browser keeps that has opened the link, which works once.
    """

    def __init__(self, data: Path, port: int = 0, *, clinic: bool = False) -> None:
        self.data = data
        self.signed_in: StorageState | None = None
        ours, told = _FORKING.Pipe(duplex=False)
        self._process = _FORKING.Process(target=_serve, args=(data, port, told, clinic))
        self._process.start()
        told.close()
        assert self._process.pid is not None
        self.pid = self._process.pid
        self.link = _link(ours)
        parts = urlsplit(self.link)
        self.address = f"{parts.scheme}://{parts.netloc}"
        self.port = parts.port

    def leave(self) -> None:
        """Tell the server to end, and wait for nothing; once more does no harm."""
        if self._process.is_alive():
            self._process.terminate()

    def stop(self) -> None:
        """End the server; once more does no harm."""
        self.leave()
        self._process.join(_STOP_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _link(told: Connection) -> str:
    with told:
        assert told.poll(_START_S), "the server said nothing"
        sentence: str = told.recv()
    return next(word for word in sentence.split() if word.startswith("http://"))
