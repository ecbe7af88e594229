"""Wallboards and their links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "wallboard",
        sa.Column("wallboard_id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("tiles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("warn_percent", sa.SmallInteger(), nullable=False),
        sa.Column("bad_percent", sa.SmallInteger(), nullable=False),
        sa.Column("rotation_seconds", sa.SmallInteger(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("day_starts_minute", sa.SmallInteger(), nullable=False),
        sa.Column("screen_inches", sa.SmallInteger(), nullable=False),
        sa.Column("distance_cm", sa.SmallInteger(), nullable=False),
        sa.Column("has_chime", sa.Boolean(), nullable=False),
        sa.Column("mute_from_minute", sa.SmallInteger(), nullable=False),
        sa.Column("mute_until_minute", sa.SmallInteger(), nullable=False),
        sa.Column("is_dimmed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "names IN ('none', 'team', 'initials')", name=op.f("ck_wallboard_names")
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_wallboard_has_a_name")),
        sa.CheckConstraint("warn_percent < bad_percent", name=op.f("ck_wallboard_warns_first")),
        sa.PrimaryKeyConstraint("wallboard_id", name=op.f("pk_wallboard")),
        sa.UniqueConstraint("name", name=op.f("uq_wallboard_name")),
    )
    op.create_table(
        "wall_link",
        sa.Column("link_id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("wallboard_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("screen", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_wall_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_wall_link_token_hash")),
    )
    op.create_index("ix_wall_link_wallboard_id", "wall_link", ["wallboard_id"])
