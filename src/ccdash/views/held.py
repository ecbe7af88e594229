"""Which targets and limits hold at an instant, where, since when, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ccdash.thresholds import DatedValue, Threshold, Thresholds, parts
from ccdash.vocabulary import Channel

BY_CHANNEL = Threshold.TARGET_SECONDS
"""The one whose own value differs from channel to channel."""


@dataclass(frozen=True)
class Held:
    """`channel` and `queue` are empty for all. `since` is None for ccdash's own value; `later`
    is the value that follows and its instant. `reason` is set for the limit of one."""

    name: Threshold
    channel: str
    queue: str
    value: int
    since: datetime | None
    later: tuple[int, datetime] | None = None
    reason: str = ""


def held(rows: Iterable[DatedValue], at: datetime) -> list[Held]:
    """In the order of the thresholds; all before a channel before a queue."""
    every = sorted(rows, key=lambda row: row.valid_from)
    return [
        one for name in Threshold for one in (*_of(name, every, at), *_by_reason(name, every, at))
    ]


def _by_reason(name: Threshold, every: list[DatedValue], at: datetime) -> Iterator[Held]:
    """The limits of single reasons, by their names."""
    told = {row.name for row in every if row.name != name and row.name.startswith(f"{name}:")}
    for one in sorted(told):
        mine = [row for row in every if row.name == one]
        now = [row for row in mine if row.valid_from <= at]
        later = [(row.value, row.valid_from) for row in mine if row.valid_from > at]
        value = now[-1].value if now else Thresholds(every).value(name, Channel.PHONE, "", at)
        since = now[-1].valid_from if now else None
        yield Held(name, "", "", value, since, later[0] if later else None, parts(one)[1])


def _of(name: Threshold, every: list[DatedValue], at: datetime) -> Iterator[Held]:
    book = Thresholds(every)
    dated: dict[tuple[str, str], list[DatedValue]] = {}
    for row in every:
        if row.name == name:
            dated.setdefault((row.queue, row.channel), []).append(row)
    own = [] if ("", "") in dated else [("", channel) for channel in _channels(name)]
    for queue, channel in sorted({*own, *dated}, key=_place):
        mine = dated.get((queue, channel), [])
        since = [row.valid_from for row in mine if row.valid_from <= at]
        later = [(row.value, row.valid_from) for row in mine if row.valid_from > at]
        value = book.value(name, Channel(channel or Channel.PHONE), queue, at)
        yield Held(
            name, channel, queue, value, max(since, default=None), later[0] if later else None
        )


def _channels(name: Threshold) -> list[str]:
    return [str(one) for one in Channel] if name is BY_CHANNEL else [""]


def _place(scope: tuple[str, str]) -> tuple[str, int]:
    queue, channel = scope
    return queue, list(Channel).index(Channel(channel)) if channel else -1
