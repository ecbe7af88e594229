"""The tables, as SQLAlchemy Core. Migrations make them; docs/store.md explains them.

Rules that keep a move to a sharded Postgres possible (tests/store/test_schema.py holds them): the
big tables are keyed by (customer_id, contact_id, arrived_at), there are no triggers, and every
reference to a contact carries the customer_id. Numbers of rows (`*_id`) are derived from the
source's own identifiers (ingest/identifiers.py), so that any road to a row gives the same row.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

from ccdash.vocabulary import Channel, Direction, IdentityKind, Intent, Outcome, SegmentKind

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Instant = DateTime(timezone=True)
NO_QUEUE = 0
"""queue_id of a contact that was never meant for a queue; sums are keyed by it: it is no NULL."""


def _one_of(column: str, words: type) -> SchemaItem:
    allowed = ", ".join(f"'{word}'" for word in words)  # type: ignore[attr-defined]
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


# What was told -----------------------------------------------------------------------------------

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

# Who and what is named ----------------------------------------------------------------------------

team = Table(
    "team",
    metadata,
    Column("team_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
)

queue = Table(
    "queue",
    metadata,
    Column("queue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("channel", Text),
    Column("team_id", BigInteger),
    UniqueConstraint("source", "key"),
)

contact_point = Table(
    "contact_point",
    metadata,
    Column("contact_point_id", BigInteger, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("source", "key"),
)

agent = Table(
    "agent",
    metadata,
    Column("agent_id", BigInteger, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("team_id", BigInteger),
    UniqueConstraint("source", "key"),
)

agent_alias = Table(
    "agent_alias",
    metadata,
    Column("source", Text, primary_key=True),
    Column("alias", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Index("ix_agent_alias_key", "source", "key"),
)

customer = Table(
    "customer",
    metadata,
    Column("customer_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text),
)

identity = Table(
    "identity",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("customer_id", BigInteger, primary_key=True),
    Column("source", Text, nullable=False),
    _one_of("kind", IdentityKind),
    Index("ix_identity_customer_id", "customer_id"),
    Index("ix_identity_value", "value"),
)

calendar = Table(
    "calendar",
    metadata,
    Column("calendar_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
    Column("timezone", Text, nullable=False),
    Column("country", Text),
)

opening_hours = Table(
    "opening_hours",
    metadata,
    Column("calendar_id", BigInteger, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("weekday", SmallInteger, primary_key=True),
    Column("opens_minute", SmallInteger, primary_key=True),
    Column("closes_minute", SmallInteger, nullable=False),
    CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_iso"),
    CheckConstraint("opens_minute >= 0 AND closes_minute > opens_minute", name="opens_first"),
)

dated_setting = Table(
    "dated_setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("channel", Text, primary_key=True, server_default=""),
    Column("queue", Text, primary_key=True, server_default=""),
    Column("valid_from", Instant, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# What happened ------------------------------------------------------------------------------------

contact = Table(
    "contact",
    metadata,
    Column("customer_id", BigInteger, primary_key=True),
    Column("contact_id", BigInteger, primary_key=True),
    Column("arrived_at", Instant, primary_key=True),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("stay", SmallInteger, nullable=False),
    Column("root_id", BigInteger, nullable=False),
    Column("case_id", BigInteger),
    Column("channel", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("queue_id", BigInteger, nullable=False),
    Column("agent_id", BigInteger),
    Column("contact_point_id", BigInteger),
    Column("language", Text),
    Column("subject", Text),
    Column("queued_at", Instant),
    Column("answered_at", Instant),
    Column("ended_at", Instant),
    Column("done_at", Instant),
    Column("outcome", Text, nullable=False),
    Column("is_void", Boolean, nullable=False),
    Column("is_transferred", Boolean, nullable=False),
    Column("wait_seconds", Integer),
    Column("talk_seconds", Integer),
    Column("hold_seconds", Integer),
    Column("wrap_up_seconds", Integer),
    Column("target_seconds", Integer, nullable=False),
    Column("short_abandon_seconds", Integer, nullable=False),
    Column("csat_asked", Boolean, nullable=False),
    Column("csat_score", SmallInteger),
    Column("csat_positive_from", SmallInteger, nullable=False),
    Column("nps_score", SmallInteger),
    Column("ces_score", SmallInteger),
    Column("oddity", Text),
    _one_of("channel", Channel),
    _one_of("direction", Direction),
    _one_of("outcome", Outcome),
    CheckConstraint("ended_at >= arrived_at", name="ends_after_start"),
    CheckConstraint("wait_seconds >= 0 AND talk_seconds >= 0", name="seconds"),
    Index("ix_contact_arrived_at", "arrived_at"),
    Index("ix_contact_queue_id_arrived_at", "queue_id", "arrived_at"),
    Index("ix_contact_agent_id_arrived_at", "agent_id", "arrived_at"),
    Index("ix_contact_open", "arrived_at", postgresql_where=text("done_at IS NULL")),
)

segment = Table(
    "segment",
    metadata,
    Column("customer_id", BigInteger, primary_key=True),
    Column("contact_id", BigInteger, primary_key=True),
    Column("arrived_at", Instant, primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("queue_id", BigInteger, nullable=False),
    Column("agent_id", BigInteger),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("is_void", Boolean, nullable=False),
    _one_of("kind", SegmentKind),
    CheckConstraint("ended_at >= started_at", name="ends_after_start"),
    Index(
        "ix_segment_agent_id_started_at",
        "agent_id",
        "started_at",
        postgresql_where=text("agent_id IS NOT NULL"),
    ),
    Index("ix_segment_open", "started_at", postgresql_where=text("ended_at IS NULL")),
    Index(
        "ix_segment_long",
        "agent_id",
        "started_at",
        postgresql_where=text("ended_at IS NULL OR ended_at - started_at > '01:00:00'::interval"),
    ),
)

survey = Table(
    "survey",
    metadata,
    Column("customer_id", BigInteger, primary_key=True),
    Column("contact_id", BigInteger, primary_key=True),
    Column("arrived_at", Instant, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("asked_at", Instant),
    Column("answered_at", Instant),
    Column("score", SmallInteger),
    Index("ix_survey_kind", "kind"),
)

case = Table(
    "case",
    metadata,
    Column("case_id", BigInteger, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("customer_id", BigInteger),
    Column("queue_id", BigInteger, nullable=False),
    Column("subject", Text),
    Column("opened_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("reopened_count", Integer, nullable=False),
    UniqueConstraint("source", "key"),
    Index("ix_case_opened_at", "opened_at"),
    Index("ix_case_customer_id", "customer_id"),
)

purchase = Table(
    "purchase",
    metadata,
    Column("customer_id", BigInteger, primary_key=True),
    Column("purchase_id", BigInteger, primary_key=True),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("purchased_at", Instant, nullable=False),
    Column("amount_minor", BigInteger),
    Column("currency", Text),
    Column("subject", Text),
)
"""What a customer bought; `amount_minor` is in the currency's smallest unit (cents)."""

