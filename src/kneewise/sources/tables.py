"""Tables of text as spreadsheets and exports write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_FIELD = 1 << 24


def decode_text(data: bytes) -> str:
    """Return text from UTF-8 with or without byte order mark, UTF-16 or, failing these, Windows' western code page."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def delimiter_of(text: str) -> str:
    """Return the delimiter that the first line with any text uses most."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=first.count)


def table_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of each row with any text; a table that breaks off ends there."""
    csv.field_size_limit(_LONGEST_FIELD)
    rows = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=delimiter)
    line = 1
    while True:
        try:
            cells = next(rows)
        except (StopIteration, csv.Error):
            return
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]
        line = rows.line_num + 1
