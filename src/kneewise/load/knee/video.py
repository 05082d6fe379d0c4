"""A knee angle from video, weighed against the watch's prediction."""

from __future__ import annotations

from dataclasses import dataclass

from kneewise.evidence.parameters import value


@dataclass(frozen=True, slots=True)
class FusedAngle:
    """Posterior knee flexion, deg, its standard deviation, and the weight that video had in it."""

    value_deg: float
    sd_deg: float
    video_weight: float


def fuse_knee_flexion(watch_deg: float, video_deg: float, video_sd_deg: float | None = None) -> FusedAngle:
    """Weigh two angles by their precision.

    Parameters
    ----------
    watch_deg : float
        Predicted by the watch tier, SD 3.1 deg between runners.
    video_deg : float
        Measured peak stance flexion, 0 when straight.
    video_sd_deg : float, optional
        Including the person's offset: 7 deg without a standing frame (the default), about 4 deg with one.

    Notes
    -----
    By the formulas alone one degree of knee flexion is 4.8 % of joint force, so an angle that is 7.5 deg off would move
    the load by a third if it were plugged in raw. With 4 deg the video gets a weight of 0.38, with 7 deg 0.17. In the
    lab runners the force line comes closer as the knee bends; ``personal.style_of_known_knee`` takes that back.
    """
    spread = value("video.knee_flexion_sd_deg") if video_sd_deg is None else video_sd_deg
    watch_precision = value("noise.person.knee_flexion_deg") ** -2
    video_precision = spread**-2
    weight = video_precision / (watch_precision + video_precision)
    return FusedAngle(watch_deg + weight * (video_deg - watch_deg), (watch_precision + video_precision) ** -0.5, weight)
