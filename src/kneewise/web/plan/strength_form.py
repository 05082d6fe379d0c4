"""What the form of one exercise told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kneewise.errors import InvalidInputError
from kneewise.services.strength_log import Told
from kneewise.units import KG_PER_POUND
from kneewise.web.amounts import imperial
from kneewise.web.typed import typed_day, typed_number, typed_whole
from kneewise.web.wording import gettext as _


@dataclass(frozen=True, slots=True)
class ExerciseTold:
    """One exercise as it was told.

    Attributes
    ----------
    session : str
        Id of the session, for the way back.
    correct : str or None
        Entry that this one replaces.
    """

    exercise: str
    session: str
    on: date | None
    correct: str | None
    told: Told


def read_exercise(fields: Mapping[str, str]) -> ExerciseTold:
    """Return what a form told of one exercise; its fields are named ``EXERCISE.reps`` and so on.

    Raises
    ------
    InvalidInputError
        Where a number cannot be read.
    """
    exercise = fields.get("exercise", "")
    mine = {
        name.partition(".")[2]: text.strip()
        for name, text in fields.items()
        if name.startswith(f"{exercise}.") and text
    }
    load = typed_number(mine.get("load", ""), _("Weight"))
    told = Told(
        sets=typed_whole(mine.get("sets", ""), _("Sets")) or 1,
        reps=typed_whole(mine.get("reps", ""), _("Repetitions")),
        hold_s=typed_number(mine.get("hold", ""), _("Seconds")),
        load_kg=None if load is None else round(load * (KG_PER_POUND if imperial() else 1.0), 3),
        band=mine.get("band", "")[:40],
        pain=typed_number(mine.get("pain", ""), _("Pain")),
        reps_in_reserve=typed_whole(mine.get("reserve", ""), _("Repetitions left in you")),
        form_lost_at_rep=typed_whole(mine.get("untidy", ""), _("Untidy from repetition")),
        note=mine.get("note") or None,
    )
    if told["reps"] is None and told["hold_s"] is None:
        raise InvalidInputError(_("Tell how many repetitions you did, or how many seconds you held it."))
    return ExerciseTold(exercise, fields.get("session", ""), typed_day(fields.get("on", "")), mine.get("correct"), told)
