"""What a motion-capture file holds, before anybody interprets it."""

from __future__ import annotations

from dataclasses import dataclass

from kneewise.domain.recording import Floats


@dataclass(frozen=True, slots=True, eq=False)
class PlateRecord:
    """One force plate as the file describes it.

    Attributes
    ----------
    kind : int
        Type of the C3D standard: 1 force and centre of pressure, 2 force and moment, 3 eight sensors, 4 and 5 the same
        as 2 and 3 with a calibration matrix.
    channels : ndarray, shape (samples, 6 or 8)
        As recorded; newton, newton metre and metre where the file's units allow, else raw.
    calibration : ndarray, shape (6, 6 or 8), or None
        Of types 4 and 5; gives newton and newton metre from raw channels.
    corners_m : ndarray, shape (4, 3)
        In the file's frame; the first two span the plate's x axis, the first and last its y axis.
    origin_m : ndarray, shape (3,)
        From the transducer to the centre of the surface, in the plate's frame.
    """

    kind: int
    channels: Floats
    calibration: Floats | None
    corners_m: Floats
    origin_m: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Capture:
    """Marker trajectories and force plates of one trial, in the file's own frame.

    Attributes
    ----------
    name : str
        File name, for messages.
    labels : tuple of str
        Marker names without a subject's prefix.
    points_m : ndarray, shape (frames, markers, 3)
        Metres; NaN where a marker was not seen.
    rate_hz, force_rate_hz : float
        Samples per second of markers and of plates; the latter is a whole multiple of the former.
    plates : tuple of PlateRecord
        Empty when the file has none.
    """

    name: str
    labels: tuple[str, ...]
    points_m: Floats
    rate_hz: float
    force_rate_hz: float
    plates: tuple[PlateRecord, ...]

    @property
    def duration_s(self) -> float:
        """Length of the trial."""
        return len(self.points_m) / self.rate_hz
