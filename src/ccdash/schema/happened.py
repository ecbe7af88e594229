"""What happened: the big tables, and the clock of a demo."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ccdash.schema.base import Instant, metadata, of_ends, one_of
from ccdash.vocabulary import Author, Channel, Direction, Intent, Outcome, SegmentKind

contact = Table(
    "contact",
    metadata,
    Column("customer_id", BigInteger),
    Column("contact_id", BigInteger),
    Column("arrived_at", Instant),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("stay", SmallInteger, nullable=False),
    Column("root_id", BigInteger, nullable=False),
    Column("case_id", BigInteger),
    Column("channel", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("queue_id", BigInteger, nullable=False),
    Column("agent_id", BigInteger),
    Column("contact_point_id", BigInteger),
    Column("language", Text),
    Column("subject", Text),
    Column("queued_at", Instant),
    Column("answered_at", Instant),
    Column("ended_at", Instant),
    Column("done_at", Instant),
    Column("outcome", Text, nullable=False),
    Column("is_void", Boolean, nullable=False),
    Column("is_transferred", Boolean, nullable=False),
    Column("wait_seconds", Integer),
    Column("wait_open_seconds", Integer),
    Column("response_open_seconds", Integer),
    Column("talk_seconds", Integer),
    Column("hold_seconds", Integer),
    Column("wrap_up_seconds", Integer),
    Column("rounds", SmallInteger),
    Column("next_responses", SmallInteger),
    Column("next_response_seconds", Integer),
    Column("target_seconds", Integer, nullable=False),
    Column("short_abandon_seconds", Integer, nullable=False),
    Column("csat_asked", Boolean, nullable=False),
    Column("csat_score", SmallInteger),
    Column("csat_positive_from", SmallInteger, nullable=False),
    Column("nps_score", SmallInteger),
    Column("ces_score", SmallInteger),
    Column("agent_resolved", Boolean),
    Column("fcr_asked", Boolean, nullable=False, server_default=text("false")),
    Column("fcr_score", SmallInteger),
    Column("oddity", Text),
    # a customer's contacts in the order of time: who came before and after, and how often somebody
    # came, is a walk of a piece of it
    PrimaryKeyConstraint("customer_id", "arrived_at", "contact_id", postgresql_include=["is_void"]),
    one_of("channel", Channel),
    one_of("direction", Direction),
    one_of("outcome", Outcome),
    CheckConstraint("ended_at >= arrived_at", name="ends_after_start"),
    CheckConstraint("wait_seconds >= 0 AND talk_seconds >= 0", name="seconds"),
    Index("ix_contact_arrived_at", "arrived_at"),
    Index("ix_contact_queue_id_arrived_at", "queue_id", "arrived_at"),
    Index("ix_contact_agent_id_arrived_at", "agent_id", "arrived_at"),
    Index("ix_contact_open", "arrived_at", postgresql_where=text("done_at IS NULL")),
    Index("ix_contact_waiting", "arrived_at", postgresql_where=text("outcome = 'open'")),
    Index("ix_contact_key", "key"),
    Index("ix_contact_case_id", "case_id", postgresql_where=text("case_id IS NOT NULL")),
    Index("ix_contact_root_id", "root_id", postgresql_where=text("root_id <> contact_id")),
)

DAY = "date_bin('1 day'::interval, arrived_at, '2000-01-01 00:00:00+00'::timestamptz)"
"""The day (UTC) of an arrival."""
WAITED = "COALESCE(wait_seconds, 0)::bigint"
HANDLED_FOR = "COALESCE(talk_seconds, 0)::bigint + COALESCE(hold_seconds, 0)::bigint"
BEST = {"csat_score": 5, "nps_score": 10, "ces_score": 7}
"""The best answer of each kind."""


def unhappiness_of(score: str) -> str:
    """Of an answer: the lower the score the more, then the longer the wait."""
    return f"10000000000 * (1 + {BEST[score]} - {score})::bigint + {WAITED}"


def _worst_first(name: str, order: str, where: str | None = None) -> Index:
    """The rows of each channel and day (UTC), in the order of a list (store/worst_first.py)."""
    columns = ("channel", text(f"({DAY})"), text(f"({order}) DESC"))
    return Index(
        f"ix_contact_{name}",
        *columns,
        contact.c.arrived_at.desc(),
        contact.c.contact_id.desc(),
        postgresql_where=None if where is None else text(where),
    )


_worst_first("by_wait", WAITED)
_worst_first("by_wait_unanswered", WAITED, "answered_at IS NULL")
_worst_first("by_handling", HANDLED_FOR, "outcome = 'handled'")
for _score in BEST:
    _worst_first(f"by_{_score}", unhappiness_of(_score), f"{_score} IS NOT NULL")

segment = Table(
    "segment",
    metadata,
    Column("customer_id", BigInteger, primary_key=True),
    Column("contact_id", BigInteger, primary_key=True),
    Column("arrived_at", Instant, primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("queue_id", BigInteger, nullable=False),
    Column("agent_id", BigInteger),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("is_void", Boolean, nullable=False),
    one_of("kind", SegmentKind),
    CheckConstraint("ended_at >= started_at", name="ends_after_start"),
    Index(
        "ix_segment_agent_id_started_at",
        "agent_id",
        "started_at",
        postgresql_where=text("agent_id IS NOT NULL"),
    ),
    Index("ix_segment_open", "started_at", postgresql_where=text("ended_at IS NULL")),
    Index(
        "ix_segment_long",
        "agent_id",
        "started_at",
        postgresql_where=text("ended_at IS NULL OR ended_at - started_at > '01:00:00'::interval"),
    ),
)

survey = Table(
    "survey",
    metadata,
    Column("customer_id", BigInteger, primary_key=True),
    Column("contact_id", BigInteger, primary_key=True),
    Column("arrived_at", Instant, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("asked_at", Instant),
    Column("answered_at", Instant),
    Column("score", SmallInteger),
    Index("ix_survey_kind", "kind"),
)

message = Table(
    "message",
    metadata,
    Column("customer_id", BigInteger, primary_key=True),
    Column("contact_id", BigInteger, primary_key=True),
    Column("arrived_at", Instant, primary_key=True),
    Column("position", SmallInteger, primary_key=True),
    Column("said_at", Instant, nullable=False),
    Column("author", Text, nullable=False),
    Column("agent_id", BigInteger),
    Column("text", Text),
    one_of("author", Author),
    Index("ix_message_agent_id", "agent_id", postgresql_where=text("agent_id IS NOT NULL")),
)
"""What was written in a contact, in the order of `position`; without a text it is only known that
something was."""

case = Table(
    "case",
    metadata,
    Column("case_id", BigInteger, primary_key=True, autoincrement=False),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("customer_id", BigInteger),
    Column("queue_id", BigInteger, nullable=False),
    Column("subject", Text),
    Column("opened_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("resolved_open_seconds", Integer),
    Column("reopened_count", Integer, nullable=False),
    UniqueConstraint("source", "key"),
    Index("ix_case_opened_at", "opened_at"),
    Index("ix_case_customer_id", "customer_id"),
)
of_ends(case.c.key)

purchase = Table(
    "purchase",
    metadata,
    Column("customer_id", BigInteger, primary_key=True),
    Column("purchase_id", BigInteger, primary_key=True),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("purchased_at", Instant, nullable=False),
    Column("amount_minor", BigInteger),
    Column("currency", Text),
    Column("subject", Text),
    Index("ix_purchase_key", "key"),
)
"""What a customer bought; `amount_minor` is in the currency's smallest unit (cents)."""
of_ends(purchase.c.key)

