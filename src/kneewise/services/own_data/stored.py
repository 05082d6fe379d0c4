"""What is stored where, in words: for the runner who wants to know before exporting or erasing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kneewise.domain import Runner
from kneewise.services.own_data.folder import DATABASE_NAME, ORIGINALS_NAME, PARTS, foreign_entries, size_of
from kneewise.services.place import Place, opened
from kneewise.storage import EventKind, Record, count_events, database_bytes, row_counts, stream_bytes

#: In words, every kind of event.
EVENT_TITLES: Final[Mapping[EventKind, str]] = {
    "check_in": "Check-ins",
    "intake": "Answers to the safety questions",
    "intake_draft": "Answers to questions that you have not sent yet",
    "measure": "Scores",
    "change": "Changes that you noted",
    "plan": "Versions of your plan",
    "availability": "Days and things at home that you told",
    "goal": "Goals",
    "strength_log": "Strength work",
    "gait_trial": "Trials of quicker steps",
    "live_session": "Sessions of quicker steps with beat and voice",
    "self_test": "Short tests at home",
    "knee_trial": "Lab and video trials of your own knee",
    "knee_trial_withdrawn": "Trials that you withdrew",
    "gait_clip": "Numbers of your clips, without pictures",
    "gait_clip_withdrawn": "Clips that you deleted",
    "clinic_note": "Notes of your clinician",
    "examination": "Tests that your clinician did",
    "proposal": "Proposals of your clinician for the plan",
    "proposal_answer": "Your answers to proposals",
}


_OF_CLINIC: Final = "clinic"
_CLINIC_TEXT: Final = "It lies in the database of your clinic. What others may see of it is your choice."


@dataclass(frozen=True, slots=True)
class StoredKind:
    """One kind of data.

    Attributes
    ----------
    kind : str
        A short name that stays the same.
    title : str
        For people.
    count : int
    size_bytes : int or None
        Where it has a size of its own; the rest is part of the database's.
    where : str
        File, folder or database.
    text : str
        What it is, in words.
    """

    kind: str
    title: str
    count: int
    size_bytes: int | None
    where: str
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class StoredData:
    """Everything that is stored.

    Attributes
    ----------
    data : Path
        Data folder.
    kinds : tuple of StoredKind
        Of this runner, then what all runners of the record share.
    foreign : tuple of Path
        What lies in the folder and is not ours.
    """

    data: Path
    runner: str
    kinds: tuple[StoredKind, ...]
    foreign: tuple[Path, ...]
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return the document of ``kneewise where``."""
        return {
            "data": str(self.data),
            "runner": self.runner,
            "kinds": [kind.to_json() for kind in self.kinds],
            "foreign": [str(path) for path in self.foreign],
            "text": self.text,
        }


def what_is_stored(place: Place) -> StoredData:
    """Return what the record holds of a runner, how much, and where it lies.

    Raises
    ------
    StorageError
        When the record cannot be opened.
    """
    with opened(place) as (record, runner):
        if place.shared:
            kinds = tuple(_of_runner(record, runner, _OF_CLINIC))
            return StoredData(Path(_OF_CLINIC), runner.id, kinds, (), _CLINIC_TEXT)
        where = str(record.data / DATABASE_NAME) if record.lies_here else f"the database {record.where}"
        kinds = (*_of_runner(record, runner, where), *_of_record(record, where))
    text = (
        f"Everything lies in {record.data}, readable by you alone. Nothing is sent anywhere. Backups and exports that "
        "you made lie where you put them."
    )
    return StoredData(record.data, runner.id, kinds, tuple(foreign_entries(record.data)), text)


def _of_runner(record: Record, runner: Runner, where: str) -> Iterator[StoredKind]:
    with record.reading() as connection:
        counts, told = row_counts(connection, runner.id), count_events(connection, runner.id)
        packed = stream_bytes(connection, runner.id)
    profile = "Year of birth, sex, height, mass and time zone, as far as you told them."
    yield StoredKind("profile", "Profile", counts["runner"], None, where, profile)
    runs = "Date, distance, time, cadence and what was noted, one line each, with the sums of its load."
    yield StoredKind("activities", "Activities", counts["activity"], None, where, runs)
    seconds = "Speed, cadence, slope, heart rate and position for each second, as far as the watch told them."
    yield StoredKind("streams", "Seconds of activities", counts["stream"], packed, where, seconds)
    files = "What came of every file that you imported, and where it lay."
    yield StoredKind("files", "Results of imports", counts["file_result"], None, where, files)
    for kind, title in EVENT_TITLES.items():
        if told.get(kind):
            yield StoredKind(kind, title, told[kind], None, where, "In the order in which you told it; never changed.")


def _of_record(record: Record, where: str) -> Iterator[StoredKind]:
    originals = sum(1 for _ in record.originals)
    folder = record.data / ORIGINALS_NAME
    text = "Your files as they came, named by the SHA-256 of their bytes; of all runners of this record."
    yield StoredKind("originals", "Original files", originals, size_of(folder), str(folder), text)
    with record.reading() as connection:
        elsewhere = database_bytes(connection)
    here = sum(size_of(record.data / name) for name in PARTS if name.startswith(DATABASE_NAME))
    database = here if elsewhere is None else elsewhere
    yield StoredKind("database", "The database", 1, database or None, where, "All of the above but the original files.")
    for name, part in PARTS.items():
        path = record.data / name
        if not name.startswith((DATABASE_NAME, ORIGINALS_NAME)) and path.exists():
            sort = "folder" if path.is_dir() else "file"
            yield StoredKind(name, f"A {sort} of the program", 1, size_of(path), str(path), f"This {sort} {part.text}.")
