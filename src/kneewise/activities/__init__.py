"""Raw records become clean runs: one sport, SI units, one canonical table, every repair told.

The stages, one module each: :mod:`~kneewise.activities.legs` (split by session), ``timeline`` (clock, pauses),
``distance`` and ``speed``, ``cadence``, ``gait_mode`` (running, walking, standing), ``dynamics``, ``gradient``,
``timezone``, ``summary``. ``duplicates`` decides which of several activities are the same run.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kneewise.activities.leg_cleaning import clean_leg
from kneewise.activities.legs import shifted, split
from kneewise.activities.timezone import is_datable, unset_clock_shift_s
from kneewise.domain import Activity, Issue, Recording
from kneewise.errors import UnreadableFileError

__all__ = ["clean"]


def clean(recording: Recording, *, default_timezone: str | None) -> list[Activity]:
    """Return the activities of a recording, one per session, in the order of time.

    Parameters
    ----------
    recording : Recording
        What the file says, untouched.
    default_timezone : str or None
        IANA zone of the runner's profile, used where neither position nor file tells the zone.

    Returns
    -------
    list of Activity
        Empty where the recording has no times and no summary (a planned route).
        Each repair stands as one :class:`~kneewise.domain.Issue` in the activity's ``issues``.

    Raises
    ------
    UnreadableFileError
        When all of it lies before 1970 or after 2099: no day can be told.
    """
    issue = None
    shift_s = unset_clock_shift_s(recording, default_timezone)
    if shift_s is not None:
        recording = shifted(recording, shift_s)
        text = "The watch's clock was never set to UTC; the date comes from its local time of day."
        issue = Issue("clock-not-set", "whole file", text)
    found = (clean_leg(recording, leg, default_timezone) for leg in split(recording))
    activities = [activity for activity in found if activity is not None]
    if not activities:
        _check_dates(recording)
    return activities if issue is None else [_with_issue(activity, issue) for activity in activities]


def _check_dates(recording: Recording) -> None:
    known = recording.time_s[np.isfinite(recording.time_s)]
    if len(known) and not any(map(is_datable, known.tolist())):
        raise UnreadableFileError(
            "The clock of this recording says a year before 1970 or after 2099; correct the times in the file and "
            "import it again."
        )


def _with_issue(activity: Activity, issue: Issue) -> Activity:
    return replace(activity, issues=(*activity.issues, issue))
