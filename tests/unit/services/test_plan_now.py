"""The plan is worked out once for as long as nothing of that runner is stored, whatever is stored of others."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from tests.clinical import TODAY, now, run_of
from tests.planning import DAYS, ready

from kneewise.domain import Runner
from kneewise.services.adding import add_activity
from kneewise.services.checking_in import record_check_in
from kneewise.services.place import Place
from kneewise.services.plan_inputs import Gathered, gather
from kneewise.services.plan_now import plan_now
from kneewise.services.planning import make_plan
from kneewise.services.profile import set_profile
from kneewise.storage import Record, open_record

__all__ = ["now"]


@pytest.mark.usefixtures("now")
def test_in_a_clinic_a_plan_is_kept_until_something_of_that_runner_is_stored(tmp_path: Path) -> None:
    with open_record(tmp_path) as record:
        clinic = Place(tmp_path, record=record, shared=True)
        ann, ben = (replace(clinic, runner_id=name) for name in ("me", "ben"))
        ready(ann)
        make_plan(ann, wishes=DAYS)
        set_profile(ben, height_m=1.8)
        first = plan_now(ann)
        assert plan_now(ann) is first
        record_check_in(ben, pain={"stairs": 1.0})
        plan_now(ben)
        assert plan_now(ann) is first
        record_check_in(ann, pain={"stairs": 1.0})
        told = plan_now(ann)
        assert told is not first
        assert len(told.gathered.folded.check_ins) == 1
        add_activity(ann, [run_of(TODAY)])
        ran = plan_now(ann)
        assert ran.gathered.run_count == told.gathered.run_count + 1
        set_profile(ann, mass_kg=61.0)
        assert plan_now(ann) is not ran


@pytest.mark.usefixtures("now")
def test_who_asks_while_a_plan_is_worked_out_takes_that_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end, made = threading.Event(), threading.Event(), []

    def slowly(record: Record, runner: Runner, now: datetime) -> Gathered:
        begun.set()
        assert may_end.wait(30)
        made.append(runner.id)
        return gather(record, runner, now)

    monkeypatch.setattr("kneewise.services.plan_now.gather", slowly)
    with open_record(tmp_path) as record, ThreadPoolExecutor(2) as crowd:
        place = Place(tmp_path, record=record, shared=True)
        ready(place)
        first = crowd.submit(plan_now, place)
        assert begun.wait(30)
        second = crowd.submit(plan_now, place)
        may_end.set()
        assert first.result(30) is second.result(30)
    assert made == ["me"]
