"""Cases into rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ccdash.ingest import events as ev
from ccdash.ingest import known, names
from ccdash.ingest.case_fold import AroundCase, fold
from ccdash.ingest.rows import CaseRow
from ccdash.ingest.work import Work, interval_start
from ccdash.ingest.writing import mark_dirty, put_new, remove
from ccdash.schema import case

PREFIX = "case:"
Streams = Mapping[str, Sequence[ev.Event]]


def apply(work: Work, before: Streams, after: Streams) -> None:
    """Take away the rows that the cases had and put those that they have now."""
    old, new = folded(replace(work, kept_since=None), before), folded(work, after)
    put_names(work, after)
    remove(work.connection, case, [(row.case_id,) for row in old])
    put_new(work.connection, case, new)
    mark_dirty(work.connection, "case", marks_of([*old, *new]), work.received_at)


def put_names(work: Work, streams: Streams) -> None:
    """The queues that the events name."""
    told = [one for events in streams.values() for one in events if isinstance(one, ev.CaseOpened)]
    names.put_queues(work, {one.queue for one in told if one.queue})


def marks_of(rows: Iterable[CaseRow]) -> set[tuple[datetime, int]]:
    """The intervals in whose sums these cases are."""
    return {(interval_start(row.opened_at), row.queue_id) for row in rows}


def folded(work: Work, streams: Streams) -> list[CaseRow]:
    """The rows of the cases among these streams, without what was forgotten."""
    told = {
        stream.removeprefix(PREFIX): [one for one in events if isinstance(one, ev.CaseEvent)]
        for stream, events in streams.items()
        if stream.startswith(PREFIX)
    }
    if not any(told.values()):
        return []
    calendars = known.calendars(work.connection, known.thresholds(work.connection))
    around = AroundCase(work.region, calendars)
    rows = [
        fold(work.source, key, events, around)
        for key, events in told.items()
        if events and (work.kept_since is None or _has_begun(events))
    ]
    return [row for row in rows if not _is_forgotten(work, row)]


def _has_begun(events: Sequence[ev.CaseEvent]) -> bool:
    """Whether its beginning is told: else it was forgotten with a case that is told of again."""
    return any(isinstance(one, ev.CaseOpened) for one in events)


def _is_forgotten(work: Work, row: CaseRow) -> bool:
    since, resolved = work.kept_since, row.resolved_at
    return since is not None and resolved is not None and resolved <= since
