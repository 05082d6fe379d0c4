"""Workouts as a watch reads them: Garmin's own decoder and our reader see exactly what the plan says."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from garmin_fit_sdk import Decoder, Stream
from garmin_fit_sdk.profile import Profile
from tests.plan_worlds import ALL_DAYS, CALM, TODAY, check_in, course_from, past_runs, plan_inputs
from tests.sample_week import LONG_RUN, MONDAY, PRACTICE, REST, RUNS, STRENGTH, WALK_RUN, WEEK, plan_of

from kneewise.domain import Goal, Interval, Plan, PlannedSession, Repeat, RunStep
from kneewise.errors import InvalidInputError, NotAnActivityError
from kneewise.plan import GaitPractice, Race, build_plan
from kneewise.report.workout_fit import (
    MAX_STEPS,
    NAME_BYTES,
    NOTES_BYTES,
    STEP_NAME_BYTES,
    WORKOUT_KINDS,
    fitting,
    strides_per_min,
    watch_export,
    workout_fit,
    workout_issues,
    workout_name,
)
from kneewise.sources.fit import file_kind, read_fit

CREATED = datetime(2026, 7, 12, 19, 30, tzinfo=UTC)
BEFORE = TODAY - timedelta(days=1)


def decoded(session: PlannedSession) -> dict[str, list[dict[str, Any]]]:
    data = workout_fit(session, created=CREATED)
    decoder = Decoder(Stream.from_byte_array(bytearray(data)))
    assert decoder.check_integrity()
    messages: Any
    messages, errors = Decoder(Stream.from_byte_array(bytearray(data))).read()
    assert errors == []
    return dict(messages)


def run_of(*blocks: Repeat, **changes: Any) -> PlannedSession:
    return replace(LONG_RUN, distance_m=None, blocks=blocks, **changes)


def once(*steps: RunStep) -> Repeat:
    return Repeat(times=1, steps=steps)


def test_a_walk_run_comes_back_step_by_step() -> None:
    warm, run, walk, again, cool = decoded(WALK_RUN)["workout_step_mesgs"]
    assert (warm["wkt_step_name"], warm["intensity"], warm["duration_time"]) == ("Warm up", "warmup", 300)
    assert (warm["target_type"], warm["notes"]) == ("open", "Walk briskly.")
    assert (run["wkt_step_name"], run["intensity"], run["duration_time"]) == ("Run", "active", 180)
    assert (run["target_type"], run["target_value"]) == ("cadence", 0)
    assert (run["custom_target_cadence_low"], run["custom_target_cadence_high"]) == (83, 86)
    assert run["notes"] == "166 to 172 steps a minute. Easy: you can talk."
    assert (walk["wkt_step_name"], walk["intensity"], walk["duration_time"]) == ("Walk", "rest", 60)
    assert walk["target_type"] == "open"
    assert again["duration_type"] == "repeat_until_steps_cmplt"
    assert (again["duration_step"], again["repeat_steps"]) == (1, 5)
    assert (cool["wkt_step_name"], cool["intensity"], cool["duration_time"]) == ("Cool down", "cooldown", 300)
    assert [step["message_index"] for step in (warm, run, walk, again, cool)] == [0, 1, 2, 3, 4]


def test_the_head_of_the_file() -> None:
    messages = decoded(WALK_RUN)
    [file_id], [workout] = messages["file_id_mesgs"], messages["workout_mesgs"]
    assert (file_id["type"], file_id["manufacturer"], file_id["time_created"]) == ("workout", "development", CREATED)
    assert workout["sport"] == "running"
    assert workout["num_valid_steps"] == len(messages["workout_step_mesgs"]) == 5
    assert workout["wkt_name"] == "07-13 Walk-run"


def test_our_reader_knows_it_for_a_workout() -> None:
    data = workout_fit(WALK_RUN, created=CREATED)
    assert file_kind(data) == "workout"
    with pytest.raises(NotAnActivityError) as caught:
        read_fit(data, "x.fit")
    assert caught.value.kind == "workout"


def test_a_second_repeat_jumps_to_its_own_first_step() -> None:
    fast = Repeat(times=4, steps=(RunStep(kind="run", duration_s=20), RunStep(kind="rest", duration_s=60)))
    slow = Repeat(times=3, steps=(RunStep(kind="run", distance_m=400), RunStep(kind="walk")))
    steps = decoded(run_of(fast, slow))["workout_step_mesgs"]
    assert [(s["duration_step"], s["repeat_steps"]) for s in steps if "repeat_steps" in s] == [(0, 4), (3, 3)]
    assert steps[3]["duration_distance"] == 400
    assert steps[4]["duration_type"] == "open"


def test_a_run_that_only_has_a_length_is_one_step() -> None:
    [by_distance] = decoded(LONG_RUN)["workout_step_mesgs"]
    assert (by_distance["duration_distance"], by_distance["notes"]) == (6000, "Easy")
    by_time = replace(LONG_RUN, distance_m=None, duration_s=1830.5, cadence_target_spm=Interval(170, 170))
    [step] = decoded(by_time)["workout_step_mesgs"]
    assert (step["duration_time"], step["custom_target_cadence_low"]) == (1830.5, 85)
    assert step["notes"] == "170 steps a minute. Easy"


def test_the_profile_counts_running_cadence_in_strides() -> None:
    """The unit that the target is written in: rpm, which the profile calls strides/min where the sport is running."""
    low = Profile["messages"][27]["fields"][5]["sub_fields"]
    assert next(field["units"] for field in low if field["name"] == "custom_target_cadence_low") == ["rpm"]
    mean = Profile["messages"][18]["fields"][18]
    assert mean["units"] in ("rpm", ["rpm"])
    running = next(field for field in mean["sub_fields"] if field["name"] == "avg_running_cadence")
    assert running["units"] == ["strides/min"]


@pytest.mark.parametrize(
    ("cadence", "strides"),
    [((166, 172), (83, 86)), ((167, 173), (83, 87)), ((170, 170), (85, 85)), ((171, 171), (85, 86))],
)
def test_half_strides_widen_the_target(cadence: tuple[float, float], strides: tuple[int, int]) -> None:
    assert strides_per_min(Interval(*cadence)) == strides


def test_practice_without_cues_is_open_and_says_so() -> None:
    first, middle, last = decoded(PRACTICE)["workout_step_mesgs"]
    assert first["target_type"] == last["target_type"] == "cadence"
    assert middle["target_type"] == "open"
    assert middle["notes"] == "No cues: 171 to 177 steps a minute"


def test_cues_fade_inside_a_usual_run_too() -> None:
    on = RunStep(kind="run", duration_s=60, cadence_spm=Interval(170, 174), feedback=True)
    off = RunStep(kind="run", duration_s=240, cadence_spm=Interval(170, 174))
    steps = decoded(run_of(Repeat(times=3, steps=(on, off))))["workout_step_mesgs"]
    assert [step["target_type"] for step in steps[:2]] == ["cadence", "open"]


def test_same_input_same_bytes() -> None:
    assert workout_fit(WALK_RUN, created=CREATED) == workout_fit(WALK_RUN, created=CREATED)
    assert workout_fit(WALK_RUN, created=CREATED) != workout_fit(WALK_RUN, created=CREATED.replace(hour=20))


def test_a_session_keeps_its_number_on_the_watch_when_it_moves() -> None:
    moved = replace(WALK_RUN, local_date=date(2026, 7, 15))
    numbers = [decoded(each)["file_id_mesgs"][0]["serial_number"] for each in (WALK_RUN, moved, PRACTICE)]
    assert numbers[0] == numbers[1] != numbers[2]


def test_file_names_sort_by_date() -> None:
    names = [workout_name(session) for session in RUNS]
    assert names == sorted(names)
    assert names[0].startswith("2026-07-13_walk-run_")
    assert all(name.endswith(".fit") and name.isascii() and " " not in name for name in names)


def test_a_naive_time_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        workout_fit(WALK_RUN, created=datetime(2026, 7, 12))  # noqa: DTZ001


def test_texts_stay_within_the_watch() -> None:
    long = "Läufe ganz locker und sprich dabei in ganzen Sätzen, dass es leicht ist. Danach gehst du nach Hause."
    messages = decoded(run_of(once(RunStep(kind="cool_down", duration_s=60, text=long))))
    [step] = messages["workout_step_mesgs"]
    assert len(step["notes"].encode()) <= NOTES_BYTES
    assert len(step["wkt_step_name"].encode()) <= STEP_NAME_BYTES
    assert long.startswith(step["notes"])
    assert long[len(step["notes"])] in " ,."
    assert len(messages["workout_mesgs"][0]["wkt_name"].encode()) <= NAME_BYTES
    assert [found.code for found in workout_issues(run_of(once(RunStep(kind="run", duration_s=9, text=long))))] == [
        "workout-text-cut"
    ]


def test_a_note_keeps_whole_sentences() -> None:
    step = RunStep(
        kind="run", duration_s=60, cadence_spm=Interval(166, 172), text="Easy pace. " + "Very long words " * 5
    )
    [message] = decoded(run_of(once(step)))["workout_step_mesgs"]
    assert message["notes"] == "166 to 172 steps a minute. Easy pace."


@pytest.mark.parametrize(
    ("text", "size", "cut"),
    [
        ("short", 15, "short"),
        ("run at talk pace", 15, "run at talk"),
        ("run at talk pace", 11, "run at talk"),
        ("Donaudampfschifffahrt", 8, "Donaudam"),
        ("ääää", 5, "ää"),
        ("a  b\n c", 10, "a b c"),
        ("one, two", 5, "one"),
    ],
)
def test_fitting(text: str, size: int, cut: str) -> None:
    assert fitting(text, size) == cut


@pytest.mark.parametrize(
    ("session", "code"),
    [
        (STRENGTH, "workout-not-a-run"),
        (REST, "workout-not-a-run"),
        (replace(LONG_RUN, distance_m=None), "workout-no-steps"),
        (run_of(Repeat(times=0, steps=(RunStep(kind="run"),))), "workout-repeat"),
        (run_of(Repeat(times=100, steps=(RunStep(kind="run"),))), "workout-repeat"),
        (run_of(Repeat(times=2, steps=())), "workout-repeat"),
        (run_of(*(once(RunStep(kind="run")) for _ in range(MAX_STEPS + 1))), "workout-too-many-steps"),
        (run_of(once(RunStep(kind="run", duration_s=0))), "workout-step-length"),
        (run_of(once(RunStep(kind="run", duration_s=float("nan")))), "workout-step-length"),
        (run_of(once(RunStep(kind="run", distance_m=1e9))), "workout-step-length"),
        (run_of(once(RunStep(kind="run", cadence_spm=Interval(180, 170)))), "workout-step-length"),
        (run_of(once(RunStep(kind="run", cadence_spm=Interval(float("nan"), 170)))), "workout-step-length"),
    ],
)
def test_what_cannot_be_expressed(session: PlannedSession, code: str) -> None:
    [found] = workout_issues(session)
    assert (found.code, found.where[:10]) == (code, session.local_date.isoformat())
    with pytest.raises(InvalidInputError, match=session.local_date.isoformat()):
        workout_fit(session, created=CREATED)


def test_fifty_steps_still_go() -> None:
    session = run_of(*(once(RunStep(kind="run", duration_s=5)) for _ in range(MAX_STEPS)))
    assert len(decoded(session)["workout_step_mesgs"]) == MAX_STEPS


def test_time_goes_before_distance() -> None:
    session = run_of(once(RunStep(kind="run", duration_s=600, distance_m=2000)))
    assert [found.code for found in workout_issues(session)] == ["workout-two-lengths"]
    [step] = decoded(session)["workout_step_mesgs"]
    assert step["duration_time"] == 600


def test_export_of_a_week() -> None:
    export = watch_export(WEEK, created=CREATED)
    assert list(export.files) == [workout_name(session) for session in RUNS]
    assert export.issues == ()
    assert export.files[workout_name(LONG_RUN)] == workout_fit(LONG_RUN, created=CREATED)


def test_export_of_some_days() -> None:
    export = watch_export(WEEK, created=CREATED, since=date(2026, 7, 14), until=date(2026, 7, 17))
    assert list(export.files) == [workout_name(PRACTICE)]


def test_export_tells_every_run_it_had_to_leave_out_and_a_cut_note_once() -> None:
    broken = replace(LONG_RUN, id="broken", distance_m=None)
    long = replace(LONG_RUN, effort="very " * 20)
    plan = plan_of(broken, replace(broken, id="broken too"), long, replace(long, id="long too"))
    export = watch_export(plan, created=CREATED)
    codes = [found.code for found in export.issues]
    assert codes == ["workout-no-steps", "workout-no-steps", "workout-text-cut"]
    assert len(export.files) == 2
    assert plan.start != MONDAY


# ------------------------------------------------------------------------------ every field of every kind of session

_INTENSITY = {"warm_up": "warmup", "run": "active", "walk": "rest", "rest": "rest", "cool_down": "cooldown"}
_NAMES = {"warm_up": "Warm up", "run": "Run", "walk": "Walk", "rest": "Stand", "cool_down": "Cool down"}


def field_by_field(session: PlannedSession) -> list[dict[str, Any]]:
    """Return every field that Garmin's decoder must find, written down from the plan and not by the writer."""
    rows: list[dict[str, Any]] = []
    blocks = session.blocks or (once(RunStep(kind="run", distance_m=session.distance_m, text=session.effort)),)
    fading = session.kind == "gait_retraining" or any(step.feedback for block in blocks for step in block.steps)
    for block in blocks:
        first = len(rows)
        rows += [_fields(len(rows) + number, step, fading=fading) for number, step in enumerate(block.steps)]
        if block.times > 1:
            jump = {"duration_type": "repeat_until_steps_cmplt", "duration_value": first, "duration_step": first}
            again = {"target_type": "open", "target_value": block.times, "repeat_steps": block.times}
            rows.append({"message_index": len(rows), **jump, **again})
    return rows