agent_state = Table(
    "agent_state",
    metadata,
    Column("agent_id", BigInteger, primary_key=True),
    Column("started_at", Instant, primary_key=True),
    Column("ended_at", Instant),
    Column("intent", Text, nullable=False),
    Column("reason", Text),
    Column("memory", Text, nullable=False),
    one_of("intent", Intent),
    CheckConstraint("ended_at >= started_at", name="ends_after_start"),
    Index("ix_agent_state_open", "agent_id", postgresql_where=text("ended_at IS NULL")),
    Index("ix_agent_state_started_at", "started_at"),
)

# The demo centre ---------------------------------------------------------------------------------

simulation = Table(
    "simulation",
    metadata,
    Column("simulation_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seed", BigInteger, nullable=False),
    Column("clock_at", Instant, nullable=False),
    Column("wall_at", Instant, nullable=False),
    Column("speed", Double, nullable=False),
    Column("weeks_made", Integer, nullable=False),
    Column("weeks_wanted", Integer, nullable=False),
    Column("beat_at", Instant, nullable=False),
    CheckConstraint("simulation_id = 1", name="only_one"),
    CheckConstraint("speed > 0", name="runs_forward"),
)
"""A store with this row holds a simulated centre, or a replay (without a seed: -1): every screen
says so, and takes its time from its clock: clock_at + (wall - wall_at) * speed."""
