"""What every number of a clip is called, what it means in a sentence, and what it may be used for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kneewise.gait.category import Beside
from kneewise.units import METRES_PER_KM, SECONDS_PER_HOUR
from kneewise.web.wording import message


@dataclass(frozen=True, slots=True)
class Word:
    """One metric in words.

    Attributes
    ----------
    meaning : str
        One sentence.
    unit : str
        As it is shown.
    decimals : int
    scale : float
        What the document's number is divided by to give ``unit``.
    """

    name: str
    meaning: str
    unit: str
    decimals: int = 0
    scale: float = 1.0


_LEG = message("%% of leg length")
_CM = message("cm")
_DEGREES = message("°")

#: Groups in the order of the page; where lengths in metres are known, shares of the leg are left out.
GROUPS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "rhythm": (
        message("Rhythm"),
        (
            "cadence_spm",
            "contact_time_s",
            "flight_time_s",
            "duty_factor",
            "speed_mps",
            "step_length_m",
            "vertical_oscillation_m",
            "vertical_oscillation_leg",
        ),
    ),
    "landing": (
        message("Where the foot lands"),
        (
            "foot_ahead_of_mass_m",
            "foot_ahead_of_mass_leg",
            "foot_ahead_of_hip_leg",
            "shank_inclination_ic_deg",
            "foot_inclination_ic_deg",
        ),
    ),
    "knee": (
        message("Knee and ankle"),
        ("knee_flexion_ic_deg", "knee_flexion_peak_deg", "ankle_dorsiflexion_ic_deg", "ankle_dorsiflexion_peak_deg"),
    ),
    "trunk": (message("Trunk"), ("trunk_lean_deg", "trunk_side_lean_deg")),
    "pelvis": (
        message("Pelvis and hips"),
        (
            "pelvic_drop_peak_deg",
            "hip_adduction_peak_deg",
            "step_width_m",
            "step_width_leg",
            "knee_alignment_deg",
        ),
    ),
}

WORDS: Final[Mapping[str, Word]] = {
    "cadence_spm": Word(message("Step rate"), message("Steps of both feet in a minute."), message("steps/min")),
    "contact_time_s": Word(
        message("Contact time"), message("How long a foot stays on the ground."), message("ms"), 0, 1e-3
    ),
    "flight_time_s": Word(
        message("Flight time"), message("How long both feet are in the air between two steps."), message("ms"), 0, 1e-3
    ),
    "duty_factor": Word(
        message("Share on the ground"), message("How much of a stride one foot is on the ground."), "%%", 0, 1e-2
    ),
    "speed_mps": Word(
        message("Speed"),
        message("From your height and the way of the feet."),
        message("km/h"),
        1,
        METRES_PER_KM / SECONDS_PER_HOUR,
    ),
    "step_length_m": Word(
        message("Step length"), message("The way from one foot's contact to the other's."), _CM, 0, 1e-2
    ),
    "vertical_oscillation_m": Word(
        message("Up and down"), message("How far your middle rises and falls in a step."), _CM, 1, 1e-2
    ),
    "vertical_oscillation_leg": Word(
        message("Up and down"), message("How far your middle rises and falls in a step."), _LEG, 1, 1e-2
    ),
    "foot_ahead_of_mass_m": Word(
        message("Foot ahead of the body"),
        message("How far in front of your centre of mass the foot lands. More loads and brakes more."),
        _CM,
        0,
        1e-2,
    ),
    "foot_ahead_of_mass_leg": Word(
        message("Foot ahead of the body"),
        message("How far in front of your centre of mass the foot lands. More loads and brakes more."),
        _LEG,
        0,
        1e-2,
    ),
    "foot_ahead_of_hip_leg": Word(
        message("Foot ahead of the hip"), message("The same, counted from the hips."), _LEG, 0, 1e-2
    ),
    "shank_inclination_ic_deg": Word(
        message("Shin at contact"),
        message("Lean of the shin when the foot lands; more means the foot is further ahead."),
        _DEGREES,
    ),
    "foot_inclination_ic_deg": Word(
        message("Foot at contact"), message("How far the toes point up when the foot lands."), _DEGREES
    ),
    "knee_flexion_ic_deg": Word(
        message("Knee bend at contact"), message("How far the knee is bent when the foot lands."), _DEGREES
    ),
    "knee_flexion_peak_deg": Word(
        message("Deepest knee bend"), message("How far the knee bends while the foot is on the ground."), _DEGREES
    ),
    "ankle_dorsiflexion_ic_deg": Word(
        message("Ankle at contact"), message("Toes towards the shin when the foot lands."), _DEGREES
    ),
    "ankle_dorsiflexion_peak_deg": Word(
        message("Deepest ankle bend"), message("The furthest that the shin leans over the foot."), _DEGREES
    ),
    "trunk_lean_deg": Word(message("Forward lean"), message("How far the trunk leans forward."), _DEGREES),
    "trunk_side_lean_deg": Word(
        message("Side lean"), message("How far the trunk leans over the standing leg."), _DEGREES
    ),
    "pelvic_drop_peak_deg": Word(
        message("Pelvic drop"),
        message("How far the free side of the pelvis sinks while you stand on one leg."),
        _DEGREES,
    ),
    "hip_adduction_peak_deg": Word(
        message("Thigh towards the middle"), message("How far the standing thigh leans inwards."), _DEGREES
    ),
    "step_width_m": Word(
        message("Step width"),
        message("How far apart the feet land sideways; below zero they cross over."),
        _CM,
        0,
        1e-2,
    ),
    "step_width_leg": Word(
        message("Step width"),
        message("How far apart the feet land sideways; below zero they cross over."),
        _LEG,
        0,
        1e-2,
    ),
    "knee_alignment_deg": Word(
        message("Knee inside the line"), message("How far the knee lies inside the line from hip to ankle."), _DEGREES
    ),
}


@dataclass(frozen=True, slots=True)
class ClaimWord:
    """What a number may be used for: the badge's code and words, and a sentence."""

    code: str
    words: str
    text: str


