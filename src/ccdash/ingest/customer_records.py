"""What customers are called, as the records of sources say it.

A record is one customer's, by whatever details: its strongest names the customer. Of several
records of one customer the name that was told last holds, whoever tells it first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, any_, literal, select

from ccdash.ingest import events as ev
from ccdash.ingest.customer_words import put_names
from ccdash.ingest.identities import customer_id_of, known
from ccdash.ingest.work import Work
from ccdash.ingest.writing import put_new, remove
from ccdash.schema import customer, customer_record

PREFIX = "customer:"
Streams = Mapping[str, Sequence[ev.Event]]


class RecordRow(NamedTuple):
    """A row of `customer_record`."""

    source: str
    key: str
    customer_id: int
    name: str | None
    named_at: datetime | None


def apply(work: Work, before: Streams, after: Streams) -> None:
    """Take away what the records said and put what they say now. The customers have rows."""
    old, new = (list(_folded(work, streams)) for streams in (before, after))
    remove(work.connection, customer_record, [row[:2] for row in old])
    put_new(work.connection, customer_record, new)
    _call(work, {row.customer_id for row in (*old, *new)})


def _folded(work: Work, streams: Streams) -> Iterator[RecordRow]:
    for stream, events in streams.items():
        told = [one for one in events if isinstance(one, ev.CustomerDescribed)]
        last = max((one for one in told if one.name), key=_order, default=None)
        details = (detail for one in told for detail in one.customer)
        customer_id = customer_id_of(known(details, work.region))
        if customer_id is not None:
            called = (last.name, last.at.astimezone(UTC)) if last else (None, None)
            yield RecordRow(work.source, stream.removeprefix(PREFIX), customer_id, *called)


def _order(event: ev.CustomerDescribed) -> tuple[datetime, int, str]:
    return event.at, event.sequence, event.id


def _call(work: Work, numbers: Collection[int]) -> None:
    """Call these customers what their records say, or nothing."""
    if not numbers:
        return
    record = customer_record.c
    name = (
        select(record.name)
        .where(record.customer_id == customer.c.customer_id, record.name.is_not(None))
        .order_by(record.named_at.desc(), record.name.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_one = customer.c.customer_id == any_(literal(sorted(numbers), ARRAY(BigInteger)))
    rows = work.connection.execute(select(customer.c.customer_id, name).where(is_one))
    put_names(work.connection, [(number, told) for number, told in rows])
