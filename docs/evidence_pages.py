"""Writes docs/evidence from the knowledge files: one page for each family of records, and one that lists them.

Part of ``docs/generate.py``. A figure or a statement that is only remembered (mark M) is counted and not shown; what is
a default of our own (mark E) stands under its own heading, never among the evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kneewise.evidence.source_list import Source
from kneewise.services.evidence_cards import EvidenceCard, Family, families, list_evidence, status_of
from kneewise.services.evidence_parts import CERTAINTY_WORDS, MARK_WORDS, Fact, Quantity

EVIDENCE = Path(__file__).parent / "evidence"

#: Longest text of a list that still stands in one line with its neighbours.
SHORT = 32

INTRODUCTION = """\
# What Kneewise knows

Everything that Kneewise says about a knee stands in knowledge files, and these pages are written from them. Each record
says how sure the evidence makes us and when it was last reviewed. `kneewise evidence show ID` shows the same in the
terminal.

How sure we are of a record:

{certainty}

How a figure is known:

{marks}

A figure that is not checked yet is not shown on these pages. They count it, so that you see what is still to be read.
Our own defaults stand apart from the evidence.

| family | records | what it holds |
| --- | --- | --- |
{families}
"""


def evidence_pages() -> dict[Path, str]:
    """Return every page with its content."""
    found = families()
    pages = {EVIDENCE / f"{family.id}.md": family_page(family) for family in found}
    return {EVIDENCE / "index.md": index_page(found), **pages}


def generate_evidence() -> None:
    """Write every page, and remove pages of families that are gone."""
    pages = evidence_pages()
    EVIDENCE.mkdir(exist_ok=True)
    for path in set(EVIDENCE.glob("*.md")) - pages.keys():
        path.unlink()
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8")


def index_page(found: Iterable[Family]) -> str:
    """Return the page that lists the families."""
    rows = [f"| [{title(family.id)}]({family.id}.md) | {family.records} | {family.what} |" for family in found]
    return INTRODUCTION.format(
        certainty="\n".join(f"* {words}" for words in CERTAINTY_WORDS.values()),
        marks="\n".join(f"* {words}" for words in MARK_WORDS.values()),
        families="\n".join(rows),
    )


def family_page(family: Family) -> str:
    """Return the page of one family."""
    lines = [f"# {title(family.id)}", "", f"{family.what} [All families](index.md)", ""]
    for card in list_evidence(family.id):
        lines += card_lines(card)
    return "\n".join(lines).rstrip() + "\n"


def title(family: str) -> str:
    """Return a family's heading."""
    return family.replace("_", " ").capitalize()


def card_lines(card: EvidenceCard) -> Iterator[str]:
    """Return one record as Markdown."""
    yield f"## {escaped(card.title)}"
    yield ""
    reviewed = "" if card.last_reviewed is None else f" Last reviewed {card.last_reviewed.isoformat()}."
    yield f"`{card.id}` · {card.how_sure[0].upper()}{card.how_sure[1:]}.{reviewed}"
    yield ""
    if card.family == "sources":
        yield from (f"* {source_line(source)}" for source in card.sources)
    else:
        yield from text_lines(card)
        yield from figure_lines(card)
        yield from ("", f"Sources: {', '.join(map(link, card.sources)) or 'none'}.")
    yield ""


def text_lines(card: EvidenceCard) -> Iterator[str]:
    """Return what the record says in words."""
    for words in card.texts:
        if words.text == card.title:
            continue
        if len(words.items) > 1 and max(len(item) for item in words.items) > SHORT:
            yield f"* **{words.label}**"
            yield from (f"    * {escaped(item)}" for item in words.items)
        else:
            yield f"* **{words.label}**: {escaped(words.text)}"
    shown = [fact for fact in card.facts if status_of(fact.mark) != "not checked yet"]
    for fact in shown:
        own = " (our own view)" if fact.mark == "E" else ""
        yield f"* **{escaped(fact.topic.capitalize())}**: {escaped(fact.text)}{own}{cited(card, fact)}"


def figure_lines(card: EvidenceCard) -> Iterator[str]:
    """Return figures that are evidence, our own defaults apart from them, and how many wait to be checked."""
    for status, heading in (("evidence", "Figures"), ("our own default", "Our own defaults, no published figure")):
        chosen = [quantity for quantity in card.quantities if status_of(quantity.mark) == status]
        if chosen:
            yield from ("", f"{heading}:", "")
            yield from (f"* {figure(quantity)}{cited(card, quantity)}" for quantity in chosen)
    marks = [*(quantity.mark for quantity in card.quantities), *(fact.mark for fact in card.facts)]
    waiting = sum(status_of(mark) == "not checked yet" for mark in marks)
    if waiting:
        yield from ("", f"*Not shown, because not checked yet: {waiting} of its figures and statements.*")


def figure(quantity: Quantity) -> str:
    """Return one number with its comparator and its population."""
    against = f", against {quantity.compared_with}" if quantity.compared_with else ""
    whom = f". In: {quantity.population}" if quantity.population else ""
    return escaped(f"{quantity.what}: **{quantity.text}**{against}{whom}")


def cited(card: EvidenceCard, part: Fact | Quantity) -> str:
    """Return the links of a part's own sources."""
    own = [source for source in card.sources if source.id in part.sources]
    return f" [{', '.join(map(link, own))}]" if own else ""


def link(source: Source) -> str:
    """Return a source's id as a link to the paper, or to its entry among the sources."""
    return f"[{source.id}]({source.link or 'sources.md'})"


def source_line(source: Source) -> str:
    """Return a source with its citation, its link and what was not read."""
    address = f" <{source.link}>" if source.link else ""
    note = f" Note: {source.note}." if source.note else ""
    return f"{escaped(source.citation)}.{address}{escaped(note)}"


def escaped(text: str) -> str:
    """Return text in which nothing is taken for markup of its own."""
    return text.replace("<", "&lt;").replace("_", "\\_")


if __name__ == "__main__":
    generate_evidence()
