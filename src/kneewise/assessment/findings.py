"""Findings along the whole chain: what was measured, how sure the evidence makes us, what would change it.

A finding is a factor, never a cause and never a personal risk. One without its measure is not claimed. Contested claims
carry both sides; a runner sees them only when asked for or when an answer brings them up, a clinician always.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from kneewise.assessment.finding_context import FindingContext
from kneewise.assessment.finding_metrics import measurements, values
from kneewise.assessment.finding_words import CERTAINTY_WORDS, evidence_text, figure_json, threshold_json
from kneewise.assessment.measurement import Measurement
from kneewise.errors import InvalidInputError
from kneewise.evidence.care import Area, Effect, Finding, Intervention
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.records import EVIDENCE_MARKS, Certainty, Figure, shown
from kneewise.evidence.rules import Criterion

#: ``shown``: measured, but no limit is known. ``claim``: contested, nothing is measured. ``not_measured`` is listed for
#: clinicians only.
State = Literal["present", "shown", "absent", "claim", "not_measured"]
_STATES: tuple[State, ...] = get_args(State)
_CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)

#: The chain from training to gait.
AREAS: tuple[Area, ...] = (
    "training",
    "terrain",
    "habits",
    "shoes",
    "body",
    "trunk",
    "lumbar",
    "hip",
    "knee",
    "foot",
    "gait",
)

#: What stands beside every list of findings.
NOTE = "A finding is not a cause, and it says nothing about your own risk. It shows what you can work on."

#: Ask for this to see every contested claim.
CONTESTED = "contested"

#: Findings that are there when the measure's answer is no: the measure is "warms up", the finding "no warm-up".
_PRESENT_WHEN_NO = frozenset({"warm_up"})

#: Findings named after a rise: a ratio of 1 or less is none, however high a ratio would have to be to matter.
_RISES = frozenset({"weekly_distance_ratio"})

#: Where a contested kind of care is shown.
_CARE_AREAS: Mapping[str, Area] = {"manipulation_lumbopelvic": "lumbar", "electroacupuncture": "hip"}

#: Words of a runner's own note that ask for a contested claim.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "manipulat": ("manipulation_lumbopelvic",),
    "chiropract": ("manipulation_lumbopelvic", "spinal_misalignment"),
    "needling": ("dry_needling",),
    "acupunct": ("acupuncture", "electroacupuncture"),
    "glute": ("lumbar_inhibits_glutes", "cannot_strengthen_inhibited"),
    "alignment": ("spinal_misalignment",),
    "misaligned": ("spinal_misalignment",),
    "posture": ("sitting_posture",),
    "spine": ("spinal_misalignment",),
    "tracking": ("patellar_maltracking",),
    "root cause": ("root_cause",),
}


@dataclass(frozen=True, slots=True)
class FindingResult:
    """One finding of one runner.

    Attributes
    ----------
    record : Finding or Intervention
        What the knowledge files say; an intervention where the claim is about a kind of care.
    present : bool or None
        ``None`` where no limit is known, nothing is measured, or the claim is contested and has no measure.
    close_call : bool
        The interval of the measure reaches over the threshold.
    """

    record: Finding | Intervention
    area: Area
    state: State
    measure: Measurement | None = None
    close_call: bool = False

    @property
    def id(self) -> str:
        """The record's id."""
        return self.record.id

    @property
    def present(self) -> bool | None:
        """Whether it is there."""
        return {"present": True, "absent": False}.get(self.state)

    @property
    def opens(self) -> tuple[str, ...]:
        """Interventions that it opens; none unless it is present."""
        return self.record.opens if isinstance(self.record, Finding) and self.state == "present" else ()

    @property
    def tier(self) -> str | None:
        """How a contested claim may be presented; ``None`` for any other finding."""
        if isinstance(self.record, Intervention):
            return self.record.tier
        if not self.record.contested:
            return None
        # ``use`` is what the reviewed document tells the software to do.
        return "clinician_only" if self.record.use.startswith("clinician-only") else "caution"

    def to_json(self, *, clinician: bool = False) -> dict[str, Any]:
        """Return the contract's finding; the verdict and the software's use only for the clinician."""
        record = self.record
        document: dict[str, Any] = {
            "area": self.area,
            "finding": record.id,
            "name": record.name,
            "clinical_name": record.clinical_name,
            "kind": "finding" if isinstance(record, Finding) else "care",
            "state": self.state,
            "present": self.present,
            "close_call": self.close_call,
            "measure": None if self.measure is None else self.measure.to_json(),
            "threshold": self._threshold(clinician=clinician),
            "thresholds": [threshold_json(item) for item in _limits(record, clinician=clinician)],
            "evidence": self._evidence(),
            "why": self._why,
            "what_changes_it": self._what_changes_it,
            "opens": [{"intervention": name, "name": knowledge().interventions[name].name} for name in self.opens],
            "contested": self._sides(),
            "tier": self.tier,
            "caution": isinstance(record, Intervention) and record.caution,
        }
        if clinician:
            document["use"] = record.use if isinstance(record, Finding) else record.certainty_detail
            document["verdict"] = record.verdict if isinstance(record, Finding) else ""
        return document

    def _threshold(self, *, clinician: bool) -> dict[str, Any] | None:
        """Return the limit that the shown measure was held against."""
        limits = _limits(self.record, clinician=clinician)
        own = [item for item in limits if self.measure is not None and item.metric == self.measure.metric]
        return threshold_json(own[0]) if own else None

    @property
    def _why(self) -> str:
        if isinstance(self.record, Finding):
            return self.record.why
        return self.record.correction or self.record.side_against

    @property
    def _what_changes_it(self) -> str:
        return self.record.what_changes_it if isinstance(self.record, Finding) else self.record.message

    def _sides(self) -> dict[str, Any] | None:
        if not self.record.contested:
            return None
        return {
            "for": self.record.side_for,
            "against": self.record.side_against,
            "certainty": self.record.certainty,
            "text": CERTAINTY_WORDS[self.record.certainty],
        }

    def _evidence(self) -> dict[str, Any]:
        record = self.record
        finding = record if isinstance(record, Finding) else None
        figures: tuple[Figure | Effect, ...] = shown(finding.figures) if finding else _shown_effects(record)
        return {
            "certainty": record.certainty,
            "certainty_high": record.certainty_high,
            "certainty_of_injury": finding.certainty_of_injury if finding else None,
            "sources": list(record.sources),
            "association": finding.association if finding else None,
            "supports": finding.supports if finding else None,
            "verified": record.verified,
            "text": evidence_text(record),
            "figures": [figure_json(figure) for figure in figures],
        }


