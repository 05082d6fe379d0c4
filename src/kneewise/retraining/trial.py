"""The trial of quicker steps: the runner's own baseline, pain now against usual, and whether to go on.

Only runners whom it helps at once, or who find it comfortable, train it. Targets are a share of the own baseline; there
is no number of steps that fits everybody. Limits stand in ``evidence/gait_rules.toml``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from kneewise.domain import Estimate, Interval
from kneewise.errors import InvalidInputError
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.evidence.rules import Criterion, ListRule

Verdict = Literal["train", "no_response", "stop", "blocked", "unanswered"]
UNIT_SPM = "steps/min"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialStep:
    """Some minutes at a share above the baseline.

    Attributes
    ----------
    above_pct : float
        Steps per minute above the own baseline, in percent.
    pain, calf_or_achilles_pain : float or None
        Pain now, 0 to 10; ``None`` where not answered.
    comfortable : bool or None
        Whether it felt good.
    """

    above_pct: float
    pain: float | None = None
    comfortable: bool | None = None
    calf_or_achilles_pain: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """What forbids gait retraining; ``None`` where it was not asked, which forbids it too."""

    acute_calf_achilles_plantar: bool | None = None
    bone_stress_injury: bool | None = None
    open_red_flags: int | None = None

    def measured(self) -> dict[str, float | None]:
        """Return the metrics of the guard's rule."""
        return {name: _number(getattr(self, name)) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """Whether to train quicker steps, why, and how far.

    Attributes
    ----------
    most_pct : float or None
        Highest share above the baseline that was tolerated; ``None`` unless the verdict is ``train``.
    rule : str
        Id of the gait rule that decided.
    inputs : mapping of metric to float
        What the rule looked at.
    """

    verdict: Verdict
    rule: str
    text: str
    most_pct: float | None = None
    inputs: Mapping[str, float | None] = field(default_factory=lambda: MappingProxyType({}))

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "verdict": self.verdict,
            "rule": self.rule,
            "text": self.text,
            "most_pct": self.most_pct,
            "inputs": dict(self.inputs),
        }


def baseline_cadence(counts_spm: Sequence[float]) -> Estimate:
    """Return the own baseline from counts of one minute each.

    Parameters
    ----------
    counts_spm : sequence of float
        Steps per minute of both feet.

    Returns
    -------
    Estimate
        Mean of the counts; the interval holds half their difference and the error of counting.

    Raises
    ------
    InvalidInputError
        When there are too few counts, when they differ too much, or when one cannot be right.
    """
    needed = int(gait_rule("baseline").number("repeats"))
    if len(counts_spm) < needed:
        raise InvalidInputError(f"There are {len(counts_spm)} step counts; count {needed} times for one minute each.")
    low, high = value("retraining.count_low_spm"), value("retraining.count_high_spm")
    for count in counts_spm:
        if not low <= count <= high:
            raise InvalidInputError(
                f"{count:g} steps a minute cannot be right while running; count the steps of both feet for one minute."
            )
    mean = math.fsum(counts_spm) / len(counts_spm)
    half = (max(counts_spm) - min(counts_spm)) / 2
    if 2 * half > mean * value("retraining.count_spread"):
        raise InvalidInputError("Your step counts differ too much; keep the speed even and count again.")
    error = max(half, value("retraining.count_error_spm"))
    return Estimate(mean, mean - error, mean + error, UNIT_SPM, f"mean of {len(counts_spm)} counts of one minute")


def judge_trial(usual_pain: float | None, steps: Sequence[TrialStep], guards: Guards) -> TrialResult:
    """Return whether to train quicker steps.

    Parameters
    ----------
    usual_pain : float or None
        Pain (0 to 10) in a run with usual steps.
    steps : sequence of TrialStep
        In any order; one at which pain went up ends the trial there, and only the steps below it count.
    """
    blocked = gait_rule("contraindicated")
    asked = guards.measured()
    if blocked.holds(asked) or not steps:
        reason = blocked.text if steps else gait_rule("trial").text
        return TrialResult(
            verdict="blocked" if steps else "unanswered", rule="contraindicated" if steps else "trial", text=reason,
            inputs=MappingProxyType(asked),
        )  # fmt: skip
    if blocked.holds(asked) is None:
        return TrialResult(
            verdict="unanswered",
            rule="contraindicated",
            text="First tell us about your calf, Achilles tendon and foot, and finish the safety questions.",
            inputs=MappingProxyType(asked),
        )
    return _judge_steps(usual_pain, sorted(steps, key=lambda step: step.above_pct))


