"""Draws the figures of the documentation as SVG, from the model itself where they show numbers.

Run ``python docs/figures.py`` (part of ``make docs``); ``tests/docs`` fails when a committed figure is stale.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

FIGURES = Path(__file__).parent / "figures"

INK = "#1d2b3a"
QUIET = "#5c6b7a"
LINE = "#d5dce3"
ACCENT = "#b4512d"
ACCENT_SOFT = "#e9b9a5"
BLUE = "#2c6e9b"
FONT = "font-family='system-ui, -apple-system, Segoe UI, Roboto, sans-serif'"

Point = tuple[float, float]


@dataclass
class Drawing:
    """SVG in the making; y points down, units are pixels."""

    width: float
    height: float
    title: str
    parts: list[str] = field(default_factory=list)

    def line(
        self, a: Point, b: Point, *, colour: str = INK, width: float = 2.0, arrow: bool = False, dash: str = ""
    ) -> None:
        """Draw a straight line, with an arrow head at ``b`` when asked."""
        end = f" marker-end='url(#head-{colour.strip('#')})'" if arrow else ""
        dashes = f" stroke-dasharray='{dash}'" if dash else ""
        self.parts.append(
            f"<line x1='{a[0]:.1f}' y1='{a[1]:.1f}' x2='{b[0]:.1f}' y2='{b[1]:.1f}' stroke='{colour}' "
            f"stroke-width='{width}' stroke-linecap='round'{dashes}{end}/>"
        )

    def arc(self, centre: Point, radius: float, start_deg: float, end_deg: float, *, colour: str = ACCENT) -> None:
        """Draw an arc; angles are measured from the x axis towards y (clockwise on the page)."""
        first, last = (_polar(centre, radius, angle) for angle in (start_deg, end_deg))
        sweep = 1 if end_deg > start_deg else 0
        self.parts.append(
            f"<path d='M {first[0]:.1f} {first[1]:.1f} A {radius} {radius} 0 0 {sweep} {last[0]:.1f} {last[1]:.1f}' "
            f"fill='none' stroke='{colour}' stroke-width='2'/>"
        )

    def dot(self, centre: Point, radius: float, colour: str = INK) -> None:
        """Draw a filled circle."""
        self.parts.append(f"<circle cx='{centre[0]:.1f}' cy='{centre[1]:.1f}' r='{radius}' fill='{colour}'/>")

    def bar(self, corner: Point, width: float, height: float, colour: str) -> None:
        """Draw a filled rectangle with softly rounded corners."""
        self.parts.append(
            f"<rect x='{corner[0]:.1f}' y='{corner[1]:.1f}' width='{width:.1f}' height='{height:.1f}' rx='3' "
            f"fill='{colour}'/>"
        )

    def text(
        self, at: Point, words: str, *, size: float = 15, colour: str = INK, anchor: str = "start", bold: bool = False
    ) -> None:
        """Write one line of text."""
        weight = " font-weight='600'" if bold else ""
        self.parts.append(
            f"<text x='{at[0]:.1f}' y='{at[1]:.1f}' font-size='{size}' fill='{colour}' text-anchor='{anchor}'{weight}>"
            f"{words.replace('&', '&amp;').replace('<', '&lt;')}</text>"
        )

    def svg(self) -> str:
        """Return the finished file."""
        heads = "".join(
            f"<marker id='head-{colour.strip('#')}' viewBox='0 0 10 10' refX='8' refY='5' markerWidth='7' "
            f"markerHeight='7' orient='auto-start-reverse'><path d='M0 0L10 5L0 10z' fill='{colour}'/></marker>"
            for colour in (INK, QUIET, ACCENT, BLUE)
        )
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {self.width:g} {self.height:g}' role='img' "
            f"aria-label='{self.title}' {FONT}>\n<title>{self.title}</title>\n<defs>{heads}</defs>\n"
            f"<rect width='100%' height='100%' fill='#ffffff'/>\n" + "\n".join(self.parts) + "\n</svg>\n"
        )


def _ground(x: float, foot: Point, slope: float) -> float:
    return foot[1] + 6 - (x - foot[0]) * slope


def _polar(centre: Point, radius: float, angle_deg: float) -> Point:
    angle = math.radians(angle_deg)
    return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)


def conventions() -> Drawing:
    """Return the runner seen from the side, with directions, angles and signs."""
    page = Drawing(840, 490, "The runner seen from the side, with the directions, angles and signs that Kneewise uses")
    grade_deg = 5.0
    foot = (350.0, 424.0)
    knee = _polar(foot, 118, -90 + 24)
    hip = _polar(knee, 122, -90 - 20)
    shoulder = _polar(hip, 130, -90 + 9)

    slope = math.tan(math.radians(grade_deg))
    page.line((80, _ground(80, foot, slope)), (700, _ground(700, foot, slope)), colour=QUIET, width=2)
    page.line((520, _ground(520, foot, slope)), (700, _ground(520, foot, slope)), colour=QUIET, width=1.5, dash="4 4")
    page.text((712, _ground(660, foot, slope)), "grade +", colour=ACCENT, bold=True)
    page.text((712, _ground(660, foot, slope) + 18), "uphill", size=13, colour=QUIET)

    page.line(foot, knee, width=7)
    page.line(knee, hip, width=7)
    page.line(hip, shoulder, width=7)
    page.dot(_polar(shoulder, 30, -80), 19)
    page.line(foot, (foot[0] + 48, _ground(foot[0] + 48, foot, slope) - 6), width=7)
    for joint in (knee, hip):
        page.dot(joint, 8, ACCENT)

    page.line(knee, _polar(knee, 80, -90 + 24), colour=QUIET, width=1.5, dash="4 4")
    page.arc(knee, 62, -90 - 20, -90 + 24)
    page.text((knee[0] + 34, knee[1] - 44), "knee flexion +", colour=ACCENT, bold=True)
    page.text((knee[0] + 34, knee[1] - 26), "0 = leg straight", size=13, colour=QUIET)

    page.line(hip, (hip[0], hip[1] - 120), colour=QUIET, width=1.5, dash="4 4")
    page.arc(hip, 100, -90, -81)
    page.text((hip[0] - 12, hip[1] - 104), "trunk lean +", colour=ACCENT, anchor="end", bold=True)
    page.text((hip[0] - 12, hip[1] - 86), "forwards", size=13, colour=QUIET, anchor="end")

    page.line((foot[0] + 12, foot[1]), (foot[0] + 12 - 22, foot[1] - 170), colour=BLUE, width=3, arrow=True)
    page.text((foot[0] - 22, foot[1] - 150), "ground reaction", colour=BLUE, anchor="end", bold=True)
    page.text((foot[0] - 22, foot[1] - 132), "up on the runner, in body weights", size=13, colour=QUIET, anchor="end")

    page.line((50, 120), (150, 120), colour=INK, arrow=True)
    page.text((50, 144), "forward")
    page.text((50, 162), "the direction of running", size=13, colour=QUIET)
    page.line((50, 120), (50, 40), colour=INK, arrow=True)
    page.text((64, 50), "up")
    page.text((64, 68), "against gravity", size=13, colour=QUIET)

    page.line((540, 150), (540, 205), colour=INK, width=2, arrow=True)
    page.line((540, 205), (540, 150), colour=INK, width=2, arrow=True)
    page.text((556, 174), "vertical oscillation", bold=True)
    page.text((556, 192), "lowest to highest, within a step", size=13, colour=QUIET)
    page.text((540, 340), "internal extension moment +", colour=INK, bold=True)
    page.text((540, 358), "what the quadriceps must produce", size=13, colour=QUIET)
    return page


def coordinates() -> Drawing:
    """Return the segments' frames from the side and from behind, with the angles that the lab and video tiers give."""
    page = Drawing(980, 560, "Frames and angles: the runner from the right side, and the pelvis from behind")
    page.text((30, 36), "From the right side", size=17, bold=True)
    hip, foot_length = (250.0, 170.0), 92.0
    knee = _polar(hip, 150, 90 - 28)
    ankle = _polar(knee, 145, 90 + 12)
    shoulder = _polar(hip, 118, -90 + 10)
    toe = _polar(ankle, foot_length, 2)
    page.line((60, ankle[1] + 18), (520, ankle[1] + 18), colour=QUIET, width=2)
    for a, b in ((shoulder, hip), (hip, knee), (knee, ankle), (ankle, toe)):
        page.line(a, b, width=7)
    for joint, name in ((hip, "hip centre"), (knee, "knee centre"), (ankle, "ankle centre")):
        page.dot(joint, 8, ACCENT)
        page.text((joint[0] - 16, joint[1] + 5), name, size=13, colour=QUIET, anchor="end")
    page.line(knee, _polar(knee, 92, 90 - 28), colour=QUIET, width=1.5, dash="4 4")
    page.arc(knee, 74, 90 - 28, 90 + 12)
    page.text((knee[0] + 18, knee[1] + 92), "knee flexion +", colour=ACCENT, bold=True)
    page.line(hip, (hip[0], hip[1] + 110), colour=QUIET, width=1.5, dash="4 4")
    page.arc(hip, 84, 90, 90 - 28)
    page.text((hip[0] + 66, hip[1] + 52), "hip flexion +", colour=ACCENT, bold=True)
    page.text((hip[0] + 66, hip[1] + 69), "from the pelvis' upright axis", size=12, colour=QUIET)
    page.line(hip, (hip[0], hip[1] - 116), colour=QUIET, width=1.5, dash="4 4")
    page.arc(hip, 100, -90, -80)
    page.text((hip[0] + 30, hip[1] - 92), "trunk lean +", colour=ACCENT, bold=True)
    page.line(ankle, (ankle[0], ankle[1] - 110), colour=QUIET, width=1.5, dash="4 4")
    page.text((ankle[0] - 14, ankle[1] - 84), "shank inclination +", colour=ACCENT, bold=True, anchor="end")
    page.text((ankle[0] - 14, ankle[1] - 67), "when the ankle is ahead (here -)", size=12, colour=QUIET, anchor="end")
    page.text((toe[0] + 12, toe[1] - 6), "foot inclination +", colour=ACCENT, bold=True)
    page.text((toe[0] + 12, toe[1] + 11), "toes up; 0 as in standing", size=12, colour=QUIET)
    page.line((70, 120), (150, 120), arrow=True)
    page.text((156, 125), "x forward", bold=True)
    page.line((70, 120), (70, 52), arrow=True)
    page.text((80, 62), "y up", bold=True)
    page.dot((70, 120), 5)
    page.text((40, 146), "z to the right, towards you", size=13, colour=QUIET)
    page.text((70, ankle[1] + 52), "Internal moments about z:  knee extension +,  hip extension +,", size=14)
    page.text((70, ankle[1] + 71), "ankle plantarflexion +, in N m per kg of body mass", size=14)
    _from_behind(page)
    return page


