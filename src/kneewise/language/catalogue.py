"""Catalogues of texts: read when the first text in a language is wanted."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations


@cache
def catalogue(folder: Path, domain: str, language: str) -> Translations:
    """Return the texts of a domain in a language; without a catalogue every text stays as it is written.

    Parameters
    ----------
    folder : Path
        Holds ``<language>/LC_MESSAGES/<domain>.po``.
    """
    path = folder / language / "LC_MESSAGES" / f"{domain}.po"
    if not path.exists():
        return Translations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)