CLAIMS: Final[Mapping[str, ClaimWord]] = {
    "firm": ClaimWord("H", message("firm"), message("You may take this number as it stands.")),
    "value with band": ClaimWord(
        "Mo", message("within a band"), message("The true angle or length lies somewhere in the band.")
    ),
    "category": ClaimWord(
        "L", message("rough"), message("It says less than most, as most, or more than most; not an exact number.")
    ),
    "trend only": ClaimWord(
        "VL", message("trend only"), message("It only compares you with yourself, from clip to clip.")
    ),
}

BESIDES: Final[Mapping[Beside, str]] = {
    "less": message("less than most"),
    "less or as": message("less than most, or as most"),
    "as": message("as most"),
    "as or more": message("as most, or more"),
    "more": message("more than most"),
    "open": message("less or more than most: the clip cannot tell"),
}
STRIKES: Final[Mapping[str, str]] = {
    "rearfoot": message("heel first"),
    "midfoot": message("whole foot"),
    "forefoot": message("front of the foot first"),
}
VIEWS: Final[Mapping[str, str]] = {"side": message("From the side"), "rear": message("From behind")}
VERDICTS: Final[Mapping[str, str]] = {
    "more": message("more than before"),
    "less": message("less than before"),
    "not told apart": message("not told apart"),
}
CURVES: Final[Mapping[str, str]] = {
    "knee_flexion_deg": message("Knee bend"),
    "ankle_dorsiflexion_deg": message("Ankle, toes towards the shin"),
    "shank_inclination_deg": message("Shin, foot ahead of the knee"),
}
MOMENTS: Final[Mapping[str, str]] = {
    "contact": message("Contact"),
    "middle": message("Middle of stance"),
    "toe-off": message("Toe-off"),
}
SIDES: Final[Mapping[str, str]] = {"left": message("Left"), "right": message("Right")}
