"""Kinds of data that a runner shares or keeps, and which stored things belong to which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

from kneewise.storage import EventKind

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
