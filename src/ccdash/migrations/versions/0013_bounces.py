"""Bounces of cases, and contacts that follow a failure. The worker makes the sums of what is there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FAILURE_SUMS = ("known_demand", *(f"failure_demand_{days}" for days in range(1, 31)))
BOUNCE_SUMS = ("cases_with_contacts", "bounces")
QUEUE, CHANNEL = ("queue_id", sa.BigInteger), ("channel", sa.Text)
TABLES = {
    "failure_interval": ((QUEUE, CHANNEL), FAILURE_SUMS),
    "failure_hour": ((QUEUE, CHANNEL), FAILURE_SUMS),
    "failure_channel_hour": ((CHANNEL,), FAILURE_SUMS),
    "bounce_interval": ((QUEUE,), BOUNCE_SUMS),
    "bounce_hour": ((QUEUE,), BOUNCE_SUMS),
}


def upgrade() -> None:
    """Apply."""
    for table, (of, sums) in TABLES.items():
        keys = ("interval_start", *(name for name, _ in of))
        op.create_table(
            table,
            sa.Column("interval_start", sa.DateTime(timezone=True), nullable=False),
            *(sa.Column(name, kind(), nullable=False) for name, kind in of),
            *(sa.Column(name, sa.Integer(), nullable=False) for name in sums),
            sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}")),
        )
    op.execute(
        "INSERT INTO dirty_interval (fact, interval_start, of_id, mark, marked_at)"
        " SELECT DISTINCT 'failure', interval_start, queue_id, 0, now() FROM contact_interval"
        " UNION SELECT 'bounce', interval_start, queue_id, 0, now() FROM case_interval"
        # hold and wrap-up count from now on where the talk is known, as their mean says
        " UNION SELECT 'contact', interval_start, queue_id, 0, now() FROM contact_interval"
        " WHERE timed < handled"
        " ON CONFLICT DO NOTHING"
    )
