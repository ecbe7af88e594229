"""What a finished log tells, at the times at which it happened.

An event of one step happened when it says. A finished contact is told step by step before it: that
the customer came, began to wait, was answered; at its end comes the record itself, which holds all
that the steps said and takes their place (contact_fold.py). So the rows that remain are those of an
import, and at no instant does the store know more than what had happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ccdash.ingest import events as ev
from ccdash.ingest.identifiers import stable_id
from ccdash.ingest.recorded import answered
from ccdash.vocabulary import Outcome


class Happening(NamedTuple):
    """An event, and when it is to be told."""

    at: datetime
    event: ev.Event


def told_at(event: ev.Event) -> datetime:
    """When all that an event says had happened."""
    if not isinstance(event, ev.Recorded):
        return event.at
    asked = (at for one in event.surveys for at in (one.asked_at, one.answered_at) if at)
    return max([_done(event), *asked])


def happenings(event: ev.Event) -> Iterator[Happening]:
    """The event when it is over, and before it the steps of a finished contact, each when it was.
    Of a test call nobody hears before its end: a log that marks it says that it is to be ignored.
    """
    if isinstance(event, ev.Recorded) and not _is_test(event):
        for place, step in enumerate(_steps(event)):
            yield Happening(step.at, _numbered(event, place, step))
    yield Happening(told_at(event), event)


class _Step(NamedTuple):
    kind: type[ev.ContactEvent]
    at: datetime
    said: dict[str, Any]


def _steps(event: ev.Recorded) -> Iterator[_Step]:
    """Rings, holds and who had it in between are known when it is over."""
    taken, _ = answered(event, event.queued_at or event.at, event.end)
    where = {"channel": event.channel, "queue": event.queue}
    about = ("channel", "direction", "contact_point", "customer", "language", "subject")
    yield _Step(ev.Arrived, event.at, {name: getattr(event, name) for name in about})
    if event.queued_at is not None and event.queue is not None:
        # Two machines' clocks: by them some are answered a moment before they are in the queue.
        yield _Step(ev.Queued, min(event.queued_at, taken or event.queued_at), where)
    if taken is not None:
        said = where | {"agent": event.agent, "wait_seconds": event.wait_seconds}
        yield _Step(ev.Answered, taken, said)
    if told_at(event) > event.end:
        yield from _ends(event)


def _ends(event: ev.Recorded) -> Iterator[_Step]:
    """The end of the conversation, when more is told of it later."""
    has_work = _done(event) > event.end
    said = {"outcome": event.outcome, "agent": event.agent, "wrap_up_follows": has_work}
    yield _Step(ev.Ended, event.end, said)
    if has_work:
        yield _Step(ev.WrappedUp, _done(event), {})


def _numbered(event: ev.Recorded, place: int, step: _Step) -> ev.ContactEvent:
    """Its id is not longer than an id may be, however long the record's is."""
    number = stable_id("step", event.source, event.id)
    return step.kind(
        source=event.source,
        id=f"{number}.{place}",
        at=step.at,
        sequence=place,
        contact=event.contact,
        **step.said,
    )


def _done(event: ev.Recorded) -> datetime:
    return event.end + timedelta(seconds=event.wrap_up_seconds or 0)


def _is_test(event: ev.Recorded) -> bool:
    return event.is_test or event.outcome is Outcome.VOID
