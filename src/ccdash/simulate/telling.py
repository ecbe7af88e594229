"""A week as events: each conversation in one piece, or as it happened.

Both tellings give the same contact rows. A conversation that was passed on to another queue is
told step by step in both, because one record is one stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter
from typing import Any

from ccdash.ingest import events as ev
from ccdash.simulate.calendar import instant
from ccdash.simulate.centre import SOURCE, Centre
from ccdash.simulate.doings import doings
from ccdash.simulate.memory import uncollected
from ccdash.simulate.population import is_registered, person, proved, shown, told_later
from ccdash.simulate.visits import Conversation, Stay
from ccdash.simulate.week import Week
from ccdash.simulate.written import messages
from ccdash.vocabulary import Channel, SegmentKind

_in_order = attrgetter("at", "sequence", "id")
_MENU, _QUEUE, _RING = SegmentKind.MENU, SegmentKind.QUEUE, SegmentKind.RING
_TALK, _HOLD, _WRAP_UP = SegmentKind.TALK, SegmentKind.HOLD, SegmentKind.WRAP_UP
NUMBER_LEARNED = 20
"""Seconds after the answer, at most, in which the customer's number is typed in."""


def described(centre: Centre, at: datetime) -> list[ev.Event]:
    """Who and what the keys of events are: queues and agents."""
    queues = [one for one in centre.queues if one.channel is not Channel.SELF_SERVICE]
    of_queues = [
        ev.QueueDescribed(
            source=SOURCE, id=f"queue-{one.key}", at=at, queue=one.key, name=one.name,
            channel=one.channel,
        )
        for one in queues
    ]  # fmt: skip
    of_agents = [
        ev.AgentDescribed(
            source=SOURCE, id=f"agent-{one.key}", at=at, agent=one.key, name=one.name,
            team=centre.teams[one.team],
        )
        for one in centre.agents
    ]  # fmt: skip
    return [*of_queues, *of_agents, *registered(centre, at)]


def registered(centre: Centre, at: datetime) -> Iterator[ev.CustomerDescribed]:
    """The record of customers: who has signed up, with the details that they proved to be theirs. A
    landline may be a household's or a firm's: two who give it are two possible people."""
    for place in range(centre.volume.customers):
        one = person(centre, place)
        if is_registered(place):
            yield ev.CustomerDescribed(
                source=SOURCE, id=f"customer-{place}", at=at, record=one.number.value,
                customer=(one.number, *map(_proved, proved(one, place))), name=one.name,
            )  # fmt: skip


def _proved(one: ev.Identity) -> ev.Identity:
    return ev.Identity(one.kind, one.value, verified=True)


@uncollected()
def recorded(week: Week) -> list[ev.Event]:
    """Each conversation as one contact.recorded where that is possible, in the order of time."""
    told: list[ev.Event] = list(doings(week))
    for visit in week.conversations:
        if len(visit.stays) > 1:
            told.extend(_steps(week.centre, visit))
            continue
        told.append(_record(week.centre, visit))
        if visit.is_test and not _is_noted(visit):
            told.append(_voided(visit))
    told.sort(key=_in_order)
    return told


@uncollected()
def as_it_happened(week: Week) -> list[ev.Event]:
    """Every step of every conversation, in the order of time."""
    told: list[ev.Event] = list(doings(week))
    for visit in week.conversations:
        told.extend(_steps(week.centre, visit))
    told.sort(key=_in_order)
    return told


# In one piece -------------------------------------------------------------------------------------


def _record(centre: Centre, visit: Conversation) -> ev.Recorded:
    stay, one, matter = visit.stays[0], visit.round, visit.round.matter
    arrived, end = instant(stay.arrived), instant(stay.ended)
    queued = None if stay.queued is None else instant(stay.queued)
    answered = None if stay.answered is None else instant(stay.answered)
    return ev.Recorded(
        source=SOURCE,
        id=visit.key,
        at=arrived,
        contact=visit.key,
        channel=one.queue.channel,
        outcome=stay.outcome,
        end=end,
        queue=None if queued is None else one.queue.key,
        queued_at=queued,
        answered_at=answered,
        agent=stay.agent,
        wrap_up_seconds=stay.done - stay.ended or None,
        contact_point=one.point,
        customer=identities(centre, visit),
        language=matter.language,
        subject=matter.subject,
        case=case_of(visit),
        segments=_stretches(stay, (arrived, queued, answered, end)),
        is_test=visit.is_test and _is_noted(visit),
        surveys=_surveys(visit),
        messages=messages(centre, visit),
        is_resolved=visit.agent_says,
    )


def _surveys(visit: Conversation) -> tuple[ev.Survey, ...]:
    return tuple(
        ev.Survey(kind, instant(asked), None if answered is None else instant(answered), score)
        for kind, asked, answered, score in visit.asked
    )


Marks = tuple[datetime, datetime | None, datetime | None, datetime]


def _stretches(stay: Stay, marks: Marks) -> tuple[ev.Stretch, ...]:
    """What the steps of the same stay would make, one after the other. `marks` are the instants
    of its arrival, queue, answer and end."""
    arrived, queued, answered, end = marks
    if queued is None:
        return (ev.Stretch(_MENU, arrived, end),)
    found = [ev.Stretch(_QUEUE, queued, answered or end)]
    if queued is not arrived and queued > arrived:
        found.insert(0, ev.Stretch(_MENU, arrived, queued))
    found.extend(
        ev.Stretch(_RING, instant(start), instant(end), agent) for agent, start, end in stay.rings
    )
    if answered is not None:
        found.extend(_talks(stay, answered, end))
    return tuple(found)


