"""The pages around clips: choosing one, its way to being measured, earlier ones, two beside each other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

from kneewise.domain import Runner
from kneewise.evidence.parameters import value
from kneewise.gait.standing import StandingLegs
from kneewise.services.clip_meaning import ClipMeaning
from kneewise.services.gait.history import PastClip
from kneewise.services.gait.job import GaitJob
from kneewise.services.gait.ready import Lack
from kneewise.web.amounts import NONE, day, duration, number
from kneewise.web.gait.clip_view import ClipView, address, clip_view, names_of, not_nothing, steps_words, unit_of
from kneewise.web.gait.meaning_view import MeaningView, meaning_view
from kneewise.web.gait.words import CLAIMS, VERDICTS, VIEWS, WORDS
from kneewise.web.wording import gettext as _
from kneewise.web.wording import message, ngettext, told

#: One clip of half a minute has a tenth of it; more is a film of something else.
CLIP_LIMIT_BYTES: Final = 2 * 1_073_741_824
_GIGABYTE: Final = 1_073_741_824
_STATES: Final[Mapping[str, str]] = {
    "chosen": message("Waits for your answers"),
    "waiting": message("Waits for the clip before it"),
    "running": message("Measuring"),
    "done": message("Measured"),
    "cancelled": message("Ended by you. Nothing of it was kept."),
    "refused": message("Cannot be measured"),
    "failed": message("Did not work"),
    "interrupted": message(
        "Cut off each time before it was measured. Nothing of it was kept; film with 1080p, or cut the clip shorter."
    ),
}
_LACKS: Final[Mapping[str, str]] = {
    "library": message(
        "This installation cannot read video yet. Install the extra with: pip install 'kneewise[video]', then start "
        "Kneewise again."
    ),
    "model": message(
        "The pose model is not in this installation. In a checkout run 'make models'; a wheel of Kneewise holds it. "
        "Kneewise never fetches it by itself."
    ),
}


@dataclass(frozen=True, slots=True)
class JobView:
    """One clip on its way.

    Attributes
    ----------
    href : str
        Where it is watched, described or seen.
    percent : int
        How much is done.
    """

    id: str
    name: str
    state: str
    state_words: str
    text: str
    live: bool
    open: bool
    ending: bool
    href: str
    percent: int


@dataclass(frozen=True, slots=True)
class ClipRow:
    """One earlier clip."""

    href: str
    title: str
    note: str
    steps_a_minute: str


@dataclass(frozen=True, slots=True)
class GaitPage:
    """The first page.

    Attributes
    ----------
    lack : str
        How to get what this installation lacks; empty where it lacks nothing.
    """

    lack: str
    jobs: tuple[JobView, ...]
    clips: tuple[ClipRow, ...]
    height_known: bool
    limit: str
    error: str


@dataclass(frozen=True, slots=True)
class JobPage:
    """One clip before and while it is measured.

    Attributes
    ----------
    frame : str
        Address of the picture in which the runner is pointed out; empty where there is none.
    bands : dict of str to str
        How far a knee bend is off at most, of a leg and left against right, without and with a standing picture.
    """

    job: JobView
    frame: str
    width: int
    height: int
    facts: str
    views: tuple[tuple[str, str], ...]
    grounds: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]
    slow: tuple[tuple[str, str], ...]
    speed_unit: str
    today: str
    height_known: bool
    fields: Mapping[str, str]
    bands: Mapping[str, str]
    error: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One metric in two clips."""

    name: str
    unit: str
    before: str
    now: str
    change: str
    smallest: str
    verdict: str
    words: str
    code: str
    claim: str


@dataclass(frozen=True, slots=True)
class ComparedView:
    """Two clips beside each other."""

    id: str
    title: str
    rows: tuple[ChangeRow, ...]
    changed: str
    issues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClipPage:
    """The page of one clip.

    Attributes
    ----------
    others : tuple
        Clips from the same side to compare with: id and words.
    """

    clip: ClipView
    others: tuple[tuple[str, str], ...]
    compared: ComparedView | None
    meaning: MeaningView


def gait_page(
    lack: Lack | None, jobs: Sequence[GaitJob], clips: Sequence[PastClip], runner: Runner, *, error: str = ""
) -> GaitPage:
    """Return the first page: the newest clips first."""
    return GaitPage(
        lack="" if lack is None else _(_LACKS[lack]),
        jobs=job_list(jobs),
        clips=tuple(_row(clip) for clip in clips),
        height_known=runner.height_m is not None,
        limit=_(
            "Up to %(limit)s GB and ten minutes; half a minute is enough.",
            limit=number(CLIP_LIMIT_BYTES / _GIGABYTE),
        ),
        error=error,
    )


def job_list(jobs: Sequence[GaitJob]) -> tuple[JobView, ...]:
    """Return clips on their way and those that did not get there, the newest first."""
    return tuple(job_view(job) for job in reversed(jobs) if job.state != "done")


def job_view(job: GaitJob) -> JobView:
    """Return one clip on its way."""
    return JobView(
        id=job.id,
        name=job.name,
        state=job.state,
        state_words=_("Is being ended, and the clip deleted") if job.ending else _(_STATES[job.state]),
        text=told(job.text),
        live=job.live,
        open=job.open,
        ending=job.ending,
        href=address(job.clip_id) if job.clip_id else f"/gait/jobs/{job.id}",
        percent=round(100 * job.share),
    )


