"""Stretches at the end of a strength session: for comfort, with their low certainty named, within the time there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.plan.strength_choice import Chosen, allowed, usable
from kneewise.plan.strength_need import StrengthNeed

#: What suits a pattern first; the rest of the library's stretches follow.
_FIRST: Mapping[str, tuple[str, ...]] = MappingProxyType({"pfp": ("m01", "m04", "m06"), "itbs": ("m05", "m04", "m07")})


def with_stretches(chosen: Sequence[Chosen], need: StrengthNeed, day: date) -> tuple[Chosen, ...]:
    """Return the exercises of a day with the stretch that closes them.

    Notes
    -----
    Where tightness was found or told, a stretch takes the last place of a full session. Else it only fills a place that
    is free, as a warm-down. The stretches take turns by week, so that a new version of the plan keeps them.
    """
    fitting = list(_fitting(need))
    most = int(value("strength.stretches_after"))
    free = need.most_exercises - len(chosen)
    room = max(free, 1 if need.tight else 0)
    if not chosen or not fitting or min(most, room) < 1:
        return tuple(chosen)
    turn = day.isocalendar().week
    added = [fitting[(turn + number) % len(fitting)] for number in range(min(most, room, len(fitting)))]
    return (*chosen[: need.most_exercises - len(added)], *added)


def _fitting(need: StrengthNeed) -> Iterator[Chosen]:
    library, care = knowledge().exercises, knowledge().interventions["stretching"]
    first = [name for condition in need.conditions for name in _FIRST.get(condition, ())]
    mobility = [name for name, exercise in library.items() if exercise.group == "mobility"]
    reason = "You told us or a test showed that you are tight." if need.tight else "To wind down."
    for name in dict.fromkeys([*first, *mobility]):
        exercise = library[name]
        if allowed(exercise, need) and usable(exercise, need.equipment):
            yield Chosen(exercise, f"For {exercise.target_plain}. {reason} {care.message}")
