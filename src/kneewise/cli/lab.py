"""``kneewise lab``: motion capture with force plates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from kneewise.cli.frame import Json, day, frame
from kneewise.cli.words import NONE, number, table

_WORDS = {
    "speed_mps": ("speed, m/s", 2),
    "cadence_spm": ("cadence, steps/min", 0),
    "contact_time_s": ("contact time, s", 3),
    "vertical_oscillation_m": ("vertical oscillation, m", 3),
    "foot_ahead_m": ("foot ahead of the pelvis at contact, m", 3),
    "foot_inclination_ic_deg": ("foot at contact, degrees, toes up", 1),
    "shank_inclination_ic_deg": ("shin at contact, degrees, foot ahead", 1),
    "knee_flexion_ic_deg": ("knee flexion at contact, degrees", 1),
    "knee_flexion_peak_deg": ("peak knee flexion, degrees", 1),
    "hip_adduction_peak_deg": ("peak hip adduction, degrees", 1),
    "pelvic_drop_peak_deg": ("peak pelvic drop, degrees", 1),
    "trunk_lean_deg": ("forward lean of the trunk, degrees", 1),
    "vgrf_peak_bw": ("peak vertical ground force, body weights", 2),
    "knee_moment_peak_nm_per_kg": ("peak knee moment, Nm/kg", 2),
    "pfj_peak_bw": ("peak force behind the kneecap, body weights", 2),
    "pfj_peak_mpa": ("peak stress behind the kneecap, MPa", 1),
    "pfj_impulse_bw_s": ("impulse behind the kneecap, body weight seconds", 3),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("lab")(lab)
    app.command("lab-trials")(lab_trials)


def lab(
    context: typer.Context,
    trial: Annotated[Path, typer.Argument(metavar="TRIAL.c3d", help="Running on force plates.")],
    static: Annotated[Path, typer.Option(metavar="STATIC.c3d", help="The same runner standing still.")],
    mass_kg: Annotated[float, typer.Option(help="Body mass, kilograms.")],
    height_m: Annotated[float | None, typer.Option(help="Height, metres, to check the lengths of the leg.")] = None,
    sex: Annotated[str | None, typer.Option(metavar="f|m", help="For segment masses and the area 'besier'.")] = None,
    markers: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Your marker names [default: the shipped map that fits]")
    ] = None,
    area: Annotated[
        str, typer.Option(metavar="connolly|besier|...", help="Convention of the contact area behind every MPa.")
    ] = "connolly",
    cutoff_hz: Annotated[
        float | None, typer.Option(help="Low-pass of markers and forces alike, Hz [default: 15]")
    ] = None,
    muscles: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="Muscle model scaled to the runner: forces by static optimisation."),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the trial: it sets the runner's own knee, and every run is recomputed.")
    ] = False,
    on: Annotated[
        str | None, typer.Option("--date", metavar="DAY", help="Day of a trial to keep [default: today]")
    ] = None,
    as_json: Json = False,
) -> None:
    """What every step of a motion-capture trial with force plates costs the kneecap joint."""
    from kneewise.services.lab import lab_trial

    given: dict[str, Any] = {"height_m": height_m, "sex": sex, "markers": markers, "area": area, "cutoff_hz": cutoff_hz}
    found = lab_trial(trial, static, mass_kg, muscles=muscles, **given)
    document = found.to_json()
    if keep:
        from kneewise.services.knee_trials import keep_lab_trial

        document["kept"] = keep_lab_trial(
            frame(context).place(), found, trial.name, on=None if on is None else day(on)
        ).to_json()
    frame(context).show(document, lambda: text(document), as_json=as_json)


def lab_trials(
    context: typer.Context,
    withdraw: Annotated[
        str | None, typer.Option(metavar="ID", help="Leave this trial out from now on; every run is recomputed.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Kept trials, and what they say of the runner's own knee."""
    from kneewise.services.knee_trials import knee_style, list_knee_trials, withdraw_knee_trial

    place = frame(context).place()
    if withdraw is not None:
        withdraw_knee_trial(place, withdraw)
    document = {
        "trials": [trial.to_json() for trial in list_knee_trials(place)],
        "style": knee_style(place).to_dict(),
    }
    frame(context).show(document, lambda: trials_text(document), as_json=as_json)


