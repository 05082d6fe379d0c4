"""Draws the figures of the lab chapter as SVG from the calibration, the ladder and the bands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.calibration import SHIPPED, rms, scores, trials
from benchmarks.ladder import rungs
from benchmarks.rbds import EXAMPLE, SPEEDS
from kneewise.evidence.bands import bands

Floats = NDArray[np.float64]

FIGURES = Path(__file__).resolve().parents[1] / "docs" / "figures"
INK, QUIET, LINE = "#1d2b3a", "#5c6b7a", "#d5dce3"
COLOURS = {2.5: "#2c6e9b", 3.5: "#b4512d", 4.5: "#6b7f2a"}
FONT = "system-ui, -apple-system, Segoe UI, Roboto, sans-serif"


@dataclass
class Axes:
    """A panel: data on ``x`` and ``y`` to pixels, with its frame and ticks."""

    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]
    parts: list[str] = field(default_factory=list)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a point on the page."""
        right = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return self.left + right * self.width, self.top + (1 - up) * self.height

    def line(self, xs: Sequence[float], ys: Sequence[float], colour: str, width: float = 2, dash: str = "") -> None:
        """Draw a curve."""
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in map(self.at, xs, ys))
        dashes = f" stroke-dasharray='{dash}'" if dash else ""
        self.parts.append(f"<polyline points='{points}' fill='none' stroke='{colour}' stroke-width='{width}'{dashes}/>")

    def area(self, xs: Sequence[float], low: Sequence[float], high: Sequence[float], colour: str) -> None:
        """Fill between two curves."""
        there = [self.at(x, y) for x, y in zip(xs, high, strict=True)]
        back = [self.at(x, y) for x, y in zip(xs, low, strict=True)]
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in [*there, *back[::-1]])
        self.parts.append(f"<polygon points='{points}' fill='{colour}' fill-opacity='0.16'/>")

    def dot(self, x: float, y: float, colour: str, *, hollow: bool = False) -> None:
        """Draw a point."""
        a, b = self.at(x, y)
        fill = "#ffffff" if hollow else colour
        self.parts.append(
            f"<circle cx='{a:.1f}' cy='{b:.1f}' r='4' fill='{fill}' fill-opacity='0.85' stroke='{colour}'/>"
        )

    def frame(self, xs: Sequence[float], ys: Sequence[float], x_name: str, y_name: str) -> None:
        """Draw ticks, their numbers and the names of the axes."""
        bottom = self.top + self.height
        for x in xs:
            a, _ = self.at(x, self.y[0])
            self.parts.append(text(a, bottom + 18, f"{x:g}", 12, QUIET, "middle"))
        for y in ys:
            _, b = self.at(self.x[0], y)
            self.parts.append(
                f"<line x1='{self.left}' y1='{b:.1f}' x2='{self.left + self.width}' y2='{b:.1f}' stroke='{LINE}'/>"
            )
            self.parts.append(text(self.left - 8, b + 4, f"{y:g}".replace("-", "−"), 12, QUIET, "end"))
        self.parts.append(text(self.left + self.width / 2, bottom + 38, x_name, 12, QUIET, "middle"))
        self.parts.append(text(self.left, self.top - 10, y_name, 13, INK))


def text(
    x: float, y: float, words: str, size: int, colour: str = INK, anchor: str = "start", bold: bool = False
) -> str:
    weight = " font-weight='600'" if bold else ""
    place = f"x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'"
    return f"<text {place} font-size='{size}' fill='{colour}'{weight}>{words}</text>"


def page(width: int, height: int, title: str, parts: Sequence[str]) -> str:
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' role='img' aria-label='{title}'"
    return "\n".join(
        [
            f"{head} font-family='{FONT}'>",
            f"<title>{title}</title>",
            "<rect width='100%' height='100%' fill='#ffffff'/>",
            text(24, 34, title, 19, INK, bold=True),
            *parts,
            "</svg>\n",
        ]
    )


def key(left: float, top: float) -> list[str]:
    parts = []
    for place, (speed, colour) in enumerate(COLOURS.items()):
        x = left + 90 * place
        parts += [f"<circle cx='{x}' cy='{top - 4}' r='5' fill='{colour}'/>", text(x + 11, top, f"{speed} m/s", 13)]
    return parts


