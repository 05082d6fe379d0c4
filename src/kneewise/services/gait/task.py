"""What measuring a clip does as a job: measured in a process of its own, and stored whole or not at all."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kneewise import clock
from kneewise.errors import UnreadableFileError, UnusableClipError
from kneewise.services.gait.clips import store_gait
from kneewise.services.gait.work import ClipLook, ClipOrder, Measurer, MeasuringDiedError, named
from kneewise.services.job_worker import JobAsksError, JobCutOffError, JobHand
from kneewise.services.place import Place
from kneewise.storage.jobs import Job, insert_once, new_job

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kneewise.services.gait.measuring import GaitResult

_PICTURES: Final = "pictures"


class VideoTask:
    """The task of measuring a clip.

    Parameters
    ----------
    place : Place
        Whose record.
    folder : Path
        Where the clips lie, each in a folder of its own.
    measurer : Measurer
        Who measures.
    """

    def __init__(self, place: Place, folder: Path, measurer: Measurer) -> None:
        self._place = place
        self._folder = folder
        self._measurer = measurer

    def run(self, hand: JobHand) -> None:
        """Measure the clip; its numbers are in the record if and only if the job is done."""
        data = hand.job.data
        folder = self._folder / data["folder"]
        clip, pictures = folder / data["clip"], folder / _PICTURES
        shutil.rmtree(pictures, ignore_errors=True)  # of an attempt that was cut off
        if not clip.is_file():
            raise UnreadableFileError("The clip is not there any more; choose it again.")
        found = self._measured(hand, clip, pictures)
        if data["keep_clip"]:
            pictures.mkdir(exist_ok=True)
            _link(clip, pictures / clip.name)

        def end(connection: Connection, clip_id: str, changed: bool) -> None:
            hand.end_with(connection, share=1.0, clip=clip_id)
            if changed:
                insert_once(connection, new_job(hand.job.runner_id, "loads", {}, at=clock.now()))

        store_gait(
            replace(self._place, runner_id=hand.job.runner_id),
            named(found, clip, data["name"]),
            on=date.fromisoformat(data["on"]),
            pictures=pictures if pictures.is_dir() else None,
            beside=end,
        )

    def over(self, job: Job) -> None:
        """Delete the clip, and what was made of it and not kept."""
        shutil.rmtree(self._folder / job.data["folder"], ignore_errors=True)

    def _measured(self, hand: JobHand, clip: Path, pictures: Path) -> GaitResult:
        data = hand.job.data

        def progress(share: float) -> None:
            hand.progress(share=round(share, 2))
            hand.stop_if_wanted()

        try:
            return self._measurer.measure(
                clip, ClipLook(**data["look"]), ClipOrder.from_json(data["order"]), pictures, progress
            )
        except UnusableClipError as error:
            raise JobAsksError(str(error)) from error
        except MeasuringDiedError as error:
            raise JobCutOffError(str(error)) from error


def _link(clip: Path, to: Path) -> None:
    """Put the clip beside its pictures; it stays where it is until the job is over."""
    try:
        os.link(clip, to)
    except OSError:  # a disk without links
        shutil.copyfile(clip, to)