def _from_behind(page: Drawing) -> None:
    page.text((590, 36), "From behind, standing on the right leg", size=17, bold=True)
    left, right = (630.0, 158.0), (750.0, 130.0)
    foot, middle = (722.0, 440.0), (690.0, 144.0)
    knee = (738.0, 290.0)
    page.line(left, right, width=8)
    page.line(right, knee, width=7)
    page.line(knee, foot, width=7)
    page.line(left, (632, 280), width=5, colour=QUIET)
    page.line((590, 458), (860, 458), colour=QUIET, width=2)
    page.line((left[0] - 10, right[1]), right, colour=QUIET, width=1.5, dash="4 4")
    page.text((left[0] - 14, 118), "pelvic drop +", colour=ACCENT, bold=True)
    page.text((left[0] - 14, 101), "the free side is lower", size=12, colour=QUIET)
    page.line(right, (right[0] + 28, right[1] + 122), colour=QUIET, width=1.5, dash="4 4")
    page.arc(right, 96, 77, 94.5)
    page.text((right[0] + 38, 236), "hip adduction +", colour=ACCENT, bold=True)
    page.text((right[0] + 38, 253), "thigh towards the other leg", size=12, colour=QUIET)
    page.text((middle[0] + 10, 174), "pelvis", size=13, colour=QUIET, anchor="middle")
    page.text((left[0] - 12, 164), "L", bold=True, anchor="end")
    page.text((right[0] + 16, 128), "R", bold=True)
    page.line((600, 520), (672, 520), arrow=True)
    page.text((678, 525), "z right", bold=True)


