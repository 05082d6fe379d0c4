"""Whatever the trial and the limits: never above +10 %, never with a sore calf, never more on missing answers."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kneewise.retraining import Guards, TrialStep, cadence_schedule, judge_trial, target_spm

CLEAR = Guards(acute_calf_achilles_plantar=False, bone_stress_injury=False, open_red_flags=0)
pain = st.one_of(st.none(), st.integers(0, 10).map(float))
steps = st.lists(
    st.builds(
        TrialStep,
        above_pct=st.sampled_from([5.0, 7.5, 10.0, 20.0]),
        pain=pain,
        comfortable=st.sampled_from([None, False, True]),
        calf_or_achilles_pain=pain,
    ),
    max_size=4,
    unique_by=lambda step: step.above_pct,
)
baselines = st.floats(125, 225)
percents = st.floats(0, 40)
limits = st.one_of(st.none(), st.floats(0.1, 60))


@given(baseline=baselines, low=percents, high=percents, most=st.one_of(st.none(), percents))
def test_a_target_is_never_above_ten_percent(baseline: float, low: float, high: float, most: float | None) -> None:
    target = target_spm(baseline, low, high, most_pct=most)
    assert target.low <= target.high <= baseline * 1.1 + 1e-6
    if most is not None:
        assert target.high <= baseline * (1 + most / 100) + 1e-6


@settings(max_examples=150)
@given(baseline=baselines, most=st.one_of(st.none(), percents), bout=limits, whole=limits)
def test_the_schedule_keeps_its_minutes_and_every_limit(
    baseline: float, most: float | None, bout: float | None, whole: float | None
) -> None:
    sessions = cadence_schedule(baseline, most_pct=most, longest_bout_min=bout, longest_session_min=whole)
    if sessions:
        assert abs(sum(session.run_s for session in sessions) - 192 * 60) < 1e-3
    for session in sessions:
        assert session.target_spm.high <= baseline * 1.1 + 1e-6
        assert whole is None or session.run_s <= whole * 60 + 1e-6
        one_go = session.bouts.on_s + session.bouts.off_s if session.bouts.walk_s else session.run_s
        assert bout is None or one_go <= bout * 60 + 1e-6


@settings(max_examples=300)
@given(usual=pain, trial=steps)
def test_training_needs_a_response_and_a_calm_calf(usual: float | None, trial: list[TrialStep]) -> None:
    result = judge_trial(usual, trial, CLEAR)
    if result.verdict == "train":
        assert usual is not None
        assert all((step.calf_or_achilles_pain or 0) < 3 for step in trial)
        assert any(
            step.pain is not None and (step.pain <= usual - 1 or (step.comfortable and step.pain <= usual))
            for step in trial
        )
        assert result.most_pct is not None
        assert result.most_pct <= 10


@settings(max_examples=300)
@given(usual=pain, trial=steps, more=st.integers(1, 5), silent=st.booleans(), place=st.integers(0, 3))
def test_more_pain_or_a_missing_answer_never_allows_more(
    usual: float | None, trial: list[TrialStep], more: int, silent: bool, place: int
) -> None:
    def allowed(steps_: list[TrialStep]) -> float:
        return judge_trial(usual, steps_, CLEAR).most_pct or 0.0

    worse = list(trial)
    if place < len(worse):
        own = worse[place].pain
        worse[place] = replace(worse[place], pain=None if silent or own is None else min(own + more, 10))
    if silent and place < len(trial) and usual is not None and (trial[place].pain or 0) > usual:
        return  # what was said to hurt more and is then left out is no answer that got worse
    assert allowed(worse) <= allowed(trial)


@given(trial=steps, usual=pain)
def test_the_order_of_the_steps_does_not_matter(trial: list[TrialStep], usual: float | None) -> None:
    assert judge_trial(usual, trial, CLEAR) == judge_trial(usual, trial[::-1], CLEAR)
