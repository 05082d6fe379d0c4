"""What a page area tells about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter

#: Entries of the bar at the bottom of a phone, the one that leads to everything else included.
BAR_ENTRIES = 5


@dataclass(frozen=True, slots=True)
class Area:
    """One page area.

    Attributes
    ----------
    id : str
        Name of its folder, of its templates and of its entry ``frontend/src/areas/<id>.ts``, where it has one.
    title : str
        English title, marked with ``message``; templates translate it.
    path : str
        Address of its first page.
    icon : str
        Name of a drawing in ``templates/parts/icons.html``.
    pages : APIRouter
        HTML routes, with full paths.
    api : APIRouter or None
        JSON routes under ``/api``.
    place : {"main", "more"}
        Whether a phone shows it in the bar at the bottom; the first four have room there.
    offline : bool
        Whether its first page is kept for times without a connection.
    kept : tuple of str
        Further pages that are kept so.
    uploads : frozenset of str
        Paths that take bodies up to the upload limit.
    """

    id: str
    title: str
    path: str
    icon: str
    pages: APIRouter
    api: APIRouter | None = None
    place: Literal["main", "more"] = "more"
    offline: bool = False
    kept: tuple[str, ...] = ()
    uploads: frozenset[str] = frozenset()


def bar(areas: tuple[Area, ...]) -> tuple[Area, ...]:
    """Return the areas that a phone shows at the bottom; all of them where they fit."""
    if len(areas) <= BAR_ENTRIES:
        return areas
    return tuple(area for area in areas if area.place == "main")[: BAR_ENTRIES - 1]


def home(areas: tuple[Area, ...]) -> str:
    """Return where the address ``/`` leads: to the first area."""
    return areas[0].path
