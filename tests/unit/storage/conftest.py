"""Fixtures of storage."""

from __future__ import annotations

import pytest
from tests import databases

from kneewise.storage import upgrading


@pytest.fixture(autouse=True)
def _migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the migrations for every new record, as the program does."""
    monkeypatch.setattr(upgrading, "upgrade", databases.migrate)
