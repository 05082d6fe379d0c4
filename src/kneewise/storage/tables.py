"""The tables, the only description of the database that queries are written against.

The migrations build them step by step; a test asserts that a migrated database equals this description.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

#: Newest revision in ``migrations/versions``; kept here so that opening a current database need not import Alembic.
HEAD = "0006"


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; a naive one raises ``ValueError``."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into what the database stores (SQLite keeps no offset)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: every instant needs an offset")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware datetime in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_json = JSON(none_as_null=True)
# SQLite keeps to no length and no size of its own accord; PostgreSQL refuses what is longer.
_words = String(64).with_variant(Text(), "postgresql")
_kind = String(16).with_variant(String(32), "postgresql")
_bytes = Integer().with_variant(BigInteger(), "postgresql")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

runner = Table(
    "runner",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("birth_year", Integer),
    Column("sex", String(1)),
    Column("height_m", Float),
    Column("mass_kg", Float),
    Column("timezone", String(64)),
    Column("name", Text),
)

original = Table(
    "original",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size_bytes", _bytes, nullable=False),
    Column("format", String(16), nullable=False),
    Column("stored_at", Instant, nullable=False),
)

file_result = Table(
    "file_result",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("runner_id", String(64), ForeignKey("runner.id", ondelete="CASCADE"), nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("issues", _json, nullable=False),
    Column("options", _json, nullable=False),
    Column("imported_at", Instant, nullable=False),
    UniqueConstraint("runner_id", "sha256"),
)

activity = Table(
    "activity",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("runner_id", String(64), ForeignKey("runner.id", ondelete="CASCADE"), nullable=False),
    Column("sha256", String(64)),
    Column("part", Integer, nullable=False),
    Column("start", Instant, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("local_date", Date, nullable=False),
    Column("sport", _words, nullable=False),
    Column("sub_sport", _words),
    Column("device", Text),
    Column("elapsed_s", Float, nullable=False),
    Column("moving_s", Float, nullable=False),
    Column("running_s", Float, nullable=False),
    Column("distance_m", Float),
    Column("ascent_m", Float),
    Column("descent_m", Float),
    Column("steps", Float),
    Column("cadence_spm", Float),
    Column("speed_mps", Float),
    Column("contact_time_s", Float),
    Column("vertical_oscillation_m", Float),
    Column("step_length_m", Float),
    Column("treadmill", Boolean, nullable=False),
    Column("title", Text),
    Column("worth", Float, nullable=False),
    Column("issues", _json, nullable=False),
    # Text, not a foreign key: a file can be stored with its positions stripped and its original left out.
    Index("ix_activity_runner_id_start", "runner_id", "start"),
    Index("ix_activity_sha256", "sha256"),
)

stream = Table(
    "stream",
    metadata,
    Column("activity_id", String(16), ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

run_load = Table(
    "run_load",
    metadata,
    Column("activity_id", String(16), ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True),
    Column("data", _json, nullable=False),
)

reference = Table(
    "reference",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("runner_id", String(64), ForeignKey("runner.id", ondelete="CASCADE"), nullable=False),
    Column("learned_at", Instant, nullable=False),
    Column("data", _json, nullable=False),
    Index("ix_reference_runner_id", "runner_id"),
)

duplicate_link = Table(
    "duplicate_link",
    metadata,
    Column("activity_id", String(16), ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True),
    Column("counted_id", String(16), ForeignKey("activity.id", ondelete="CASCADE"), nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_duplicate_link_counted_id", "counted_id"),
)

# Append-only: no code updates a row, and none deletes one except by erasing the whole runner.
event = Table(
    "event",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("runner_id", String(64), ForeignKey("runner.id", ondelete="CASCADE"), nullable=False),
    Column("kind", _kind, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("local_date", Date, nullable=False),
    Column("data", _json, nullable=False),
    Index("ix_event_runner_id_kind", "runner_id", "kind"),
)

# Work behind a server's back. A row is changed only by who holds its lease, and by who asks for its end.
job = Table(
    "job",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("runner_id", String(64), ForeignKey("runner.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("family", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("data", _json, nullable=False),
    Column("progress", _json, nullable=False),
    Column("text", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("most_attempts", Integer, nullable=False),
    Column("worker", String(64)),
    Column("lease_until", Instant),
    Column("cancel_wanted", Boolean, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_job_state_begun_at", "state", "begun_at"),
    Index("ix_job_runner_id", "runner_id"),
)

# What a job told on its way, line by line: a page asks for what it has not shown.
job_line = Table(
    "job_line",
    metadata,
    Column("job_id", String(32), ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("data", _json, nullable=False),
)
