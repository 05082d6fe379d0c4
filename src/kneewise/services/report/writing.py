"""The report written in any of its forms: page, PDF, FHIR bundle, table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Final, Literal, get_args

from kneewise.errors import InvalidInputError, StorageError
from kneewise.language import LANGUAGES, Language
from kneewise.report.clinic.content import ClinicReport
from kneewise.report.clinic.fhir import report_bundle, report_json
from kneewise.report.clinic.page import report_page
from kneewise.report.clinic.pdf import can_make_pdf, report_pdf
from kneewise.report.clinic.rows import report_csv
from kneewise.services.place import Place
from kneewise.services.report.gathering import clinic_report

Form = Literal["pdf", "html", "json", "csv"]

FORMS: Final[tuple[Form, ...]] = get_args(Form)
#: What each form is called on its way to a browser.
MEDIA_TYPES: Final[dict[Form, str]] = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "json": "application/fhir+json",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """Where the report was written.

    Attributes
    ----------
    paths : tuple of Path
        In the order of the names that were given.
    """

    paths: tuple[Path, ...]
    language: Language

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``kneewise report``."""
        return {"paths": [str(path) for path in self.paths], "language": self.language}


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One form of the report in memory."""

    name: str
    media_type: str
    content: bytes


def write_report(
    place: Place, paths: Sequence[str | PathLike[str]], *, language: str = "en", notes: bool = True
) -> WrittenReport:
    """Write the report for a clinician, in the form that the ending of each name says.

    Parameters
    ----------
    paths : sequence of path-like
        Names that end in ``.pdf``, ``.html``, ``.json`` (a FHIR R4 bundle) or ``.csv``.
    language : {"en", "de"}
    notes : bool
        Whether the runner's own words are in it.

    Raises
    ------
    InvalidInputError
        For another ending or language, or a PDF without typst; nothing is written then.
    StorageError
        When a file cannot be written.
    """
    chosen = checked_language(language)
    targets = [(Path(path), form_of(Path(path))) for path in paths]
    if not targets:
        raise InvalidInputError("Name a file for the report, such as 'report.pdf'.")
    report = clinic_report(place, notes=notes)
    # Everything is made before anything is written, so that a failure leaves no half of a report behind.
    made = [(path, rendered(report, form, chosen)) for path, form in targets]
    return WrittenReport(tuple(_write(path, content) for path, content in made), chosen)


def report_file(place: Place, form: Form, language: str, *, notes: bool = True) -> ReportFile:
    """Return one form of the report in memory, with a name that tells its day.

    Raises
    ------
    InvalidInputError
        For another language, or a PDF without typst.
    """
    chosen, report = checked_language(language), clinic_report(place, notes=notes)
    name = f"knee-report-{report.local_date}.{'fhir.json' if form == 'json' else form}"
    return ReportFile(name, MEDIA_TYPES[form], rendered(report, form, chosen))


def report_document(place: Place, language: str = "en", *, notes: bool = True) -> dict[str, Any]:
    """Return the report as a FHIR R4 bundle.

    Raises
    ------
    InvalidInputError
        For another language.
    """
    chosen = checked_language(language)
    return report_bundle(clinic_report(place, notes=notes), chosen)


def rendered(report: ClinicReport, form: Form, language: Language) -> bytes:
    """Return a report in one form.

    Raises
    ------
    InvalidInputError
        For a PDF without typst.
    """
    if form == "pdf":
        return report_pdf(report, language)
    if form == "html":
        return report_page(report, language).encode()
    if form == "json":
        return report_json(report, language).encode()
    # The mark at the start tells a spreadsheet that this is UTF-8.
    return report_csv(report).encode("utf-8-sig")


def form_of(path: Path) -> Form:
    """Return the form that the ending of a name says.

    Raises
    ------
    InvalidInputError
        For any other ending.
    """
    ending = path.suffix.lower().removeprefix(".")
    for form in FORMS:
        if ending == form:
            return form
    raise InvalidInputError(f"'{path.name}' ends in none of .pdf, .html, .json and .csv; name the report so.")


def checked_language(language: str) -> Language:
    """Return a language that there is.

    Raises
    ------
    InvalidInputError
    """
    for known in LANGUAGES:
        if language == known:
            return known
    raise InvalidInputError(f"There is no report in '{language}'; choose one of {' and '.join(LANGUAGES)}.")


def available_forms() -> tuple[Form, ...]:
    """Return the forms that this installation can make."""
    return FORMS if can_make_pdf() else tuple(form for form in FORMS if form != "pdf")


def _write(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.part")
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"{path} cannot be written ({reason}); choose another folder or free the disk.") from error
    return path
