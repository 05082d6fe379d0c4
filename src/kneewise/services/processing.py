"""One file's bytes to what the record stores of it: the part of an import that runs in worker processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kneewise.domain import Activity, Issue, Runner
from kneewise.errors import KneewiseError, NotAnActivityError
from kneewise.services import loads
from kneewise.storage import FileStatus, NewActivity, activity_id, encode_stream, summary

_UNKNOWN = "unknown"
_POSITIONS = frozenset({"latitude_deg", "longitude_deg"})


@dataclass(frozen=True, slots=True)
class Options:
    """Choices of an import that change what is stored."""

    strip_positions: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A file on its way: its bytes and their SHA-256, and what the export's table says of it.

    ``sport`` counts only where the file itself does not tell.
    """

    path: str
    sha256: str
    content: bytes
    title: str | None = None
    sport: str | None = None
    sub_sport: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file; small enough to travel between processes."""

    path: str
    sha256: str
    status: FileStatus
    format: str = ""
    activities: tuple[NewActivity, ...] = ()
    issues: tuple[Issue, ...] = ()


def process_all(sources: Sequence[Source], runner: Runner, options: Options) -> list[Outcome]:
    """Process files one after the other; each has an outcome, whatever is wrong with it."""
    return [process(source, runner, options) for source in sources]


def process(source: Source, runner: Runner, options: Options) -> Outcome:
    """Read, clean, compute and encode one file.

    Returns
    -------
    Outcome
        ``failed`` or ``skipped`` with an issue where the file holds nothing to store; this never raises, because one
        bad file must not end an import of thousands (damage can make numpy run out of memory or code recurse).
    """
    try:
        return _processed(source, runner, options)
    except NotAnActivityError as error:
        return _refused(source, "skipped", "not-an-activity", str(error))
    except KneewiseError as error:
        text = str(error)
        where = "" if source.path in text else f"{source.path}: "  # the cleaning does not know the name
        return _refused(source, "failed", "unreadable-file", where + text)
    except (KeyboardInterrupt, SystemExit):
        raise
    except MemoryError:
        text = "Reading it takes more memory than one file may; the other files are not touched."
        return _refused(source, "failed", "too-much-memory", text)
    except BaseException as error:  # native code raises outside of Exception
        text = (
            f"Reading it failed inside Kneewise ({type(error).__name__}: {error}); the other files are not touched; "
            "please report this with the file."
        )
        return _refused(source, "failed", "internal-error", text)


def _processed(source: Source, runner: Runner, options: Options) -> Outcome:
    from kneewise.activities import clean
    from kneewise.sources import read_recordings

    recordings = read_recordings(source.content, source.path)
    issues: dict[Issue, None] = {}
    activities: list[NewActivity] = []
    for recording in recordings:
        issues.update(dict.fromkeys(recording.issues))
        for activity in clean(recording, default_timezone=runner.timezone):
            issues.update(dict.fromkeys(activity.issues))
            named = _named(activity, source)
            activities.append(new_activity(named, runner, source.sha256, len(activities), options))
    if not activities:
        text = "The file holds no activity with a duration; nothing was stored."
        return _refused(source, "skipped", "no-activity", text, tuple(issues))
    return Outcome(
        path=source.path,
        sha256=source.sha256,
        status="imported",
        format=recordings[0].format,
        activities=tuple(activities),
        issues=tuple(issues),
    )


def _named(activity: Activity, source: Source) -> Activity:
    if activity.sport == _UNKNOWN and source.sport is not None:
        activity = replace(activity, sport=source.sport, sub_sport=source.sub_sport)
    return replace(activity, title=source.title or activity.title)


def new_activity(activity: Activity, runner: Runner, content: str, part: int, options: Options) -> NewActivity:
    """Return what is stored for one activity.

    Parameters
    ----------
    content : str
        SHA-256 of its file.
    part : int
        Which activity of its file, from 0.
    """
    from kneewise.activities.duplicates import fingerprint

    load = loads.pack(activity, runner)
    stream = activity.stream
    if stream is not None and options.strip_positions:
        stream = replace(
            stream, columns={name: column for name, column in stream.columns.items() if name not in _POSITIONS}
        )
    return NewActivity(
        id=activity_id(runner.id, content, part),
        sha256=content,
        part=part,
        summary=summary(activity),
        rows=0 if stream is None else len(stream),
        stream=None if stream is None else encode_stream(stream),
        load=load,
        worth=fingerprint(activity, content).worth,
    )


def _refused(source: Source, status: FileStatus, code: str, text: str, earlier: tuple[Issue, ...] = ()) -> Outcome:
    issues = (*earlier, Issue(code=code, where=source.path, text=text))
    return Outcome(path=source.path, sha256=source.sha256, status=status, issues=issues)
