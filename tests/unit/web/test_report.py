"""The report in the app: seen in both languages, taken along in every form."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient
from tests.clinical import CALM, SetNow

from kneewise.report.clinic import pdf
from kneewise.services.report.writing import available_forms


@pytest.fixture
def told(client: TestClient, csrf: str, now: SetNow) -> TestClient:
    answers = {**CALM, "note": "<script>alert('my secret words')</script>"}
    response = client.post("/api/intake", json={"answers": answers}, headers={"x-csrf-token": csrf})
    assert response.status_code < 300, response.text
    return client


def test_it_shows_the_report_and_its_forms(told: TestClient) -> None:
    page, part = told.get("/report?language=de").text, told.get("/report/preview?language=de").text
    assert 'hx-get="/report/preview?language=de"' in page
    assert "Kniebericht" in part
    assert "&lt;script&gt;alert(" in part
    assert "<script>alert(" not in part
    assert not re.search(r"\sstyle=", page + part)
    for form in available_forms():
        assert f'href="/report/{form}?language=de"' in page
    assert "my secret words" not in told.get("/report/preview?notes=no").text


@pytest.mark.parametrize("form", ["html", "json", "csv"])
def test_every_form_is_a_file(told: TestClient, form: str) -> None:
    response = told.get(f"/report/{form}?language=en")
    assert response.status_code == 200
    assert response.headers["content-disposition"].startswith('attachment; filename="knee-report-')
    assert "my secret words" in response.text
    assert "my secret words" not in told.get(f"/report/{form}?notes=no").text


def test_a_pdf_is_a_file_where_typst_is(told: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    if pdf.can_make_pdf():
        assert told.get("/report/pdf").content.startswith(b"%PDF")
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)
    response = told.get("/report/pdf")
    assert response.status_code == 422
    assert "typst" in response.text
    assert "/report/pdf" not in told.get("/report").text


def test_the_same_bundle_as_json(told: TestClient) -> None:
    document = told.get("/api/report?language=en").json()
    assert document["resourceType"] == "Bundle"
    assert "my secret words" in str(document)
    assert "my secret words" not in str(told.get("/api/report?notes=false").json())


def test_an_empty_record_and_other_addresses(client: TestClient, stranger: TestClient) -> None:
    assert "Nothing to report yet" in client.get("/report/preview?language=en").text
    assert client.get("/report").status_code == 200
    assert client.get("/report/docx").status_code in (404, 422)
    assert client.get("/report?language=fr").status_code == 422
