"""Distributions of durations by day. The first one who knows the zone has them made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "spread_queue",
        sa.Column("spread", sa.Text(), nullable=False),
        sa.Column("day_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queue_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("classes", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("counts", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint(
            "spread", "day_start", "queue_id", "channel", name=op.f("pk_spread_queue")
        ),
    )
    op.create_table(
        "spread_channel",
        sa.Column("spread", sa.Text(), nullable=False),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("span_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("classes", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("counts", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.PrimaryKeyConstraint(
            "spread", "span", "span_start", "channel", name=op.f("pk_spread_channel")
        ),
    )
    op.create_table(
        "spread_zone",
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("made", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("timezone", name=op.f("pk_spread_zone")),
    )
