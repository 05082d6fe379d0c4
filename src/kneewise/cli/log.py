"""``kneewise log``: strength work, short tests, and the trial of quicker steps."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from kneewise.cli.frame import Json, day, frame
from kneewise.cli.paragraphs import wrapped
from kneewise.cli.words import plural

Day = Annotated[Any, typer.Option("--date", parser=day, metavar="DAY", help="Day it is about [default: today]")]
Pain = float | None


def register(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="Tell what you did: strength work, short tests, the trial of quicker steps.")
    group.command("strength")(strength)
    group.command("test")(self_test)
    group.command("gait-trial")(gait_trial)
    app.add_typer(group, name="log")


def strength(
    context: typer.Context,
    exercise: Annotated[str, typer.Argument(metavar="EXERCISE", help="Id such as k04, or a part of the name.")],
    sets: Annotated[int, typer.Option(help="Sets you did.")] = 1,
    reps: Annotated[int | None, typer.Option(help="Repetitions of the weakest set, each side.")] = None,
    hold_s: Annotated[float | None, typer.Option(help="Seconds of the shortest hold, instead of --reps.")] = None,
    load: Annotated[
        str | None, typer.Option(metavar="KG|BAND", help="Added weight in kg, or the band, such as red.")
    ] = None,
    pain: Annotated[float | None, typer.Option(help="Worst pain during it, 0 to 10.")] = None,
    reserve: Annotated[int | None, typer.Option(help="Repetitions you had left in the last set.")] = None,
    untidy_at: Annotated[
        int | None, typer.Option(metavar="REP", help="Repetition from which it got untidy, if it did.")
    ] = None,
    on: Day = None,
    note: Annotated[str | None, typer.Option(help="Your own words.")] = None,
    correct: Annotated[
        str | None, typer.Option(metavar="ID", help="The entry that this one corrects; both are kept.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Log one exercise: the plan makes it harder or easier by what you tell here."""
    from kneewise.services.strength_log import log_strength

    kilograms, band = _load(load)
    logged = log_strength(
        frame(context).place(),
        exercise,
        on=on,
        sets=sets,
        reps=reps,
        hold_s=hold_s,
        load_kg=kilograms,
        band=band,
        pain=pain,
        reps_in_reserve=reserve,
        form_lost_at_rep=untidy_at,
        note=note,
        correct=correct,
    ).to_json()
    frame(context).show(logged, lambda: _logged(logged), as_json=as_json)


def self_test(
    context: typer.Context,
    walk_min: Annotated[float | None, typer.Option(help="Minutes of a brisk walk.")] = None,
    walk_pain: Annotated[float | None, typer.Option(help="Worst pain in it, 0 to 10.")] = None,
    squats: Annotated[int | None, typer.Option(help="Slow squats on one leg; stop at 10.")] = None,
    squat_pain: Annotated[float | None, typer.Option(help="Worst pain in them, 0 to 10.")] = None,
    squat_gap_pct: Annotated[float | None, typer.Option(help="How much weaker the sore side is, in percent.")] = None,
    step_downs: Annotated[int | None, typer.Option(help="Slow step-downs; stop at 10.")] = None,
    step_down_pain: Annotated[float | None, typer.Option(help="Worst pain in them, 0 to 10.")] = None,
    hops: Annotated[int | None, typer.Option(help="Hops on the sore leg; stop at 10.")] = None,
    hop_pain: Annotated[float | None, typer.Option(help="Worst pain in them, 0 to 10.")] = None,
    side_plank_s: Annotated[float | None, typer.Option(help="Seconds of a side plank on the sore side.")] = None,
    pain_walking: Annotated[float | None, typer.Option(help="Pain when you walk, 0 to 10.")] = None,
    calf_pain: Annotated[float | None, typer.Option(help="Pain of calf or Achilles tendon, 0 to 10.")] = None,
    tight: Annotated[
        bool | None, typer.Option("--tight/--not-tight", help="Your muscles feel tight; it brings a stretch.")
    ] = None,
    on: Day = None,
    as_json: Json = False,
) -> None:
    """Tell short tests at home: they open the next phase. Stop a test when pain goes above 2."""
    from kneewise.services.self_tests import log_test

    answers = {
        "brisk_walk_min": walk_min,
        "brisk_walk_pain": walk_pain,
        "single_leg_squat_reps": squats,
        "single_leg_squat_pain": squat_pain,
        "single_leg_squat_gap": squat_gap_pct,
        "step_down_reps": step_downs,
        "step_down_pain": step_down_pain,
        "hop_reps": hops,
        "hop_pain": hop_pain,
        "side_plank_s": side_plank_s,
        "pain_walking": pain_walking,
        "calf_or_achilles_pain": calf_pain,
        "reported_tightness": None if tight is None else float(tight),
    }
    document = log_test(frame(context).place(), answers, on=on).to_json()
    text = f"Stored for {document['local_date']}: {plural(len(document['answers']), 'answer')}."
    frame(context).show(document, lambda: f"{text}\nSee what follows with 'kneewise today'.", as_json=as_json)


