"""Fixtures of the browser tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.end_to_end.browser import browser, browser_page, serve

__all__ = ["browser", "browser_page", "serve"]


@pytest.fixture(scope="session")
def demo_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made runner's record, made once; for tests that only read it."""
    data = tmp_path_factory.mktemp("demo") / "data"
    command = [sys.executable, "-m", "kneewise", "--data", str(data), "demo", "--no-serve"]
    subprocess.run(command, check=True, capture_output=True)
    return data


@pytest.fixture
def demo(demo_made: Path, tmp_path: Path) -> Path:
    """A copy of the made runner's record, for tests that write."""
    return Path(shutil.copytree(demo_made, tmp_path / "demo"))
