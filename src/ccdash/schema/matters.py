"""Which contacts are about the same thing."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Table, Text

from ccdash.schema.base import Instant, metadata, one_of
from ccdash.vocabulary import Joined, MatterKind

matter = Table(
    "matter",
    metadata,
    Column("customer_id", BigInteger, primary_key=True),
    Column("contact_id", BigInteger, primary_key=True),
    Column("arrived_at", Instant, primary_key=True),
    Column("matter_id", BigInteger, nullable=False),
    Column("how", Text, nullable=False),
    one_of("how", Joined),
    Index("ix_matter_matter_id", "matter_id", "arrived_at", "contact_id"),
)
"""The contacts of matters of two and more, and those that have a source's case. A contact that is
not in here is a matter of its own. It follows from `contact`, `person` and `matter_decision`
(store/matters.py)."""

matter_decision = Table(
    "matter_decision",
    metadata,
    Column("decision_id", BigInteger, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("customer_id", BigInteger, nullable=False),
    Column("contact_id", BigInteger, nullable=False),
    Column("other_contact_id", BigInteger),
    Column("reason", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("taken_back_at", Instant),
    Column("taken_back_by", Text),
    Column("taken_back_reason", Text),
    one_of("kind", MatterKind),
    CheckConstraint("(kind = 'join') = (other_contact_id IS NOT NULL)", name="joins_another"),
    Index("ix_matter_decision_customer_id", "customer_id"),
    Index("ix_matter_decision_contact_id", "contact_id"),
)
"""What people decided: a conversation belongs to the matter of another one (join), or begins one of
its own (apart). `customer_id` is whose it was then. What was taken back counts no more, and stays
written."""

dirty_matter = Table(
    "dirty_matter",
    metadata,
    Column("customer_id", BigInteger, primary_key=True, autoincrement=False),
    Column("mark", BigInteger, primary_key=True, autoincrement=False),
    Column("marked_at", Instant, nullable=False),
)
"""Customers whose matters are to be made anew; a contact of nobody known stands for its
conversation. `mark` as in `dirty_interval`."""
