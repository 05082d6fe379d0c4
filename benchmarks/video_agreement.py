"""How well numbers of virtual clips agree with the lab's, and how often their intervals hold them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.calibrate_video import Pair, Widths
from benchmarks.virtual_clips import Filmed
from kneewise.domain import Floats

LEGS, BOTH, APART = ("left", "right"), ("both",), ("asymmetry",)


#: Kinds of interval: the sides that each is about; a change is judged for both legs.
KINDS_OF_INTERVAL = {"a leg": LEGS, "both legs": BOTH, "left less right": APART}


KNEE = ("knee_flexion_peak_deg", "knee_flexion_ic_deg", "shank_inclination_ic_deg")


def value_of(clip: Filmed, name: str, side: str) -> float:
    """Return one number of a clip."""
    return float(getattr(clip.gait.metrics[name], side).value)


@dataclass(frozen=True)
class Row:
    """Agreement of one number over the judging runners."""

    bias: float
    rmse: float
    low: float
    high: float
    count: int


def row(off: list[float] | Floats) -> Row:
    """Return bias, root mean square error and limits of agreement of differences."""
    known = np.asarray(off, dtype=np.float64)
    known = known[np.isfinite(known)]
    bias, spread = float(known.mean()), float(known.std())
    return Row(bias, float(np.sqrt((known**2).mean())), bias - 1.96 * spread, bias + 1.96 * spread, len(known))


def mean_off(clips: list[Filmed], name: str, sides: tuple[str, ...]) -> list[float]:
    """Return video less lab of the means of each clip, on the same steps."""
    return [value_of(c, name, side) - c.pairs[name][side][0].same for c in clips if name in c.pairs for side in sides]


Held = list[tuple[int, bool]]


def held(widths: Widths, clips: list[Filmed], name: str, sides: tuple[str, ...]) -> Held:
    """Return for each interval against a laboratory whose it is, and whether it holds the lab's number."""
    known = [clip for clip in clips if name in clip.pairs]
    return [(clip.trial.person.number, widths.held(clip, name, side)) for clip in known for side in sides]


def held_between(widths: Widths, filmed: list[Pair], name: str) -> Held:
    """Return for each two clips of unchanged running whose they are, and whether their change is told as none."""
    known = [pair for pair in filmed if name in pair[0].pairs and name in pair[1].pairs]
    return [(pair[0].trial.person.number, widths.held_change(pair, name, "both")) for pair in known]


def share(told: Held) -> float:
    """Return the share that holds."""
    return float(np.mean([good for _, good in told]))


def kinds(widths: Widths, clips: list[Filmed], filmed: list[Pair], name: str) -> dict[str, Held]:
    """Return what holds of a leg, of both legs, of left less right, and of changes."""
    against = {kind: held(widths, clips, name, sides) for kind, sides in KINDS_OF_INTERVAL.items()}
    return {**against, "change": held_between(widths, filmed, name)}
