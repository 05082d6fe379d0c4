"""``kneewise activities show``: one run told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from kneewise.cli.frame import Json, frame
from kneewise.cli.paragraphs import heading, wrapped
from kneewise.cli.words import duration, interval, kilometres, number, pace, table, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADER = ("km", "time", "pace /km", "steps/min", "knee-km", "per km")
_DECIMALS = 2


def show(
    context: typer.Context,
    activity: Annotated[str, typer.Argument(metavar="ID", help="Id of the run; 'activities --json' has them.")],
    cadence_change_percent: Annotated[
        int | None,
        typer.Option(metavar="PERCENT", help="What the run would have cost with quicker (or fewer: -5) steps."),
    ] = None,
    track: Annotated[
        bool, typer.Option("--track", help="Also the way in metres from the start, where it is recorded (JSON).")
    ] = False,
    as_json: Json = False,
) -> None:
    """One run: what it cost kilometre by kilometre, what made it dear or cheap, and what quicker steps would do."""
    from kneewise.services.run_story import run_story

    story = run_story(frame(context).place(), activity, with_track=track)
    changed = None if cadence_change_percent is None else story.changed(cadence_change_percent)
    document = story.to_json()
    if changed is not None:
        document["what_if"] = [changed.to_json()]
    frame(context).show(document, lambda: _text(document, changed is not None), as_json=as_json)


def _text(document: Mapping[str, Any], asked: bool) -> str:
    lines: list[str] = []
    for sentence in document["sentences"]:
        lines += wrapped(f"{sentence['text']} [{sentence['certainty']} certainty]")
    for issue in () if document["sentences"] else document["issues"]:
        lines += wrapped(issue["text"])
    if document["splits"]:
        lines += [*heading("Kilometre by kilometre"), *table(_HEADER, [_row(split) for split in document["splits"]])]
    changes = document["what_if"] if asked else [each for each in document["what_if"] if each["percent"] in _SHOWN]
    if changes:
        lines += heading("With other steps at the same speed")
    for change in changes:
        lines += wrapped(_changed(change))
    return "\n".join(lines)


_SHOWN = (5, 10)


def _row(split: Mapping[str, Any]) -> tuple[str, ...]:
    metres = split["distance_m"]
    cost = split["knee_km"]["value"]
    per_km = None if cost is None or not metres else cost * 1000 / metres
    return (
        kilometres(split["end_m"]),
        duration(split["running_s"]),
        pace(split["speed_mps"]),
        whole(split["cadence_spm"]),
        interval(split["knee_km"], _DECIMALS),
        number(per_km, _DECIMALS),
    )


def _changed(change: Mapping[str, Any]) -> str:
    """Return what another cadence would have made of the run."""
    told = f"{change['percent']:+d} % ({whole(change['cadence_spm'])} steps a minute)"
    if change["knee_km"]["value"] is None:
        return f"{told}: no number. {change['outside']}"
    difference = change["change_percent"]
    by = f"{difference['value']:+.0f} % ({difference['low']:+.0f} to {difference['high']:+.0f} %)"
    outside = f" {change['outside']}" if change["outside"] else ""
    return f"{told}: {number(change['knee_km']['value'], 1)} knee-km, {by}.{outside}"
