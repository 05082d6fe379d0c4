"""Any record becomes a card; what is not checked or our own never passes for evidence."""

from __future__ import annotations

import json

import pytest

from kneewise.errors import InvalidInputError
from kneewise.evidence.checks import collections
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import parameters
from kneewise.services.evidence_cards import cards, families, list_evidence, show_evidence, status_of


def test_every_record_of_every_family_is_a_card() -> None:
    assert {family.id for family in families()} == {*collections(), "parameters"}
    assert all(family.what and family.records for family in families())
    shown = [(card.family, card.id) for card in cards()]
    held = [(name, record) for name in collections() for record in getattr(knowledge(), name)]
    assert shown == [*held, *(("parameters", name) for name in parameters())]


def test_cards_are_complete_json_with_their_sources() -> None:
    for card in cards():
        document = json.loads(json.dumps(card.to_json(), allow_nan=False))
        assert document["title"]
        assert document["how_sure"]
        cited = {source["id"] for source in document["sources"]}
        assert {name for figure in document["figures"] for name in figure["sources"]} <= cited
        assert {name for fact in document["facts"] for name in fact["sources"]} <= cited


def test_marks_decide_how_a_figure_is_presented() -> None:
    assert [status_of(mark) for mark in ("V", "V2", "D", "C", "E", "M")] == [
        *["evidence"] * 4,
        "our own default",
        "not checked yet",
    ]
    marks = set()
    for card in cards():
        for figure in card.to_json()["figures"]:
            marks.add(figure["mark"])
            assert (figure["status"] == "evidence") == (figure["mark"] in {"V", "V2", "D", "C"})
        if card.mark == "M":
            assert card.how_sure.startswith("not checked yet")
            assert not card.to_json()["verified"]
    assert {"V", "E", "M"} <= marks


def test_no_text_of_a_card_is_a_python_object() -> None:
    for card in cards():
        for words in card.texts:
            assert words.text.strip()
            assert "(what=" not in words.text
            assert "object at" not in words.text


def test_one_record_in_full() -> None:
    [card] = show_evidence("single_session_spike")
    assert (card.family, card.certainty) == ("findings", "L")
    spike = next(quantity for quantity in card.quantities if quantity.value == 1.64)
    assert (spike.text, spike.low, spike.high, spike.sources) == (
        "1.64 (1.31 to 2.05) HRR",
        1.31,
        2.05,
        ("frandsen-2025",),
    )
    assert [source.id for source in card.sources] == ["frandsen-2025"]
    [parameter] = show_evidence("exposure.spike.small_from")
    assert parameter.quantities[0].value == 1.1
    [source] = show_evidence("frandsen-2025")
    assert source.sources[0].link == "https://doi.org/10.1136/bjsports-2024-109380"


def test_an_id_of_several_families() -> None:
    assert {card.family for card in show_evidence("pfp")} >= {"conditions", "patterns"}
    assert [card.family for card in show_evidence("conditions/pfp")] == ["conditions"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("single_sesion_spike", "did you mean single_session_spike"),
        ("findings/nonsense12345", "see 'kneewise evidence list'"),
        ("", "There is no record ''"),
        ("nowhere/pfp", "There is no family 'nowhere'"),
    ],
)
def test_unknown_names_help(name: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        show_evidence(name)
    with pytest.raises(InvalidInputError, match="no family"):
        list_evidence("nonsense")
