"""What the clinic's tests share: a password that costs nothing, and a runner's story."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from tests.clinical import CALM, TODAY, run_of

from kneewise.services.adding import add_activity
from kneewise.services.availability import Wishes
from kneewise.services.checking_in import record_check_in
from kneewise.services.clinic import passwords
from kneewise.services.clinic.notes import propose, write_examination, write_note
from kneewise.services.intake import assess_intake
from kneewise.services.place import Place
from kneewise.services.planning import make_plan
from kneewise.services.profile import set_profile
from kneewise.storage import read_activities, read_events
from kneewise.storage.accounts import Account

PASSWORD = "violet tractor umbrella"


def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with the least that argon2 takes: strength is not what these tests are about."""
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    passwords.nobodys.cache_clear()


def fill(place: Place, clinician: Account) -> None:
    """Store runs, answers, a plan, and what a clinician writes."""
    set_profile(place, height_m=1.7, mass_kg=60.0)
    add_activity(place, [run_of(TODAY - timedelta(days=days)) for days in (2, 5, 9)])
    assess_intake(place, CALM)
    record_check_in(place, pain={"during": 2.0})
    make_plan(place, wishes=Wishes(minutes={0: 60.0, 2: 60.0, 5: 90.0}))
    write_note(place, clinician, "Walks well.")
    write_examination(place, clinician, {"patellar_tilt": True}, {})
    propose(place, clinician, goal=None, wishes=Wishes(runs_per_week=3), weeks=None, text="Three are enough.")


def plain(text: Any) -> str:
    """Return a page without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(text)))


HOLE = re.compile(r"{(\w+)}")
#: What stands in the holes of an address that name nobody's data.
_PLAIN = {
    "family": "tests",
    "page_id": "safety",
    "measure": "nrs",
    "version": "1",
    "form": "html",
    "key": "k" * 43,
    "name": "contact.png",
    "group": "0" * 32,
}


def addresses(clinic: Any, runner: Any) -> dict[str, str]:
    """Return what stands in the holes of addresses: the runner's own ids."""
    assert runner.account.runner_id is not None
    with clinic.record.reading() as connection:
        run = read_activities(connection, runner.account.runner_id)[0].id
        events = read_events(connection, runner.account.runner_id)
    plan = next(each for each in events if each.kind == "plan")
    proposal = next(each for each in events if each.kind == "proposal")
    session = re.search(r'"id": ?"([^"]+)"', str(plan.data).replace("'", '"'))
    return {
        **_PLAIN,
        "run_id": run,
        "activity_id": run,
        "account_id": runner.account.id,
        "proposal_id": proposal.id,
        "session_id": session[1] if session else "none",
        "record_id": "squat_pain",
        "clip_id": "0" * 16,
        "earlier_id": "0" * 16,
        "trial_id": "0" * 16,
        "job_id": "0" * 32,
    }
