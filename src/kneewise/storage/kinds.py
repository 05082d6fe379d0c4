"""Kinds of data that a runner shares or keeps, and which stored things belong to which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

from kneewise.storage.events import EventKind

Kind = Literal["runs", "check_ins", "video", "notes"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

#: Every kind of event; a kind without an entry would be shared by nobody's word, so a test fails for it.
KIND_OF_EVENT: Final[Mapping[EventKind, Kind]] = {
    "check_in": "check_ins",
    "intake": "check_ins",
    "intake_draft": "check_ins",
    "measure": "check_ins",
    "change": "check_ins",
    "plan": "check_ins",
    "availability": "check_ins",
    "goal": "check_ins",
    "strength_log": "check_ins",
    "gait_trial": "check_ins",
    "live_session": "check_ins",
    "self_test": "check_ins",
    "knee_trial": "video",
    "knee_trial_withdrawn": "video",
    "gait_clip": "video",
    "gait_clip_withdrawn": "video",
    "clinic_note": "notes",
    "examination": "notes",
    "proposal": "notes",
    "proposal_answer": "notes",
}

_RUNS: Final = frozenset[Kind]({"runs"})
_ALL: Final = frozenset[Kind](KINDS)
_NOBODYS: Final = frozenset[Kind]()
#: What a table's rows hold, all of which must be shared; rows of ``event`` say it themselves. A table without an entry
#: is read by nobody who may not read everything, and a test fails for it.
KINDS_OF_TABLE: Final[Mapping[str, frozenset[Kind]]] = {
    "runner": _NOBODYS,
    "event": _NOBODYS,
    "original": _RUNS,
    "file_result": _RUNS,
    "activity": _RUNS,
    "stream": _RUNS,
    "run_load": _RUNS,
    "reference": _RUNS,
    "duplicate_link": _RUNS,
    # Imports and clips: what they tell may name a file.
    "job": _ALL,
    "job_line": _ALL,
    "attention": _ALL,
    "account": _NOBODYS,
    "account_session": _NOBODYS,
    "one_time_link": _NOBODYS,
    "sign_in_attempt": _NOBODYS,
    "care": _NOBODYS,
    "consent": _NOBODYS,
    "access_log": _NOBODYS,
}
