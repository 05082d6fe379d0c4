"""What a standing picture brings: a part of the page of the video tier."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.calibrate_video import SAME_DAY, Widths
from benchmarks.video_agreement import APART, KNEE, LEGS, held, mean_off, row, share, value_of
from benchmarks.virtual_clips import Filmed, Trial
from kneewise.domain import Floats
from kneewise.gait.kinematics import sagittal_knee_flexion_deg

NONE = "none"


def standing_section(
    widths: Widths,
    whole: list[Filmed],
    standing: dict[str, list[Filmed]],
    larger: dict[str, list[Filmed]],
    found: list[Trial],
) -> Iterator[str]:
    """Yield the lines of the section; ``whole`` are the clips without a standing picture."""
    yield "## What a standing picture brings"
    yield ""
    yield from (line for line in _STANDING[0].splitlines() if line)
    yield from _posture(found)
    yield from (line for line in _STANDING[1].splitlines() if line)
    yield ""
    yield "| standing | peak knee | knee at contact | shin at contact | peak knee, left less right | taken for zero |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for kind, filmed in {NONE: whole, **standing}.items():
        yield _standing_row(kind, filmed, widths)
    for kind in (NONE, SAME_DAY):
        yield _standing_row(f"{kind}; offsets twice as large", larger[kind], None)
    yield ""
    wanted = len(whole)
    refused = ", ".join(f"{kind} {wanted - len(filmed)}" for kind, filmed in standing.items())
    yield "Root mean square error of a leg, degrees; in brackets the share of 90 % intervals held."
    yield f"Refused as not straight, of {wanted} of each kind: {refused}."
    yield ""


def _standing_row(kind: str, filmed: list[Filmed], widths: Widths | None) -> str:
    def cell(name: str, sides: tuple[str, ...]) -> str:
        found = f"{row(mean_off(filmed, name, sides)).rmse:.1f}"
        return found if widths is None else f"{found} ({share(held(widths, filmed, name, sides)):.0%})"

    cells = [*(cell(name, LEGS) for name in KNEE), cell(KNEE[0], APART)]
    zero = f"{row(_taken_for_zero(filmed)).rmse:.1f}" if filmed[0].standing is not None else ""
    return f"| {kind} | {' | '.join(cells)} | {zero} |"


def _taken_for_zero(clips: list[Filmed]) -> list[float]:
    """Return the error of peak knee flexion when it is counted from the standing picture."""
    found = []
    for clip in clips:
        assert clip.standing is not None
        for leg, side in enumerate(LEGS):
            seen = value_of(clip, KNEE[0], side) + clip.gait.standing["knee_flexion"][leg]
            zero = clip.standing.angles_deg["knee_flexion"][leg]
            found.append(seen - zero - clip.pairs[KNEE[0]][side][0].same)
    return found


def _posture(found: list[Trial]) -> Iterator[str]:
    """Yield how the runners stood, and what it had to do with how they ran."""
    stood = {trial.person.number: _standing_knees(trial) for trial in found}
    both = np.array([knees.mean() for knees in stood.values()])
    alike = []
    for speed in sorted({trial.speed_mps for trial in found}):
        ran = [(stood[t.person.number].mean(), _peak(t)) for t in found if t.speed_mps == speed]
        alike.append(float(np.corrcoef(np.array(ran).T)[0, 1]))
    yield f"Standing legs are not straight: the {len(both)} lab runners stood with knees from {-both.min():.0f} degrees"
    yield f"overstretched to {both.max():.0f} bent (mean {both.mean():.0f}, deviation {both.std(ddof=1):.0f}), which"
    yield "had nothing to do with how far their knees bent in running"
    yield f"(r = {min(alike):.1f} to {max(alike):.1f} by speed)."


def _standing_knees(trial: Trial) -> Floats:
    hip, knee, ankle = (
        np.array([trial.standing[f"{side}_{part}"] for side in LEGS]) for part in ("hip", "knee", "ankle")
    )
    return sagittal_knee_flexion_deg(hip, knee, ankle)


def _peak(trial: Trial) -> float:
    return float(np.nanmean(trial.steps.columns["knee_flexion_peak_deg"]))


_STANDING = (
    """
The virtual runner stands as in the standing trial of the lab, before the same phone. One photo has the scatter of one
picture; two seconds have fifteen. *Another day* has other clothes and light: the part of the clip is drawn anew.
""",
    """
So counting from the standing picture, as if it were zero, makes the knee worse (last column). Kneewise weighs it: of
what both legs show beyond the usual about a third is taken off, of left less right nine tenths, for people stand alike
on both legs. The usual posture comes from the runners who set.
""",
)
