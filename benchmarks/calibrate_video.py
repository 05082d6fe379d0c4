"""Set the widths of the video tier's intervals (``gait.error`` in the evidence) from virtual cameras on lab runners.

Run ``python -m benchmarks.calibrate_video [--write]``; it takes a minute. The runners are those whom no weight of the
video tier was learned from, so that their errors are those of strangers. How often the intervals hold is told by
:mod:`benchmarks.validation_video`, where each runner is judged with the widths that the others gave.

An interval is about how a runner runs at a speed, so it is judged by the lab's mean of the steps that the clip does
not show; a change, by two clips of unchanged running. What the scatter of the steps on both sides explains is taken off
an error; the rest is the doubt. It is widened to nine of ten runners by Student's t, with as many degrees of freedom as
the runners' errors differ.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

import numpy as np
from scipy.stats import t as student_t

from benchmarks.virtual_camera import PointNoise
from benchmarks.virtual_clips import DATA, DRAWS, WHOLE, Filmed, Trial, film, film_standing, halves, trials
from kneewise.domain import Estimate
from kneewise.evidence.parameters import parameter, value
from kneewise.gait.certainty import KINDS, Metric
from kneewise.gait.standing import ANGLES

LEVEL = 0.9
#: The kind of standing picture that sets widths; others differ by scatter, which each interval counts for itself.
SAME_DAY = "two seconds"
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

    def held(self, doubt: float) -> bool:
        """Return whether an interval with a doubt of the near leg holds the truth."""
        return abs(self.off) <= Z * math.hypot(self.far * doubt, math.sqrt(self.scatter))


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


def standing_clips(judging: list[Trial], noise: PointNoise = WHOLE) -> dict[str, list[Filmed]]:
    """Film every trial from the side with every kind of standing picture."""
    found: dict[str, list[Filmed]] = defaultdict(list)
    for k, trial in enumerate(judging):
        for draw in range(DRAWS):
            for kind, clip in film_standing(trial, 120, noise, 3 * k + 1 + 501 * draw, draw).items():
                found[kind].append(clip)
    return found


def off_lab(clip: Filmed, name: str, side: str) -> Off:
    """Return how far one number of a clip is from how the lab finds that the runner runs."""
    truth, metric = clip.pairs[name][side]
    estimate, far = _of(metric, side), _far(clip, side)
    assert estimate.others is not None
    doubted = far * value(f"gait.error.{place_of(clip, name, side)}.{name}")
    scatter = _left((estimate.others.high - estimate.value) / Z, doubted) + truth.variance
    return Off(clip.trial.person.number, estimate.value - truth.habit, scatter, far)


def off_change(one: Filmed, other: Filmed, name: str, side: str) -> Off:
    """Return how far two clips of unchanged running are apart, for one clip of the two."""
    first, second = (_of(clip.pairs[name][side][1], side) for clip in (one, other))
    far = _far(one, side)
    known = parameter(f"gait.error.{_place(one, side)}.{name}")
    doubted = far * (known.value if known.sd is None else known.sd)
    scatter = [_left((estimate.high - estimate.value) / Z, doubted) for estimate in (first, second)]
    return Off(one.trial.person.number, (second.value - first.value) / math.sqrt(2), sum(scatter) / 2, far)


def _left(whole: float, doubted: float) -> float:
    """Return the variance of an interval that is not its doubt."""
    return max(0.0, whole**2 - doubted**2)


def _far(clip: Filmed, side: str) -> float:
    near = clip.gait.body.near
    if near is None or side not in ("left", "right") or side == ("left", "right")[near]:
        return 1.0
    return value("gait.certainty.far_leg")


def _of(metric: Metric, side: str) -> Estimate:
    found: Estimate = getattr(metric, side)
    return found


def place_of(clip: Filmed, name: str, side: str) -> str:
    """Return where the evidence has the doubt of a number against a laboratory."""
    if clip.standing is not None and name.startswith(ANGLES):
        return f"standing_{_KIND.get(side, 'leg')}"
    return _place(clip, side)


_KIND = {"both": "both", "asymmetry": "apart"}


def _place(clip: Filmed, side: str) -> str:
    return f"{'rear' if clip.gait.body.near is None else 'side'}_{_KIND.get(side, 'leg')}"


@dataclass(frozen=True, eq=False)
class Widths:
    """Doubts of every number by runner who gave them."""

    value: dict[tuple[str, str], list[Off]]
    change: dict[tuple[str, str], list[Off]]

    @classmethod
    def of(cls, filmed: list[Pair], standing: list[Filmed]) -> Widths:
        """Return what every pair of clips says, and every clip with a standing picture of the same day."""
        values: dict[tuple[str, str], list[Off]] = defaultdict(list)
        changes: dict[tuple[str, str], list[Off]] = defaultdict(list)
        for one, other in filmed:
            for name, side in _numbers(one):
                values[_place(one, side), name] += [off_lab(one, name, side), off_lab(other, name, side)]
                changes[_place(one, side), name].append(off_change(one, other, name, side))
        for clip in standing:
            for name, side in _numbers(clip):
                if name.startswith(ANGLES):
                    values[place_of(clip, name, side), name].append(off_lab(clip, name, side))
        return cls(values, changes)

    def held(self, clip: Filmed, name: str, side: str) -> bool:
        """Return whether the interval that the other runners give this one holds the lab's number."""
        off = off_lab(clip, name, side)
        return off.held(self.whole((place_of(clip, name, side), name), without=off.runner))

    def whole(self, key: tuple[str, str], *, without: int | None = None) -> float:
        """Return the doubt against a laboratory, which is never less than that between clips of one runner."""
        lab = doubt(self.value[key], without=without)
        return max(lab, doubt(self.change[key], without=without)) if key in self.change else lab

    def held_change(self, pair: Pair, name: str, side: str) -> bool:
        """Return the same of the change between two clips."""
        off = off_change(*pair, name, side)
        return off.held(doubt(self.change[_place(pair[0], side), name], without=off.runner))


