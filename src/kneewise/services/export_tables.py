"""What the tables of an account export say of the recordings beside them: titles and sports."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from kneewise.errors import KneewiseError
from kneewise.sources.garmin_export import GarminRow, is_summary, read_garmin_index, row_at
from kneewise.sources.strava_export import StravaRow, file_key, read_strava_index

if TYPE_CHECKING:
    from kneewise.sources.archives import Payload


@dataclass(slots=True)
class ExportTables:
    """Tables found so far; an export's walk brings them before its recordings."""

    strava: dict[str, StravaRow] = field(default_factory=dict)
    garmin: dict[int, GarminRow] = field(default_factory=dict)

    def take(self, payload: Payload) -> bool:
        """Read a file if it is such a table; a broken one only costs the titles."""
        try:
            if payload.content == "csv" and payload.path.endswith("activities.csv"):
                found = read_strava_index(payload.read())
                self.strava.update(found)
                return bool(found)
            if payload.content == "json" and is_summary(payload.path):
                rows = read_garmin_index(payload.read())
                self.garmin.update(rows)
                return bool(rows)
        except (KneewiseError, OSError):
            return False
        return False

    def of_file(self, path: str) -> StravaRow | None:
        """Return what Strava says of a file."""
        key = file_key(path) if self.strava else None
        return None if key is None else self.strava.get(key)

    def title_at(self, start: datetime) -> str | None:
        """Return what Garmin calls the activity that began at this instant."""
        row = row_at(self.garmin, start.timestamp()) if self.garmin else None
        return None if row is None else row.title
