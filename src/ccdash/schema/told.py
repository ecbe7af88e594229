"""What was told, before anything is made of it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from ccdash.schema.base import Instant, metadata

import_batch = Table(
    "import_batch",
    metadata,
    Column("batch_id", BigInteger, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("position_bytes", BigInteger, nullable=False),
    Column("position_line", BigInteger, nullable=False),
    Column("parser_state", JSONB, nullable=False),
    Column("read", BigInteger, nullable=False),
    Column("kept", BigInteger, nullable=False),
    Column("duplicate", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    CheckConstraint("read = kept + duplicate + rejected", name="adds_up"),
    Index("ix_import_batch_digest", "digest"),
)

rejected_line = Table(
    "rejected_line",
    metadata,
    Column("batch_id", BigInteger, primary_key=True),
    Column("line", BigInteger, primary_key=True),
    Column("file", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False),
)

source = Table(
    "source",
    metadata,
    Column("source", Text, primary_key=True),
    Column("first_heard_at", Instant, nullable=False),
)

raw_event = Table(
    "raw_event",
    metadata,
    Column("source", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("stream", Text, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("batch_id", BigInteger),
    Column("payload", JSONB, nullable=False),
    Index("ix_raw_event_source_stream", "source", "stream"),
    Index("ix_raw_event_source_occurred_at", "source", "occurred_at"),
)

superseded_event = Table(
    "superseded_event",
    metadata,
    Column("source", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("received_at", Instant, nullable=False),
    Column("payload", JSONB, nullable=False),
)

contact_link = Table(
    "contact_link",
    metadata,
    Column("source", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("parent", Text, primary_key=True),
    Index("ix_contact_link_source_parent", "source", "parent"),
)
"""Which conversation goes on from which, by the link ids that the source gives."""

followed_file = Table(
    "followed_file",
    metadata,
    Column("source", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("inode", BigInteger, nullable=False),
    Column("head", Text, nullable=False),
    Column("position_bytes", BigInteger, nullable=False),
    Column("position_line", BigInteger, nullable=False),
    Column("parser_state", JSONB, nullable=False),
    Column("batch_id", BigInteger, nullable=False),
    Column("saved_at", Instant, nullable=False),
)

retention = Table(
    "retention",
    metadata,
    Column("kept_since", Instant, primary_key=True),
    Column("forgotten_at", Instant, nullable=False),
)
"""From when on contacts are kept; the latest holds. What came before was forgotten."""