def findings(
    context: FindingContext, *, clinician: bool = False, asked: Collection[str] = ()
) -> tuple[FindingResult, ...]:
    """Return the findings from training to gait: in each area the present ones first, then by strength of evidence.

    Parameters
    ----------
    context : FindingContext
        What is known; a finding without its measure is not claimed.
    clinician : bool
        Lists also what was not measured, every reading of one measure, and every contested claim.
    asked : collection of str
        Ids of contested claims that the runner asks about; ``"contested"`` for all of them.

    Raises
    ------
    InvalidInputError
        When a claim is asked for that does not exist.
    """
    claims = _claims()
    strange = [name for name in asked if name != CONTESTED and name not in claims]
    if strange:
        raise InvalidInputError(f"There is no contested claim '{strange[0]}'; ask for one of {', '.join(claims)}.")
    shown_claims = claims.keys() if clinician or CONTESTED in asked else {*asked, *_brought_up(context)}
    measured = measurements(context)
    results = [*_measured(measured, clinician=clinician), *(claims[name] for name in claims if name in shown_claims)]
    known = {result.id for result in results}
    if clinician:
        results += [result for result in _not_measured() if result.id not in known]
    return tuple(sorted(_each_once(results), key=_order))


def findings_document(results: Collection[FindingResult], *, clinician: bool = False) -> list[dict[str, Any]]:
    """Return the contract's ``findings`` document."""
    return [result.to_json(clinician=clinician) for result in results]


def contested_claims() -> tuple[FindingResult, ...]:
    """Return every contested claim that has no measure, in the order of the chain."""
    return tuple(sorted(_claims().values(), key=_order))


