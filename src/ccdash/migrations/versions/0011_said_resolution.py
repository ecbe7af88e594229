"""What agents and customers say of the resolution, and what self service kept from people.

The worker makes the sums of the self service that is there; nobody has said anything yet.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CONTACT_SUMS = (
    "agent_resolved_said",
    "agent_resolved_yes",
    "fcr_asked",
    "fcr_responses",
    "fcr_solved",
    "self_service",
    "self_service_unknown",
    "self_served",
)
REPEAT_SUMS = ("self_service_known", *(f"contained_{days}" for days in range(1, 31)))
TABLES = {
    "contact_interval": CONTACT_SUMS,
    "contact_hour": CONTACT_SUMS,
    "contact_channel_hour": CONTACT_SUMS,
    "repeat_interval": REPEAT_SUMS,
    "repeat_hour": REPEAT_SUMS,
    "repeat_channel_hour": REPEAT_SUMS,
}


def upgrade() -> None:
    """Apply."""
    op.add_column("contact", sa.Column("agent_resolved", sa.Boolean(), nullable=True))
    op.add_column(
        "contact",
        sa.Column("fcr_asked", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("contact", sa.Column("fcr_score", sa.SmallInteger(), nullable=True))
    for table, names in TABLES.items():
        added = ", ".join(f"ADD COLUMN {name} integer NOT NULL DEFAULT 0" for name in names)
        filled = ", ".join(f"ALTER COLUMN {name} DROP DEFAULT" for name in names)
        op.execute(f"ALTER TABLE {table} {added}")
        op.execute(f"ALTER TABLE {table} {filled}")
    op.execute(
        "INSERT INTO dirty_interval (fact, interval_start, of_id, mark, marked_at)"
        " SELECT DISTINCT 'contact', date_bin('15 minutes', arrived_at, '2000-01-01 00:00:00Z'),"
        " queue_id, 0, now() FROM contact"
        " WHERE channel = 'self_service' OR outcome = 'self_served' ON CONFLICT DO NOTHING"
    )
