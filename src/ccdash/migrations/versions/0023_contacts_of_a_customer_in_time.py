"""The contacts of a customer in the order of time: the key of `contact` has the time before the
number, so that who came before and after is a walk of a piece of it, however many came. It says of
each whether it counts, so that how often somebody came is a walk of it, too."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _key("(customer_id, arrived_at, contact_id) INCLUDE (is_void)")


def downgrade() -> None:
    """Take back."""
    _key("(customer_id, contact_id, arrived_at)")


def _key(columns: str) -> None:
    op.execute("ALTER TABLE contact DROP CONSTRAINT pk_contact")
    op.execute(f"ALTER TABLE contact ADD CONSTRAINT pk_contact PRIMARY KEY {columns}")
