"""Whether a clip can be measured, and how to film it better if not."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Issue
from kneewise.errors import UnusableClipError
from kneewise.evidence.parameters import value
from kneewise.motion.keypoints import ClipQuality, View
from kneewise.motion.rhythm import likely_slow_motion, plausible

_CLIP = "whole clip"
_QUARTER_DEG = 90


def check_track(name: str, found: NDArray[np.bool_], people: NDArray[np.intp], *, box_given: bool) -> None:
    """Refuse a clip in which one runner could not be followed.

    Parameters
    ----------
    found : array of bool, shape (n,)
        Pictures in which he was.
    people : array of int
        Persons seen in sampled pictures.
    box_given : bool
        Whether somebody said who is meant.

    Raises
    ------
    UnusableClipError
        When nobody is there for most of the clip, or it is not clear who of several is meant.
    """
    share = float(found.mean())
    if share < value("video.judge.least_found"):
        raise UnusableClipError(
            f"A runner could be followed in only {share:.0%} of '{name}'; film one whole runner in good light, filling "
            "more than half the height of the picture, or show where the runner is."
        )
    crowd = float((people > 1).mean()) if len(people) else 0.0
    if crowd > value("video.judge.most_crowded") and not box_given:
        raise crowded(name)


def nobody(name: str) -> UnusableClipError:
    """Return the refusal of a clip in which no runner was found."""
    return UnusableClipError(
        f"No runner was found in '{name}'; film the whole body in good light, filling more than half the height of the "
        "picture, or show where the runner is."
    )


def crowded(name: str) -> UnusableClipError:
    """Return the refusal of a clip in which it is not clear who is meant."""
    return UnusableClipError(f"'{name}' shows more than one person; show which one is to be measured, or film alone.")


def check_upright(name: str, trunk_lean_deg: float) -> None:
    """Refuse a clip whose pictures lie on their side or upside down, or whose animal or person is not upright.

    Parameters
    ----------
    trunk_lean_deg : float
        Of the trunk from the picture's upright, positive clockwise, -180 to 180; NaN where it is unknown.

    Raises
    ------
    UnusableClipError
    """
    most = value("video.judge.upright_deg")
    if not abs(trunk_lean_deg) > most:
        return
    quarters = round(trunk_lean_deg / _QUARTER_DEG)
    if quarters == 0 or abs(trunk_lean_deg - quarters * _QUARTER_DEG) > most:
        raise UnusableClipError(
            f"The trunk in '{name}' leans by {abs(trunk_lean_deg):.0f} degrees, which is no runner or a phone held "
            "askew; film one upright runner with a level phone."
        )
    turn = "half a turn" if abs(quarters) > 1 else f"a quarter {'anticlockwise' if quarters > 0 else 'clockwise'}"
    raise UnusableClipError(
        f"The runner in '{name}' lies across the picture; turn the clip by {turn} in the phone's gallery and save it."
    )


def check_running(name: str, quality: ClipQuality, view: View, slow_motion: float) -> None:
    """Refuse a clip in which nobody runs, or whose time cannot be trusted.

    Raises
    ------
    UnusableClipError
        With the slow-motion factor that would fit, where there is one.
    """
    if not quality.swing >= value(f"video.judge.least_swing_{view}"):
        raise still(name)
    rate = quality.steps_per_min
    if math.isnan(rate):
        raise UnusableClipError(f"'{name}' shows no regular steps; film at least ten strides of steady running.")
    if plausible(rate):
        _check_steps(name, quality)
        return
    fitting = [factor for factor in likely_slow_motion(rate, slow_motion) if factor != slow_motion]
    if fitting:
        raise UnusableClipError(
            f"'{name}' would show {rate:.0f} steps a minute; if it plays in slow motion, say how many times slower "
            f"than life (likely {' or '.join(map(str, fitting[:2]))}), else it shows no running."
        )
    raise UnusableClipError(f"'{name}' shows {rate:.0f} steps a minute, which is no running; film steady running.")


def still(name: str) -> UnusableClipError:
    """Return the refusal of a clip in which nobody moves."""
    return UnusableClipError(f"The legs in '{name}' hardly move; film at least ten strides of running.")


def _check_steps(name: str, quality: ClipQuality) -> None:
    steps = quality.steps_per_min * quality.duration_s / 60
    if steps < value("video.judge.least_steps"):
        raise UnusableClipError(
            f"'{name}' shows only about {steps:.0f} steps in one go; film at least ten strides of steady running."
        )


def part_issue(start_s: float, stop_s: float, whole_s: float) -> tuple[Issue, ...]:
    """Tell that only one part of a clip was measured (file times), if so."""
    if stop_s - start_s > value("video.judge.whole_share") * whole_s:
        return ()
    text = (
        f"Only {start_s:.1f} to {stop_s:.1f} s of the clip were measured: before and after, the rhythm of the legs is "
        "another one, as in edited slow motion, a standing start or a walk."
    )
    return (Issue("part-measured", f"{start_s:.1f} to {stop_s:.1f} s", text),)


def check_leg(name: str, leg_px: float) -> None:
    """Refuse a clip whose runner is too small to measure.

    Raises
    ------
    UnusableClipError
    """
    if not leg_px >= value("video.judge.least_leg_px"):
        raise UnusableClipError(
            f"The runner in '{name}' is too small ({leg_px:.0f} pixels of leg); go nearer or zoom in until the runner "
            "fills 60 to 80 % of the picture's height."
        )


def check_feet(name: str, outside_share: float) -> None:
    """Refuse a clip that cuts off the feet: the model guesses points beyond the edge, and they hardly move.

    Parameters
    ----------
    outside_share : float
        Share of the ankles that lie outside the picture.

    Raises
    ------
    UnusableClipError
    """
    if outside_share > value("video.judge.most_outside"):
        raise UnusableClipError(
            f"The feet in '{name}' are outside the picture for {outside_share:.0%} of the time; film the whole runner "
            "from head to shoes, with room below them."
        )


def check_light(name: str, brightness: float) -> None:
    """Refuse a clip that is too dark to measure.

    Raises
    ------
    UnusableClipError
    """
    if brightness < value("video.judge.black"):
        raise UnusableClipError(f"'{name}' is too dark to see joints; film in daylight or with the lights on.")


def advice(quality: ClipQuality, view: View, noise_share: float) -> tuple[Issue, ...]:
    """Return what would make the next clip better.

    Parameters
    ----------
    noise_share : float
        Scatter of hips and knees from picture to picture in shares of the leg's length.
    """
    return tuple(Issue(code, _CLIP, text) for code, text in _advice(quality, view, noise_share))


def _advice(quality: ClipQuality, view: View, noise_share: float) -> Iterator[tuple[str, str]]:
    yield from _of_the_camera(quality, view)
    yield from _of_the_picture(quality)
    if noise_share > value("video.judge.noisy"):
        yield (
            "points-scatter",
            "Hips and knees scatter from picture to picture; wear tight clothes and tuck the shirt in.",
        )
    if quality.swapped_share > value("video.judge.swapped"):
        share = f"{quality.swapped_share:.0%}"
        yield (
            "legs-mended",
            f"Left and right leg were mixed up in {share} of the pictures and told apart by their motion.",
        )


def _of_the_camera(quality: ClipQuality, view: View) -> Iterator[tuple[str, str]]:
    fps = quality.true_fps
    if fps < value("video.judge.angles_fps"):
        yield (
            "frame-rate-low",
            f"{fps:.0f} pictures a second show rhythm and posture, not contact; film with 120 or 240.",
        )
    elif fps < value("video.judge.contact_fps"):
        yield "frame-rate-middling", f"{fps:.0f} pictures a second blur contact times and angles; film with 120 or 240."
    if quality.runner_share < value("video.judge.runner_share"):
        share = f"{quality.runner_share:.0%}"
        yield "runner-small", f"The runner fills {share} of the picture's height; 60 to 80 % measures twice as well."
    if quality.pan_heights_per_s > value("video.judge.pan"):
        yield "camera-pans", "The camera moves with the runner, so that distances along the way are not measured."
    if abs(quality.tilt_deg) > value("video.judge.tilt_deg"):
        yield (
            "camera-tilted",
            f"The camera leans by {quality.tilt_deg:.0f} degrees; level it, lean adds to every angle.",
        )
    if view == "side" and quality.thigh_spread > value("video.judge.oblique_spread"):
        yield "view-oblique", "The runner does not move square to the camera; angles of the knee come out too large."


def _of_the_picture(quality: ClipQuality) -> Iterator[tuple[str, str]]:
    if quality.brightness < value("video.judge.dark"):
        yield "light-low", "The picture is dark; in more light the shutter is faster and feet blur less."
    if quality.sharpness < value("video.judge.blurred"):
        yield "picture-blurred", "The picture is soft; clean the lens, focus on the runner, and use more light."


def scatter_share(noise_px: float, leg_px: float) -> float:
    """Return scatter in leg lengths, NaN for an unknown leg."""
    return noise_px / leg_px if np.isfinite(leg_px) and leg_px > 0 else math.nan
