"""Cases into rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ccdash.ingest import events as ev
from ccdash.ingest import names
from ccdash.ingest.case_fold import fold
from ccdash.ingest.rows import CaseRow
from ccdash.ingest.work import Work, interval_start
from ccdash.ingest.writing import mark_dirty, put_new, remove
from ccdash.schema import case

PREFIX = "case:"
Streams = Mapping[str, Sequence[ev.Event]]


def apply(work: Work, before: Streams, after: Streams) -> None:
    """Take away the rows that the cases had and put those that they have now."""
    old, new = _folded(work, before), _folded(work, after)
    told = [one for events in after.values() for one in events if isinstance(one, ev.CaseOpened)]
    names.put_queues(work, {one.queue for one in told if one.queue})
    names.put_customers(work, (one.customer for one in told))
    remove(work.connection, case, [(row.case_id,) for row in old])
    put_new(work.connection, case, new)
    keys = {(interval_start(row.opened_at), row.queue_id) for row in [*old, *new]}
    mark_dirty(work.connection, "case", keys, work.received_at)


def _folded(work: Work, streams: Streams) -> list[CaseRow]:
    rows = []
    for stream, events in streams.items():
        told = [one for one in events if isinstance(one, ev.CaseEvent)]
        if told and stream.startswith(PREFIX):
            rows.append(fold(work.source, stream.removeprefix(PREFIX), told, work.region))
    return rows
