"""Strava's bulk export: what ``activities.csv`` says of each file, in any language of the account.

Column names are in the account's language, repeat, and have grown from 87 to 94, so columns are found by their content.
The table only adds titles, sports and gear: a run is imported without it just as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kneewise.sources.sports import sport_of
from kneewise.sources.tables import decode_text, delimiter_of, table_rows

_FILE = re.compile(r"(?:^|/)(activities/[^/]+\.(?:fit|tcx|gpx)(?:\.gz)?)$", re.IGNORECASE)
_NUMBER_OR_FLAG = re.compile(r"[-+]?[\d.,: ]+|true|false", re.IGNORECASE)
_DATE = re.compile(r"\b(?:19|20)\d\d\b.*\d:\d\d|\d:\d\d.*\b(?:19|20)\d\d\b|^\d{4}-\d\d-\d\d")
_LONGEST_TYPE = 40
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class StravaRow:
    """What Strava's table says of one file; ``None`` where it says nothing.

    ``sport_text`` is Strava's word in the account's language, ``sport`` and ``sub_sport`` its FIT name where known.
    """

    file: str
    title: str | None
    sport_text: str | None
    sport: str | None
    sub_sport: str | None
    gear: str | None


def file_key(path: str) -> str | None:
    """Return the part of a path that the table uses: ``"activities/123.fit.gz"``; ``None`` for other files."""
    found = _FILE.search(path.strip().replace("\\", "/"))
    return found[1].lower() if found else None


def read_strava_index(data: bytes) -> Mapping[str, StravaRow]:
    """Return what ``activities.csv`` says, by :func:`file_key`; empty where it is no such table.

    Parameters
    ----------
    data : bytes
        The whole table.
    """
    text = decode_text(data)
    rows = [cells for _, cells in table_rows(text, delimiter_of(text))][1:]
    files = _file_column(rows)
    if files is None:
        return {}
    rows = [cells for cells in rows if len(cells) > files and file_key(cells[files])]
    sports = _sport_column(rows, files)
    titles = sports - 1 if sports and _is_text(rows, sports - 1) else None
    gear = files - 1 if files - 1 not in (sports, titles) and _is_text(rows, files - 1) else None
    index: dict[str, StravaRow] = {}
    for cells in rows:
        key = file_key(cells[files]) or ""
        sport_text = _cell(cells, sports, _LONGEST_TYPE)
        sport, sub_sport = sport_of(sport_text)
        title = _cell(cells, titles, _LONGEST_TITLE)
        index[key] = StravaRow(key, title, sport_text, sport, sub_sport, _cell(cells, gear, _LONGEST_TITLE))
    return index


def _file_column(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the column that names the most files."""
    counts: dict[int, int] = {}
    for cells in rows:
        for column, cell in enumerate(cells):
            if _FILE.search(cell):
                counts[column] = counts.get(column, 0) + 1
    return max(counts, key=lambda column: counts[column]) if counts else None


def _sport_column(rows: Sequence[Sequence[str]], files: int) -> int | None:
    """Return the column before the files that holds sports: known words, few of them, short ones, after the title."""

    def fitness(column: int) -> tuple[float, float, float]:
        cells = [row[column] for row in rows]
        known = sum(sport_of(cell)[0] is not None for cell in cells) / len(cells)
        return known, -len(set(cells)) / len(cells), -sum(map(len, cells)) / len(cells)

    candidates = [column for column in range(1, files) if _is_text(rows, column) and not _is_date(rows, column)]
    candidates = [
        column for column in candidates if max(len(row[column]) for row in rows) <= _LONGEST_TYPE and fitness(column)[0]
    ]
    return max(candidates, key=fitness) if candidates else None


def _is_text(rows: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column] for row in rows if row[column]]
    return bool(cells) and not all(_NUMBER_OR_FLAG.fullmatch(cell) for cell in cells) and not _is_date(rows, column)


def _is_date(rows: Sequence[Sequence[str]], column: int) -> bool:
    return all(_DATE.search(row[column]) for row in rows)


def _cell(cells: Sequence[str], column: int | None, longest: int) -> str | None:
    return None if column is None else cells[column][:longest] or None
