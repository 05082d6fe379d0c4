"""A maker of recordings with known truth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from kneewise.domain import Channel, Floats, Recording, Session

START_S = 1_700_000_000.0  # 2023-11-14T22:13:20Z
UNITS = {
    "enhanced_speed": "m/s",
    "speed": "m/s",
    "distance": "m",
    "cadence": "rpm",
    "fractional_cadence": "rpm",
    "enhanced_altitude": "m",
    "altitude": "m",
    "heart_rate": "bpm",
    "stance_time": "ms",
    "vertical_oscillation": "mm",
    "step_length": "mm",
    "stance_time_balance": "percent",
    "power": "watts",
    "position_lat": "deg",
    "position_long": "deg",
}


class Maker:
    """Makes recordings with known truth: an even run along a meridian unless told otherwise."""

    start_s = START_S

    def session(self, sport: str | None, sub_sport: str | None = None, **fields: Any) -> Session:
        return Session(sport, sub_sport, fields.pop("start_s", START_S), **fields)

    def channel(self, values: Floats, unit: str, source: str = "watch") -> Channel:
        return Channel(np.asarray(values, dtype=np.float64), unit, source)

    def columns(
        self, elapsed_s: Floats, *, speed_mps: float = 3.0, strides: float = 85.0, slope: float = 0.0
    ) -> dict[str, Floats]:
        distance = speed_mps * elapsed_s
        return {
            "enhanced_speed": np.full(len(elapsed_s), speed_mps),
            "distance": distance,
            "cadence": np.full(len(elapsed_s), strides),
            "enhanced_altitude": 300.0 + slope * distance,
            "position_lat": 48.1 + distance / 111_195.0,
            "position_long": np.full(len(elapsed_s), 11.5),
        }

    def recording(self, time_s: Floats, values: Mapping[str, Floats], **fields: Any) -> Recording:
        """A recording of native channels; ``channels`` adds others as they are."""
        native = {name: self.channel(column, UNITS[name]) for name, column in values.items()}
        native.update(fields.pop("channels", {}))
        if "sessions" not in fields:
            fields["sessions"] = (Session("running", "generic", float(np.nanmin(time_s))),)
        return Recording(fields.pop("format", "fit"), "activity", np.asarray(time_s), native, **fields)

    def run(self, seconds: int = 1200, **how: Any) -> Recording:
        """One row a second of an even run."""
        elapsed = np.arange(seconds + 1, dtype=np.float64)
        return self.recording(START_S + elapsed, self.columns(elapsed, **how))

    def changed(self, seconds: int = 1200, **channels: Floats | None) -> Recording:
        """An even run with native channels replaced, or taken away where ``None``."""
        elapsed = np.arange(seconds + 1, dtype=np.float64)
        values = self.columns(elapsed)
        for name, column in channels.items():
            if column is None:
                del values[name]
            else:
                values[name] = column
        return self.recording(START_S + elapsed, values)


@pytest.fixture(scope="session")
def make() -> Maker:
    return Maker()
