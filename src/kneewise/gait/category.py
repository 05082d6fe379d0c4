"""What a rough number says: less than most lab runners, as most of them, or more."""

from __future__ import annotations

from typing import Final, Literal

from kneewise.evidence.parameters import Parameter, parameter

#: ``"open"``: the doubt reaches from less to more.
Beside = Literal["less", "less or as", "as", "as or more", "more", "open"]

#: Metrics of which it is known how most lab runners run.
USUAL: Final = (
    "vertical_oscillation_leg",
    "vertical_oscillation_m",
    "foot_ahead_of_hip_leg",
    "shank_inclination_ic_deg",
    "knee_flexion_ic_deg",
    "knee_flexion_peak_deg",
    "ankle_dorsiflexion_ic_deg",
    "ankle_dorsiflexion_peak_deg",
    "pelvic_drop_peak_deg",
    "hip_adduction_peak_deg",
    "step_width_leg",
    "step_width_m",
)


def usual(name: str) -> Parameter | None:
    """Return how most lab runners run, mean and one standard deviation to both sides; ``None`` where nobody measured.

    Source: the lab tier on the runners of Fukuchi 2017, see ``benchmarks/usual_gait.py``.
    """
    return parameter(f"gait.usual.{name}") if name in USUAL else None


def beside_most(name: str, low: float | None, high: float | None) -> Beside | None:
    """Return where a number stands beside most lab runners.

    Parameters
    ----------
    low, high : float or None
        Bounds of the number against a laboratory; both words are told where they lie on two sides of a border.

    Returns
    -------
    Beside or None
        ``None`` where bounds or the usual range are not known.
    """
    known = usual(name)
    if known is None or low is None or high is None:
        return None
    under, over = low < known.low, high > known.high
    if high < known.low:
        return "less"
    if low > known.high:
        return "more"
    if under and over:
        return "open"
    return "less or as" if under else "as or more" if over else "as"
