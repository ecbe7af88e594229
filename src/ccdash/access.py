"""The table of who may ask over HTTP."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text, text

from ccdash.schema import Instant, metadata

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
