"""Makes runs available to the load tests as a fixture."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def made() -> ModuleType:
    """The module runs_made.py, whatever way tests are imported."""
    path = Path(__file__).with_name("runs_made.py")
    spec = importlib.util.spec_from_file_location("runs_made", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
