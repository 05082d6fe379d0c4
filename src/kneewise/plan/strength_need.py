"""What decides on strength work, as one frozen record, so that every choice can be tested without a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.parameters import value
from kneewise.monitoring.irritability import Level
from kneewise.plan.strength_progress import Progress

#: The main row of phases, from calming down to keeping what was built.
PHASES = ("calm", "build", "load", "impact", "maintain")
#: Conditions under which no exercise of the library is given: a bone that may be broken comes before everything.
BONE_CONDITIONS = frozenset({"bone_stress_injury", "fracture"})
KNEECAP_CONDITIONS = frozenset({"pfp", "knee_oa"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthNeed:
    """Everything that strength sessions are made from.

    Attributes
    ----------
    phase : str
        Id of the phase; of the main row also for the young, whose own phase replaces it.
    conditions : tuple of str
        Ids of the patterns that fit, the best first.
    irritability : str or None
        How easily the knee is upset; ``None``, not known, counts as moderate.
    pain_cap : float
        Highest pain during, 0 to 10, by the runner's pain rule.
    factor : float
        Highest factor on load that the pain state allows; below 1 there is less of everything and no jumping.
    flare, rest_until : bool, date or None
        A flare is on; until the end of its days of rest the knee only holds, and the hip goes on.
    blocked : bool
        A red flag, unexplained swelling or a bone problem stands open: nothing is given.
    no_impact, no_tendon_loading : bool
        Blocked by triage or not yet safe.
    equipment : frozenset of str
        What the runner has; a mat, a wall, a chair and a towel are taken for granted.
    minutes : float or None
        Time for a session; ``None`` for the usual size.
    modules : tuple of str
        Ids of the module rules and findings that are open.
    circumstances : frozenset of str
        ``gait_retraining``, ``foot_pronation`` where they hold.
    tight : bool
        Tight muscles or a stiff ankle were found or told: then a stretch has a place of its own.
    week : int
        Week since the plan began, from 1.
    progress : mapping of str to Progress
        Of each logged exercise; see `kneewise.plan.strength_progress.progress_of`.
    done : tuple of date
        Days on which strength work took place.
    adherence : float or None
        Share of planned sessions done in the last 14 days.
    measured : mapping of metric to float
        Tests and answers; an exercise whose entry rests on one that is not known is left out.
    """

    phase: str
    conditions: tuple[str, ...] = ()
    tendon_stage: int | None = None
    irritability: Level | None = None
    pain_cap: float = 0.0
    factor: float = 1.0
    flare: bool = False
    rest_until: date | None = None
    age_years: float | None = None
    pregnant: bool = False
    blocked: bool = False
    no_impact: bool = False
    no_tendon_loading: bool = False
    equipment: frozenset[str] = frozenset({"none"})
    minutes: float | None = None
    modules: tuple[str, ...] = ()
    circumstances: frozenset[str] = frozenset()
    tight: bool = False
    week: int = 1
    progress: Mapping[str, Progress] = field(default_factory=lambda: MappingProxyType({}))
    done: tuple[date, ...] = ()
    adherence: float | None = None
    measured: Mapping[str, float | None] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def stopped(self) -> bool:
        """Whether nothing may be given."""
        return self.blocked or self.phase not in PHASES or bool(BONE_CONDITIONS & set(self.conditions))

    @property
    def young(self) -> bool:
        """Whether the runner is under age."""
        limit = knowledge().module_rules["under_18"].criteria[0]
        return bool(limit.holds({"age_years": self.age_years}))

    @property
    def gentle(self) -> bool:
        """Whether the hip comes first and the knee bends little."""
        return self.irritability == "high" or self.flare or "stairs_or_squat_sore" in self.modules

    @property
    def level(self) -> str:
        """The phase whose exercises are given: that of calming down while the knee is easily upset."""
        return PHASES[0] if self.gentle else self.phase

    @property
    def on_tendon_stages(self) -> bool:
        """Whether tendon stages take the place of the middle phases."""
        tendon = set(knowledge().phases["tendinopathy"].conditions)
        return self.tendon_stage is not None and bool(tendon & set(self.conditions))

    @property
    def shrunk(self) -> bool:
        """Whether the plan is made smaller because less than half of it was done."""
        criterion = knowledge().adherence["shrink_plan"].criteria[0]
        return bool(criterion.holds({criterion.metric: self.adherence}))

    @property
    def most_exercises(self) -> int:
        """Most exercises of one session."""
        usual = plan_size("exercises_per_session")
        return int(min(usual, value("strength.shrunk_exercises")) if self.shrunk else usual)

    @property
    def most_seconds(self) -> float:
        """Longest session in seconds: what the runner has time for, never over the usual size."""
        usual = plan_size("minutes_per_session")
        return 60.0 * (usual if self.minutes is None else max(min(usual, self.minutes), 0.0))

    @property
    def most_per_week(self) -> int:
        """Most strength days in seven days."""
        usual = plan_size("sessions_per_week")
        if self.phase == "maintain":
            usual = min(usual, knowledge().phases["maintain"].values["strength_per_week"].high or usual)
        return int(min(usual, value("strength.shrunk_per_week")) if self.shrunk else usual)


def plan_size(metric: str) -> float:
    """Return one limit of the usual size of a session; an unknown metric is a programming error."""
    return next(item.value for item in knowledge().adherence["plan_size"].criteria if item.metric == metric)


def usual_gap_h() -> float:
    """Return the hours between two strength days."""
    return knowledge().exercise_rules["frequency"].number("strength_gap_h")
