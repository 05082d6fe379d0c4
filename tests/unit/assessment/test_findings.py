"""Findings: only what was measured, both sides of what is contested, never a cause and never a risk score."""

from __future__ import annotations

import json
import random
import re
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from tests.answers import random_answers
from tests.readability import assert_readable

from kneewise.assessment.answers import read_answers
from kneewise.assessment.finding_context import FindingContext, RecentTraining, WatchGait, recent_training
from kneewise.assessment.finding_metrics import ELSEWHERE, READERS, measurements
from kneewise.assessment.findings import (
    AREAS,
    CONTESTED,
    NOTE,
    FindingResult,
    contested_claims,
    findings,
    findings_document,
)
from kneewise.assessment.modules import OpenedModule, opened_modules
from kneewise.domain import Estimate, Interval
from kneewise.errors import InvalidInputError
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.records import Certainty
from kneewise.load import DatedRun, daily_exposure

TODAY = date(2026, 5, 31)
CARE = {"manipulation_lumbopelvic", "dry_needling", "acupuncture", "electroacupuncture"}


def told(**answers: Any) -> FindingContext:
    return FindingContext(answers=read_answers(answers))


def estimate(number: float, spread: float = 0.0) -> Estimate:
    return Estimate(number, number - spread, number + spread, "1", "test")


def found(context: FindingContext, **options: Any) -> dict[str, FindingResult]:
    return {result.id: result for result in findings(context, **options)}


def states(context: FindingContext, **options: Any) -> dict[str, str]:
    return {name: result.state for name, result in found(context, **options).items()}


def opened(context: FindingContext) -> dict[str, OpenedModule]:
    return {module.rule: module for module in opened_modules(findings(context), context)}


def full_context() -> FindingContext:
    answers = read_answers(
        {
            "age_years": 34,
            "training_change": ["more_volume", "new_to_running"],
            "terrain_change": ["treadmill_to_outdoor", "uneven"],
            "provoking": ["stairs_down", "sitting", "jumping"],
            "zones": ["ant_inferior_pole", "lat_epicondyle"],
            "pointing": "one_finger",
            "run_pattern": "fixed_distance",
            "mechanical": ["grinding"],
            "posture_worry": "yes",
            "flat_feet": "yes",
            "shoe_change": "lower",
            "shoe_age_months": 9,
            "warm_up": "straight_in",
            "history": ["running_injury"],
            "sleep_quality": 3,
            "fear": 7,
            "rf_reds": "no",
            "test_squat_pain": 6,
            "test_step_down_pain": 3,
            "test_single_leg_squats": 6,
            "test_side_plank_s": 25,
            "test_knee_to_wall_cm": 8,
            "trigger_run_km": 20,
            "longest_run_km": 12,
        }
    )
    training = RecentTraining(
        distance_ratio=1.3,
        distance_ratio_on=date(2026, 5, 20),
        weekly_ratio=1.2,
        two_week_rise=0.4,
        days_without_run=3,
        coverage=1.0,
    )
    gait = WatchGait(cadence_spm=estimate(168, 5), step_length_m=estimate(1.02, 0.03), downhill_share=0.2)
    video = {"pelvic_drop_deg": estimate(7, 1), "pelvic_drop_seen": estimate(1), "trunk_lean_deg": estimate(4, 1)}
    return FindingContext(
        answers=answers,
        training=training,
        gait=gait,
        video=video,
        clinic={"clinician_hip_strength": 1.2},
        diary={"bad_nights_in_a_row": 2, "pain_limits_exercise": 1},
    )


# ---------------------------------------- what is mapped


def used_metrics() -> set[str]:
    displayed = [finding for finding in knowledge().findings.values() if finding.display]
    used = {finding.measure for finding in displayed if finding.measure}
    used |= {criterion.metric for finding in displayed for criterion in finding.thresholds}
    return used | {criterion.metric for rule in knowledge().module_rules.values() for criterion in rule.criteria}


def test_every_metric_that_a_finding_or_module_needs_is_read_or_said_to_come_from_elsewhere() -> None:
    assert used_metrics() - READERS.keys() - ELSEWHERE.keys() == set()


