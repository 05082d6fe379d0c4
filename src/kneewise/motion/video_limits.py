"""Which clips are refused before anybody looks at a picture, and what is told about the others."""

from __future__ import annotations

from typing import Final

import numpy as np

from kneewise.domain import Floats, Issue
from kneewise.errors import UnusableClipError
from kneewise.evidence.parameters import value

_WHOLE_CLIP: Final = "whole clip"


def check_size(name: str, width_px: int, height_px: int, duration_s: float | None) -> None:
    """Refuse a clip by what its header says.

    Raises
    ------
    UnusableClipError
        When the picture is larger or the clip longer than can be measured in sensible time.
    """
    most_px, most_s = value("video.limits.long_side_px"), value("video.limits.duration_s")
    if max(width_px, height_px) > most_px:
        raise UnusableClipError(
            f"'{name}' is {width_px} x {height_px} pixels; film with 1080p and a high frame rate instead, "
            f"more than {most_px:.0f} pixels only cost time."
        )
    if duration_s is not None and duration_s > most_s:
        raise _too_long(name, f"{duration_s / 60:.0f} minutes")


def check_going_on(name: str, time_s: float) -> None:
    """Refuse a clip whose pictures go on for too long, as soon as that is known; headers can be wrong or say nothing.

    Raises
    ------
    UnusableClipError
    """
    most_s = value("video.limits.duration_s")
    if time_s > most_s:
        raise _too_long(name, f"more than {most_s / 60:.0f} minutes")


def _too_long(name: str, told: str) -> UnusableClipError:
    return UnusableClipError(
        f"'{name}' lasts {told}; cut it to the 20 to 30 seconds in which you run past or on the treadmill."
    )


def check_times(name: str, time_s: Floats, told_s: float | None) -> tuple[Issue, ...]:
    """Refuse a clip by the times of its pictures, else return what is to tell about them.

    Parameters
    ----------
    time_s : array of float, shape (frames,)
        File time of every picture, rising.
    told_s : float or None
        Duration by the header.

    Raises
    ------
    UnusableClipError
        When the clip is too slow or too short to hold steps.
    """
    fps = (len(time_s) - 1) / time_s[-1]
    if len(time_s) < value("video.limits.least_frames"):
        raise UnusableClipError(
            f"'{name}' has only {len(time_s)} pictures; film at least ten strides, about eight seconds."
        )
    if fps < value("video.limits.least_fps"):
        raise UnusableClipError(
            f"'{name}' has {fps:.0f} pictures a second, too few for a step; film with 60, better 120 or 240."
        )
    issues = []
    if told_s is not None and told_s - time_s[-1] > value("video.limits.missing_end_s"):
        issues.append(
            Issue(
                "clip-cut-off",
                f"after {time_s[-1]:.1f} s",
                f"The file says {told_s:.1f} s but its pictures end at {time_s[-1]:.1f} s; the rest is missing.",
            )
        )
    return (*issues, *_uneven(time_s))


def _uneven(time_s: Floats) -> tuple[Issue, ...]:
    gap = np.diff(time_s)
    middle = float(np.median(gap))
    held = float(gap.max())
    if held < value("video.limits.held_picture_gaps") * middle:
        return ()
    at = float(time_s[int(gap.argmax())])
    text = f"A picture is missing or held for {held * 1000:.0f} ms where {middle * 1000:.0f} ms are usual."
    return (Issue("frames-missing", f"at {at:.2f} s", text),)
