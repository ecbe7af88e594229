"""What every table shares."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Index,
    MetaData,
    func,
)
from sqlalchemy.schema import SchemaItem

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


def one_of(column: str, words: type) -> SchemaItem:
    """A check that the column holds one of these words."""
    allowed = ", ".join(f"'{word}'" for word in words)  # type: ignore[attr-defined]
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


def of_ends(column: Column[str]) -> Index:
    """Of values read backwards: of some the end is known. It joins the table of the column."""
    backwards = func.reverse(column).label("reversed")
    kept = {"reversed": "text_pattern_ops"}
    return Index(f"ix_{column.table.name}_reversed", backwards, postgresql_ops=kept)
