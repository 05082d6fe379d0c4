"""``kneewise import``: files into the record."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Annotated

import typer

from kneewise.cli.frame import Json, frame, note
from kneewise.cli.words import plural

if TYPE_CHECKING:
    from kneewise.services.outcomes import FileReport, ImportReport

_SHOWN = 10


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_)


def import_(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, zip or tar archives.")],
    strip_positions: Annotated[
        bool, typer.Option("--strip-positions", help="Keep no positions, and not the original files that hold them.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Import watch files: FIT, TCX, GPX, whole exports of Strava and Garmin.

    Safe to stop at any time and to run again: what is there already is not imported twice.
    """
    from kneewise.cli.progress import line
    from kneewise.services.importing import import_files

    if not all(paths):  # an unset shell variable, and not the folder one happens to stand in
        raise typer.BadParameter("A path is empty; name files, folders or archives.", param_hint="PATH")
    place = frame(context).place()
    gc.enable()  # switched off for the start; this may run for long
    with line("Importing") as progress:
        report = import_files(paths, place=place, strip_positions=strip_positions, progress=progress)
    if not report.nothing_read:
        frame(context).show(report.to_json(), lambda: text(report), as_json=as_json)
        return
    if as_json or frame(context).as_json:
        frame(context).show(report.to_json(), str, as_json=True)
    note(nothing_read(report, paths))
    raise typer.Exit(1)


def nothing_read(report: ImportReport, paths: list[str]) -> str:
    """Return the sentence for an import that read no file at all."""
    where = ", ".join(paths)
    if not report.files:
        return f"No file was found in {where}; point Kneewise at a folder, a zip or a file of watch recordings."
    if len(report.files) == 1 and report.files[0].issues:
        return report.files[0].issues[-1].text
    return f"None of the {len(report.files)} files in {where} could be read; 'kneewise inspect FILE' says why for each."


def text(report: ImportReport) -> str:
    """Return an import in words."""
    runs = sum(len(file.activity_ids) for file in report.files if file.status == "imported")
    counts = [
        f"{plural(report.count('imported'), 'file')} imported ({plural(runs, 'activity', 'activities')})",
        f"{report.count('duplicate')} already there" if report.count("duplicate") else "",
        f"{report.count('skipped')} skipped (no activity)" if report.count("skipped") else "",
        f"{report.count('failed')} failed" if report.count("failed") else "",
    ]
    lines = [f"{', '.join(part for part in counts if part)} in {report.seconds:.1f} s."]
    failed = [file for file in report.files if file.status == "failed"]
    noted = [file for file in report.files if file.status == "imported" and file.issues]
    lines += _section("Failed", failed)
    lines += _section("Noted while reading", noted)
    return "\n".join(lines)


def _section(title: str, files: list[FileReport]) -> list[str]:
    if not files:
        return []
    lines = ["", f"{title}:"]
    for file in files[:_SHOWN]:
        shown = [issue.text for issue in file.issues]
        lines += [f"  {file.path}", *(f"    {issue}" for issue in shown)]
    if len(files) > _SHOWN:
        lines.append(f"  ... and {len(files) - _SHOWN} more; --json lists all.")
    return lines