def test_no_metric_is_both_read_and_elsewhere_and_none_is_unknown_or_unused() -> None:
    assert READERS.keys() & ELSEWHERE.keys() == set()
    assert (READERS.keys() | ELSEWHERE.keys()) - knowledge().metrics.keys() == set()
    assert (READERS.keys() | ELSEWHERE.keys()) - used_metrics() <= {"days_since_last_run"}


def test_every_reader_reads_the_full_context_under_its_own_id() -> None:
    context = full_context()
    measured = measurements(context)
    assert READERS.keys() - measured.keys() == {"reported_insoles"}
    assert all(measurement.metric == name for name, measurement in measured.items())


def test_a_clinicians_measure_wins_over_the_runners_own() -> None:
    answers = read_answers({"test_side_plank_s": 50})
    context = FindingContext(answers=answers, clinic={"side_plank_s": 20})
    assert measurements(context)["side_plank_s"].origin == "clinician"
    assert states(context)["hip_weakness"] == "present"


@pytest.mark.parametrize("given", [{"clinic": {"x": 1.0}}, {"diary": {"x": 1.0}}, {"video": {"x": estimate(1)}}])
def test_an_unknown_metric_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="no metric 'x'"):
        findings(FindingContext(**given))


def test_a_measure_that_is_no_number_is_refused_and_an_unknown_estimate_left_out() -> None:
    with pytest.raises(InvalidInputError, match="needs a number"):
        findings(FindingContext(clinic={"side_plank_s": float("nan")}))
    assert findings(FindingContext(video={"pelvic_drop_deg": estimate(float("nan"))})) == ()


# ---------------------------------------- missing stays missing


def test_nothing_known_nothing_claimed() -> None:
    assert findings(FindingContext()) == ()


def test_a_clinician_sees_what_was_not_measured() -> None:
    listed = states(FindingContext(), clinician=True)
    assert set(listed.values()) == {"not_measured", "claim"}
    assert listed["cpd"] == "not_measured"
    assert "acwr" not in listed, "what is never shown unasked stays away"


@pytest.mark.parametrize(("answer", "state"), [("yes", "present"), ("no", "absent"), ("unsure", None), (None, None)])
def test_unsure_is_not_an_answer(answer: str | None, state: str | None) -> None:
    assert states(told(flat_feet=answer)).get("pes_planus_selfreport") == state


@pytest.mark.parametrize(
    ("answers", "finding", "state"),
    [
        ({"fear": 6}, "psychological", "present"),
        ({"fear": 5}, "psychological", "absent"),
        ({"test_single_leg_squats": 9}, "quad_weakness", "present"),
        ({"test_single_leg_squats": 10}, "quad_weakness", "absent"),
        ({"test_side_plank_s": 29}, "hip_weakness", "present"),
        ({"test_side_plank_s": 30}, "hip_weakness", "absent"),
        ({"trigger_run_km": 11, "longest_run_km": 10}, "single_session_spike", "absent"),
        ({"trigger_run_km": 11.1, "longest_run_km": 10}, "single_session_spike", "present"),
        ({"trigger_run_km": 11, "longest_run_km": 0}, "single_session_spike", None),
        ({"warm_up": "straight_in"}, "warm_up", "present"),
        ({"warm_up": "easy_start"}, "warm_up", "absent"),
        ({"sleep_quality": 4}, "sleep", "present"),
        ({"sleep_quality": 5}, "sleep", "absent"),
        ({"provoking": ["none"]}, "downhill_stairs", "absent"),
        ({"provoking": ["downhill"]}, "downhill_stairs", "present"),
        ({"shoe_change": "insoles"}, "orthotics_history", "present"),
        ({"shoe_change": "no"}, "orthotics_history", None),
        ({"training_change": ["none"]}, "training_errors", "absent"),
        ({"training_change": ["none"]}, "experience_0_2y", None),
        ({"training_change": ["new_to_running"]}, "experience_0_2y", "present"),
        ({"shoe_age_months": 24}, "shoe_age", "shown"),
        ({"history": ["knee_surgery"]}, "previous_injury", "absent"),
        ({"rf_reds": "yes"}, "reds", "present"),
        ({"rf_reds": "unsure"}, "reds", None),
        ({"sleep_quality": 9}, "obsessive_passion", None),
    ],
)
def test_what_answers_show(answers: dict[str, Any], finding: str, state: str | None) -> None:
    assert states(told(**answers)).get(finding) == state


