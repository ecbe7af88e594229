"""The floor, shaped for people who move other people: how full, how late, who is where.

The frames are those of store/live.py's Floor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import inf
from typing import Any

import polars as pl

from ccdash.vocabulary import LIVE_CHANNELS, Channel, Intent, Load

NEAR = 0.75
"""From this share of the target on a wait needs attention."""


class Lateness(StrEnum):
    """A wait against its target."""

    FINE = "fine"
    NEAR = "near"
    OVER = "over"


def lateness(wait_seconds: float | None, target_seconds: float | None) -> Lateness | None:
    """None where nobody waits or nothing is promised."""
    if wait_seconds is None or not target_seconds:
        return None
    if wait_seconds > target_seconds:
        return Lateness.OVER
    return Lateness.NEAR if wait_seconds >= NEAR * target_seconds else Lateness.FINE


@dataclass(frozen=True, slots=True)
class QueueNow:
    """One queue, or a whole channel, at this instant."""

    channel: Channel
    queue: str
    waiting: int
    in_progress: int
    longest_seconds: int | None
    target_seconds: int | None
    longest_since: datetime | None = None

    @property
    def lateness(self) -> Lateness | None:
        """The longest wait against the target."""
        return lateness(self.longest_seconds, self.target_seconds)


@dataclass(frozen=True, slots=True)
class ChannelNow:
    """A channel and its queues by name: a list that is looked at all day does not jump."""

    total: QueueNow
    queues: tuple[QueueNow, ...]


def channels(queues: pl.DataFrame, known: pl.DataFrame | None = None) -> list[ChannelNow]:
    """Every channel with somebody in it, in the order of the vocabulary; with `known` (queue,
    channel) idle queues and channels, too."""
    if known is not None:
        idle = known.select("queue", "channel").unique()
        queues = queues.join(idle, on=["queue", "channel"], how="full", coalesce=True)
        queues = queues.with_columns(pl.col("waiting", "in_progress").fill_null(0))
    ordered = queues.sort("queue", "channel")
    rows = [QueueNow(**_queue(row)) for row in ordered.iter_rows(named=True)]
    by_channel = {one: tuple(row for row in rows if row.channel is one) for one in Channel}
    return [ChannelNow(_summed(one, its), its) for one, its in by_channel.items() if its]


def _queue(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "channel": Channel(row["channel"]),
        "queue": row["queue"],
        "waiting": row["waiting"],
        "in_progress": row["in_progress"],
        "longest_seconds": row["longest_wait_seconds"],
        "target_seconds": row["target_seconds"],
        "longest_since": row["longest_since"],
    }


def _summed(channel: Channel, queues: tuple[QueueNow, ...]) -> QueueNow:
    """The channel's longest wait stands with the target of the queue it is in."""
    waits = [one for one in queues if one.longest_seconds is not None]
    longest = max(waits, key=lambda one: one.longest_seconds or 0, default=None)
    return QueueNow(
        channel,
        "",
        sum(one.waiting for one in queues),
        sum(one.in_progress for one in queues),
        longest.longest_seconds if longest else None,
        longest.target_seconds if longest else None,
        longest.longest_since if longest else None,
    )


