"""The list of sources: complete entries, no id and no DOI twice."""

from __future__ import annotations

import re

import pytest

from kneewise.errors import EvidenceError
from kneewise.evidence.source_list import Source, merge_sources, sources

ENTRY = '[{id}]\ncitation = "A 2020"\ndoi = "{doi}"\nmark = "V"\nlast_reviewed = 2026-11-22\n'


def test_all_sources_load() -> None:
    assert len(sources()) > 200
    assert sources()["frandsen-2025"].link == "https://doi.org/10.1136/bjsports-2024-109380"


@pytest.mark.parametrize("source", sources().values(), ids=lambda source: source.id)
def test_a_source_is_named_and_addressed_in_one_way(source: Source) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", source.id)
    assert source.doi is None or re.fullmatch(r"10\.\d{4,9}/\S+", source.doi)
    assert source.url is None or source.url.startswith("https://")


def test_files_are_merged() -> None:
    merged = merge_sources(
        {"a.toml": ENTRY.format(id="a-2020", doi="10.1000/a"), "b.toml": ENTRY.format(id="b-2020", doi="10.1000/b")}
    )
    assert list(merged) == ["a-2020", "b-2020"]


def test_an_id_in_two_files_is_refused() -> None:
    with pytest.raises(EvidenceError, match=r"sources/b.toml: 'a-2020' already stands"):
        merge_sources(
            {"a.toml": ENTRY.format(id="a-2020", doi="10.1000/a"), "b.toml": ENTRY.format(id="a-2020", doi="10.1000/b")}
        )


def test_a_doi_under_two_ids_is_refused_whatever_its_case() -> None:
    with pytest.raises(EvidenceError, match=r"'b-2020' has the DOI of 'a-2020'"):
        merge_sources(
            {
                "a.toml": ENTRY.format(id="a-2020", doi="10.1000/Ab"),
                "b.toml": ENTRY.format(id="b-2020", doi="10.1000/aB"),
            }
        )


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ('[a]\ncitation = "A"\nmark = "V"\n', r"missing \['last_reviewed'\]"),
        (ENTRY.format(id="a", doi="10.1000/a") + "year = 2020\n", r"unknown \['year'\]"),
        (ENTRY.format(id="a", doi="10.1000/a").replace('"V"', '"E"'), r"mark 'E' is not one of"),
    ],
)
def test_a_wrong_entry_is_refused(entry: str, complaint: str) -> None:
    with pytest.raises(EvidenceError, match=complaint):
        merge_sources({"a.toml": entry})


def test_a_link_falls_back_to_address_and_pubmed() -> None:
    date = sources()["frandsen-2025"].last_reviewed
    assert Source("a", "A", "V", date, url="https://example.org/a").link == "https://example.org/a"
    assert Source("a", "A", "V", date, pmid="123").link == "https://pubmed.ncbi.nlm.nih.gov/123/"
    assert Source("a", "A", "V", date).link is None


def test_a_source_is_cited_by_author_and_year_where_it_has_both() -> None:
    known = sources()
    assert known["nijs-2006"].short == "Nijs et al. 2006"
    assert known["van-der-heijden-2015"].short == "van der Heijden et al. 2015"
    assert known["thomee-1997"].short == "Thomee 1997"
    assert known["koos-guide-2003"].short == "KOOS user guide 2003"
    assert known["physiotutors-royal-london"].short == "Physiotutors wiki"
    assert all(0 < len(each.short) <= 60 for each in known.values())
