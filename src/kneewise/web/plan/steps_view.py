"""Quicker steps: whether to practise them, the trial that tells, the course, and whether they stayed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kneewise.errors import InvalidInputError
from kneewise.evidence.progression import GaitSession
from kneewise.retraining import schedule_records
from kneewise.services.live_setup import no_live_now
from kneewise.services.plan_now import PlanNow
from kneewise.web.amounts import day, estimated, number, percent
from kneewise.web.proof import Proof, proof
from kneewise.web.typed import typed_number
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

#: Shares above the own step rate that a trial asks for, in per cent.
SHARES = (5.0, 7.5, 10.0)
_VERDICTS = {
    "train": ("go", message("Quicker steps suit you")),
    "no_response": ("caution", message("They do not help you now")),
    "stop": ("stop", message("Stop: they are not for you now")),
    "blocked": ("stop", message("Not until this is cleared up")),
    "unanswered": ("unknown", message("An answer is missing")),
}
_TERNARY = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One session of the course as the rules have it."""

    number: str
    text: str
    share: int
    share_words: str
    aim: str
    done: bool


@dataclass(frozen=True, slots=True)
class TrialView:
    """The trial that was told last."""

    day: str
    light: str
    word: str
    text: str
    proof: Proof | None
    usual: str
    aim: str


@dataclass(frozen=True, slots=True)
class StepsPage:
    """The page."""

    trial: TrialView | None
    live: str
    may_try: bool
    unplanned: bool
    checks: str
    retention: str
    retention_between: str
    course: tuple[CourseLine, ...]
    shares: tuple[tuple[str, str], ...]
    yes_or_no: tuple[tuple[str, str], ...]
    fields: Mapping[str, str]
    error: str
    usual: str
    stored: bool


@dataclass(frozen=True, slots=True)
class TrialTold:
    """What the form of a trial told."""

    counts: tuple[float, ...]
    pain_usual: float | None
    pain_at: Mapping[float, float | None]
    comfortable: bool | None
    calf_pain: float | None
    acute_calf: bool | None
    wanted: bool


def steps_page(now: PlanNow, fields: Mapping[str, str], *, error: str = "", stored: bool = False) -> StepsPage:
    """Return the page, with what was typed where it was not accepted."""
    held = now.gathered.retention
    done = {each.session_id for each in now.gathered.inputs.done if each.kind == "gait_retraining" and each.whole}
    planned = (session for plan in now.gathered.plans for session in plan.sessions if session.id in done)
    practised = {session.rule for session in planned}
    change = None if held is None else estimated(held.change_pct.to_json(), "%")
    usual = now.gathered.inputs.cadence_spm or now.gathered.inputs.reference.cadence_spm
    return StepsPage(
        trial=_trial(now),
        live=_live(now),
        may_try=not no_live_now(now),
        unplanned=now.plan is None and now.refused is None,
        checks="" if held is not None else _checks(now),
        retention="" if held is None else told(held.text),
        retention_between="" if change is None or not change.between else f"{change.value} % ({change.between})",
        course=tuple(_line(record, record.id in practised) for record in schedule_records("session")),
        shares=tuple((f"{share:g}", f"{number(share, 0 if share == round(share) else 1)} %") for share in SHARES),
        yes_or_no=(("yes", _("Yes")), ("no", _("No"))),
        fields=fields,
        error=error,
        usual="" if usual is None else number(usual),
        stored=stored,
    )


def _live(now: PlanNow) -> str:
    """Return what the button to the live page says; empty where safety comes first."""
    trial = now.gathered.trial
    if no_live_now(now):
        return ""
    if trial is None or trial.result.verdict != "train":
        return _("Try it now, with beat and count")
    today = () if now.plan is None else now.plan.on(now.today)
    open_ = any(each.kind == "gait_retraining" and now.state_of(each) == "open" for each in today)
    return _("Begin, with beat and voice") if open_ else ""


def _checks(now: PlanNow) -> str:
    """Return when it is looked at whether the steps stayed, while that cannot be told yet."""
    if now.gathered.trial is None:
        return ""
    return _("After the course your ordinary runs show by themselves if the new steps stayed: at 3 and at 6 months.")


def read_trial(fields: Mapping[str, str]) -> TrialTold:
    """Return what the form told.

    Raises
    ------
    InvalidInputError
        Where the count is missing or a number cannot be read.
    """
    counts = [typed_number(fields.get(name, ""), _("Steps in one minute")) for name in ("first_count", "second_count")]
    if not any(counts):
        raise InvalidInputError(_("Count your steps for one minute and tell the number."))
    return TrialTold(
        counts=tuple(count for count in counts if count is not None),
        pain_usual=typed_number(fields.get("pain_usual", ""), _("Pain")),
        pain_at={share: typed_number(fields.get(f"pain_{share:g}", ""), _("Pain")) for share in SHARES},
        comfortable=_TERNARY.get(fields.get("comfortable", "")),
        calf_pain=typed_number(fields.get("calf_pain", ""), _("Pain")),
        acute_calf=_TERNARY.get(fields.get("acute_calf", "")),
        wanted=fields.get("wanted", "") != "no",
    )


def _trial(now: PlanNow) -> TrialView | None:
    trial = now.gathered.trial
    if trial is None:
        return None
    light, word = _VERDICTS[trial.result.verdict]
    usual = trial.told["baseline_spm"]
    most = trial.result.most_pct
    aim = "" if most is None else _("up to %(rate)s steps a minute", rate=number(usual * (1 + most / 100)))
    return TrialView(
        day=day(trial.local_date),
        light=light,
        word=_(word),
        text=told(trial.result.text),
        proof=proof(trial.result.rule),
        usual=number(usual),
        aim=aim,
    )


def _line(record: GaitSession, done: bool) -> CourseLine:
    share = record.feedback_pct or 0.0
    return CourseLine(
        number=str(record.order),
        text=told(record.text),
        share=round(share),
        share_words=percent(share / 100),
        aim=_aim(record.target_pct_low, record.target_pct_high),
        done=done,
    )


def _aim(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    ends = [number(end, 0 if end == round(end) else 1) for end in dict.fromkeys((low, high))]
    return f"+{_('%(low)s to %(high)s', low=ends[0], high=ends[1])} %" if len(ends) > 1 else f"+{ends[0]} %"
