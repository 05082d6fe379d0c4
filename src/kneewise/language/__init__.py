"""The reader's language, for every face alike: what texts, sentences of lower layers and numbers are called in it."""

from kneewise.language.amounts import day, day_short, locale_name, month_year, number
from kneewise.language.catalogue import catalogue
from kneewise.language.names import LANGUAGES, SOURCE, Language
from kneewise.language.told import is_translated, translated

__all__ = [
    "LANGUAGES",
    "SOURCE",
    "Language",
    "catalogue",
    "day",
    "day_short",
    "is_translated",
    "locale_name",
    "month_year",
    "number",
    "translated",
]
