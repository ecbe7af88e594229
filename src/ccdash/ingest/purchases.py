"""Purchases into rows. What is told last of an order holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC

from ccdash.ingest import events as ev
from ccdash.ingest.identifiers import stable_id
from ccdash.ingest.identities import customer_id_of, known
from ccdash.ingest.rows import PurchaseRow
from ccdash.ingest.work import Work
from ccdash.ingest.writing import put_new, remove
from ccdash.schema import purchase

PREFIX = "purchase:"
Streams = Mapping[str, Sequence[ev.Event]]


def apply(work: Work, before: Streams, after: Streams) -> None:
    """Take away the rows that the orders had and put those that they have now."""
    remove(work.connection, purchase, [row[:2] for row in folded(work, before)])
    put_new(work.connection, purchase, folded(work, after))


def folded(work: Work, streams: Streams) -> list[PurchaseRow]:
    """The rows of the orders among these streams."""
    return [fold(work.source, key, told, work.region) for key, told in _told(streams).items()]


def fold(source: str, key: str, events: Sequence[ev.Purchased], region: str | None) -> PurchaseRow:
    """The purchase from all events of its order, in any order; there is at least one."""
    last = max(events, key=lambda event: (event.at, event.sequence, event.id))
    number = stable_id("purchase", source, key)
    return PurchaseRow(
        customer_id=customer_id_of(known(last.customer, region)) or -number,
        purchase_id=number,
        source=source,
        key=key,
        purchased_at=last.at.astimezone(UTC),
        amount_minor=last.amount_minor,
        currency=last.currency,
        subject=last.subject,
    )


def _told(streams: Streams) -> dict[str, list[ev.Purchased]]:
    """The events of each order of which there are any."""
    orders = {
        stream.removeprefix(PREFIX): [one for one in events if isinstance(one, ev.Purchased)]
        for stream, events in streams.items()
        if stream.startswith(PREFIX)
    }
    return {key: told for key, told in orders.items() if told}
