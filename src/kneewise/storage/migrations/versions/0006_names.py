"""The name that a runner wants to be called by on a report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runner", sa.Column("name", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("runner", "name")
