"""Pictures of a clip, upright and with their own times: the adapter of the video library.

Phones record with a variable frame rate and lying pictures that a flag turns; both are taken from the file, never
assumed. Pictures stream: the clip is never in memory as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kneewise.domain import Floats, Issue
from kneewise.errors import InvalidInputError, MissingLibraryError, UnreadableFileError, UnusableClipError
from kneewise.motion.region import Picture
from kneewise.motion.video_limits import check_going_on, check_size, check_times

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

#: Containers that hold clips of phones and cameras; playlists, which name further files, are not among them.
_CONTAINERS: Final = "mov,matroska,webm,avi,mpegts"
#: Photographs, for a standing picture.
_PHOTOGRAPHS: Final = "jpeg_pipe,png_pipe,webp_pipe,image2"
#: Larger photographs are refused before they are unpacked: a small file can hold a picture of gigabytes.
_MOST_PHOTOGRAPH_PX: Final = 64_000_000
_DECODER_THREADS: Final = 2
#: Key under which Android phones note the true frame rate of slow motion.
_ANDROID_RATE: Final = "com.android.capture.fps"
_QUARTER_DEG: Final = 90
#: The video library counts the duration of a file in millionths of a second.
_CONTAINER_TICKS: Final = 1_000_000
#: Pictures held at once while a stretch is read backwards.
_CHUNK: Final = 48


@dataclass(frozen=True, slots=True, eq=False)
class ClipInfo:
    """What a video file says about itself.

    Attributes
    ----------
    width_px, height_px : int
        Of the upright picture.
    turn_deg : int
        Quarter turns in degrees, counter-clockwise, that make the stored picture upright: 0, 90, 180 or 270.
    time_s : array of float, shape (frames,)
        File time of every picture from the first one, as the file's index says.
    told_duration_s : float or None
        What the header says; a file that was cut off has fewer pictures.
    capture_fps : float or None
        Frame rate at which the camera filmed, where the file tells it apart from the rate of playing.
    """

    name: str
    container: str
    codec: str
    width_px: int
    height_px: int
    turn_deg: int
    time_s: Floats
    told_duration_s: float | None
    capture_fps: float | None
    issues: tuple[Issue, ...] = ()

    @property
    def fps(self) -> float:
        """Pictures per second of file time, averaged over the clip."""
        return float((len(self.time_s) - 1) / (self.time_s[-1] - self.time_s[0]))


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One upright picture.

    Attributes
    ----------
    index : int
        Its number in the clip, from 0, in the order of playing.
    time_s : float
        File time from the first picture.
    picture : array of uint8, shape (rows, columns, 4)
        Red, green, blue and an unused byte; contiguous. Reduced by ``scale`` from the file's size.
    scale : float
        Pixels of this picture per pixel of the upright picture of the file, at most 1.
    """

    index: int
    time_s: float
    picture: Picture
    scale: float


