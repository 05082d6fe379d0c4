"""What the check-in of one day shows."""

from __future__ import annotations

from dataclasses import dataclass

from kneewise.services.today import DayTold
from kneewise.web.today.asks import Form, title_of, whole_form
from kneewise.web.wording import gettext as _


@dataclass(frozen=True, slots=True)
class DayPage:
    """The page.

    Attributes
    ----------
    told : bool
        Whether anything was told about this day.
    yes_or_no : tuple of (str, str)
        Answers to choose from.
    """

    title: str
    form: Form
    told: bool
    yes_or_no: tuple[tuple[str, str], ...]


def day_page(found: DayTold) -> DayPage:
    """Return every question about one day with what was answered."""
    return DayPage(
        title=title_of(found.day),
        form=whole_form(found.day, found.today, found.answers),
        told=bool(found.answers),
        yes_or_no=(("yes", _("Yes")), ("no", _("No"))),
    )