def trials_text(document: dict[str, Any]) -> str:
    """Return the kept trials in words."""
    if not document["trials"]:
        return "No trial is kept; 'kneewise lab TRIAL.c3d ... --keep' keeps one."
    rows = [
        (
            trial["id"],
            trial["local_date"],
            trial["name"],
            number(trial["speed_mps"], 2),
            number(trial["knee_flexion_deg"], 1),
            number(trial["peak_force_bw"], 2),
        )
        for trial in document["trials"]
    ]
    heads = ("id", "day", "file", "speed, m/s", "knee, degrees", "force, body weights")
    return "\n".join([*table(heads, rows), "", style_text(document["style"])])


def style_text(style: dict[str, Any]) -> str:
    """Say in words what is known of the runner's knee."""
    offset, sd = style["knee_offset_deg"], style["knee_sd_deg"]
    more = "further" if offset >= 0 else "less far"
    return (
        f"Your knee bends {abs(offset):.1f} (± {sd:.1f}) degrees {more} than expected of your speed and steps "
        f"({style['basis']})."
    )


def text(document: dict[str, Any]) -> str:
    """Return a trial's result in words."""
    checks, convention = document["checks"], document["convention"]
    told = [name for name in _WORDS if document["summary"]["both"][name]["value"] is not None]
    rows = [_row(name, *_WORDS[name], document["summary"]) for name in told]
    doubts = [f"Note: {issue['text']}" for issue in document["issues"]]
    # Doubts come before the numbers that they are about.
    lines = [*doubts, *([""] if doubts else [])]
    lines += table(("mean of the steps", "left", "right", "both", "same runner", "other runners"), rows)
    usable = f"{checks['steps_with_load']} of {checks['steps']} steps have a load."
    mean = number(checks["mean_vertical_force_bw"], 3)
    choices = f"{convention['text']}; knee centre {convention['knee_centre']}"
    lines += [
        "",
        f"{usable} Mean vertical force in body weights: {mean} (1 when mass and plates are right).",
        f"Convention: {choices}; low-pass {convention['low_pass_hz']:g} Hz; markers {convention['markers']}.",
        "'Same runner' is the 90 % interval for markers put on anew, 'other runners' for comparing people.",
    ]
    lines += bands_lines(document)
    if "kept" in document:
        kept = document["kept"]
        lines += [f"Note: {issue['text']}" for issue in kept["issues"]]
        lines += ["", f"Kept. {style_text(kept['after'])} {kept['recomputed']} runs were computed anew."]
    return "\n".join(lines)


def bands_lines(document: dict[str, Any]) -> list[str]:
    """Return the trial beside the lab runners at its speed, with who they are."""
    bands = document["bands"]
    if bands is None:
        return []
    rows = []
    for name, band in bands["numbers"].items():
        words, decimals = _WORDS[name]
        mine = number(document["summary"]["both"][name]["value"], decimals)
        theirs = f"{number(band['mean'], decimals)} ± {number(band['sd'], decimals)}"
        rows.append((words, mine, theirs, NONE if band["spreads"] is None else f"{band['spreads']:+.1f}"))
    heads = (f"beside lab runners at {bands['speed_mps']:.1f} m/s", "this runner", "mean ± spread", "spreads off")
    return ["", *table(heads, rows), f"Lab runners: {bands['sample']}. For a woman this is a rough guide only.", ""]


def _row(name: str, words: str, decimals: int, summary: dict[str, Any]) -> tuple[str, ...]:
    means = [number(summary[side][name]["value"], decimals) for side in ("left", "right", "both")]
    both = summary["both"][name]
    return (words, *means, _bounds(both, decimals), _bounds(both.get("others"), decimals))


def _bounds(bounds: dict[str, Any] | None, decimals: int) -> str:
    if bounds is None or bounds["low"] is None:
        return NONE
    return f"{number(bounds['low'], decimals)}–{number(bounds['high'], decimals)}"
