"""The tables of sums (rollups): one row an interval of 15 minutes and a queue or an agent.

Their columns are the additive measures, by name; tests/store/test_schema.py holds the two together.
Base grain: 15 minutes in UTC, because every time zone's offset is a multiple of it. Of contacts and
cases there are sums of hours (UTC), too, made from the former, and of contacts those of hours by
channel alone, made from the latter: they answer for years.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import BigInteger, Column, Date, Index, Integer, Table, Text
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
    "wait_open_seconds",
    "wait_open_seconds_answered",
    "responded",
    "response_seconds",
    "response_open_seconds",
    "written_about",
    "answered_rounds",
    "answered_again",
    "next_responses",
    "next_response_seconds",
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
    "agent_resolved_said",
    "agent_resolved_yes",
    "fcr_asked",
    "fcr_responses",
    "fcr_solved",
    "self_service",
    "self_service_unknown",
    "self_served",
)

MOST_DAYS = 30
"""The longest window in which a contact may be a repeat of an earlier one."""

REPEAT_SUMS = (
    "resolvable",
    *(f"repeated_{days}" for days in range(1, MOST_DAYS + 1)),
    *(f"repeated_same_{days}" for days in range(1, MOST_DAYS + 1)),
    "self_service_known",
    *(f"contained_{days}" for days in range(1, MOST_DAYS + 1)),
)

FAILURE_SUMS = (
    "known_demand",
    *(f"failure_demand_{days}" for days in range(1, MOST_DAYS + 1)),
)

CASE_SUMS = (
    "cases_opened",
    "cases_resolved",
    "cases_reopened",
    "resolution_seconds",
    "resolution_open_seconds",
)

BOUNCE_SUMS = (
    "matters",
    "known_matters",
    "bounces",
    "come_about",
    "times_come",
    "third_contacts",
)

AGENT_SUMS = (
    "signed_in_seconds",
    "available_seconds",
    "busy_seconds",
    "contact_seconds",
    "on_contact_seconds",
    "break_seconds",
)


def _sums(names: tuple[str, ...]) -> list[Column[int]]:
    """Counts take half the room: they are most of what is written and read."""
    return [
        Column(name, BigInteger if "seconds" in name else Integer, nullable=False) for name in names
    ]


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


def _of_channels(name: str, sums: tuple[str, ...]) -> Table:
    return Table(
        name,
        metadata,
        Column("interval_start", Instant, primary_key=True),
        Column("channel", Text, primary_key=True),
        *_sums(sums),
    )


def _of_cases(name: str, sums: tuple[str, ...]) -> Table:
    return Table(
        name,
        metadata,
        Column("interval_start", Instant, primary_key=True),
        Column("queue_id", BigInteger, primary_key=True),
        *_sums(sums),
    )


contact_interval = _of_contacts(
    "contact_interval", CONTACT_SUMS, Index("ix_contact_interval_channel", "channel")
)
contact_hour = _of_contacts("contact_hour", CONTACT_SUMS)
contact_channel_hour = _of_channels("contact_channel_hour", CONTACT_SUMS)
repeat_interval = _of_contacts("repeat_interval", REPEAT_SUMS)
repeat_hour = _of_contacts("repeat_hour", REPEAT_SUMS)
repeat_channel_hour = _of_channels("repeat_channel_hour", REPEAT_SUMS)
failure_interval = _of_contacts("failure_interval", FAILURE_SUMS)
failure_hour = _of_contacts("failure_hour", FAILURE_SUMS)
failure_channel_hour = _of_channels("failure_channel_hour", FAILURE_SUMS)
case_interval = _of_cases("case_interval", CASE_SUMS)
case_hour = _of_cases("case_hour", CASE_SUMS)
bounce_interval = _of_contacts("bounce_interval", BOUNCE_SUMS)
bounce_hour = _of_contacts("bounce_hour", BOUNCE_SUMS)
bounce_channel_hour = _of_channels("bounce_channel_hour", BOUNCE_SUMS)

agent_interval = Table(
    "agent_interval",
    metadata,
    Column("interval_start", Instant, primary_key=True),
    Column("agent_id", BigInteger, primary_key=True),
    *_sums(AGENT_SUMS),
)

LEVELS: Mapping[str, tuple[Table, ...]] = {
    "contact": (contact_interval, contact_hour, contact_channel_hour),
    "repeat": (repeat_interval, repeat_hour, repeat_channel_hour),
    "failure": (failure_interval, failure_hour, failure_channel_hour),
    "case": (case_interval, case_hour),
    "bounce": (bounce_interval, bounce_hour, bounce_channel_hour),
    "agent": (agent_interval,),
}
"""Every table of sums, by the word of its fact: the finest first, each made from the one before."""

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

sums_check = Table(
    "sums_check",
    metadata,
    Column("night", Date, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("compared", BigInteger, nullable=False),
    Column("different", BigInteger, nullable=False),
)
"""What the check of each night found (store/nightly.py); unfinished where it was cut off."""
