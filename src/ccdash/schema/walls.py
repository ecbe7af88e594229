"""Boards that hang on walls, and the links by which screens open them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from ccdash.schema.base import Instant, metadata, one_of
from ccdash.vocabulary import Names

wallboard = Table(
    "wallboard",
    metadata,
    Column("wallboard_id", BigInteger, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False, unique=True),
    Column("language", Text, nullable=False),
    Column("names", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("channels", ARRAY(Text), nullable=False),
    Column("tiles", ARRAY(Text), nullable=False),
    Column("warn_percent", SmallInteger, nullable=False),
    Column("bad_percent", SmallInteger, nullable=False),
    Column("rotation_seconds", SmallInteger, nullable=False),
    Column("notice", Text, nullable=False),
    Column("day_starts_minute", SmallInteger, nullable=False),
    Column("screen_inches", SmallInteger, nullable=False),
    Column("distance_cm", SmallInteger, nullable=False),
    Column("has_chime", Boolean, nullable=False),
    Column("mute_from_minute", SmallInteger, nullable=False),
    Column("mute_until_minute", SmallInteger, nullable=False),
    Column("is_dimmed", Boolean, nullable=False),
    one_of("names", Names),
    CheckConstraint("name <> ''", name="has_a_name"),
    CheckConstraint("warn_percent < bad_percent", name="warns_first"),
)
"""How one board looks. An empty team is the whole centre; no channels are those that there are.
`tiles` are names of metrics; minutes are after midnight by the centre's clock."""

wall_link = Table(
    "wall_link",
    metadata,
    Column("link_id", BigInteger, primary_key=True, autoincrement=True),
    Column("wallboard_id", BigInteger, nullable=False),
    Column("token_hash", Text, nullable=False, unique=True),
    Column("screen", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("last_seen_at", Instant),
    Index("ix_wall_link_wallboard_id", "wallboard_id"),
)
"""Of the token of a link only its SHA-256 is kept."""
