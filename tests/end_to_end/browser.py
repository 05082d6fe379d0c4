"""A real browser on a real server: the fixture `browser_page`, and the rules that every page keeps."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright
from tests.end_to_end.server import Served

from kneewise.web.assets import FOLDER

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
_RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
_SETTLED = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime !== Infinity).map((one) => one.finished))"""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    # Of no use without an address bar: its list is two pages, and a process, for each browser; nor one kept in reserve.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess",
)  # fmt: skip
# A test is about what happens, not how soon: a loaded machine is several times slower than a quiet one.
_PATIENCE_MS = 30_000
expect.set_options(timeout=_PATIENCE_MS)


class Watched:
    """A page of which every console error, violation of the policy and third-party request is noted."""

    def __init__(self, context: BrowserContext, served: Served) -> None:
        self.served = served
        self.context = context
        self.trouble: list[str] = []
        self.expected: list[str] = []
        context.on("page", self._watch)
        context.on("request", self._request)
        self.page = context.new_page()

    def _watch(self, page: Page) -> None:
        page.on("console", lambda said: self._said(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))

    def _said(self, text: str) -> None:
        self.trouble.append(text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.served.address, "data:", "blob:", "about:")):
            self.trouble.append(f"third-party request: {request.url}")

    def open(self, path: str) -> Page:
        """Go to a path of the app."""
        self.page.goto(self.served.address + path)
        return self.page

    def allow(self, pattern: str) -> None:
        """Expect console errors that match: what a test provokes is no trouble."""
        self.expected.append(pattern)

    def renew(self) -> None:
        """Go on as another test would, in a new page of the same browser."""
        self.page.close()
        self.trouble.clear()
        self.expected.clear()
        self.page = self.context.new_page()

    def check(self) -> None:
        """Fail where something was noted that nobody expected."""
        found = [one for one in self.trouble if not any(re.search(pattern, one) for pattern in self.expected)]
        assert not found, found


def chromium() -> str:
    """Return the system's Chromium, or skip."""
    named = os.environ.get("CHROMIUM")
    found = named or next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium is installed (CHROMIUM=/path names one)")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, started once."""
    program = chromium()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=list(_ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def left() -> Iterator[list[Served]]:
    """Servers that were told to end: nobody waits for them until all tests are done."""
    told: list[Served] = []
    yield told
    for one in told:
        one.stop()


@pytest.fixture
def serve(tmp_path: Path, left: list[Served]) -> Iterator[Callable[..., Served]]:
    """Start servers that end with the test: ``serve()``, or ``serve(data=folder)`` with a record made before."""
    _require_pages()
    started: list[Served] = []

    def start(data: Path | None = None, port: int = 0, *, clinic: bool = False) -> Served:
        started.append(Served(data or tmp_path / "data", port, clinic=clinic))
        return started[-1]

    yield start
    for one in started:
        one.leave()
    left += started


def _require_pages() -> None:
    if not (FOLDER / ".vite" / "manifest.json").is_file():
        pytest.skip("the front end is not built (run 'make frontend')")


@pytest.fixture
def browser_page(browser: Browser, serve: Callable[..., Served]) -> Iterator[Watched]:
    """A signed-in phone on a fresh record; the test fails at its end if the console showed an error."""
    with watched(browser, serve()) as page:
        yield page


@pytest.fixture(scope="session")
def seen(browser: Browser, demo_made: Path, left: list[Served], tmp_path_factory: pytest.TempPathFactory) -> Served:
    """The made runner's record, for tests that only look: one server for all of them, which is never written to."""
    _require_pages()
    served = Served(Path(shutil.copytree(demo_made, tmp_path_factory.mktemp("seen") / "demo")))
    left.append(served)
    return served


@pytest.fixture(scope="session")
def seen_empty(browser: Browser, left: list[Served], tmp_path_factory: pytest.TempPathFactory) -> Served:
    """An empty record, for tests that only look."""
    _require_pages()
    served = Served(tmp_path_factory.mktemp("seen") / "data")
    left.append(served)
    return served


@contextmanager
def watched(browser: Browser, served: Served, **context: Any) -> Iterator[Watched]:
    """Open the start link and watch; ``context`` goes to Playwright's ``new_context``.

    The link works once: a second browser takes over the session that the first one was given.
    """
    opened = browser.new_context(**{"viewport": PHONE, "locale": "en-GB", "storage_state": served.signed_in, **context})
    opened.set_default_timeout(_PATIENCE_MS)
    page = Watched(opened, served)
    if served.signed_in is None:
        page.page.goto(served.link)
        served.signed_in = opened.storage_state()
    yield page
    page.check()
    opened.close()


def assert_accessible(page: Page) -> None:
    """Run axe on the page as it stands and fail with every violation of WCAG 2.2 A and AA."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (run 'make frontend')")
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    page.evaluate(_SETTLED)  # a colour half way through its change is nobody's choice
    # All that passes is left in the browser: it would take longer to hand over than to find.
    found = page.evaluate("async (rules) => (await axe.run(document, {runOnly: rules})).violations", _RULES)
    told = [
        {"rule": one["id"], "help": one["help"], "where": [node["target"] for node in one["nodes"]][:4]}
        for one in found
    ]
    assert not told, json.dumps(told, indent=1)


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def assert_sound(watched_page: Watched, path: str) -> None:
    """Check one address on a light phone and a dark desktop: axe, no sideways scrolling, no layout shift."""
    page = watched_page.page
    for size, theme in ((PHONE, "light"), (DESKTOP, "dark")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        watched_page.open(path)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{path} is {wide} px too wide at {size['width']} px"
        assert layout_shift(page) < 0.01, f"{path} moves while it loads"
        assert_accessible(page)


def layout_shift(page: Page) -> float:
    """Return the sum of layout shifts since the page was loaded."""
    shift: float = page.evaluate(
        """() => new Promise((done) => {
            let sum = 0;
            new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
              .observe({ type: "layout-shift", buffered: true });
            setTimeout(() => done(sum), 50);
        })"""
    )
    return shift
