"""The report as a table: tidy, documented, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.report.clinic_reports import empty_report, full_report, hostile_report

from kneewise.report.clinic.rows import COLUMNS, ITEMS, report_csv, rows, safe

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "report.md"


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("report", [full_report(), empty_report(), hostile_report()], ids=["full", "empty", "hostile"])
def test_every_row_has_every_column_and_a_documented_item(report: object) -> None:
    table = read(report_csv(report))  # type: ignore[arg-type]
    assert table
    for row in table:
        assert list(row) == list(COLUMNS)
        assert row["item"] in ITEMS
        for column in ("value", "low", "high"):
            assert row[column] == "" or float(row[column]) is not None


def test_unknown_is_empty_and_never_zero() -> None:
    load = [row for row in read(report_csv(full_report())) if row["item"] == "load_knee_km"]
    assert [row["value"] for row in load].count("") == 1
    assert all(
        row["value"] == "" for row in read(report_csv(empty_report())) if row["item"] in ("mass_kg", "birth_year")
    )


def test_every_item_is_in_the_documentation() -> None:
    told = DOCUMENTATION.read_text(encoding="utf-8")
    assert [name for name in (*COLUMNS, *ITEMS) if f"`{name}`" not in told] == []
    assert {row.item for row in rows(replace(full_report(), withheld=frozenset({"video"})))} == set(ITEMS)


@given(st.text(max_size=20))
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    cell = safe(text)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell.removeprefix("'") == text.removeprefix("'")


def test_numbers_below_zero_stay_numbers() -> None:
    points = [row for row in read(report_csv(full_report())) if row["item"] == "helped_pain_points"]
    assert float(points[0]["value"]) == -1.0
