"""Taken in once by the process that servers are forked from: the program, and what its first pages leave in memory.

A server that is forked afterwards has no import, no template and no table of knowledge left to read.
"""

from __future__ import annotations

import gc
import importlib
import pkgutil
import tempfile
import threading
import warnings
from pathlib import Path

import uvicorn

import kneewise
from kneewise import services
from kneewise.web import clinic, rendering
from kneewise.web.app import create_app
from kneewise.web.areas import AREAS
from kneewise.web.options import WebOptions

with warnings.catch_warnings(action="ignore"):
    from starlette.testclient import TestClient

_END_S = 60


def _import_all() -> None:
    """Import what the app itself takes in only when it is needed."""
    for package in (services, clinic):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


def _look_through(data: Path) -> None:
    """Open every area once."""
    app = create_app(kneewise.locate(data), WebOptions())
    uvicorn.Config(app).load()
    with TestClient(app, base_url="http://127.0.0.1:8471") as client:
        client.get("/start", params={"token": app.state.start_token.text})
        for area in AREAS:
            client.get(area.path).raise_for_status()


def _end_threads() -> None:
    """Wait until those that served have ended: a process with threads cannot be forked."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(_END_S)
            assert not thread.is_alive(), thread.name


def _warm() -> None:
    _import_all()
    templates = rendering._environment()
    for name in templates.list_templates():
        templates.get_template(name)
    with tempfile.TemporaryDirectory() as folder:
        _look_through(Path(folder))
    _end_threads()
    gc.freeze()  # a collection in a forked process would copy every page of memory


_warm()
