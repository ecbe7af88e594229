"""Lists that begin at once: the worst rows of each day in an index, and what a search looks up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

DAY = "(date_bin('1 day'::interval, arrived_at, '2000-01-01 00:00:00+00'::timestamptz))"
WAITED = "COALESCE(wait_seconds, 0)::bigint"
HANDLED_FOR = "COALESCE(talk_seconds, 0)::bigint + COALESCE(hold_seconds, 0)::bigint"
BEST = {"csat_score": 5, "nps_score": 10, "ces_score": 7}


def upgrade() -> None:
    """Apply."""
    _worst_first("by_wait", WAITED)
    _worst_first("by_wait_unanswered", WAITED, "answered_at IS NULL")
    _worst_first("by_handling", HANDLED_FOR, "outcome = 'handled'")
    for score, best in BEST.items():
        unhappiness = f"10000000000 * (1 + {best} - {score})::bigint + {WAITED}"
        _worst_first(f"by_{score}", unhappiness, f"{score} IS NOT NULL")
    still = sa.text("outcome = 'open'")
    op.create_index("ix_contact_waiting", "contact", ["arrived_at"], postgresql_where=still)
    op.create_index("ix_contact_key", "contact", ["key"])
    of_case = sa.text("case_id IS NOT NULL")
    op.create_index("ix_contact_case_id", "contact", ["case_id"], postgresql_where=of_case)
    reversed_value = sa.text("reverse(value) text_pattern_ops")
    op.create_index("ix_identity_reversed", "identity", [reversed_value])


def _worst_first(name: str, order: str, where: str | None = None) -> None:
    parts = [sa.text(DAY), sa.text(f"({order}) DESC"), sa.text("arrived_at DESC")]
    op.create_index(
        f"ix_contact_{name}",
        "contact",
        ["channel", *parts, sa.text("contact_id DESC")],
        postgresql_where=None if where is None else sa.text(where),
    )
