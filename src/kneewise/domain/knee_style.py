"""How one runner's knee differs from the generic runner's."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class KneeStyle:
    """A Gaussian over two numbers that a watch cannot see: how far the knee bends and where the force passes it.

    Attributes
    ----------
    knee_offset_deg : float
        Peak stance flexion beyond what the watch model expects of anybody at that speed and cadence.
    force_line_shift_share : float
        How much further behind the knee's usual lever the force line passes, as a share of body height; positive lowers
        the load.
    knee_sd_deg, force_line_sd_share, correlation : float
        What stays unknown of the two at any one speed.
    sessions : int
        Days of measurement behind it.
    basis : str
        The same in words.
    """

    knee_offset_deg: float
    force_line_shift_share: float
    knee_sd_deg: float
    force_line_sd_share: float
    correlation: float
    sessions: int
    basis: str

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able dictionary."""
        return asdict(self)
