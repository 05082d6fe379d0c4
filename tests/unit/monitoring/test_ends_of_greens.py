"""The way back is counted from the last greens in a row, whichever day it is looked at."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.clinical import TODAY

from kneewise.evidence.rules import Traffic
from kneewise.monitoring.pain_rules import DayPain, ends_of_greens, pain_rule, since_two_greens, up_to


def judged(back: int, colour: Traffic) -> DayPain:
    return DayPain(
        local_date=TODAY - timedelta(days=back), kind="session", answers=None, colour=colour, rule="", inputs={},
        missing=(), waiting=False, counts=colour != "green",
    )  # fmt: skip


@given(st.lists(st.sampled_from(["green", "green", "amber", "red"]), max_size=30))
def test_every_beginning_of_a_record_is_counted_as_if_it_were_the_whole(colours: list[Traffic]) -> None:
    days = [judged(len(colours) - place, colour) for place, colour in enumerate(colours)]
    ends = ends_of_greens(days)
    assert len(ends) == len(days) + 1
    for count in range(len(days) + 1):
        assert tuple(days[ends[count] : count]) == since_two_greens(days[:count])
    needed = int(pain_rule("green").number("greens_in_a_row"))
    last = max(
        (end for end in range(needed, len(days) + 1) if set(colours[end - needed : end]) == {"green"}), default=0
    )
    assert ends[-1] == last


def test_a_day_ends_what_is_known() -> None:
    days = [judged(back, "green") for back in (5, 3, 3, 1)]
    assert [len(up_to(days, TODAY - timedelta(days=back))) for back in (6, 5, 4, 3, 2, 1, 0)] == [0, 1, 1, 3, 3, 4, 4]
