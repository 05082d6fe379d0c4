"""The generic reader: what it takes, what it inherits, and how it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pytest

from kneewise.errors import EvidenceError
from kneewise.evidence.records import Figure, Mark, Plain, Record, Statement, records_from_text, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Record):
    name: str
    text: Plain
    kind: Literal["soft", "hard"] = "soft"
    level: int | None = None
    figures: tuple[Figure, ...] = ()
    facts: tuple[Statement, ...] = ()
    by_side: Mapping[str, float] | None = None


GOOD = """
last_reviewed = 2026-11-22
certainty = "L"
[one]
name = "a"
text = "Words."
mark = "V"
sources = ["francis-2019"]
"""


def read(text: str) -> Mapping[str, Card]:
    return records_from_text(text, "cards.toml", Card)


def test_a_record_inherits_the_files_provenance() -> None:
    card = read(GOOD)["one"]
    assert (card.id, card.certainty, card.last_reviewed) == ("one", "L", date(2026, 11, 22))
    assert card.verified


def test_a_figure_inherits_from_its_record_unless_it_says_otherwise() -> None:
    card = read(
        GOOD
        + """figures = [
        { what = "a", value = 28, unit = "%" },
        { what = "b", low = 1, value = 2, high = 3, unit = "1", mark = "M", sources = [], last_reviewed = 2026-01-01 },
        ]"""
    )["one"]
    first, second = card.figures
    assert (first.value, first.mark, first.sources, first.last_reviewed) == (
        28.0,
        "V",
        ("francis-2019",),
        date(2026, 11, 22),
    )
    assert isinstance(first.value, float)
    assert (second.mark, second.sources, second.last_reviewed) == ("M", (), date(2026, 1, 1))
    assert (first.verified, second.verified) == (True, False)


def test_a_mapping_and_an_optional_number_are_read() -> None:
    card = read(GOOD + 'level = 3\nkind = "hard"\nby_side = { left = 1, right = 2.5 }')["one"]
    assert card.level == 3
    assert card.kind == "hard"
    assert dict(card.by_side or {}) == {"left": 1.0, "right": 2.5}


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('colour = "red"', r"cards.toml, 'one': missing \[\], unknown \['colour'\]"),
        ('kind = "odd"', r"key 'kind': 'odd' is not one of \['soft', 'hard'\]"),
        ('level = "3"', r"key 'level': '3' is not of kind int"),
        ("level = true", r"key 'level': 'True' is not of kind int"),
        ("figures = 3", r"key 'figures': a list is needed"),
        ("figures = [3]", r"key 'figures', item 1: a table is needed"),
        ('figures = [{ what = "a", unit = "1" }]', r"item 1: a figure needs a value or a range"),
        ('figures = [{ what = "a", unit = "1", low = 3, value = 2 }]', r"item 1: low 3.0, value 2.0, high None"),
        ('figures = [{ what = "a", unit = "1", value = 2, high = 1 }]', r"are not in order"),
        ('figures = [{ what = "a", value = 1 }]', r"item 1: missing \['unit'\]"),
        ('figures = [{ what = "a", value = 1, unit = "1", sources = [] }]', r"item 1: mark V needs a source"),
        ('facts = [{ topic = "a", text = " " }]', r"item 1, key 'text': the text is empty"),
        ('id = "two"', r"the table's name is the id"),
        ('by_side = "left"', r"key 'by_side': a table is needed"),
    ],
)
def test_a_wrong_record_is_refused_with_file_record_and_key(line: str, complaint: str) -> None:
    with pytest.raises(EvidenceError, match=complaint):
        read(f"{GOOD}{line}\n")


@pytest.mark.parametrize("key", ["name", "text", "mark", "sources", "certainty", "last_reviewed"])
def test_every_key_of_a_record_is_needed(key: str) -> None:
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith(f"{key} ="))
    with pytest.raises(EvidenceError, match=rf"missing \['{key}'\]"):
        read(text)


@pytest.mark.parametrize("mark", ["V", "V2", "D", "C"])
def test_a_record_without_a_source_is_refused(mark: Mark) -> None:
    text = GOOD.replace('mark = "V"', f'mark = "{mark}"').replace('["francis-2019"]', "[]")
    with pytest.raises(EvidenceError, match=f"'one': mark {mark} needs a source"):
        read(text)


@pytest.mark.parametrize("mark", ["E", "M"])
def test_only_what_is_proposed_or_remembered_may_lack_a_source(mark: Mark) -> None:
    card = read(GOOD.replace('mark = "V"', f'mark = "{mark}"').replace('["francis-2019"]', "[]"))["one"]
    assert card.sources == ()
    assert card.verified is (mark == "E")


@pytest.mark.parametrize("text", ['mark = "X"', 'certainty = "sure"'])
def test_enumerations_are_checked(text: str) -> None:
    key = text.split()[0]
    changed = "\n".join(text if line.startswith(f"{key} =") else line for line in GOOD.splitlines())
    with pytest.raises(EvidenceError, match=f"key '{key}'"):
        read(changed)


def test_a_stray_value_at_the_top_is_refused() -> None:
    with pytest.raises(EvidenceError, match=r"\['colour'\] stand outside a record"):
        read(f'colour = "red"\n{GOOD}')


def test_broken_toml_names_the_file() -> None:
    with pytest.raises(EvidenceError, match=r"cards\.toml: not valid TOML"):
        read("[one")


@pytest.mark.parametrize(
    ("mark", "passes"), [("V", True), ("V2", True), ("D", True), ("C", True), ("E", False), ("M", False)]
)
def test_what_is_remembered_or_proposed_is_never_shown_as_evidence(mark: Mark, passes: bool) -> None:
    figure = Figure(what="a", value=1.0, unit="1", mark=mark, sources=("s",), last_reviewed=date(2026, 11, 22))
    fact = Statement(topic="a", text="b", mark=mark, sources=("s",), last_reviewed=date(2026, 11, 22))
    assert shown([figure]) == ((figure,) if passes else ())
    assert shown([fact]) == ((fact,) if passes else ())
    assert figure.verified is fact.verified is (mark != "M")
