"""``kneewise evidence``: every record can be seen, with its certainty and its sources."""

from __future__ import annotations

import pytest
from tests.unit.cli.calling import Call, call, document, sentence, text

from kneewise.cli.evidence import card_text
from kneewise.services.evidence_cards import cards, status_of

__all__ = ["call"]


def test_families_and_records(call: Call) -> None:
    found = document(call("evidence", "list", "--json"))
    assert {"family", "what", "records"} == set(found[0])
    assert "red_flags" in text(call("evidence", "list"))
    listed = document(call("evidence", "list", "findings", "--json"))
    assert {"family", "id", "title", "how_sure", "mark"} == set(listed[0])
    assert "single_session_spike" in text(call("evidence", "list", "findings"))


def test_one_record(call: Call) -> None:
    found = document(call("evidence", "show", "single_session_spike", "--json"))
    assert found["id"] == "single_session_spike"
    assert found["records"][0]["sources"][0]["link"].startswith("https://doi.org/")
    printed = text(call("evidence", "show", "single_session_spike"))
    assert "low certainty" in printed
    assert "1.64 (1.31 to 2.05) HRR" in printed.replace("\n    ", " ")
    assert "https://doi.org/10.1136/bjsports-2024-109380" in printed


def test_parameters_and_sources_are_records_too(call: Call) -> None:
    assert "> 1.1" in text(call("evidence", "show", "single_session_spike"))
    assert "1.1" in text(call("evidence", "show", "exposure.spike.small_from"))
    assert "Br J Sports Med" in text(call("evidence", "show", "sources/frandsen-2025"))


def test_unchecked_figures_stand_apart_and_are_labelled() -> None:
    seen = 0
    for card in cards():
        printed = " ".join(card_text(card).split())
        before, _, after = printed.partition("Not checked yet (from memory; not evidence)")
        for quantity in card.quantities:
            if status_of(quantity.mark) == "not checked yet":
                seen += 1
                assert quantity.what.split()[0] in after
        for fact in card.facts:
            if fact.mark == "M":
                assert "(not checked yet)" in before
    assert seen


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "pfpp"), "did you mean"),
        (("list", "nonsense"), "There is no family 'nonsense'"),
        (("show", "findings/pfp"), "There is no record 'findings/pfp'"),
    ],
)
def test_unknown_names(call: Call, arguments: tuple[str, ...], words: str) -> None:
    result = call("evidence", *arguments)
    assert result.exit_code == 1
    assert words in sentence(result)
