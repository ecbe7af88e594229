"""A wallboard, shaped: one tile a channel, to be read from afar by people who look up for a second.

The frames are those of store/live.py's Floor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from ccdash.views.board import Lateness, PersonNow, QueueNow, channels, lateness
from ccdash.vocabulary import Channel

MOST_TILES = 6
LEAVES_OVER, LEAVES_NEAR = 0.9, 0.65
"""A tile gets its colour at one share of the target (board.NEAR, and the target itself) and loses
it at a lower one, so that a wait around a threshold does not make it flicker."""


class Names(StrEnum):
    """How much of a name may hang on a wall that everybody sees."""

    NONE = "none"
    INITIALS = "initials"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class WallTile:
    """One channel. Its wait and target are those of the queue that is the most late; `held` is the
    colour, which may stay a little longer than the wait is over its threshold."""

    channel: Channel
    waiting: int
    in_progress: int
    wait_seconds: int | None
    target_seconds: int | None
    held: Lateness | None

    @property
    def is_over(self) -> bool:
        """Whether somebody waits for longer than promised at this instant."""
        return lateness(self.wait_seconds, self.target_seconds) is Lateness.OVER


def tiles(
    queues: pl.DataFrame,
    targets: Mapping[Channel, int],
    before: Mapping[Channel, Lateness | None],
) -> list[WallTile]:
    """A tile for each channel of `targets`, in its order and at most six, nobody waiting included.
    `targets` is what each channel promises in general; `before` the colours of the last drawing."""
    found = {one.total.channel: one for one in channels(queues)}
    drawn = []
    for channel, usual in list(targets.items())[:MOST_TILES]:
        now = found.get(channel)
        late = most_late(now.queues) if now else None
        wait = late.longest_seconds if late else None
        target = (late.target_seconds if late else usual) or None
        drawn.append(
            WallTile(
                channel,
                now.total.waiting if now else 0,
                now.total.in_progress if now else 0,
                wait,
                target,
                held(before.get(channel), wait, target),
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


def held(
    before: Lateness | None, wait_seconds: int | None, target_seconds: int | None
) -> Lateness | None:
    """The colour of a wait, given the one that was shown before it."""
    now = lateness(wait_seconds, target_seconds)
    if now is None or wait_seconds is None or not target_seconds:
        return None
    share = wait_seconds / target_seconds
    if before is Lateness.OVER and share >= LEAVES_OVER:
        return Lateness.OVER
    if before in (Lateness.OVER, Lateness.NEAR) and now is Lateness.FINE and share >= LEAVES_NEAR:
        return Lateness.NEAR
    return now


def shown_names(people: Iterable[PersonNow], names: Names) -> list[str]:
    """As the wall may show them, in the order given; an interface such as PJSIP/1042 has no name
    and shows the end of its number."""
    if names is Names.NONE:
        return []
    shorten = initials if names is Names.INITIALS else first_name
    return [shorten(one.name) for one in people]


def first_name(name: str) -> str:
    """Maija of "Maija Aaltonen" and of "Aaltonen, Maija"."""
    if any(map(str.isdigit, name)):
        return initials(name)
    last, _, first = name.partition(",")
    words = (first or last).split()
    return words[0] if words else name


def initials(name: str) -> str:
    """MA of "Maija Aaltonen" and of "Aaltonen, Maija"; 42 of PJSIP/1042@office."""
    if any(map(str.isdigit, name)):
        return name.partition("@")[0].rpartition("/")[2][-2:]
    last, _, first = name.partition(",")
    words = [*first.split(), *last.replace(".", " ").split()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