def test_bad_nights_in_the_diary_show_poor_sleep_whatever_the_rating_says() -> None:
    context = FindingContext(answers=read_answers({"sleep_quality": 9}), diary={"bad_nights_in_a_row": 2})
    result = found(context)["sleep"]
    assert result.state == "present"
    assert result.measure is not None
    assert result.measure.metric == "bad_nights_in_a_row"


def test_the_larger_of_the_recorded_and_the_told_spike_counts() -> None:
    training = RecentTraining(distance_ratio=1.5, distance_ratio_on=TODAY)
    answers = read_answers({"trigger_run_km": 12, "longest_run_km": 10})
    measure = found(FindingContext(answers=answers, training=training))["single_session_spike"].measure
    assert measure is not None
    assert (measure.value, measure.origin, measure.on) == (1.5, "watch", TODAY)
    assert "2026-05-31" in measure.text


def test_a_record_that_is_known_in_part_gives_no_weekly_sums() -> None:
    partly = RecentTraining(weekly_ratio=3.0, two_week_rise=2.0, coverage=0.5)
    assert findings(FindingContext(training=partly)) == ()


def test_the_cadence_may_be_a_close_call() -> None:
    close = found(FindingContext(gait=WatchGait(cadence_spm=estimate(168, 5))))["cadence"]
    clear = found(FindingContext(gait=WatchGait(cadence_spm=estimate(160, 5))))["cadence"]
    assert (close.present, close.close_call) == (True, True)
    assert (clear.present, clear.close_call) == (True, False)


def test_a_runner_reads_one_finding_per_measure_and_a_clinician_all() -> None:
    context = FindingContext(gait=WatchGait(cadence_spm=estimate(160, 5)))
    assert list(states(context)) == ["cadence"]
    seen = {name for name, state in states(context, clinician=True).items() if state in ("present", "shown")}
    assert seen == {"cadence", "cadence_cutoff", "cadence_optimum"}


def test_fewer_kilometres_than_last_week_are_not_called_more() -> None:
    training = RecentTraining(weekly_ratio=0.8, coverage=1.0)
    assert states(FindingContext(training=training)) == {"week_to_week": "absent"}


# ---------------------------------------- the last weeks of the record


def run(day: date, kilometres: float | None) -> DatedRun:
    number = 10.0 if kilometres is None else kilometres
    cost = Estimate(number, number, number, "knee-km", "test", 0.9, Interval(number, number))
    return DatedRun(day.isoformat(), day, None if kilometres is None else kilometres * 1000, 1800, cost, 1.0)


def history(*, days: int, kilometres: float = 10.0, last: float | None = 10.0) -> RecentTraining:
    runs = [run(TODAY - timedelta(days=day), kilometres if day > 13 else last) for day in range(days)]
    return recent_training(daily_exposure(runs), today=TODAY)


def test_recent_training_sums_weeks_and_finds_the_run_that_stood_out() -> None:
    known = history(days=80, kilometres=10, last=15)
    assert known.distance_ratio == pytest.approx(1.5)
    assert known.weekly_ratio == pytest.approx(1.0)
    assert known.two_week_rise == pytest.approx(0.5)
    assert known.days_without_run == 0
    assert known.coverage == 1.0


def test_a_young_record_says_little() -> None:
    known = history(days=13)
    assert (known.weekly_ratio, known.two_week_rise, known.distance_ratio) == (None, None, None)
    assert known.coverage < 0.5


def test_runs_without_distance_give_no_sum() -> None:
    known = history(days=80, last=None)
    assert (known.weekly_ratio, known.two_week_rise) == (None, None)
    assert known.coverage == pytest.approx(0.5)


def test_no_run_no_training() -> None:
    assert recent_training(daily_exposure([]), today=TODAY) == RecentTraining()


