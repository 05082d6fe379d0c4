"""What an activity is called."""

from __future__ import annotations

from kneewise.domain import Activity
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

_SPORTS = {
    "running": message("Run"),
    "walking": message("Walk"),
    "hiking": message("Hike"),
    "cycling": message("Ride"),
    "swimming": message("Swim"),
    "unknown": message("Activity"),
}


def sport_words(activity: Activity) -> str:
    """Return the sport, on a treadmill or not."""
    if activity.is_run and activity.treadmill:
        return _("Treadmill run")
    if activity.sport in _SPORTS:
        return _(_SPORTS[activity.sport])
    return activity.sport.replace("_", " ").capitalize()


def activity_title(activity: Activity) -> str:
    """Return the runner's own title, or the sport."""
    return activity.title or sport_words(activity)
