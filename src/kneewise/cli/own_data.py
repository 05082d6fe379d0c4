"""``kneewise where``, ``backup``, ``restore``, ``move``, ``erase`` and ``export all``: one's own data as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kneewise.cli.frame import Json, frame, note
from kneewise.cli.paragraphs import wrapped
from kneewise.cli.progress import steps
from kneewise.cli.words import plural, table

_KILO = 1000


def register(app: typer.Typer, exports: typer.Typer) -> None:
    """Add the commands; ``export all`` stands among the other exports."""
    app.command("where")(where)
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("move")(move)
    app.command("erase")(erase)
    exports.command("all")(export_everything)


def where(context: typer.Context, as_json: Json = False) -> None:
    """Tell what is stored where."""
    from kneewise.services.own_data.stored import what_is_stored

    stored = what_is_stored(frame(context).place())
    document = stored.to_json()

    def text() -> str:
        rows = [(kind.title, str(kind.count), _size(kind.size_bytes), kind.where) for kind in stored.kinds]
        lines = [*wrapped(stored.text), "", *table(("what", "number", "size", "where"), rows, left=(0, 3))]
        if stored.foreign:
            lines += ["", "Not ours, and never touched:", *(f"  {path}" for path in stored.foreign)]
        return "\n".join(lines)

    frame(context).show(document, text, as_json=as_json)


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Zip archive to write.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of a file of that name.")] = False,
    as_json: Json = False,
) -> None:
    """Write everything into one file, to put back with 'kneewise restore'. The record may be in use meanwhile."""
    from kneewise.services.own_data.backup import back_up

    with steps("Backing up") as progress:
        made = back_up(frame(context).place(), file, replace=replace, progress=progress)

    def text() -> str:
        held = f"{plural(made.counts['activity'], 'activity', 'activities')}, {plural(made.files, 'original file')}"
        return f"Backed up: {held}, {_size(made.size_bytes)}, in {made.path}.{_noted(made.to_json())}"

    frame(context).show(made.to_json(), text, as_json=as_json)


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What 'kneewise backup' wrote.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Put it in the place of a record that holds something.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Put a backup back. It is verified to the last byte first; a failure leaves what is there as it is."""
    from kneewise.services.own_data.restore import restore as put_back

    with steps("Verifying") as progress:
        made = put_back(frame(context).place(), file, overwrite=overwrite, progress=progress)

    def text() -> str:
        held = f"{plural(made.counts['activity'], 'activity', 'activities')}, {plural(made.originals, 'original file')}"
        return f"Restored: {held}, as of {made.made_at[:10]}."

    frame(context).show(made.to_json(), text, as_json=as_json)


def move(
    context: typer.Context,
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help="Empty database, such as postgresql://user@host/name.")
    ],
    as_json: Json = False,
) -> None:
    """Carry the whole record into another database and verify it there; the one that you have stays as it is.

    The folder of original files belongs to either database and stays where it is.
    """
    from kneewise.services.own_data.carry import carry_record

    with steps("Moving") as progress:
        made = carry_record(frame(context).place(), to, progress=progress)

    def text() -> str:
        rows = sum(sums.rows for sums in made.tables.values())
        held = f"{plural(made.tables['activity'].rows, 'activity', 'activities')}, {plural(rows, 'row')} in all"
        return (
            f"Moved and verified: {held}, into {made.target}.\n"
            f"Use it with --database or $KNEEWISE_DATABASE; {made.source} is as it was.\n"
            f"{plural(made.originals, 'original file')} stay in {made.originals_folder}.{_noted(made.to_json())}"
        )

    frame(context).show(made.to_json(), text, as_json=as_json)


def erase(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="You mean it; without this nothing is erased.")] = False,
    as_json: Json = False,
) -> None:
    """Erase everything: the whole record, or with 'kneewise --runner ID erase' all of one runner. It cannot be undone.

    Backups and exports lie where you put them and stay.
    """
    from kneewise.services.own_data.erase import erase as wipe

    place = frame(context).place()
    if not yes:
        whose = "everything" if place.runner_id is None else f"everything of runner '{place.runner_id}'"
        note(f"This erases {whose} in {place.data} for good; add --yes if you mean it, after 'kneewise backup FILE'.")
        raise typer.Exit(2)
    erased = wipe(place)

    def text() -> str:
        held = plural(erased.counts["activity"], "activity", "activities")
        files = plural(erased.originals, "original file")
        lines = [f"Erased: {held}, {files}, and all answers and plans, of {', '.join(erased.runners) or 'nobody'}."]
        if erased.left:
            lines += ["Not ours, and left where it is:", *(f"  {path}" for path in erased.left)]
        return "\n".join(lines)

    frame(context).show(erased.to_json(), text, as_json=as_json)


def export_everything(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or an empty folder.")],
    as_json: Json = False,
) -> None:
    """Write all your data in open formats: CSV, JSON lines, and your files as they came, with a list of all columns."""
    from kneewise.services.own_data.export import export_all

    with steps("Exporting") as progress:
        made = export_all(frame(context).place(), folder, progress=progress)

    def text() -> str:
        held = f"{plural(made.counts['activity'], 'activity', 'activities')}, {plural(made.counts['event'], 'answer')}"
        return (
            f"Exported: {held}, {plural(made.originals, 'original file')}, in {made.folder}.\n"
            "README.md there tells what is what; dictionary.csv has every column with its unit."
        )

    frame(context).show(made.to_json(), text, as_json=as_json)


def _noted(document: dict[str, Any]) -> str:
    return "".join(f"\n{issue['where']}: {issue['text']}" for issue in document["issues"])


def _size(size_bytes: int | None) -> str:
    if size_bytes is None:
        return ""
    megabytes = size_bytes / _KILO**2
    return f"{megabytes:.1f} MB" if megabytes >= 1 else f"{size_bytes / _KILO:.1f} kB"
