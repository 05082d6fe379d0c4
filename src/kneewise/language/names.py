"""The languages that there are."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "de"]

LANGUAGES: tuple[Language, ...] = ("en", "de")
#: Language that all texts are written in.
SOURCE: Language = "en"
