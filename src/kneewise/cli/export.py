"""``kneewise export``: the plan for watch, calendar and paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kneewise.cli.frame import Json, day, frame, note
from kneewise.cli.paragraphs import bullets, wrapped
from kneewise.cli.words import plural

if TYPE_CHECKING:
    from kneewise.services.exporting import Exported

_USB = (
    "To the watch: connect it by USB and copy the files into its folder GARMIN/NEWFILES. "
    "After unplugging they stand under Training, Workouts."
)
_ICS = "Open or import the file in your calendar. Import it again after a change: sessions move, none doubles."


def register(app: typer.Typer) -> typer.Typer:
    """Add the command group and return it."""
    group = typer.Typer(help="The plan for your watch, your calendar and the fridge door; all your data.")
    group.command("watch")(watch)
    group.command("calendar")(calendar)
    group.command("week")(week)
    app.add_typer(group, name="export")
    return group


def watch(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the workouts; made where missing.")],
    days: Annotated[int, typer.Option(metavar="N", help="Days from today on.")] = 7,
    as_json: Json = False,
) -> None:
    """Write FIT workouts for the next runs: walk-run repeats, times, cadence targets."""
    from kneewise.services.exporting import export_watch

    _show(context, export_watch(frame(context).place(), folder, days=days), "workout", _USB, as_json=as_json)


def calendar(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="DIR|FILE.ics", help="Folder, or a file that ends in .ics.")],
    as_json: Json = False,
) -> None:
    """Write the plan as a calendar file (ICS); what a new version dropped is cancelled in it."""
    from kneewise.services.exporting import export_calendar

    _show(context, export_calendar(frame(context).place(), target), "calendar", _ICS, as_json=as_json)


def week(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.html", help="Page to write.")],
    since: Annotated[
        Any, typer.Option(parser=day, metavar="DAY", help="First day [default: Monday of the next session]")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write seven days as one page to print."""
    from kneewise.services.exporting import export_week

    written = export_week(frame(context).place(), file, first_day=since)
    _show(context, written, "page", "Open it in a browser and print it.", as_json=as_json)


def _show(context: typer.Context, exported: Exported, what: str, how: str, *, as_json: bool) -> None:
    if exported.adapt_first:
        note("This is the issued plan, and it should be adapted first: run 'kneewise plan adapt' and export again.")
    document = exported.to_json()
    frame(context).show(document, lambda: _text(document, what, how), as_json=as_json)


def _text(document: dict[str, Any], what: str, how: str) -> str:
    if not document["paths"]:
        lines = ["No run in these days; nothing was written."]
    else:
        lines = [f"{plural(len(document['paths']), what)} written:", *(f"  {path}" for path in document["paths"])]
    if document["removed"]:
        gone = plural(len(document["removed"]), "older workout")
        lines.append(f"{gone} removed, because the plan has changed or the day is over.")
    if document["issues"]:
        lines += ["", *bullets(f"{issue['where']}: {issue['text']}" for issue in document["issues"])]
    return "\n".join([*lines, "", *wrapped(how)] if document["paths"] else lines)