def test_a_break_is_counted_and_later_days_are_left_out() -> None:
    runs = [run(TODAY - timedelta(days=day), 10) for day in range(20, 80)] + [run(TODAY + timedelta(days=1), 50)]
    known = recent_training(daily_exposure(runs), today=TODAY)
    assert known.days_without_run == 20
    assert known.weekly_ratio is None


# ---------------------------------------- contested claims


def test_contested_claims_are_shown_to_a_runner_only_when_brought_up() -> None:
    quiet = told(desk_hours=9, posture_worry="no")
    assert findings(quiet) == ()
    worried = states(told(posture_worry="yes"))
    assert worried == dict.fromkeys(
        ["manipulation_lumbopelvic", "lumbar_inhibits_glutes", "sitting_posture", "spinal_misalignment"], "claim"
    )


def test_a_runners_own_words_bring_a_claim_up() -> None:
    assert {"acupuncture", "electroacupuncture"} == set(states(told(note="Does ACUPUNCTURE help?")))
    assert "lumbar_inhibits_glutes" in states(told(note="my glutes do not fire"))
    assert findings(told(note="thanks")) == ()


def test_asking_shows_them_and_a_clinician_always_sees_them() -> None:
    everything = {claim.id for claim in contested_claims()}
    assert everything >= {*CARE, "spinal_misalignment", "lumbar_inhibits_glutes", "root_cause"}
    assert set(states(FindingContext(), asked=[CONTESTED])) == everything
    assert set(states(FindingContext(), asked=["dry_needling"])) == {"dry_needling"}
    assert everything <= set(states(FindingContext(), clinician=True))


def test_an_unknown_claim_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no contested claim 'crystals'"):
        findings(FindingContext(), asked=["crystals"])


def test_a_contested_claim_has_both_sides_a_certainty_and_a_tier_and_is_never_present() -> None:
    for claim in contested_claims():
        document = claim.to_json()
        sides = document["contested"]
        assert sides["for"], claim.id
        assert sides["against"], claim.id
        assert sides["certainty"] in get_args(Certainty)
        assert document["tier"] in {"clinician_only", "caution"}, claim.id
        assert (document["present"], document["opens"]) == (None, [])
        assert document["why"], claim.id
        assert document["what_changes_it"], claim.id


def test_needles_and_thrusts_are_for_clinicians() -> None:
    assert {claim.tier for claim in contested_claims() if claim.id in CARE} == {"clinician_only"}
    words = " ".join(care.message for care in knowledge().interventions.values() if care.id in CARE)
    assert "cure" not in words


def test_a_contested_measure_carries_both_sides_and_names_no_cause() -> None:
    result = found(FindingContext(video={"pelvic_drop_deg": estimate(8)}))["cpd"]
    document = result.to_json()
    assert document["present"] is None, "no limit is known for it"
    assert document["contested"]["against"]


# ---------------------------------------- evidence and order


def test_keys_of_the_contract_and_plain_json() -> None:
    document = findings_document(findings(full_context()))
    json.dumps(document, allow_nan=False)
    for entry in document:
        assert entry.keys() >= {"area", "finding", "measure", "evidence", "why", "what_changes_it", "present", "opens"}
        assert entry["evidence"].keys() >= {"certainty", "sources", "verified", "figures"}
        assert "verdict" not in entry
    assert all("verdict" in entry for entry in findings_document(findings(full_context()), clinician=True))


def test_only_what_was_read_is_shown_as_a_figure_and_every_ratio_has_its_comparator() -> None:
    for result in findings(full_context(), clinician=True):
        for figure in result.to_json(clinician=True)["evidence"]["figures"]:
            assert figure["mark"] in {"V", "V2", "D", "C"}, result.id
            assert figure["sources"], result.id
            if figure["unit"] in {"HRR", "OR", "HR", "RR", "SMD", "Hedges g"}:
                assert figure["compared_with"] or figure["population"], result.id


def test_what_is_only_remembered_says_so() -> None:
    result = found(full_context(), clinician=True)["weekly_30"].to_json(clinician=True)
    assert result["evidence"]["verified"] is False
    assert "not checked yet" in result["evidence"]["text"]
    assert "found a link" not in result["evidence"]["text"]
    assert result["evidence"]["figures"] == []
    assert "not checked yet" in result["threshold"]["text"]


