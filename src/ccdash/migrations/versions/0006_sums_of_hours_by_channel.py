"""Sums of hours by channel; counts take half the room.

A store that has sums of hours gets the coarser ones.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CONTACT = (
    "contacts", "callers", "outbound", "offered", "offered_live", "abandoned_live", "queued",
    "answered", "answered_in_target", "abandoned", "abandoned_in_target", "short_abandoned",
    "timed_out", "timed_out_in_target", "left_otherwise", "left_before_queue", "still_waiting",
    "queued_answered", "handled", "timed", "short_handled", "transferred", "known_customer",
    "recognised", "with_agent", "tests", "wait_seconds", "wait_seconds_answered",
    "wait_seconds_queued_answered", "wait_seconds_abandoned", "talk_seconds", "hold_seconds",
    "wrap_up_seconds", "csat_asked", "csat_responses", "csat_satisfied", "nps_responses",
    "nps_promoters", "nps_detractors", "ces_responses", "ces_easy",
)  # fmt: skip
REPEAT = (
    "resolvable",
    *(f"repeated_{days}" for days in range(1, 31)),
    *(f"repeated_same_{days}" for days in range(1, 31)),
)
CASE = ("cases_opened", "cases_resolved", "cases_reopened")


def upgrade() -> None:
    """Apply."""
    for fact, names in (("contact", CONTACT), ("repeat", REPEAT), ("case", CASE)):
        for level in ("interval", "hour"):
            _halve(f"{fact}_{level}", names)
    for fact, names in (("contact", CONTACT), ("repeat", REPEAT)):
        _add_channels(fact, names)


def _is_count(name: str) -> bool:
    return "seconds" not in name


def _halve(table: str, names: tuple[str, ...]) -> None:
    changes = [f"ALTER COLUMN {name} TYPE integer" for name in names if _is_count(name)]
    op.execute(f"ALTER TABLE {table} {', '.join(changes)}")


def _add_channels(fact: str, names: tuple[str, ...]) -> None:
    table = f"{fact}_channel_hour"
    op.create_table(
        table,
        sa.Column("interval_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Integer() if _is_count(name) else sa.BigInteger(), nullable=False)
            for name in names
        ),
        sa.PrimaryKeyConstraint("interval_start", "channel", name=op.f(f"pk_{table}")),
    )
    totals = ", ".join(f"sum({name})" for name in names)
    op.execute(
        f"INSERT INTO {table} (interval_start, channel, {', '.join(names)})"  # noqa: S608
        f" SELECT interval_start, channel, {totals} FROM {fact}_hour GROUP BY 1, 2"
    )
