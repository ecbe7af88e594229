"""Which customers are one person: verified details, links, and what people decided.

The number of each detail is derived from the detail (ingest/identifiers.py), which no SQL does: the
rows that are there get theirs here, in Python.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ccdash.ingest.identifiers import stable_id

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AT_ONCE = 20_000


def upgrade() -> None:
    """Apply."""
    op.add_column("identity", sa.Column("detail_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "identity",
        sa.Column("is_verified", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _number_details(op.get_bind())
    op.alter_column("identity", "detail_id", nullable=False)
    op.alter_column("identity", "is_verified", server_default=None)
    op.create_index("ix_identity_detail_id", "identity", ["detail_id"])
    op.create_table(
        "person",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_person")),
    )
    op.create_index("ix_person_person_id", "person", ["person_id"])
    op.create_table(
        "link_decision",
        sa.Column("decision_id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by", sa.Text(), nullable=True),
        sa.Column("taken_back_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('merge', 'apart')", name=op.f("ck_link_decision_kind")),
        sa.CheckConstraint(
            "kind = 'apart' OR other_id IS NOT NULL", name=op.f("ck_link_decision_merges_two")
        ),
        sa.CheckConstraint("customer_id <> other_id", name=op.f("ck_link_decision_of_two")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_link_decision")),
    )
    op.create_index("ix_link_decision_customer_id", "link_decision", ["customer_id"])
    op.create_index("ix_link_decision_other_id", "link_decision", ["other_id"])
    op.create_table(
        "dirty_customer",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "mark", name=op.f("pk_dirty_customer")),
    )
    op.execute(  # who was told with somebody else, by a detail that may be shared
        "INSERT INTO dirty_customer SELECT DISTINCT detail_id, 0, now() FROM identity"
        " WHERE detail_id <> customer_id"
    )


def _number_details(connection: sa.Connection) -> None:
    """In parts, in the order of the key."""
    table = sa.table("identity", *map(sa.column, ("kind", "value", "detail_id")))
    key = sa.tuple_(table.c.kind, table.c.value)
    last = ("", "")
    update = (
        table.update()
        .where(table.c.kind == sa.bindparam("of_kind"), table.c.value == sa.bindparam("of_value"))
        .values(detail_id=sa.bindparam("number"))
    )
    while True:
        asked = (
            sa.select(table.c.kind, table.c.value)
            .where(key > sa.tuple_(*map(sa.literal, last)))
            .distinct()
            .order_by(table.c.kind, table.c.value)
            .limit(AT_ONCE)
        )
        found = [tuple(row) for row in connection.execute(asked)]
        if not found:
            return
        connection.execute(
            update,
            [
                {"of_kind": kind, "of_value": value, "number": stable_id("customer", kind, value)}
                for kind, value in found
            ],
        )
        last = found[-1]
