"""Loads between computation and record: what is stored of a run's load, and the same back again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from kneewise.domain import Activity, Runner, Stream
from kneewise.load import RunLoad, run_load


def pack(activity: Activity, runner: Runner, *, typed_in: bool = False) -> dict[str, Any]:
    """Compute the load of an activity and return what the record stores of it.

    Parameters
    ----------
    typed_in : bool
        Whether it was typed in, which widens its interval, even where it has a stream.
    """
    document = _document(activity, runner, typed_in=typed_in)
    if runner.style is None:
        return document
    from kneewise.storage.withheld import with_plain  # most runners have no trial, and a worker no database

    # Who may not know of the runner's trials is shown what the watch alone says.
    return with_plain(document, _document(activity, replace(runner, style=None), typed_in=typed_in))


def _document(activity: Activity, runner: Runner, *, typed_in: bool) -> dict[str, Any]:
    load = run_load(activity, runner)
    return (replace(load, typed_in=True) if typed_in else load).to_dict()


def unpack(data: Mapping[str, Any]) -> RunLoad:
    """Return a load as it was computed."""
    return RunLoad.from_dict(data)


def steady_stream(activity: Activity, grade_deg: float) -> Stream:
    """Return a stream of one row for a steady run whose slope is known.

    Parameters
    ----------
    grade_deg : float
        Slope of belt or road, degrees, positive uphill.
    """
    numbers = {"speed_mps": activity.speed_mps, "cadence_spm": activity.cadence_spm, "grade_deg": grade_deg}
    columns = {name: np.array([value], dtype=np.float32) for name, value in numbers.items() if value is not None}
    return Stream(
        elapsed_s=np.zeros(1),
        interval_s=np.array([activity.moving_s], dtype=np.float32),
        running=np.ones(1, dtype=np.bool_),
        columns=columns,
        sources=dict.fromkeys(columns, "typed in"),
    )
