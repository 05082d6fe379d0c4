"""A runner who is ready for a plan: a profile, answers, and four weeks of runs, for tests of planning."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from kneewise import clock
from kneewise.services.adding import add_activity
from kneewise.services.availability import Wishes
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place, opened
from kneewise.services.profile import set_profile
from kneewise.storage import read_events
from tests.clinical import CALM, NOW, TODAY, run_of

#: Runs of the last four weeks: days ago, kilometres.
HISTORY = ((2, 8), (5, 6), (7, 9), (9, 6), (12, 8), (14, 6), (16, 7), (19, 6), (21, 8), (25, 5), (28, 6))
DAYS = Wishes(minutes={0: 60.0, 1: 30.0, 2: 60.0, 5: 120.0}, equipment=frozenset({"band", "step"}))
#: A calf that swells: nobody makes a plan before it was seen.
FLAGGED: dict[str, Any] = {**CALM, "safety_none": "some_fit", "rf_calf_swelling": "yes"}


def ready(place: Place, **answers: Any) -> None:
    """Store profile, runs, and an intake of the day before."""
    set_profile(place, birth_year=1998, sex="f", height_m=1.7, mass_kg=60.0, timezone="Europe/Berlin")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW - timedelta(days=1))
        assess_intake(place, {**CALM, **answers})
    add_activity(place, [run_of(TODAY - timedelta(days=back), km) for back, km in HISTORY])


def stored_plans(place: Place) -> list[str]:
    """Return every stored version as its text, the oldest first; two may have been issued in one instant."""
    versions = sorted((event.data for event in events(place, "plan")), key=lambda data: data["version"])
    return [json.dumps(data, sort_keys=True) for data in versions]


def events(place: Place, *kinds: Any) -> list[Any]:
    """Return the events of some kinds, in the order of telling."""
    with opened(place) as (record, runner), record.reading() as connection:
        return read_events(connection, runner.id, *kinds)
