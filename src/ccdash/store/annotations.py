"""What people noted beside the figures: written, changed, taken away and found again."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    CursorResult,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)

from ccdash.errors import BadInput
from ccdash.query import Dimension, Query
from ccdash.schema import annotation
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.vocabulary import Channel

LONGEST = 200
"""Characters of a text; more would be no note."""


@dataclass(frozen=True, slots=True)
class Note:
    """What happened: [begins_at, ends_at), or at an instant; of one channel, or of the centre."""

    begins_at: datetime
    text: str
    ends_at: datetime | None = None
    channel: Channel | None = None

    def __post_init__(self) -> None:
        """Refuse what says nothing, or too much, or ends before it begins."""
        if not self.text.strip():
            raise BadInput("A note needs a text: say in a few words what happened.")
        if len(self.text) > LONGEST:
            raise BadInput(f"A note has at most {LONGEST} characters.")
        if self.ends_at is not None and self.ends_at <= self.begins_at:
            raise BadInput("The end of a note must be after its beginning.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A note in the store, and its number there."""

    number: int
    note: Note


def add(connection: Connection, note: Note, now: datetime) -> int:
    """Keep a note; gives its number."""
    values = {**asdict(note), "written_at": now}
    statement = insert(annotation).values(values).returning(annotation.c.annotation_id)
    return int(connection.execute(statement).scalar_one())


def add_new(connection: Connection, notes: Iterable[Note]) -> None:
    """Keep those of which no note with the same text begins at the same instant."""
    of = annotation.c
    for one in notes:
        same = exists().where(of.begins_at == one.begins_at, of.text == one.text)
        if not connection.execute(select(same)).scalar_one():
            add(connection, one, one.begins_at)


def change(connection: Connection, number: int, note: Note) -> None:
    """Let it say something else. Raises BadInput when there is none of this number."""
    its = annotation.c.annotation_id == number
    _refuse_missing(connection.execute(update(annotation).where(its).values(asdict(note))), number)


def remove(connection: Connection, number: int) -> None:
    """Take it away. Raises BadInput when there is none of this number."""
    its = annotation.c.annotation_id == number
    _refuse_missing(connection.execute(delete(annotation).where(its)), number)


def every(store: Store) -> list[Kept]:
    """All notes, the earliest first. Raises StoreUnavailable."""
    return _read(store, select(annotation))


def notes_of(store: Store, query: Query) -> list[Kept]:
    """Those of the question's period, the earliest first; where it asks for channels, those of
    other channels are left out. Raises StoreUnavailable."""
    period, of = query.period, annotation.c
    lasts = or_(of.ends_at > literal(period.start), of.begins_at >= literal(period.start))
    statement = select(annotation).where(of.begins_at < literal(period.end), lasts)
    if channels := _channels(query):
        statement = statement.where(or_(of.channel.is_(None), of.channel.in_(channels)))
    return _read(store, statement)


def _channels(query: Query) -> Collection[str]:
    """The channels that the question names, alone or as those of queues."""
    filters = dict(query.filters)
    of_queues = {word.partition(":")[0] for word in filters.get(Dimension.QUEUE_CHANNEL, ())}
    return {*filters.get(Dimension.CHANNEL, ()), *of_queues}


def _read(store: Store, statement: Rows) -> list[Kept]:
    of = annotation.c
    rows = store.frame(statement.order_by(of.begins_at, of.annotation_id))
    return [
        Kept(
            row["annotation_id"],
            Note(
                row["begins_at"],
                row["text"],
                row["ends_at"],
                Channel(row["channel"]) if row["channel"] else None,
            ),
        )
        for row in rows.iter_rows(named=True)
    ]


def _refuse_missing(result: CursorResult[Any], number: int) -> None:
    if not result.rowcount:
        raise BadInput(f"There is no note {number}; `ccdash note list` tells them all.")
