"""A session of quicker steps in the browser: what it is made from, and what it leaves in the record."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

from kneewise import clock
from kneewise.domain import PlannedSession
from kneewise.errors import InvalidInputError
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.evidence.rules import Criterion
from kneewise.retraining import (
    SOURCES,
    PracticeBlock,
    TrialStep,
    accuracy_spm,
    calf_says_stop,
    most_above_pct,
    schedule_over,
    schedule_records,
    target_spm,
    too_much_pain,
)
from kneewise.services.checking_in import Telling, append_draft, draft_of, record_check_ins
from kneewise.services.client_keys import append_told, check_key, told_instant
from kneewise.services.gait.trial import GaitTrial, blocked_by, log_gait_trial
from kneewise.services.limits import check_number
from kneewise.services.live_log import LiveSession, LiveTold, check_live, live_session_of
from kneewise.services.local_day import local_day
from kneewise.services.place import Place, opened
from kneewise.services.plan_now import PlanNow, plan_now
from kneewise.services.self_tests import tests_told

Kind = Literal["session", "trial", "none"]
Ending = Literal["done", "stopped", "pain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """The session of today as the page leads through it.

    Attributes
    ----------
    times, run_s, walk_s : int, float, float
        So many bouts, the running of all of them together, and the walk after each, in seconds.
    feedback_share : float
        Share of the running with feedback, 0 to 1.
    baseline_spm, beat_spm, low_spm, high_spm : float
        Own baseline, beat, and the range to aim at, steps per minute of both feet.
    """

    id: str
    title: str
    text: str
    times: int
    run_s: float
    walk_s: float
    feedback_share: float
    baseline_spm: float
    beat_spm: float
    low_spm: float
    high_spm: float

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSetup:
    """What a live session is made from, or why there is none.

    Attributes
    ----------
    kind : {"session", "trial", "none"}
    text : str
        Why there is none; else what it is.
    timezone : str
        IANA zone of the runner's days; empty where it is not known.
    practice : Practice or None
    following : PlannedSession or None
        The next session of the course, where there is none today.
    usual_pain : float or None
        Pain with usual steps, as the trial told it.
    numbers : mapping
        Thresholds and lengths, so that the device decides as this package does.
    """

    kind: Kind
    text: str
    local_date: date
    timezone: str = ""
    practice: Practice | None = None
    following: PlannedSession | None = None
    usual_pain: float | None = None
    cues: tuple[str, ...] = ()
    numbers: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "kind": self.kind,
            "text": self.text,
            "local_date": self.local_date.isoformat(),
            "timezone": self.timezone,
            "practice": None if self.practice is None else self.practice.to_json(),
            "next": _next_json(self.following),
            "usual_pain": self.usual_pain,
            "cues": list(self.cues),
            "numbers": dict(self.numbers),
        }


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
            "next": _next_json(self.following),
            "repeated": self.repeated,
        }


def _next_json(session: PlannedSession | None) -> dict[str, str] | None:
    return None if session is None else {"local_date": session.local_date.isoformat(), "title": session.title}


def live_setup(place: Place, *, trial: bool = False) -> LiveSetup:
    """Return what today's live session is made from, or why there is none.

    Parameters
    ----------
    trial : bool
        The runner asks for a new trial.
    """
    now = plan_now(place)
    known = now.gathered.trial
    reason = no_live_now(now)
    numbers = MappingProxyType(live_numbers())
    if reason:
        return LiveSetup(
            kind="none", text=reason, local_date=now.today, timezone=now.gathered.timezone, numbers=numbers
        )
    kind: Kind = "session"
    text, practice = "", None
    if trial or known is None or known.result.verdict == "unanswered":
        sore = _calf_sore_on(place, now.today)
        kind, text = ("none", _rule_text("stop")) if sore else ("trial", _rule_text("trial"))
    elif known.result.verdict != "train":
        kind, text = "none", known.result.text
    else:
        planned = _of_today(now)
        practice = None if planned is None else _practice(planned, known)
        kind, text = ("none", _no_session(now)) if practice is None else ("session", practice.text)
    return LiveSetup(
        kind=kind,
        text=text,
        local_date=now.today,
        timezone=now.gathered.timezone,
        practice=practice,
        following=_following(now) if kind == "none" else None,
        usual_pain=None if known is None else known.told["pain_usual"],
        cues=knowledge().gait_rules["cues"].options,
        numbers=numbers,
    )


def live_numbers() -> dict[str, Any]:
    """Return every number that the device needs: thresholds of rules, lengths, limits of cadence, accuracies."""
    rules = knowledge().gait_rules
    return {
        "baseline": {"count_s": rules["baseline"].number("count_s"), "run_min": rules["baseline"].number("run_min"),
                     "repeats": rules["baseline"].number("repeats"), "spread": value("retraining.count_spread"),
                     "low_spm": value("retraining.count_low_spm"), "high_spm": value("retraining.count_high_spm")},
        "trial": {"steps_pct": [rules["trial"].number("first_pct"), rules["trial"].values["then_pct"].low],
                  "step_min": value("live.trial_step_min"), "most_pct": most_above_pct()},
        "rules": {name: [_criterion(each) for each in rules[name].criteria]
                  for name in ("select", "stop", "pain_limit")}
        | {"too_much": [_criterion(each) for each in too_much_pain()]},
        "texts": {name: rules[name].text for name in ("select", "stop", "pain_limit", "contraindicated", "load_shift")},
        "fading": {name: value(f"live.{name}") for name in ("shortest_block_s", "longest_block_s")},
        "rhythm": {name: value(f"live.{name}") for name in ("slowest_spm", "quickest_spm", "least_likeness")},
        "window_s": value("live.window_s"),
        "least_filled": value("live.least_filled"),
        "short_by_spm": value("live.short_by_spm"),
        "longest_gap_s": value("live.longest_gap_s"),
        "disagree_spm": value("live.disagree_spm"),
        "warm_up_min": value("live.warm_up_min"),
        "accuracy_spm": {source: accuracy_spm([source]) for source in SOURCES},
    }  # fmt: skip


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


# ------------------------------------------------------------------------------------------------------------- setup


def no_live_now(now: PlanNow) -> str:
    """Return why neither a trial nor a session may be run today; empty where one may."""
    intake = now.gathered.folded.intake
    if intake is None:
        return "First answer the safety questions. Then you can try quicker steps."
    if now.refused is not None:
        return " ".join([*(reason.text for reason in now.refused.reasons[:1]), now.refused.action])
    lowest = now.gathered.folded.pain.decision.lowest
    if lowest.move == "stop":
        return lowest.text
    return _rule_text("contraindicated") if blocked_by(intake) else ""


def _calf_sore_on(place: Place, today: date) -> bool:
    """Whether calf or Achilles tendon was told so sore today that nobody tries quicker steps."""
    with opened(place) as (record, runner):
        told = [each for each in tests_told(record, runner) if "calf_or_achilles_pain" in each.answers]
    return bool(told) and told[-1].local_date == today and calf_says_stop(told[-1].answers["calf_or_achilles_pain"])


def _rule_text(name: str) -> str:
    return knowledge().gait_rules[name].text


def _of_today(now: PlanNow) -> PlannedSession | None:
    planned = () if now.plan is None else now.plan.on(now.today)
    return next((each for each in planned if each.kind == "gait_retraining" and now.state_of(each) == "open"), None)


def _practice(planned: PlannedSession, trial: GaitTrial) -> Practice:
    baseline = trial.told["baseline_spm"]
    record = knowledge().gait_retraining[planned.rule]
    aim = target_spm(
        baseline, record.target_pct_low or 0.0, record.target_pct_high or 0.0, most_pct=trial.result.most_pct
    )
    block = planned.blocks[0]
    running = [step for step in block.steps if step.kind == "run"]
    on_s = math.fsum(step.duration_s or 0.0 for step in running if step.feedback)
    run_s = math.fsum(step.duration_s or 0.0 for step in running)
    return Practice(
        id=planned.id,
        title=planned.title,
        text=record.text,
        times=block.times,
        run_s=run_s * block.times,
        walk_s=math.fsum(step.duration_s or 0.0 for step in block.steps if step.kind == "walk"),
        feedback_share=on_s / run_s,
        baseline_spm=baseline,
        beat_spm=aim.low,
        low_spm=aim.low,
        high_spm=aim.high,
    )


def _no_session(now: PlanNow) -> str:
    if now.plan is None:
        return "Quicker steps suit you. Make a plan; it holds the sessions."
    following = _following(now)
    if following is not None:
        return f"The next session of quicker steps is on {following.local_date.isoformat()}."
    return _after_course(now)


def _following(now: PlanNow) -> PlannedSession | None:
    ahead = () if now.plan is None else now.plan.sessions
    open_ = (each for each in ahead if each.kind == "gait_retraining" and now.state_of(each) == "open")
    return min(open_, key=lambda each: each.local_date, default=None)


def _after_course(now: PlanNow) -> str:
    if schedule_over(now.gathered.inputs.gait.sessions_done):
        return schedule_records("practice")[0].text
    return "The plan holds no session of quicker steps now. It says why."


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {"metric": criterion.metric, "op": criterion.op, "value": criterion.value}


# ----------------------------------------------------------------------------------------------------------- storing


def _followed(now: PlanNow, session: LiveSession, *, repeated: bool) -> LoggedLiveSession:
    following = _following(now)
    if calf_says_stop(session.told.calf_or_achilles_pain):
        text, following = _rule_text("stop"), None
    elif now.refused is not None:
        text, following = now.refused.action, None
    elif following is not None:
        text = f"Next: {following.title}, {following.local_date.isoformat()}."
    else:
        text = _after_course(now)
    return LoggedLiveSession(session=session, text=text, following=following, repeated=repeated)
