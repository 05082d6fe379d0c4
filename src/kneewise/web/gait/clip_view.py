"""One measured clip in words: pictures, numbers with what they may be used for, left and right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kneewise.gait.category import beside_most, usual
from kneewise.services.gait.compared import speed_of
from kneewise.services.gait.drawn import MOMENTS as MOMENT_IDS
from kneewise.services.gait.drawn import bands_of
from kneewise.services.gait.history import PastClip
from kneewise.units import METRES_PER_MILE, SECONDS_PER_HOUR
from kneewise.web.amounts import Shown, day, estimated, imperial, number
from kneewise.web.gait.drawing import CurveView, Figure, curves, figures
from kneewise.web.gait.words import BESIDES, CLAIMS, GROUPS, SIDES, STRIKES, VIEWS, WORDS, ClaimWord, Word
from kneewise.web.wording import gettext as _
from kneewise.web.wording import ngettext, told

_METRES_PER_INCH: Final = 0.0254
_TREND: Final = "trend only"
_ROUGH: Final = "category"
#: Its word is what touches the ground first.
_STRIKE: Final = "foot_inclination_ic_deg"


@dataclass(frozen=True, slots=True)
class LegView:
    """One leg's mean."""

    words: str
    value: str


@dataclass(frozen=True, slots=True)
class NumberView:
    """One number.

    Attributes
    ----------
    shown : Shown or None
        ``None`` where the number may only be compared.
    category : str
        What a rough number says; empty for any other, and where nobody knows how most run.
    most : str
        How most run, in words, with the address of the evidence for it.
    laboratory : str
        Where the true number lies, in words.
    legs : tuple of LegView
    sides : str
        Whether left and right differ, in words.
    proof_href : str
        Evidence card of how far off such a number is from this side.
    """

    id: str
    name: str
    meaning: str
    claim: ClaimWord
    shown: Shown | None
    category: str
    most: tuple[str, str]
    laboratory: str
    legs: tuple[LegView, ...]
    sides: str
    differs: bool
    proof_href: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """Numbers that belong together."""

    id: str
    title: str
    numbers: tuple[NumberView, ...]


@dataclass(frozen=True, slots=True)
class ClipView:
    """One clip.

    Attributes
    ----------
    href : str
        Address of its page.
    facts : tuple
        Words and values.
    slow : str
        Address of the slow clip; empty where there is none.
    kept : str
        Address of the clip itself, where the runner keeps it.
    standing : str
        What a standing picture changed, in words; empty without one.
    """

    id: str
    href: str
    name: str
    day: str
    view: str
    view_words: str
    facts: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    slow: str
    kept: str
    groups: tuple[GroupView, ...]
    claims: tuple[ClaimWord, ...]
    curves: tuple[CurveView, ...]
    band: str
    issues: tuple[str, ...]
    sets_knee: bool
    standing: str


def clip_view(clip: PastClip) -> ClipView:
    """Return one clip in words."""
    data = clip.data
    drawn = data.get("drawn", {"figures": {}, "curves": {}})
    where = address(clip.id)
    files = {name: f"{where}/files/{name}" for name in clip.pictures}
    pictures = {
        (side, moment): files[name]
        for side in SIDES
        for place, moment in enumerate(MOMENT_IDS, start=1)
        if (name := f"{side}-{place}-{moment}.png") in files
    }
    bands, band = bands_of(drawn["curves"], speed_of(data))
    groups = tuple(_groups(data))
    used = {one.claim.words for group in groups for one in group.numbers}
    return ClipView(
        id=clip.id,
        href=where,
        name=str(data["name"]),
        day=day(clip.local_date),
        view=clip.view,
        view_words=_(VIEWS[clip.view]),
        facts=tuple(_facts(data)),
        figures=figures(drawn["figures"], pictures),
        slow=files.get("slow.mp4", ""),
        kept=next((href for name, href in files.items() if name.startswith("clip")), ""),
        groups=groups,
        claims=tuple(claim for claim in _claims().values() if claim.words in used),
        curves=curves(drawn["curves"], bands),
        band=""
        if band is None
        else _("on a treadmill, men: %(men)s, women: %(women)s", men=band.runners - band.women, women=band.women),
        issues=tuple(told(issue["text"]) for issue in data.get("issues", ())),
        sets_knee=clip.sets_knee,
        standing=_standing(data.get("standing_off_deg", {})),
    )


def address(clip_id: str) -> str:
    """Return the address of a clip's page."""
    return f"/gait/clips/{clip_id}"


def amount(name: str, estimate: Mapping[str, Any]) -> Shown:
    """Return one number of a metric in the reader's units, with its interval."""
    word = WORDS[name]
    unit, decimals, scale = unit_of(word)
    return estimated(estimate, _(unit), decimals, scale)


def unit_of(word: Word) -> tuple[str, int, float]:
    """Return unit, decimals and scale as the reader chose them."""
    if imperial() and word.unit == "cm":
        return _("in"), word.decimals + (0 if word.decimals else 1), _METRES_PER_INCH
    if imperial() and word.unit == "km/h":
        return _("mph"), word.decimals, METRES_PER_MILE / SECONDS_PER_HOUR
    return word.unit, word.decimals, word.scale


