"""The convention that stands behind every absolute number, named in every result."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kneewise.errors import InvalidInputError
from kneewise.evidence.parameters import value
from kneewise.load.knee.model import KneeModel, knee_model
from kneewise.load.knee.patellofemoral import Area


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
