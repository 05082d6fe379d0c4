"""From what is known of a runner to the metrics of the knowledge files: one metric id, one reader.

A metric without a reader is in `ELSEWHERE`, which says who can supply it. Nothing is filled in: a reader returns
``None`` where the answer is missing or "unsure".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from kneewise.assessment.finding_context import FindingContext
from kneewise.assessment.measurement import Measurement, Origin, estimated, given, known_metric
from kneewise.assessment.questions import intake_questions
from kneewise.domain import Estimate
from kneewise.evidence.parameters import value

Reader = Callable[[FindingContext], Measurement | None]


def measurements(context: FindingContext) -> Mapping[str, Measurement]:
    """Return every metric that is known, by id; a clinician's measure wins over a video's, and that over the rest."""
    found: dict[str, Measurement] = {}
    for metric, reader in READERS.items():
        measured = reader(context)
        if measured is not None:
            found[metric] = measured
    for metric, number in context.diary.items():
        found[metric] = given(metric, number, "diary", "from your diary")
    for metric, estimate in context.video.items():
        if math.isfinite(estimate.value):
            found[metric] = estimated(known_metric(metric), estimate, "video", "from your video")
    for metric, number in context.clinic.items():
        on = context.clinic_on.get(metric)
        day = "" if on is None else f"{on.day} {on:%B %Y}"
        where = f"measured by a clinician on {day}" if day else "measured by a clinician"
        found[metric] = replace(given(metric, number, "clinician", where), on=on)
    return MappingProxyType(found)


def values(measured: Mapping[str, Measurement]) -> dict[str, float | None]:
    """Return the plain numbers, as criteria read them."""
    return {metric: measurement.value for metric, measurement in measured.items()}


# ---------------------------------------- readers of answers


def _option_text(question: str, option: str) -> str:
    return _options(question)[option]


def _options(question: str) -> Mapping[str, str]:
    return next({item.id: item.text for item in q.options} for q in intake_questions() if q.id == question)


def _number(metric: str, question: str, words: str) -> Reader:
    """A number that the runner gave; ``words`` holds the place of the number."""

    def read(context: FindingContext) -> Measurement | None:
        answer = context.answer(question)
        if not isinstance(answer, float):
            return None
        return Measurement(metric=metric, value=answer, text=words.format(f"{answer:g}"), origin="answers")

    return read


def _option(metric: str, question: str, *yes: str, no_is_no: bool = True) -> Reader:
    """Yes when one of some options was chosen; without any named, when anything but "none" was.

    ``no_is_no=False`` is for a question that can show the thing and cannot rule it out.
    """

    def read(context: FindingContext) -> Measurement | None:
        answer = context.answer(question)
        if answer is None:
            return None
        chosen = answer if isinstance(answer, tuple) else (answer,)
        hits = tuple(option for option in chosen if (option in yes if yes else option not in ("none", "no")))
        if not chosen or (not hits and ("unsure" in chosen or not no_is_no)):
            return None
        said = "; ".join(_option_text(question, option) for option in hits or chosen)
        return Measurement(metric=metric, value=float(bool(hits)), text=f"Your answer: {said}.", origin="answers")

    return read


def _spike(context: FindingContext) -> Measurement | None:
    """The recorded run of the last weeks, or the run that the runner names, whichever stood out more."""
    known = [measured for measured in (_recorded_spike(context), _told_spike(context)) if measured is not None]
    return max(known, key=lambda measured: measured.value, default=None)


def _recorded_spike(context: FindingContext) -> Measurement | None:
    training = context.training
    if training is None or training.distance_ratio is None or training.distance_ratio_on is None:
        return None
    times = f"{training.distance_ratio:.2f} times your longest run of the {_window()} days before"
    return Measurement(
        metric="planned_distance_ratio_30d",
        value=training.distance_ratio,
        text=f"Your run of {training.distance_ratio_on.isoformat()} was {times}. This is from your files.",
        origin="watch",
        on=training.distance_ratio_on,
    )


def _told_spike(context: FindingContext) -> Measurement | None:
    run, longest = context.answer("trigger_run_km"), context.answer("longest_run_km")
    if not isinstance(run, float) or not isinstance(longest, float) or longest <= 0:
        return None
    before = f"Your longest run of the {_window()} days before was {longest:g} km."
    return Measurement(
        metric="planned_distance_ratio_30d",
        value=run / longest,
        text=f"When it began, you ran {run:g} km at once. {before} That is {run / longest:.2f} times as long.",
        origin="answers",
    )


def _window() -> str:
    return f"{value('exposure.spike.window_days'):.0f}"


def _weekly_ratio(context: FindingContext) -> Measurement | None:
    training = context.training
    if training is None or training.weekly_ratio is None or training.coverage < value("coverage.window_floor"):
        return None
    text = f"You ran {training.weekly_ratio:.2f} times as far in the last 7 days as in the 7 before. From your files."
    return Measurement(metric="weekly_distance_ratio", value=training.weekly_ratio, text=text, origin="watch")


def _two_weeks(context: FindingContext) -> Measurement | None:
    training = context.training
    if training is None or training.two_week_rise is None or training.coverage < value("coverage.window_floor"):
        return None
    rise = training.two_week_rise
    text = f"You ran {abs(rise):.0%} {'more' if rise >= 0 else 'less'} in the last 14 days than in the 14 before."
    return Measurement(metric="two_week_progression", value=rise, text=f"{text} From your files.", origin="watch")


def _days_since_run(context: FindingContext) -> Measurement | None:
    if context.training is None or context.training.days_without_run is None:
        return None
    days = context.training.days_without_run
    text = f"Your last run in the record was {days} days ago."
    return Measurement(metric="days_since_last_run", value=float(days), text=text, origin="watch")


def _running_years(context: FindingContext) -> Measurement | None:
    if context.running_years is not None:
        text = f"You have been running for {context.running_years:g} years."
        return Measurement(metric="running_years", value=context.running_years, text=text, origin="profile")
    if "new_to_running" not in (context.answer("training_change") or ()):
        return None
    said = _option_text("training_change", "new_to_running")
    return Measurement(metric="running_years", value=0.0, text=f"Your answer: {said}.", origin="answers")


def _age(context: FindingContext) -> Measurement | None:
    age = context.age_years if context.age_years is not None else context.answer("age_years")
    if not isinstance(age, (int, float)):
        return None
    origin: Origin = "answers" if context.age_years is None else "profile"
    return Measurement(metric="age_years", value=float(age), text=f"You are {age:.0f} years old.", origin=origin)


def _poor_sleep(context: FindingContext) -> Measurement | None:
    answer = context.answer("sleep_quality")
    if not isinstance(answer, float):
        return None
    limit = value("findings.poor_sleep_at_most")
    text = f"You rate your sleep {answer:g} out of 10. We call {limit:g} or less poor."
    return Measurement(metric="reported_sleep_quality", value=float(answer <= limit), text=text, origin="answers")


def _first_stairs_or_squat(context: FindingContext) -> Measurement | None:
    pains = [context.answer(question) for question in ("test_squat_pain", "test_step_down_pain")]
    known = [pain for pain in pains if isinstance(pain, float)]
    if not known:
        return None
    text = f"Pain of {max(known):g} out of 10 in your squat or step-down."
    return Measurement(metric="pain_first_stairs_or_squat", value=max(known), text=text, origin="answers")


def _one_finger_below(context: FindingContext) -> Measurement | None:
    zones, pointing = context.answer("zones"), context.answer("pointing")
    if zones is None or pointing in (None, "unsure"):
        return None
    found = "ant_inferior_pole" in zones and pointing == "one_finger"
    text = f"Your answer: {_option_text('pointing', pointing)}."
    return Measurement(metric="one_finger_inferior_pole", value=float(found), text=text, origin="answers")


def _downhill_or_stairs(context: FindingContext) -> Measurement | None:
    measured = _option("downhill_or_stairs_provoke", "provoking", "downhill", "stairs_down", "stairs_up")(context)
    share = None if context.gait is None else context.gait.downhill_share
    if measured is None or share is None:
        return measured
    also = f"{measured.text} Downhill was {share:.0%} of your running time."
    return Measurement(metric=measured.metric, value=measured.value, text=also, origin="answers")


def _sitting(context: FindingContext) -> Measurement | None:
    measured, hours = _option("sitting_provokes", "provoking", "sitting")(context), context.answer("desk_hours")
    return _with_amount(measured, hours, "You sit for {:g} hours a day.")


def _training_change(context: FindingContext) -> Measurement | None:
    measured, km = _option("reported_training_change", "training_change")(context), context.answer("weekly_km")
    return _with_amount(measured, km, "Last month you ran {:g} km a week.")


def _with_amount(measured: Measurement | None, amount: object, text: str) -> Measurement | None:
    """Add an amount to an answer of yes: it has no limit of its own."""
    if measured is None or not measured.value or not isinstance(amount, float):
        return measured
    return replace(measured, text=f"{measured.text} {text.format(amount)}")


def _low_energy(context: FindingContext) -> Measurement | None:
    answer = context.answer("rf_reds")
    if answer not in ("yes", "no"):
        return None
    text = f"Your answer to the safety question on food and bones: {answer}."
    return Measurement(metric="reds_screen", value=float(answer == "yes"), text=text, origin="answers")


# ---------------------------------------- readers of the watch


def _cadence(context: FindingContext) -> Measurement | None:
    return _from_watch("cadence_spm", None if context.gait is None else context.gait.cadence_spm)


def _step_length(context: FindingContext) -> Measurement | None:
    return _from_watch("step_length_m", None if context.gait is None else context.gait.step_length_m)


def _from_watch(metric: str, estimate: Estimate | None) -> Measurement | None:
    if estimate is None or not math.isfinite(estimate.value):
        return None
    return estimated(metric, estimate, "watch", "at your easy speed, from your watch")


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "planned_distance_ratio_30d": _spike,
        "weekly_distance_ratio": _weekly_ratio,
        "two_week_progression": _two_weeks,
        "days_since_last_run": _days_since_run,
        "reported_training_change": _training_change,
        "injured_past_year": _option("injured_past_year", "history", "running_injury"),
        "running_years": _running_years,
        "age_years": _age,
        "downhill_or_stairs_provoke": _downhill_or_stairs,
        "reported_surface_change": _option(
            "reported_surface_change", "terrain_change", "uneven", "harder", "sloping_road"
        ),
        "reported_terrain_change": _option("reported_terrain_change", "terrain_change"),
        "reported_shoe_type": _option("reported_shoe_type", "shoe_change", "lower", "higher"),
        "reported_insoles": _option("reported_insoles", "shoe_change", "insoles", no_is_no=False),
        "shoe_age_months": _number("shoe_age_months", "shoe_age_months", "Your shoes are {} months old."),
        "reported_warm_up": _option("reported_warm_up", "warm_up", "easy_start", "stretching"),
        "sitting_provokes": _sitting,
        "jump_provoked": _option("jump_provoked", "provoking", "jumping", "fast_running"),
        "reported_grinding": _option("reported_grinding", "mechanical", "grinding"),
        "reported_flat_feet": _option("reported_flat_feet", "flat_feet", "yes"),
        "pronation_or_midfoot_mobility": _option("pronation_or_midfoot_mobility", "flat_feet", "yes"),
        "lateral_pain": _option("lateral_pain", "zones", "lat_epicondyle", "lat_joint_line"),
        "fixed_onset_distance": _option("fixed_onset_distance", "run_pattern", "fixed_distance"),
        "one_finger_inferior_pole": _one_finger_below,
        "reds_screen": _low_energy,
        "reported_sleep_quality": _poor_sleep,
        "fear_0_10": _number("fear_0_10", "fear", "You rate your fear of harm {} out of 10."),
        "pain_first_stairs_or_squat": _first_stairs_or_squat,
        "single_leg_squat_reps": _number(
            "single_leg_squat_reps", "test_single_leg_squats", "You did {} slow squats on one leg."
        ),
        "side_plank_s": _number("side_plank_s", "test_side_plank_s", "You held a side plank for {} seconds."),
        "knee_to_wall_cm": _number("knee_to_wall_cm", "test_knee_to_wall_cm", "Knee to wall: {} cm."),
        "cadence_spm": _cadence,
        "step_length_m": _step_length,
    }
)

#: Metrics that no answer and no watch gives, and who can supply them through the context.
ELSEWHERE: Mapping[str, Literal["video", "clinician", "diary", "not asked"]] = MappingProxyType(
    {
        "trunk_lean_deg": "video",
        "hip_adduction_deg": "video",
        "hip_adduction_seen": "video",
        "pelvic_drop_deg": "video",
        "pelvic_drop_seen": "video",
        "knee_valgus_deg": "video",
        "long_step_seen": "video",
        "foot_strike": "video",
        "loading_rate": "clinician",
        "clinician_hip_strength": "clinician",
        "clinician_foot_posture": "clinician",
        "step_down_reps": "clinician",
        "reported_tightness": "clinician",
        "reported_must_run": "clinician",
        "avoids_loading": "clinician",
        "bad_nights_in_a_row": "diary",
        "pain_change_in_trial": "diary",
        "pain_limits_exercise": "diary",
        "insole_comfort_response": "diary",
        "sitting_block_min": "not asked",
    }
)
