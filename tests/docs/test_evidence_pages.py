"""The pages of the evidence: current, complete, and silent about figures that are not checked."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kneewise.services.evidence_cards import cards, families, status_of

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("evidence_pages", DOCS / "evidence_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_committed_pages_are_current(pages: ModuleType) -> None:
    written = pages.evidence_pages()
    stale = [p.name for p, text in written.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    assert not stale, f"run 'python docs/evidence_pages.py': {stale}"
    assert set((DOCS / "evidence").glob("*.md")) == set(written)


def test_every_family_has_a_page_and_every_record_a_place(pages: ModuleType) -> None:
    written = {path.stem: text for path, text in pages.evidence_pages().items()}
    assert written.keys() == {"index", *(family.id for family in families())}
    for card in cards():
        assert f"`{card.id}` · " in written[card.family]


def test_what_is_not_checked_is_counted_and_not_shown(pages: ModuleType) -> None:
    hidden = 0
    for card in cards():
        page = "\n".join(pages.card_lines(card))
        for quantity in card.quantities:
            shown = pages.figure(quantity) in page
            unchecked = status_of(quantity.mark) == "not checked yet"
            same = any(other.mark != "M" and pages.figure(other) == pages.figure(quantity) for other in card.quantities)
            assert shown != unchecked or same, f"{card.family}/{card.id}: {quantity.what}"
            hidden += unchecked
        for fact in card.facts:
            if fact.mark == "M":
                hidden += 1
                assert f"**: {pages.escaped(fact.text)}" not in page
        marks = [*(quantity.mark for quantity in card.quantities), *(fact.mark for fact in card.facts)]
        if "M" in marks:
            assert "Not shown, because not checked yet" in page
    assert hidden > 100


def test_our_own_defaults_stand_apart_from_the_evidence(pages: ModuleType) -> None:
    for card in cards():
        page = "\n".join(pages.card_lines(card))
        _, _, own = page.partition("Our own defaults, no published figure:")
        for quantity in card.quantities:
            if quantity.mark == "E":
                assert pages.figure(quantity) in own


def test_a_card_links_its_sources(pages: ModuleType) -> None:
    page = (DOCS / "evidence" / "findings.md").read_text(encoding="utf-8")
    assert "[frandsen-2025](https://doi.org/10.1136/bjsports-2024-109380)" in page
