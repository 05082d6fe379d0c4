"""Runs without a watch, from a table that the runner wrote (``kneewise activities add FILE.csv``)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from kneewise.domain import Issue
from kneewise.errors import UnreadableFileError
from kneewise.sources.tables import decode_text, delimiter_of, table_rows

#: Column name in lower case to field and to the factor that turns its numbers into the field's unit.
_COLUMNS: Final[Mapping[str, tuple[str, float]]] = {
    "date": ("date", 1),
    "day": ("date", 1),
    "datum": ("date", 1),
    "distance_m": ("distance_m", 1),
    "distance_km": ("distance_m", 1000),
    "km": ("distance_m", 1000),
    "moving_s": ("moving_s", 1),
    "seconds": ("moving_s", 1),
    "duration": ("duration", 1),
    "time": ("duration", 1),
    "moving_time": ("duration", 1),
    "treadmill": ("treadmill", 1),
    "terrain": ("terrain", 1),
    "start": ("start", 1),
    "start_time": ("start", 1),
    "time_of_day": ("start", 1),
    "speed_mps": ("speed_mps", 1),
    "speed_kmh": ("speed_mps", 1 / 3.6),
    "grade_deg": ("grade_deg", 1),
    "grade_percent": ("grade_percent", 1),
    "incline_percent": ("grade_percent", 1),
    "cadence_spm": ("cadence_spm", 1),
    "title": ("title", 1),
    "name": ("title", 1),
}
_ISO_DATE = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ].*)?")
_DOTTED_DATE = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})")
_TIME_OF_DAY = re.compile(r"(\d\d?)[:.h](\d\d)(?::(\d\d))?")
_DURATION = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d\d(?:[.,]\d+)?)")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_TEXTS: Final = frozenset({"date", "title", "treadmill", "terrain", "start"})
#: Where a run can be; as the command line's ``--terrain``.
TERRAINS: Final = ("road", "trail", "track", "treadmill")
_TRUE: Final = frozenset({"1", "true", "yes", "y", "x", "ja", "wahr", "oui", "si", "sí"})
_FALSE: Final = frozenset({"", "0", "false", "no", "n", "nein", "falsch", "non"})


@dataclass(frozen=True, slots=True)
class TypedRun:
    """One run as the runner typed it; ``None`` where not given.

    ``grade_deg`` is the slope of the treadmill or of the whole way, positive uphill; ``cadence_spm`` counts the steps
    of both feet; ``terrain`` is one of :data:`TERRAINS`; ``start`` the local time of day; ``line`` is the line of the
    table.
    """

    date: date
    distance_m: float
    moving_s: float
    treadmill: bool
    speed_mps: float | None
    grade_deg: float | None
    cadence_spm: float | None
    terrain: str | None
    start: time | None
    title: str | None
    line: int


@dataclass(frozen=True, slots=True)
class RunTable:
    """The runs of a table, and one issue for each line that is none."""

    runs: tuple[TypedRun, ...]
    issues: tuple[Issue, ...]


class _BadLineError(Exception):
    """Why a line is no run, in words."""


def read_run_table(data: bytes, name: str) -> RunTable:
    """Read a table of runs.

    Parameters
    ----------
    data : bytes
        CSV with a line of column names: ``date``, two of distance (``distance_m`` or ``distance_km``), time
        (``moving_s`` or ``duration`` as h:mm:ss) and speed (``speed_mps`` or ``speed_kmh``); if wanted ``treadmill``,
        ``grade_deg`` or ``grade_percent``, ``cadence_spm``, ``terrain`` (:data:`TERRAINS`), ``start`` (HH:MM) and
        ``title``. Comma, semicolon or tab between the columns; decimal commas are understood.
    name : str
        Name of the file, for messages.

    Raises
    ------
    UnreadableFileError
        When the first line does not name the columns that are needed.
    """
    text = decode_text(data)
    rows = list(table_rows(text, delimiter_of(text)))
    if not rows:
        raise UnreadableFileError(f"{name} is empty; its first line must name the columns, date and distance_km first.")
    header = [_COLUMNS.get(re.sub(r"[\s-]+", "_", cell.lower().lstrip("\ufeff"))) for cell in rows[0][1]]
    fields = [entry[0] for entry in header if entry]
    if "date" not in fields or not {"distance_m", "moving_s", "duration", "speed_mps"} & set(fields):
        raise UnreadableFileError(
            f"{name}: the first line must name the columns, at least 'date' and two of 'distance_km' "
            "(or 'distance_m'), 'duration' (or 'moving_s') and 'speed_mps'."
        )
    runs, issues = [], []
    unknown = [cell for cell, entry in zip(rows[0][1], header, strict=True) if entry is None and cell]
    if unknown:
        issues.append(
            Issue("unknown-column", f"{name}, line {rows[0][0]}", f"Columns not used: {', '.join(unknown)[:200]}.")
        )
    for line, cells in rows[1:]:
        try:
            runs.append(_run(line, header, cells))
        except _BadLineError as error:
            issues.append(Issue("bad-line", f"{name}, line {line}", f"Line {line} was left out: {error}."))
    return RunTable(tuple(runs), tuple(issues))


def _run(line: int, header: Sequence[tuple[str, float] | None], cells: Sequence[str]) -> TypedRun:
    values: dict[str, float] = {}
    texts: dict[str, str] = {}
    for entry, cell in zip(header, cells, strict=False):
        if entry is None or not cell:
            continue
        field, factor = entry
        if field in _TEXTS:
            texts[field] = cell
        else:
            values[field] = _duration(cell) if field == "duration" else _number(cell, field) * factor
    if "duration" in values:
        values.setdefault("moving_s", values.pop("duration"))
    _complete(values)
    return TypedRun(
        date=_date(texts.get("date", "")),
        distance_m=values["distance_m"],
        moving_s=values["moving_s"],
        treadmill=_flag(texts.get("treadmill", "")),
        speed_mps=values.get("speed_mps"),
        grade_deg=_grade_deg(values),
        cadence_spm=_positive(values, "cadence_spm"),
        terrain=_terrain(texts.get("terrain")),
        start=_time_of_day(texts.get("start")),
        title=texts.get("title"),
        line=line,
    )


def _complete(values: dict[str, float]) -> None:
    """Work out the one of distance, time and speed that is missing."""
    distance_m, moving_s = _positive(values, "distance_m"), _positive(values, "moving_s")
    speed_mps = _positive(values, "speed_mps")
    if distance_m is None and moving_s and speed_mps:
        values["distance_m"] = moving_s * speed_mps
    elif moving_s is None and distance_m and speed_mps:
        values["moving_s"] = distance_m / speed_mps
    elif distance_m is None or moving_s is None:
        raise _BadLineError("it needs two of distance, time and speed")


def _positive(values: Mapping[str, float], field: str) -> float | None:
    value = values.get(field)
    if value is not None and not value > 0:
        raise _BadLineError(f"{field} must be above 0")
    return value


def _grade_deg(values: Mapping[str, float]) -> float | None:
    if "grade_percent" in values:
        return math.degrees(math.atan(values["grade_percent"] / 100))
    return values.get("grade_deg")


def _date(text: str) -> date:
    order: Callable[[Sequence[str]], Sequence[str]] = tuple
    found = _ISO_DATE.fullmatch(text)
    if found is None:
        found, order = _DOTTED_DATE.fullmatch(text), lambda parts: parts[::-1]
    if found is None:
        raise _BadLineError(f"the date '{text[:40]}' is not understood, write it as 2026-03-31")
    year, month, day = (int(part) for part in order(found.groups()))
    try:
        return date(year, month, day)
    except ValueError:
        raise _BadLineError(f"there is no day '{text[:40]}'") from None


def _terrain(text: str | None) -> str | None:
    if text is None or text.casefold() in TERRAINS:
        return None if text is None else text.casefold()
    raise _BadLineError(f"the terrain '{text[:40]}' is not known, choose one of {', '.join(TERRAINS)}")


def _time_of_day(text: str | None) -> time | None:
    if text is None:
        return None
    found = _TIME_OF_DAY.fullmatch(text)
    try:
        if found is not None:
            return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        pass
    raise _BadLineError(f"the start '{text[:40]}' is not understood, write it as 07:30")


def _number(text: str, field: str) -> float:
    plain = text.replace(" ", "").replace("\u00a0", "").rstrip("%")
    if _THOUSANDS.fullmatch(plain):
        if "." not in plain:
            raise _BadLineError(f"{field} '{text[:40]}' may mean two numbers, write it without a comma")
        plain = plain.replace(",", "")
    try:
        value = float(plain.replace(",", "."))
    except ValueError:
        raise _BadLineError(f"{field} '{text[:40]}' is no number") from None
    if not math.isfinite(value):
        raise _BadLineError(f"{field} '{text[:40]}' is no number")
    return value


def _duration(text: str) -> float:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise _BadLineError(f"the duration '{text[:40]}' is not understood, write it as 1:05:30")
    return int(found[1] or 0) * 3600 + int(found[2]) * 60 + float(found[3].replace(",", "."))


def _flag(text: str) -> bool:
    word = text.casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise _BadLineError(f"treadmill must be yes or no, not '{text[:40]}'")