def names_of(metrics: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield id, title and metrics of every group that has any; lengths in metres stand for those in leg lengths."""
    for group, (title, names) in GROUPS.items():
        found = [name for name in names if name in metrics and not _doubled(name, metrics)]
        if found:
            yield group, _(title), found


def _doubled(name: str, metrics: Mapping[str, Any]) -> bool:
    return name.endswith("_leg") and f"{name.removesuffix('_leg')}_m" in metrics


def _facts(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield _("Steps"), number(data["steps"])
    yield _("Pictures a second"), number(data["fps"])
    if data["slow_motion"] > 1:
        yield _("Slow motion"), _("%(times)s times", times=number(data["slow_motion"], 1).removesuffix(".0"))
    speed = data.get("speed_mps")
    if speed is not None:
        unit, decimals, scale = unit_of(WORDS["speed_mps"])
        yield _("Belt"), f"{number(speed / scale, decimals)} {_(unit)}"
    if data.get("strike"):
        yield _("Lands"), _strike(data["strike"])


def _strike(strike: Mapping[str, str]) -> str:
    if len(set(strike.values())) == 1 and len(strike) > 1:
        return _(STRIKES[next(iter(strike.values()))])
    return "; ".join(f"{_(SIDES[side])}: {_(STRIKES[kind])}" for side, kind in strike.items())


def _standing(off: Mapping[str, Any]) -> str:
    if not off:
        return ""
    knee, shin = (
        [f"{'−' if round(-by) < 0 else '+'}{number(abs(by))}°" for by in off[angle]]
        for angle in ("knee_flexion", "shank_inclination")
    )
    return _(
        "Your standing picture was used: it moved the knee bend by %(knee_left)s on the left and %(knee_right)s on the "
        "right, the shin by %(shin_left)s and %(shin_right)s. The picture itself was deleted.",
        knee_left=knee[0],
        knee_right=knee[1],
        shin_left=shin[0],
        shin_right=shin[1],
    )


def _groups(data: Mapping[str, Any]) -> Iterator[GroupView]:
    metrics = data["metrics"]
    for group, title, names in names_of(metrics):
        yield GroupView(group, title, tuple(_number(name, metrics[name], data) for name in names))


def _seen(name: str, data: Mapping[str, Any]) -> str:
    """Return by what the evidence tells a number's errors: the side it was seen from, or a standing picture."""
    return "standing" if name.startswith(tuple(data.get("standing_off_deg", ()))) else str(data["view"])


def _claims() -> dict[str, ClaimWord]:
    return {name: ClaimWord(claim.code, _(claim.words), _(claim.text)) for name, claim in CLAIMS.items()}


def _category(name: str, metric: Mapping[str, Any], strike: Mapping[str, str]) -> tuple[str, tuple[str, str]]:
    """Return the word of a rough number, and how most run with where that is from; empty where nobody knows."""
    if metric["claim"] != _ROUGH:
        return "", ("", "")
    if name == _STRIKE and strike:
        return _strike(strike), ("", "")
    known, bounds = usual(name), metric["both"]["others"]
    word = beside_most(name, bounds["low"], bounds["high"])
    if known is None or word is None:
        return "", (_("How most run is not known."), "")
    unit, decimals, scale = unit_of(WORDS[name])
    low, high = (number(end / scale, decimals) for end in (known.low, known.high))
    most = _("Most lab runners: %(low)s to %(high)s %(unit)s.", low=low, high=high, unit=_(unit)).replace(" °", "°")
    return _(BESIDES[word]), (most, f"/evidence/parameters/gait.usual.{name}")


def _number(name: str, metric: Mapping[str, Any], data: Mapping[str, Any]) -> NumberView:
    word, trend = WORDS[name], metric["claim"] == _TREND
    shown = amount(name, metric["both"])
    differs = not trend and _parted(metric["asymmetry"])
    legs = () if trend else tuple(LegView(_(SIDES[side]), amount(name, metric[side]).value) for side in SIDES)
    category, most = _category(name, metric, data.get("strike", {}))
    return NumberView(
        id=name,
        name=_(word.name),
        meaning=_(word.meaning),
        claim=_claims()[metric["claim"]],
        shown=None if trend else shown,
        category=category,
        most=most,
        laboratory="" if trend or not shown.others else shown.others,
        legs=legs,
        sides="" if trend else _sides(name, metric["asymmetry"], differs=differs),
        differs=differs,
        proof_href=f"/evidence/parameters/gait.error.{_seen(name, data)}_both.{name}",
    )


def _parted(asymmetry: Mapping[str, Any]) -> bool:
    """Whether the legs differ by more than the model may be off by at one of them, which is the same in every clip."""
    bounds = asymmetry.get("others") or asymmetry
    low, high = bounds["low"], bounds["high"]
    return low is not None and high is not None and (low > 0 or high < 0)


def _sides(name: str, asymmetry: Mapping[str, Any], *, differs: bool) -> str:
    if asymmetry["value"] is None:
        return ""
    if not differs:
        return _("No difference that the clip can tell.")
    more = SIDES["left" if asymmetry["value"] > 0 else "right"]
    unit, decimals, scale = unit_of(WORDS[name])
    size = not_nothing(abs(asymmetry["value"]) / scale, decimals)
    return _("%(side)s more by %(value)s %(unit)s.", side=_(more), value=size, unit=_(unit)).replace(" °", "°")


def not_nothing(value: float | None, decimals: int) -> str:
    """Return a small number with the decimals that it takes not to read as 0."""
    small = value is not None and value > 0 and round(value, decimals) == 0
    return number(value, decimals + 1 if small else decimals)


def steps_words(count: int) -> str:
    """Return how many steps were measured."""
    return ngettext("%(num)s step", "%(num)s steps", count)
