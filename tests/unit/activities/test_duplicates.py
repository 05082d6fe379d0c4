"""The same run twice."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from kneewise.activities.duplicates import Fingerprint, counted_instead, same_run

WATCH = Fingerprint("watch", 1_700_000_000.0, 3600.0, 3500.0, 10_000.0, "running", 4300.0)
STRAVA = replace(WATCH, key="strava", worth=3900.0)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"start_s": WATCH.start_s + 7}, True),
        ({"start_s": WATCH.start_s + 240, "elapsed_s": 3100.0, "distance_m": 8_700.0}, True),  # cropped
        ({"start_s": WATCH.start_s + 7200}, True),  # local time taken for UTC
        ({"start_s": WATCH.start_s - 5 * 3600 + 4}, True),
        ({"start_s": WATCH.start_s + 7200, "distance_m": 10_400.0}, False),
        ({"start_s": WATCH.start_s + 7200, "elapsed_s": 3700.0}, False),
        ({"start_s": WATCH.start_s + 7200 + 600}, False),  # the same loop again
        ({"start_s": WATCH.start_s + 86_400}, False),
        ({"start_s": WATCH.start_s + 3600}, True),
        ({"sport": "cycling"}, False),
        ({"sport": "unknown"}, True),
        ({"sport": "walking"}, True),
        ({"distance_m": None}, True),
    ],
)
def test_same_run(changes: dict[str, float], same: bool) -> None:
    other = replace(STRAVA, **changes)  # type: ignore[arg-type]
    assert same_run(WATCH, other) is same
    assert same_run(other, WATCH) is same


def test_the_richer_recording_counts() -> None:
    assert counted_instead([STRAVA, WATCH]) == {"strava": "watch"}


def test_equal_worth_is_decided_by_key() -> None:
    twin = replace(WATCH, key="another")
    assert counted_instead([WATCH, twin]) == counted_instead([twin, WATCH]) == {"watch": "another"}


def test_two_halves_of_a_long_recording() -> None:
    first = replace(WATCH, key="first", elapsed_s=1700.0, worth=2000.0)
    second = replace(WATCH, key="second", start_s=WATCH.start_s + 1800, elapsed_s=1700.0, worth=2000.0)
    assert counted_instead([first, second, STRAVA]) == {"first": "strava", "second": "strava"}


def test_a_recording_is_not_left_out_for_one_that_does_not_count() -> None:
    middle = replace(WATCH, key="middle", start_s=WATCH.start_s + 1500, worth=4200.0)
    last = replace(WATCH, key="last", start_s=WATCH.start_s + 3100, worth=4100.0)
    assert same_run(middle, last)
    assert not same_run(WATCH, last)
    assert counted_instead([last, middle, WATCH]) == {"middle": "watch"}


def test_order_does_not_matter_in_a_history() -> None:
    chance = random.Random(3)
    history = []
    for day in range(300):
        start = 1_600_000_000.0 + 86_400 * day + chance.uniform(0, 7200)
        run = replace(WATCH, key=f"w{day}", start_s=start, elapsed_s=chance.uniform(1800, 7200), worth=4000.0)
        history.append(run)
        if day % 3 == 0:
            history.append(replace(run, key=f"s{day}", start_s=start + chance.uniform(-20, 20), worth=3000.0))
    expected = counted_instead(history)
    assert set(expected) == {f"s{day}" for day in range(0, 300, 3)}
    chance.shuffle(history)
    assert counted_instead(history) == expected


def test_no_activities() -> None:
    assert counted_instead([]) == {}
    assert counted_instead([WATCH]) == {}
