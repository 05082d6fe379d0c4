"""Stages of tendon loading: one after the other, shown by answers, never skipped, and back when it is worse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from tests.plan_worlds import CALM, TODAY, check_in, lifted

from kneewise.domain import SetLog
from kneewise.monitoring import PainState, pain_state
from kneewise.plan.tendon_progress import tendon_stage

SQUAT: Mapping[str, float | None] = {"single_leg_squat_pain": 2.0}


def knee(**answers: object) -> PainState:
    events = [check_in(TODAY - timedelta(days=back), {**CALM, **answers}) for back in range(4, 0, -1)]
    return pain_state(events, TODAY, sessions={event.local_date for event in events})


def lifts(exercise: str, pain: float | None, back: int = 2) -> SetLog:
    return lifted(TODAY - timedelta(days=back), exercise, sets=4, reps=15, pain=pain)


def stage(logs: Sequence[SetLog], measured: Mapping[str, float | None] = SQUAT, **answers: object) -> int | None:
    return tendon_stage("patellar_tendinopathy", measured, logs, knee(**answers))


def test_only_a_sore_tendon_has_stages() -> None:
    assert tendon_stage("pfp", SQUAT, (), knee()) is None
    assert tendon_stage(None, SQUAT, (), knee()) is None


def test_what_is_not_known_is_not_shown() -> None:
    assert stage((), {}) == 1
    assert tendon_stage("patellar_tendinopathy", SQUAT, (), pain_state([], TODAY)) == 1
    assert stage(()) == 2
    assert stage([lifts("k08", None)]) == 2
    assert stage([lifts("k08", 1.0, back=20)]) == 2


@pytest.mark.parametrize(("pain", "reached"), [(2.0, 3), (3.0, 3), (4.0, 2)])
def test_calm_lifts_open_jumping(pain: float, reached: int) -> None:
    assert stage([lifts("k08", pain)]) == reached


def test_no_stage_is_skipped_and_worse_goes_back() -> None:
    assert stage([lifts("p04", 1.0)]) == 2
    assert stage([lifts("k08", 1.0), lifts("p04", 1.0)]) == 4
    assert stage([lifts("k08", 1.0), lifts("p04", 1.0)], {"single_leg_squat_pain": 5.0}) == 1
    assert stage([lifts("k08", 1.0)], during=8) == 1
