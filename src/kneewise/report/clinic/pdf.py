"""The report as PDF/A, laid out by typst; the only place that needs it (extra ``report``).

The text reaches typst as data and is never read as markup, so nothing that a runner writes can change the layout, open
a file or stop it. The pages are set with typst's own fonts: the same on every machine, and embedded. Signs that these
lack are taken from the machine's fonts, and where it has none a question mark stands for them.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from importlib.util import find_spec
from typing import Any, Final
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
#: Control characters; on paper they are spaces.
_CONTROL: Final = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")
#: Everything but the letters and signs that typst's own fonts are known to hold.
_NOT_DRAWN: Final = re.compile(
    "[^\u0020-\u024f\u0300-\u04ff\u1e00-\u1eff\u2010-\u2027\u2030-\u203a\u20ac\u2190-\u2193\u2212\u2713]"
)


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

    words = json.dumps(_drawable(worded(report, language, font=FONT).to_json()), ensure_ascii=False)
    try:
        return _compiled(report, words, own_fonts=True)
    except typst.TypstError:
        pass
    try:
        return _compiled(report, words, own_fonts=False)
    except typst.TypstError:
        return _compiled(report, _NOT_DRAWN.sub("?", words), own_fonts=True)


def _compiled(report: ClinicReport, words: str, *, own_fonts: bool) -> bytes:
    """Return the PDF in the largest letters that leave two pages."""
    import typst

    document = files("kneewise.report.clinic").joinpath("page.typ").read_bytes()
    day = report.made_at.astimezone(ZoneInfo(report.timezone))
    inputs = {"report": words, "year": str(day.year), "month": str(day.month), "day": str(day.day)}
    for size in _SIZES:
        sized = {**inputs, "size": str(size)}
        found = typst.query(document, "<pages>", "value", True, ignore_system_fonts=own_fonts, sys_inputs=sized)
        if json.loads(found) <= _PAGES:
            break
    made = typst.compile(
        document,
        format="pdf",
        ignore_system_fonts=own_fonts,
        sys_inputs=sized,
        pdf_standards=list(STANDARDS),
        timestamp=report.made_at.replace(microsecond=0),
    )
    assert isinstance(made, bytes)  # one file, as no path is given
    return made


def _drawable(value: Any) -> Any:
    """Return JSON values whose texts hold no control characters, which no font can draw."""
    if isinstance(value, str):
        return value.translate(_CONTROL)
    if isinstance(value, dict):
        return {name: _drawable(held) for name, held in value.items()}
    return [_drawable(held) for held in value] if isinstance(value, list | tuple) else value
