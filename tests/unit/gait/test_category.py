"""What a rough number says beside most lab runners."""

from __future__ import annotations

import pytest

from kneewise.gait.category import USUAL, beside_most, usual
from kneewise.gait.certainty import KINDS


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-2, -1, "less"),
        (-1, 0.5, "less or as"),
        (0.2, 0.8, "as"),
        (0.5, 2, "as or more"),
        (1.5, 2, "more"),
        (-1, 2, "open"),
    ],
)
@pytest.mark.parametrize("name", USUAL)
def test_a_number_is_told_by_both_ends_of_its_doubt(name: str, low: float, high: float, said: str) -> None:
    known = usual(name)
    assert known is not None
    assert known.unit == KINDS[name].unit
    wide = known.high - known.low
    assert beside_most(name, known.low + low * wide, known.low + high * wide) == said


def test_nothing_is_said_where_the_usual_or_the_doubt_is_not_known() -> None:
    assert beside_most("trunk_side_lean_deg", 0.0, 1.0) is None
    assert beside_most("step_width_m", None, 0.1) is None
