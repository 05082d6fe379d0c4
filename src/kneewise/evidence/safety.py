"""What must be asked first, how urgent an answer is, and what the software refuses to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from kneewise.evidence.records import Figure, Plain, Record, Refers, Statement

ConditionId = Annotated[str, Refers("conditions")]
RedFlagId = Annotated[str, Refers("red_flags")]

TriageLevelId = Literal["emergency", "same_day", "urgent", "routine", "self_manage"]
#: From the most to the least urgent.
TRIAGE_ORDER: tuple[TriageLevelId, ...] = ("emergency", "same_day", "urgent", "routine", "self_manage")

#: What an open flag, a level or a life situation stops. ``everything`` leaves the message, the emergency number and the
#: export of the answers; ``plan`` is making or going on with a plan; ``impact`` is hopping and jumping.
Block = Literal[
    "everything",
    "plan",
    "progression",
    "running",
    "impact",
    "strength",
    "gait_retraining",
    "self_tests",
    "weight_bearing",
    "tendon_loading",
    "manual_care",
]

#: When a question is asked; ``always`` in every intake, the rest only when the situation is known or answered so.
AskWhen = Literal[
    "always",
    "after_injury",
    "under_18",
    "pregnant_or_after_birth",
    "on_blood_thinner",
    "weakened_immunity",
    "plan_running",
]

#: What makes a flag more urgent than its own level.
Aggravation = Literal["cannot_bear_weight", "under_25", "weakness_progressing", "self_harm", "trauma"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageLevel(Record):
    """One of the five levels.

    Attributes
    ----------
    label, action : str
        What the runner reads.
    within : Figure
        Time frame in hours.
    """

    label: Plain
    action: Plain
    within: Figure
    blocks: tuple[Block, ...]
    behaviour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """A circumstance that raises the level or shortens the time.

    Attributes
    ----------
    question : str or None
        What to ask once the flag is raised, where the intake does not know the circumstance already.
    threshold : Figure or None
        The number that makes the circumstance hold, such as the age below which somebody counts as young.
    within : Figure or None
        Time until seen, where it differs from that of the level.
    """

    when: Aggravation
    level: TriageLevelId
    action: Plain
    question: Plain | None = None
    threshold: Figure | None = None
    within: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlag(Record):
    """One red-flag question.

    Attributes
    ----------
    question : str
        Asked of the runner; yes raises the flag.
    clinical : str
        The clinician's term.
    why, action, unsure : str
        What the runner reads: why it matters, what to do on yes, what to do on "unsure".
    unsure_blocks : tuple of str
        What "unsure" stops beside what its level stops: whatever its own advice forbids.
    suspects : tuple of str
        Conditions that the flag points at, where they have a card.
    concern : str
        What must be ruled out, for the clinician.
    asked : tuple of str
        Situations in which it is asked; any of them is enough.
    """

    question: Plain
    clinical: str
    why: Plain
    concern: str
    level: TriageLevelId
    action: Plain
    unsure: Plain
    asked: tuple[AskWhen, ...]
    blocks: tuple[Block, ...]
    unsure_blocks: tuple[Block, ...] = ()
    suspects: tuple[ConditionId, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    figures: tuple[Figure, ...] = ()

    @property
    def unsure_level(self) -> TriageLevelId:
        """What "unsure" leads to: the next less urgent level, but never self-care while a flag may be there."""
        return TRIAGE_ORDER[min(TRIAGE_ORDER.index(self.level) + 1, TRIAGE_ORDER.index("routine"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class FractureItem:
    """One question of a fracture rule."""

    id: str
    question: Plain
    clinical: str
    threshold: Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FractureRule(Record):
    """A rule for an X-ray after an acute injury: all of ``needs`` and any one of ``items``.

    Attributes
    ----------
    not_valid : tuple of str
        Where the rule must not be used.
    valid_days, valid_age : Figure
        Longest time since the injury, and the ages of the studies.
    positive, negative : str
        What the runner reads.
    """

    name: str
    needs: tuple[FractureItem, ...]
    items: tuple[FractureItem, ...]
    not_valid: tuple[Plain, ...]
    valid_days: Figure
    valid_age: Figure
    level: TriageLevelId
    positive: Plain
    negative: Plain
    accuracy: tuple[Figure, ...]
    asked_of_runner: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialPopulation(Record):
    """One rule for adolescents, pregnancy or the time after birth."""

    group: Literal["adolescent", "pregnancy", "after_birth"]
    topic: str
    rule: str
    plain: Plain
    blocks: tuple[Block, ...] = ()
    age_from: Figure | None = None
    age_to: Figure | None = None
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine(Record):
    """What may be said about one class of medicine; never a dose.

    Attributes
    ----------
    ask : bool
        Whether the intake asks for it, because a rule needs it.
    question, plain : str
        What the runner reads.
    """

    name: str
    ask: bool
    plain: Plain
    facts: tuple[Statement, ...]
    question: Plain | None = None
    examples: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    red_flags: tuple[RedFlagId, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Record):
    """One thing the software does not do, and what it offers instead.

    Attributes
    ----------
    words : tuple of str
        Words of a runner's own question that bring it up.
    """

    refuses: str
    instead: Plain
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Imaging(Record):
    """When a scan helps, and when it does not."""

    situation: str
    advice: str
    plain: Plain
    conditions: tuple[ConditionId, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentControl(Record):
    """One control that keeps the content safe; ``words`` are those that no text may use."""

    control: str
    detail: str
    words: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclaimer(Record):
    """What is said in one situation; ``{...}`` is filled in."""

    situation: str
    text: Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Regulation(Record):
    """What is known of the law in one market, or how the project keeps its purpose; no legal advice."""

    market: str
    rule: str
    status: str