def _fields(index: int, step: RunStep, *, fading: bool) -> dict[str, Any]:
    fields = {"message_index": index, "wkt_step_name": _NAMES[step.kind], "intensity": _INTENSITY[step.kind]}
    if step.duration_s is not None:
        fields |= {"duration_type": "time", "duration_time": step.duration_s}
        fields |= {"duration_value": round(step.duration_s * 1000)}
    else:
        assert step.distance_m is not None
        fields |= {"duration_type": "distance", "duration_distance": step.distance_m}
        fields |= {"duration_value": round(step.distance_m * 100)}
    target, said = step.cadence_spm, step.text
    if target is not None and (step.feedback or not fading):
        low, high = math.floor(target.low / 2), math.ceil(target.high / 2)
        fields |= {"target_type": "cadence", "target_value": 0, "target_cadence_zone": 0}
        fields |= {"custom_target_value_low": low, "custom_target_value_high": high}
        fields |= {"custom_target_cadence_low": low, "custom_target_cadence_high": high}
    else:
        fields |= {"target_type": "open"}
    if target is not None:
        quiet = "" if fields["target_type"] == "cadence" else "No cues: "
        rate = f"{quiet}{target.low:.0f} to {target.high:.0f} steps a minute"
        longer = f"{rate}. {said}" if said else rate
        # What does not fit is left out as a whole sentence, and told.
        said = longer if len(longer) <= NOTES_BYTES else f"{rate}."
    return fields | ({"notes": said} if said else {})


