"""What Today shows: the light, what to do, the questions due, what changes, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kneewise.domain import MOMENTS, SIGNS
from kneewise.evidence.parameters import value
from kneewise.plan.adherence import RUN_KINDS
from kneewise.services.today import DayAhead, Today
from kneewise.web.amounts import Shown, day_long, distance, knee_km, number
from kneewise.web.proof import Proof, proof
from kneewise.web.today.asks import Form, form_of, form_without_days, moment_words, sign_words
from kneewise.web.today.beginning import Step, beginning
from kneewise.web.today.sessions import SessionCard, line_of, session_card
from kneewise.web.today.stops import Flag, Stop, flags_of, stop_of
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext, told

_MOVES = {
    "stop": ("stop", message("Stop for now")),
    "step_back": ("stop", message("Go back one step")),
    "reduce": ("caution", message("Do less")),
    "hold": ("caution", message("Stay where you are")),
    "progress": ("go", message("You may go up a little")),
}
#: So many changes are seen at once; the rest unfolds.
_SHOWN_CHANGES = 4
#: The rule that holds because nobody answered: neither good nor bad is known.
_UNKNOWN = "missing"
_COLOURS = {
    "green": ("go", message("Green")),
    "amber": ("caution", message("Amber")),
    "red": ("stop", message("Red")),
}
_CLINICIAN = {
    "offer": message("You could ask a clinician."),
    "refer": message("See a clinician about this."),
}


@dataclass(frozen=True, slots=True)
class Light:
    """A traffic light with its rule.

    Attributes
    ----------
    state : {"go", "caution", "stop", "unknown"}
    others : tuple of str
        What else applies.
    """

    state: str
    word: str
    rule: str
    others: tuple[str, ...] = ()
    proof: Proof | None = None
    clinician: str = ""


@dataclass(frozen=True, slots=True)
class JustTold:
    """A check-in that was just stored: what was told, and how its day is judged."""

    day: str
    answers: tuple[str, ...]
    light: Light | None
    wait: str
    href: str


@dataclass(frozen=True, slots=True)
class LastRun:
    """The run that was last: what it cost."""

    day: str
    cost: Shown
    distance: Shown
    href: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day to come, as a page kept on the phone shows it."""

    day: str
    title: str
    sessions: tuple[SessionCard, ...]
    form: Form | None
    after_run: Form | None


@dataclass(frozen=True, slots=True)
class TodayPage:
    """The page.

    Attributes
    ----------
    headline : str
        What kind of day it is, where there is nothing to do or the day is a special one.
    form, after_run : Form or None
        Questions due now; questions for after a run that is still to come.
    gait_href, trial_href : str
        Where a clip of the runner is measured, and where quicker steps are tried; empty where that was done, or where
        nobody should run.
    from_draft : bool
        Whether the sessions are those of a version that nobody took over yet.
    """

    day: str
    title: str
    timezone: str
    stop: Stop | None
    steps: tuple[Step, ...]
    just_told: tuple[JustTold, ...]
    welcome: str
    light: Light | None
    no_running: bool
    sessions: tuple[SessionCard, ...]
    headline: str
    headline_text: str
    following: str
    form: Form | None
    after_run: Form | None
    changes: tuple[str, ...]
    more_changes: tuple[str, ...]
    from_draft: bool
    flags: tuple[Flag, ...]
    again: tuple[Flag, ...]
    knee_href: str
    good_to_know: tuple[str, ...]
    last_run: LastRun | None
    ahead: tuple[Ahead, ...]
    later: Form
    plan_href: str
    all_done: bool
    gait_href: str
    trial_href: str


def today_page(found: Today, paths: Mapping[str, str], told_ids: Sequence[str] = ()) -> TodayPage:
    """Return the page of one day.

    Parameters
    ----------
    paths : mapping
        First address of every area by its id.
    told_ids : sequence of str
        Check-ins that were just sent.
    """
    stop = stop_of(found, paths)
    cards = _cards(found, paths)
    form, after_run = _forms(found)
    light = None if stop is not None or found.gathered.folded.intake is None else _light(found)
    changes, flags = _changes(found), flags_of(found)
    headline, headline_text = _headline(found, bool(cards)) if stop is None else ("", "")
    return TodayPage(
        day=found.local_date.isoformat(),
        title=day_long(found.local_date),
        timezone=found.gathered.timezone,
        stop=stop,
        steps=beginning(found, paths),
        just_told=_just_told(found, told_ids),
        welcome=_welcome(found),
        light=light,
        no_running=light is not None and light.state == "stop" and bool(cards),
        sessions=cards,
        headline=headline,
        headline_text=headline_text,
        following=_following(found),
        form=form,
        after_run=after_run,
        changes=changes[:_SHOWN_CHANGES],
        more_changes=changes[_SHOWN_CHANGES:],
        from_draft=found.from_draft,
        flags=tuple(flag for flag in flags if not flag.again),
        again=tuple(flag for flag in flags if flag.again),
        knee_href=f"{paths['knee']}/intake" if "knee" in paths else "",
        good_to_know=_good_to_know(found),
        last_run=_last_run(found, paths),
        ahead=tuple(_ahead(each, paths) for each in found.ahead),
        later=form_without_days("check-in"),
        plan_href=paths.get("plan", ""),
        all_done=not found.asks and stop is None,
        gait_href=paths.get("gait", "") if found.unfilmed and light is not None and light.state != "stop" else "",
        trial_href="/live/trial" if found.untried and "plan" in paths else "",
    )


