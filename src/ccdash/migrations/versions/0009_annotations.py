"""Annotations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "annotation",
        sa.Column("annotation_id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('phone', 'chat', 'email', 'social', 'form', 'callback', 'self_service')",
            name=op.f("ck_annotation_channel"),
        ),
        sa.CheckConstraint("ends_at > begins_at", name=op.f("ck_annotation_ends_later")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_annotation_says_something")),
        sa.PrimaryKeyConstraint("annotation_id", name=op.f("pk_annotation")),
    )
