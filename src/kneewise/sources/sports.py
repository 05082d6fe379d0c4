"""Sports by the words that apps use for them, to the names of the FIT profile."""

from __future__ import annotations

import re
import unicodedata

#: First match wins; the words of the languages in which exports were seen.
_SPORTS: tuple[tuple[str, str], ...] = (
    (r"\b(bike|biking|cycl\w*|ride|rad\w*|velo|ciclismo|fietsen|ebike\w*|gravel\w*|mountain bik\w*)\b", "cycling"),
    (r"\b(ski|skiing|nordic\w*|langlauf\w*|snowboard\w*|inline\w*|skat\w*)\b", "generic"),
    (r"\b\w*(run|runs|running|jog|jogging|lauf|laufen|laufband|hardlopen|lopen)\b", "running"),
    (r"\b(course|course a pied|carrera|correr|corsa|corrida|running|lopning|beg)\b", "running"),
    (r"\b(hik\w*|wander\w*|randonnee|senderismo|escursion\w*)\b", "hiking"),
    (r"\b(walk\w*|spazier\w*|gehen|marche|caminata|camminata|wandelen)\b", "walking"),
    (r"\b(swim\w*|schwimm\w*|natation|natacion|nuoto|zwemmen)\b", "swimming"),
)
_SUB_SPORTS: tuple[tuple[str, str], ...] = (
    (r"\btrail", "trail"),
    (r"\b(treadmill|laufband)", "treadmill"),
    (r"\bindoor", "indoor_running"),
    (r"\bvirtual", "virtual_activity"),
    (r"\btrack\b", "track"),
    (r"\bstreet\b", "street"),
)
#: Strava writes its numbers into the type of a GPX track.
_STRAVA_NUMBERS = {"1": "cycling", "9": "running"}


def sport_of(text: str | None) -> tuple[str | None, str | None]:
    """Return sport and sub-sport in the words of the FIT profile; ``None`` where the text does not tell.

    Examples
    --------
    >>> sport_of("trail_running")
    ('running', 'trail')
    >>> sport_of("Biking")
    ('cycling', None)
    """
    words = _plain(text or "")
    if words in _STRAVA_NUMBERS:
        return _STRAVA_NUMBERS[words], None
    if words == "other":
        return "generic", None
    sport = next((name for pattern, name in _SPORTS if re.search(pattern, words)), None)
    if sport != "running":
        return sport, None
    return sport, next((name for pattern, name in _SUB_SPORTS if re.search(pattern, words)), None)


def _plain(text: str) -> str:
    """Return lower case without accents, one blank between words."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text[:200])
    letters = unicodedata.normalize("NFKD", split.lower())
    return re.sub(r"[\W_]+", " ", "".join(c for c in letters if not unicodedata.combining(c))).strip()
