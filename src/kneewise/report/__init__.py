"""One content, many renderings: watch workouts, calendar, printed pages."""

from kneewise.report.calendar_ics import calendar_ics, event_uid
from kneewise.report.session_text import headline
from kneewise.report.week_html import week_html
from kneewise.report.workout_fit import WatchExport, watch_export, workout_fit, workout_issues, workout_name

__all__ = [
    "WatchExport",
    "calendar_ics",
    "event_uid",
    "headline",
    "watch_export",
    "week_html",
    "workout_fit",
    "workout_issues",
    "workout_name",
]
