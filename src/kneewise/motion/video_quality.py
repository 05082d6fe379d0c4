"""What the pictures themselves say about a clip: light, sharpness, and a camera that moves or stands askew.

A few pictures a second are watched while they pass; nothing is kept of them but numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kneewise.domain import Floats
from kneewise.evidence.parameters import value
from kneewise.motion.region import Picture, Region, sample
from kneewise.motion.video import Frame

#: Blocks of the background whose shift is measured, each of 32 x 32 pixels of a reduced picture.
_BLOCK_PX: Final = 32
_REDUCED_LONG_PX: Final = 320
_SHARPNESS_SIDE_PX: Final = 128


@dataclass(frozen=True, slots=True, eq=False)
class PictureWatch:
    """Numbers from the watched pictures.

    Attributes
    ----------
    time_s : array of float, shape (m,)
        File times.
    brightness : array of float, shape (m,)
        Mean of the runner's surroundings, 0 black to 1 white.
    sharpness : array of float, shape (m,)
        Share of the picture's contrast around the runner that lies in its finest detail, 0 to 1; NaN without a runner.
    drift_px_per_s : array of float, shape (m, 2)
        Speed of the background (x, y) in pixels of the upright picture per second of file time; NaN where it has no
        detail.
    tilt_deg : float
        Lean of the picture's verticals, positive clockwise; NaN where it has too few.
    """

    time_s: Floats
    brightness: Floats
    sharpness: Floats
    drift_px_per_s: Floats
    tilt_deg: float

    def pan_px_per_s(self) -> float:
        """Return the median speed of the background per second of file time; NaN where it shows nothing."""
        speed = np.hypot(*self.drift_px_per_s.T)
        known = speed[np.isfinite(speed)]
        return float(np.median(known)) if len(known) else math.nan


class PictureWatcher:
    """Collects :class:`PictureWatch` picture by picture."""

    def __init__(self) -> None:
        self._rows: list[list[float]] = []
        self._first: tuple[float, NDArray[np.float32], NDArray[np.bool_]] | None = None
        self._lean = np.zeros(2 * _LEAN_BINS + 1)

    def add(self, frame: Frame, runner: Region | None) -> None:
        """Watch one picture; ``runner`` is where the runner is in it."""
        grey, reduction = _reduced(frame.picture)
        background = _background(grey.shape, runner, reduction)
        self._first = (frame.time_s, grey, background)
        self._lean += _leans(grey, background)
        sharpness = math.nan if runner is None else _sharpness(frame.picture, runner)
        self._rows.append([frame.time_s, float(grey.mean()) / _WHITE, sharpness, math.nan, math.nan])

    def follow(self, frame: Frame) -> None:
        """Take the picture after a watched one, for the motion of the camera between the two."""
        if self._first is None:
            return
        time_s, before, background = self._first
        self._first = None
        grey, reduction = _reduced(frame.picture)
        if grey.shape == before.shape and frame.time_s > time_s:
            shift = _shift(before, grey, background) * reduction / frame.scale
            self._rows[-1][3:] = (shift / (frame.time_s - time_s)).tolist()

    def result(self) -> PictureWatch:
        """Return the numbers of all watched pictures."""
        table = np.array(self._rows, dtype=np.float64).reshape(-1, 5)
        return PictureWatch(table[:, 0], table[:, 1], table[:, 2], table[:, 3:], _tilt(self._lean))


_WHITE: Final = 255.0
#: Leans from -12 to 12 degrees are counted, in steps of a quarter degree.
_LEAN_BINS: Final = 48
_LEANS_PER_DEG: Final = 4


def _reduced(picture: Picture) -> tuple[NDArray[np.float32], int]:
    """Return a small grey picture (green, which carries most of the light) and how many pixels became one."""
    step = max(1, round(max(picture.shape[:2]) / _REDUCED_LONG_PX))
    height, width = (length // step * step for length in picture.shape[:2])
    green = picture[:height, :width, 1].reshape(height // step, step, width // step, step)
    return green.mean(axis=(1, 3), dtype=np.float32), step


def _background(shape: tuple[int, ...], runner: Region | None, reduction: int) -> NDArray[np.bool_]:
    """Return where the runner is not."""
    outside = np.ones(shape, dtype=bool)
    if runner is not None:
        half = runner.size_px / 2
        x0, x1 = (max(0, int((runner.centre_x_px + way * half) / reduction)) for way in (-1, 1))
        y0, y1 = (max(0, int((runner.centre_y_px + way * half) / reduction)) for way in (-1, 1))
        outside[y0:y1, x0:x1] = False
    return outside


def _blocks(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut a picture into square blocks, shape (blocks, side, side)."""
    rows, columns = (length // _BLOCK_PX for length in grey.shape)
    cut = grey[: rows * _BLOCK_PX, : columns * _BLOCK_PX].reshape(rows, _BLOCK_PX, columns, _BLOCK_PX)
    return np.ascontiguousarray(cut.swapaxes(1, 2)).reshape(-1, _BLOCK_PX, _BLOCK_PX)


def _shift(before: NDArray[np.float32], now: NDArray[np.float32], background: NDArray[np.bool_]) -> Floats:
    """Return the median shift (x, y) of the background's blocks by phase correlation, NaN without detail."""
    free = _blocks(background.astype(np.float32)).mean(axis=(1, 2)) > 0.5
    first, second = _blocks(before)[free], _blocks(now)[free]
    detailed = first.std(axis=(1, 2)) > value("video.quality.block_contrast")
    if detailed.sum() < value("video.quality.least_blocks"):
        return np.full(2, np.nan)
    window = np.hanning(_BLOCK_PX)[:, None] * np.hanning(_BLOCK_PX)[None, :]
    spectra = [
        np.fft.rfft2((blocks - blocks.mean(axis=(1, 2), keepdims=True)) * window)
        for blocks in (first[detailed], second[detailed])
    ]
    cross = spectra[1] * np.conj(spectra[0])
    correlation = np.fft.irfft2(cross / np.maximum(np.abs(cross), np.finfo(float).tiny), s=(_BLOCK_PX, _BLOCK_PX))
    middle: Floats = np.median(_peaks(correlation), axis=0)
    return middle


def _peaks(correlation: Floats) -> Floats:
    """Return the shift (x, y) at the peak of each correlation (blocks, side, side), to parts of a pixel."""
    block = np.arange(len(correlation))
    y, x = np.divmod(correlation.reshape(len(correlation), -1).argmax(axis=1), _BLOCK_PX)
    half = _BLOCK_PX // 2
    shift = []
    for step_y, step_x, place in ((0, 1, x), (1, 0, y)):
        before, here, after = (
            correlation[block, (y + way * step_y) % _BLOCK_PX, (x + way * step_x) % _BLOCK_PX] for way in (-1, 0, 1)
        )
        # Phase correlation puts the energy of a shift between two pixels on both.
        side = np.maximum(np.maximum(before, after), 0)
        part = side / np.maximum(here + side, np.finfo(float).tiny) * np.where(after >= before, 1, -1)
        shift.append((place + half) % _BLOCK_PX - half + part)
    return np.stack(shift, axis=1)


def _sharpness(picture: Picture, runner: Region) -> float:
    """Return the share of contrast in the finest detail around the runner."""
    cut = sample(picture, runner, _SHARPNESS_SIDE_PX)[..., 1]
    fine = cut[1:-1, 1:-1] - (cut[:-2, 1:-1] + cut[2:, 1:-1] + cut[1:-1, :-2] + cut[1:-1, 2:]) / 4
    whole = float(cut.std())
    return float(fine.std()) / whole if whole > 0 else 0.0


def _leans(grey: NDArray[np.float32], background: NDArray[np.bool_]) -> Floats:
    """Count the background's edges that are nearly vertical by their lean, weighted by their contrast."""
    soft = _soft(grey)
    across = soft[1:-1, 2:] - soft[1:-1, :-2]
    along = soft[2:, 1:-1] - soft[:-2, 1:-1]
    strength = np.hypot(across, along)
    strong = background[3:-3, 3:-3] & (strength > value("video.quality.edge_contrast"))
    lean = np.degrees(np.arctan2(along[strong] * np.sign(across[strong]), np.abs(across[strong])))
    bins = np.round(lean * _LEANS_PER_DEG).astype(np.intp) + _LEAN_BINS
    near = (bins >= 0) & (bins <= 2 * _LEAN_BINS)
    counts = np.bincount(bins[near], weights=strength[strong][near], minlength=2 * _LEAN_BINS + 1)
    return counts.astype(np.float64)


def _soft(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blur by the binomial 1 4 6 4 1: the direction of an edge is only right where it is wider than the differences."""
    rows = (grey[:-4] + grey[4:] + 4 * (grey[1:-3] + grey[3:-1]) + 6 * grey[2:-2]) / 16
    both = (rows[:, :-4] + rows[:, 4:] + 4 * (rows[:, 1:-3] + rows[:, 3:-1]) + 6 * rows[:, 2:-2]) / 16
    return np.asarray(both, dtype=np.float32)


def _tilt(lean: Floats) -> float:
    """Return the lean at the peak of the counts, NaN where no lean stands out."""
    smooth = np.convolve(lean, np.hanning(2 * _LEANS_PER_DEG + 3), mode="same")
    if not smooth.max() > value("video.quality.tilt_peak") * max(float(np.median(smooth)), np.finfo(float).tiny):
        return math.nan
    return (int(smooth.argmax()) - _LEAN_BINS) / _LEANS_PER_DEG
