"""How sure we are, limits and figures, in words and as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kneewise.domain import json_number
from kneewise.evidence.care import Association, Effect, Finding, Intervention
from kneewise.evidence.records import EVIDENCE_MARKS, Certainty, Figure, Mark
from kneewise.evidence.rules import Criterion, Op

CERTAINTY_WORDS: Mapping[Certainty, str] = {
    "H": "We can be quite sure of that.",
    "Mo": "That is likely to be right.",
    "L": "New studies may well change that.",
    "VL": "We are not sure of that at all.",
    "N": "No good study was found.",
}

_STUDIES: Mapping[Association, str] = {
    "rct": "Trials",
    "prospective": "Studies over time",
    "cross_sectional": "Studies at one point in time",
    "lab": "Lab studies",
    "review": "Reviews",
    "expert": "Experts",
    "none": "No study",
}

_SAY: Mapping[str, str] = {
    "yes": "{} found a link.",
    "mixed": "{} do not agree, or the link is small.",
    "no": "{} speak against it.",
    "unknown": "No study has shown it.",
}

_UNVERIFIED = "This was noted from memory and is not checked yet. It does not count as evidence."

_LIMITS: Mapping[Op, str] = {"<": "below", "<=": "at most", "==": "exactly", ">=": "at least", ">": "above"}

_ORIGINS: Mapping[Mark, str] = {
    "V": "from a study",
    "V2": "from a study, read in a review",
    "D": "worked out from studies",
    "C": "worked out from studies",
    "E": "our own default, not from a study",
    "M": "noted from memory, not checked yet",
}


def evidence_text(record: Finding | Intervention) -> str:
    """Return in words what was found and how sure that is; what is only remembered is not told as evidence."""
    if not record.verified:
        return _UNVERIFIED
    if isinstance(record, Finding) and record.association == "expert":
        said = "This is what experts think."
    elif isinstance(record, Finding):
        said = _SAY[record.supports].format(_STUDIES[record.association])
    else:
        said = "Studies do not agree."
    return f"{said} {CERTAINTY_WORDS[record.certainty]}"


#: Metrics that are a rise as a share: read in per cent.
_RISES = frozenset({"two_week_progression", "weekly_progression"})


def threshold_json(criterion: Criterion) -> dict[str, Any]:
    """Return a limit with its source; our own defaults are never called evidence."""
    unit = {"1": "", "0-10": " out of 10", "deg": " degrees", "s": " seconds"}.get(criterion.unit, f" {criterion.unit}")
    number = f"{criterion.value:.0%}" if criterion.metric in _RISES else f"{criterion.value:g}{unit}"
    return {
        "metric": criterion.metric,
        "op": criterion.op,
        "value": json_number(criterion.value),
        "unit": criterion.unit,
        "text": f"{_LIMITS[criterion.op]} {number} ({_ORIGINS[criterion.mark]})",
        "mark": criterion.mark,
        "is_evidence": criterion.mark in EVIDENCE_MARKS,
        "sources": list(criterion.sources),
        "note": criterion.note,
    }


def figure_json(figure: Figure | Effect) -> dict[str, Any]:
    """Return one published figure; a ratio or a difference always with what it was compared with."""
    return {
        "what": figure.what if isinstance(figure, Figure) else figure.outcome,
        "value": json_number(figure.value),
        "low": json_number(figure.low),
        "high": json_number(figure.high),
        "unit": figure.unit,
        "compared_with": figure.compared_with,
        "population": figure.population,
        "mark": figure.mark,
        "sources": list(figure.sources),
    }
