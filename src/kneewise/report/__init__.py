"""One content, many renderings: watch workouts, calendar, printed pages."""
