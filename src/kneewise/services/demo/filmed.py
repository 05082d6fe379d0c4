"""Two clips of the made runner, before and after quicker steps: joints without pictures, since nobody was filmed."""

from __future__ import annotations

import gzip
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Final

from kneewise import clock
from kneewise.services.demo.story import story
from kneewise.services.demo.training import days_ago, starting
from kneewise.services.gait.clips import store_gait
from kneewise.services.gait.measuring import analyse_video
from kneewise.services.gait.work import named
from kneewise.services.place import Place

#: Sample and the day of the story on which it was filmed.
_CLIPS: Final = (("before", "first_clip"), ("after", "second_clip"))
_NOON: Final = 12


def film(place: Place, today: date, files: Path) -> None:
    """Keep what both clips show, on their days of the story; no load follows, for no run is in the record yet.

    Parameters
    ----------
    files : Path
        Folder for what is unpacked.
    """
    told = story()["clips"]
    files.mkdir(parents=True, exist_ok=True)
    for name, when in _CLIPS:
        packed = resources.files("kneewise.services.demo").joinpath("samples", f"made-gait-{name}.json.gz")
        points = files / f"{name}.json"
        points.write_bytes(gzip.decompress(packed.read_bytes()))
        found = analyse_video(points, view="side", height_m=story()["runner"]["height_m"], speed_mps=told["speed_mps"])
        day = days_ago(today, when)
        with clock.standing_at(starting(day, _NOON)):
            store_gait(place, named(found, points, told[name]), on=day)
