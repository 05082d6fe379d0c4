"""PostgreSQL holds what SQLite holds: longer kinds of events, sports of any length, files above two gigabytes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CHANGED = (
    ("event", "kind", sa.String(16), sa.String(32)),
    ("activity", "sport", sa.String(64), sa.Text()),
    ("activity", "sub_sport", sa.String(64), sa.Text()),
    ("original", "size_bytes", sa.Integer(), sa.BigInteger()),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":  # which keeps to no length
        for table, column, narrow, wide in _CHANGED:
            op.alter_column(table, column, existing_type=narrow, type_=wide)


def downgrade() -> None:
    """Nothing: a narrower column would cut what is stored, and the older program works with the wider."""
