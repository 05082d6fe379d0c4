"""``kneewise retraining``: today's session of quicker steps, and what it told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from kneewise.cli.frame import Json, frame
from kneewise.cli.paragraphs import heading, wrapped

_SECONDS = 60


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="Practise quicker steps: what today's session is, and how it went.")
    group.command("show")(show)
    group.command("log")(log)
    app.add_typer(group, name="retraining")


def show(
    context: typer.Context,
    trial: Annotated[bool, typer.Option("--trial", help="Ask for a new trial.")] = False,
    as_json: Json = False,
) -> None:
    """Show today's session of quicker steps, or why there is none; the app leads through it with beat and voice."""
    from kneewise.services.live_setup import live_setup

    document = live_setup(frame(context).place(), trial=trial).to_json()
    frame(context).show(document, lambda: _setup(document), as_json=as_json)


def log(
    context: typer.Context,
    minutes: Annotated[float, typer.Option(help="Minutes you ran.")],
    cadence_on: Annotated[float | None, typer.Option(help="Steps a minute with the beat, from your watch.")] = None,
    cadence_off: Annotated[float | None, typer.Option(help="Steps a minute without the beat.")] = None,
    pain: Annotated[float | None, typer.Option(help="Worst pain of the knee during it, 0 to 10.")] = None,
    calf_pain: Annotated[float | None, typer.Option(help="Worst pain of calf or Achilles tendon, 0 to 10.")] = None,
    as_json: Json = False,
) -> None:
    """Tell how today's session of quicker steps went; it counts for the course without a recorded run."""
    from kneewise.services.live_sessions import log_practice

    document = log_practice(
        frame(context).place(),
        run_s=minutes * _SECONDS,
        cadence_with_spm=cadence_on,
        cadence_without_spm=cadence_off,
        pain_during=pain,
        calf_or_achilles_pain=calf_pain,
    ).to_json()
    frame(context).show(document, lambda: "\n".join(wrapped(f"Stored. {document['text']}")), as_json=as_json)


def _setup(document: Mapping[str, Any]) -> str:
    practice = document["practice"]
    if practice is None:
        return "\n".join(wrapped(document["text"]))
    lines = heading(practice["title"])
    lines += wrapped(practice["text"])
    lines += wrapped(
        f"Beat {practice['beat_spm']:g} a minute, aim {practice['low_spm']:g} to {practice['high_spm']:g}; the beat is "
        f"on for {practice['feedback_share']:.0%} of {practice['run_s'] / _SECONDS:.0f} minutes."
    )
    return "\n".join(lines)
