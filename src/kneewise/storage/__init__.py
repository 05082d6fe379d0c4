"""The runner's record on disk: tables, streams, originals, migrations; the only importer of SQLAlchemy.

A record is one database (SQLite beside the originals, or PostgreSQL by URL) and one folder of original files. Functions
here take a connection from :meth:`Record.reading` or :meth:`Record.writing`; transactions are opened by ``services``.
"""

from kneewise.storage.activities import (
    NewActivity,
    StoredActivity,
    activity_id,
    count_activities,
    delete_of_file,
    each_activity,
    each_load,
    insert_activities,
    load_stream,
    read_activities,
    read_duplicates,
    read_ids_by_file,
    replace_duplicates,
    replace_loads,
    replace_titles,
    summary,
)
from kneewise.storage.database import Record, open_record
from kneewise.storage.events import (
    Event,
    EventKind,
    append_event,
    keyed_event,
    keyed_id,
    new_event,
    read_event,
    read_event_field,
    read_events,
    read_latest_event,
)
from kneewise.storage.files import (
    FileStatus,
    StoredFile,
    read_files,
    read_last_import,
    read_originals,
    write_files,
    write_originals,
)
from kneewise.storage.load_sums import LoadSums, read_load_sums
from kneewise.storage.runners import append_reference, read_reference, read_runner, read_runner_ids, write_runner
from kneewise.storage.streams import decode_stream, encode_stream

__all__ = [
    "Event",
    "EventKind",
    "FileStatus",
    "LoadSums",
    "NewActivity",
    "Record",
    "StoredActivity",
    "StoredFile",
    "activity_id",
    "append_event",
    "append_reference",
    "count_activities",
    "decode_stream",
    "delete_of_file",
    "each_activity",
    "each_load",
    "encode_stream",
    "insert_activities",
    "keyed_event",
    "keyed_id",
    "load_stream",
    "new_event",
    "open_record",
    "read_activities",
    "read_duplicates",
    "read_event",
    "read_event_field",
    "read_events",
    "read_files",
    "read_ids_by_file",
    "read_last_import",
    "read_latest_event",
    "read_load_sums",
    "read_originals",
    "read_reference",
    "read_runner",
    "read_runner_ids",
    "replace_duplicates",
    "replace_loads",
    "replace_titles",
    "summary",
    "write_files",
    "write_originals",
    "write_runner",
]
