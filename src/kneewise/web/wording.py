"""The words of the app in the reader's language: one gettext catalogue for templates, view models and lower layers.

``gettext`` and ``ngettext`` look up what is written here. ``told`` looks up sentences that come from below - knowledge
files, reasons of a plan, errors. These stand in a catalogue of their own, `kneewise.language.told`; where they hold
numbers or names, their place is marked like ``{days}``: *"Rest for {days} days."* translates *"Rest for 3 days."*
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.support import Translations

from kneewise.language import SOURCE, Language, catalogue, is_translated, translated
from kneewise.web.preferences import preferences

LOCALE = Path(__file__).with_name("locale")


def message(text: str) -> str:
    """Mark a text for the catalogue that is translated later, where it is shown."""
    return text


def gettext(text: str, /, **values: object) -> str:
    """Return a text in the reader's language, with its ``%(name)s`` filled; a plain percent sign is ``%%``."""
    return str(_catalogue(preferences().language).gettext(text)) % values


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the form for a count; ``%(num)s`` is the count."""
    return str(_catalogue(preferences().language).ngettext(one, many, count)) % {"num": count, **values}


def pgettext(context: str, text: str, /, **values: object) -> str:
    """Return a text that means different things in different places."""
    return str(_catalogue(preferences().language).pgettext(context, text)) % values


def told(text: str | None) -> str:
    """Return a sentence from a lower layer in the reader's language; as it is where nobody translated it."""
    if not text:
        return ""
    language = preferences().language
    return text if language == SOURCE else translated(language, text)


def language_of(text: str | None) -> str | None:
    """Return ``"en"`` where a sentence could not be translated, so that a screen reader speaks it rightly."""
    if not text or preferences().language == SOURCE or is_translated(text):
        return None
    return SOURCE if told(text) == text else None


def raw_catalogue() -> Any:
    """Return the catalogue of this request's reader, for the templates' own ``gettext``."""
    return _catalogue(preferences().language)


def _catalogue(language: Language) -> Translations:
    return catalogue(LOCALE, "kneewise", language)
