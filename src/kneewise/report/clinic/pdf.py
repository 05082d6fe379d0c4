"""The report as PDF/A, laid out by typst; the only place that needs it (extra ``report``).

The text reaches typst as data and is never read as markup, so nothing that a runner writes can change the layout, open
a file or stop it. The pages are set with typst's own fonts alone: the same on every machine, and embedded.
"""

from __future__ import annotations

import json
from importlib.resources import files
from importlib.util import find_spec
from typing import Final
from zoneinfo import ZoneInfo

from kneewise.errors import InvalidInputError
from kneewise.language import Language
from kneewise.report.clinic.content import ClinicReport
from kneewise.report.clinic.wording import worded

#: Archived for long (PDF/A-2, level A) and readable by a screen reader (PDF/UA-1).
STANDARDS: Final = ("a-2a", "ua-1")
FONT: Final = "Libertinus Serif"
#: Sizes of the letters to try, the largest that gives two pages wins; a very full record gets a third page.
_SIZES: Final = (1.0, 0.96, 0.92, 0.88, 0.84)
_PAGES: Final = 2


def can_make_pdf() -> bool:
    """Whether typst is installed."""
    return find_spec("typst") is not None


def report_pdf(report: ClinicReport, language: Language) -> bytes:
    """Return the report as a tagged PDF/A-2a on two A4 pages.

    Raises
    ------
    InvalidInputError
        Where typst is not installed.
    """
    if not can_make_pdf():
        raise InvalidInputError(
            "A PDF needs typst; install it with 'pip install kneewise[report]', or write HTML and print that."
        )
    import typst

    document = files("kneewise.report.clinic").joinpath("page.typ").read_bytes()
    words = json.dumps(worded(report, language, font=FONT).to_json(), ensure_ascii=False)
    day = report.made_at.astimezone(ZoneInfo(report.timezone))
    inputs = {"report": words, "year": str(day.year), "month": str(day.month), "day": str(day.day)}
    for size in _SIZES:
        sized = {**inputs, "size": str(size)}
        found = typst.query(document, "<pages>", "value", True, ignore_system_fonts=True, sys_inputs=sized)
        if json.loads(found) <= _PAGES:
            break
    made = typst.compile(
        document,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs=sized,
        pdf_standards=list(STANDARDS),
        timestamp=report.made_at.replace(microsecond=0),
    )
    assert isinstance(made, bytes)  # one file, as no path is given
    return made
