"""Why somebody needs attention, in the words of a clinician."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from kneewise.evidence.knowledge import knowledge
from kneewise.services.clinic.caseload import Case
from kneewise.web.amounts import day, number
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext, told

_WORDS: Final[Mapping[str, str]] = {
    "stop": message("The check-ins say: no running for now"),
    "step_back": message("The check-ins say: back to the last easier week"),
    "reduce": message("The check-ins say: less load"),
    "see_clinician": message("The rules ask for a clinician to look at the knee"),
    "flare": message("A flare: pain stands above the usual"),
    "plan_refused": message("The plan may not be followed now"),
    "ask_again": message("Safety questions should be asked again"),
    "plan_changes": message("The plan waits to be adapted"),
    "no_intake": message("The safety questions are not answered yet"),
    "no_plan": message("No plan yet"),
}
#: From the reason's code to the shape, the word and the colour of a sign.
_SIGNS: Final[Mapping[str, str]] = {
    "red_flag": "stop",
    "stop": "stop",
    "see_clinician": "stop",
    "flare": "caution",
    "plan_refused": "caution",
    "step_back": "caution",
    "reduce": "caution",
    "load_above": "caution",
    "unsure": "caution",
    "unanswered": "caution",
    "ask_again": "caution",
}


def reason_words(reason: Mapping[str, Any]) -> str:
    """Return one reason in words."""
    code = reason["code"]
    if code == "red_flag":
        flag, level = knowledge().red_flags[reason["rule"]], knowledge().triage_levels[reason["level"]]
        return _("Red flag: %(flag)s. %(level)s", flag=told(flag.clinical), level=told(level.label))
    if code == "unsure":
        return _("Unsure about a red flag: %(flag)s", flag=told(knowledge().red_flags[reason["rule"]].clinical))
    if code == "unanswered":
        return _unanswered_words(reason["count"], reason["rule"])
    if code == "load_above":
        return _(
            "Load of seven days is %(now)s knee-km, above the usual %(usual)s",
            now=number(reason["knee_km"], 1),
            usual=number(reason["usual"], 1),
        )
    if code == "silent":
        days = reason["days"]
        return ngettext("No check-in for %(days)s day", "No check-in for %(days)s days", days, days=days)
    return _(_WORDS[code])


def _unanswered_words(count: int, rule: str | None) -> str:
    """Return how many safety questions are open, and one red flag that they leave open."""
    open_ = ngettext(
        "A safety question is not answered", "%(count)s safety questions are not answered", count, count=count
    )
    if rule is None or rule not in knowledge().red_flags:
        return open_
    flag = told(knowledge().red_flags[rule].clinical)
    if count == 1:
        return f"{open_}: {flag}"
    return _("%(open)s, among them: %(flag)s", open=open_, flag=flag)


def sign_of(reason: Mapping[str, Any]) -> str:
    """Return the sign of a reason: ``"stop"``, ``"caution"`` or ``"info"``."""
    return _SIGNS.get(reason["code"], "info")


def fact_words(case: Case) -> tuple[str, ...]:
    """Return what stands beside a name: the last check-in, the last run, the plan."""
    facts = case.facts
    lines = []
    if facts.get("check_in"):
        on = day(date.fromisoformat(facts["check_in"]))
        if facts.get("pain") is None:
            lines.append(_("Last check-in %(day)s", day=on))
        else:
            lines.append(_("Last check-in %(day)s: pain up to %(pain)s of 10", day=on, pain=number(facts["pain"])))
    if facts.get("run"):
        lines.append(_("Last run %(day)s", day=day(date.fromisoformat(facts["run"]))))
    if facts.get("plan"):
        lines.append(_("Plan, version %(version)s", version=facts["plan"]))
    return tuple(lines)
