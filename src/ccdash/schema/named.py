"""Who and what is named, and what people set."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
)

from ccdash.schema.base import Instant, metadata, one_of
from ccdash.vocabulary import Channel, IdentityKind

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
    one_of("kind", IdentityKind),
    Index("ix_identity_customer_id", "customer_id"),
    Index("ix_identity_value", "value"),
)
Index(
    "ix_identity_reversed",  # for numbers of which the end is known
    func.reverse(identity.c.value).label("reversed"),
    postgresql_ops={"reversed": "text_pattern_ops"},
)

calendar = Table(
    "calendar",
    metadata,
    Column("calendar_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
    Column("timezone", Text, nullable=False),
    Column("country", Text),
    Column("subdivision", Text),
)

opening_hours = Table(
    "opening_hours",
    metadata,
    Column("calendar_id", BigInteger, primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("weekday", SmallInteger, primary_key=True),
    Column("opens_minute", SmallInteger, primary_key=True),
    Column("closes_minute", SmallInteger, nullable=False),
    CheckConstraint("weekday BETWEEN 1 AND 8", name="weekday_iso"),
    CheckConstraint("opens_minute BETWEEN 0 AND 1439", name="opens_on_the_day"),
    CheckConstraint("closes_minute > opens_minute", name="opens_first"),
    CheckConstraint("closes_minute <= opens_minute + 1440", name="within_a_day"),
)
"""Minutes after midnight by the local clock, past midnight more than 1440. Weekday 8 is a public
holiday; a weekday without a row is closed."""

special_day = Table(
    "special_day",
    metadata,
    Column("calendar_id", BigInteger, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("opens_minute", SmallInteger, primary_key=True),
    Column("closes_minute", SmallInteger, nullable=False),
    Column("name", Text, nullable=False),
    CheckConstraint("opens_minute BETWEEN 0 AND 1439", name="opens_on_the_day"),
    CheckConstraint("closes_minute >= opens_minute", name="opens_first"),
    CheckConstraint("closes_minute <= opens_minute + 1440", name="within_a_day"),
)
"""A single day's own hours; a day that opens and closes at 0 is closed."""

dated_setting = Table(
    "dated_setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("channel", Text, primary_key=True, server_default=""),
    Column("queue", Text, primary_key=True, server_default=""),
    Column("valid_from", Instant, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

annotation = Table(
    "annotation",
    metadata,
    Column("annotation_id", BigInteger, primary_key=True, autoincrement=True),
    Column("begins_at", Instant, nullable=False),
    Column("ends_at", Instant),
    Column("channel", Text),
    Column("text", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
    one_of("channel", Channel),
    CheckConstraint("ends_at > begins_at", name="ends_later"),
    CheckConstraint("text <> ''", name="says_something"),
)
"""What people note beside the figures: an outage, a campaign, a rise of prices."""
