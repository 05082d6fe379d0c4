"""Work on a clip in a process of its own: a damaged file or a full memory ends that process, never the server."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from kneewise.errors import KneewiseError, UnreadableFileError
from kneewise.gait.standing import StandingLegs
from kneewise.services.workers import confined

if TYPE_CHECKING:
    from kneewise.motion.keypoints import View
    from kneewise.services.gait.measuring import GaitResult

#: How often the caller is asked whether to go on.
_LOOK_EVERY_S: Final = 0.1
#: Long side of the picture in which the runner is pointed out.
_FRAME_PX: Final = 960
#: Measuring leaves the cores to the app where both want them.
_NICE: Final = 5
#: Endings of files that hold keypoints instead of pictures.
POINTS: Final = (".json", ".trc")

#: How WebM and MKV, AVI, and transport streams begin; and the first box of MP4 and MOV.
_STARTS: Final = (b"\x1a\x45\xdf\xa3", b"RIFF", b"G")
_BOXES: Final = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")

#: Told the share done; raising in it ends the work.
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class ClipLook:
    """What is known of a clip before it is measured.

    Attributes
    ----------
    frame_s : float or None
        File time of the picture that is shown; ``None`` where keypoints came without pictures.
    slow_motion : float or None
        How many times slower than life it plays, where the file says so.
    """

    duration_s: float
    fps: float
    width_px: int
    height_px: int
    frame_s: float | None
    slow_motion: float | None


@dataclass(frozen=True, slots=True)
class ClipOrder:
    """What the runner says of a clip.

    Attributes
    ----------
    tap : tuple of float or None
        Where the runner is in the shown picture, in shares of its width and height.
    standing : StandingLegs or None
        The runner standing straight from the same side.
    treadmill : bool or None
        Whether the runner runs on a belt, also one whose speed is not known.
    """

    view: View | None = None
    speed_mps: float | None = None
    slow_motion: float | None = None
    height_m: float | None = None
    tap: tuple[float, float] | None = None
    standing: StandingLegs | None = None
    treadmill: bool | None = None

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> ClipOrder:
        """Return an order that was kept as JSON values of ``dataclasses.asdict``."""
        tap, standing = told["tap"], told.get("standing")
        legs = None if standing is None else StandingLegs.from_json(standing)
        return cls(**{**told, "tap": None if tap is None else (tap[0], tap[1]), "standing": legs})


class MeasuringDiedError(UnreadableFileError):
    """The process that worked on a clip ended without a word."""


class Measurer(Protocol):
    """Whoever looks into clips and measures them."""

    def look(self, clip: Path, frame: Path) -> ClipLook:
        """Look into a clip and write one picture of it."""
        ...

    def stand(self, file: Path, name: str) -> StandingLegs:
        """Look at a picture or a short clip of the runner standing straight."""
        ...

    def measure(self, clip: Path, look: ClipLook, order: ClipOrder, pictures: Path, progress: Progress) -> GaitResult:
        """Measure a clip and write its pictures into a folder."""
        ...


class InProcess:
    """Measures in a process that is started for each clip."""

    def look(self, clip: Path, frame: Path) -> ClipLook:
        """Look into a clip and write one picture of it."""
        _check_start(clip)
        found: ClipLook = apart(look_into, (clip, frame), lambda _: None)
        return found

    def stand(self, file: Path, name: str) -> StandingLegs:
        """Look at a picture or a short clip of the runner standing straight."""
        found: StandingLegs = apart(stand_before, (file, name), lambda _: None)
        return found

    def measure(self, clip: Path, look: ClipLook, order: ClipOrder, pictures: Path, progress: Progress) -> GaitResult:
        """Measure a clip and write its pictures into a folder."""
        found: GaitResult = apart(measure_clip, (clip, look, order, pictures), progress)
        return found


def _check_start(clip: Path) -> None:
    """Refuse what does not begin as any video does, without starting a process for it.

    Raises
    ------
    UnreadableFileError
    """
    with clip.open("rb") as file:
        head = file.read(12)
    if clip.suffix.lower() in POINTS or head.startswith(_STARTS) or head[4:8] in _BOXES:
        return
    raise UnreadableFileError(f"'{clip.name}' is no video; choose a clip as the phone recorded it.")


def look_into(clip: Path, frame: Path, progress: Progress) -> ClipLook:  # noqa: ARG001 - as every work
    """Read what a clip says of itself, and write the picture from its middle; keypoints have none.

    Raises
    ------
    UnreadableFileError, UnusableClipError, MissingLibraryError
    """
    if clip.suffix.lower() in POINTS:
        from kneewise.motion.pose.named_points import read_named_points

        info = read_named_points(clip).info
        return ClipLook(float(info.time_s[-1]), info.fps, info.width_px, info.height_px, None, None)
    from kneewise.motion.video import Clip, write_png
    from kneewise.services.gait.tap import frame_at

    opened = Clip(clip, long_side_px=_FRAME_PX)
    info = opened.info
    found = frame_at(opened, float(info.time_s[len(info.time_s) // 2]))
    write_png(frame, found.picture[..., :3])
    slow = None if info.capture_fps is None else info.capture_fps / info.fps
    return ClipLook(float(info.time_s[-1]), info.fps, info.width_px, info.height_px, found.time_s, slow)


def stand_before(file: Path, name: str, progress: Progress) -> StandingLegs:  # noqa: ARG001 - as every work
    """Read the legs of a runner who stands straight.

    Raises
    ------
    UnreadableFileError, UnusableClipError, InvalidInputError, MissingLibraryError, MissingModelError
    """
    from kneewise.services.gait.standing import read_standing

    return read_standing(file, name=name)


def measure_clip(clip: Path, look: ClipLook, order: ClipOrder, pictures: Path, progress: Progress) -> GaitResult:
    """Measure a clip as the runner described it, and write its pictures with the face blurred.

    Raises
    ------
    UnreadableFileError, UnusableClipError, MissingLibraryError, MissingModelError, InvalidInputError
    """
    from kneewise.services.gait.measuring import analyse_video
    from kneewise.services.gait.pictures import write_gait_pictures

    told: dict[str, Any] = {
        "view": order.view,
        "height_m": order.height_m,
        "speed_mps": order.speed_mps,
        "slow_motion": order.slow_motion,
        "standing": order.standing,
    }
    if clip.suffix.lower() in POINTS:
        return analyse_video(clip, progress=progress, **told)
    from kneewise.motion.pose.blazepose import BlazePose
    from kneewise.services.gait.tap import box_at

    model, box = BlazePose(), None
    if order.tap is not None and look.frame_s is not None:
        box = box_at(clip, look.frame_s, order.tap, model)
    found = analyse_video(clip, box=box, backend=model, progress=lambda share: progress(_MEASURING * share), **told)
    write_gait_pictures(found, clip, pictures, progress=lambda share: progress(_MEASURING + (1 - _MEASURING) * share))
    return found


#: Share of the work that measuring takes; the rest is drawing.
_MEASURING: Final = 0.85


_NO_MEMORY: Final = "Measuring ended its process (most likely out of memory); film with 1080p, or cut the clip shorter."


def apart(work: Callable[..., Any], given: tuple[Any, ...], progress: Progress) -> Any:
    """Return what a work returns that runs in a process of its own.

    Parameters
    ----------
    work : callable
        Takes what is given and a ``progress``; found by its name in the other process.
    progress : callable
        Called about ten times a second with the share done; an exception from it kills the process.

    Raises
    ------
    KneewiseError
        What the work raised, or that its process ended without a word.
    """
    context = multiprocessing.get_context("spawn")  # forking a process with open database and threads is not safe
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, work, given), daemon=True)
    process.start()
    theirs.close()
    share = 0.0
    try:
        while True:
            progress(share)
            if not ours.poll(_LOOK_EVERY_S):
                continue
            kind, told = ours.recv()
            if kind == "share":
                share = told
            elif kind == "done":
                return told
            else:
                raise told
    except EOFError:
        raise MeasuringDiedError(_NO_MEMORY) from None
    finally:
        process.kill()
        process.join()
        ours.close()


def _work(pipe: Connection, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    confined()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    with contextlib.suppress(BrokenPipeError):  # nobody listens any more
        try:
            pipe.send(("done", work(*given, progress=lambda share: pipe.send(("share", share)))))
        except KneewiseError as error:
            pipe.send(("error", error))
        except MemoryError:
            pipe.send(("error", MeasuringDiedError(_NO_MEMORY)))
        except Exception as error:  # the page must hear of everything that ends the work
            text = f"Measuring failed inside Kneewise ({type(error).__name__}: {error}); please report this."
            pipe.send(("error", UnreadableFileError(text)))


def named(found: GaitResult, path: Path, name: str) -> GaitResult:
    """Return a result under the runner's name of the file instead of ours."""
    issues = tuple(
        replace(issue, where=issue.where.replace(path.name, name), text=issue.text.replace(path.name, name))
        for issue in found.issues
    )
    return replace(found, name=name, issues=issues)
