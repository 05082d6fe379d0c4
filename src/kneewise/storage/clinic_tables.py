"""Tables of a clinic: who may sign in, who shares what with whom, who read what, who needs attention.

They stand in every database; a record that one runner keeps on their own machine leaves them empty.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from kneewise.storage.tables import Instant, metadata

#: Key of ``Column.info``: an export leaves the value out, because it opens something.
SECRET = "secret"  # noqa: S105 - a key

_json = JSON(none_as_null=True)
_ACCOUNT = 32
_HASH = 64

account = Table(
    "account",
    metadata,
    Column("id", String(_ACCOUNT), primary_key=True),
    Column("login", String(254), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("runner_id", String(64), ForeignKey("runner.id", ondelete="CASCADE")),
    Column("password_hash", Text, info={SECRET: True}),
    # Encrypted with a key that is not in the database: 48 bytes are 64 signs of Base64.
    Column("totp_secret", String(64), info={SECRET: True}),
    # The step of the last code that was used: the same code never opens twice.
    Column("totp_step", Integer),
    Column("made_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    UniqueConstraint("login"),
    UniqueConstraint("runner_id"),
)

account_session = Table(
    "account_session",
    metadata,
    Column("token_hash", String(_HASH), primary_key=True, info={SECRET: True}),
    Column("account_id", String(_ACCOUNT), ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    # Whose record a clinician has open.
    Column("open_runner_id", String(64), ForeignKey("runner.id", ondelete="SET NULL")),
    Column("begun_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index("ix_account_session_account_id", "account_id"),
)

one_time_link = Table(
    "one_time_link",
    metadata,
    Column("token_hash", String(_HASH), primary_key=True, info={SECRET: True}),
    Column("account_id", String(_ACCOUNT), ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_one_time_link_account_id", "account_id"),
)

# Failures alone, kept for as long as they slow anybody down. Name and address stand there as keyed hashes.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", String(_ACCOUNT), ForeignKey("account.id", ondelete="CASCADE")),
    Column("login_key", String(_HASH), nullable=False),
    Column("address_key", String(_HASH), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_sign_in_attempt_login_key_at", "login_key", "at"),
    Index("ix_sign_in_attempt_address_key_at", "address_key", "at"),
)

care = Table(
    "care",
    metadata,
    Column("runner_id", String(64), ForeignKey("runner.id", ondelete="CASCADE"), primary_key=True),
    Column("clinician_id", String(_ACCOUNT), ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("since", Instant, nullable=False),
    Index("ix_care_clinician_id", "clinician_id"),
)

# Appended: a consent that is withdrawn keeps its row with the instant; one that is given again is another row.
consent = Table(
    "consent",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("runner_id", String(64), ForeignKey("runner.id", ondelete="CASCADE"), nullable=False),
    Column("clinician_id", String(_ACCOUNT), ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    Index("ix_consent_clinician_id_runner_id", "clinician_id", "runner_id"),
    Index("ix_consent_runner_id", "runner_id"),
)

# Append-only: no code updates a row, and none deletes one except by erasing the runner whose data was read.
access_log = Table(
    "access_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("runner_id", String(64), ForeignKey("runner.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    # Text, not a foreign key: what was done stays told when an account goes.
    Column("account", String(_ACCOUNT), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("action", String(8), nullable=False),
    Column("kinds", _json, nullable=False),
    Column("route", Text, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Index("ix_access_log_runner_id_at", "runner_id", "at"),
)

# Made from the record and made again when it changes; nothing is lost with a row.
attention = Table(
    "attention",
    metadata,
    Column("runner_id", String(64), ForeignKey("runner.id", ondelete="CASCADE"), primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("reasons", _json, nullable=False),
    Column("facts", _json, nullable=False),
    Column("local_date", Date, nullable=False),
    Column("worked_out_at", Instant, nullable=False),
    Column("stamp", String(_HASH), nullable=False),
)
