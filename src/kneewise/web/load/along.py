"""Columns and words of the charts along a run, in the reader's units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kneewise.services.run_story import RunStory
from kneewise.units import METRES_PER_FOOT, METRES_PER_KM, METRES_PER_MILE
from kneewise.web.amounts import distance, duration, imperial, pace
from kneewise.web.wording import gettext as _

_MS_PER_S = 1000
_DECIMALS = 4
Column = Sequence[float | None]


def along_data(story: RunStory) -> dict[str, Any]:
    """Return what the page draws along the run; empty where nothing can be drawn."""
    columns = story.columns
    if len(columns.get("start_m", ())) < 2:
        return {}
    length = METRES_PER_MILE if imperial() else METRES_PER_KM
    starts, ends = _known(columns["start_m"]), _known(columns["end_m"])
    per = _("knee-mi per mi") if imperial() else _("knee-km per km")
    return {
        "x": [round((start + end) / 2 / length, _DECIMALS) for start, end in zip(starts, ends, strict=True)],
        "unit": distance(None).unit,
        "elapsed": [None if second is None else duration(second) for second in columns["elapsed_s"]],
        "cost": {
            "label": _("Knee load"),
            "unit": per,
            "values": list(columns["knee_km_per_km"]),
            "low": list(columns["knee_km_per_km_low"]),
            "high": list(columns["knee_km_per_km_high"]),
        },
        "lines": [line for line in _lines(story) if any(number is not None for number in line["values"])],
        "pauses": [round(pause.at_m / length, _DECIMALS) for pause in story.pauses],
        "texts": {
            "at": _("At {at} {unit}, after {time}"),
            "between": _("{value} ({low} to {high})"),
            "none": _("not known"),
        },
    }


def _lines(story: RunStory) -> list[dict[str, Any]]:
    columns = story.columns
    foot, unit = (METRES_PER_FOOT, _("ft")) if imperial() else (1.0, _("m"))
    return [
        _line("grade_percent", _("Gradient"), "%", 1, columns.get("grade_percent", ())),
        _line("cadence_spm", _("Cadence"), _("steps/min"), 0, columns.get("cadence_spm", ())),
        _line("contact_time_s", _("Ground contact"), "ms", 0, columns.get("contact_time_s", ()), _milliseconds),
        {
            **_line("speed_mps", _("Pace"), pace(None).unit, 0, columns.get("speed_mps", ())),
            "shown": [pace(speed).value for speed in columns.get("speed_mps", ())],
            "pace": METRES_PER_MILE if imperial() else METRES_PER_KM,
        },
        _line(
            "altitude_m", _("Height above sea"), unit, 0, columns.get("altitude_m", ()), lambda metres: metres / foot
        ),
        _line("heart_rate_bpm", _("Heart rate"), _("beats/min"), 0, columns.get("heart_rate_bpm", ())),
    ]


def _line(
    name: str, label: str, unit: str, decimals: int, column: Column, scaled: Callable[[float], float] | None = None
) -> dict[str, Any]:
    values = [None if number is None else round(scaled(number) if scaled else number, 3) for number in column]
    return {"id": name, "label": label, "unit": unit, "decimals": decimals, "values": values}


def _milliseconds(seconds: float) -> float:
    return seconds * _MS_PER_S


def _known(column: Column) -> list[float]:
    return [0.0 if number is None else number for number in column]
