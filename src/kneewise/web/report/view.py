"""What the page of the report shows."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from kneewise.language import LANGUAGES, Language
from kneewise.report.clinic.content import ClinicReport
from kneewise.report.clinic.page import report_part
from kneewise.services.place import Place
from kneewise.services.profile import show_profile
from kneewise.services.report.writing import Form, available_forms
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

_FORMS: dict[Form, tuple[str, str]] = {
    "pdf": (message("PDF"), message("Two pages to hand on or to print; PDF/A, so that it can be kept.")),
    "html": (message("Web page"), message("The same two pages; prints from any browser.")),
    "json": (message("FHIR"), message("For a practice's software: an R4 bundle in JSON.")),
    "csv": (message("Table"), message("Every number of the report as CSV.")),
}
_LANGUAGES: dict[Language, str] = {"en": "English", "de": "Deutsch"}


@dataclass(frozen=True, slots=True)
class FormLink:
    """One form of the report to take along."""

    title: str
    text: str
    href: str
    file: str


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The report in one language."""

    name: str
    language: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The page.

    Attributes
    ----------
    preview : str
        Address of the report itself.
    without_pdf : bool
        Whether a PDF cannot be made here.
    notes : bool
        Whether the runner's own words are in it.
    """

    preview: str
    forms: tuple[FormLink, ...]
    languages: tuple[LanguageLink, ...]
    without_pdf: bool
    notes: bool
    notes_href: str


def report_preview(report: ClinicReport, language: Language) -> Markup:
    """Return the report as it would be handed on."""
    return Markup(report_part(report, language))  # noqa: S704 - escaped by its own template


def report_page_view(place: Place, language: Language, *, notes: bool) -> ReportPage:
    """Return the forms of the report, and where it is to be seen.

    Raises
    ------
    InvalidInputError
        When the runner is not known.
    """
    show_profile(place)
    forms = available_forms()
    return ReportPage(
        preview=f"/report/preview?{_query(language, notes=notes)}",
        forms=tuple(
            FormLink(_(title), _(text), f"/report/{form}?{_query(language, notes=notes)}", form)
            for form, (title, text) in _FORMS.items()
            if form in forms
        ),
        languages=tuple(
            LanguageLink(_LANGUAGES[each], each, f"/report?{_query(each, notes=notes)}", each == language)
            for each in LANGUAGES
        ),
        without_pdf="pdf" not in forms,
        notes=notes,
        notes_href=f"/report?{_query(language, notes=not notes)}",
    )


def _query(language: str, *, notes: bool) -> str:
    return urlencode({"language": language, **({} if notes else {"notes": "no"})})