def who_takes(
    skills: pl.DataFrame, free: list[PersonNow]
) -> dict[tuple[str, str], list[PersonNow]]:
    """Of the free people, in their order, who took contacts of each (channel, queue) of late; under
    (channel, "") those of any queue of the channel."""
    at = {one.agent_id: one for one in free}
    found: dict[tuple[str, str], set[str]] = {}
    for agent_id, queue, channel in skills.select("agent_id", "queue", "channel").iter_rows():
        if agent_id in at:
            found.setdefault((channel, queue), set()).add(agent_id)
            found.setdefault((channel, ""), set()).add(agent_id)
    return {key: [one for one in free if one.agent_id in ids] for key, ids in found.items()}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who waits, in all channels; of them those on the line; where each of both has the longest
    wait."""

    total: int
    live: int
    longest: QueueNow | None
    longest_live: QueueNow | None


def waiting(queues: pl.DataFrame) -> Waiting:
    """Everybody in a queue counts, whichever the channel."""
    rows = [QueueNow(**_queue(row)) for row in queues.iter_rows(named=True)]
    live = [row for row in rows if row.channel in LIVE_CHANNELS]
    return Waiting(
        sum(row.waiting for row in rows),
        sum(row.waiting for row in live),
        _longest(rows),
        _longest(live),
    )


def _longest(rows: list[QueueNow]) -> QueueNow | None:
    waits = [row for row in rows if row.waiting]
    return max(waits, key=lambda row: row.longest_seconds or 0, default=None)


def most_late_first(waiting: pl.DataFrame) -> pl.DataFrame:
    """Those who wait, by how much of their target has gone: a minute in a chat comes before an
    hour of an e-mail."""
    gone = pl.col("wait_seconds") / pl.col("target_seconds").replace(0, None)
    return waiting.sort(gone, descending=True, nulls_last=True, maintain_order=True)


class Place(StrEnum):
    """Where a person stands on the board. Made of intent and load, which stay two facts."""

    FREE = "free"
    HANDLING = "handling"
    WRAP_UP = "wrap_up"
    BREAK = "break"
    UNKNOWN = "unknown"
    OFFLINE = "offline"


def told_places(counts: Mapping[Place, int]) -> list[Place]:
    """The places to show: where nothing is known of anybody, a nought at another would be a lie."""
    unknown = counts[Place.UNKNOWN]
    if unknown and unknown == sum(counts.values()):
        return [Place.UNKNOWN]
    return [place for place in Place if unknown or place is not Place.UNKNOWN]


@dataclass(frozen=True, slots=True)
class PersonNow:
    """One person: what was declared, what is being done, for how long."""

    name: str
    team: str | None
    intent: Intent
    load: Load
    reason: str | None
    contacts: int
    channel: Channel | None
    seconds: int | None
    handled_today: int
    agent_id: str = ""
    since: datetime | None = None

    @property
    def place(self) -> Place:
        """Who declared a break is on a break, even while a contact is still open."""
        if self.intent in _AWAY:
            return Place.BREAK
        if self.intent is Intent.OFFLINE:
            return Place.OFFLINE
        if self.load in (Load.ON_CONTACT, Load.RINGING):
            return Place.HANDLING
        if self.load is Load.WRAP_UP or self.intent is Intent.WRAP_UP:
            return Place.WRAP_UP
        return Place.FREE if self.intent is Intent.AVAILABLE else Place.UNKNOWN

    @property
    def is_still_busy(self) -> bool:
        """Away by their own word, with work that is not finished."""
        return self.place in (Place.BREAK, Place.OFFLINE) and self.load is not Load.IDLE


_AWAY = (Intent.BREAK, Intent.TRAINING, Intent.MEETING)


def unheard(people: pl.DataFrame, since: datetime, at: datetime) -> pl.DataFrame:
    """People of whom nothing was told since then: what each of them does now is not known."""
    nothing = [pl.lit(None).cast(people.schema[name]).alias(name) for name in ("reason", "channel")]
    return people.with_columns(
        pl.lit(str(Intent.UNKNOWN)).alias("intent"),
        pl.lit(str(Load.IDLE)).alias("load"),
        pl.lit(0).alias("contacts"),
        pl.lit(int((at - since).total_seconds())).alias("seconds"),
        pl.lit(since).cast(people.schema["since"]).alias("since"),
        *nothing,
    )


def people(frame: pl.DataFrame) -> dict[Place, list[PersonNow]]:
    """Everybody once, by place; who has been there longest comes first."""
    found: dict[Place, list[PersonNow]] = {place: [] for place in Place}
    for row in frame.iter_rows(named=True):
        one = person(row)
        found[one.place].append(one)
    for several in found.values():
        several.sort(key=_began)  # not by whole seconds: two of one second would change places
    return found


def _began(one: PersonNow) -> float:
    return one.since.timestamp() if one.since else inf


def person(row: Mapping[str, Any]) -> PersonNow:
    """One row of the people of a floor."""
    return PersonNow(
        name=row["agent"],
        team=row["team"],
        intent=Intent(row["intent"]),
        load=Load(row["load"]),
        reason=row["reason"] or None,
        contacts=row["contacts"],
        channel=Channel(row["channel"]) if row["channel"] else None,
        seconds=row["seconds"],
        handled_today=row["handled_today"],
        agent_id=row["agent_id"],
        since=row["since"],
    )
