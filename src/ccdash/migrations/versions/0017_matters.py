"""Matters: which contacts are about the same thing. The worker makes those of what is there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BOUNCE_SUMS = ("matters", "known_matters", "bounces", "third_contacts")
QUEUE, CHANNEL = ("queue_id", sa.BigInteger), ("channel", sa.Text)
TABLES = {
    "bounce_interval": (QUEUE, CHANNEL),
    "bounce_hour": (QUEUE, CHANNEL),
    "bounce_channel_hour": (CHANNEL,),
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "matter",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("matter_id", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "how IN ('begins', 'case', 'rule', 'decision')", name=op.f("ck_matter_how")
        ),
        sa.PrimaryKeyConstraint("customer_id", "contact_id", "arrived_at", name=op.f("pk_matter")),
    )
    op.create_index("ix_matter_matter_id", "matter", ["matter_id", "arrived_at", "contact_id"])
    op.create_index(
        "ix_contact_root_id",
        "contact",
        ["root_id"],
        postgresql_where=sa.text("root_id <> contact_id"),
    )
    _decisions()
    op.create_table(
        "dirty_matter",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "mark", name=op.f("pk_dirty_matter")),
    )
    _sums()
    op.execute(
        "INSERT INTO dirty_matter SELECT DISTINCT customer_id, 0, now() FROM contact"
        " WHERE customer_id > 0 OR case_id IS NOT NULL OR root_id <> contact_id"
    )


def _decisions() -> None:
    op.create_table(
        "matter_decision",
        sa.Column("decision_id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("other_contact_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by", sa.Text(), nullable=True),
        sa.Column("taken_back_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('join', 'apart')", name=op.f("ck_matter_decision_kind")),
        sa.CheckConstraint(
            "(kind = 'join') = (other_contact_id IS NOT NULL)",
            name=op.f("ck_matter_decision_joins_another"),
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_matter_decision")),
    )
    op.create_index("ix_matter_decision_customer_id", "matter_decision", ["customer_id"])
    op.create_index("ix_matter_decision_contact_id", "matter_decision", ["contact_id"])


def _sums() -> None:
    """They were of cases, and are of the contacts with which matters begin."""
    op.drop_table("bounce_interval")
    op.drop_table("bounce_hour")
    for table, of in TABLES.items():
        keys = ("interval_start", *(name for name, _ in of))
        op.create_table(
            table,
            sa.Column("interval_start", sa.DateTime(timezone=True), nullable=False),
            *(sa.Column(name, kind(), nullable=False) for name, kind in of),
            *(sa.Column(name, sa.Integer(), nullable=False) for name in BOUNCE_SUMS),
            sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{table}")),
        )
    op.execute("DELETE FROM dirty_interval WHERE fact = 'bounce'")
    op.execute(
        "INSERT INTO dirty_interval (fact, interval_start, of_id, mark, marked_at)"
        " SELECT DISTINCT 'bounce', interval_start, queue_id, 0, now() FROM contact_interval"
        " ON CONFLICT DO NOTHING"
    )
