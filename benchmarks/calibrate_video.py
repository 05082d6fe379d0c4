"""Set the widths of the video tier's intervals (``gait.error`` in the evidence) from virtual cameras on lab runners.

Run ``python -m benchmarks.calibrate_video [--write]``; it takes a minute. The runners are those whom no weight of the
video tier was learned from, so that their errors are those of strangers. How often the intervals hold is told by
:mod:`benchmarks.validation_video`, where each runner is judged with the widths that the others gave.

A doubt is the standard deviation with which nine of ten intervals hold the lab's number.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import NormalDist

import numpy as np

from benchmarks.virtual_clips import DATA, DRAWS, WHOLE, Filmed, Trial, film, halves, trials
from kneewise.domain import Estimate
from kneewise.evidence.parameters import parameter, value
from kneewise.gait.certainty import KINDS, Metric

LEVEL = 0.9
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)
#: Not measured in the lab: these take the doubts of a metric that is alike in kind, times a factor.
ALIKE = {
    ("side", "foot_ahead_of_mass_leg"): ("side", "foot_ahead_of_hip_leg", 1.0),
    ("side", "foot_ahead_of_mass_m"): ("side", "foot_ahead_of_hip_leg", 0.85),
    ("rear", "step_length_m"): ("side", "step_length_m", 1.0),
    ("rear", "trunk_side_lean_deg"): ("side", "trunk_lean_deg", 1.0),
    ("rear", "knee_alignment_deg"): ("rear", "hip_adduction_peak_deg", 1.0),
}
PARAMETERS = Path(__file__).resolve().parents[1] / "src" / "kneewise" / "evidence" / "parameters.toml"
Pair = tuple[Filmed, Filmed]


@dataclass(frozen=True, slots=True)
class Off:
    """One number of one runner: how far it is off, the variance that its steps tell, and how badly the leg is seen."""

    runner: int
    off: float
    scatter: float
    far: float = 1.0

    def doubt(self) -> float:
        """Return the doubt of a near leg whose interval just holds the truth."""
        return math.sqrt(max(0.0, (self.off / Z) ** 2 - self.scatter)) / self.far


def pairs(judging: list[Trial], view: str) -> list[Pair]:
    """Film every trial in pairs, the second clip later in the trial; what the model is off by stays in a pair."""
    found = []
    for k, trial in enumerate(judging):
        for draw in range(DRAWS):
            one, other = (
                film(trial, view, 120, WHOLE, 6 * k + 701 * draw + late, start, draw)
                for late, start in ((0, 2.0), (300, 14.0))
            )
            if one is not None and other is not None:
                found.append((one, other))
    return found


def off_lab(clip: Filmed, name: str, side: str) -> Off:
    """Return how far one number of a clip is from the lab's."""
    number, metric = clip.pairs[name][side]
    far = _far(clip, side)
    return Off(clip.trial.person.number, _of(metric, side).value - number, _scatter(clip, metric, side), far)


def off_change(one: Filmed, other: Filmed, name: str, side: str) -> Off:
    """Return how far the change between two clips is from the lab's, for one clip of the two."""
    first, second = off_lab(one, name, side), off_lab(other, name, side)
    return Off(first.runner, (second.off - first.off) / math.sqrt(2), (first.scatter + second.scatter) / 2, first.far)


def _far(clip: Filmed, side: str) -> float:
    near = clip.gait.body.near
    if near is None or side not in ("left", "right") or side == ("left", "right")[near]:
        return 1.0
    return value("gait.certainty.far_leg")


def _of(metric: Metric, side: str) -> Estimate:
    found: Estimate = getattr(metric, side)
    return found


def _scatter(clip: Filmed, metric: Metric, side: str) -> float:
    """Return the variance of an interval that is not its doubt."""
    estimate = _of(metric, side)
    own = _far(clip, side) * (parameter(f"gait.error.{_place(clip, side)}.{metric.name}").sd or 0.0)
    return max(0.0, ((estimate.high - estimate.value) / Z) ** 2 - own**2)


def _place(clip: Filmed, side: str) -> str:
    kind = {"both": "both", "asymmetry": "apart"}.get(side, "leg")
    return f"{'rear' if clip.gait.body.near is None else 'side'}_{kind}"


