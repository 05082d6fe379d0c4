"""The report as a page of its own: A4, two pages, no script, no font, no picture from elsewhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kneewise.language import Language
from kneewise.report.clinic.content import ClinicReport
from kneewise.report.clinic.wording import worded


def report_page(report: ClinicReport, language: Language) -> str:
    """Return the report as one HTML document that prints on two A4 pages."""
    return _environment().get_template("page.html").render(report=worded(report, language), style=_style(), level=1)


def report_part(report: ClinicReport, language: Language) -> str:
    """Return the report as a part of another page, below its heading: escaped, and without a style of its own."""
    return _environment().get_template("part.html").render(report=worded(report, language), level=2)


@cache
def _style() -> str:
    return files("kneewise.report.clinic").joinpath("page.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
