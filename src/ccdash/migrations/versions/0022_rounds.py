"""Rounds of what was written, and how often customers came about a matter.

Rounds are counted here as ccdash/rounds.py does; the worker makes the sums of what is there. Where
contacts were forgotten the new sums stay 0, so that these figures have a gap there.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

CONTACT_SUMS = {
    "written_about": "integer",
    "answered_rounds": "integer",
    "answered_again": "integer",
    "next_responses": "integer",
    "next_response_seconds": "bigint",
}
BOUNCE_SUMS = {"come_about": "integer", "times_come": "integer"}
TABLES = {
    "contact_interval": CONTACT_SUMS,
    "contact_hour": CONTACT_SUMS,
    "contact_channel_hour": CONTACT_SUMS,
    "bounce_interval": BOUNCE_SUMS,
    "bounce_hour": BOUNCE_SUMS,
    "bounce_channel_hour": BOUNCE_SUMS,
}
ROUNDS = """
    WITH told AS (
        SELECT customer_id, contact_id, arrived_at, c.source, c.key, c.stay, position, said_at,
            author, lag(author) OVER said AS before
        FROM message JOIN contact AS c USING (customer_id, contact_id, arrived_at)
        WHERE author <> 'bot'
        WINDOW said AS (PARTITION BY c.source, c.key ORDER BY c.stay, position)
    ), asked AS (
        SELECT *, max(said_at) FILTER (
            WHERE author = 'customer' AND before IS DISTINCT FROM 'customer'
        ) OVER (PARTITION BY source, key ORDER BY stay, position) AS asked_at
        FROM told
    ), answered AS (
        SELECT *, floor(extract(epoch FROM said_at - asked_at)) AS seconds,
            row_number() OVER (PARTITION BY source, key ORDER BY stay, position) > 1 AS is_next
        FROM asked WHERE author = 'agent' AND before = 'customer'
    ), counted AS (
        SELECT customer_id, contact_id, arrived_at, count(a) AS rounds,
            count(a) FILTER (WHERE is_next) AS next_responses,
            least(coalesce(sum(seconds) FILTER (WHERE is_next), 0), 2147483647) AS seconds
        FROM message AS m
        LEFT JOIN answered AS a USING (customer_id, contact_id, arrived_at, position)
        GROUP BY customer_id, contact_id, arrived_at
    )
    UPDATE contact AS c
    SET rounds = n.rounds, next_responses = n.next_responses, next_response_seconds = n.seconds
    FROM counted AS n
    WHERE c.customer_id = n.customer_id AND c.contact_id = n.contact_id
        AND c.arrived_at = n.arrived_at
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("contact", sa.Column("rounds", sa.SmallInteger(), nullable=True))
    op.add_column("contact", sa.Column("next_responses", sa.SmallInteger(), nullable=True))
    op.add_column("contact", sa.Column("next_response_seconds", sa.Integer(), nullable=True))
    for table, sums in TABLES.items():
        added = ", ".join(f"ADD COLUMN {one} {of} NOT NULL DEFAULT 0" for one, of in sums.items())
        filled = ", ".join(f"ALTER COLUMN {one} DROP DEFAULT" for one in sums)
        op.execute(f"ALTER TABLE {table} {added}")
        op.execute(f"ALTER TABLE {table} {filled}")
    op.execute(ROUNDS)
    op.execute(
        "INSERT INTO dirty_interval (fact, interval_start, of_id, mark, marked_at)"
        " SELECT DISTINCT 'contact', date_bin('15 minutes', arrived_at, '2000-01-01 00:00:00Z'),"
        " queue_id, 0, now() FROM contact WHERE next_responses IS NOT NULL"
        " UNION SELECT 'bounce', interval_start, queue_id, 0, now() FROM bounce_interval"
        " ON CONFLICT DO NOTHING"
    )
