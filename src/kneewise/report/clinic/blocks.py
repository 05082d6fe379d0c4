"""The report in words, ready to be laid out: sections of a few kinds of blocks, the same for every form of page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

#: How a text is set off. ``missing``: not asked, not told, not measured. ``quote``: the runner's own words.
Tone = Literal["", "missing", "alert", "good", "note", "quote"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a list of facts."""

    label: str
    value: str
    tone: Tone = ""
    kind: Literal["fact"] = "fact"


@dataclass(frozen=True, slots=True)
class Facts:
    """A list of facts."""

    rows: tuple[Fact, ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    text: str
    tone: Tone = ""
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; ``numbered`` for what is worked through."""

    items: tuple[str, ...]
    numbered: bool = False
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of a row is its heading.

    Attributes
    ----------
    shares : tuple of int
        Width of each column in parts of the whole.
    numeric : tuple of int
        Columns that stand to the right.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    numeric: tuple[int, ...] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of our own with words for who cannot see it; its legend as pairs of number and words."""

    svg: str
    alt: str
    caption: str
    legend: tuple[tuple[str, str], ...]
    kind: Literal["picture"] = "picture"


Block = Facts | Paragraph | Bullets | Table | Picture


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a heading; two halves in a row stand beside each other."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    half: bool = False
    page: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True)
class Tile:
    """One number at a glance."""

    label: str
    value: str
    note: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Worded:
    """The whole report in one language.

    Attributes
    ----------
    badge : str
        Said beside the title: that the runner does not exist.
    left_out : tuple of str
        A sentence for each kind of data that the runner does not share with the reader.
    footer : str
        Which report of which day; on every page.
    purpose : str
        What the software is not.
    """

    language: str
    title: str
    who: str
    made: str
    badge: str
    left_out: tuple[str, ...]
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    footer: str
    purpose: str
    page_word: str

    def rows(self, page: int) -> tuple[tuple[Section, ...], ...]:
        """Return the sections of a page row by row: one alone, or two halves."""
        rows: list[tuple[Section, ...]] = []
        for section in self.sections:
            if section.page != page:
                continue
            if section.half and rows and len(rows[-1]) == 1 and rows[-1][0].half:
                rows[-1] = (*rows[-1], section)
            else:
                rows.append((section,))
        return tuple(rows)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values, as the layout of the PDF reads them."""
        from dataclasses import asdict

        document = asdict(self)
        document["pages"] = [[[asdict(section) for section in row] for row in self.rows(page)] for page in (1, 2)]
        del document["sections"]
        return document
