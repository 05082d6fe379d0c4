"""Every route of the app, who may use it, and the kinds of data that it reads or changes.

In clinic mode each request passes `kneewise.services.clinic.authority.decide` with its line of this table. A route that
has no line stops a clinic's server from starting; a test finds lines that are no route any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from kneewise.services.clinic.authority import Need

ANYONE: Final = Need("anyone")
ACCOUNT: Final = Need("account")
LOCAL: Final = Need("local")
CLINICIAN: Final = Need("clinician")
ADMINISTRATOR: Final = Need("administrator")

# A video sets the knee behind the load of every run; what a clinic found counts in the patterns of the answers. Where
# these are not shared, the same pages show what they would be without.
_RUNS: Final = Need("record", frozenset({"runs"}), frozenset({"video"}))
_TOLD: Final = Need("record", frozenset({"check_ins"}), frozenset({"notes"}))
_BOTH: Final = Need("record", frozenset({"runs", "check_ins"}), frozenset({"video", "notes"}))
_LOAD: Final = Need("record", frozenset({"runs"}), frozenset({"check_ins", "video", "notes"}))
_KNEE: Final = Need("record", frozenset({"check_ins"}), frozenset({"runs", "video", "notes"}))
_FILMED: Final = Need("record", frozenset({"video"}))
_CHAIN: Final = Need("record", optional=frozenset({"runs", "check_ins", "video", "notes"}))
_NOTES: Final = Need("care", frozenset({"notes"}))
_EXAMINED: Final = Need("care", frozenset({"notes"}), frozenset({"check_ins"}))

_OWN: Final = Need("own")
_OWN_RUNS: Final = Need("own", frozenset({"runs"}))
_OWN_TOLD: Final = Need("own", frozenset({"check_ins"}))
_OWN_VIDEO: Final = Need("own", frozenset({"video"}))
_OWN_NOTES: Final = Need("own", frozenset({"notes"}))
_OWN_ALL: Final = Need("own", frozenset({"runs", "check_ins", "video", "notes"}))

#: Method and address, as the router knows it.
ACCESS: Final[Mapping[tuple[str, str], Need]] = {
    # The app itself.
    ("GET", "/api/openapi.json"): ACCOUNT,
    ("HEAD", "/api/openapi.json"): ACCOUNT,
    ("GET", "/start"): LOCAL,
    ("GET", "/more"): ACCOUNT,
    ("GET", "/session.json"): ACCOUNT,
    ("GET", "/offline"): ANYONE,
    ("GET", "/sw.js"): ANYONE,
    ("GET", "/shell.json"): ANYONE,
    ("GET", "/app.webmanifest"): ANYONE,
    ("GET", "/icon.svg"): ANYONE,
    ("GET", "/favicon.ico"): ANYONE,
    # Today.
    ("GET", "/"): _BOTH,
    ("GET", "/check-in"): _OWN_TOLD,
    ("POST", "/check-in"): _OWN_TOLD,
    ("POST", "/today/plan"): _OWN_TOLD,
    ("GET", "/api/today"): _BOTH,
    ("GET", "/api/state"): _BOTH,
    ("POST", "/api/checkins"): _OWN_TOLD,
    # Load and runs.
    ("GET", "/load"): _LOAD,
    ("GET", "/runs"): _BOTH,
    ("GET", "/runs/add"): _OWN_RUNS,
    ("POST", "/runs/add"): _OWN_RUNS,
    ("GET", "/runs/{run_id}"): _BOTH,
    ("GET", "/runs/{run_id}/way"): _RUNS,
    ("GET", "/api/load"): _RUNS,
    ("GET", "/api/activities"): _RUNS,
    ("POST", "/api/activities"): _OWN_RUNS,
    ("GET", "/api/activities/{activity_id}"): _BOTH,
    # Knee.
    ("GET", "/knee"): _KNEE,
    ("GET", "/knee/intake"): _OWN_TOLD,
    ("POST", "/knee/intake"): _OWN_TOLD,
    ("GET", "/knee/intake/{page_id}"): _OWN_TOLD,
    ("POST", "/knee/intake/{page_id}"): _OWN_TOLD,
    ("POST", "/knee/intake/{page_id}/keep"): _OWN_TOLD,
    ("GET", "/knee/result"): _KNEE,
    ("GET", "/knee/findings"): _CHAIN,
    ("GET", "/knee/measures"): _TOLD,
    ("GET", "/knee/measures/{measure}"): _TOLD,
    ("POST", "/knee/measures/{measure}"): _OWN_TOLD,
    ("GET", "/knee/tests"): _OWN_TOLD,
    ("POST", "/knee/tests"): _OWN_TOLD,
    ("GET", "/api/intake/questions"): ACCOUNT,
    ("GET", "/api/intake"): _TOLD,
    ("POST", "/api/intake"): _OWN_TOLD,
    ("GET", "/api/findings"): _CHAIN,
    ("GET", "/api/measures"): _TOLD,
    ("GET", "/api/measures/trends"): _TOLD,
    ("POST", "/api/measures/{measure}"): _OWN_TOLD,
    ("POST", "/api/tests"): _OWN_TOLD,
    # Plan.
    ("GET", "/plan"): _BOTH,
    ("GET", "/plan/month"): _BOTH,
    ("GET", "/plan/new"): _OWN_TOLD,
    ("POST", "/plan/new"): _OWN_TOLD,
    ("POST", "/plan/adapt"): _OWN_TOLD,
    ("GET", "/plan/history"): _BOTH,
    ("GET", "/plan/history/{version}"): _BOTH,
    ("GET", "/plan/week-sheet"): _BOTH,
    ("GET", "/plan/export/watch"): _BOTH,
    ("GET", "/plan/export/calendar"): _BOTH,
    ("GET", "/plan/export/week"): _BOTH,
    ("GET", "/plan/sessions/{session_id}"): _BOTH,
    ("GET", "/plan/sessions/{session_id}/move"): _OWN_TOLD,
    ("POST", "/plan/sessions/{session_id}/move"): _OWN_TOLD,
    ("GET", "/plan/strength/{session_id}"): _BOTH,
    ("POST", "/plan/strength"): _OWN_TOLD,
    ("GET", "/plan/steps"): _BOTH,
    ("POST", "/plan/steps"): _OWN_TOLD,
    ("GET", "/live"): _OWN_TOLD,
    ("GET", "/live/trial"): _OWN_TOLD,
    ("POST", "/live"): _OWN_TOLD,
    ("POST", "/live/trial"): _OWN_TOLD,
    ("GET", "/api/live"): _OWN_TOLD,
    ("POST", "/api/live"): _OWN_TOLD,
    ("GET", "/api/plan"): _BOTH,
    ("POST", "/api/plan"): _OWN_TOLD,
    ("POST", "/api/plan/adapt"): _OWN_TOLD,
    ("GET", "/api/plan/versions/{version}"): _BOTH,
    ("GET", "/api/plan/moves"): _OWN_TOLD,
    ("POST", "/api/plan/moves"): _OWN_TOLD,
    ("POST", "/api/strength"): _OWN_TOLD,
    ("POST", "/api/gait-trial"): _OWN_TOLD,
    # Did it help.
    ("GET", "/helped"): _BOTH,
    ("POST", "/helped"): _OWN_TOLD,
    ("GET", "/helped/load"): _BOTH,
    ("GET", "/api/helped"): _BOTH,
    ("GET", "/api/helped/changes"): _BOTH,
    # Video and lab.
    ("GET", "/gait"): _FILMED,
    ("GET", "/gait/progress"): _OWN_VIDEO,
    ("GET", "/gait/guide"): ACCOUNT,
    ("GET", "/gait/live"): ACCOUNT,
    ("GET", "/models/{name}"): ACCOUNT,
    ("POST", "/gait/upload"): _OWN_VIDEO,
    ("POST", "/gait/send"): _OWN_VIDEO,
    ("POST", "/gait/standing"): _OWN_VIDEO,
    ("GET", "/gait/jobs/{job_id}"): _OWN_VIDEO,
    ("GET", "/gait/jobs/{job_id}/progress"): _OWN_VIDEO,
    ("GET", "/gait/jobs/{job_id}/frame"): _OWN_VIDEO,
    ("POST", "/gait/jobs/{job_id}/measure"): _OWN_VIDEO,
    ("POST", "/gait/jobs/{job_id}/cancel"): _OWN_VIDEO,
    ("GET", "/gait/clips/{clip_id}"): _FILMED,
    ("GET", "/gait/clips/{clip_id}/files/{name}"): _FILMED,
    ("POST", "/gait/clips/{clip_id}/delete"): _OWN_VIDEO,
    ("GET", "/api/gait"): _FILMED,
    ("GET", "/api/gait/{clip_id}"): _FILMED,
    ("GET", "/api/gait/{clip_id}/compared/{earlier_id}"): _FILMED,
    ("DELETE", "/api/gait/{clip_id}"): _OWN_VIDEO,
    ("GET", "/api/gait-jobs"): _OWN_VIDEO,
    ("POST", "/api/gait-jobs"): _OWN_VIDEO,
    ("GET", "/api/gait-jobs/{job_id}"): _OWN_VIDEO,
    ("DELETE", "/api/gait-jobs/{job_id}"): _OWN_VIDEO,
    ("GET", "/lab"): _FILMED,
    ("POST", "/lab/upload"): _OWN_VIDEO,
    ("POST", "/lab/measure"): _OWN_VIDEO,
    ("POST", "/lab/trials/{trial_id}/withdraw"): _OWN_VIDEO,
    ("GET", "/api/lab-trials"): _FILMED,
    ("DELETE", "/api/lab-trials/{trial_id}"): _OWN_VIDEO,
    # What a step costs, for this body.
    ("GET", "/calculator"): _RUNS,
    ("GET", "/api/knee-load"): _RUNS,
    # The report holds what is shared, and says what is not.
    ("GET", "/report"): _CHAIN,
    ("GET", "/report/preview"): _CHAIN,
    ("GET", "/report/{form}"): _CHAIN,
    ("GET", "/api/report"): _CHAIN,
    # Import.
    ("GET", "/import"): _OWN_RUNS,
    ("GET", "/import/progress"): _OWN_RUNS,
    ("POST", "/import/upload"): _OWN_RUNS,
    ("POST", "/import/begin"): _OWN_RUNS,
    ("POST", "/import/cancel"): _OWN_RUNS,
    ("GET", "/import/results/{group}"): _OWN_RUNS,
    ("POST", "/import/inspect"): _OWN_RUNS,
    ("GET", "/api/imports"): _OWN_RUNS,
    ("GET", "/api/imports/{job_id}"): _OWN_RUNS,
    ("DELETE", "/api/imports/{job_id}"): _OWN_RUNS,
    # Evidence is the same for everybody.
    ("GET", "/evidence"): ACCOUNT,
    ("GET", "/evidence/{family}/{record_id}"): ACCOUNT,
    ("GET", "/api/evidence"): ACCOUNT,
    ("GET", "/api/evidence/{family}"): ACCOUNT,
    ("GET", "/api/evidence/{family}/{record_id}"): ACCOUNT,
    # A backup holds everybody's data: only who runs the server may take one or put one back.
    ("GET", "/my-data"): _OWN_ALL,
    ("POST", "/my-data/export"): _OWN_ALL,
    ("POST", "/my-data/backup"): LOCAL,
    ("POST", "/my-data/restore"): LOCAL,
    ("GET", "/my-data/restore/{key}"): LOCAL,
    ("POST", "/my-data/restore/confirm"): LOCAL,
    ("POST", "/my-data/recompute"): _OWN_RUNS,
    ("GET", "/my-data/recompute"): _OWN_RUNS,
    ("POST", "/my-data/erase"): _OWN_ALL,
    ("GET", "/api/data"): _OWN_ALL,
    # Settings.
    ("GET", "/settings"): _OWN,
    ("POST", "/settings/display"): ACCOUNT,
    ("POST", "/settings/profile"): _OWN,
    ("GET", "/api/profile"): _OWN,
    ("PUT", "/api/profile"): _OWN,
}

#: The routes that only a clinic has.
CLINIC_ACCESS: Final[Mapping[tuple[str, str], Need]] = {
    ("GET", "/sign-in"): ANYONE,
    ("POST", "/sign-in"): ANYONE,
    ("GET", "/invitation/{key}"): ANYONE,
    ("POST", "/invitation/{key}"): ANYONE,
    ("GET", "/reset/{key}"): ANYONE,
    ("POST", "/reset/{key}"): ANYONE,
    ("POST", "/sign-out"): ACCOUNT,
    ("GET", "/account"): ACCOUNT,
    ("POST", "/account/password"): ACCOUNT,
    ("POST", "/account/display"): ACCOUNT,
    ("POST", "/account/second-step"): ACCOUNT,
    ("POST", "/account/second-step/end"): ACCOUNT,
    ("POST", "/account/sessions/end"): ACCOUNT,
    ("GET", "/my-clinic"): _OWN_NOTES,
    ("POST", "/my-clinic/share"): _OWN,
    ("GET", "/my-clinic/log"): _OWN,
    ("POST", "/my-clinic/proposals/{proposal_id}"): _OWN_NOTES,
    ("GET", "/clinic"): CLINICIAN,
    ("GET", "/clinic/invite"): CLINICIAN,
    ("POST", "/clinic/invite"): CLINICIAN,
    ("POST", "/clinic/close"): CLINICIAN,
    ("GET", "/clinic/runners/{account_id}"): Need("care"),
    ("POST", "/clinic/runners/{account_id}/open"): Need("care"),
    ("POST", "/clinic/runners/{account_id}/link"): Need("care"),
    ("GET", "/clinic/runners/{account_id}/notes"): _NOTES,
    ("POST", "/clinic/runners/{account_id}/notes"): _NOTES,
    ("GET", "/clinic/runners/{account_id}/examination"): _EXAMINED,
    ("POST", "/clinic/runners/{account_id}/examination"): _EXAMINED,
    ("GET", "/clinic/runners/{account_id}/proposals"): _NOTES,
    ("POST", "/clinic/runners/{account_id}/proposals"): _NOTES,
    ("GET", "/accounts"): ADMINISTRATOR,
    ("POST", "/accounts"): ADMINISTRATOR,
    ("POST", "/accounts/{account_id}/link"): ADMINISTRATOR,
    ("POST", "/accounts/{account_id}/close"): ADMINISTRATOR,
    ("POST", "/accounts/{account_id}/reopen"): ADMINISTRATOR,
}

#: Folders of files without anybody's data.
_OPEN_FOLDERS: Final = frozenset({"/static"})


def routes_of(app: FastAPI) -> Iterator[tuple[str, str, object]]:
    """Yield method, whole address and endpoint of every route that the app answers."""
    for found in iter_route_contexts(app.routes):
        path = found.path or ""
        if isinstance(found.original_route, Mount):
            if path not in _OPEN_FOLDERS:
                raise UndeclaredRouteError(f"The folder {path} has no line in web/access.py; say who may read it.")
            continue
        for method in sorted(found.methods or ()):
            yield method, path, found.endpoint


def needs(app: FastAPI) -> dict[tuple[object, str], tuple[str, Need]]:
    """Return address and need of every route, by endpoint and method.

    Raises
    ------
    UndeclaredRouteError
        For a route without a line in the table.
    """
    table = {**ACCESS, **CLINIC_ACCESS}
    found: dict[tuple[object, str], tuple[str, Need]] = {}
    for method, path, endpoint in routes_of(app):
        need = table.get((method, path))
        if need is None:
            raise UndeclaredRouteError(f"{method} {path} has no line in web/access.py; say who may use it.")
        known = found.setdefault((endpoint, method), (path, need))
        if known[1] != need:
            raise UndeclaredRouteError(f"{method} {path} and {known[0]} are one function with two lines in access.py.")
    return found


class UndeclaredRouteError(RuntimeError):
    """A route of which nobody has said who may use it, and what it reads."""
