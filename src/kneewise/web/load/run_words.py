"""What made a run dear or cheap, in the reader's words and units."""

from __future__ import annotations

from dataclasses import dataclass

from kneewise.evidence.parameters import value
from kneewise.load.compared_ends import ComparedEnds
from kneewise.load.contributions import Contribution
from kneewise.load.reference import Reference
from kneewise.load.run_sentences import Sentence
from kneewise.load.what_if import CadenceChange
from kneewise.services.run_story import RunStory
from kneewise.units import METRES_PER_KM
from kneewise.web.amounts import distance, knee_km, number, pace
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, told

LEVERS = {
    "speed": message("Speed"),
    "cadence": message("Cadence"),
    "contact_time": message("Ground contact"),
    "slope": message("Slope"),
    "other": message("Everything else"),
}
_CERTAINTY = {
    "moderate": ("Mo", message("moderate certainty")),
    "low": ("L", message("low certainty")),
    "very low": ("VL", message("very low certainty")),
}
#: The card behind each kind of sentence; the sources of the model's parts where no record speaks of them.
_CARDS = {
    "whole": "education/load_running",
    "ends": "education/load_running",
    "cadence": "findings/cadence",
    "speed": "sources/fukuchi-2017",
    "contact_time": "sources/fukuchi-2017",
    "slope": "findings/downhill_stairs",
}
_CAUSES = {
    "slower-steps": message("Slower steps than your usual at this speed"),
    "quicker-steps": message("Quicker steps than your usual at this speed"),
    "faster": message("Running faster than your easy %(pace)s"),
    "slower": message("Running slower than your easy %(pace)s"),
    "shorter-contact": message("Shorter ground contact than usual for such steps"),
    "longer-contact": message("Longer ground contact than usual for such steps"),
    "downhill": message("The downhill"),
    "uphill": message("The uphill"),
    "slopes": message("The slopes"),
}
#: The same where nothing is known of the runner yet: compared with people of this height.
_CAUSES_OF_OTHERS = {
    "slower-steps": message("Slower steps than people of your height take at this speed"),
    "quicker-steps": message("Quicker steps than people of your height take at this speed"),
    "faster": message("Running faster than the easy %(pace)s of people of your height"),
    "slower": message("Running slower than the easy %(pace)s of people of your height"),
}
_ENDS = {
    ("last", "downhill"): message("The last %(dear)s downhill cost as much as the first %(cheap)s."),
    ("last", "uphill"): message("The last %(dear)s uphill cost as much as the first %(cheap)s."),
    ("last", ""): message("The last %(dear)s cost as much as the first %(cheap)s."),
    ("first", "downhill"): message("The first %(dear)s downhill cost as much as the last %(cheap)s."),
    ("first", "uphill"): message("The first %(dear)s uphill cost as much as the last %(cheap)s."),
    ("first", ""): message("The first %(dear)s cost as much as the last %(cheap)s."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence with how sure it is, and the address of what is known."""

    text: str
    code: str
    certainty: str
    href: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The run at another cadence, in words."""

    percent: int
    label: str
    steps: str
    cost: str
    text: str


def told_sentences(story: RunStory) -> tuple[Told, ...]:
    """Return what made the run dear or cheap; the most telling first."""
    parts = {part.lever: part for part in story.contributions}
    return tuple(_told(sentence, _text(sentence, story, parts.get(sentence.about))) for sentence in story.sentences)  # type: ignore[call-overload]


def what_if(change: CadenceChange) -> WhatIf:
    """Return the run at another cadence, in words."""
    sign = f"{change.percent:+d}".replace("-", "−") if change.percent else "0"
    steps = _("%(steps)s steps a minute", steps=number(change.cadence_spm))
    cost = knee_km(change.knee_km.to_json())
    return WhatIf(
        percent=change.percent,
        label=f"{sign} %",
        steps=steps,
        cost=f"{cost.value} {cost.unit}",
        text=" ".join(part for part in (_changed(change), told(change.outside)) if part),
    )


def _changed(change: CadenceChange) -> str:
    if not change.percent:
        return _("As you ran it.")
    amount, by = knee_km(change.knee_km.to_json()), change.change_percent.to_json()
    if by["value"] is None:
        return _("There is no number for such steps.")
    low, high = sorted(abs(by[name]) for name in ("low", "high"))
    words = {"by": number(abs(by["value"]), 1), "low": number(low, 1), "high": number(high, 1)}
    cost = _(
        "The run would have cost %(cost)s %(unit)s (%(between)s)",
        cost=amount.value,
        unit=amount.unit,
        between=amount.between,
    )
    if by["low"] <= 0 <= by["high"]:
        words |= {"low": number(abs(by["low"]), 1), "high": number(by["high"], 1)}
        if by["value"] < 0:
            return _(
                "%(cost)s: %(by)s %% less, but not for sure (%(low)s %% less to %(high)s %% more).", cost=cost, **words
            )
        return _(
            "%(cost)s: %(by)s %% more, but not for sure (%(low)s %% less to %(high)s %% more).", cost=cost, **words
        )
    if by["value"] < 0:
        return _("%(cost)s: %(by)s %% less (%(low)s to %(high)s %%).", cost=cost, **words)
    return _("%(cost)s: %(by)s %% more (%(low)s to %(high)s %%).", cost=cost, **words)


def _told(sentence: Sentence, text: str) -> Told:
    code, words = _CERTAINTY[sentence.certainty]
    return Told(text, code, _(words), f"/evidence/{_CARDS[sentence.about]}")


def _text(sentence: Sentence, story: RunStory, part: Contribution | None) -> str:
    if sentence.about == "whole":
        return _whole(sentence, story)
    if sentence.about == "ends":
        assert story.ends is not None
        return _ends(story.ends)
    assert part is not None
    return _lever(sentence, part, story)


def _whole(sentence: Sentence, story: RunStory) -> str:
    assert story.item.knee_km is not None
    cost = knee_km(story.item.knee_km.value.to_json())
    covered_m = sum(part.load.distance_m for part in story.splits)
    length = distance(covered_m)
    own = story.reference.kind == "own"
    easy = _("your own easy flat running") if own else _("easy flat running of people of your height")
    values = {"cost": f"{cost.value} {cost.unit}", "length": f"{length.value} {length.unit}", "easy": easy}
    if sentence.cause == "as-easy":
        return _("%(cost)s for %(length)s: about as much as %(easy)s.", **values)
    share = number(100 * abs(story.item.knee_km.value.value / (covered_m / METRES_PER_KM) - 1))
    if sentence.cause == "more":
        return _("%(cost)s for %(length)s: %(share)s %% more than as much of %(easy)s.", share=share, **values)
    return _("%(cost)s for %(length)s: %(share)s %% less than as much of %(easy)s.", share=share, **values)


def _lever(sentence: Sentence, part: Contribution, story: RunStory) -> str:
    covered_km = sum(split.load.distance_m for split in story.splits) / METRES_PER_KM
    low, high = sorted(100 * abs(end) / covered_km for end in (part.low, part.high))
    values = {
        "cause": _cause(sentence, story.reference),
        "by": number(abs(part.percent)),
        "low": number(low),
        "high": number(high),
    }
    if part.knee_km > 0:
        return _("%(cause)s added %(by)s %% (%(low)s to %(high)s %%).", **values)
    return _("%(cause)s saved %(by)s %% (%(low)s to %(high)s %%).", **values)


def _cause(sentence: Sentence, reference: Reference) -> str:
    causes = _CAUSES if reference.kind == "own" else {**_CAUSES, **_CAUSES_OF_OTHERS}
    easy = pace(reference.speed_mps)
    return _(causes[sentence.cause], pace=f"{easy.value} {easy.unit}")


def _ends(ends: ComparedEnds) -> str:
    ground = ends.ground if ends.ground in ("uphill", "downhill") else ""
    dear, cheap = (distance(metres) for metres in (ends.dear_m, ends.cheap_m))
    return _(_ENDS[(ends.dear, ground)], dear=f"{dear.value} {dear.unit}", cheap=f"{cheap.value} {cheap.unit}")


def notable(share: float) -> bool:
    """Whether so much of a run is missing that it is told."""
    return share < 1 - value("coverage.notable_share")
