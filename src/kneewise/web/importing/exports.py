"""Where the makers of watches and apps keep a runner's files, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from kneewise.web.wording import gettext as _
from kneewise.web.wording import message


@dataclass(frozen=True, slots=True)
class Maker:
    """One maker.

    Attributes
    ----------
    steps : tuple of str
        In the order in which they are done.
    """

    name: str
    steps: tuple[str, ...]


#: Their pages change now and then, the words to look for stay.
_MAKERS: Final = (
    Maker(
        "Strava",
        (
            message('In the browser: Settings, My Account, at the bottom "Download or Delete Your Account".'),
            message('Choose "Request Your Archive" and nothing else: the same page can delete the account.'),
            message("An e-mail with a link comes within hours. Drop the zip file here as it is."),
        ),
    ),
    Maker(
        "Garmin",
        (
            message('In the browser, in your Garmin account: "Export Your Data", then request the export.'),
            message("An e-mail with a link comes within days. Drop the zip file here as it is."),
            message('One run alone: open the activity in Garmin Connect, the gear, "Export File".'),
            message("Or join the watch by cable and drop its folder GARMIN/Activity here."),
        ),
    ),
    Maker(
        "Polar",
        (
            message('In the browser, in Polar Flow: open the session, "Export session", TCX.'),
            message(
                'The archive of the Polar account ("Download your data") holds the runs in a form of its own, '
                "which Kneewise cannot read."
            ),
        ),
    ),
    Maker(
        "COROS, Suunto, Amazfit, Wahoo",
        (
            message("In the app: open the run, share or export it, and choose FIT; TCX and GPX hold less."),
            message("Where the app sends runs to Strava, Strava's archive has them all at once."),
        ),
    ),
    Maker(
        "Apple Watch",
        (
            message(
                "The health export of the phone holds the routes as GPX files: drop the zip file here. Cadence is "
                "not in it."
            ),
            message("Apps that write FIT files, such as those that send runs to Strava, keep more."),
        ),
    ),
)


def makers() -> tuple[Maker, ...]:
    """Return the way to the files of each maker."""
    return tuple(replace(maker, steps=tuple(_(step) for step in maker.steps)) for maker in _MAKERS)
