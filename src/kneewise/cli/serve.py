"""``kneewise serve``: the app in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kneewise.cli.frame import frame, note

if TYPE_CHECKING:
    from kneewise.services.place import Place


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)


def serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on [default: 127.0.0.1, this machine only]")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes any free one [default: 8471]")] = None,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the browser with the start link.")
    ] = True,
    clinic: Annotated[
        bool, typer.Option("--clinic", help="Serve a clinic: people sign in. See 'kneewise clinic admin' first.")
    ] = False,
    processes: Annotated[
        int | None, typer.Option(min=1, max=64, help="How many processes answer in a clinic [default: 2]")
    ] = None,
) -> None:
    """Serve the app in the browser, until Ctrl-C; the start link works once."""
    open_app(frame(context).place(), host, port, open_browser=open_browser, clinic=clinic, processes=processes)


def open_app(
    place: Place,
    host: str | None,
    port: int | None,
    *,
    open_browser: bool,
    clinic: bool = False,
    processes: int | None = None,
) -> None:
    """Serve the app on a record, until Ctrl-C."""
    from kneewise.web.serving import serve as run

    run(place, host=host, port=port, open_browser=open_browser, clinic=clinic, processes=processes, announce=note)