@dataclass(frozen=True)
class Kilometre:
    """One way to run a kilometre."""

    words: str
    speed_mps: float
    cadence_spm: float
    grade_deg: float = 0.0


def knee_km() -> Drawing:
    """Return what one kilometre costs the knee when cadence, speed or slope change, from the model itself."""
    from kneewise.load import knee_load, population_reference
    from kneewise.load.natural_cadence import natural_cadence_spm

    height_m, mass_kg = 1.70, 62.0
    easy = population_reference(height_m)
    quick_mps = 3.6
    quick_spm = float(natural_cadence_spm(np.array([quick_mps]), height_m)[0])
    kilometres = [
        Kilometre("your easy flat running", easy.speed_mps, easy.cadence_spm),
        Kilometre("steps 5 % quicker, same speed", easy.speed_mps, easy.cadence_spm * 1.05),
        Kilometre("steps 10 % quicker, same speed", easy.speed_mps, easy.cadence_spm * 1.10),
        Kilometre("steps 5 % slower, same speed", easy.speed_mps, easy.cadence_spm * 0.95),
        Kilometre("fast: 4:38 a km, its own cadence", quick_mps, quick_spm),
        Kilometre("downhill, 5 degrees", easy.speed_mps, easy.cadence_spm, -5),
        Kilometre("downhill, steps 10 % slower", easy.speed_mps, easy.cadence_spm * 0.90, -5),
    ]
    page = Drawing(840, 92 + 46 * len(kilometres) + 46, "What one kilometre costs the knee, in knee-kilometres")
    page.text((24, 36), "What one kilometre costs the knee, in knee-km", size=19, bold=True)
    page.text((24, 60), "Line: 90 % interval for comparing you with yourself", size=13, colour=QUIET)
    left, unit = 300.0, 370.0
    bottom = 86 + 46 * len(kilometres)
    page.line((left + unit, 76), (left + unit, bottom), colour=QUIET, width=1.5, dash="4 4")
    for row, kilometre in enumerate(kilometres):
        cost = knee_load(
            kilometre.speed_mps, kilometre.cadence_spm, height_m, mass_kg, grade_deg=kilometre.grade_deg, reference=easy
        ).knee_km_per_km
        top = 86 + 46 * row
        page.text((left - 14, top + 21), kilometre.words, anchor="end", bold=row == 0)
        page.bar((left, top + 3), cost.value * unit, 26, BLUE if cost.value <= 1.005 else ACCENT)
        middle = top + 16
        page.line((left + cost.low * unit, middle), (left + cost.high * unit, middle), colour=INK, width=2.5)
        page.text((left + max(1.0, cost.high) * unit + 10, top + 21), f"{cost.value:.2f}", bold=True)
    page.text((left + unit, bottom + 20), "1.0", size=13, colour=QUIET, anchor="middle")
    return page


FIGURES_BY_NAME = {"conventions.svg": conventions, "coordinates.svg": coordinates, "knee-km.svg": knee_km}


def main() -> None:
    """Write every figure."""
    FIGURES.mkdir(exist_ok=True)
    for name, draw in FIGURES_BY_NAME.items():
        (FIGURES / name).write_text(draw().svg(), encoding="utf-8")
        print(FIGURES / name)


if __name__ == "__main__":
    main()
