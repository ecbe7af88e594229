"""Which conversation goes on from which, by the link ids that sources give."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func
from sqlalchemy.dialects.postgresql import insert

from ccdash.ingest import events as ev
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
    """Keep the links; of two parents told for one conversation the lesser key, in any order."""
    parents: dict[str, str] = {}
    for link in filter(None, map(link_of, events)):
        parents[link[0]] = min(link[1], parents.get(link[0], link[1]))
    if not parents:
        return
    statement = insert(contact_link)
    least = func.least(contact_link.c.parent, statement.excluded.parent)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["source", "stream"], set_={"parent": least}
        ),
        [
            {"source": source, "stream": child, "parent": parents[child]}
            for child in sorted(parents)
        ],
    )