def _measured(measured: Mapping[str, Measurement], *, clinician: bool) -> Iterator[FindingResult]:
    readings: set[tuple[Area, str]] = set()
    for finding in knowledge().findings.values():
        if not finding.display:
            continue
        result = _read(finding, measured, _limits(finding, clinician=clinician))
        # Several records read one measure; the first in the document is the one that a runner needs.
        if result is None or result.measure is None or (not clinician and (finding.area, _key(result)) in readings):
            continue
        readings.add((finding.area, _key(result)))
        yield result


def _key(result: FindingResult) -> str:
    return result.measure.metric if result.measure else result.id


def _limits(record: Finding | Intervention, *, clinician: bool) -> tuple[Criterion, ...]:
    """Return the limits that may decide: one that is only remembered decides nothing for a runner."""
    limits = record.thresholds if isinstance(record, Finding) else ()
    return tuple(limit for limit in limits if clinician or limit.mark != "M")


def _read(finding: Finding, measured: Mapping[str, Measurement], limits: tuple[Criterion, ...]) -> FindingResult | None:
    """Read one finding; ``None`` where nothing that it rests on is known."""
    numbers = values(measured)
    known = [criterion for criterion in limits if criterion.holds(numbers) is not None]
    decisive = next((criterion for criterion in known if criterion.holds(numbers)), known[0] if known else None)
    main = measured.get(finding.measure) if finding.measure else None
    yes_no = main is not None and knowledge().metrics[main.metric].kind == "yes_no"
    verdicts = [bool(criterion.holds(numbers)) for criterion in known]
    if main is not None and yes_no:
        verdicts.append(bool(main.value) != (finding.id in _PRESENT_WHEN_NO))
        if verdicts[-1] or not any(verdicts):
            decisive = None
    measure = measured[decisive.metric] if decisive is not None else main
    if measure is None:
        return None
    if not verdicts and measure.metric in _RISES and measure.value <= 1:
        verdicts.append(False)
    state: State = "shown" if not verdicts else "present" if any(verdicts) else "absent"
    return FindingResult(finding, finding.area, state, measure, close_call=_close(limits, measure))


def _close(limits: tuple[Criterion, ...], measure: Measurement) -> bool:
    """Whether the ends of the interval fall on different sides of a threshold."""
    if measure.low is None or measure.high is None:
        return False
    ends = [{measure.metric: measure.low}, {measure.metric: measure.high}]
    own = [criterion for criterion in limits if criterion.metric == measure.metric]
    return any(criterion.holds(ends[0]) != criterion.holds(ends[1]) for criterion in own)


def _not_measured() -> Iterator[FindingResult]:
    for finding in knowledge().findings.values():
        if finding.display and not (finding.contested and finding.measure is None):
            yield FindingResult(finding, finding.area, "not_measured")


def _claims() -> dict[str, FindingResult]:
    """Contested claims without a measure, and contested kinds of care."""
    records = knowledge()
    results = [
        FindingResult(finding, finding.area, "claim")
        for finding in records.findings.values()
        if finding.contested and finding.display and finding.measure is None
    ]
    results += [
        FindingResult(care, _CARE_AREAS.get(care.id, "knee"), "claim")
        for care in records.interventions.values()
        if care.contested
    ]
    return {result.id: result for result in results}


def _brought_up(context: FindingContext) -> set[str]:
    """Return claims that the runner's answers bring up: a worry about posture or spine, or words of the own note."""
    found: set[str] = set()
    if context.answer("posture_worry") == "yes":
        found |= {name for name, result in _claims().items() if result.area == "lumbar"}
    note = context.answer("note")
    if isinstance(note, str):
        found |= {name for word, names in _WORDS.items() if word in note.lower() for name in names}
    return found


def _each_once(results: list[FindingResult]) -> list[FindingResult]:
    return list({result.id: result for result in results}.values())


def _order(result: FindingResult) -> tuple[int, int, int, str]:
    return (
        AREAS.index(result.area),
        _STATES.index(result.state),
        _CERTAINTIES.index(result.record.certainty),
        result.id,
    )


def _shown_effects(record: Finding | Intervention) -> tuple[Effect, ...]:
    effects = record.effects if isinstance(record, Intervention) else ()
    return tuple(effect for effect in effects if effect.mark in EVIDENCE_MARKS)
