"""A session of quicker steps: what it leaves in the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kneewise import clock
from kneewise.domain import PlannedSession
from kneewise.errors import InvalidInputError
from kneewise.retraining import PracticeBlock, TrialStep, calf_says_stop
from kneewise.services.checking_in import Telling, append_draft, draft_of, record_check_ins
from kneewise.services.client_keys import append_told, check_key, told_instant
from kneewise.services.gait.trial import GaitTrial, log_gait_trial
from kneewise.services.limits import check_number
from kneewise.services.live_log import LiveSession, LiveTold, check_live, live_session_of
from kneewise.services.live_setup import after_course, live_setup, next_document, next_session, rule_text
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.services.plan_now import PlanNow, plan_now


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedLiveSession:
    """A session that was just stored, and what follows.

    Attributes
    ----------
    text : str
        What is next.
    following : PlannedSession or None
        The next session of the course.
    repeated : bool
        Whether this very session had been stored before; nothing was changed then.
    """

    session: LiveSession
    text: str
    following: PlannedSession | None
    repeated: bool

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            **self.session.to_json(),
            "text": self.text,
            "next": next_document(self.following),
            "repeated": self.repeated,
        }


def log_live_session(
    place: Place, told: LiveTold, *, key: str | None = None, told_at: datetime | None = None
) -> LoggedLiveSession:
    """Store a live session: the event, the pain during as a check-in, and the calf's answer, all of it or nothing.

    Parameters
    ----------
    key : str or None
        The sender's own name of this session: where one comes again under the same key, nothing is stored.
    told_at : datetime or None
        When it was told, aware, where that was before it could be sent; now where ``None``.

    Raises
    ------
    InvalidInputError
        When a number cannot be right; nothing is stored then.
    """
    check_live(told)
    check_key(key)
    now = clock.now()
    instant = told_instant(told_at, now)
    telling = Telling(pain={"during": told.pain_during}, worst=True)
    with opened(place) as (record, runner):
        today, day = local_day(now, runner), local_day(instant, runner)
        draft = draft_of(record, runner, telling, instant)
        with record.writing("storing the session") as connection:
            event, new = append_told(
                connection, runner.id, "live_session",
                key=key, recorded_at=instant, local_date=day, data=told.to_json(),
            )  # fmt: skip
            if new and told.pain_during is not None:
                append_draft(connection, runner, draft, today, key, telling)
            if new and told.calf_or_achilles_pain is not None:
                append_told(
                    connection, runner.id, "self_test", key=key, recorded_at=instant, local_date=day,
                    data={"calf_or_achilles_pain": float(told.calf_or_achilles_pain)},
                )  # fmt: skip
    stored = live_session_of(event)
    return _followed(plan_now(place), stored, repeated=not new)


def log_live_trial(
    place: Place,
    counts_spm: Sequence[float],
    steps: Sequence[TrialStep],
    *,
    pain_usual: float | None = None,
    pain_during: float | None = None,
    calf_or_achilles_pain: float | None = None,
    acute_calf: bool | None = None,
    key: str | None = None,
    told_at: datetime | None = None,
) -> GaitTrial | None:
    """Store a trial that was run before the device, with its worst pain as the day's check-in and the calf's answer.

    Parameters
    ----------
    counts_spm : sequence of float
        Empty where it was broken off before the usual steps were counted: then only the pain is stored.
    pain_during : float or None
        Worst pain of the knee in all of it.
    calf_or_achilles_pain : float or None
        Worst pain of calf or Achilles tendon that was told beside the steps, also before the first of them.

    Returns
    -------
    GaitTrial or None
        ``None`` where there was nothing to judge.

    Raises
    ------
    InvalidInputError
        When a number cannot be right.
    """
    trial = None
    check_number("A pain", calf_or_achilles_pain, "pain")
    if counts_spm or (pain_during is None and calf_or_achilles_pain is None):
        trial = log_gait_trial(
            place, counts_spm, pain_usual=pain_usual, told_steps=steps, calf_pain=calf_or_achilles_pain,
            acute_calf=acute_calf, key=key, told_at=told_at,
        )  # fmt: skip
    if pain_during is not None:
        record_check_ins(place, [Telling(pain={"during": pain_during}, worst=True)], key=key, told_at=told_at)
    told = [calf_or_achilles_pain, *(step.calf_or_achilles_pain for step in steps)]
    sorest = max((pain for pain in told if pain is not None), default=None)
    if sorest is not None:
        _store_calf(place, sorest, key, told_at)
    return trial


def _store_calf(place: Place, pain: float, key: str | None, told_at: datetime | None) -> None:
    """Store the calf's answer where every other reader of it looks."""
    check_key(key)
    instant = told_instant(told_at, clock.now())
    with opened(place) as (record, runner), record.writing("storing the test") as connection:
        append_told(
            connection, runner.id, "self_test", key=key, recorded_at=instant, local_date=local_day(instant, runner),
            data={"calf_or_achilles_pain": float(pain)},
        )  # fmt: skip


def log_practice(
    place: Place,
    *,
    run_s: float,
    cadence_with_spm: float | None = None,
    cadence_without_spm: float | None = None,
    pain_during: float | None = None,
    calf_or_achilles_pain: float | None = None,
) -> LoggedLiveSession:
    """Store today's session as a watch and its runner tell it: one cadence with the beat, one without.

    Parameters
    ----------
    run_s : float
        Running, in seconds.

    Raises
    ------
    InvalidInputError
        When there is no session today, or a number cannot be right.
    """
    setup = live_setup(place)
    practice = setup.practice
    if practice is None:
        raise InvalidInputError(f"There is no session of quicker steps to tell today. {setup.text}")
    on_s = run_s * practice.feedback_share
    told = ((0.0, on_s, True, cadence_with_spm), (on_s, run_s, False, cadence_without_spm))
    blocks = [
        PracticeBlock(from_s=from_s, to_s=to_s, on=on, cadence_spm=spm)
        for from_s, to_s, on, spm in told
        if to_s > from_s
    ]
    session = LiveTold(
        session_id=practice.id,
        run_s=run_s,
        planned_s=practice.run_s,
        ended="done" if run_s >= practice.run_s else "stopped",
        beat_spm=practice.beat_spm,
        sources=("watch",),
        blocks=blocks,
        pain_during=pain_during,
        calf_or_achilles_pain=calf_or_achilles_pain,
    )
    return log_live_session(place, session)


def _followed(now: PlanNow, session: LiveSession, *, repeated: bool) -> LoggedLiveSession:
    following = next_session(now)
    if calf_says_stop(session.told.calf_or_achilles_pain):
        text, following = rule_text("stop"), None
    elif now.refused is not None:
        text, following = now.refused.action, None
    elif following is not None:
        text = f"Next: {following.title}, {following.local_date.isoformat()}."
    else:
        text = after_course(now)
    return LoggedLiveSession(session=session, text=text, following=following, repeated=repeated)
