"""Which conversation goes on from which, by the link ids that sources give."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from ccdash.ingest import events as ev
from ccdash.ingest import known
from ccdash.ingest.writing import put, remove
from ccdash.schema import contact_link

Link = tuple[str, str]
"""(conversation, the one it goes on from)"""


def link_of(event: ev.Event) -> Link | None:
    """The link that an event tells, if it tells one."""
    match event:
        case ev.Answered(leg=str(leg)) if leg != event.contact:
            return leg, event.contact
        case ev.Arrived(continues=str(parent)) | ev.Recorded(continues=str(parent)):
            return (event.contact, parent) if parent != event.contact else None
        case _:
            return None


def put_links(connection: Connection, source: str, events: Iterable[ev.Event]) -> None:
    """Keep the links that these events tell."""
    told = sorted(set(filter(None, map(link_of, events))))
    put(connection, contact_link, [(source, *link) for link in told])


def remove_links(connection: Connection, source: str, replaced: Iterable[ev.Event]) -> None:
    """Forget the links that only these events told, which the store has no more. Either of the two
    conversations may still tell the same."""
    for child, parent in sorted(set(filter(None, map(link_of, replaced)))):
        told = known.events_of(connection, source, [f"contact:{child}", f"contact:{parent}"])
        if not any(link_of(one) == (child, parent) for some in told.values() for one in some):
            remove(connection, contact_link, [(source, child, parent)])
