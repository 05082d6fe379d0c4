"""Routes that belong to no area: the way in, everything else on a phone, what is kept offline."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from kneewise.web import assets, trouble
from kneewise.web.area import Area
from kneewise.web.late import late_files
from kneewise.web.rendering import page
from kneewise.web.wording import gettext as _

router = APIRouter()

_SEE_OTHER = 303
_SECONDS_PER_DAY = 86_400


@router.get("/start")
def start(request: Request, token: str = "") -> Response:
    """Change the one-time token of the start link for a session."""
    if not request.app.state.start_token.spend(token):
        if request.scope.get("kneewise_session") is None:
            return trouble.answer(request, trouble.UNAUTHORIZED)
        return RedirectResponse("/", _SEE_OTHER)
    response = RedirectResponse("/", _SEE_OTHER)
    response.set_cookie(
        request.app.state.cookie,
        request.app.state.sessions.new(),
        max_age=request.app.state.options.session_days * _SECONDS_PER_DAY,
        httponly=True,
        samesite="strict",
    )
    return response


@router.get("/more")
def more(request: Request) -> Response:
    """Every area, for a phone whose bar holds only some."""
    return page(request, "more.html", area="more")


@router.get("/session.json")
def session(request: Request) -> Response:
    """Return the CSRF token for a page that was kept while offline."""
    return JSONResponse({"csrf": request.scope["kneewise_session"].csrf})


@router.get("/offline")
def offline(request: Request) -> Response:
    """What stands for a page that cannot be reached."""
    return page(request, "offline.html")


@router.get("/sw.js")
def service_worker() -> Response:
    """Return the service worker; at the top, so that it may serve every page."""
    return FileResponse(assets.FOLDER / "sw.js", media_type="text/javascript", headers={"cache-control": "no-cache"})


@router.get("/shell.json")
def shell(request: Request) -> Response:
    """What the service worker keeps: built files, pages that work offline, and large files from their first use on."""
    built = assets.assets()
    areas: tuple[Area, ...] = request.app.state.areas
    pages = [
        "/offline",
        *(area.path for area in areas if area.offline),
        *(path for area in areas for path in area.kept),
    ]
    files = [*built.all_files(), "/icon.svg"]
    return JSONResponse({"version": built.version, "files": files, "pages": pages, "late": late_files()})


@router.get("/app.webmanifest")
def web_manifest() -> Response:
    """Let a phone put the app on its home screen."""
    document = {
        "name": "Kneewise",
        "short_name": "Kneewise",
        "description": _("What every run costs your knee."),
        "start_url": "/",
        "display": "standalone",
        "background_color": "#f6f4ef",
        "theme_color": "#f6f4ef",
        "icons": [{"src": "/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any maskable"}],
    }
    return JSONResponse(document, media_type="application/manifest+json")


@router.get("/icon.svg")
def icon() -> Response:
    """Return the app's sign."""
    return FileResponse(assets.ICON, media_type="image/svg+xml", headers={"cache-control": "max-age=86400"})


@router.get("/favicon.ico")
def favicon() -> Response:
    """Tell old browsers that there is none."""
    raise HTTPException(trouble.NOT_FOUND)
