"""What a judged day does to the place on the way back, and that worse days never lead further on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from tests.plan_worlds import TODAY, plan_inputs

from kneewise.monitoring.pain_rules import DayPain
from kneewise.plan.course import Course, Place, place_now
from kneewise.plan.inputs import DoneSession
from kneewise.plan.running import RunCost
from kneewise.plan.variants import choose_course

#: From the best day to the worst; a missing answer lies between green and a slight amber.
BEST_FIRST = "g-scr"
_COLOURS = {"g": "green", "-": "amber", "s": "amber", "c": "amber", "r": "red"}


def course() -> Course:
    inputs = plan_inputs()
    return choose_course(inputs, RunCost.of(inputs))


def place(days: str, *, stages: Sequence[str] = (), start: int = 3) -> Place:
    """Return the place after days of two days apart, with sessions of the highest stage where none are named."""
    way = replace(course(), first=start)
    top = way.stages[-1].id
    judged, done = [], []
    for number, letter in enumerate(days):
        day = TODAY + timedelta(days=2 * number)
        rule = "missing" if letter == "-" else "red" if letter == "r" else _COLOURS[letter]
        judged.append(
            DayPain(
                local_date=day, kind="session", answers=None, colour=_COLOURS[letter], rule=rule, inputs={},  # type: ignore[arg-type]
                counts=letter in "cr", slight=letter == "s",
            )
        )  # fmt: skip
        stage = stages[number] if stages else top
        done.append(DoneSession(session_id=str(number), local_date=day, kind="run", stage=stage))
    pain = SimpleNamespace(days=tuple(judged), today=TODAY + timedelta(days=60))
    return place_now(way, pain, done)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "index", "greens"),
    [
        ("gg", 4, 0),
        ("g-g", 4, 0),  # what is missing repeats and keeps the greens
        ("gsg", 4, 0),  # so does an amber within the error of an answer
        ("gcg", 3, 1),  # any other amber begins anew
        ("cc", 3, 0),
        ("ccc", 2, 0),
        ("cccc", 2, 0),  # once: what led back is spent
        ("cccccc", 1, 0),
        ("ccggc", 4, 0),  # two greens in a row end the count
        ("cggcggc", 5, 0),  # so the state says no step back either, and offers a clinician
        ("cgcgc", 2, 0),
        ("ssc", 2, 0),
        ("sgsc", 3, 0),  # a green ends the slight ones
        ("r", 2, 0),
        ("rr", 1, 0),
        ("rcc", 1, 0),
        ("rrrrrr", 0, 0),
    ],
)
def test_what_a_day_does_to_the_place(days: str, index: int, greens: int) -> None:
    found = place(days)
    assert (found.index, found.greens) == (index, greens)


@pytest.mark.parametrize("start", [0, 1, 3])
@pytest.mark.parametrize("low_from", [0, 3, 9])
def test_a_worse_day_never_leads_further_on(start: int, low_from: int) -> None:
    """All lives of five days, also at the lowest rung and with sessions that prove nothing further up."""
    stages = [course().stages[-1].id if number < low_from else "R1" for number in range(5)]
    places = {days: place("".join(days), stages=stages, start=start) for days in product(BEST_FIRST, repeat=5)}
    for days, better in places.items():
        for number, letter in enumerate(days):
            worse_letter = BEST_FIRST[BEST_FIRST.index(letter) + 1 :][:1]
            if not worse_letter:
                continue
            worse = places[(*days[:number], worse_letter, *days[number + 1 :])]
            assert (worse.index, worse.greens) <= (better.index, better.greens), (days, number)
