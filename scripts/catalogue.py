"""Collect the texts of the app and of the clinician's report and bring the translations up to them.

Run ``python scripts/catalogue.py`` (``make texts``) after a text changed; ``tests/unit`` fails where this was forgotten
or German is missing. Sentences of lower layers have a catalogue of their own, kept by ``told.py``.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "src" / "kneewise" / "web"
REPORT = ROOT / "src" / "kneewise" / "report" / "clinic"
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


class Texts(NamedTuple):
    """The texts below one folder, which hold their catalogues in ``locale``."""

    folder: Path
    domain: str

    @property
    def template(self) -> Path:
        """Where all texts stand."""
        return self.folder / "locale" / f"{self.domain}.pot"

    def translation(self, language: str) -> Path:
        """Return where the translations into a language stand."""
        return self.folder / "locale" / language / "LC_MESSAGES" / f"{self.domain}.po"


APP, CLINIC_REPORT = Texts(WEB, "kneewise"), Texts(REPORT, "report")
ALL = (APP, CLINIC_REPORT)


def template(texts: Texts = APP) -> Catalog:
    """Return all texts of code and templates, in a steady order."""
    catalogue = Catalog(project="Kneewise", charset="utf-8", fuzzy=False)
    found = extract_from_dir(texts.folder, _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("Translators:",))
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


def translation(language: str, current: Catalog, texts: Texts = APP) -> Catalog:
    """Return the translations of a language with every text of the template and no others."""
    path = texts.translation(language)
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
    for texts in ALL:
        current = template(texts)
        texts.template.parent.mkdir(exist_ok=True)
        texts.template.write_text(written(current), encoding="utf-8")
        for language in LANGUAGES:
            catalogue = translation(language, current, texts)
            path = texts.translation(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(written(catalogue), encoding="utf-8")
            for text in missing(catalogue):
                print(f"{language}: not translated: {text}")


if __name__ == "__main__":
    main()
