"""``kneewise gait``: one clip of a phone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kneewise.cli.frame import Json, day, frame
from kneewise.cli.lab import style_text
from kneewise.cli.progress import percent
from kneewise.cli.words import NONE, number, table

if TYPE_CHECKING:
    from kneewise.motion.pose.tracking import RunnerBox

#: Metrics in the order of the table, with their words and decimals; ``_leg`` is told in percent of the leg's length.
_WORDS = {
    "cadence_spm": ("cadence, steps/min", 0),
    "contact_time_s": ("contact time, s", 3),
    "flight_time_s": ("flight time, s", 3),
    "duty_factor": ("share of the stride on the ground", 2),
    "speed_mps": ("speed, m/s", 2),
    "step_length_m": ("step length, m", 2),
    "vertical_oscillation_m": ("vertical oscillation, m", 3),
    "vertical_oscillation_leg": ("vertical oscillation, leg lengths", 3),
    "foot_ahead_of_mass_leg": ("foot ahead of the centre of mass, leg lengths", 2),
    "foot_ahead_of_hip_leg": ("foot ahead of the hip, leg lengths", 2),
    "shank_inclination_ic_deg": ("shin at contact, degrees, foot ahead", 1),
    "foot_inclination_ic_deg": ("foot at contact, degrees, toes up", 1),
    "knee_flexion_ic_deg": ("knee flexion at contact, degrees", 1),
    "knee_flexion_peak_deg": ("peak knee flexion, degrees", 1),
    "ankle_dorsiflexion_ic_deg": ("ankle at contact, degrees", 1),
    "ankle_dorsiflexion_peak_deg": ("peak ankle dorsiflexion, degrees", 1),
    "trunk_lean_deg": ("forward lean of the trunk, degrees", 1),
    "pelvic_drop_peak_deg": ("pelvic drop from the stride's mean, degrees", 1),
    "hip_adduction_peak_deg": ("hip adduction, degrees", 1),
    "step_width_m": ("step width, m", 3),
    "step_width_leg": ("step width, leg lengths", 3),
    "trunk_side_lean_deg": ("side lean of the trunk, degrees", 1),
    "knee_alignment_deg": ("knee inside hip and ankle, degrees", 1),
}

_BESIDE = {
    "less": "less than most",
    "less or as": "less than or as most",
    "as": "as most",
    "as or more": "as or more than most",
    "more": "more than most",
    "open": "less to more than most, not told apart",
}

_BY_CHANCE = (
    "A change below 'smallest seen' may be two clips of the same running; of ten numbers one may change by more by "
    "chance."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("gait")(gait)


def gait(
    context: typer.Context,
    video: Annotated[Path, typer.Argument(metavar="VIDEO", help="A clip, or keypoints of one (JSON, TRC).")],
    view: Annotated[str | None, typer.Option(metavar="side|rear", help="What the clip shows [default: found]")] = None,
    height_m: Annotated[float | None, typer.Option(help="Height, metres: gives lengths in metres, and speed.")] = None,
    speed_mps: Annotated[float | None, typer.Option(help="Speed of the treadmill, m/s.")] = None,
    direction: Annotated[
        str | None, typer.Option(metavar="left|right", help="Where you run in the picture of a side view.")
    ] = None,
    slow_motion: Annotated[
        float | None, typer.Option(help="How many times slower than life the clip plays, such as 8 for 240 at 30.")
    ] = None,
    standing: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER|FILE",
            help="You standing straight: two seconds of film, a photo, or a picture's number in the clip.",
        ),
    ] = None,
    box: Annotated[
        str | None,
        typer.Option(metavar="TIME,L,T,R,B", help="Where you are: seconds, then a box in shares of the picture."),
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(metavar="OTHER", help="An earlier clip, filmed alike, to compare with.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write key pictures with angles, curves and a slow clip.")
    ] = None,
    show_face: Annotated[bool, typer.Option("--show-face", help="Do not blur the face in the pictures.")] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the numbers, not the clip: a side view sets your own knee.")
    ] = False,
    on: Annotated[str | None, typer.Option("--date", metavar="DAY", help="Day of filming [default: today]")] = None,
    as_json: Json = False,
) -> None:
    """How you run, from one phone: rhythm, contact, posture, with how sure each number is."""
    from kneewise.services.gait.measuring import analyse_video

    given: dict[str, Any] = {
        "view": _one_of("--view", view, ("side", "rear")),
        "height_m": height_m,
        "direction": _one_of("--direction", direction, ("left", "right")),
        "slow_motion": slow_motion,
    }
    runner_box = None if box is None else _box(box)
    with percent("Measuring") as progress:
        found = analyse_video(video, speed_mps=speed_mps, standing=standing, box=runner_box, progress=progress, **given)
    document = found.to_json()
    if compare is not None:
        from kneewise.services.gait.compared import compare_clips

        with percent("Measuring the other clip") as progress:
            earlier = analyse_video(compare, speed_mps=speed_mps, progress=progress, **given)
        document["compared"] = compare_clips(earlier, found)
    if out is not None:
        from kneewise.services.gait.pictures import write_gait_pictures

        with percent("Drawing") as progress:
            written = write_gait_pictures(found, video, out, show_face=show_face, progress=progress)
        document["written"] = [str(path) for path in written]
    if keep:
        from kneewise.services.gait.clips import keep_gait

        document["kept"] = keep_gait(frame(context).place(), found, on=None if on is None else day(on)).to_json()
    frame(context).show(document, lambda: text(document), as_json=as_json)


def text(document: dict[str, Any]) -> str:
    """Return a clip's result in words."""
    metrics = document["metrics"]
    strike = document["strike"]
    rows = [
        _row(metrics[name], *words, _said(name, metrics[name], strike))
        for name, words in _WORDS.items()
        if name in metrics
    ]
    view = "the side" if document["view"] == "side" else "behind"
    lines = [
        f"{document['steps']} steps from {view}, {document['fps']:.0f} pictures a second of true time.",
        "",
        *table(("mean of the steps", "left", "right", "both", "your clips", "a laboratory", "what it may say"), rows),
        "",
    ]
    if strike:
        lines += [f"First to the ground: {_strikes(strike)}.", ""]
    lines += [
        _sides_line(metrics),
        "'Your clips' is the 90 % interval for comparing your own clips, 'a laboratory' for the true angle or length.",
        "A category says less than most lab runners, as most, or more; a trend only compares you with yourself.",
    ]
    lines += compared_lines(document)
    lines += [f"Note: {issue['text']}" for issue in document["issues"]]
    lines += _kept_lines(document)
    lines += [f"Written: {path}" for path in document.get("written", ())]
    return "\n".join(lines)


