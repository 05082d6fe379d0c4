"""Every page of the demo in German: what is left in English is marked so, and is no sentence of ours."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

from starlette.testclient import TestClient

from kneewise.language.told import LOCALE
from kneewise.services.place import Place
from kneewise.web.app import create_app
from kneewise.web.options import WebOptions

ADDRESS = "http://127.0.0.1:8471"
_START = ("/", "/more", "/load", "/knee", "/plan", "/helped", "/import", "/evidence", "/my-data", "/settings")
#: Files, what is in English on purpose, and pages of sources, whose titles stay as they were published.
_LEFT_OUT = re.compile(
    r"/(static|start|api|openapi|plan/export|report\S*language=en"
    r"|evidence/(sources|parameters|reference_audit|regulation))"
)
#: Words that are in most English sentences and in no German one.
_ENGLISH = re.compile(r"\b(the|and|your|you|with|of|is|are|this|from|been|which)\b", re.IGNORECASE)
_GERMAN = re.compile(r"\b(und|der|die|das|ist|dein|deine|nicht|mit|im|den)\b", re.IGNORECASE)
#: Names, what others call things, and the made runner's own note.
_NAMES = re.compile(
    r"^/|Made for the demo|KOOS and KOOS|OSTRC|Made by the Kneewise demo|Export Your Data|Kneewise demo"
)
#: So many pages of each kind are looked at.
_EACH = 2
#: What is not translated yet is recognised by its first signs.
_START_OF_TEXT = 30
_SILENT = frozenset({"br", "img", "input", "meta", "link", "hr", "path", "circle", "line", "rect", "use", "wbr", "col"})


class _Said(HTMLParser):
    """The texts of a page that are not marked as English, and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._inside: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        link = held.get("href") or ""
        if tag == "a" and link.startswith("/"):
            self.links.append(link.partition("#")[0])
        if tag not in _SILENT:
            self._inside.append((tag, held.get("lang") == "en" or tag in ("script", "style")))

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(hidden for _, hidden in self._inside):
            self.texts.append(" ".join(data.split()))


def _kind(link: str) -> str:
    """Return what kind of page a link leads to: a few of each are enough."""
    kind = re.sub(r"[0-9a-f]{6,}|\d[\d-]*", "N", link.partition("?")[0])
    return "/".join(kind.split("/")[:3])


def _english(text: str) -> bool:
    return bool(_ENGLISH.search(text)) and not _GERMAN.search(text) and not _NAMES.search(text)


def test_no_page_of_the_demo_is_left_in_english(demo_made: Path) -> None:
    app = create_app(Place(demo_made), WebOptions())
    listed = (LOCALE / "de" / "untranslated.txt").read_text(encoding="utf-8").splitlines()
    missing = [json.loads(line)[:_START_OF_TEXT] for line in listed]
    left: dict[str, str] = {}
    met: Counter[str] = Counter()
    seen: set[str] = set()
    links = list(_START)
    with TestClient(app, base_url=ADDRESS, headers={"accept-language": "de"}) as client:
        client.get("/start", params={"token": app.state.start_token.text}, follow_redirects=False)
        while links:
            link = links.pop(0)
            if link in seen or _LEFT_OUT.match(link) or met[_kind(link)] >= _EACH:
                continue
            seen.add(link)
            answer = client.get(link)
            if "html" not in answer.headers.get("content-type", ""):
                continue
            met[_kind(link)] += 1
            page = _Said()
            page.feed(answer.text)
            links += page.links
            left.update(
                {text: link for text in page.texts if _english(text) and not any(start in text for start in missing)}
            )
    assert len(seen) > len(_START) * 2
    assert "\n".join(f"{link}: {text}" for text, link in left.items()) == ""
