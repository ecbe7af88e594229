"""What usually comes in the next two hours, and what work it usually is.

Usual is defined in store/usual.py, what a contact takes by the metric `aht` over eight weeks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf, sqrt
from typing import TypeAlias
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.views.parts import Key, metric_by_part
from ccdash.views.usual import LEAST_DAYS, usual
from ccdash.vocabulary import LIVE_CHANNELS, Channel

QUARTER, HALF_HOUR, AHEAD = timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=2)
DAY_MINUTES = 24 * 60
LEAST_ABANDONED = 30
"""Of fewer who gave up no patience is told."""
LEAST_TIMES = 5
"""What happened less often is not usual."""

Line: TypeAlias = tuple[str, str]
"""(channel, queue)"""


@dataclass(frozen=True)
class Expected:
    """Usual arrivals by line of the half hours that begin at `starts`, a quarter of an hour apart,
    the first in the quarter that runs. None where too few weeks are known."""

    starts: tuple[datetime, ...]
    arrivals: tuple[Mapping[Line, float], ...] | None


def expected(
    quarters: pl.DataFrame, weeks_ago: Collection[int], at: datetime, zone: ZoneInfo
) -> Expected:
    """Of the next two hours of the local day; `quarters` is that of store/usual.py."""
    first = at - timedelta(seconds=at.timestamp() % QUARTER.total_seconds())
    walls = [(first + place * QUARTER).astimezone(zone) for place in range(AHEAD // QUARTER + 1)]
    today = [wall for wall in walls if wall.date() == at.astimezone(zone).date()]
    starts = tuple(wall.astimezone(UTC) for wall in today)
    if len(weeks_ago) < LEAST_DAYS:
        return Expected(starts, None)
    live = quarters.filter(pl.col("channel").is_in(sorted(LIVE_CHANNELS)))
    return Expected(starts, tuple(_arrivals(live, weeks_ago, _half_hour(one)) for one in today))


def _half_hour(wall: datetime) -> range:
    minute = wall.hour * 60 + wall.minute
    return range(minute, min(minute + 30, DAY_MINUTES))


def _arrivals(
    quarters: pl.DataFrame, weeks_ago: Collection[int], minutes: range
) -> dict[Line, float]:
    """What is usual for a channel, divided among its queues as they had it in those weeks: the
    medians of small queues are mostly nought and do not add up to that of their channel."""
    inside = quarters.filter(
        pl.col("minute").is_between(minutes.start, minutes.stop, closed="left")
    )
    medians = usual(inside, weeks_ago, "arrived", minutes)
    sums = metric_by_part(inside, "arrived")
    return {
        (channel, queue): medians.get((channel, None), 0.0) * (came or 0) / whole
        for (channel, queue), came in sums.items()
        if channel is not None and queue is not None and (whole := sums[channel, None])
    }


def busier(arrived: Mapping[Key, float | None], usually: Mapping[Key, float]) -> dict[str, float]:
    """By channel, how many times more than usual came of late, where it is more than chance makes
    of it (two deviations of a Poisson count). A quiet day promises nothing."""
    found = {}
    for channel in LIVE_CHANNELS:
        came, usual_count = arrived.get((channel, None)) or 0, usually.get((channel, None)) or 0
        if usual_count and came > usual_count + 2 * sqrt(usual_count):
            found[str(channel)] = came / usual_count
    return found


@dataclass(frozen=True, eq=False)
class Work:
    """handling: mean seconds by part. waits: by line, the seconds that all who came have waited,
    and how many of them gave up. chats: by agent, how many they take at once. lengths: usual
    seconds of a break by intent and reason."""

    handling: Mapping[Key, float | None]
    waits: Mapping[Line, tuple[int, int]]
    chats: Mapping[str, int]
    lengths: Mapping[tuple[str, str], float]

    def seconds(self, line: Line) -> float | None:
        """What a contact of the queue takes, wrap-up included; where that is not known, one of its
        channel."""
        own = self.handling.get(line)
        return self.handling.get((line[0], None)) if own is None else own

    def patience(self, lines: Collection[Line]) -> float:
        """After how many seconds of waiting one gives up, in the mean: the waits of all who came by
        those who gave up. Waits of those who were answered count, or the patient would be left out.
        Of too few nothing is told, and nobody is taken to give up: then waits are predicted longer
        than they will be."""
        known = [self.waits[line] for line in lines if line in self.waits]
        gave_up = sum(one for _, one in known)
        return sum(waited for waited, _ in known) / gave_up if gave_up >= LEAST_ABANDONED else inf

    def at_once(self, channel: Channel, agents: Collection[str]) -> float:
        """How many contacts of the channel each of them takes at once, in the mean."""
        if channel is not Channel.CHAT or not agents:
            return 1.0
        return sum(self.chats.get(one, 1) for one in agents) / len(agents)


def work(handling: pl.DataFrame, at_once: pl.DataFrame, breaks: pl.DataFrame) -> Work:
    """The frames are those of store/usual_work.py."""
    waits = handling.select("channel", "queue", "wait_seconds", "abandoned")
    known = breaks.filter(pl.col("n") >= LEAST_TIMES).select("intent", "reason", "seconds")
    often = at_once.filter(pl.col("chats") >= 1, pl.col("n") >= LEAST_TIMES)
    several = often.group_by("agent_id").agg(pl.col("chats").max())
    return Work(
        metric_by_part(handling, "aht"),
        {(channel, queue): (waited, many) for channel, queue, waited, many in waits.iter_rows()},
        dict(several.iter_rows()),
        {(intent, reason): seconds for intent, reason, seconds in known.iter_rows()},
    )
