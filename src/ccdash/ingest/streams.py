"""Whose rows an event helps to make: the events of one stream are read together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from ccdash.ingest import aliases, cases, contacts, customer_records, known, names, purchases
from ccdash.ingest import events as ev

AGENT = "agent:"
"""How the streams of what agents declare begin."""


Streams = Mapping[str, list[ev.Event]]


def stream_of(event: ev.Event) -> str:
    """The name under which the events that make one row together are kept."""
    prefix, field = _STREAMS[type(event)]
    return prefix + getattr(event, field) if field else prefix


def _named_by(kind: type[ev.Event]) -> tuple[str, str]:
    """How the streams of a type of event begin, and the field that names them."""
    if issubclass(kind, ev.ContactEvent):
        return contacts.PREFIX, "contact"
    if issubclass(kind, ev.AgentEvent):
        return (aliases.PREFIX if kind is ev.AgentDescribed else AGENT), "agent"
    if issubclass(kind, ev.CaseEvent):
        return cases.PREFIX, "case"
    others = {
        ev.Purchased: (purchases.PREFIX, "order"),
        ev.CustomerDescribed: (customer_records.PREFIX, "record"),
        ev.QueueDescribed: (names.QUEUE, "queue"),
    }
    return others.get(kind, (known.RESTARTS, ""))


_STREAMS = {kind: _named_by(kind) for kind in ev.EVENT_TYPES}


def together(
    before: Mapping[str, list[ev.Event]], new: Iterable[ev.Event], replaced: Collection[str]
) -> dict[str, list[ev.Event]]:
    """Every touched stream with all its events as they are now; `replaced` are ids."""
    after = {
        stream: [event for event in events if event.id not in replaced]
        for stream, events in before.items()
    }
    for event in new:
        after.setdefault(stream_of(event), []).append(event)
    return after


def raw_rows(
    events: Iterable[ev.Event], received_at: datetime, batch_id: int | None
) -> list[tuple[object, ...]]:
    """The rows of `raw_event`."""
    return [
        (
            one.source,
            one.id,
            one.revision,
            stream_of(one),
            one.at,
            received_at,
            batch_id,
            ev.encode(one).decode(),
        )
        for one in events
    ]


def customers(streams: Streams) -> Iterator[tuple[ev.Identity, ...]]:
    """The contact details that came together: those of one conversation, case, order or record of a
    customer each."""
    for stream, events in streams.items():
        if stream.startswith(contacts.PREFIX):
            yield tuple(one for event in events for one in getattr(event, "customer", ()))
        else:
            yield from (
                one.customer
                for one in events
                if isinstance(one, (ev.CaseOpened, ev.Purchased, ev.CustomerDescribed))
            )