def bland_altman() -> str:
    """The watch model on runners it has not seen, beside the lab."""
    data = trials()
    errors = next(score for score in scores() if score.name == SHIPPED).errors
    ours = data.force * np.exp(errors)
    mean, difference = (ours + data.force) / 2, ours - data.force
    middle, sd = float(difference.mean()), float(difference.std(ddof=1))
    axes = Axes(70, 126, 620, 250, (3.4, 7.6), (-2, 2))
    axes.frame([4, 5, 6, 7], [-2, -1, 0, 1, 2], "mean of watch and lab, body weights", "watch less lab, body weights")
    for y, words, dash in (
        (middle, f"mean {middle:+.2f}", ""),
        (middle + 1.96 * sd, f"{middle + 1.96 * sd:+.2f}", "5 4"),
        (middle - 1.96 * sd, f"{middle - 1.96 * sd:+.2f}", "5 4"),
    ):
        axes.line([3.4, 7.6], [y, y], INK, 1.5, dash)
        axes.parts.append(text(698, axes.at(0, y)[1] + 4, words.replace("-", "−"), 13))
    for x, y, speed in zip(mean.tolist(), difference.tolist(), data.speed.tolist(), strict=True):
        axes.dot(x, y, COLOURS[speed])
    note = text(24, 58, "18 runners, 3 speeds, each runner left out of the fit; dashed: 95 % of differences", 13, QUIET)
    return page(820, 440, "Peak kneecap force: watch model against the lab", [note, *key(80, 86), *axes.parts])


_PANELS = (
    ("knee_flexion_deg", "knee flexion, deg", (0, 60), [0, 20, 40, 60]),
    ("knee_moment_nm_per_kg", "knee extension moment, N m/kg", (-1, 4), [0, 2, 4]),
    ("vertical_force_bw", "vertical ground force, BW", (0, 3), [0, 1, 2, 3]),
    ("pfj_force_bw", "kneecap force, BW", (0, 8), [0, 4, 8]),
    ("hip_moment_nm_per_kg", "hip extension moment, N m/kg", (-2, 3), [-2, 0, 2]),
    ("ankle_moment_nm_per_kg", "plantarflexion moment, N m/kg", (-0.5, 3.5), [0, 1, 2, 3]),
)


def curves() -> str:
    """One runner's curves against the bands of his speed, with the means of the others."""
    shown = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    speed, parts = float(shown["speed_mps"]), key(70, 84)
    chosen = next(band for band in bands() if band.speed_mps == speed)
    for place, (name, words, y, ticks) in enumerate(_PANELS):
        axes = Axes(64 + 262 * (place % 3), 130 + 250 * (place // 3), 190, 160, (0, 100), y)
        axes.frame([0, 50, 100], ticks, "% of stance", words)
        for band in bands():
            curve, percent = band.curves[name], band.stance_percent.tolist()
            if band is chosen:
                axes.area(percent, (curve.mean - curve.sd).tolist(), (curve.mean + curve.sd).tolist(), COLOURS[speed])
            axes.line(percent, curve.mean.tolist(), COLOURS[band.speed_mps], 1.5)
        axes.line(chosen.stance_percent.tolist(), shown["curves"][name], INK, 2, "6 3")
        parts += axes.parts
    words = f"Means; band: one standard deviation at {speed} m/s; dashed: runner {shown['runner']}. {chosen.sample}"
    return page(840, 640, "Curves over stance", [text(24, 58, words, 13, QUIET), *parts])


def ladder() -> str:
    """Errors at the other two speeds before and after one lab trial."""
    axes = Axes(70, 110, 660, 250, (0, 6.4), (-30, 30))
    axes.frame([], [-30, -20, -10, 0, 10, 20, 30], "", "watch less lab, %")
    parts = []
    for place, rung in enumerate(rungs()):
        start = 0.7 + 2.1 * place
        for shift, errors, hollow in ((0.0, rung.before, True), (0.75, rung.after, False)):
            spread = np.linspace(-0.22, 0.22, errors.size)
            for x, y in zip(spread.tolist(), (100 * np.expm1(errors)).tolist(), strict=True):
                axes.dot(start + shift + x, y, COLOURS[rung.speed], hollow=hollow)
            x, _ = axes.at(start + shift, 0)
            parts.append(text(x, 380, "after" if shift else "before", 13, QUIET, "middle"))
            parts.append(text(x, 398, f"{rms(errors):.1f} %", 13, INK, "middle", bold=True))
        x, _ = axes.at(start + 0.375, 0)
        parts.append(text(x, 420, f"lab trial at {rung.speed} m/s", 13, COLOURS[rung.speed], "middle"))
    note = text(24, 58, "Peak kneecap force at the other two speeds; every runner left out of the fit", 13, QUIET)
    return page(820, 440, "One lab trial, and the other speeds get sharper", [note, *axes.parts, *parts])


def figures() -> dict[str, str]:
    """Return every figure by its file name."""
    return {"lab-bland-altman.svg": bland_altman(), "lab-curves.svg": curves(), "lab-ladder.svg": ladder()}


def write() -> None:
    for name, drawn in figures().items():
        (FIGURES / name).write_text(drawn, encoding="utf-8")


assert set(COLOURS) == set(SPEEDS)
