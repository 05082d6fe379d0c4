"""One live session: cadence with and without feedback, and what its numbers rest on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from kneewise.domain import Estimate
from kneewise.evidence.parameters import value
from kneewise.retraining.trial import UNIT_SPM

Source = Literal["motion", "microphone", "camera", "tap", "watch"]
SOURCES: Final[tuple[Source, ...]] = ("motion", "microphone", "camera", "tap", "watch")


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeBlock:
    """A stretch of a session with the feedback on or off.

    Attributes
    ----------
    from_s, to_s : float
        Running time from the beginning of the session, in seconds.
    on : bool
        Whether beat and number were there.
    cadence_spm : float or None
        Mean cadence of both feet; ``None`` where it was not measured.
    """

    from_s: float
    to_s: float
    on: bool
    cadence_spm: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"from_s": self.from_s, "to_s": self.to_s, "on": self.on, "cadence_spm": self.cadence_spm}


def accuracy_spm(sources: Sequence[Source]) -> float:
    """Return by how much the cadence of the least exact of some sources may be off, in steps per minute."""
    return max((value(f"live.accuracy.{source}_spm") for source in sources), default=math.nan)


def block_cadence(blocks: Sequence[PracticeBlock], *, on: bool, error_spm: float) -> Estimate | None:
    """Return the mean cadence of the blocks with, or without, feedback; ``None`` where none was measured.

    Parameters
    ----------
    error_spm : float
        By how much the source may be off, in steps per minute.

    Notes
    -----
    Blocks count by their length. The interval joins the error of the source, which all blocks share, and the standard
    error over blocks. ``frontend/src/live/result.ts`` computes the same on the device.
    """
    known = [(block.to_s - block.from_s, block.cadence_spm) for block in blocks if block.on is on and block.cadence_spm]
    seconds = math.fsum(length for length, _ in known)
    if not seconds:
        return None
    mean = math.fsum(length * spm for length, spm in known) / seconds
    variance = math.fsum(length * (spm - mean) ** 2 for length, spm in known) / seconds
    half = math.hypot(error_spm, math.sqrt(variance / len(known)))
    basis = f"{len(known)} {'block' if len(known) == 1 else 'blocks'} {'with' if on else 'without'} feedback"
    return Estimate(mean, mean - half, mean + half, UNIT_SPM, basis)
