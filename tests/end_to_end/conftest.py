"""Fixtures of the browser tests."""

from __future__ import annotations

from tests.end_to_end.browser import browser, browser_page, serve

__all__ = ["browser", "browser_page", "serve"]
