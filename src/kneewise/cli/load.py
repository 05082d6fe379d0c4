"""``kneewise load``: what the knee got, day by day."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from kneewise.cli.activities import Since, Until, check_days
from kneewise.cli.frame import Json, frame
from kneewise.cli.paragraphs import heading
from kneewise.cli.words import NONE, interval, kilometres, number, plural, table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("load")(load)


def load(
    context: typer.Context,
    since: Since = None,
    until: Until = None,
    by: Annotated[
        Literal["day", "week", "month"] | None,
        typer.Option(help="Sums of the whole history by so much, with what happened when; --json has all three."),
    ] = None,
    as_json: Json = False,
) -> None:
    """What the knee got by local day, and each run against the longest of the 30 days before."""
    from kneewise.services.exposure import load_exposure

    check_days(since, until)
    if by is not None:
        if since is not None or until is not None:
            raise typer.BadParameter("it shows the whole history; leave --since and --until away", param_hint="--by")
        _whole_history(context, by, as_json)
        return
    document = load_exposure(frame(context).place(), since=since, until=until).to_json()
    frame(context).show(document, lambda: text(document), as_json=as_json)


def _whole_history(context: typer.Context, by: str, as_json: bool) -> None:
    from kneewise.services.load_history import load_history

    document = load_history(frame(context).place()).to_json()
    frame(context).show(document, lambda: _periods(document, by), as_json=as_json)


def _periods(document: dict[str, Any], by: str) -> str:
    columns = document[f"{by}s"]
    if columns is None:
        return "No runs yet. Import watch files with 'kneewise import PATH'."
    names = ("local_date", "runs", "distance_m", "knee_km", "low", "high")
    rows = [
        (day, str(runs), kilometres(metres), interval({"value": cost, "low": low, "high": high}, 1))
        for day, runs, metres, cost, low, high in zip(*(columns[name] for name in names), strict=True)
        if runs
    ]
    lines = table((f"{by} from" if by != "day" else "day", "runs", "km", "knee-km"), rows)
    marks = [f"{mark['local_date']}  {mark['text']}" for mark in document["marks"]]
    spikes = [f"{spike['local_date']}  {spike['text']}" for spike in document["spikes"]]
    for title, told in (("What happened when", marks), ("Runs well above the 30 days before", spikes)):
        lines += [*heading(title), *told] if told else []
    return "\n".join(lines)


def text(document: dict[str, Any]) -> str:
    """Return the exposure in words."""
    days = document["days"]
    if not days:
        return "No runs in this time. Import watch files with 'kneewise import PATH'."
    header = ("day", "runs", "km", "knee-km", "longest of 30 days", "ratio", "")
    lines = table(header, [_line(day) for day in days], left=(0, 6))
    lines += ["", *_weeks(document["weeks"]), "", f"{document['coverage']:.0%} of the running time has a number.", ""]
    return "\n".join([*lines, *document["evidence"]])


def _line(day: dict[str, Any]) -> tuple[str, ...]:
    flags = "; ".join(dict.fromkeys(flag["text"] for flag in day["flags"]))
    return (
        day["local_date"],
        str(day["runs"]),
        kilometres(day["distance_m"]),
        interval(day["knee_km"], 1),
        number(day["longest_30d_knee_km"], 1),
        number(day["spike_ratio"], 2),
        flags,
    )


def _weeks(weeks: list[dict[str, Any]]) -> list[str]:
    rows = [
        (
            week["monday"],
            str(week["runs"]),
            kilometres(week["distance_m"]),
            interval(week["knee_km"], 1),
            NONE if week["observed_days"] else plural(0, "day"),
        )
        for week in weeks
    ]
    return table(("week from", "runs", "km", "knee-km"), [row[:4] for row in rows])
