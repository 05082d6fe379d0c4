"""Which exercises: what must not be given goes first, then what suits, then what is preferred in the phase."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kneewise.evidence.exercises import Exercise, ExerciseGroup
from kneewise.evidence.knowledge import knowledge
from kneewise.evidence.rules import all_hold
from kneewise.plan.strength_amount import Easier
from kneewise.plan.strength_need import KNEECAP_CONDITIONS, StrengthNeed

#: Everybody has a floor with a rug, a wall, a chair, a towel and somewhere a slope or stairs.
AT_HAND = frozenset({"none", "mat", "wall", "chair", "towel", "slope_or_stairs"})
_RESISTANCE = frozenset({"band", "mini_band", "weight", "dumbbell", "machine", "cable"})
#: One piece that does the work of another: a long band tied into a loop, any weight that can be held.
_SERVES_AS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"mini_band": frozenset({"band"}), "weight": frozenset({"dumbbell"}), "dumbbell": frozenset({"weight"})}
)

#: Groups of one session in the order of importance; the first ones stay when time is short.
_SLOTS: Mapping[str, tuple[ExerciseGroup, ...]] = MappingProxyType(
    {
        "calm": ("hip", "knee", "hip", "calf_foot", "trunk"),
        "build": ("hip", "knee", "hip", "knee", "calf_foot"),
        "load": ("knee", "hip", "knee", "calf_foot", "hip"),
        "impact": ("knee", "impact", "hip", "calf_foot", "knee"),
        "maintain": ("knee", "hip", "calf_foot", "impact", "trunk"),
        "gentle": ("hip", "knee", "hip", "calf_foot", "hip"),
        "tendon": ("hip", "calf_foot", "hip", "impact"),
    }
)

#: Order of preference within a group and phase; a choice of ours, as no exercise is proven better than another.
_PREFERRED: Mapping[str, Mapping[ExerciseGroup, str]] = MappingProxyType(
    {
        "calm": {
            "hip": "h02 h04 h01 h12 h06 h13 h09 h03",
            "knee": "k04 k03 k05 k02 k10 k01",
            "calf_foot": "c01 c03 c04",
            "trunk": "t02 t03 t04 t01",
        },
        "build": {
            "hip": "h09 h05 h08 h03 h11 h12 h10 h14 h02 h04 h01 h13 h06 h07",
            "knee": "k04 k13 k05 k07 k14 k09 k06 k15 k19 k02 k03 k08 k10 k11",
            "calf_foot": "c02 c03 c01 c04",
            "trunk": "t02 t04 t03 t01",
        },
        "load": {
            "hip": "h07 h08 h11 h15 h14 h12 h05 h10 h09 h03 h13",
            "knee": "k13 k06 k15 k17 k08 k14 k07 k09 k16 k18 k19",
            "calf_foot": "c02 c03 c04",
            "trunk": "t04 t01 t02 t03",
            "impact": "p06 p07",
        },
        "impact": {
            "hip": "h15 h07 h14 h12",
            "knee": "k17 k15 k06 k13 k08 k07 k16 k18 k19",
            "calf_foot": "c02 c03",
            "trunk": "t04 t01",
            "impact": "p01 p03 p02 p06 p08 p07 p04 p05",
        },
    }
)
#: Knee work while it is easily upset: holds, then small bends.
_HOLDS_FIRST = "k03 k10 k02"
#: Standing on one leg without support, which pregnancy makes a risk (`special_populations.pregnancy_exercises`).
_BALANCE = frozenset({"h15", "k12", "k16", "k17"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """One exercise, the group it stands for, and why in words.

    Attributes
    ----------
    instead_of : str or None
        Exercise that it stands in for.
    """

    exercise: Exercise
    why: str
    instead_of: str | None = None


def allowed(exercise: Exercise, need: StrengthNeed) -> bool:
    """Whether the exercise may be given at all: contraindications, phase, age, pregnancy; not equipment."""
    return not need.stopped and all(check(exercise, need) for check in _CHECKS)


def usable(exercise: Exercise, equipment: Collection[str]) -> bool:
    """Whether the runner has what the exercise needs: every place and aid, and one kind of resistance."""
    have = {*equipment, *AT_HAND}
    needs = set(exercise.equipment)
    if "none" in needs:
        return True
    resistance = needs & _RESISTANCE
    places = needs - _RESISTANCE
    if exercise.group == "calf_foot":
        places -= {"step"}  # the flat floor does as well
    if exercise.group == "mobility":
        places -= {"strap"}  # a towel does as well
    loaded = exercise.load != "body" and bool(resistance)
    return places <= have and (not loaded or any(_has(piece, have) for piece in resistance))


def _has(piece: str, have: Collection[str]) -> bool:
    return piece in have or bool(_SERVES_AS.get(piece, frozenset()) & set(have))


def choose(need: StrengthNeed) -> tuple[Chosen, ...]:
    """Return the exercises of a session in the order of importance, without a look at time and days."""
    taken: dict[str, Chosen] = {}
    for group, wanted in _wanted(need):
        found = _first_fitting(wanted, need, taken, anew=group != "knee")
        if found is not None:
            taken[found.exercise.id] = found
        if len(taken) == need.most_exercises:
            break
    return tuple(taken.values())


def daily_holds(need: StrengthNeed) -> tuple[Chosen, ...]:
    """Return the hold of the days between: tendon stages 1 and 2 and an easily upset knee."""
    early_tendon = need.on_tendon_stages and need.tendon_stage in (1, 2)
    if not (early_tendon or need.gentle):
        return ()
    order = ("k10", "k11", "k03") if early_tendon else ("k01", "k03", "k10")
    for name in order:
        exercise = knowledge().exercises[name]
        if _fits(exercise, need, {}):
            return (Chosen(exercise, "A hold each day. Many find that it eases the knee."),)
    return ()


# -------------------------------------------------------------------------------------------------- what must not be


def _not_against_condition(exercise: Exercise, need: StrengthNeed) -> bool:
    return not set(exercise.not_for) & set(need.conditions)


def _suits_condition(exercise: Exercise, need: StrengthNeed) -> bool:
    return exercise.everyone or bool(set(exercise.conditions) & set(need.conditions))


def _in_phase(exercise: Exercise, need: StrengthNeed) -> bool:
    if need.on_tendon_stages:
        stage = need.tendon_stage or 1
        if exercise.group == "impact":
            return stage >= _plyometric_stage()
        return exercise.tendon_stage is None or exercise.tendon_stage <= stage
    return need.level in exercise.phases and (exercise.tendon_stage is None or exercise.group != "impact")


def _plyometric_stage() -> int:
    stages = knowledge().tendon_stages.values()
    return min(stage.order for stage in stages if "p04" in stage.exercises)


def _impact_is_safe(exercise: Exercise, need: StrengthNeed) -> bool:
    if exercise.group != "impact":
        return True
    kept_off = need.no_impact or need.pregnant or need.gentle or "weak_single_leg" in need.modules
    return not kept_off and need.factor >= 1


def _tendon_is_safe(exercise: Exercise, need: StrengthNeed) -> bool:
    return exercise.tendon_stage is None or not need.no_tendon_loading


def _pregnancy(exercise: Exercise, need: StrengthNeed) -> bool:
    return not need.pregnant or (exercise.pregnancy in (None, "suits") and exercise.id not in _BALANCE)


def _circumstances(exercise: Exercise, need: StrengthNeed) -> bool:
    now = {*need.circumstances, "runner", *(("irritable",) if need.gentle else ())}
    if now & set(exercise.not_when):
        return False
    needed = set(exercise.when) - {"late"}
    return exercise.everyone or not needed or bool(needed & now)


def _entry(exercise: Exercise, need: StrengthNeed) -> bool:
    return all_hold(exercise.entry, need.measured) is True


def _arc(exercise: Exercise, need: StrengthNeed) -> bool:
    """Small bends under load while the kneecap is easily sore; a machine that keeps the knee bent is another matter."""
    if not need.gentle or not KNEECAP_CONDITIONS & set(need.conditions) or exercise.group != "knee":
        return True
    first = knowledge().exercise_rules["patellofemoral_arc"].values["squat_first"].high
    open_chain = "machine" in exercise.equipment and "band" in exercise.equipment
    return open_chain or not exercise.knee_angle_deg or first is None or max(exercise.knee_angle_deg) <= first


_CHECKS: tuple[Callable[[Exercise, StrengthNeed], bool], ...] = (
    _not_against_condition,
    _suits_condition,
    _in_phase,
    _impact_is_safe,
    _tendon_is_safe,
    _pregnancy,
    _circumstances,
    _entry,
    _arc,
)


# ---------------------------------------------------------------------------------------------------- what is chosen


def _wanted(need: StrengthNeed) -> Iterator[tuple[ExerciseGroup, Sequence[str]]]:
    """Yield the places of a session with their candidates, the most important first."""
    library = knowledge().exercises
    if need.on_tendon_stages:
        stage = next(stage for stage in knowledge().tendon_stages.values() if stage.order == need.tendon_stage)
        lifts = [name for name in stage.exercises if not library[name].dose.isometric or stage.dose.isometric]
        yield "knee", [name for name in (*lifts, "k15", "k06", "k04") if library[name].group == "knee"]
        if any(library[name].group == "impact" for name in stage.exercises):
            yield "impact", [name for name in stage.exercises if library[name].group == "impact"]
        alongside = knowledge().tendon_stages["alongside"].exercises
        for group in _SLOTS["tendon"]:
            yield group, [*(name for name in alongside if library[name].group == group), *_order(need, group)]
        return
    for group in _slots(need):
        yield group, _order(need, group)


def _slots(need: StrengthNeed) -> tuple[ExerciseGroup, ...]:
    slots = _SLOTS["gentle" if need.gentle else need.level]
    if need.conditions[:1] == ("itbs",) and need.level in ("calm", "build"):
        slots = ("hip", "hip", "knee", "calf_foot", "hip")
    if "weak_single_leg" in need.modules and not need.gentle:
        slots = ("knee", *(slot for slot in slots if slot != "impact"))
    if "gait_retraining" in need.circumstances:
        # Quicker steps move load to calf and Achilles: the calf is trained whatever else has no room.
        slots = ("calf_foot", *(slot for slot in slots if slot != "calf_foot"))
    return slots


def _order(need: StrengthNeed, group: ExerciseGroup) -> list[str]:
    named = [
        name
        for rule in knowledge().module_rules.values()
        if rule.id in need.modules
        for name in rule.exercises
        if knowledge().exercises[name].group == group
    ]
    if need.gentle and group == "knee" and not named:
        named = _HOLDS_FIRST.split()
    phase = need.level if need.level in _PREFERRED else "impact"
    if need.on_tendon_stages and not need.gentle:
        phase = "build"
    own = _PREFERRED[phase].get(group, "").split()
    if "foot_pronation" in need.circumstances and group == "calf_foot":
        own = ["c04", *own]
    if need.young:
        own.sort(key=lambda name: not knowledge().exercises[name].adolescent)
    return list(dict.fromkeys([*named, *own]))


def _first_fitting(
    wanted: Sequence[str], need: StrengthNeed, taken: Mapping[str, Chosen], *, anew: bool
) -> Chosen | None:
    """Return the first candidate that fits; ``anew`` looks for another muscle than those already trained."""
    trained = {chosen.exercise.target[0] for chosen in taken.values()}
    fitting = [found for name in wanted if (found := _resolve(name, need, taken)) is not None]
    fresh = [found for found in fitting if anew and found.exercise.target[0] not in trained]
    return next(iter(fresh or fitting), None)


def _resolve(name: str, need: StrengthNeed, taken: Mapping[str, Chosen]) -> Chosen | None:
    """Return the exercise, the one that its progress leads to, or one in its place where the equipment is missing."""
    exercise = knowledge().exercises[name]
    if not allowed(exercise, need):
        return None
    if not usable(exercise, need.equipment):
        return _substitute(exercise, need, taken)
    grown = _by_progress(exercise, need, taken)
    if grown is None or grown.id in taken:
        return None
    return Chosen(grown, _reason(grown, need), None if grown is exercise else exercise.id)


def _by_progress(exercise: Exercise, need: StrengthNeed, taken: Mapping[str, Chosen]) -> Exercise | None:
    """Follow what the log says: on to the next exercise when mastered, back to an easier one when it was too much."""
    library = knowledge().exercises
    seen: set[str] = set()
    while exercise.id not in seen:
        seen.add(exercise.id)
        state = need.progress.get(exercise.id)
        if state is None or (not state.mastered and state.easier < Easier.EXERCISE):
            return exercise
        further = exercise.progressions if state.mastered else exercise.regressions
        if not state.mastered and not any(_fits(library[other], need, taken) for other in further):
            return None
        following = (library[other] for other in further if other not in seen and _fits(library[other], need, taken))
        exercise = next((other for other in following if not _too_hard(other, need)), exercise)
    return exercise


def _too_hard(exercise: Exercise, need: StrengthNeed) -> bool:
    state = need.progress.get(exercise.id)
    return state is not None and state.easier >= Easier.EXERCISE


def _fits(exercise: Exercise, need: StrengthNeed, taken: Collection[str]) -> bool:
    return exercise.id not in taken and allowed(exercise, need) and usable(exercise, need.equipment)


def _substitute(exercise: Exercise, need: StrengthNeed, taken: Mapping[str, Chosen]) -> Chosen | None:
    """Walk along the easier exercises, then the harder ones, to the nearest that the runner has the equipment for."""
    library = knowledge().exercises
    for direction in ("regressions", "progressions"):
        queue, seen = [exercise.id], {exercise.id}
        while queue:
            for name in getattr(library[queue.pop(0)], direction):
                if name in seen:
                    continue
                seen.add(name)
                queue.append(name)
                if _fits(library[name], need, taken) and not _too_hard(library[name], need):
                    why = f"{_reason(library[name], need)} It stands in for what needs other equipment."
                    return Chosen(library[name], why, exercise.id)
    return None


# --------------------------------------------------------------------------------------------------------- the words

_CONDITION_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "pfp": "Hip and knee strength helped people with pain at the kneecap.",
        "knee_oa": "Leg strength helps worn knees to do more.",
        "itbs": "Strong hips are the first thing to try with outer knee pain.",
        "patellar_tendinopathy": "A sore tendon needs load in small steps.",
        "quadriceps_tendinopathy": "A sore tendon needs load in small steps.",
    }
)
_GROUP_WORDS: Mapping[ExerciseGroup, str] = MappingProxyType(
    {
        "calf_foot": "Strong calves carry you as you run more.",
        "trunk": "A steady trunk helps you run tall.",
        "impact": "Hops and drills get the knee ready to run fast.",
        "mobility": "For comfort.",
    }
)


def _reason(exercise: Exercise, need: StrengthNeed) -> str:
    """Return what it is for, and what that rests on, in words."""
    target = f"For {exercise.target_plain}."
    if exercise.group == "calf_foot" and "gait_retraining" in need.circumstances:
        return f"{target} Quicker steps ask more of the calf."
    for rule in knowledge().module_rules.values():
        if rule.id in need.modules and exercise.id in rule.exercises:
            return f"{target} {rule.text}"
    if exercise.group in _GROUP_WORDS:
        return f"{target} {_GROUP_WORDS[exercise.group]}"
    known = next((_CONDITION_WORDS[name] for name in need.conditions if name in _CONDITION_WORDS), "")
    return f"{target} {known or 'Strong hips and thighs take load off the knee.'}"
