"""Numbers in a runner's words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

NONE = "–"

#: What a triage may block.
BLOCK_WORDS = {
    "everything": "everything but getting help",
    "plan": "a training plan",
    "progression": "more load",
    "running": "running",
    "impact": "hopping and jumping",
    "strength": "strength work",
    "gait_retraining": "changing how you run",
    "self_tests": "tests on your own",
    "weight_bearing": "standing on the leg",
    "tendon_loading": "tendon loading",
    "manual_care": "hands-on treatment",
}


def duration(seconds: float | None) -> str:
    """Return ``1:02:03`` or ``42:07``."""
    if seconds is None:
        return NONE
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def kilometres(metres: float | None) -> str:
    """Return kilometres with two decimals."""
    return NONE if metres is None else f"{metres / 1000:.2f}"


def pace(speed_mps: float | None) -> str:
    """Return minutes and seconds per kilometre."""
    if speed_mps is None or speed_mps <= 0:
        return NONE
    minutes, seconds = divmod(round(1000 / speed_mps), 60)
    return f"{minutes}:{seconds:02d}"


def whole(value: float | None) -> str:
    """Return a number without decimals."""
    return NONE if value is None or not math.isfinite(value) else f"{value:.0f}"


def number(value: float | None, decimals: int) -> str:
    """Return a number with so many decimals."""
    return NONE if value is None or not math.isfinite(value) else f"{value:.{decimals}f}"


def interval(estimate: dict[str, Any] | None, decimals: int) -> str:
    """Return ``12.3 (11.8–12.9)``."""
    if estimate is None or estimate["value"] is None:
        return NONE
    value, low, high = (number(estimate[key], decimals) for key in ("value", "low", "high"))
    return f"{value} ({low}–{high})"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return ``1 run`` or ``3 runs``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> list[str]:
    """Return lines with aligned columns.

    Parameters
    ----------
    left : sequence of int
        Columns that are aligned to the left; numbers go to the right.
    """
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]

    def line(row: Sequence[str]) -> str:
        cells = (
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    return [
        line(header),
        "  ".join("─" * width for name, width in zip(header, widths, strict=True) if name),
        *(line(row) for row in rows),
    ]
