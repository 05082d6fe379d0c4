"""The program: global options, all command groups, and one place where errors become sentences."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer

from kneewise.cli import (
    activities,
    checkin,
    clinic,
    demo,
    evidence,
    export,
    findings,
    gait,
    importing,
    inspect,
    intake,
    knee,
    lab,
    load,
    log,
    measure,
    own_data,
    plan,
    profile,
    recompute,
    report,
    retraining,
    serve,
    state,
    today,
)
from kneewise.cli.frame import Frame, Guarded, Json

app = typer.Typer(
    name="kneewise",
    cls=Guarded,
    help="What every run costs your knee. Import your watch files, then see each run in knee-kilometres.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _globals(
    context: typer.Context,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            readable=False,  # an unreadable one is told by the command, in one sentence
            help="Data folder [default: $KNEEWISE_DATA, else the platform's user data folder]",
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="PostgreSQL database [default: $KNEEWISE_DATABASE, else SQLite in the folder]"
        ),
    ] = None,
    runner: Annotated[
        str | None, typer.Option(metavar="ID", help="Whose record [default: the only runner, 'me']")
    ] = None,
    as_json: Json = False,
) -> None:
    context.obj = Frame(data=data, database=database, runner=runner, as_json=as_json)


profile.register(app)
importing.register(app)
inspect.register(app)
activities.register(app)
knee.register(app)
lab.register(app)
gait.register(app)
load.register(app)
recompute.register(app)
intake.register(app)
checkin.register(app)
state.register(app)
findings.register(app)
plan.register(app)
today.register(app)
log.register(app)
retraining.register(app)
own_data.register(app, export.register(app))
measure.register(app)
report.register(app)
evidence.register(app)
serve.register(app)
clinic.register(app)
demo.register(app)


def main() -> None:
    """Run the program and end the process with its exit status."""
    gc.disable()  # nothing of the start is garbage, and looking for it costs a tenth of a short command's time
    app(prog_name="kneewise")
