"""Calendars and business time. Nobody has set opening hours yet: they are those of the clock."""

# ruff: noqa: S608 - names of tables and columns of our own

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

CONTACT_SUMS = (
    "wait_open_seconds",
    "wait_open_seconds_answered",
    "responded",
    "response_seconds",
    "response_open_seconds",
)
CASE_SUMS = ("resolution_seconds", "resolution_open_seconds")
SUMS = {
    "contact_interval": CONTACT_SUMS,
    "contact_hour": CONTACT_SUMS,
    "contact_channel_hour": CONTACT_SUMS,
    "case_interval": CASE_SUMS,
    "case_hour": CASE_SUMS,
}
SECONDS = "least(greatest(floor(extract(epoch FROM {end} - {start})), 0), 2147483647)::integer"
RESPONSE = SECONDS.format(start="arrived_at", end="answered_at")
RESOLUTION = SECONDS.format(start="opened_at", end="resolved_at")
QUARTER = "date_bin('15 minutes', {at}, '2000-01-01 00:00:00Z')"


def upgrade() -> None:
    """Apply."""
    _calendars()
    _stamps()
    for table, names in SUMS.items():
        added = ", ".join(
            f"ADD COLUMN {name} {'bigint' if 'seconds' in name else 'integer'} NOT NULL DEFAULT 0"
            for name in names
        )
        filled = ", ".join(f"ALTER COLUMN {name} DROP DEFAULT" for name in names)
        op.execute(f"ALTER TABLE {table} {added}")
        op.execute(f"ALTER TABLE {table} {filled}")
    _sums_of_contacts()
    _sums_of_cases()


def _calendars() -> None:
    op.add_column("calendar", sa.Column("subdivision", sa.Text(), nullable=True))
    op.drop_constraint(op.f("ck_opening_hours_weekday_iso"), "opening_hours")
    op.drop_constraint(op.f("ck_opening_hours_opens_first"), "opening_hours")
    for name, condition in {
        "weekday_iso": "weekday BETWEEN 1 AND 8",
        "opens_on_the_day": "opens_minute BETWEEN 0 AND 1439",
        "opens_first": "closes_minute > opens_minute",
        "within_a_day": "closes_minute <= opens_minute + 1440",
    }.items():
        op.create_check_constraint(op.f(f"ck_opening_hours_{name}"), "opening_hours", condition)
    op.create_table(
        "special_day",
        sa.Column("calendar_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens_minute", sa.SmallInteger(), nullable=False),
        sa.Column("closes_minute", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "opens_minute BETWEEN 0 AND 1439", name=op.f("ck_special_day_opens_on_the_day")
        ),
        sa.CheckConstraint(
            "closes_minute >= opens_minute", name=op.f("ck_special_day_opens_first")
        ),
        sa.CheckConstraint(
            "closes_minute <= opens_minute + 1440", name=op.f("ck_special_day_within_a_day")
        ),
        sa.PrimaryKeyConstraint("calendar_id", "day", "opens_minute", name=op.f("pk_special_day")),
    )


def _stamps() -> None:
    """A change of type writes the table anew in one go; updating every row would leave it twice as
    big."""
    for table, filled in {
        "contact": {"wait_open_seconds": "wait_seconds", "response_open_seconds": RESPONSE},
        "case": {"resolved_open_seconds": RESOLUTION},
    }.items():
        added = ", ".join(f"ADD COLUMN {name} integer" for name in filled)
        op.execute(f'ALTER TABLE "{table}" {added}')
        typed = (f"ALTER COLUMN {name} TYPE integer USING {of}" for name, of in filled.items())
        op.execute(f'ALTER TABLE "{table}" {", ".join(typed)}')


def _sums_of_contacts() -> None:
    quarter = QUARTER.format(at="arrived_at")
    op.execute(
        f"CREATE TEMPORARY TABLE responded ON COMMIT DROP AS SELECT {quarter} AS interval_start,"
        f" queue_id, channel, count(*) AS responded, sum({RESPONSE}) AS seconds FROM contact"
        " WHERE NOT is_void AND direction = 'inbound' AND answered_at IS NOT NULL"
        " AND channel IN ('chat', 'email', 'social', 'form') AND root_id = contact_id"
        " GROUP BY 1, 2, 3"
    )
    for table, start in {
        "contact_interval": "interval_start",
        "contact_hour": "date_trunc('hour', interval_start, 'UTC')",
    }.items():
        op.execute(
            f"UPDATE {table} SET wait_open_seconds = wait_seconds,"
            " wait_open_seconds_answered = wait_seconds_answered"
        )
        op.execute(
            f"UPDATE {table} AS s SET responded = r.responded, response_seconds = r.seconds,"
            f" response_open_seconds = r.seconds FROM (SELECT {start} AS start, queue_id, channel,"
            " sum(responded) AS responded, sum(seconds) AS seconds FROM responded"
            " GROUP BY 1, 2, 3) AS r WHERE s.interval_start = r.start"
            " AND s.queue_id = r.queue_id AND s.channel = r.channel"
        )
    totals = ", ".join(f"sum({name}) AS {name}" for name in CONTACT_SUMS)
    op.execute(
        f"UPDATE contact_channel_hour AS s SET {', '.join(f'{name} = h.{name}' for name in CONTACT_SUMS)}"
        f" FROM (SELECT interval_start, channel, {totals} FROM contact_hour GROUP BY 1, 2) AS h"
        " WHERE s.interval_start = h.interval_start AND s.channel = h.channel"
    )


def _sums_of_cases() -> None:
    for table, start in {
        "case_interval": QUARTER.format(at="opened_at"),
        "case_hour": "date_trunc('hour', opened_at, 'UTC')",
    }.items():
        op.execute(
            f"UPDATE {table} AS s SET resolution_seconds = r.seconds,"
            f" resolution_open_seconds = r.seconds FROM (SELECT {start} AS start, queue_id,"
            f' sum({RESOLUTION}) AS seconds FROM "case" WHERE resolved_at IS NOT NULL'
            " GROUP BY 1, 2) AS r WHERE s.interval_start = r.start AND s.queue_id = r.queue_id"
        )
