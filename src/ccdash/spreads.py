"""The tables of spreads: how the durations of a day are distributed, in classes that can be added.

A class is a range of whole seconds. Short durations have a class each; longer ones lie so close
together in theirs that the middle of the class is within ERROR of every one of them. So a median or
a 90th percentile of any number of added classes is within ERROR of that of the rows. Borders that
people like (a minute, an hour) are borders of classes, too: a chart's bars are exact.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Integer, SmallInteger, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.schema import SchemaItem

from ccdash.schema import Instant, metadata

ERROR = 0.025
"""How far a quantile from classes may be from that of the rows, as a share of it."""
LONGEST = 2**31 - 1
"""In seconds; no duration is longer than its column holds."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
ROUND = (
    10, 20, 30, 45,
    *(_MINUTE * n for n in (1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45)),
    *(_HOUR * n for n in (1, 1.5, 2, 3, 4, 6, 8, 12)),
    *(_DAY * n for n in (1, 2, 3, 5, 7, 10, 14, 21, 30, 60, 90, 180, 365)),
)  # fmt: skip
"""Borders that people like, in seconds, ascending."""


def _borders() -> Iterator[int]:
    """Greedily: a class goes on as long as its middle is within ERROR of both its ends."""
    lowest = 0
    while lowest <= LONGEST:
        yield lowest
        highest = lowest * 41 // 39  # (1 + ERROR) / (1 - ERROR)
        place = bisect_left(ROUND, lowest + 1)
        round_one = int(ROUND[place]) if place < len(ROUND) else LONGEST + 1
        lowest = min(highest + 1, round_one)


BORDERS = tuple(_borders())
"""The first second of every class, ascending; the first class is [0, 1)."""
ENDS = (*BORDERS[1:], LONGEST + 1)
MIDDLES = tuple(
    2 * low * (end - 1) / (low + end - 1) if low else 0.0
    for low, end in zip(BORDERS, ENDS, strict=True)
)
"""What a duration of the class is taken for: as near, relatively, to its first as to its last."""

DAY, MONTH = "day", "month"


def _classes() -> tuple[SchemaItem, ...]:
    return (
        Column("classes", ARRAY(SmallInteger), nullable=False),
        Column("counts", ARRAY(Integer), nullable=False),
    )


spread_queue = Table(
    "spread_queue",
    metadata,
    Column("spread", Text, primary_key=True),
    Column("day_start", Instant, primary_key=True),
    Column("queue_id", BigInteger, primary_key=True),
    Column("channel", Text, primary_key=True),
    *_classes(),
)
"""Of a day, a queue and a channel: the places of the classes in BORDERS, and how many durations
each has. A fact without channels has the empty one. Days begin at midnights of `spread_zone`."""

spread_channel = Table(
    "spread_channel",
    metadata,
    Column("spread", Text, primary_key=True),
    Column("span", Text, primary_key=True),
    Column("span_start", Instant, primary_key=True),
    Column("channel", Text, primary_key=True),
    *_classes(),
)
"""The same of all queues together, of each DAY and of each MONTH that is over. A month has nearly
all the classes it will ever have, however many contacts come: years are read from months."""

spread_zone = Table(
    "spread_zone",
    metadata,
    Column("timezone", Text, primary_key=True),
    Column("made", ARRAY(Text), nullable=False),
)
"""One row: of which zone the days are, and the spreads of which all of them are made."""
