"""Kinds of data and roles in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from kneewise.storage.kinds import KINDS, Kind
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message

_TITLES: Final[Mapping[Kind, str]] = {
    "runs": message("Runs"),
    "check_ins": message("Check-ins"),
    "video": message("Video"),
    "notes": message("Notes"),
}
_TEXTS: Final[Mapping[Kind, str]] = {
    "runs": message("Every run with its load, its speed and its way, and files as they came."),
    "check_ins": message(
        "Pain, answers to the safety questions, scores, short tests, your plan and what you did of it."
    ),
    "video": message("Numbers and pictures of your clips, and findings along the whole chain."),
    "notes": message("Your clinician may keep notes, tests and proposals here; you read all of them."),
}
ROLES: Final[Mapping[str, str]] = {
    "runner": message("Runner"),
    "clinician": message("Clinician"),
    "administrator": message("Administrator"),
}


def kind_title(kind: Kind) -> str:
    """Return the name of a kind."""
    return _(_TITLES[kind])


def kind_text(kind: Kind) -> str:
    """Return what a kind holds."""
    return _(_TEXTS[kind])


def kinds_in_words(kinds: Collection[str]) -> str:
    """Return kinds as one list: ``Runs, Check-ins``."""
    return ", ".join(kind_title(kind) for kind in KINDS if kind in kinds)
