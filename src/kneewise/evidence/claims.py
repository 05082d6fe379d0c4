"""What five articles claim, what was found, and how the software puts it: the records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from kneewise.evidence.care import FindingId
from kneewise.evidence.conditions import ConditionId, InterventionId, PrognosisId
from kneewise.evidence.records import Certainty, Plain, Record, Refers
from kneewise.evidence.rules import LoadRuleId

#: S support, SP support in part, AL optional with low certainty, CA caution and correct, X reject.
Verdict = Literal["S", "SP", "AL", "CA", "X"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Record):
    """One claim of one article.

    Attributes
    ----------
    claim, evidence : str
        The claim in our short words, and what was found, for the clinician.
    against : bool
        The certainty is that the claim is wrong.
    ui : str
        What a runner reads.
    """

    article: Literal["A", "B", "C", "D", "E"]
    number: int
    claim: str
    evidence: str
    verdict: Verdict
    ui: Plain
    verdict_also: Verdict | None = None
    certainty_high: Certainty | None = None
    certainty_detail: str = ""
    against: bool = False
    condition: ConditionId | None = None
    finding: FindingId | None = None
    intervention: InterventionId | None = None
    prognosis: PrognosisId | None = None
    load_rule: LoadRuleId | None = None
    pain_rule: Annotated[str, Refers("pain_rules")] | None = None
    education: Annotated[str, Refers("education")] | None = None
    audit: Annotated[str, Refers("reference_audit")] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict(Record):
    """Two sides, of the articles or of the evidence, and how the software settles it."""

    kind: Literal["articles", "evidence"]
    topic: str
    side_a: str
    side_b: str
    text: Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceCheck(Record):
    """One reference of a source article, checked; none of them is ever imported."""

    cited_as: str
    status: Literal["believed_right", "not_matched", "misused", "title_differs"]
    note: str = ""
