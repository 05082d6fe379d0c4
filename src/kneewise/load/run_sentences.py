"""What made a run dear or cheap, in sentences; each says how sure it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kneewise.domain import Estimate
from kneewise.evidence.parameters import value
from kneewise.load.compared_ends import ComparedEnds, kilometres_in_words
from kneewise.load.contributions import Contribution, Lever
from kneewise.load.reference import Reference
from kneewise.load.runs import RunLoad
from kneewise.units import METRES_PER_KM

Certainty = Literal["moderate", "low", "very low"]
Cause = Literal[
    "as-easy",
    "more",
    "less",
    "slower-steps",
    "quicker-steps",
    "faster",
    "slower",
    "shorter-contact",
    "longer-contact",
    "downhill",
    "uphill",
    "slopes",
    "last-dear",
    "first-dear",
]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a run's story.

    Attributes
    ----------
    about : str
        ``"whole"``, a lever or ``"ends"``.
    cause : str
        What it says, for faces that word it in other languages and units.
    certainty : str
        Of the evidence behind the direction and size, beside the interval.
    sources : tuple of str
        Ids in ``evidence/sources``.
    """

    about: str
    cause: Cause
    text: str
    certainty: Certainty
    sources: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "about": self.about,
            "cause": self.cause,
            "text": self.text,
            "certainty": self.certainty,
            "sources": list(self.sources),
        }


_BASIS: dict[Lever, tuple[Certainty, tuple[str, ...]]] = {
    "cadence": ("moderate", ("heiderscheit-2011", "lenhart-2014")),
    "speed": ("low", ("fukuchi-2017",)),
    "contact_time": ("low", ("fukuchi-2017",)),
    "slope": ("very low", ("gottschall-2005", "alcantara-2022")),
}


def sentences(
    load: RunLoad,
    whole: Estimate,
    parts: Sequence[Contribution],
    ends: ComparedEnds | None,
    reference: Reference,
) -> list[Sentence]:
    """Tell a run.

    Parameters
    ----------
    whole : Estimate
        The run in knee-km.

    Returns
    -------
    list of Sentence
        What it cost first, then what is beyond doubt, the largest first; what is within its doubt is not told.
    """
    if not math.isfinite(whole.value):
        return []
    told = [_whole(load, whole, reference)]
    certain = [part for part in parts if part.certain and abs(part.percent) >= value("story.told_percent")]
    covered_km = load.distance_m / METRES_PER_KM
    for part in sorted(certain, key=lambda each: -abs(each.knee_km)):
        told += _lever(part, load, reference, covered_km)
    if ends is not None:
        told.append(_ends(ends))
    return told


def _whole(load: RunLoad, whole: Estimate, reference: Reference) -> Sentence:
    covered_km = load.distance_m / METRES_PER_KM
    easy = "your own easy flat running" if reference.kind == "own" else "easy flat running of people of your height"
    cost = f"{whole.value:.1f} knee-km for {covered_km:.1f} km"
    share = whole.value / covered_km - 1
    if whole.low <= covered_km <= whole.high:
        return Sentence("whole", "as-easy", f"{cost}: about as much as {easy}.", "low")
    cause: Cause = "more" if share > 0 else "less"
    return Sentence("whole", cause, f"{cost}: {abs(share):.0%} {cause} than as much of {easy}.", "low")


def _lever(part: Contribution, load: RunLoad, reference: Reference, covered_km: float) -> Iterator[Sentence]:
    found = _cause(part, load, reference)
    if found is None:
        return
    cause, words = found
    low, high = sorted(100 * abs(end) / covered_km for end in (part.low, part.high))
    verb = "added" if part.knee_km > 0 else "saved"
    size = f"{verb} {abs(part.percent):.0f} % ({low:.0f} to {high:.0f} %)"
    certainty, sources = _BASIS[part.lever]
    yield Sentence(part.lever, cause, f"{words} {size}.", certainty, sources)


def _cause(part: Contribution, load: RunLoad, reference: Reference) -> tuple[Cause, str] | None:
    own, dearer = reference.kind == "own", part.knee_km > 0
    usual = "your usual" if own else "people of your height take them"
    if part.lever == "cadence":
        if load.predicted_cadence_share > 1 / 2:
            return None  # a predicted cadence tells nothing about the run
        words = f"{'Slower' if dearer else 'Quicker'} steps than {usual} at this speed"
        return ("slower-steps" if dearer else "quicker-steps"), words
    if part.lever == "speed":
        faster = load.speed_mps > reference.speed_mps
        words = f"{'Faster' if faster else 'Slower'} running than the easy {reference.speed_mps:.1f} m/s"
        return ("faster" if faster else "slower"), words
    if part.lever == "contact_time":
        if load.measured_contact_share < 1 / 2:
            return None
        words = f"{'Shorter' if dearer else 'Longer'} ground contact than usual for such steps"
        return ("shorter-contact" if dearer else "longer-contact"), words
    return _slope(part, load) if part.lever == "slope" else None


def _slope(part: Contribution, load: RunLoad) -> tuple[Cause, str]:
    up, down = load.uphill_share, load.downhill_share
    if part.knee_km > 0 and down > up:
        return "downhill", "The downhill"
    if part.knee_km <= 0 and up > down:
        return "uphill", "The uphill"
    return "slopes", "The slopes"


def _ends(ends: ComparedEnds) -> Sentence:
    other = "first" if ends.dear == "last" else "last"
    ground = f" {ends.ground}" if ends.ground in ("uphill", "downhill") else ""
    text = (
        f"The {ends.dear} {kilometres_in_words(ends.dear_m)}{ground} cost as much as "
        f"the {other} {kilometres_in_words(ends.cheap_m)}."
    )
    return Sentence("ends", "last-dear" if ends.dear == "last" else "first-dear", text, "low")
