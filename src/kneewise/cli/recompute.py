"""``kneewise recompute``: everything anew from the originals."""

from __future__ import annotations

import gc

import typer

from kneewise.cli.frame import Json, frame
from kneewise.cli.words import plural


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("recompute")(recompute)


def recompute(context: typer.Context, as_json: Json = False) -> None:
    """Compute everything anew from the original files, as after an upgrade; safe to stop and to run again."""
    from kneewise.cli.progress import line
    from kneewise.services import recomputing

    place = frame(context).place()
    gc.enable()  # switched off for the start; this may run for long
    with line("Computing anew") as progress:
        result = recomputing.recompute(place, progress=progress)

    def text() -> str:
        head = f"{plural(result.recomputed, 'activity', 'activities')} computed anew in {result.seconds:.1f} s."
        return "\n".join([head, *(f"  {file.path}: {file.issues[-1].text}" for file in result.files)])

    frame(context).show(result.to_json(), text, as_json=as_json)
