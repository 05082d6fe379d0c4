"""What clips mean for the knee, the history, the findings and the plan, in words."""

from __future__ import annotations

from dataclasses import dataclass

from kneewise.assessment.findings import FindingResult
from kneewise.services.clip_meaning import ClipMeaning
from kneewise.services.gait.history import PastClip
from kneewise.web.amounts import number
from kneewise.web.wording import gettext as _
from kneewise.web.wording import ngettext, told


@dataclass(frozen=True, slots=True)
class FoundView:
    """A finding that rests on clips."""

    name: str
    state: str
    measure: str


@dataclass(frozen=True, slots=True)
class MeaningView:
    """What clips mean for the rest of the record."""

    knee: str
    history: str
    found: tuple[FoundView, ...]
    plan: str


def meaning_view(clip: PastClip, meaning: ClipMeaning) -> MeaningView:
    """Return what clips mean for the knee, the history, the findings and the plan."""
    return MeaningView(
        knee=_knee(clip, meaning),
        history=_history(clip, meaning),
        found=tuple(_found(one) for one in meaning.found),
        plan=_plan(meaning),
    )


def _knee(clip: PastClip, meaning: ClipMeaning) -> str:
    if not clip.sets_knee:
        if clip.view == "rear":
            return _("A clip from behind shows pelvis and hips; how far the knee bends is seen from the side only.")
        return _(
            "This clip does not set your own knee: it needs a frame rate and number of steps that carry an angle, the "
            "belt's speed or your height, and your height in the settings."
        )
    return _(
        "How far your own knee bends is now known to within %(now)s degrees; a watch alone leaves %(before)s.",
        now=number(meaning.own.knee_sd_deg, 1),
        before=number(meaning.generic.knee_sd_deg, 1),
    )


def _history(clip: PastClip, meaning: ClipMeaning) -> str:
    if not clip.sets_knee:
        return ""
    if not meaning.runs:
        return _("Every run that you import will be computed with it.")
    if meaning.following:
        return _("Your runs are being computed with it at this moment; what a watch guesses of the knee is narrowed.")
    return ngettext(
        "Your run is computed with it: what a watch guesses of the knee is narrowed by what was seen.",
        "All your %(num)s runs are computed with it: what a watch guesses of the knee is narrowed by what was seen.",
        meaning.runs,
    )


def _found(result: FindingResult) -> FoundView:
    measure = result.to_json()["measure"]
    words = {"present": _("Found"), "absent": _("Looked at, and nothing there")}
    return FoundView(
        told(result.record.name),
        words.get(result.state, _("Measured; no limit is known")),
        told(measure["text"]) if measure else "",
    )


def _plan(meaning: ClipMeaning) -> str:
    if not meaning.asked:
        return _("You have no plan yet; it begins with some questions about your knee.")
    if meaning.blocked:
        return _("Your last answers hold every plan back; a clip changes nothing about that.")
    if meaning.trial is None:
        return _(
            "A picture alone changes no plan. If your steps are slow, a trial of quicker steps shows within minutes "
            "whether they take pain away."
        )
    return _("Your plan follows your trial of quicker steps; film again after the course to see what stayed.")
