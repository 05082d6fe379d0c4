"""Take the pictures of the app that README and documentation show, from the made runner.

Run it as ``make screenshots`` when pages have changed: it makes the demo in a folder of its own, opens the real app in
the system's Chromium, and writes ``docs/screenshots/*.png``. Nothing is drawn by hand, so a picture cannot show what
the app does not.
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, StorageState, ViewportSize

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
#: The same browser on every machine: no sandbox for root in a container, no calls home.
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 860}
#: Charts draw themselves after the page has come.
SETTLE_MS = 1_000


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page, and whether it is taken on a phone or at night."""

    name: str
    path: str
    phone: bool = False
    dark: bool = False


SHOTS = (
    Shot("today", "/"),
    Shot("today-phone", "/", phone=True),
    Shot("load", "/load"),
    Shot("load-phone-dark", "/load", phone=True, dark=True),
    Shot("run", "/runs/latest"),
    Shot("knee", "/knee"),
    Shot("chain", "/knee/findings"),
    Shot("plan", "/plan"),
    Shot("plan-phone", "/plan", phone=True),
    Shot("helped", "/helped"),
)


@contextmanager
def running_app(data: Path) -> Iterator[str]:
    """Make the demo in ``data``, serve it on a free port, and hand out the link that works once."""
    kneewise = [sys.executable, "-m", "kneewise", "--data", str(data)]
    subprocess.run([*kneewise, "demo", "--no-serve"], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    serving = [*kneewise, "serve", "--port", port, "--no-open"]
    with subprocess.Popen(
        serving, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as server:
        try:
            lines = server.stdout or ()
            yield next(found[0] for line in lines if (found := re.search(r"http://\S+token=\S+", line)))
        finally:
            server.terminate()


def latest_run(data: Path) -> str:
    """Return the path of the last run's page."""
    import kneewise

    listing = kneewise.list_activities(kneewise.locate(data))
    return f"/runs/{listing.activities[-1].id}"


def signed_in(browser: Browser, link: str) -> StorageState:
    """Use the link, which works once, and return the session for every further window."""
    context = browser.new_context(service_workers="block")
    context.new_page().goto(link)
    state = context.storage_state()
    context.close()
    return state


def take(browser: Browser, base: str, state: StorageState, shot: Shot) -> bytes:
    """Return one page as a PNG."""
    context = browser.new_context(
        viewport=PHONE if shot.phone else DESKTOP,
        storage_state=state,
        color_scheme="dark" if shot.dark else "light",
        device_scale_factor=2 if shot.phone else 1,
        reduced_motion="reduce",
        service_workers="block",
    )
    page = context.new_page()
    page.goto(base + shot.path)
    page.wait_for_timeout(SETTLE_MS)
    picture = page.screenshot()
    context.close()
    return picture


HERO = """<style>
body {{ margin: 0; width: 1280px; height: 800px; overflow: hidden;
  background: linear-gradient(160deg, #dbeae8, #f5f3ee) }}
img {{ position: absolute; border-radius: 18px; box-shadow: 0 18px 50px rgb(20 50 50 / 22%) }}
.wide {{ left: 48px; top: 64px; width: 1010px }}
.phone {{ right: 56px; top: 120px; width: 300px; border: 8px solid #16282c; border-radius: 40px }}
</style><img class="wide" src="{wide}"><img class="phone" src="{phone}">"""


def hero(browser: Browser, wide: bytes, phone: bytes) -> bytes:
    """Return the README's one picture: the load on a desk, today on a phone."""
    sources = ("data:image/png;base64," + base64.b64encode(each).decode() for each in (wide, phone))
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_content(HERO.format(**dict(zip(("wide", "phone"), sources, strict=True))))
    picture = page.screenshot()
    page.close()
    return picture


def main() -> None:
    """Take every picture."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome"))
    options = parser.parse_args()
    if options.chromium is None:
        sys.exit("No Chromium here; name one with --chromium PATH.")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as link, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=options.chromium, args=list(CHROMIUM))
        state = signed_in(browser, link)
        base = link.split("/start")[0]
        pictures = {}
        for shot in SHOTS:
            path = latest_run(Path(folder)) if shot.path == "/runs/latest" else shot.path
            pictures[shot.name] = take(browser, base, state, Shot(shot.name, path, shot.phone, shot.dark))
        pictures["kneewise"] = hero(browser, pictures["load"], pictures["today-phone"])
        browser.close()
    for name, picture in pictures.items():
        (FOLDER / f"{name}.png").write_bytes(picture)


if __name__ == "__main__":
    main()