def test_a_limit_that_is_only_remembered_decides_nothing_for_a_runner() -> None:
    """The 30 % of two weeks was never read in the study: a runner sees the trend, a clinician the unchecked limit."""
    steep = FindingContext(training=RecentTraining(weekly_ratio=3.0, two_week_rise=2.0, coverage=1.0))
    result = found(steep)["weekly_30"]
    document = result.to_json()
    assert (result.state, result.present, result.opens) == ("shown", None, ())
    assert (document["threshold"], document["thresholds"]) == (None, [])
    assert "30" not in " ".join((document["name"], document["why"], document["what_changes_it"]))
    assert found(steep, clinician=True)["weekly_30"].state == "present"
    for item in findings(full_context()):
        assert all(limit["mark"] != "M" for limit in item.to_json()["thresholds"]), item.id


def test_our_own_limits_are_not_called_evidence() -> None:
    limit = found(told(fear=8))["psychological"].to_json()["threshold"]
    assert limit["is_evidence"] is False
    assert "our own default" in limit["text"]


def test_along_the_chain_present_first_then_strength() -> None:
    order = {"present": 0, "shown": 1, "absent": 2, "claim": 3, "not_measured": 4}
    certainties = get_args(Certainty)
    results = findings(full_context(), clinician=True)
    keys = [(AREAS.index(item.area), order[item.state], certainties.index(item.record.certainty)) for item in results]
    assert keys == sorted(keys)
    assert {item.area for item in results} == set(AREAS)
    assert AREAS[0] == "training"
    assert AREAS[-1] == "gait"


def test_every_area_of_the_knowledge_has_its_place() -> None:
    assert {finding.area for finding in knowledge().findings.values()} <= set(AREAS)


def test_no_claim_without_certainty_and_nothing_present_without_a_measure() -> None:
    chance = random.Random(5)
    seen = 0
    for _ in range(200):
        context = FindingContext(answers=random_answers(chance))
        for result in findings(context):
            seen += 1
            document = result.to_json()
            assert document["evidence"]["certainty"] in get_args(Certainty)
            assert document["evidence"]["text"]
            assert (result.measure is None) == (result.state == "claim")
            assert result.state != "not_measured"
            assert result.present is None or result.measure is not None
    assert seen > 1000, "the random answers showed too little to test"


def test_no_risk_score_no_probability_no_cause() -> None:
    text = json.dumps(findings_document(findings(full_context(), asked=[CONTESTED])))
    keys = set(re.findall(r'"([a-z_]+)":', text))
    assert not {key for key in keys if re.search("risk|probab|score|cause", key)}
    assert "not a cause" in NOTE


# ---------------------------------------- modules


@pytest.mark.parametrize(
    ("context", "rule", "opens"),
    [
        (told(trigger_run_km=20, longest_run_km=10), "recent_spike", ["education_load"]),
        (told(training_change=["hills"]), "recent_spike", ["education_load"]),
        (told(test_squat_pain=6), "stairs_or_squat_sore", ["exercise_hip"]),
        (told(test_single_leg_squats=4), "weak_single_leg", ["exercise_knee"]),
        (
            FindingContext(video={"pelvic_drop_seen": estimate(1)}),
            "hip_or_trunk_control",
            ["exercise_hip", "gait_hip_control"],
        ),
        (FindingContext(gait=WatchGait(cadence_spm=estimate(170))), "low_cadence", ["gait_cadence"]),
        (
            FindingContext(answers=read_answers({"flat_feet": "yes"}), diary={"insole_comfort_response": 1}),
            "foot_comfort",
            ["orthoses_prefab"],
        ),
        (FindingContext(diary={"pain_limits_exercise": 1}), "pain_limits_exercise", ["taping_patellar"]),
        (told(fear=6), "fear", ["education_load"]),
        (
            told(zones=["lat_epicondyle"], run_pattern="fixed_distance"),
            "lateral_fixed_distance",
            ["exercise_hip", "education_load"],
        ),
        (
            told(zones=["ant_inferior_pole"], pointing="one_finger", provoking=["jumping"]),
            "inferior_pole",
            ["tendon_loading_ptle"],
        ),
        (told(age_years=17), "under_18", []),
    ],
)
def test_each_module_rule_opens_on_its_own_measures(context: FindingContext, rule: str, opens: list[str]) -> None:
    module = opened(context)[rule]
    assert [care.id for care in module.interventions] == opens
    assert module.avoid
    assert module.because
    assert module.to_json()["not"] == module.avoid


