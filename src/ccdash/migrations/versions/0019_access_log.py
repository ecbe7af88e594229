"""Who opened whose history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ACTIONS = "action IN ('opened', 'details', 'exported', 'linked', 'forgotten')"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "access_log",
        sa.Column("access_id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint(ACTIONS, name=op.f("ck_access_log_action")),
        sa.PrimaryKeyConstraint("access_id", name=op.f("pk_access_log")),
    )
    op.create_index("ix_access_log_customer_id", "access_log", ["customer_id"])
    op.create_index("ix_access_log_at", "access_log", ["at"])
