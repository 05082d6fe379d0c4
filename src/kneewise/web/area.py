"""What a page area tells about itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter


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
    uploads: frozenset[str] = frozenset()