def gait_trial(
    context: typer.Context,
    baseline_spm: Annotated[
        list[float],
        typer.Option(help="Your usual steps a minute, both feet; give it twice for two counts of one minute."),
    ],
    pain_usual: Annotated[float | None, typer.Option(help="Pain with your usual steps, 0 to 10.")] = None,
    pain_5: Annotated[float | None, typer.Option("--pain-5", help="Pain with 5 % more steps.")] = None,
    pain_75: Annotated[float | None, typer.Option("--pain-75", help="Pain with 7.5 % more steps.")] = None,
    pain_10: Annotated[float | None, typer.Option("--pain-10", help="Pain with 10 % more steps.")] = None,
    comfortable: Annotated[
        bool | None, typer.Option("--comfortable/--uncomfortable", help="The quicker steps felt good.")
    ] = None,
    calf_pain: Annotated[float | None, typer.Option(help="Worst pain of calf or Achilles tendon, 0 to 10.")] = None,
    acute_calf: Annotated[
        bool | None,
        typer.Option("--acute-calf/--no-acute-calf", help="A fresh problem of calf, Achilles tendon or sole."),
    ] = None,
    wanted: Annotated[bool, typer.Option("--want/--do-not-want", help="You want to train quicker steps.")] = True,
    as_json: Json = False,
) -> None:
    """Tell a trial of quicker steps: same speed, 2 to 5 minutes each. It is trained only where it helps at once."""
    from kneewise.services.gait.trial import log_gait_trial

    document = log_gait_trial(
        frame(context).place(),
        baseline_spm,
        pain_usual=pain_usual,
        pain_at={5.0: pain_5, 7.5: pain_75, 10.0: pain_10},
        comfortable=comfortable,
        calf_pain=calf_pain,
        acute_calf=acute_calf,
        wanted=wanted,
    ).to_json()
    frame(context).show(document, lambda: "\n".join(wrapped(document["result"]["text"])), as_json=as_json)


def _load(text: str | None) -> tuple[float | None, str]:
    """Return kilograms, or the name of a band."""
    if text is None:
        return None, ""
    try:
        return float(text.lower().removesuffix("kg").strip()), ""
    except ValueError:
        return None, text


def _logged(logged: dict[str, Any]) -> str:
    amount = f"{logged['reps']}" if logged["reps"] is not None else f"{logged['hold_s']:g} s"
    added = f", {logged['load_kg']:g} kg" if logged["load_kg"] is not None else ""
    band = f", band {logged['band']}" if logged["band"] else ""
    pain = "" if logged["pain"] is None else f", pain {logged['pain']:g}"
    text = f"Stored for {logged['local_date']}: {logged['name']}, {logged['sets']} × {amount}{added}{band}{pain}."
    lines = wrapped(f"{text} (id {logged['id']})")
    missing = [
        words
        for key, words in (("pain", "--pain"), ("reps_in_reserve", "--reserve"))
        if logged[key] is None and (key != "reps_in_reserve" or logged["reps"] is not None)
    ]
    if missing:
        lines += wrapped(
            f"Without {' and '.join(missing)} it cannot get harder. Correct it with --correct {logged['id']}."
        )
    return "\n".join(lines)
