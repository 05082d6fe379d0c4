"""Collect the app's texts into the template catalogue and bring the translations up to it.

Run ``python scripts/catalogue.py`` (``make texts``) after a text changed; ``tests/unit/web`` fails where this was
forgotten or German is missing. Sentences of lower layers have a catalogue of their own, kept by ``told.py``.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "src" / "kneewise" / "web"
TEMPLATE = WEB / "locale" / "kneewise.pot"
LANGUAGES = ("de",)
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "message": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}


def template() -> Catalog:
    """Return all texts of code and templates, in a steady order."""
    catalogue = Catalog(project="Kneewise", charset="utf-8", fuzzy=False)
    found = extract_from_dir(WEB, _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("Translators:",))
    for _, _, text, comments, context in found:
        catalogue.add(text, auto_comments=comments, context=context)
    return catalogue


def written(catalogue: Catalog) -> str:
    """Return a catalogue as it is stored: sorted, without dates and places, which only make noise."""
    out = io.BytesIO()
    write_po(out, catalogue, sort_output=True, no_location=True, omit_header=True, width=120)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = "" if catalogue.locale is None else f'"Plural-Forms: {catalogue.plural_forms}\\n"\n'
    return f"{head}{plural}\n{out.getvalue().decode().lstrip()}"


def translation(language: str, current: Catalog) -> Catalog:
    """Return the translations of a language with every text of the template and no others."""
    path = WEB / "locale" / language / "LC_MESSAGES" / "kneewise.po"
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    else:
        catalogue = Catalog(locale=language, charset="utf-8")
    catalogue.update(current, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def missing(catalogue: Catalog) -> list[str]:
    """Return the texts that have no translation."""
    return [str(entry.id) for entry in catalogue if entry.id and not all(_forms(entry.string))]


def _forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (str(text or ""),)


def main() -> None:
    """Write template and translations."""
    current = template()
    TEMPLATE.write_text(written(current), encoding="utf-8")
    for language in LANGUAGES:
        catalogue = translation(language, current)
        path = WEB / "locale" / language / "LC_MESSAGES" / "kneewise.po"
        path.write_text(written(catalogue), encoding="utf-8")
        for text in missing(catalogue):
            print(f"{language}: not translated: {text}")


if __name__ == "__main__":
    main()