def _judge_steps(usual_pain: float | None, steps: Sequence[TrialStep]) -> TrialResult:
    calf = _calf_stop(steps)
    if calf is not None:
        return calf
    if any(criterion.holds({"pain_during": usual_pain}) for criterion in too_much_pain()):
        return _result("stop", "pain_limit", {"pain_during": usual_pain}, _TOO_MUCH)
    helped: list[TrialStep] = []
    comfortable = False
    for step in steps:
        measured = _measured(usual_pain, step)
        if gait_rule("stop").holds(measured):
            if not helped:
                return _result("stop", "stop", measured)
            break
        # Without the pain, or without the calf's answer, a step counts for nothing.
        if measured["pain_change_in_trial"] is None or measured["calf_or_achilles_pain"] is None:
            continue
        if gait_rule("select").holds(measured):
            helped.append(step)
            comfortable = comfortable or bool(step.comfortable)
    if helped:
        return _train(usual_pain, helped[-1])
    unknown = any(step.pain is None or step.calf_or_achilles_pain is None for step in steps) or usual_pain is None
    if unknown:
        return _result(
            "unanswered", "trial", {}, "Tell us the pain of knee and calf at each step, and your usual pain."
        )
    return _result("no_response", "select", _measured(usual_pain, steps[-1]), _NO_RESPONSE)


_TOO_MUCH = "It hurts too much with your usual steps. Let the knee get calm first."
_NO_RESPONSE = "Quicker steps did not help you at once. That is so for most. The plan goes on without them."


def _calf_stop(steps: Sequence[TrialStep]) -> TrialResult | None:
    """Calf or Achilles pain at any step stops the cue, whatever the knee says."""
    sore = [step for step in steps if gait_rule("stop").criteria[1].holds(_measured(None, step))]
    return _result("stop", "stop", _measured(None, sore[0])) if sore else None


def _train(usual_pain: float | None, step: TrialStep) -> TrialResult:
    most = min(step.above_pct, most_above_pct())
    measured = _measured(usual_pain, step)
    change = measured["pain_change_in_trial"] or 0.0
    less = f"It hurt {-change:g} less at once." if change < 0 else "It felt good, and it did not hurt more."
    text = f"{less} So you can train it, up to {most:g} % above your own usual."
    return TrialResult(verdict="train", rule="select", text=text, most_pct=most, inputs=MappingProxyType(measured))


def _result(verdict: Verdict, rule: str, measured: Mapping[str, float | None], text: str = "") -> TrialResult:
    return TrialResult(
        verdict=verdict, rule=rule, text=text or gait_rule(rule).text, inputs=MappingProxyType(dict(measured))
    )


def _measured(usual_pain: float | None, step: TrialStep) -> dict[str, float | None]:
    change = None if usual_pain is None or step.pain is None else step.pain - usual_pain
    return {
        "pain_change_in_trial": change,
        "comfortable_in_trial": _number(step.comfortable),
        "calf_or_achilles_pain": step.calf_or_achilles_pain,
        "cadence_above_baseline_pct": step.above_pct,
    }


def too_much_pain() -> tuple[Criterion, ...]:
    """Return which pain while running stops every run, whatever it is compared with."""
    return tuple(each for each in knowledge().pain_rules["red"].criteria if each.metric == "pain_during")


def calf_says_stop(calf_or_achilles_pain: float | None) -> bool:
    """Whether calf or Achilles pain (0 to 10) stops the cue; not known does not."""
    return gait_rule("stop").criteria[1].holds({"calf_or_achilles_pain": calf_or_achilles_pain}) is True


def most_above_pct() -> float:
    """Return the most steps above the own baseline, in percent, whatever a trial or a schedule says."""
    return gait_rule("target").criteria[0].value


def target_spm(baseline_spm: float, low_pct: float, high_pct: float, *, most_pct: float | None = None) -> Interval:
    """Return the range of steps per minute to aim at: whole numbers, never above what was tolerated, never over +10 %.

    Parameters
    ----------
    baseline_spm : float
        Own baseline, steps per minute of both feet.
    low_pct, high_pct : float
        Share above it, in percent.
    most_pct : float or None
        Highest share that was tolerated in the trial.
    """
    most = min(most_above_pct(), math.inf if most_pct is None else most_pct)
    ceiling = _whole(baseline_spm, most)
    high = min(_whole(baseline_spm, high_pct), ceiling)
    low = min(_whole(baseline_spm, low_pct), high)
    return Interval(low, high)


def _whole(baseline_spm: float, above_pct: float) -> float:
    # A metronome beats whole numbers; the small share keeps 160 + 5 % at 168 where the product falls a hair short.
    return float(math.floor(baseline_spm * (1 + above_pct / 100) + 1e-9))


def gait_rule(name: str) -> ListRule:
    """Return one rule of gait retraining; an unknown name is a programming error."""
    return knowledge().gait_rules[name]


def _number(answer: float | bool | None) -> float | None:
    return None if answer is None else float(answer)