@dataclass(frozen=True, eq=False)
class Widths:
    """Doubts of every number by runner who gave them."""

    value: dict[tuple[str, str], list[Off]]
    change: dict[tuple[str, str], list[Off]]

    @classmethod
    def of(cls, filmed: list[Pair]) -> Widths:
        """Return what every pair of clips says."""
        found: tuple[dict[tuple[str, str], list[Off]], ...] = (defaultdict(list), defaultdict(list))
        for one, other in filmed:
            for name in one.pairs:
                for side in ("left", "right", "both", "asymmetry"):
                    key = _place(one, side), name
                    found[0][key] += [off_lab(one, name, side), off_lab(other, name, side)]
                    found[1][key].append(off_change(one, other, name, side))
        return cls(*found)

    @cached_property
    def wider(self) -> float:
        """By how much doubts must be wider to hold nine of ten numbers of a runner who is left out."""
        need = []
        for (_, name), rows in self.value.items():
            for runner in {row.runner for row in rows}:
                others = doubt(rows, without=runner)
                if others > 0 and name in KINDS:
                    need += [row.doubt() / others for row in rows if row.runner == runner]
        return float(np.quantile(need, LEVEL))

    def held(self, clip: Filmed, name: str, side: str) -> bool:
        """Return whether the interval that the other runners give this one holds the lab's number."""
        off = off_lab(clip, name, side)
        return off.doubt() <= self.whole((_place(clip, side), name), without=off.runner)

    def whole(self, key: tuple[str, str], *, without: int | None = None) -> float:
        """Return the doubt against a laboratory, which is never less than that between clips of one runner."""
        return max(self.wider * doubt(self.value[key], without=without), doubt(self.change[key], without=without))

    def held_change(self, pair: Pair, name: str, side: str) -> bool:
        """Return the same of the change between two clips."""
        off = off_change(*pair, name, side)
        return off.doubt() <= doubt(self.change[_place(pair[0], side), name], without=off.runner)


def doubt(rows: list[Off], *, without: int | None = None) -> float:
    """Return the doubt that holds nine of ten; a tenth of the error at least, where the steps' scatter tells it all."""
    known = [row for row in rows if row.runner != without]
    least = float(np.quantile([abs(row.off) / Z for row in known], LEVEL)) / 10
    return max(least, float(np.quantile([row.doubt() for row in known], LEVEL)))


def sections(widths: Widths) -> Iterator[str]:
    """Yield the lines of the evidence."""
    for kind in ("leg", "both", "apart"):
        for view in ("side", "rear"):
            yield f"[gait.error.{view}_{kind}]"
            for name in KINDS:
                source_view, source, times = ALIKE.get((view, name), (view, name, 1.0))
                key = f"{source_view}_{kind}", source
                if key in widths.value:
                    yield _line(name, times * widths.whole(key), times * doubt(widths.change[key]))
            yield ""


def _line(name: str, whole: float, clip: float) -> str:
    return (
        f"{name} = {{ value = {whole:.3g}, low = {whole / 2:.3g}, high = {2 * whole:.3g}, sd = {clip:.3g}, "
        f'unit = "{KINDS[name].unit}", mark = "D", sources = ["fukuchi-2017", "video-prototype"], '
        'note = "from virtual cameras on lab runners" }'
    )


def main() -> None:
    _, judging = halves(trials(DATA))
    widths = Widths.of([*pairs(judging, "side"), *pairs(judging, "rear")])
    ratio = [
        value("gait.certainty.far_leg")
        * doubt([row for row in rows if row.far > 1])
        / doubt([row for row in rows if row.far == 1])
        for (place, _), rows in widths.value.items()
        if place == "side_leg"
    ]
    print(f"the far leg's doubt over the near one's: {np.median(ratio):.2f}")
    print(f"wider for a runner who is left out: {widths.wider:.2f}")
    text = "\n".join(sections(widths))
    if "--write" not in sys.argv:
        print(text)
        return
    whole = PARAMETERS.read_text(encoding="utf-8")
    start, end = whole.index("[gait.error.side_leg]"), whole.index("[gait.picture]")
    PARAMETERS.write_text(whole[:start] + text + "\n" + whole[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
