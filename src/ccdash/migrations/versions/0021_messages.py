"""What was written in conversations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "message",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "author IN ('customer', 'agent', 'bot')", name=op.f("ck_message_author")
        ),
        sa.PrimaryKeyConstraint(
            "customer_id", "contact_id", "arrived_at", "position", name=op.f("pk_message")
        ),
    )
    op.create_index(
        "ix_message_agent_id",
        "message",
        ["agent_id"],
        postgresql_where=sa.text("agent_id IS NOT NULL"),
    )
