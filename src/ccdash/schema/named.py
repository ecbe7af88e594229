"""Who and what is named, and what people set."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from ccdash.schema.base import Instant, metadata, of_ends, one_of
from ccdash.vocabulary import Channel, IdentityKind, LinkKind

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

customer_word = Table(
    "customer_word",
    metadata,
    Column("words", Text(collation="C"), primary_key=True),
    Column("customer_id", BigInteger, primary_key=True, autoincrement=False),
)
"""Each word of a name before the others, and each two with their letters in turn, without accents
and case (ingest/customer_words.py): what somebody types is the start of a row."""

name_slip = Table(
    "name_slip",
    metadata,
    Column("slip", Text(collation="C"), primary_key=True),
    Column("word", Text(collation="C"), primary_key=True),
)
"""Each word of any name, and what is left of it without one letter."""

customer_record = Table(
    "customer_record",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("customer_id", BigInteger, nullable=False),
    Column("name", Text),
    Column("named_at", Instant),
    Index("ix_customer_record_customer_id", "customer_id"),
)
"""A source's record of a customer, and what it calls them, if anything. Of several records of one
customer the name told last is `customer.name`."""

identity = Table(
    "identity",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("customer_id", BigInteger, primary_key=True),
    Column("source", Text, nullable=False),
    Column("detail_id", BigInteger, nullable=False),
    Column("is_verified", Boolean, nullable=False),
    one_of("kind", IdentityKind),
    Index("ix_identity_customer_id", "customer_id"),
    Index("ix_identity_detail_id", "detail_id"),
    Index("ix_identity_value", "value", postgresql_ops={"value": "text_pattern_ops"}),
)
"""A contact detail, and a customer whom it was told with: the detail itself (`detail_id`), or a
stronger one. Verified is what was told of both at once by who had made sure of both."""
of_ends(identity.c.value)

person = Table(
    "person",
    metadata,
    Column("customer_id", BigInteger, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger),
    Index("ix_person_person_id", "person_id"),
)
"""Who is one person: `person_id` is the customer who stands for all of them, that one too. It is
empty for a shared detail, which is nobody's. Who is in no row stands alone. It follows from
`identity` and `link_decision` (store/persons.py)."""

link_decision = Table(
    "link_decision",
    metadata,
    Column("decision_id", BigInteger, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("customer_id", BigInteger, nullable=False),
    Column("other_id", BigInteger),
    Column("reason", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("taken_back_at", Instant),
    Column("taken_back_by", Text),
    Column("taken_back_reason", Text),
    one_of("kind", LinkKind),
    CheckConstraint("kind = 'apart' OR other_id IS NOT NULL", name="merges_two"),
    CheckConstraint("customer_id <> other_id", name="of_two"),
    Index("ix_link_decision_customer_id", "customer_id"),
    Index("ix_link_decision_other_id", "other_id"),
)
"""What people decided: two customers are one person (merge), or a customer is linked with nobody by
rule (apart). What was taken back counts no more, and stays written."""

dirty_customer = Table(
    "dirty_customer",
    metadata,
    Column("customer_id", BigInteger, primary_key=True, autoincrement=False),
    Column("mark", BigInteger, primary_key=True, autoincrement=False),
    Column("marked_at", Instant, nullable=False),
)
"""Customers whose links are to be looked at anew. `mark` as in `dirty_interval`."""

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
