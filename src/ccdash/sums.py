"""The tables of sums (rollups): one row an interval of 15 minutes and a queue or an agent.

Their columns are the additive measures, by name; tests/store/test_schema.py holds the two together.
Base grain: 15 minutes in UTC, because every time zone's offset is a multiple of it. Of contacts and
cases there are sums of hours (UTC), too, made from the former: they answer for years.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text
from sqlalchemy.schema import SchemaItem

from ccdash.schema import Instant, metadata

CONTACT_SUMS = (
    "contacts",
    "callers",
    "outbound",
    "offered",
    "offered_live",
    "abandoned_live",
    "queued",
    "answered",
    "answered_in_target",
    "abandoned",
    "abandoned_in_target",
    "short_abandoned",
    "timed_out",
    "timed_out_in_target",
    "left_otherwise",
    "left_before_queue",
    "still_waiting",
    "queued_answered",
    "handled",
    "timed",
    "short_handled",
    "transferred",
    "known_customer",
    "recognised",
    "with_agent",
    "tests",
    "wait_seconds",
    "wait_seconds_answered",
    "wait_seconds_queued_answered",
    "wait_seconds_abandoned",
    "talk_seconds",
    "hold_seconds",
    "wrap_up_seconds",
    "csat_asked",
    "csat_responses",
    "csat_satisfied",
    "nps_responses",
    "nps_promoters",
    "nps_detractors",
    "ces_responses",
    "ces_easy",
)

MOST_DAYS = 30
"""The longest window in which a contact may be a repeat of an earlier one."""

REPEAT_SUMS = (
    "resolvable",
    *(f"repeated_{days}" for days in range(1, MOST_DAYS + 1)),
    *(f"repeated_same_{days}" for days in range(1, MOST_DAYS + 1)),
)

CASE_SUMS = ("cases_opened", "cases_resolved", "cases_reopened")

AGENT_SUMS = (
    "signed_in_seconds",
    "available_seconds",
    "busy_seconds",
    "contact_seconds",
    "on_contact_seconds",
    "break_seconds",
)


def _sums(names: tuple[str, ...]) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in names]


def _of_contacts(name: str, sums: tuple[str, ...], *more: SchemaItem) -> Table:
    return Table(
        name,
        metadata,
        Column("interval_start", Instant, primary_key=True),
        Column("queue_id", BigInteger, primary_key=True),
        Column("channel", Text, primary_key=True),
        *_sums(sums),
        *more,
    )


def _of_cases(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("interval_start", Instant, primary_key=True),
        Column("queue_id", BigInteger, primary_key=True),
        *_sums(CASE_SUMS),
    )


contact_interval = _of_contacts(
    "contact_interval", CONTACT_SUMS, Index("ix_contact_interval_channel", "channel")
)
contact_hour = _of_contacts("contact_hour", CONTACT_SUMS)
repeat_interval = _of_contacts("repeat_interval", REPEAT_SUMS)
repeat_hour = _of_contacts("repeat_hour", REPEAT_SUMS)
case_interval = _of_cases("case_interval")
case_hour = _of_cases("case_hour")

agent_interval = Table(
    "agent_interval",
    metadata,
    Column("interval_start", Instant, primary_key=True),
    Column("agent_id", BigInteger, primary_key=True),
    *_sums(AGENT_SUMS),
)

dirty_interval = Table(
    "dirty_interval",
    metadata,
    Column("fact", Text, primary_key=True),
    Column("interval_start", Instant, primary_key=True),
    Column("of_id", BigInteger, primary_key=True),
    Column("mark", BigInteger, primary_key=True, autoincrement=False),
    Column("marked_at", Instant, nullable=False),
)
"""Intervals whose sums are to be made anew. `mark` is the writing transaction's number: writers of
one interval never wait for each other, and a mark made while the sums are remade is not lost."""
