"""One set of sport names for what watches, phones and portals write."""

from __future__ import annotations

import numpy as np

from kneewise.domain import Floats, Recording, Session
from kneewise.evidence.parameters import value

UNKNOWN = "unknown"

#: Sports done on foot, where steps and the difference between walking and running mean something.
ON_FOOT = frozenset({"running", "walking", "hiking", "transition", "mountaineering"})

_TREADMILL = frozenset({"treadmill", "indoor_running", "treadmill_running", "virtual_activity", "virtual_run"})

#: Sub-sports whose altitude, if any, was made up by software.
INDOOR = _TREADMILL

_RUNS = {
    "run": None,
    "running": None,
    "jogging": None,
    "9": None,  # Strava's number in GPX
    "trail_run": "trail",
    "trail_running": "trail",
    "treadmill": "treadmill",
    "treadmill_running": "treadmill",
    "indoor_running": "indoor_running",
    "virtual_run": "virtual_activity",
    "virtual_running": "virtual_activity",
    "street_running": "street",
    "track_running": "track",
    "race": None,
}
_OTHERS = {
    "biking": "cycling",
    "bike": "cycling",
    "ride": "cycling",
    "1": "cycling",
    "virtual_ride": "cycling",
    "road_biking": "cycling",
    "mountain_biking": "cycling",
    "e_bike_ride": "cycling",
    "swim": "swimming",
    "open_water_swimming": "swimming",
    "walk": "walking",
    "10": "walking",
    "hike": "hiking",
    "4": "hiking",
    "generic": UNKNOWN,
    "other": UNKNOWN,
    "all": UNKNOWN,
    "unknown": UNKNOWN,
    "": UNKNOWN,
}


def sport_of(session: Session | None) -> tuple[str, str | None]:
    """Return sport and sub-sport in the names of the FIT profile; ``"unknown"`` where the file does not say."""
    if session is None:
        return UNKNOWN, None
    sport = _plain(session.sport)
    sub = _plain(session.sub_sport) or None
    sub = None if sub == "generic" else sub
    if sport in _RUNS:
        return "running", sub or _RUNS[sport]
    return _OTHERS.get(sport, sport), sub


def is_treadmill(sub_sport: str | None) -> bool:
    """Whether the run took place on a belt (a virtual world included: its hills are not the belt's)."""
    return sub_sport in _TREADMILL


def looks_like_running(speed_mps: Floats, cadence: Floats | None) -> bool:
    """Whether a recording without a sport is a run, by its speed and, where there is one, its cadence.

    Parameters
    ----------
    speed_mps : ndarray of float64, shape (m,)
    cadence : ndarray of float64, shape (m,), or None
        Raw cadence, strides or steps per minute.
    """
    moving = speed_mps > value("cleaning.gait.standing_mps")
    if not moving.any():
        return False
    typical = float(np.median(speed_mps[moving]))
    fast = float(np.percentile(speed_mps[moving], 95))
    if not value("cleaning.sport.run_low_mps") <= typical or fast > value("cleaning.sport.run_high_mps"):
        return False
    if cadence is None:
        return typical <= value("cleaning.sport.run_typical_high_mps")
    turning = cadence[np.isfinite(cadence) & (cadence > 0)]
    return len(turning) > 0 and float(np.median(turning)) >= value("cleaning.sport.run_cadence_low")


def sessions_of(recording: Recording) -> list[Session]:
    """Return the sessions in the order of time; of two that begin at the same instant, the later written one."""
    unique = {(session.start_s, session.sport): session for session in recording.sessions}
    return sorted(unique.values(), key=lambda session: -np.inf if session.start_s is None else session.start_s)


def _plain(name: str | None) -> str:
    if name is None:
        return ""
    word = name.strip()
    if word.isupper():
        word = word.lower()
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in word)
    return "_".join(part for part in snake.replace("-", "_").replace(" ", "_").replace("/", "_").split("_") if part)
