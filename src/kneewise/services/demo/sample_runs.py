"""The demo's sample runs: other people's, in a record of their own beside the made runner's and never mixed with it."""

from __future__ import annotations

from dataclasses import replace

from kneewise.services.demo.building import read_demo
from kneewise.services.demo.living import SAMPLES_RUNNER
from kneewise.services.place import Place
from kneewise.services.run_pages import RunPage, run_page


def samples_beside(place: Place) -> Place | None:
    """Return where the sample runs lie, or ``None`` where the record is a real one, or a clinic's."""
    if place.shared or place.runner_id == SAMPLES_RUNNER or read_demo(place) is None:
        return None
    return replace(place, runner_id=SAMPLES_RUNNER)


def sample_runs(place: Place) -> RunPage | None:
    """Return the sample runs beside a demo's record, newest first; ``None`` where there are none to show."""
    samples = samples_beside(place)
    return None if samples is None else run_page(samples)
