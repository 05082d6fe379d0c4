"""Steps in front of the device's own camera: the page, what it needs, and the files of the pose model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kneewise.errors import MissingModelError
from kneewise.services.live_camera import (
    camera_doubts,
    camera_lacks,
    camera_scales,
    gauge_numbers,
    live_model,
    model_names,
    pose_numbers,
)
from kneewise.web import trouble
from kneewise.web.assets import A_YEAR
from kneewise.web.gait.camera_words import WORDS
from kneewise.web.rendering import page
from kneewise.web.security import SENSING
from kneewise.web.wording import gettext as _
from kneewise.web.wording import told

router = APIRouter()

_AREA: Final = "gait"


@dataclass(frozen=True, slots=True)
class CameraPage:
    """The page.

    Attributes
    ----------
    lack : str
        Why this installation cannot measure; empty where it can.
    data : dict
        What the device needs, with its words.
    """

    lack: str
    data: dict[str, Any]


def camera_data() -> dict[str, Any]:
    """Return what the device needs to measure steps with its camera, with its words."""
    return {
        "models": {part: f"/models/{name}" for part, name in model_names().items()},
        "pose": pose_numbers(),
        "gauge": gauge_numbers(),
        "doubts": camera_doubts(),
        "scales": camera_scales(),
        "words": {name: _(text) for name, text in WORDS.items()},
    }


@router.get("/gait/live")
def show(request: Request) -> Response:
    """Measure steps now."""
    view = CameraPage(lack=told(camera_lacks()), data=camera_data())
    return page(request, "gait/live.html", view, area=_AREA, entry="camera", headers=SENSING)


@router.get("/models/{name}")
def model(name: str) -> Response:
    """Return a file of the pose model; its name changes with its content."""
    try:
        content = live_model(name)
    except MissingModelError as error:
        raise HTTPException(trouble.NOT_FOUND) from error
    return Response(content, media_type="application/octet-stream", headers={"cache-control": A_YEAR})