def _talks(stay: Stay, answered: datetime, end: datetime) -> list[ev.Stretch]:
    agent = stay.agent
    if stay.held is None:
        found = [ev.Stretch(_TALK, answered, end, agent)]
    else:
        held, resumed = instant(stay.held[0]), instant(stay.held[1])
        found = [
            ev.Stretch(_TALK, answered, held, agent),
            ev.Stretch(_HOLD, held, resumed, agent),
            ev.Stretch(_TALK, resumed, end, agent),
        ]
    if stay.done > stay.ended:
        found.append(ev.Stretch(_WRAP_UP, end, instant(stay.done), agent))
    return found


def identities(centre: Centre, visit: Conversation) -> tuple[ev.Identity, ...]:
    """Every identity of the customer that this conversation ever shows."""
    return (*first_shown(centre, visit), *_learned(centre, visit))


def first_shown(centre: Centre, visit: Conversation) -> tuple[ev.Identity, ...]:
    """What the channel shows when the customer arrives."""
    one = visit.round
    if visit.is_test:
        return ()
    return shown(person(centre, one.matter.customer), one.queue.channel, one.luck)


def _learned(centre: Centre, visit: Conversation) -> tuple[ev.Identity, ...]:
    one = visit.round
    if visit.stays[0].answered is None or visit.is_test:
        return ()
    if not told_later(one.queue.channel, one.luck * 97 % 1):
        return ()
    return (person(centre, one.matter.customer).number,)


def case_of(visit: Conversation) -> str | None:
    """The key of the case that the contact belongs to."""
    one = visit.round
    has_case = 0 < one.matter.case_round <= one.number
    return f"case-{one.matter.key}" if has_case else None


def _is_noted(visit: Conversation) -> bool:
    """Some test calls are noted as such, of the others it is said afterwards."""
    return visit.stays[0].arrived // 604_800 % 2 == 0


def _voided(visit: Conversation) -> ev.Voided:
    at = instant(visit.ended + 600)
    return ev.Voided(
        source=SOURCE, id=f"{visit.key}.void", at=at, contact=visit.key, reason="koesoitto"
    )


# As it happened -----------------------------------------------------------------------------------


def _steps(centre: Centre, visit: Conversation) -> Iterator[ev.Event]:
    for place, (at, event, of) in enumerate(_happenings(centre, visit)):
        yield event(
            source=SOURCE, id=f"{visit.key}.{place}", at=instant(at), sequence=place,
            contact=visit.key, **of,
        )  # fmt: skip
    if visit.is_test:
        yield _voided(visit)


Step = tuple[int, type[ev.ContactEvent], dict[str, Any]]


def _happenings(centre: Centre, visit: Conversation) -> Iterator[Step]:
    one, first = visit.round, visit.stays[0]
    about = {
        "channel": one.queue.channel, "contact_point": one.point, "language": one.matter.language,
        "subject": one.matter.subject, "case": case_of(visit),
        "customer": first_shown(centre, visit),
    }  # fmt: skip
    yield first.arrived, ev.Arrived, about
    for stay in visit.stays:
        said = visit.agent_says if stay is visit.stays[-1] else None
        yield from _steps_of(stay, _learned(centre, visit) if stay is first else (), said)
    for told in messages(centre, visit):
        written = {"author": told.author, "agent": told.agent, "text": told.text}
        yield int(told.at.timestamp()), ev.Messaged, written
    for kind, asked, answered, score in visit.asked:
        yield asked, ev.SurveySent, {"kind": kind}
        if answered is not None:
            yield answered, ev.SurveyAnswered, {"kind": kind, "score": score}


def _steps_of(
    stay: Stay,
    learned: tuple[ev.Identity, ...],
    said: bool | None,  # noqa: FBT001
) -> Iterator[Step]:
    """`said` is the agent's word on the resolution."""
    if stay.queue is not None and stay.queued is not None:
        yield stay.queued, ev.Queued, {"queue": stay.queue.key}
    for ring in stay.rings:
        yield ring.end, ev.Rang, {"agent": ring.agent, "seconds": ring.end - ring.start}
    if stay.answered is None:
        how = ev.Ended if stay.queued is None else ev.LeftQueue
        yield stay.ended, how, {"outcome": stay.outcome}
        return
    yield stay.answered, ev.Answered, {"agent": stay.agent}
    if learned:
        at = min(stay.answered + NUMBER_LEARNED, stay.held[0] if stay.held else stay.ended)
        yield at, ev.Described, {"customer": learned}
    if stay.held is not None:
        yield stay.held[0], ev.Held, {}
        yield stay.held[1], ev.Resumed, {}
    if stay.moves_to is not None:
        yield stay.ended, ev.Transferred, {"agent": stay.agent, "to": stay.moves_to.key}
        return
    has_more = stay.done > stay.ended
    if not has_more:
        yield stay.ended, ev.Ended, {"is_resolved": said}
        return
    yield stay.ended, ev.Ended, {"wrap_up_follows": True}
    yield stay.done, ev.WrappedUp, {"is_resolved": said}
