"""The tables of who may ask over HTTP, and of who looked at a customer."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text, text

from ccdash.schema import Instant, metadata
from ccdash.schema.base import one_of
from ccdash.vocabulary import Access

api_token = Table(
    "api_token",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index("uq_api_token_name", "name", unique=True, postgresql_where=text("revoked_at IS NULL")),
)
"""Of a token only its SHA-256 is kept. Two that hold may not have one name."""

access_log = Table(
    "access_log",
    metadata,
    Column("access_id", BigInteger, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("customer_id", BigInteger),
    Column("action", Text, nullable=False),
    Column("why", Text, nullable=False),
    one_of("action", Access),
    Index("ix_access_log_customer_id", "customer_id"),
    Index("ix_access_log_at", "at"),
)
"""Who opened, wrote out, exported, linked or forgot whom, when and why. The
customer is empty of who was forgotten, and where nobody is meant, as of rejected lines."""
