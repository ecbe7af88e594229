"""A made-up contact centre as ccdash event lines: something to look at before there is a source.

    .venv/bin/python scripts/sample_centre.py --days 60 --seed 7 --until now > sample.jsonl

The same (days, seed, until) gives the same bytes. What was over two hours before `until` is told
as finished contacts, the rest as it happened, so that the floor at `until` is in full swing. The
centre is open whenever `until` is: at night and on Sundays its last day is moved there. Everybody
in it is made up; addresses are of example.com, numbers begin with 047, which is no operator's.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from sample_floor import SOURCE, Centre, Visit, identities
from sample_queues import DAY, HOUR, PHONE, QUEUES, instant, working_days

from ccdash.ingest import events as ev
from ccdash.vocabulary import Outcome, SegmentKind

AS_IT_HAPPENED = 2 * HOUR


def sample(days: int, seed: int, until: datetime) -> list[ev.Event]:
    """Every event up to `until`, in the order of time."""
    end = int(until.timestamp())
    centre = Centre(seed, days, end)
    centre.run()
    told = [*described(centre, end - days * DAY), *centre.told, *tests(days, end)]
    for visit in centre.visits:
        is_over = visit.done is not None and visit.done <= end - AS_IT_HAPPENED
        told.extend([recorded(visit)] if is_over else as_it_happened(visit))
    return sorted((one for one in told if one.at <= until), key=lambda one: (one.at, one.id))


def described(centre: Centre, start: int) -> Iterator[ev.Event]:
    at = instant(start)
    for queue in QUEUES:
        key = queue.key
        of = {"queue": key, "name": queue.name, "channel": queue.channel}
        yield ev.QueueDescribed(source=SOURCE, id=f"queue-{key}", at=at, **of)
    for agent in centre.agents:
        of = {"agent": agent.key, "name": agent.name, "team": agent.team}
        yield ev.AgentDescribed(source=SOURCE, id=f"agent-{agent.key}", at=at, **of)


def tests(days: int, until: int) -> Iterator[ev.Event]:
    """The test call of every Monday morning: noted as one, or only known as one afterwards."""
    for midnight, weekday in working_days(days, until):
        start = midnight + 7 * HOUR + 3000
        if weekday == 0 and start < until - AS_IT_HAPPENED:
            key, is_noted = f"test-{midnight}", midnight % 3 == 0
            yield ev.Recorded(
                source=SOURCE, id=key, at=instant(start), contact=key, channel=PHONE,
                outcome=Outcome.HANDLED, queue="support", queued_at=instant(start),
                answered_at=instant(start + 3), end=instant(start + 40), is_test=is_noted,
            )  # fmt: skip
            if not is_noted:
                of = {"contact": key, "reason": "line test"}
                yield ev.Voided(source=SOURCE, id=f"{key}-void", at=instant(start + 600), **of)


def recorded(visit: Visit) -> ev.Event:
    """A finished contact in one piece."""
    is_taken = visit.answered is not None
    held = visit.hold[1] - visit.hold[0] if visit.hold else 0
    own = {
        "wait_seconds": visit.waited, "talk_seconds": visit.end - visit.answered - held,
        "hold_seconds": held, "wrap_up_seconds": visit.done - visit.end,
    } if is_taken else {}  # fmt: skip
    return ev.Recorded(
        source=SOURCE, id=visit.key, at=instant(visit.arrived), contact=visit.key, **about(visit),
        outcome=Outcome.HANDLED if is_taken else Outcome.ABANDONED, end=instant(visit.end),
        queue=visit.queue.key if visit.queued else None,
        queued_at=visit.queued and instant(visit.queued),
        answered_at=visit.answered and instant(visit.answered), agent=visit.agent, **own,
        case=visit.case, segments=tuple(stretches(visit)),
        is_transferred=visit.moves_to is not None,
    )  # fmt: skip


def about(visit: Visit) -> dict[str, object]:
    """What is known of a contact from its first second."""
    return {
        "channel": visit.queue.channel, "contact_point": visit.queue.point,
        "subject": visit.subject, "language": visit.queue.language, "customer": identities(visit),
        "continues": visit.before.key if visit.before and visit.is_transfer else None,
    }  # fmt: skip


def stretches(visit: Visit) -> Iterator[ev.Stretch]:
    menu_end, wait_end = visit.queued or visit.end, visit.answered or visit.end
    marks = [(SegmentKind.MENU, visit.arrived, menu_end, None)]
    marks.append((SegmentKind.QUEUE, menu_end, wait_end, None))
    hold = visit.hold or (visit.end, visit.end)
    marks.append((SegmentKind.TALK, wait_end, hold[0], visit.agent))
    marks.append((SegmentKind.HOLD, *hold, visit.agent))
    marks.append((SegmentKind.TALK, hold[1], visit.end, visit.agent))
    marks.append((SegmentKind.WRAP_UP, visit.end, visit.done, visit.agent))
    for kind, start, end, agent in marks:
        if end > start:
            yield ev.Stretch(kind, instant(start), instant(end), agent)


def as_it_happened(visit: Visit) -> Iterator[ev.Event]:
    """A contact of the last hours, a word at a time; what is set ahead is told in its time."""
    for place, (at, event) in enumerate(happenings(visit)):
        yield event(
            source=SOURCE, id=f"{visit.key}-{place}", at=instant(at), sequence=place,
            contact=visit.key,
        )  # fmt: skip


def happenings(visit: Visit) -> Iterator[tuple[int, partial[ev.Event]]]:
    yield visit.arrived, partial(ev.Arrived, **about(visit))
    if visit.queued is not None:
        yield visit.queued, partial(ev.Queued, queue=visit.queue.key)
    if visit.answered is not None:
        yield visit.answered, partial(ev.Answered, agent=visit.agent)
    for at, event in zip(visit.hold or (), (ev.Held, ev.Resumed), strict=False):
        yield at, partial(event)
    if visit.case is not None:
        yield visit.end or visit.arrived, partial(ev.Described, case=visit.case)
    if visit.end is not None and visit.moves_to:
        yield visit.end, partial(ev.Transferred, agent=visit.agent, to=visit.moves_to)
    elif visit.end is not None:
        has_more = visit.done != visit.end
        yield visit.end, partial(ev.Ended, wrap_up_follows=has_more)
        if has_more:
            yield visit.done or visit.end, partial(ev.WrappedUp)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--until", default="now", help="`now`, or an instant with its offset")
    asked = parser.parse_args()
    is_now = asked.until == "now"
    until = datetime.now(UTC) if is_now else datetime.fromisoformat(asked.until)
    if until.tzinfo is None:
        parser.error("--until needs an offset, as in 2025-11-20T13:42:20+02:00")
    for event in sample(asked.days, asked.seed, until.replace(microsecond=0)):
        sys.stdout.buffer.write(ev.encode(event) + b"\n")


if __name__ == "__main__":
    main()
