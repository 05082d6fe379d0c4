"""What surrounds every command: global options, output as JSON or text, errors as one sentence."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from kneewise.errors import KneewiseError

if TYPE_CHECKING:
    from datetime import date

    from kneewise.services.place import Place

#: Exit status after Ctrl-C, as shells expect it.
INTERRUPTED = 130

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]


@dataclass(frozen=True, slots=True)
class Frame:
    """Global options of one call."""

    data: Path | None
    database: str | None
    runner: str | None
    as_json: bool

    def place(self) -> Place:
        """Return the record that the options name."""
        from kneewise.services.place import locate

        return locate(self.data, self.database, self.runner)

    def show(self, document: Any, text: Callable[[], str], *, as_json: bool) -> None:
        """Print the document as JSON where asked for, else the text."""
        if as_json or self.as_json:
            typer.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))
        else:
            typer.echo(text())

    def show_each(self, documents: Iterable[Any], text: Callable[[Iterable[Any]], str], *, as_json: bool) -> None:
        """Print documents as one JSON array, each as it is drawn, or what ``text`` makes of them."""
        if not (as_json or self.as_json):
            typer.echo(text(documents))
            return
        before = "["
        for document in documents:
            typer.echo(before + json.dumps(document, ensure_ascii=False, allow_nan=False), nl=False)
            before = ", "
        typer.echo("]" if before == ", " else "[]")


def frame(context: typer.Context) -> Frame:
    """Return the global options of a command's context."""
    found = context.find_object(Frame)
    if found is None:  # a command group called without the program around it
        return Frame(data=None, database=None, runner=None, as_json=False)
    return found


def note(text: str) -> None:
    """Print a remark on standard error."""
    typer.echo(text, err=True)


def day(text: str) -> date:
    """Return a calendar day given as ``2026-03-14``."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"'{text}' is no day; write it like 2026-03-14") from error


class Guarded(TyperGroup):
    """A group in which no exception reaches the user as a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; turn errors into one sentence and an exit status."""
        if os.environ.get("KNEEWISE_DEBUG"):
            return super().invoke(ctx)
        try:
            return super().invoke(ctx)
        except KneewiseError as error:
            note(str(error))
            raise typer.Exit(1) from error
        except KeyboardInterrupt as error:
            note("Stopped. What was stored before is intact; run the same command again to go on.")
            raise typer.Exit(INTERRUPTED) from error
        except Exception as error:
            if _not_ours(error):
                raise
            note(
                f"Kneewise failed unexpectedly ({type(error).__name__}: {error}). Nothing stored before is lost; "
                "run the command again with KNEEWISE_DEBUG=1 to see where, and please report it."
            )
            raise typer.Exit(1) from error


def _not_ours(error: Exception) -> bool:
    """Whether the program's frame deals with it: usage errors, wanted exits, a reader that closed the pipe."""
    return isinstance(error, typer.Exit | typer.Abort | BrokenPipeError) or hasattr(error, "exit_code")


def on_terminal() -> bool:
    """Whether a person is watching standard error."""
    return sys.stderr.isatty()
