"""Fixtures of the browser tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.end_to_end.browser import browser, browser_page, left, seen, seen_empty, serve

__all__ = ["browser", "browser_page", "left", "seen", "seen_empty", "serve"]


@pytest.fixture
def demo(demo_made: Path, tmp_path: Path) -> Path:
    """A copy of the made runner's record, for tests that write."""
    return Path(shutil.copytree(demo_made, tmp_path / "demo"))
