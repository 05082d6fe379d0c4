"""What a runner told about the knee at one moment; never edited, only followed by a correction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

Moment = Literal["before", "during", "after_60min", "next_morning", "stairs"]
Sign = Literal["swelling", "limp", "night_pain"]
Side = Literal["left", "right", "both"]

#: Answers from 0 to 10, in the order of a day.
MOMENTS: tuple[Moment, ...] = ("before", "during", "after_60min", "next_morning", "stairs")
#: Answers of yes or no.
SIGNS: tuple[Sign, ...] = ("swelling", "limp", "night_pain")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """One event of the append-only log of answers.

    Attributes
    ----------
    recorded_at : datetime
        Instant of the answer, aware, in UTC.
    local_date : date
        The runner's calendar day of the session, or the day itself where there was none.
    before, during, after_60min, stairs : float or None
        Pain of that day, 0 to 10; ``during`` is the worst. ``None`` where not answered.
    next_morning : float or None
        Pain on waking the day after ``local_date``, 0 to 10.
    swelling, limp, night_pain : bool or None
        New swelling, a limp, pain at night; ``None`` where not answered.
    zone, side : str or None
        Where it hurt: a zone of the pain map, and which knee.
    corrects : str or None
        Id of the earlier event whose answers this one replaces.
    """

    id: str
    recorded_at: datetime
    local_date: date
    before: float | None = None
    during: float | None = None
    after_60min: float | None = None
    next_morning: float | None = None
    stairs: float | None = None
    swelling: bool | None = None
    limp: bool | None = None
    night_pain: bool | None = None
    zone: str | None = None
    side: Side | None = None
    note: str | None = None
    activity_id: str | None = None
    corrects: str | None = None

    def pain(self, moment: Moment) -> float | None:
        """Return the answer of one moment, 0 to 10."""
        value: float | None = getattr(self, moment)
        return value

    def sign(self, sign: Sign) -> bool | None:
        """Return one answer of yes or no."""
        value: bool | None = getattr(self, sign)
        return value

    def to_json(self) -> dict[str, Any]:
        """Return the stored check-in as the contract shows it; what was not answered is ``None``."""
        return {
            "id": self.id,
            "recorded_at": self.recorded_at.isoformat(),
            "local_date": self.local_date.isoformat(),
            **{moment: self.pain(moment) for moment in MOMENTS},
            **{sign: self.sign(sign) for sign in SIGNS},
            "zone": self.zone,
            "side": self.side,
            "note": self.note,
            "activity_id": self.activity_id,
            "corrects": self.corrects,
        }
