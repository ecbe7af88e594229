"""The keys of cases and orders read backwards: whoever reads one aloud reads its end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLES = ("case", "purchase")


def upgrade() -> None:
    """Apply."""
    for table in TABLES:
        backwards = sa.text("reverse(key) text_pattern_ops")
        op.create_index(f"ix_{table}_reversed", table, [backwards])


def downgrade() -> None:
    """Take back."""
    for table in TABLES:
        op.drop_index(f"ix_{table}_reversed", table)
