"""``kneewise report``: two pages for a clinician, and the same for other systems."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kneewise.cli.frame import Json, frame
from kneewise.cli.words import plural


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report")(report)


def report(
    context: typer.Context,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE.pdf[,FILE.html,...]",
            help="Files to write; the ending says the form: .pdf, .html, .json (FHIR R4 bundle), .csv. "
            "An ending alone, as in 'report.pdf,.json', takes the name before it.",
        ),
    ] = "knee-report.html",
    language: Annotated[str, typer.Option(metavar="en|de", help="Language of the report.")] = "en",
    notes: Annotated[
        bool, typer.Option("--notes/--no-notes", help="Whether your own words and names of changes are in it.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Write the report for a clinician: pain beside load, red flags, gait, findings, plan, measures, open questions."""
    from kneewise.services.report.writing import write_report

    document = write_report(frame(context).place(), _paths(output), language=language, notes=notes).to_json()
    frame(context).show(document, lambda: _text(document), as_json=as_json)


def _paths(output: str) -> list[Path]:
    """Return the files that were named; an ending alone takes the name of the file before it."""
    paths: list[Path] = []
    for part in (each.strip() for each in output.split(",")):
        alone = part.startswith(".") and part.count(".") == 1 and "/" not in part and paths
        if part:
            paths.append(paths[-1].with_suffix(part) if alone else Path(part))
    return paths


def _text(document: dict[str, Any]) -> str:
    lines = [f"{plural(len(document['paths']), 'file')} written:", *(f"  {path}" for path in document["paths"])]
    return "\n".join([*lines, "", "It holds health data. It leaves this machine only where you send it."])