def _cards(found: Today, paths: Mapping[str, str]) -> tuple[SessionCard, ...]:
    """Return the sessions of the day, and runs that were done of sessions that the plan of now no longer holds."""
    matched = {each.session.id: each for each in found.matched if each.run.local_date == found.local_date}
    logged = {done.session_id for done in found.gathered.inputs.done if done.kind in ("strength", "gait_retraining")}
    cards = [session_card(each, paths, matched.get(each.id), logged=each.id in logged) for each in found.sessions]
    shown = {each.id for each in found.sessions}
    return (*cards, *(session_card(each.session, paths, each) for id_, each in matched.items() if id_ not in shown))


def _forms(found: Today) -> tuple[Form | None, Form | None]:
    """Return the questions due now and those for after a run that is still to come."""
    # The first thing to tell is who runs and what hurts; a check-in says nothing before that.
    if found.gathered.folded.intake is None and not found.gathered.folded.check_ins:
        return None, None
    now = [ask for ask in found.asks if ask.when == "now"]
    later = [ask for ask in found.asks if ask.when != "now"]
    return form_of(now, "check-in"), form_of(later, "after-run")


def _light(found: Today) -> Light:
    decision = found.gathered.folded.pain.decision.to_json()
    state, word = _MOVES[decision["move"]]
    if decision["rule"] == _UNKNOWN:
        state = "unknown"
    return Light(
        state=state,
        word=_(word),
        rule=told(decision["text"]),
        others=tuple(told(text) for text in decision["told"] if text != decision["text"]),
        proof=proof(decision["rule"]),
        clinician=_clinician(decision["clinician"]),
    )


def _clinician(who: str) -> str:
    words = _CLINICIAN.get(who)
    return "" if words is None else _(words)


def _headline(found: Today, any_session: bool) -> tuple[str, str]:
    """Return what kind of day it is, in words."""
    plan, day = found.plan, found.local_date
    if plan is None:
        return "", ""
    if plan.goal is not None and plan.goal.kind == "race" and plan.goal.day == day:
        if any(session.kind in RUN_KINDS for session in found.sessions):
            return _("Race day"), _("Start easier than you feel. The knee counts more than the clock.")
        return _("Race day"), _("The plan holds no run for this race: by its rules the knee is not there yet.")
    if plan.end < day:
        ended = _("It ended on %(day)s. Take over how it goes on, or make a new one.", day=day_long(plan.end))
        return _("The plan has ended"), ended
    if not any_session:
        return _("Rest day"), _("Nothing is planned. Rest is training too.")
    return "", ""


def _welcome(found: Today) -> str:
    """Return a word to a runner who told nothing for a long time, though there is a plan."""
    told_days = [check_in.local_date for check_in in found.gathered.folded.check_ins]
    if not told_days or found.plan is None:
        return ""
    away = (found.local_date - max(told_days)).days
    if away < value("adherence.window_days"):
        return ""
    since = ngettext("Your last check-in was %(num)s day ago.", "Your last check-in was %(num)s days ago.", away)
    rest = _("Nothing is lost: tell how the knee is today, and the plan goes on from there.")
    return " ".join((_("Welcome back."), since, rest))


def _following(found: Today) -> str:
    if found.following is None:
        return ""
    following = found.following
    tomorrow = following.local_date == found.local_date + timedelta(days=1)
    when = _("Tomorrow") if tomorrow else day_long(following.local_date)
    return f"{when}: {line_of(following)}"


def _changes(found: Today) -> tuple[str, ...]:
    return tuple(dict.fromkeys(told(each.text) for each in found.changes))


def _good_to_know(found: Today) -> tuple[str, ...]:
    document = found.to_json()
    steps = [document["step_check"], None if document["cadence"] is None else document["cadence"]["text"]]
    return tuple(told(text) for text in (*(each.text for each in found.warnings), *steps) if text)


def _just_told(found: Today, told_ids: Sequence[str]) -> tuple[JustTold, ...]:
    stored = [each for each in found.gathered.folded.check_ins if each.id in told_ids]
    shown = []
    for check_in in stored:
        answers = [
            f"{moment_words(moment)}: {number(pain)}"
            for moment in MOMENTS
            if (pain := check_in.pain(moment)) is not None
        ]
        answers += [sign_words(sign) for sign in SIGNS if check_in.sign(sign)]
        light, wait = _judged(found, check_in.local_date)
        shown.append(
            JustTold(day_long(check_in.local_date), tuple(answers), light, wait, f"/check-in?day={check_in.local_date}")
        )
    return tuple(shown)


def _judged(found: Today, day: date) -> tuple[Light | None, str]:
    """Return the light of a day, or what it still waits for."""
    judged = found.judged(day)
    if judged is None:
        return None, ""
    if judged["waiting"]:
        return None, _("Tell how the knee is tomorrow morning; then this day can be judged.")
    if judged["colour"] is None:
        return None, ""
    state, word = _COLOURS[judged["colour"]]
    return Light(state, _(word), told(judged["why"]), proof=proof(judged["rule"])), ""


def _last_run(found: Today, paths: Mapping[str, str]) -> LastRun | None:
    runs = [run for run in found.gathered.folded.runs if run.knee_km.to_json()["value"] is not None]
    if not runs:
        return None
    last = max(runs, key=lambda run: run.local_date)
    href = f"/runs/{last.id}" if "load" in paths else ""
    return LastRun(day_long(last.local_date), knee_km(last.knee_km.to_json()), distance(last.distance_m), href)


def _ahead(day: DayAhead, paths: Mapping[str, str]) -> Ahead:
    return Ahead(
        day=day.local_date.isoformat(),
        title=day_long(day.local_date),
        sessions=tuple(session_card(each, paths) for each in day.sessions),
        form=form_of([ask for ask in day.asks if ask.when == "now"], "check-in"),
        after_run=form_of([ask for ask in day.asks if ask.when != "now"], "after-run"),
    )
