"""``kneewise inspect``: what one file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kneewise.cli.frame import Json, frame
from kneewise.cli.words import NONE, duration, kilometres, number, table, whole


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("inspect")(inspect)


def inspect(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help="A FIT, TCX or GPX file, also gzipped.")],
    as_json: Json = False,
) -> None:
    """Decode one file, show all it holds, store nothing."""
    from kneewise.services.inspecting import inspect_file

    document = inspect_file(file)
    frame(context).show(document, lambda: text(document, file), as_json=as_json)


def text(document: dict[str, Any], file: Path) -> str:
    """Return a file's content in words."""
    sport = " / ".join(part for part in (document["sport"], document["sub_sport"]) if part)
    facts = {
        "File": f"{file.name} ({document['format']}, {document['kind']})",
        "Sport": sport or NONE,
        "Device": document["device"] or NONE,
        "Start": document["start"] or NONE,
        "Duration": f"{duration(document['duration_s'])}, {duration(document['moving_s'])} moving",
        "Distance": f"{kilometres(document['distance_m'])} km",
        "Steps": whole(document["steps"]),
        "Records": str(document["records"]),
    }
    lines = [f"{name:<9} {value}" for name, value in facts.items()]
    skipped = document["recovered"]["bytes_skipped"]
    if skipped:
        lines.append(
            f"Damage    {skipped} bytes could not be read; {document['recovered']['records']} records were saved."
        )
    if document["channels"]:
        rows = [_channel(name, channel) for name, channel in document["channels"].items()]
        lines += ["", *table(("channel", "values", "mean", "min", "max", "unit", "source"), rows, left=(0, 5, 6))]
    if document["issues"]:
        lines += ["", "Noted:", *(f"  {issue['text']}" for issue in document["issues"])]
    return "\n".join(lines)


def _channel(name: str, channel: dict[str, Any]) -> tuple[str, ...]:
    figures = (number(channel[key], 2) for key in ("mean", "min", "max"))
    return (name, str(channel["count"]), *figures, channel["unit"], channel["source"])