agent_state = Table(
    "agent_state",
    metadata,
    Column("agent_id", BigInteger, primary_key=True),
    Column("started_at", Instant, primary_key=True),
    Column("ended_at", Instant),
    Column("intent", Text, nullable=False),
    Column("reason", Text),
    Column("memory", Text, nullable=False),
    _one_of("intent", Intent),
    CheckConstraint("ended_at >= started_at", name="ends_after_start"),
    Index("ix_agent_state_open", "agent_id", postgresql_where=text("ended_at IS NULL")),
    Index("ix_agent_state_started_at", "started_at"),
)

# The demo centre ---------------------------------------------------------------------------------

simulation = Table(
    "simulation",
    metadata,
    Column("simulation_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seed", BigInteger, nullable=False),
    Column("clock_at", Instant, nullable=False),
    Column("wall_at", Instant, nullable=False),
    Column("speed", Double, nullable=False),
    Column("weeks_made", Integer, nullable=False),
    Column("weeks_wanted", Integer, nullable=False),
    Column("beat_at", Instant, nullable=False),
    CheckConstraint("simulation_id = 1", name="only_one"),
    CheckConstraint("speed > 0", name="runs_forward"),
)
"""A store with this row holds a simulated centre: every screen says so, and takes its time from
the simulation's clock: clock_at + (wall - wall_at) * speed."""