def _numbers(clip: Filmed) -> Iterator[tuple[str, str]]:
    return ((name, side) for name in clip.pairs for side in ("left", "right", "both", "asymmetry"))


def doubt(rows: list[Off], *, without: int | None = None) -> float:
    """Return the doubt of a near leg with which intervals hold nine of ten strangers.

    Notes
    -----
    The mean square of the errors is found from a few runners, each with clips that err alike; Satterthwaite's degrees
    of freedom say how few they are in effect, and Student's t how much wider that makes an interval. Where the steps'
    scatter tells it all, a tenth of the error is left.
    """
    runners = sorted({row.runner for row in rows} - {without})
    each = [[row for row in rows if row.runner == runner] for runner in runners]
    square = np.array([np.mean([(row.off / row.far) ** 2 for row in own]) for own in each])
    scatter = np.array([np.mean([row.scatter / row.far**2 for row in own]) for own in each])
    mean = float(square.mean())
    spread = float(square.var(ddof=1)) / len(runners)
    freedom = max(_LEAST_FREEDOM, 2 * mean**2 / spread)
    wider = float(student_t.ppf((1 + LEVEL) / 2, freedom)) / Z
    explained = float(scatter.mean())
    return math.sqrt(max(mean / 100, wider**2 * mean - explained))


_LEAST_FREEDOM = 2.0


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
        yield f"[gait.error.standing_{kind}]"
        for name in KINDS:
            if name.startswith(ANGLES):
                yield _line(name, widths.whole((f"standing_{kind}", name)), None)
        yield ""


def _line(name: str, whole: float, clip: float | None) -> str:
    own = "" if clip is None else f"sd = {clip:.3g}, "
    return (
        f"{name} = {{ value = {whole:.3g}, low = {whole / 2:.3g}, high = {2 * whole:.3g}, {own}"
        f'unit = "{KINDS[name].unit}", mark = "D", sources = ["fukuchi-2017", "video-prototype"], '
        'note = "from virtual cameras on lab runners" }'
    )


def main() -> None:
    _, judging = halves(trials(DATA))
    standing = standing_clips(judging)[SAME_DAY]
    widths = Widths.of([*pairs(judging, "side"), *pairs(judging, "rear")], standing)
    ratio = [
        value("gait.certainty.far_leg")
        * doubt([row for row in rows if row.far > 1])
        / doubt([row for row in rows if row.far == 1])
        for (place, _), rows in widths.value.items()
        if place == "side_leg"
    ]
    print(f"the far leg's doubt over the near one's: {np.median(ratio):.2f}")
    text = "\n".join(sections(widths))
    if "--write" not in sys.argv:
        print(text)
        return
    whole = PARAMETERS.read_text(encoding="utf-8")
    start, end = whole.index("[gait.error.side_leg]"), whole.index("[gait.picture]")
    PARAMETERS.write_text(whole[:start] + text + "\n" + whole[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
