"""On which days: a weekly pattern first, HiGHS only where the pattern does not fit, as few moves as possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations, pairwise
from types import MappingProxyType

import numpy as np

from kneewise.units import DAYS_PER_WEEK


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """What a placing must keep to.

    Attributes
    ----------
    per_week : int
        Days wanted in each week, Monday to Sunday.
    gap_days : int
        Least days between two of them, 1 for neighbours.
    allowed : callable
        Whether a day may be used at all.
    weight : callable
        How welcome a day is; higher is better.
    issued : collection of date
        Days of the plan in force; they are kept where they can be.
    before : collection of date
        Days that already lie behind, for the gap.
    fixed : mapping of date to bool
        Days that must be used, such as a race.
    """

    per_week: int
    gap_days: int
    allowed: Callable[[date], bool]
    weight: Callable[[date], float]
    issued: frozenset[date] = frozenset()
    before: frozenset[date] = frozenset()
    fixed: frozenset[date] = frozenset()
    weekday_weight: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))


def place_days(first: date, last: date, placing: Placing) -> tuple[date, ...]:
    """Return the chosen days from ``first`` to ``last``, both included, in order.

    Notes
    -----
    The pattern of weekdays is chosen once. A week in which it, or the issued plan's own days, fit as they are is taken
    so; any other week is solved for itself as a small integer programme between its neighbours.
    """
    pattern = _pattern(first, last, placing)
    chosen: list[date] = []
    week = first - timedelta(days=first.weekday())
    while week <= last:
        days = [day for day in _days_of(week) if first <= day <= last]
        behind = sorted({*placing.before, *chosen})[-1:]
        wanted = _share(placing.per_week, week, behind_week=placing.before, first=first)
        chosen += _week_days(days, pattern, behind, wanted, placing)
        week += timedelta(days=DAYS_PER_WEEK)
    return tuple(sorted(chosen))


def _days_of(week: date) -> list[date]:
    return [week + timedelta(days=number) for number in range(DAYS_PER_WEEK)]


def _share(per_week: int, week: date, *, behind_week: Collection[date], first: date) -> int:
    """Return how many days are left to choose: what was done in this week already counts."""
    done = sum(week <= day < first for day in behind_week)
    return max(per_week - done, 0)


def _week_days(
    days: Sequence[date], pattern: Sequence[int], behind: Sequence[date], wanted: int, placing: Placing
) -> list[date]:
    issued = [day for day in days if day in placing.issued]
    usual = [day for day in days if day.weekday() in pattern]
    # Of a week that has begun, only what is left of the pattern is wanted: what was missed is never doubled.
    wanted = max(min(wanted, max(len(usual), len(issued))), len(placing.fixed.intersection(days)))
    for candidate in (issued, usual):
        complete = placing.fixed.intersection(days) <= set(candidate)
        if len(candidate) == wanted and complete and _fits(candidate, behind, placing):
            return candidate
    return solve_week(days, usual, behind, _following(days, pattern, placing), wanted, placing)


def _following(days: Sequence[date], pattern: Sequence[int], placing: Placing) -> date | None:
    """Return the first day of the pattern in the next week, where it can be used."""
    monday = days[-1] - timedelta(days=days[-1].weekday()) + timedelta(days=DAYS_PER_WEEK)
    first = next((day for day in _days_of(monday) if day.weekday() in pattern), None)
    return first if first is not None and placing.allowed(first) else None


def _fits(days: Sequence[date], behind: Sequence[date], placing: Placing) -> bool:
    row = [*behind, *days]
    apart = all((after - before).days >= placing.gap_days for before, after in pairwise(row))
    return apart and all(placing.allowed(day) or day in placing.fixed for day in days)


def _pattern(first: date, last: date, placing: Placing) -> tuple[int, ...]:
    """Return the weekdays that fit best, fewer where the wanted number does not fit at all."""
    free = [day for day in range(DAYS_PER_WEEK) if _usually_allowed(first, last, day, placing)]
    issued = _issued_pattern(free, placing)
    if issued:
        return issued
    for number in range(min(placing.per_week, len(free)), 0, -1):
        fitting = [combo for combo in combinations(free, number) if _round_the_week(combo) >= placing.gap_days]
        if fitting:
            return max(fitting, key=lambda combo: (_worth(combo, first, placing), [-day for day in combo]))
    return ()


def _issued_pattern(free: Sequence[int], placing: Placing) -> tuple[int, ...]:
    """Return the weekdays of the issued plan where they still fit: a runner has arranged the week around them."""
    counted = Counter(day.weekday() for day in placing.issued)
    weekdays = tuple(sorted(day for day, _ in counted.most_common(placing.per_week)))
    enough = len(weekdays) == placing.per_week and set(weekdays) <= set(free)
    return weekdays if enough and _round_the_week(weekdays) >= placing.gap_days else ()


def _usually_allowed(first: date, last: date, weekday: int, placing: Placing) -> bool:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    same = [placing.allowed(day) for day in days if day.weekday() == weekday]
    return sum(same) * 2 > len(same)


def _round_the_week(combo: Sequence[int]) -> int:
    following = [*combo[1:], combo[0] + DAYS_PER_WEEK]
    return min(after - before for before, after in zip(combo, following, strict=True))


def _worth(combo: Sequence[int], first: date, placing: Placing) -> float:
    """Even spacing and welcome days; unequal gaps weigh by their square. A pattern that can begin at once is better."""
    following = [*combo[1:], combo[0] + DAYS_PER_WEEK]
    uneven = sum((after - before) ** 2 for before, after in zip(combo, following, strict=True))
    last = max(placing.before, default=None)
    soon = [first + timedelta(days=number) for number in range(placing.gap_days)]
    clash = sum(day.weekday() in combo and (day - last).days < placing.gap_days for day in soon) if last else 0
    return sum(placing.weekday_weight.get(day, 0.0) for day in combo) - uneven / DAYS_PER_WEEK - clash


def solve_week(
    days: Sequence[date],
    usual: Sequence[date],
    behind: Sequence[date],
    following: date | None,
    wanted: int,
    placing: Placing,
) -> list[date]:
    """Choose the days of one week by HiGHS: as many as wanted, far enough apart, moved as little as possible.

    Parameters
    ----------
    days : sequence of date
        The days of the week that may still be planned.
    usual : sequence of date
        The days of the weekly pattern.
    behind : sequence of date
        The last chosen day before.
    following : date or None
        The first day of the pattern in the week after; it stays free to be used.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    free = [day for day in days if _may_use(day, behind, placing)]
    if following is not None:
        free = [day for day in free if (following - day).days >= placing.gap_days or day in placing.fixed]
    if not free or wanted <= 0:
        return []
    cost = -np.array([_value(day, usual, placing) for day in free])
    rows, limits = [np.ones(len(free))], [float(wanted)]
    for one, day in enumerate(free):
        for other in range(one + 1, len(free)):
            if (free[other] - day).days < placing.gap_days:
                row = np.zeros(len(free))
                row[[one, other]] = 1
                rows.append(row)
                limits.append(1.0)
    lowest = np.array([float(day in placing.fixed) for day in free])
    solved = milp(
        cost,
        integrality=np.ones(len(free)),
        bounds=Bounds(lowest, np.ones(len(free))),
        constraints=LinearConstraint(np.array(rows), -np.inf, np.array(limits)),
    )
    if solved.x is None:
        return []
    return [day for day, taken in zip(free, solved.x, strict=True) if taken > 0.5]


def _may_use(day: date, behind: Sequence[date], placing: Placing) -> bool:
    far_enough = all((day - earlier).days >= placing.gap_days for earlier in behind)
    return far_enough and (placing.allowed(day) or day in placing.fixed)


def _value(day: date, usual: Sequence[date], placing: Placing) -> float:
    """Return what a day is worth: a day as such most, the issued one next, then the usual one, then how near it is."""
    near = min((abs((day - other).days) for other in usual), default=DAYS_PER_WEEK)
    kept = 1.0 if day in placing.issued else 0.5 if near == 0 else 0.0
    return 10 + kept + (DAYS_PER_WEEK - near) / 100 + placing.weight(day) / 100
