"""The report written: the ending of a name says the form, and nothing is written by half."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.clinical import CALM, SetNow, now

from kneewise.errors import InvalidInputError, StorageError
from kneewise.report.clinic import pdf
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place
from kneewise.services.report.writing import FORMS, available_forms, report_file, write_report

__all__ = ["now"]


@pytest.fixture
def place(tmp_path: Path, now: SetNow) -> Place:
    place = Place(tmp_path / "data")
    assess_intake(place, CALM)
    return place


def test_every_form_is_written_in_the_order_of_the_names(place: Place, tmp_path: Path) -> None:
    wanted = [tmp_path / "out" / f"report.{form}" for form in available_forms()]
    written = write_report(place, wanted, language="de")
    assert written.to_json() == {"paths": [str(path) for path in wanted], "language": "de"}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in wanted)
    assert json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["resourceType"] == "Bundle"
    assert (tmp_path / "out" / "report.csv").read_bytes().startswith(b"\xef\xbb\xbfpart,")
    assert "Kniebericht" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("names", [["report.docx"], ["a.html", "b"], []])
def test_another_ending_is_a_sentence_and_nothing_is_written(place: Place, tmp_path: Path, names: list[str]) -> None:
    with pytest.raises(InvalidInputError):
        write_report(place, [tmp_path / "out" / name for name in names])
    assert not (tmp_path / "out").exists()


def test_without_typst_a_pdf_stops_the_others_too(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)
    assert available_forms() == tuple(form for form in FORMS if form != "pdf")
    with pytest.raises(InvalidInputError, match="typst"):
        write_report(place, [tmp_path / "out" / "a.html", tmp_path / "out" / "a.pdf"])
    assert not (tmp_path / "out").exists()


def test_another_language_is_a_sentence(place: Place, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="en and de"):
        write_report(place, [tmp_path / "a.html"], language="fr")


def test_a_folder_that_cannot_be_written_is_a_sentence(place: Place, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written"):
        write_report(place, [tmp_path / "file" / "a.html"])


def test_a_file_in_memory_is_named_after_its_day(place: Place) -> None:
    made = report_file(place, "json", "en")
    assert made.name == "knee-report-2026-03-15.fhir.json"
    assert made.media_type == "application/fhir+json"