def job_page(
    job: GaitJob, runner: Runner, today: str, *, frame: bool, fields: Mapping[str, str] | None = None, error: str = ""
) -> JobPage:
    """Return the page of one clip before and while it is measured."""
    look = job.look
    return JobPage(
        job=job_view(job),
        frame=f"/gait/jobs/{job.id}/frame" if frame else "",
        width=look.width_px,
        height=look.height_px,
        facts=_(
            "%(duration)s long, %(fps)s pictures a second", duration=duration(look.duration_s), fps=number(look.fps)
        ),
        views=(("side", _("From the side")), ("rear", _("From behind")), ("", _("Find out"))),
        grounds=(("treadmill", _("Treadmill")), ("ground", _("Ground"))),
        places=(
            ("alone", _("I am alone")),
            ("left", _("Left")),
            ("middle", _("Middle")),
            ("right", _("Right")),
        ),
        slow=_slow_choices(job),
        speed_unit=_(unit_of(WORDS["speed_mps"])[0]),
        today=today,
        height_known=runner.height_m is not None,
        fields=fields if fields is not None else _fields(job),
        bands={kind: _band(f"{kind}.knee_flexion_peak_deg") for kind in _BANDS},
        error=error,
    )


def standing_words(legs: StandingLegs) -> str:
    """Return what a standing picture is good for, once it was seen."""
    if legs.pictures > 1:
        return _("Straight standing seen in %(num)s pictures: it counts in full.", num=legs.pictures)
    return _("Straight standing seen in one picture. Two seconds of film would tell the knee better.")


def clip_page(
    clip: PastClip, others: Sequence[PastClip], compared: ComparedView | None, meaning: ClipMeaning
) -> ClipPage:
    """Return the page of one clip."""
    return ClipPage(
        clip=clip_view(clip),
        others=tuple((other.id, _title(other)) for other in others),
        compared=compared,
        meaning=meaning_view(clip, meaning),
    )


def compared_view(before: PastClip, document: Mapping[str, Any]) -> ComparedView:
    """Return two clips beside each other."""
    metrics = document["metrics"]
    rows = tuple(_change(name, metrics[name]) for _id, _words, names in names_of(metrics) for name in names)
    count = sum(row.verdict != "not told apart" for row in rows)
    return ComparedView(
        id=before.id,
        title=_title(before),
        rows=rows,
        changed=ngettext(
            "%(num)s number changed by more than two clips of the same running differ.",
            "%(num)s numbers changed by more than two clips of the same running differ.",
            count,
        )
        if count
        else _("Nothing changed by more than two clips of the same running differ."),
        issues=tuple(told(issue["text"]) for issue in document["issues"]),
    )


def _row(clip: PastClip) -> ClipRow:
    cadence = clip.data["metrics"].get("cadence_spm")
    return ClipRow(
        href=address(clip.id),
        title=_title(clip),
        note=f"{clip.data['name']} · {steps_words(clip.data['steps'])}",
        steps_a_minute=NONE if cadence is None else number(cadence["both"]["value"]),
    )


def _title(clip: PastClip) -> str:
    return _("%(view)s, %(day)s", view=_(VIEWS[clip.view]), day=day(clip.local_date))


def _slow_choices(job: GaitJob) -> tuple[tuple[str, str], ...]:
    told_by = job.look.slow_motion
    found = (
        _("As the file says: %(times)s times slower", times=number(told_by))
        if told_by is not None and told_by > 1
        else _("I do not know: find out")
    )
    times = tuple((str(count), _("%(times)s times slower than life", times=count)) for count in (2, 4, 8, 16))
    return (("", found), ("1", _("As fast as life")), *times)


def _fields(job: GaitJob) -> dict[str, str]:
    """Return what was told of a clip before, for the form of one that was refused."""
    order = job.order
    if order is None:
        return {}
    unit = unit_of(WORDS["speed_mps"])
    # What was kept before the surface was: a belt's speed tells it.
    on_belt = order.speed_mps is not None if order.treadmill is None else order.treadmill
    return {
        "view": order.view or "",
        "ground": "treadmill" if on_belt else "ground",
        "speed": "" if order.speed_mps is None else number(order.speed_mps / unit[2], unit[1]),
        "slow_motion": "" if order.slow_motion is None else f"{order.slow_motion:g}",
        **({} if order.tap is None else {"place": "", "tap_x": f"{order.tap[0]:.4f}", "tap_y": f"{order.tap[1]:.4f}"}),
        "standing": "" if order.standing is None else json.dumps(order.standing.to_json()),
    }


_BANDS: Final = ("side_leg", "standing_leg", "side_apart", "standing_apart")


def _band(error: str) -> str:
    """Return how far nine of ten numbers are from a laboratory's at most, in degrees."""
    nine_of_ten = NormalDist().inv_cdf((1 + value("interval.level")) / 2)
    return number(nine_of_ten * value(f"gait.error.{error}"))


def _change(name: str, told_: Mapping[str, Any]) -> ChangeRow:
    unit, decimals, scale = unit_of(WORDS[name])
    before, now, change, smallest = (
        None if figure is None else figure / scale
        for figure in (told_["before"], told_["after"], told_["change"]["value"], told_["smallest_detectable"])
    )
    sign = "+" if change is not None and round(change, decimals) > 0 else ""
    claim = CLAIMS[told_["claim"]]
    return ChangeRow(
        name=_(WORDS[name].name),
        unit=_(unit),
        before=number(before, decimals),
        now=number(now, decimals),
        change=f"{sign}{number(change, decimals)}",
        smallest=not_nothing(smallest, decimals),
        verdict=told_["verdict"],
        words=_(VERDICTS[told_["verdict"]]),
        code=claim.code,
        claim=_(claim.words),
    )
