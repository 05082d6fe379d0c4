"""``kneewise knee``: the load calculator for one steady state."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from kneewise.cli.frame import Json, frame
from kneewise.cli.words import NONE, number, table

_WORDS = {
    "peak_force_bw": ("peak force behind the kneecap, body weights", 2),
    "peak_stress_mpa": ("peak stress behind the kneecap, MPa", 1),
    "impulse_bw_s": ("impulse, body weight seconds", 3),
    "knee_flexion_deg": ("peak knee flexion, degrees", 1),
    "knee_moment_nm_per_kg": ("knee moment, Nm/kg", 2),
    "contact_time_s": ("contact time, s", 3),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("knee")(knee)


def knee(
    context: typer.Context,
    speed_mps: Annotated[float, typer.Option(help="Speed, metres per second.")],
    cadence_spm: Annotated[float, typer.Option(help="Steps per minute of both feet.")],
    height_m: Annotated[float, typer.Option(help="Height, metres.")],
    mass_kg: Annotated[float, typer.Option(help="Body mass, kilograms.")],
    grade_deg: Annotated[float | None, typer.Option(help="Slope, degrees, uphill positive.")] = None,
    contact_time_s: Annotated[float | None, typer.Option(help="Contact time, seconds; predicted if unknown.")] = None,
    knee_flexion_deg: Annotated[float | None, typer.Option(help="Filmed peak knee flexion in stance, degrees.")] = None,
    trunk_lean_deg: Annotated[float | None, typer.Option(help="Forward lean of the trunk, degrees.")] = None,
    foot_strike: Annotated[
        str | None, typer.Option(metavar="rearfoot|midfoot|forefoot", help="Which part of the foot lands first.")
    ] = None,
    sex: Annotated[str | None, typer.Option(metavar="f|m", help="Needed by the contact area 'besier'.")] = None,
    tier: Annotated[str | None, typer.Option(metavar="watch|video", help="What the numbers come from.")] = None,
    area: Annotated[
        str, typer.Option(metavar="connolly|besier|...", help="Convention of the contact area behind every MPa.")
    ] = "connolly",
    cocontraction: Annotated[
        bool, typer.Option("--cocontraction", help="Count the knee flexors in (more force, same knee-km).")
    ] = False,
    as_json: Json = False,
) -> None:
    """What one step and one kilometre of a steady run cost the kneecap joint."""
    from kneewise.load import knee_load

    given: dict[str, Any] = {
        "grade_deg": grade_deg,
        "contact_time_s": contact_time_s,
        "knee_flexion_deg": knee_flexion_deg,
        "trunk_lean_deg": trunk_lean_deg,
        "foot_strike": foot_strike,
        "sex": sex,
        "tier": tier,
        "area": area,
        "cocontraction": cocontraction,
    }
    document = knee_load(speed_mps, cadence_spm, height_m, mass_kg, **given).to_json()
    frame(context).show(document, lambda: text(document), as_json=as_json)


def text(document: dict[str, Any]) -> str:
    """Return the calculator's result in words."""
    rows = [_row(name, *_WORDS[name], document["per_step"][name]) for name in _WORDS]
    per_km = document["knee_km_per_km"]
    lines = table(("one step, one knee", "value", "same runner", "other runners"), rows)
    cost = f"{number(per_km['value'], 2)} knee-km ({number(per_km['low'], 2)}–{number(per_km['high'], 2)})"
    lines += [
        "",
        f"One kilometre: {number(document['per_km']['steps'], 0)} steps, {cost}.",
        f"Convention: {document['convention']['text']}. Basis: {per_km['basis']}.",
        "'Same runner' is the 90 % interval for comparing your own runs, 'other runners' for comparing people.",
    ]
    return "\n".join([*lines, *(f"Note: {issue['text']}" for issue in document["issues"])])


def _row(_: str, words: str, decimals: int, estimate: dict[str, Any]) -> tuple[str, str, str, str]:
    others = estimate.get("others")
    return (
        words,
        number(estimate["value"], decimals),
        f"{number(estimate['low'], decimals)}–{number(estimate['high'], decimals)}",
        NONE if others is None else f"{number(others['low'], decimals)}–{number(others['high'], decimals)}",
    )