def test_every_module_rule_is_tested_above() -> None:
    rules = {mark.args[1][place][1] for mark in _marks() for place in range(len(mark.args[1]))}
    assert rules == set(knowledge().module_rules)


def _marks() -> list[pytest.Mark]:
    return list(test_each_module_rule_opens_on_its_own_measures.pytestmark)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "context",
    [
        FindingContext(),
        FindingContext(gait=WatchGait(cadence_spm=estimate(171))),
        told(test_squat_pain=5, age_years=18, fear=5, flat_feet="yes"),
        told(zones=["lat_epicondyle"], run_pattern="builds_up"),
    ],
)
def test_no_rule_opens_just_below_its_limit_or_without_its_measure(context: FindingContext) -> None:
    assert not opened(context).keys() & knowledge().module_rules.keys()


def test_modules_come_in_the_order_of_the_rules_and_nothing_opens_twice() -> None:
    modules = opened_modules(findings(full_context()), full_context())
    ids = list(knowledge().module_rules)
    by_rule = [module.rule for module in modules if module.rule in ids]
    assert by_rule == sorted(by_rule, key=ids.index)
    from_findings = [care.id for module in modules[len(by_rule) :] for care in module.interventions]
    from_rules = {care.id for module in modules[: len(by_rule)] for care in module.interventions}
    assert len(from_findings) == len(set(from_findings))
    assert not from_rules & set(from_findings)
    assert {module.kind for module in modules[: len(by_rule)]} == {"rule"}
    assert {module.kind for module in modules[len(by_rule) :]} == {"finding"}
    json.dumps([module.to_json() for module in modules], allow_nan=False)


def test_a_rule_names_the_sources_of_its_limits() -> None:
    assert opened(told(trigger_run_km=20, longest_run_km=10))["recent_spike"].sources == ("frandsen-2025",)
    assert opened(told(training_change=["hills"]))["recent_spike"].sources == ()


def test_no_needle_no_thrust_no_medicine_is_opened() -> None:
    every = {
        care.tier
        for module in opened_modules(findings(full_context(), clinician=True), full_context())
        for care in module.interventions
    }
    assert every <= {"core", "adjunct", "optional_low"}


# ---------------------------------------- words


def runner_texts() -> list[tuple[str, str]]:
    texts = [("note", NOTE)]
    for result in findings(full_context(), asked=[CONTESTED]):
        document = result.to_json()
        texts += [(f"{result.id}.evidence", document["evidence"]["text"])]
        for key in ("measure", "threshold", "contested"):
            texts += [(f"{result.id}.{key}", document[key]["text"])] if document[key] else []
    return texts


def test_what_a_runner_reads_is_easy() -> None:
    assert_readable(runner_texts())


def test_no_word_of_fear() -> None:
    words = knowledge().content_safety["readability"].words
    assert words
    for where, text in runner_texts():
        assert not [word for word in words if re.search(rf"\b{word}\b", text.lower())], where


def test_amounts_without_a_limit_stand_beside_the_answer() -> None:
    said = found(told(provoking=["sitting"], desk_hours=9, training_change=["more_volume"], weekly_km=40))
    texts = " ".join(one.measure.text for one in said.values() if one.measure is not None)
    assert "You sit for 9 hours a day." in texts
    assert "Last month you ran 40 km a week." in texts


def test_a_measure_has_no_more_digits_than_are_known() -> None:
    hip = Estimate(6.52, 0.776, 12.3, "deg", "", 0.9)
    assert measurements(FindingContext(video={"pelvic_drop_deg": hip}))["pelvic_drop_deg"].text == (
        "7 degrees (between 1 and 12), from your video."
    )