class Clip:
    """A video file that can be measured.

    Parameters
    ----------
    path : path-like
        MP4, MOV, WebM, MKV or AVI with any codec the video library knows.
    long_side_px : int
        Larger pictures are reduced to it while they are decoded.

    Raises
    ------
    InvalidInputError
        When there is no such file.
    UnreadableFileError
        When it is no video, or so damaged that nothing can be read.
    UnusableClipError
        When it is larger, longer, shorter or slower than can be measured.
    MissingLibraryError
        When the extra ``video`` is not installed.
    """

    def __init__(self, path: str | PathLike[str], *, long_side_px: int = 1280) -> None:
        self.path = Path(path)
        self._long_side_px = long_side_px
        if not self.path.is_file():
            raise InvalidInputError(f"There is no file '{self.path.name}'; check its name and folder.")
        self.info, self._first_s, self._keys_s = _read_info(self.path)

    def frames(self, *, every: int = 1) -> Iterator[Frame]:
        """Yield every how many-th picture in the order of playing; reading ends where the file is damaged."""
        for index, (time_s, decoded) in enumerate(self._decoded(0.0)):
            if index % every == 0:
                yield self._frame(index, time_s, decoded)

    def backwards(self, time_s: Floats, before: int, stop: int = 0) -> Iterator[Frame]:
        """Yield pictures again, the later ones first.

        Parameters
        ----------
        time_s : array of float
            Times of pictures as :meth:`frames` gave them.
        before, stop : int
            Places in ``time_s``: from ``before - 1`` down to ``stop``.

        Yields
        ------
        Frame
            Its ``index`` is the place in ``time_s``.
        """
        while before > stop:
            first = max(stop, before - _CHUNK)
            wanted = {float(time_s[place]): place for place in range(first, before)}
            held = []
            for at_s, decoded in self._decoded(float(time_s[first])):
                if at_s in wanted:
                    held.append(self._frame(wanted[at_s], at_s, decoded))
                if at_s >= time_s[before - 1]:
                    break
            yield from reversed(held)
            before = first

    def glimpses(self, places: int, before_s: float, later_s: float) -> Iterator[tuple[Frame, Frame]]:
        """Yield pairs of pictures from places spread over the clip, without reading what lies between.

        Parameters
        ----------
        places : int
            Fewer come where the file has fewer key pictures, which can be read without any other.
        before_s, later_s : float
            File times: until when places are taken, and how long after the key picture the other of a pair comes.
        """
        keys_s = self._keys_s[self._keys_s < before_s]
        chosen = np.linspace(0, len(keys_s) - 1, min(places, len(keys_s))).round().astype(np.intp)
        for start_s in keys_s[chosen].tolist():
            pair: list[Frame] = []
            for time_s, decoded in self._decoded(start_s):
                if not pair or time_s >= pair[0].time_s + later_s:
                    pair.append(self._frame(int(np.searchsorted(self.info.time_s, time_s)), time_s, decoded))
                if len(pair) > 1:
                    yield pair[0], pair[1]
                    break

    def _decoded(self, start_s: float) -> Iterator[tuple[float, VideoFrame]]:
        """Yield file times and pictures as they lie in the file, from the key picture before a time.

        A picture whose time does not come after the one before is left out.
        """
        with _opened(self.path) as (container, stream):
            if start_s > 0 and stream.time_base is not None:
                container.seek(int((start_s + self._first_s) / stream.time_base), stream=stream)
            before_s = -np.inf
            for decoded in _until_damage(container, stream):
                time_s = float(decoded.time) - self._first_s
                if time_s > before_s:
                    before_s = time_s
                    yield time_s, decoded

    def _frame(self, index: int, time_s: float, decoded: VideoFrame) -> Frame:
        picture, scale = self._upright(decoded)
        return Frame(index, time_s, picture, scale)

    def _upright(self, decoded: VideoFrame) -> tuple[Picture, float]:
        scale = min(1.0, self._long_side_px / max(decoded.width, decoded.height))
        width, height = round(decoded.width * scale), round(decoded.height * scale)
        # One thread: several overwrite each other's rows at widths that are no multiple of 16, differently every time.
        # Contiguous: some versions hand out rows with padding, which later consumers would read askew.
        pixels: Picture = np.ascontiguousarray(
            decoded.to_ndarray(width=width, height=height, format="rgba", threads=1), dtype=np.uint8
        )
        if self.info.turn_deg == 0:
            return pixels, scale
        words = pixels.view(np.uint32)[..., 0]
        turned = np.ascontiguousarray(np.rot90(words, self.info.turn_deg // 90))
        return turned.view(np.uint8).reshape(*turned.shape, 4), scale


def read_picture(path: str | PathLike[str]) -> Picture:
    """Return a photograph upright: red, green, blue and an unused byte, (rows, columns, 4).

    Raises
    ------
    InvalidInputError
        When there is no such file.
    UnreadableFileError
        When it is no JPEG, PNG or WebP.
    UnusableClipError
        When it is too large.
    MissingLibraryError
        When the extra ``video`` is not installed.
    """
    place = Path(path)
    if not place.is_file():
        raise InvalidInputError(f"There is no file '{place.name}'; check its name and folder.")
    with _opened(place, _PHOTOGRAPHS) as (container, stream):
        if stream.width * stream.height > _MOST_PHOTOGRAPH_PX:
            raise UnusableClipError(
                f"'{place.name}' is {stream.width} x {stream.height} pixels; take the photograph with fewer, "
                "12 million are plenty."
            )
        first = next(_until_damage(container, stream), None)
        if first is None:
            raise UnreadableFileError(f"'{place.name}' is no picture that can be read; give a JPEG or PNG file.")
        pixels = np.ascontiguousarray(first.to_ndarray(format="rgba"), dtype=np.uint8)
    return np.ascontiguousarray(np.rot90(pixels, round(first.rotation / _QUARTER_DEG) % 4))


def write_png(path: Path, picture: Picture) -> None:
    """Write a picture (rows, columns, 3) as PNG."""
    import av

    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
    with av.open(str(path), "w", format="image2", options={"update": "1"}) as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "rgb24"
        for packet in [*stream.encode(frame), *stream.encode()]:
            container.mux(packet)


def write_slow_clip(path: Path, pictures: Iterable[Picture], fps: int) -> None:
    """Write pictures (rows, columns, 3) of one size as MP4 at an even rate; an odd row or column is cut off."""
    import av

    with av.open(str(path), "w") as container:
        stream = None
        for picture in pictures:
            even = np.ascontiguousarray(picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2])
            if stream is None:
                stream = container.add_stream("libx264", rate=fps, options={"preset": "veryfast", "crf": "23"})
                stream.width, stream.height, stream.pix_fmt = even.shape[1], even.shape[0], "yuv420p"
            container.mux(stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")))
        if stream is not None:
            container.mux(stream.encode())


@contextmanager
def _opened(path: Path, containers: str = _CONTAINERS) -> Iterator[tuple[InputContainer, VideoStream]]:
    try:
        import av
    except ImportError as missing:
        raise MissingLibraryError(
            "Reading video needs the library PyAV; install it with: pip install 'kneewise[video]'."
        ) from missing
    try:
        container = av.open(str(path), options={"format_whitelist": containers, "protocol_whitelist": "file"})
    except (av.FFmpegError, ValueError) as error:
        raise UnreadableFileError(
            f"'{path.name}' is no video that can be read, or its end is missing; copy it from the phone again."
        ) from error
    with container:
        if not container.streams.video:
            raise UnreadableFileError(f"'{path.name}' holds no pictures; choose a video.")
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = _DECODER_THREADS
        yield container, stream


def _until_damage(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Yield pictures with a time; a packet that cannot be decoded is passed over, a file that breaks off ends."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        try:
            yield from (picture for picture in packet.decode() if picture.time is not None)
        except av.FFmpegError:
            continue


def _read_info(path: Path) -> tuple[ClipInfo, float, Floats]:
    """Return what the file says, the stamp of its first picture in seconds, and the file times of key pictures."""
    with _opened(path) as (container, stream):
        told_s = _told_duration_s(container, stream)
        check_size(path.name, stream.width, stream.height, told_s)
        stamps, keys = _stamps(path.name, container, stream)
        told_fps = _android_rate({**container.metadata, **stream.metadata})
        codec, form = stream.codec_context.name, container.format.name
    with _opened(path) as (container, stream):
        first = next(_until_damage(container, stream), None)
        turn = 0 if first is None else round(first.rotation / _QUARTER_DEG) * _QUARTER_DEG % 360
    if first is None or len(stamps) < 2:
        raise UnreadableFileError(f"'{path.name}' holds no picture that can be read; copy it from the phone again.")
    width, height = (first.width, first.height) if turn % 180 == 0 else (first.height, first.width)
    times = np.array(stamps) - stamps[0]
    issues = check_times(path.name, times, told_s)
    info = ClipInfo(path.name, form.split(",")[0], codec, width, height, turn, times, told_s, told_fps, issues)
    return info, stamps[0], np.array(keys) - stamps[0]


def _stamps(name: str, container: InputContainer, stream: VideoStream) -> tuple[list[float], list[float]]:
    """Return the times of all pictures and of key pictures, rising, as the file's index says."""
    stamps: set[float] = set()
    keys: set[float] = set()
    first = math.inf
    for packet in _packets(container, stream):
        if packet.pts is None:
            continue
        stamp = float(packet.pts * packet.time_base)
        first = min(first, stamp)
        check_going_on(name, stamp - first)
        stamps.add(stamp)
        if packet.is_keyframe:
            keys.add(stamp)
    return sorted(stamps), sorted(keys)


def _packets(container: InputContainer, stream: VideoStream) -> Iterator[Any]:
    import av

    try:
        yield from container.demux(stream)
    except av.FFmpegError:
        return


def _told_duration_s(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else container.duration / _CONTAINER_TICKS


def _android_rate(metadata: dict[str, str]) -> float | None:
    try:
        rate = float(metadata.get(_ANDROID_RATE, ""))
    except ValueError:
        return None
    return rate if math.isfinite(rate) and rate > 0 else None
