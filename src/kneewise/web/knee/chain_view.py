"""What the findings along the chain show: a body with points, and the list that says the same without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kneewise.assessment.finding_metrics import ELSEWHERE
from kneewise.assessment.findings import AREAS, NOTE, FindingResult
from kneewise.evidence.care import Finding
from kneewise.services.findings import Chain
from kneewise.web.evidence.view import CERTAINTIES
from kneewise.web.knee.pages import pages, questions
from kneewise.web.proof import Proof, proof
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext, told

_AREAS: Mapping[str, str] = {
    "training": message("Training"),
    "terrain": message("Ground"),
    "habits": message("Habits"),
    "shoes": message("Shoes"),
    "body": message("Whole body"),
    "trunk": message("Trunk"),
    "lumbar": message("Lower back"),
    "hip": message("Hip"),
    "knee": message("Knee"),
    "foot": message("Foot"),
    "gait": message("How you run"),
}
_STATES: Mapping[str, str] = {
    "present": message("Found"),
    "shown": message("Measured; no limit is known"),
    "absent": message("Looked at, and nothing there"),
}
_HOW: Mapping[str, str] = {
    "video": message("A phone video of you running would show it."),
    "clinician": message("A clinician can test it."),
    "diary": message("Your check-ins and trials will show it."),
}
#: Metrics that a watch brings.
_WATCH = frozenset({"cadence_spm", "step_length_m", "two_week_progression", "weekly_distance_ratio"})
#: Questions of the intake by the metric that reads them, where the names differ.
_ASKED: Mapping[str, str] = {
    "running_years": "training_change",
    "reported_surface_change": "terrain_change",
    "reported_terrain_change": "terrain_change",
    "reported_warm_up": "warm_up",
    "reported_insoles": "shoe_change",
    "reported_flat_feet": "flat_feet",
    "side_plank_s": "test_side_plank_s",
    "single_leg_squat_reps": "test_single_leg_squats",
    "knee_to_wall_cm": "test_knee_to_wall_cm",
}
#: Metrics that the short tests at home tell.
_TESTS = frozenset({"side_plank_s", "single_leg_squat_reps", "reported_tightness"})


@dataclass(frozen=True, slots=True)
class FindingCard:
    """One finding.

    Attributes
    ----------
    state : {"present", "shown"}
    limit : str
        What its measure was held against; empty where no limit is known.
    """

    id: str
    name: str
    term: str
    state: str
    state_words: str
    measure: str
    close_call: bool
    limit: str
    how_sure: str
    why: str
    change: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A contested idea with both sides."""

    name: str
    speaks_for: str
    speaks_against: str
    how_sure: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class Gap:
    """What nobody has measured yet, and how to."""

    name: str
    how: str
    href: str


@dataclass(frozen=True, slots=True)
class AreaView:
    """One area of the chain.

    Attributes
    ----------
    mark : {"found", "shown", "clear", "open"}
        What its point on the body shows: something found, measured only, looked at and clear, not looked at.
    count : int
        Findings that are present.
    told : str
        The mark in words, for those who do not see it.
    """

    id: str
    title: str
    mark: str
    count: int
    told: str
    cards: tuple[FindingCard, ...]
    clear: tuple[str, ...]
    claims: tuple[Claim, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class ChainPage:
    """The page."""

    note: str
    areas: tuple[AreaView, ...]
    nothing_known: bool
    opens: tuple[tuple[str, str, Proof | None], ...]
    held_back: bool


def chain_page(chain: Chain) -> ChainPage:
    """Return the chain from training to gait."""
    results = chain.findings.results
    areas = tuple(_area(area, results, chain.not_measured, whole=not chain.withheld) for area in AREAS)
    opened = {care.id: care for module in chain.findings.opens for care in module.interventions}
    return ChainPage(
        note=told(NOTE),
        areas=areas,
        nothing_known=not any(result.state in _STATES for result in results),
        opens=tuple((told(care.name), told(care.message), proof(care.id)) for care in opened.values()),
        held_back="plan" in chain.findings.blocks and "check_ins" not in chain.withheld,
    )


def _area(area: str, results: Sequence[FindingResult], gaps: Sequence[FindingResult], *, whole: bool) -> AreaView:
    inside = [result for result in results if result.area == area]
    cards = tuple(_card(result) for result in inside if result.state in ("present", "shown"))
    found = sum(card.state == "present" for card in cards)
    clear = tuple(told(result.record.name) for result in inside if result.state == "absent")
    mark = "found" if found else "shown" if cards else "clear" if clear else "open"
    return AreaView(
        id=area,
        title=_(_AREAS[area]),
        mark=mark,
        count=found,
        told=_mark_words(mark, found) if whole or mark != "open" else _("nothing that is shared"),
        cards=cards,
        clear=clear,
        claims=tuple(_claim(result) for result in inside if result.state == "claim"),
        gaps=tuple(_gap(result) for result in gaps if result.area == area),
    )


def _mark_words(mark: str, count: int) -> str:
    if mark == "found":
        return ngettext("%(num)s finding", "%(num)s findings", count)
    return {
        "shown": _("measured; no limit is known"),
        "clear": _("looked at, and nothing there"),
        "open": _("not looked at yet"),
    }[mark]


def _card(result: FindingResult) -> FindingCard:
    one = result.to_json()
    return FindingCard(
        id=result.id,
        name=told(one["name"]),
        term=told(one["clinical_name"]),
        state=result.state,
        state_words=_(_STATES[result.state]),
        measure=told(one["measure"]["text"]) if one["measure"] else "",
        close_call=one["close_call"],
        limit=_limit(one) if result.state == "present" else "",
        how_sure=told(one["evidence"]["text"]),
        why=told(one["why"]),
        change=told(one["what_changes_it"]),
        proof=proof(result.id),
    )


def _limit(one: Mapping[str, Any]) -> str:
    return "" if one["threshold"] is None else _("Limit: %(text)s", text=told(one["threshold"]["text"]))


def _claim(result: FindingResult) -> Claim:
    sides = result.to_json()["contested"] or {"for": "", "against": "", "text": "", "certainty": "N"}
    return Claim(
        name=told(result.record.name),
        speaks_for=told(sides["for"]),
        speaks_against=told(sides["against"]),
        how_sure=_(CERTAINTIES[sides["certainty"]]),
        proof=proof(result.id),
    )


def _gap(result: FindingResult) -> Gap:
    how, href = _how_to_measure(result.record.measure if isinstance(result.record, Finding) else None)
    return Gap(told(result.record.name), how, href)


def _how_to_measure(metric: str | None) -> tuple[str, str]:
    if metric in _TESTS:
        return _("A short test at home shows it."), "/knee/tests"
    if metric is None:
        return _("There is no measure for it here."), ""
    question = _ASKED.get(metric, metric)
    if question in questions():
        page = next(page for page in pages() if question in page.questions)
        return _("A question tells it."), f"/knee/intake/{page.id}"
    if metric in _WATCH:
        return _("A watch shows it, once your runs are in."), ""
    who = ELSEWHERE.get(metric, "")
    words = _HOW.get(who)
    return (_(words) if words else _("There is no measure for it here.")), "/gait" if who == "video" else ""
