"""The made-up contact centre itself: its queues, teams, agents and numbers, and ids of rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from ccdash.query import Period

SOURCE = "made"
TIMEZONE = "Europe/Helsinki"
SPAN = Period.parse("2023-11-01", "2026-11-01", TIMEZONE)
KINDS = ("phone", "chat", "mail", "social")
KIND_CHANNEL = ("phone", "chat", "email", "social")
SUBJECTS = ("billing", "delivery", "returns", "technical", "contract", "other")
QUEUES = len(SUBJECTS) * len(KINDS)
TEAMS, AGENTS, POINTS = 12, 300, 10

Array = np.ndarray[Any, Any]


def scattered(numbers: Array, salt: int) -> Array:
    """Positive 63-bit numbers in no order, a different one for each: as ids of rows are."""
    mixed = (numbers.astype(np.uint64) + np.uint64(salt << 40)) * np.uint64(0x9E3779B97F4A7C15)
    return (mixed >> np.uint64(1)).astype(np.int64)


# Ids by what they are of -------------------------------------------------------------------------


def contact_ids(numbers: Array) -> Array:
    return scattered(numbers, 1)


def customer_ids(numbers: Array) -> Array:
    return scattered(numbers, 2)


def case_ids(numbers: Array) -> Array:
    return scattered(numbers, 3)


def email_ids(numbers: Array) -> Array:
    """Of addresses that stand in the store beside the customer's own number."""
    return scattered(numbers, 8)


QUEUE_IDS, AGENT_IDS, TEAM_IDS, POINT_IDS = (
    scattered(np.arange(many), salt)
    for many, salt in ((QUEUES, 4), (AGENTS, 5), (TEAMS, 6), (POINTS, 7))
)


def queue_name(number: int) -> str:
    return f"{SUBJECTS[number // len(KINDS)]} {KINDS[number % len(KINDS)]}"


def names() -> Mapping[str, pl.DataFrame]:
    """Rows of the tables that do not grow."""
    teams = np.arange(AGENTS) // (AGENTS // TEAMS)
    queues = range(QUEUES)
    word = [str(one) for one in range(AGENTS)]
    of_queue = [2 * (one // len(KINDS)) + (one % len(KINDS) > 1) for one in queues]
    end = SPAN.end.astimezone(UTC)
    return {
        "source": pl.DataFrame({"source": [SOURCE], "first_heard_at": [_plain(SPAN.start)]}),
        "raw_event": pl.DataFrame(
            {
                "source": [SOURCE], "event_id": ["end"], "revision": [0], "stream": ["source:"],
                "occurred_at": [_plain(end)], "received_at": [_plain(end)], "payload": ["{}"],
            }
        ),
        "team": pl.DataFrame(
            {"team_id": TEAM_IDS, "name": [f"Team {one + 1}" for one in range(TEAMS)]}
        ),
        "agent": pl.DataFrame(
            {
                "agent_id": AGENT_IDS, "source": [SOURCE] * AGENTS, "key": word,
                "name": [f"Agent {one}" for one in word], "team_id": TEAM_IDS[teams],
            }
        ),
        "queue": pl.DataFrame(
            {
                "queue_id": QUEUE_IDS, "source": [SOURCE] * QUEUES,
                "key": [queue_name(one) for one in queues],
                "name": [queue_name(one) for one in queues],
                "channel": [KIND_CHANNEL[one % len(KINDS)] for one in queues],
                "team_id": TEAM_IDS[of_queue],
            }
        ),
        "contact_point": pl.DataFrame(
            {
                "contact_point_id": POINT_IDS, "source": [SOURCE] * POINTS, "key": word[:POINTS],
                "name": [f"Number {one + 1}" for one in range(POINTS)],
            }
        ),
    }  # fmt: skip


def _plain(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)
