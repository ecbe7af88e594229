"""A person's day as a ribbon: what they declared, over what they did, over their contacts.

Time is cut as agents' time is (store/agent_time.py): an instant counts from its whole second, work
counts while somebody is signed in. So the pieces add up to the figures of the day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import floor
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.vocabulary import NOT_HERE, Channel, Intent, Load, SegmentKind

HOUR = timedelta(hours=1)
MOST_TICKS = 9
MOST_ROWS = 4
"""Of contacts at once; what is more shares the last row."""
SIGNED_IN, TALKING, WRAPPING = "signed in", "talking", "wrapping"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a lane. `note` is the reason or the queue; `at_once` how many contacts. Of work
    `is_signed_in` says whether it is in the figures."""

    start: datetime
    end: datetime
    kind: Intent | Load | SegmentKind
    note: str = ""
    channel: Channel | None = None
    at_once: int = 1
    is_signed_in: bool = True

    @property
    def seconds(self) -> int:
        """Whole ones."""
        return int((self.end - self.start).total_seconds())


@dataclass(frozen=True, slots=True)
class Ribbon:
    """From full hour to full hour; `ticks` are full hours between. Who is offline has no piece in
    `intents`, who is free none in `loads`; `contacts` has as many rows as there were at once."""

    start: datetime
    end: datetime
    ticks: tuple[datetime, ...]
    intents: tuple[Piece, ...]
    loads: tuple[Piece, ...]
    contacts: tuple[tuple[Piece, ...], ...]

    def place(self, at: datetime) -> float:
        """Where an instant stands, as a share of the width."""
        return (at - self.start) / (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Told:
    """The frames of store/person_day.py and the borders of what is seen of them."""

    states: pl.DataFrame
    work: pl.DataFrame
    start: datetime
    end: datetime
    zone: ZoneInfo


def ribbon(told: Told) -> Ribbon | None:
    """None where nothing was told of the day."""
    states = list(_states(told))
    work = list(_work(told))
    intents = tuple(one for one in states if one.kind is not Intent.OFFLINE)
    seen = [one for one in (*intents, *work) if one.kind is not Intent.UNKNOWN]
    if not seen:
        return None
    start = _full_hour(min(one.start for one in seen), told.zone)
    end = _full_hour(max(one.end for one in seen) - timedelta(seconds=1), told.zone) + HOUR
    shown = tuple(_within(intents, start, end))
    signed_in = _joined(one for one in states if one.kind not in NOT_HERE)
    talks = [one for one in work if one.kind is not SegmentKind.WRAP_UP]
    contacts = _rows(piece for one in talks for piece in _split(one, signed_in))
    return Ribbon(start, end, _ticks(start, end), shown, tuple(_loads(states, work)), contacts)


def _states(told: Told) -> Iterator[Piece]:
    columns = ("intent", "reason", "started_at", "ended_at")
    for intent, reason, *ends in told.states.select(columns).iter_rows():
        if span := _cut(ends, told):
            yield Piece(*span, Intent(intent), reason or "")


def _work(told: Told) -> Iterator[Piece]:
    columns = ("kind", "queue", "channel", "started_at", "ended_at")
    for kind, queue, channel, *ends in told.work.select(columns).iter_rows():
        if span := _cut(ends, told):
            yield Piece(*span, SegmentKind(kind), queue, Channel(channel))


def _cut(ends: Sequence[datetime], told: Told) -> tuple[datetime, datetime] | None:
    """In whole seconds within the day; None where nothing is left."""
    start = _whole(max(ends[0], told.start))
    end = _whole(min(ends[1], told.end))
    return (start, end) if start < end else None


def _whole(at: datetime) -> datetime:
    return datetime.fromtimestamp(floor(at.timestamp()), UTC)


def _loads(states: Sequence[Piece], work: Sequence[Piece]) -> Iterator[Piece]:
    """On a contact goes before wrap-up; a declared wrap-up is one. Who has two contacts is busy
    once."""
    borders = _borders(states, work)
    now: Counter[str] = Counter()
    last: Piece | None = None
    for first, second in pairwise(sorted(borders)):
        now.update(borders[first])
        last, done = _merged(last, _load(now, first, second))
        if done is not None:
            yield done
    if last is not None:
        yield last


def _borders(states: Sequence[Piece], work: Sequence[Piece]) -> dict[int, Counter[str]]:
    """How much more or less of what goes on from each second on at which that changes."""
    spans = [(one, SIGNED_IN) for one in states if one.kind not in NOT_HERE]
    spans += [(one, WRAPPING) for one in states if one.kind is Intent.WRAP_UP]
    spans += [(one, WRAPPING if one.kind is SegmentKind.WRAP_UP else TALKING) for one in work]
    found: dict[int, Counter[str]] = {}
    for one, name in spans:
        for at, by in ((one.start, 1), (one.end, -1)):
            found.setdefault(int(at.timestamp()), Counter())[name] += by
    return found


def _load(now: Counter[str], first: int, last: int) -> Piece | None:
    many = now[TALKING]
    if not many and not now[WRAPPING]:
        return None
    start, end = (datetime.fromtimestamp(one, UTC) for one in (first, last))
    kind = Load.ON_CONTACT if many else Load.WRAP_UP
    return Piece(start, end, kind, at_once=max(1, many), is_signed_in=now[SIGNED_IN] > 0)


def _merged(last: Piece | None, piece: Piece | None) -> tuple[Piece | None, Piece | None]:
    """The piece that goes on, and the one that is over."""
    if last is None or piece is None or replace(last, start=piece.start, end=piece.end) != piece:
        return piece, last
    return replace(last, end=piece.end), None


Span = tuple[datetime, datetime]


def _joined(pieces: Iterable[Piece]) -> list[Span]:
    """States follow each other; those without a gap are one span."""
    found: list[Span] = []
    for one in pieces:
        if found and found[-1][1] == one.start:
            found[-1] = (found[-1][0], one.end)
        else:
            found.append((one.start, one.end))
    return found


def _split(one: Piece, signed_in: Sequence[Span]) -> Iterator[Piece]:
    """In pieces that are in the figures and pieces that are not."""
    ends = {one.start, one.end}
    ends.update(at for span in signed_in for at in span if one.start < at < one.end)
    for start, end in pairwise(sorted(ends)):
        is_in = any(first <= start < last for first, last in signed_in)
        yield replace(one, start=start, end=end, is_signed_in=is_in)


def _rows(pieces: Iterable[Piece]) -> tuple[tuple[Piece, ...], ...]:
    """Each in the first row that is free."""
    rows: list[list[Piece]] = []
    for one in sorted(pieces, key=lambda piece: (piece.start, piece.end)):
        free = (row for row in rows if row[-1].end <= one.start)
        row = next(free, None)
        if row is None and len(rows) < MOST_ROWS:
            rows.append(row := [])
        (rows[-1] if row is None else row).append(one)
    return tuple(tuple(row) for row in rows)


def _within(pieces: Iterable[Piece], start: datetime, end: datetime) -> Iterator[Piece]:
    for one in pieces:
        first, last = max(one.start, start), min(one.end, end)
        if first < last:
            yield replace(one, start=first, end=last)


def _full_hour(at: datetime, where: ZoneInfo) -> datetime:
    local = at.astimezone(where)
    return at - timedelta(minutes=local.minute, seconds=local.second, microseconds=at.microsecond)


def _ticks(start: datetime, end: datetime) -> tuple[datetime, ...]:
    hours = (end - start) // HOUR
    step = next(one for one in (1, 2, 3, 4, 6) if hours / one <= MOST_TICKS or one == 6)
    return tuple(start + HOUR * one for one in range(0, hours + 1, step))
