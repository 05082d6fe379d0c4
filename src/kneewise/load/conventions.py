"""The conventions that stand behind every absolute number, named in every result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from kneewise.domain import Sex, json_number
from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.load.knee.model import KneeModel, knee_model
from kneewise.load.knee.patellofemoral import AREAS, Area, contact_area_mm2


@dataclass(frozen=True, slots=True)
class Convention:
    """Choices that move absolute force and stress for everybody alike, and leave knee-km as they are.

    Attributes
    ----------
    area : str
        Contact-area formula behind every MPa.
    cocontraction : bool
        False: net moment, knee flexors ignored. True: multiplied by the mean effect of the flexors. Never mix the two
        in one history.
    """

    area: Area = "connolly"
    cocontraction: bool = False

    @property
    def factor(self) -> float:
        """Factor on joint force."""
        return value("joint.cocontraction.with_flexors" if self.cocontraction else "joint.cocontraction.net_moment")

    @property
    def text(self) -> str:
        """The convention in words."""
        muscles = f"with knee flexors (x {self.factor:g})" if self.cocontraction else "net moment"
        return f"{muscles}, contact area {self.area}"

    def model(self) -> KneeModel:
        """Return the generic model under this convention."""
        return knee_model().with_(cocontraction=self.factor)

    def to_json(self) -> dict[str, Any]:
        """Return the convention as a JSON object."""
        return {"area": self.area, "cocontraction": self.factor, "text": self.text}


def require_one_convention(conventions: Iterable[Convention]) -> None:
    """Refuse force sums that count the opposing muscles in one run and not in another.

    Raises
    ------
    InvalidInputError
    """
    if len({convention.cocontraction for convention in conventions}) > 1:
        raise InvalidInputError(
            "Runs with and without co-contraction cannot be compared; compute all runs under one convention."
        )


def area_range(knee_flexion_deg: float, sex: Sex | None) -> dict[str, float | None]:
    """Return the contact area, mm^2, by every convention that can be evaluated for this runner."""
    angle = np.array([knee_flexion_deg])
    usable = (area for area in AREAS if area != "besier" or sex is not None)
    return {area: json_number(contact_area_mm2(angle, area, sex)[0]) for area in usable}
