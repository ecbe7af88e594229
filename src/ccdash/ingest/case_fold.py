"""All events of one case become its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC

from ccdash.calendars import Calendars
from ccdash.ingest import events as ev
from ccdash.ingest.identifiers import named_id, stable_id
from ccdash.ingest.identities import customer_id_of, known
from ccdash.ingest.open_hours import opened
from ccdash.ingest.rows import CaseRow
from ccdash.schema import NO_QUEUE


@dataclass(frozen=True)
class AroundCase:
    """What a case's row depends on besides its own events."""

    region: str | None = None
    calendars: Calendars = field(default_factory=Calendars)


def fold(source: str, key: str, events: Sequence[ev.CaseEvent], around: AroundCase) -> CaseRow:
    """The case from all its events in any order. It is opened by the first that is heard of it,
    resolved by the last resolve unless it was reopened after that. `events` is not empty."""
    ordered = sorted(events, key=lambda event: (event.at, event.sequence, event.id))
    begun = [event for event in ordered if isinstance(event, ev.CaseOpened)]
    identities = [one for event in begun for one in event.customer]
    queue = next((event.queue for event in begun if event.queue), None)
    last = next((one for one in reversed(ordered) if not isinstance(one, ev.CaseOpened)), None)
    opened_at = (begun or ordered)[0].at.astimezone(UTC)
    resolved_at = last.at.astimezone(UTC) if isinstance(last, ev.CaseResolved) else None
    calendar = around.calendars.of("", queue or "", opened_at)
    return CaseRow(
        case_id=stable_id("case", source, key),
        source=source,
        key=key,
        customer_id=customer_id_of(known(identities, around.region)),
        queue_id=named_id("queue", source, queue) if queue else NO_QUEUE,
        subject=next((event.subject for event in begun if event.subject), None),
        opened_at=opened_at,
        resolved_at=resolved_at,
        resolved_open_seconds=opened(calendar, opened_at, resolved_at),
        reopened_count=sum(isinstance(event, ev.CaseReopened) for event in ordered),
    )
