"""``kneewise profile``: the runner."""

from __future__ import annotations

from typing import Annotated

import typer

from kneewise.cli.frame import Json, frame

_WORDS = {
    "id": "Runner",
    "name": "Name",
    "birth_year": "Born",
    "sex": "Sex",
    "height_m": "Height, m",
    "mass_kg": "Mass, kg",
    "timezone": "Time zone",
}


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="The runner: height and mass scale the load, the time zone sets the day.")
    group.command("set")(set_)
    group.command("show")(show)
    app.add_typer(group, name="profile", no_args_is_help=True)


def set_(
    context: typer.Context,
    birth_year: Annotated[int | None, typer.Option(help="Year of birth.")] = None,
    sex: Annotated[str | None, typer.Option(metavar="f|m", help="Sex that the body's proportions follow.")] = None,
    height_m: Annotated[float | None, typer.Option(help="Height, metres.")] = None,
    mass_kg: Annotated[float | None, typer.Option(help="Body mass, kilograms.")] = None,
    timezone: Annotated[str | None, typer.Option(help="IANA time zone, such as Europe/Berlin.")] = None,
    name: Annotated[str | None, typer.Option(help="Name on a report for a clinician; '' takes it away.")] = None,
    as_json: Json = False,
) -> None:
    """Tell or change who runs; runs already imported are computed anew."""
    from kneewise.cli.progress import line
    from kneewise.services.profile import set_profile

    place = frame(context).place()
    with line("Computing runs anew") as progress:
        change = set_profile(
            place,
            progress=progress,
            birth_year=birth_year,
            sex=sex,
            height_m=height_m,
            mass_kg=mass_kg,
            timezone=timezone,
            name=name,
        )
    document = change.to_json()
    frame(context).show(document, lambda: _text(document["runner"], change.recomputed), as_json=as_json)


def show(context: typer.Context, as_json: Json = False) -> None:
    """Show who runs."""
    from kneewise.services.profile import show_profile

    runner = show_profile(frame(context).place()).to_json()
    frame(context).show({"runner": runner}, lambda: _text(runner, 0), as_json=as_json)


def _text(runner: dict[str, object], recomputed: int) -> str:
    width = max(len(word) for word in _WORDS.values())
    lines = [f"{word:<{width}}  {'not told' if runner[key] is None else runner[key]}" for key, word in _WORDS.items()]
    if recomputed:
        lines.append(f"\n{recomputed} stored activities were computed anew.")
    return "\n".join(lines)