def planned_sessions() -> list[PlannedSession]:
    """Return the runs of whole plans: the ladder, longer runs with each new thing, quicker steps, walk breaks, caps."""
    practice = GaitPractice(
        baseline_spm=164, pain_change=-1, comfortable=True, calf_or_achilles_pain=0,
        acute_calf_achilles_plantar=False, wanted=True,
    )  # fmt: skip
    steady = past_runs(6, 6, 9, 6, 6, 9, 6, 6, 9, 6, 6, 9)
    worlds: tuple[dict[str, Any], ...] = (
        {},
        {"runs": steady, "goal": Goal(kind="distance", distance_m=9000)},
        {"runs": steady, "gait": practice},
        {"runs": steady, "gait": replace(practice, sessions_done=course_from(BEFORE - timedelta(days=7)))},
        {"runs": steady, "events": [check_in(BEFORE, {**CALM, "after_60min": 4})]},
        {"condition": "itbs", "onset_min": 17.0},
        {"runs": steady, "availability": replace(ALL_DAYS, races=(Race(day=TODAY, distance_m=9000),))},
    )
    plans = [build_plan(plan_inputs(**world)) for world in worlds]
    return [each for plan in plans if isinstance(plan, Plan) for each in plan.sessions if each.kind in WORKOUT_KINDS]


