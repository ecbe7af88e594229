"""Names of customers by their words, starts of contact details, and orders by their keys.

No version before this one wrote `customer.name`: there are no names to take apart.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "customer_word",
        sa.Column("words", sa.Text(collation="C"), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("words", "customer_id", name=op.f("pk_customer_word")),
    )
    op.create_table(
        "name_slip",
        sa.Column("slip", sa.Text(collation="C"), nullable=False),
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint("slip", "word", name=op.f("pk_name_slip")),
    )
    op.drop_index("ix_identity_value", table_name="identity")
    op.create_index(
        "ix_identity_value", "identity", ["value"], postgresql_ops={"value": "text_pattern_ops"}
    )
    op.create_index("ix_purchase_key", "purchase", ["key"])
