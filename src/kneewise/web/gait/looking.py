"""Files that are looked into while their sender waits: each takes a process of its own, so few at the same time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

from kneewise.errors import InvalidInputError
from kneewise.web.gait.view import CLIP_LIMIT_BYTES
from kneewise.web.uploads import Upload, label
from kneewise.web.wording import gettext as _

#: Processes of some hundred megabytes: more would let one runner fill the memory of a whole clinic's server.
_AT_ONCE: Final = 2
#: Of one runner at the same time, waiting ones too: who sends many delays nobody else for long.
_OF_ONE: Final = 4
#: How many of each runner are looked into or wait.
_HERE: Final[Counter[str]] = Counter()
Found = TypeVar("Found")
_LOOKING: RunVar[CapacityLimiter] = RunVar("kneewise_looking_into_files")


async def looked_into(look: Callable[..., Found], file: Upload, otherwise: str, *, whose: str | None) -> Found:
    """Return what a look into an upload gives; further ones wait without taking a thread from pages.

    Parameters
    ----------
    look : callable
        Takes the path and the sender's name of the file.
    otherwise : str
        What to call a file without a name.
    whose : str or None
        The runner who sends it; ``None`` where there is but one.

    Raises
    ------
    InvalidInputError
        When it is larger than any clip may be, or when several of this runner wait already.
    """
    if file.size > CLIP_LIMIT_BYTES:
        raise InvalidInputError(too_large())
    one = whose or ""
    if _HERE[one] >= _OF_ONE:
        raise InvalidInputError(_("Several of your files are being looked at; send this one when they are done."))
    _HERE[one] += 1
    try:
        return await to_thread.run_sync(partial(look, file.path, label(file.label) or otherwise), limiter=_limiter())
    finally:
        _HERE[one] -= 1
        if not _HERE[one]:
            del _HERE[one]


def too_large() -> str:
    """Return what is said of a clip that is too large."""
    return _("This file is too large for a clip; cut it to the 20 to 30 seconds in which you run.")


def _limiter() -> CapacityLimiter:
    try:
        return _LOOKING.get()
    except LookupError:
        limiter = CapacityLimiter(_AT_ONCE)
        _LOOKING.set(limiter)
        return limiter
