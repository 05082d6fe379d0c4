"""The person whose knee it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Sex = Literal["f", "m"]


@dataclass(frozen=True, slots=True)
class Runner:
    """What the load model and the calendar need to know of a runner; ``None`` where not told."""

    id: str
    birth_year: int | None = None
    sex: Sex | None = None
    height_m: float | None = None
    mass_kg: float | None = None
    timezone: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the ``runner`` object of the contract."""
        return {
            "id": self.id,
            "birth_year": self.birth_year,
            "sex": self.sex,
            "height_m": self.height_m,
            "mass_kg": self.mass_kg,
            "timezone": self.timezone,
        }
