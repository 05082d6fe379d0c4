"""The report as PDF/A: two pages, tagged, its fonts inside, whatever was told."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader
from tests.unit.report.clinic_reports import crowded_report, empty_report, full_report, hostile_report

from kneewise.errors import InvalidInputError
from kneewise.language import LANGUAGES, Language
from kneewise.report.clinic import pdf
from kneewise.report.clinic.content import ClinicReport


def made(report: ClinicReport, language: Language = "en") -> bytes:
    pytest.importorskip("typst")
    return pdf.report_pdf(report, language)


def pages(content: bytes) -> int:
    return len(PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_archivable_readable_aloud_and_two_pages(language: Language) -> None:
    content = made(full_report(), language)
    assert content.startswith(b"%PDF-1.7")
    assert pages(content) == 2
    for part in (
        b"<pdfaid:part>2<",
        b"<pdfaid:conformance>A<",
        b"<pdfuaid:part>1<",
        b"/StructTreeRoot",
        b"/OutputIntents",
    ):
        assert part in content, part
    assert f"/Lang({language})".encode() in content.replace(b"/Lang (", b"/Lang(")
    descriptors = len(re.findall(rb"/Type\s*/FontDescriptor\b", content))
    assert descriptors == len(re.findall(rb"/FontFile[23]?\s", content)) > 0


def test_the_same_record_gives_the_same_file() -> None:
    assert made(full_report()) == made(full_report())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "report", [empty_report(), crowded_report(), hostile_report()], ids=["empty", "crowded", "hostile"]
)
def test_it_stays_two_pages(report: ClinicReport, language: Language) -> None:
    assert pages(made(report, language)) == 2


@pytest.mark.parametrize("note", ["\U0001f45f hurts", "膝が痛い", "الركبة", "колено", "a\nb\x00\x07\u202e"])
def test_signs_that_a_font_lacks_stop_nothing(note: str) -> None:
    assert pages(made(full_report(note))) == 2


def test_without_typst_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)
    with pytest.raises(InvalidInputError, match=r"kneewise\[report\]"):
        pdf.report_pdf(full_report(), "en")