def test_every_field_of_every_kind_of_session_comes_back() -> None:
    sessions = [*RUNS, *planned_sessions()]
    different = {(each.kind, repr(each.blocks or each.distance_m)): each for each in sessions}
    assert {"run", "walk_run", "gait_retraining"} == {each.kind for each in different.values()}
    steps = [step for each in different.values() for block in each.blocks for step in block.steps]
    assert any(step.cadence_spm for step in steps)
    assert any(step.distance_m for step in steps)
    assert any(each.title == "Easy run with short bits downhill" for each in sessions)
    for session in different.values():
        assert {issue.code for issue in workout_issues(session)} <= {"workout-text-cut"}
        messages = decoded(session)
        assert messages["workout_step_mesgs"] == field_by_field(session), session.id
        assert set(messages) == {"file_id_mesgs", "workout_mesgs", "workout_step_mesgs"}
        [head], [workout] = messages["file_id_mesgs"], messages["workout_mesgs"]
        serial = int(workout_name(session).rpartition("_")[2].removesuffix(".fit"), 16)
        assert head == {
            "type": "workout", "manufacturer": "development", "product": 0, "serial_number": serial,
            "time_created": CREATED,
        }  # fmt: skip
        assert workout.pop("wkt_name").startswith(f"{session.local_date:%m-%d} ")
        assert workout == {"sport": "running", "num_valid_steps": len(messages["workout_step_mesgs"])}
