"""A session of quicker steps in the browser: what it is made from, or why there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from kneewise.domain import PlannedSession
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.evidence.rules import Criterion
from kneewise.retraining import (
    SOURCES,
    accuracy_spm,
    calf_says_stop,
    most_above_pct,
    schedule_over,
    schedule_records,
    target_spm,
    too_much_pain,
)
from kneewise.services.gait.trial import GaitTrial, blocked_by
from kneewise.services.place import Place, opened
from kneewise.services.plan_now import PlanNow, plan_now
from kneewise.services.self_tests import tests_told

Kind = Literal["session", "trial", "none"]


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
            "next": next_document(self.following),
            "usual_pain": self.usual_pain,
            "cues": list(self.cues),
            "numbers": dict(self.numbers),
        }


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
        sore = calf_too_sore(place, now.today)
        kind, text = ("none", rule_text("stop")) if sore else ("trial", rule_text("trial"))
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
        following=next_session(now) if kind == "none" else None,
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
        "share_done": value("adherence.same_day.share_low"),
        "accuracy_spm": {source: accuracy_spm([source]) for source in SOURCES},
    }  # fmt: skip


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
    return rule_text("contraindicated") if blocked_by(intake) else ""


def calf_too_sore(place: Place, today: date) -> bool:
    """Whether calf or Achilles tendon was told so sore today that nobody tries quicker steps.

    Parameters
    ----------
    today : date
        The runner's calendar day.
    """
    with opened(place) as (record, runner):
        told = [each for each in tests_told(record, runner) if "calf_or_achilles_pain" in each.answers]
    return bool(told) and told[-1].local_date == today and calf_says_stop(told[-1].answers["calf_or_achilles_pain"])


def rule_text(name: str) -> str:
    """Return what a rule of quicker steps says."""
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
    following = next_session(now)
    if following is not None:
        return f"The next session of quicker steps is on {following.local_date.isoformat()}."
    return after_course(now)


def next_session(now: PlanNow) -> PlannedSession | None:
    """Return the first session of quicker steps that the plan holds and that is still open."""
    ahead = () if now.plan is None else now.plan.sessions
    open_ = (each for each in ahead if each.kind == "gait_retraining" and now.state_of(each) == "open")
    return min(open_, key=lambda each: each.local_date, default=None)


def after_course(now: PlanNow) -> str:
    """Return what is to be done where the plan holds no session of quicker steps any more."""
    if schedule_over(now.gathered.inputs.gait.sessions_done):
        return schedule_records("practice")[0].text
    return "The plan holds no session of quicker steps now. It says why."


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {"metric": criterion.metric, "op": criterion.op, "value": criterion.value}


def next_document(session: PlannedSession | None) -> dict[str, str] | None:
    """Return the next session as JSON values."""
    return None if session is None else {"local_date": session.local_date.isoformat(), "title": session.title}
