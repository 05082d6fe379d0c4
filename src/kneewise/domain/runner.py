"""The person whose knee it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from kneewise.domain.knee_style import KneeStyle

Sex = Literal["f", "m"]


@dataclass(frozen=True, slots=True)
class Runner:
    """What the load model and the calendar need to know of a runner; ``None`` where not told.

    ``style`` is not told but measured: it is folded from lab and video trials when the record is opened, and never part
    of the stored profile. ``name`` is what the runner wants to be called on a report; ``id`` names the record.
    """

    id: str
    birth_year: int | None = None
    sex: Sex | None = None
    height_m: float | None = None
    mass_kg: float | None = None
    timezone: str | None = None
    style: KneeStyle | None = None
    name: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the ``runner`` object of the contract."""
        return {
            "id": self.id,
            "name": self.name,
            "birth_year": self.birth_year,
            "sex": self.sex,
            "height_m": self.height_m,
            "mass_kg": self.mass_kg,
            "timezone": self.timezone,
        }
