"""The floor, shaped for people who move other people: how full, how late, who is where.

The frames are those of store/live.py's Floor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import inf
from typing import Any

import polars as pl

from ccdash.remembered import remembered
from ccdash.vocabulary import AWAY, LIVE_CHANNELS, Channel, Intent, Load

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
    rows = {(one.channel, one.queue): one for one in queues_now(queues)}
    if known is not None:
        for line in _lines(known):
            rows.setdefault(line, QueueNow(*line, 0, 0, None, None))
    ordered = sorted(rows.values(), key=lambda one: one.queue)
    by_channel = {one: tuple(row for row in ordered if row.channel is one) for one in Channel}
    return [ChannelNow(_summed(one, its), its) for one, its in by_channel.items() if its]


@remembered(16)
def queues_now(queues: pl.DataFrame) -> tuple[QueueNow, ...]:
    """The rows of the queues of a floor."""
    return tuple(
        QueueNow(
            channel=Channel(row["channel"]),
            queue=row["queue"],
            waiting=row["waiting"],
            in_progress=row["in_progress"],
            longest_seconds=row["longest_wait_seconds"],
            target_seconds=row["target_seconds"],
            longest_since=row["longest_since"],
        )
        for row in queues.iter_rows(named=True)
    )


@remembered(16)
def _lines(queues: pl.DataFrame) -> tuple[tuple[Channel, str], ...]:
    pairs = queues.select("channel", "queue").iter_rows()
    return tuple((Channel(channel), name) for channel, name in pairs)


@remembered(8)
def keys(queues: pl.DataFrame) -> Mapping[tuple[str, str], str]:
    """The key by which a queue has its settings, by (channel, queue)."""
    found = queues.select("channel", "queue", "key").iter_rows()
    return {(channel, queue): key for channel, queue, key in found}


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
    skills: pl.DataFrame, free: Sequence[PersonNow]
) -> dict[tuple[str, str], list[PersonNow]]:
    """Of the free people, in their order, who took contacts of each (channel, queue) of late; under
    (channel, "") those of any queue of the channel."""
    found: dict[tuple[str, str], list[PersonNow]] = {}
    takes = _takes(skills)
    for one in free:
        for line in takes.get(one.agent_id, ()):
            found.setdefault(line, []).append(one)
    return found


@remembered(8)
def _takes(skills: pl.DataFrame) -> Mapping[str, frozenset[tuple[str, str]]]:
    """By agent_id, from which (channel, queue), and from which channel whatever the queue."""
    found: dict[str, set[tuple[str, str]]] = {}
    for agent_id, queue, channel in skills.select("agent_id", "queue", "channel").iter_rows():
        found.setdefault(agent_id, set()).update([(channel, queue), (channel, "")])
    return {agent_id: frozenset(lines) for agent_id, lines in found.items()}


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
    rows = queues_now(queues)
    live = [row for row in rows if row.channel in LIVE_CHANNELS]
    return Waiting(
        sum(row.waiting for row in rows),
        sum(row.waiting for row in live),
        _longest(rows),
        _longest(live),
    )


def _longest(rows: Sequence[QueueNow]) -> QueueNow | None:
    waits = [row for row in rows if row.waiting]
    return max(waits, key=lambda row: row.longest_seconds or 0, default=None)


def most_late_first(waiting: pl.DataFrame) -> pl.DataFrame:
    """Those who wait, by how much of their target has gone: a minute in a chat comes before an
    hour of an e-mail; last those to whom nothing is promised."""
    gone = pl.col("wait_seconds") / pl.col("target_seconds").replace(0, None)
    return waiting.sort(gone, descending=True, nulls_last=True, maintain_order=True)


def watched_first(waiting: pl.DataFrame) -> pl.DataFrame:
    """Those who wait, the most late first; before them two at most who have a mark (`Marks`), so
    that one is seen among many who wait longer."""
    late = most_late_first(waiting)
    is_marked = pl.col("time").fill_null(0).ge(THIRD) | pl.col("also_in").is_not_null()
    numbered = late.with_row_index("row")
    first = numbered.filter(is_marked).head(MOST_WATCHED)
    rest = numbered.filter(pl.col("row").is_in(first["row"].implode()).not_())
    return pl.concat([first, rest]).drop("row")


MOST_WATCHED = 2
THIRD = 3
"""From so many times on that a customer comes about one matter somebody should look."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is to be known of somebody who waits: that this is their third or a later contact about
    the same matter, and in which other channel they wait, too."""

    time: int | None = None
    also_in: Channel | None = None


def marks(row: Mapping[str, Any]) -> Marks:
    """Of one row of those who wait."""
    time, other = row["time"], row["also_in"]
    return Marks(time if time and time >= THIRD else None, Channel(other) if other else None)


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
        if self.intent in AWAY:
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


@remembered(16)
def people(frame: pl.DataFrame) -> Mapping[Place, Sequence[PersonNow]]:
    """Everybody once, by place; who has been there longest comes first."""
    found: dict[Place, list[PersonNow]] = {place: [] for place in Place}
    for one in everybody(frame):
        found[one.place].append(one)
    # not by whole seconds: two of one second would change places
    return {place: tuple(sorted(its, key=_began)) for place, its in found.items()}


def _began(one: PersonNow) -> float:
    return one.since.timestamp() if one.since else inf


@remembered(16)
def everybody(frame: pl.DataFrame) -> tuple[PersonNow, ...]:
    """The people of a floor."""
    return tuple(person(row) for row in frame.iter_rows(named=True))


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
