"""``kneewise demo``: a made runner to look around with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kneewise.cli.frame import Json, frame, note
from kneewise.cli.serve import open_app
from kneewise.cli.words import plural
from kneewise.errors import InvalidInputError

if TYPE_CHECKING:
    from kneewise.services.demo import PreparedDemo


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    context: typer.Context,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", readable=False, help="The demo's own folder [default: beside your data]"),
    ] = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Only build it.")] = False,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on [default: 127.0.0.1, this machine only]")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes any free one [default: 8471]")] = None,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the browser with the start link.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Open the app on a made runner: two years of runs, a sore knee, a plan under way.

    Everything in it is made up and says so, but for a few runs of other people in a record of their own ('--runner
    samples'). It has a folder of its own, never touches your data, and is built anew each day.
    """
    from kneewise.services.demo import demo_folder, prepare_demo
    from kneewise.services.place import locate

    options = frame(context)
    if options.database is not None:
        raise InvalidInputError("The demo keeps its own database in its folder; leave out --database.")
    folder = data or options.data or demo_folder(locate())
    ready = prepare_demo(folder, tell=lambda what: note(f"Making the demo: {what} ..."))
    if ready.note:
        note(ready.note)
    options.show(ready.to_json(), lambda: _text(ready), as_json=as_json)
    if not no_serve:
        open_app(ready.place, host, port, open_browser=open_browser)


def _text(ready: PreparedDemo) -> str:
    made = f"made in {ready.seconds:.1f} s" if ready.built else "ready"
    return (
        f"The demo is {made}: {plural(ready.runs, 'run')}, in {ready.place.data}.\n"
        f"Look at it with 'kneewise --data {ready.place.data} today'; every command works on it."
    )
