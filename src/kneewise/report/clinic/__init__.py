"""The report for a clinician: content once, rendered as a page, a PDF, a FHIR bundle and a table."""

from kneewise.report.clinic.content import ClinicReport

__all__ = ["ClinicReport"]