def _sides_line(metrics: dict[str, Any]) -> str:
    """Return where the legs differ by more than the camera may be off by at one of them."""
    apart = []
    for name, (words, _decimals) in _WORDS.items():
        metric = metrics.get(name)
        if metric is None or metric["claim"] == "trend only":
            continue
        bounds = metric["asymmetry"]["others"]
        if bounds["low"] is not None and (bounds["low"] > 0 or bounds["high"] < 0):
            apart.append(words.split(",")[0])
    if not apart:
        return "Left and right: no difference that the clip can tell."
    legs = ", ".join(dict.fromkeys(apart))
    return f"Left and right differ by more than the clip may be off in: {legs}. Of ten numbers one may do so by chance."


def compared_lines(document: dict[str, Any]) -> list[str]:
    """Return two clips beside each other."""
    if "compared" not in document:
        return []
    compared = document["compared"]
    rows = []
    for name, (words, decimals) in _WORDS.items():
        found = compared["metrics"].get(name)
        if found is None:
            continue
        change = found["change"]["value"]
        sign = "" if change is None else f"{change:+.{decimals}f}"
        numbers = [number(found[key], decimals) for key in ("before", "after")]
        rows.append((words, *numbers, sign, number(found["smallest_detectable"], decimals), found["verdict"]))
    heads = (f"against {compared['before']}", "before", "now", "change", "smallest seen", "verdict")
    notes = [f"Note: {issue['text']}" for issue in compared["issues"]]
    return ["", *table(heads, rows), _BY_CHANCE, *notes]


def _kept_lines(document: dict[str, Any]) -> list[str]:
    if "kept" not in document:
        return []
    kept = document["kept"]
    lines = [f"Note: {issue['text']}" for issue in kept["issues"]]
    if kept["style"] is None:
        return [*lines, "", "Kept: the numbers, not the clip."]
    told = style_text(kept["style"]["after"])
    return [
        *lines,
        "",
        f"Kept: the numbers, not the clip. {told} {kept['style']['recomputed']} runs were computed anew.",
    ]


def _strikes(strike: dict[str, str]) -> str:
    return ", ".join(f"{side} {kind}" for side, kind in strike.items())


def _said(name: str, metric: dict[str, Any], strike: dict[str, str]) -> str:
    """Return what a number may say; of a category, what it says."""
    from kneewise.gait.category import beside_most

    claim = str(metric["claim"])
    if claim != "category":
        return claim
    if name == "foot_inclination_ic_deg" and strike:
        return f"{claim}: {' or '.join(dict.fromkeys(strike.values()))}"
    bounds = metric["both"]["others"]
    beside = beside_most(name, bounds["low"], bounds["high"])
    return f"{claim}: {'how most run is not known' if beside is None else _BESIDE[beside]}"


def _row(metric: dict[str, Any], words: str, decimals: int, said: str) -> tuple[str, ...]:
    means = [number(metric[side]["value"], decimals) for side in ("left", "right", "both")]
    both = metric["both"]
    return (words, *means, _bounds(both, decimals), _bounds(both["others"], decimals), said)


def _bounds(bounds: dict[str, Any], decimals: int) -> str:
    if bounds["low"] is None:
        return NONE
    return f"{number(bounds['low'], decimals)} to {number(bounds['high'], decimals)}"


def _one_of(option: str, given: str | None, known: tuple[str, ...]) -> str | None:
    if given is not None and given not in known:
        raise typer.BadParameter(f"'{given}' is none of {', '.join(known)}", param_hint=option)
    return given


def _box(told: str) -> RunnerBox:
    from kneewise.motion.pose.tracking import RunnerBox

    try:
        time_s, left, top, right, bottom = (float(part) for part in told.split(","))
    except ValueError as error:
        raise typer.BadParameter(
            f"'{told}' is no box; write it like 1.5,0.3,0.1,0.6,0.95", param_hint="--box"
        ) from error
    if not (time_s >= 0 and 0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise typer.BadParameter(f"'{told}' does not lie in the picture; left < right and top < bottom, from 0 to 1")
    return RunnerBox(time_s, left, top, right, bottom)
