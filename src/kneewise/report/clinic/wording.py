"""From content to words: the one place where a report gets its language."""

from __future__ import annotations

from kneewise.language import Language
from kneewise.report.clinic.blocks import Paragraph, Section, Worded
from kneewise.report.clinic.content import ClinicReport
from kneewise.report.clinic.labels import WITHHELD
from kneewise.report.clinic.page_one import called, page_one, tiles, who_words
from kneewise.report.clinic.page_two import page_two
from kneewise.report.clinic.words import Words


def worded(report: ClinicReport, language: Language, *, font: str = "") -> Worded:
    """Return the report in a language, ready to be laid out on two pages.

    Parameters
    ----------
    font : str
        Family for the letters of the drawing where the page around it sets none.
    """
    words = Words(language)
    _ = words.gettext
    sections = [*page_one(report, words, font=font), *page_two(report, words)]
    if report.is_empty:
        text = _(
            "Nothing is known yet: no answers, no run, no check-in. Answer the safety questions, bring in the runs and "
            "check in for some days; then the report says more than this."
        )
        sections.insert(0, Section("empty", _("Nothing to report yet"), (Paragraph(text, "alert"),)))
    made = _(
        "As of %(instant)s (%(zone)s)", instant=words.instant(report.made_at, report.timezone), zone=report.timezone
    )
    return Worded(
        language=language,
        title=_("Knee report"),
        who=who_words(report.who, words),
        made=made,
        badge=_("Made-up runner of the demo") if report.made_up else "",
        left_out=tuple(words.gettext(text) for kind, text in WITHHELD.items() if kind in report.withheld),
        tiles=tiles(report, words),
        sections=tuple(sections),
        footer=_(
            "Kneewise %(version)s · %(name)s · %(day)s",
            version=report.software,
            name=called(report.who, words),
            day=words.day(report.local_date),
        ),
        purpose=_(
            "Kneewise is an open educational tool. It does not diagnose, treat or monitor disease, is not a medical "
            "device and does not replace a health professional."
        ),
        page_word=_("Page"),
    )
