"""A wallboard, shaped: tiles to be read from afar by people who look up for a second, six a page at
most, and fewer where they must be larger.

The frames are those of store/live.py's Floor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import TypeVar

import polars as pl

from ccdash.views.board import Lateness, PersonNow, QueueNow, channels
from ccdash.vocabulary import Channel, Names

MOST_TILES = 6
TILES_AT_SCALE = ((1.0, MOST_TILES), (1.2, 3))
"""Up to this scale a page has room for so many tiles; above the last one for two."""
LARGEST_SCALE = 1.6
SMALLEST_CAPITAL = 0.0247
"""Of the height of the picture, at scale 1: a capital of the smallest text."""
READ_FROM = 200
"""Times its height: from so far a letter is still read."""
PICTURE = 0.49 * 0.0254
"""Metres of height of a 16:9 picture for each inch of its diagonal."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a figure gets its colour, in per cent. It loses it `slack` below that, so that
    one around a limit does not make its tile flicker."""

    near: float = 75
    over: float = 100
    slack: float = 10

    def held(self, before: Lateness | None, percent: float) -> Lateness:
        """The colour, given the one that was shown before it."""
        if percent > self.over or (before is Lateness.OVER and percent >= self.over - self.slack):
            return Lateness.OVER
        was_near = before in (Lateness.OVER, Lateness.NEAR)
        if percent >= self.near or (was_near and percent >= self.near - self.slack):
            return Lateness.NEAR
        return Lateness.FINE


BELOW_TARGET = Limits(near=0.05, over=10, slack=2)
"""Of a service level, in points below its target."""


@dataclass(frozen=True, slots=True)
class Rules:
    """By what tiles get their colours: what each channel promises in general, the limits as shares
    of what was promised, and the colours of the last drawing by the keys of the tiles."""

    targets: Mapping[Channel, int]
    limits: Limits = Limits()
    before: Mapping[str, Lateness | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WallTile:
    """One channel. Its wait, since when that goes on, and its target are those of the queue that is
    the most late; `held` is the colour, which may stay a little longer than the wait is over its
    limit, and `is_over` says whether it is at this instant."""

    channel: Channel
    waiting: int
    in_progress: int
    wait_seconds: int | None
    target_seconds: int | None
    held: Lateness | None
    is_over: bool = False
    since: datetime | None = None


def tiles(queues: pl.DataFrame, rules: Rules) -> list[WallTile]:
    """A tile for each channel of the targets, in their order, nobody waiting included."""
    found = {one.total.channel: one for one in channels(queues)}
    drawn = []
    for channel, usual in rules.targets.items():
        now = found.get(channel)
        late = most_late(now.queues) if now else None
        wait = late.longest_seconds if late else None
        target = (late.target_seconds if late else usual) or None
        percent = 100 * wait / target if target and wait is not None else None
        before = rules.before.get(channel)
        drawn.append(
            WallTile(
                channel,
                now.total.waiting if now else 0,
                now.total.in_progress if now else 0,
                wait,
                target,
                None if percent is None else rules.limits.held(before, percent),
                percent is not None and percent > rules.limits.over,
                late.longest_since if late else None,
            )
        )
    return drawn


def most_late(queues: Iterable[QueueNow]) -> QueueNow | None:
    """The queue whose longest wait has eaten most of its target; without targets the longest wait.
    None where nobody waits."""
    waits = [one for one in queues if one.longest_seconds is not None]
    return max(waits, key=_urgency, default=None)


def _urgency(queue: QueueNow) -> tuple[float, int]:
    seconds = queue.longest_seconds or 0
    return (seconds / queue.target_seconds if queue.target_seconds else 0, seconds)


def level_held(before: Lateness | None, level: float, target: float) -> Lateness:
    """The colour of a service level; both are fractions."""
    return BELOW_TARGET.held(before, 100 * (target - level))


def scale(screen_inches: int, distance_cm: int) -> float:
    """How much larger than usual everything is drawn, in tenths, so that the smallest text is read
    from that distance, as far as a page has room for it."""
    height = SMALLEST_CAPITAL * screen_inches * PICTURE
    wanted = distance_cm / 100 / READ_FROM / height
    return min(max(1.0, ceil(wanted * 10 - 1e-9) / 10), LARGEST_SCALE)


def read_from_cm(screen_inches: int) -> int:
    """The farthest distance from which a screen of that size can be read at all."""
    height = SMALLEST_CAPITAL * LARGEST_SCALE * screen_inches * PICTURE
    return int(100 * READ_FROM * height)


def pages(groups: Sequence[Sequence[T]], at_scale: float) -> list[Sequence[T]]:
    """What stands on each page: all groups on one, where it has room for them; else each group on
    pages of its own, evenly filled."""
    room = next((many for border, many in TILES_AT_SCALE if at_scale <= border), 2)
    whole = [one for group in groups for one in group]
    if len(whole) <= room:
        return [whole] if whole else []
    return [page for group in groups for page in _evenly(group, room)]


def _evenly(told: Sequence[T], room: int) -> Iterator[Sequence[T]]:
    if not told:
        return
    each = -(-len(told) // -(-len(told) // room))
    for first in range(0, len(told), each):
        yield told[first : first + each]


def shown_names(people: Iterable[PersonNow], names: Names) -> list[str]:
    """What the wall may say of who it is, in the order given; an interface such as PJSIP/1042 has
    no name and shows the end of its number. Teams are told once, with how many of each."""
    if names is Names.NONE:
        return []
    if names is Names.INITIALS:
        return [initials(one.name) for one in people]
    teams = Counter(one.team for one in people if one.team)
    return [team if many == 1 else f"{team} {many}" for team, many in teams.items()]


def initials(name: str) -> str:
    """MA of "Maija Aaltonen" and of "Aaltonen, Maija"; 42 of PJSIP/1042@office."""
    if any(map(str.isdigit, name)):
        return name.partition("@")[0].rpartition("/")[2][-2:]
    last, _, first = name.partition(",")
    words = [*first.split(), *last.replace(".", " ").split()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
