"""The tables, as SQLAlchemy Core. Migrations make them; docs/store.md explains them.

Rules that keep a move to a sharded Postgres possible (tests/store/test_schema.py holds them): the
big tables are keyed by customer_id, contact_id and arrived_at, there are no triggers, and every
reference to a contact carries the customer_id. Numbers of rows (`*_id`) are derived from the
source's own identifiers (ingest/identifiers.py), so that any road to a row gives the same row.
"""

from __future__ import annotations

from ccdash.schema.base import NO_QUEUE, Instant, metadata
from ccdash.schema.happened import (
    BEST,
    DAY,
    HANDLED_FOR,
    WAITED,
    agent_state,
    case,
    contact,
    message,
    purchase,
    segment,
    simulation,
    survey,
    unhappiness_of,
)
from ccdash.schema.matters import dirty_matter, matter, matter_decision
from ccdash.schema.named import (
    agent,
    agent_alias,
    annotation,
    calendar,
    contact_point,
    customer,
    customer_record,
    customer_word,
    dated_setting,
    dirty_customer,
    identity,
    link_decision,
    name_slip,
    opening_hours,
    person,
    queue,
    special_day,
    team,
)
from ccdash.schema.told import (
    contact_link,
    followed_file,
    import_batch,
    raw_event,
    rejected_line,
    retention,
    source,
    superseded_event,
)
from ccdash.schema.walls import wall_link, wallboard

__all__ = [
    "BEST",
    "DAY",
    "HANDLED_FOR",
    "NO_QUEUE",
    "WAITED",
    "Instant",
    "agent",
    "agent_alias",
    "agent_state",
    "annotation",
    "calendar",
    "case",
    "contact",
    "contact_link",
    "contact_point",
    "customer",
    "customer_record",
    "customer_word",
    "dated_setting",
    "dirty_customer",
    "dirty_matter",
    "followed_file",
    "identity",
    "import_batch",
    "link_decision",
    "matter",
    "matter_decision",
    "message",
    "metadata",
    "name_slip",
    "opening_hours",
    "person",
    "purchase",
    "queue",
    "raw_event",
    "rejected_line",
    "retention",
    "segment",
    "simulation",
    "source",
    "special_day",
    "superseded_event",
    "survey",
    "team",
    "unhappiness_of",
    "wall_link",
    "wallboard",
]
