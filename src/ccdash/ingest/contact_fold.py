"""All events of one conversation, whenever they came, become its contacts and segments.

A conversation that enters a second queue is two contacts with one root: "offered" counts stays in
queues, "callers" counts roots. Because rows are made from all events together, late, repeated,
corrected and unordered events end in the same rows as well-behaved ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ccdash.i18n import N_
from ccdash.ingest import events as ev
from ccdash.ingest.contact_rows import Surroundings, rows_of
from ccdash.ingest.conversation import (
    Conversation,
    Stay,
    Stretch,
    Surveyed,
    Written,
    whole_seconds,
)
from ccdash.ingest.rows import Folded
from ccdash.vocabulary import Outcome, SegmentKind


def fold(source: str, key: str, events: Sequence[ev.ContactEvent], around: Surroundings) -> Folded:
    """The rows of one conversation from all its events, in any order. Pure; instants in UTC."""
    conversation = Conversation()
    has_record = any(isinstance(event, ev.Recorded) for event in events)
    readers = _READERS_BESIDE_RECORDS if has_record else _READERS
    for event in sorted(events, key=lambda event: (event.at, event.sequence, event.id)):
        if reader := readers.get(type(event)):
            reader(conversation, event, event.at.astimezone(UTC))
    if conversation.stays:
        last_heard = max(event.at for event in events if not isinstance(event, _AFTERWARDS))
        _cut_by_restart(conversation.stays[-1], around.restart_after(last_heard))
    return rows_of(source, key, conversation, around)


_AFTERWARDS = (ev.Described, ev.Voided, ev.SurveySent, ev.SurveyAnswered)
"""What is told of a contact long after its end, too: no sign that it still goes on."""


def _describe(conversation: Conversation, event: ev.Arrived | ev.Described | ev.Recorded) -> None:
    conversation.contact_point = event.contact_point or conversation.contact_point
    conversation.language = event.language or conversation.language
    conversation.subject = event.subject or conversation.subject
    conversation.case = event.case or conversation.case
    conversation.identities.extend(event.customer)


def _arrived(conversation: Conversation, event: ev.Arrived, at: datetime) -> None:
    _describe(conversation, event)
    conversation.direction = event.direction
    if not conversation.stays:
        stay = Stay(at, event.channel)
        stay.begin(SegmentKind.MENU, at)
        conversation.stays.append(stay)


def _described(conversation: Conversation, event: ev.Arrived | ev.Described, at: datetime) -> None:
    _describe(conversation, event)


def _recognised(conversation: Conversation, event: ev.Queued, at: datetime) -> None:
    conversation.identities.extend(event.customer)


def _queued(conversation: Conversation, event: ev.Queued, at: datetime) -> None:
    _recognised(conversation, event, at)
    stay = conversation.stays[-1] if conversation.stays else None
    if stay is not None and stay.is_waiting and stay.queue == event.queue:
        stay.oddities[N_("queued twice")] = None
        return
    if stay is not None and stay.is_waiting:
        _leave(stay, at, Outcome.TIMED_OUT, None)
        stay.oddities[N_("moved to another queue without leaving this one")] = None
    elif stay is not None and stay.answered_at is not None and stay.ended_at is None:
        _end(stay, at, Outcome.HANDLED)
        stay.is_transferred = True
        stay.oddities[N_("moved to another queue without an end here")] = None
    if stay is None or stay.queued_at or stay.answered_at or stay.ended_at:
        stay = Stay(at, event.channel or (stay.channel if stay else None))
        conversation.stays.append(stay)
    stay.queue, stay.queued_at = event.queue, at
    stay.channel = stay.channel or event.channel
    stay.begin(SegmentKind.QUEUE, at)


def _rang(conversation: Conversation, event: ev.Rang, at: datetime) -> None:
    start = at - timedelta(seconds=event.seconds)
    conversation.rings.append(Stretch(SegmentKind.RING, start, event.agent, at))


def _answered(conversation: Conversation, event: ev.Answered, at: datetime) -> None:
    stay = _stay_of(conversation, event, at)
    if event.ring_seconds:
        start = at - timedelta(seconds=event.ring_seconds)
        conversation.rings.append(Stretch(SegmentKind.RING, start, event.agent, at))
    if stay.answered_at is None:
        _answer(stay, at, event.agent, event.wait_seconds)
        return
    stay.is_transferred = stay.is_transferred or event.agent != stay.agent
    stay.begin(SegmentKind.TALK, at, event.agent)


def _held(conversation: Conversation, event: ev.Held, at: datetime) -> None:
    _switch(conversation, SegmentKind.HOLD, at)


def _resumed(conversation: Conversation, event: ev.Resumed, at: datetime) -> None:
    _switch(conversation, SegmentKind.TALK, at)


def _transferred(conversation: Conversation, event: ev.Transferred, at: datetime) -> None:
    if _has_ended(conversation):
        return
    stay = _stay_of(conversation, event, at)
    _ensure_answered(stay, event, at)
    stay.is_transferred = True
    if event.to_agent is not None:
        stay.begin(SegmentKind.TALK, at, event.to_agent)
        return
    stay.talk_seconds = event.talk_seconds
    _end(stay, at, Outcome.HANDLED)


def _left_queue(conversation: Conversation, event: ev.LeftQueue, at: datetime) -> None:
    stay = _stay_of(conversation, event, at)
    if stay.answered_at is not None:
        stay.oddities[N_("left the queue after the answer")] = None
        return
    _leave(stay, at, event.outcome, event.wait_seconds)


def _ended(conversation: Conversation, event: ev.Ended, at: datetime) -> None:
    conversation.is_void = conversation.is_void or event.outcome is Outcome.VOID
    if _has_ended(conversation):
        return
    stay = _stay_of(conversation, event, at)
    was_answered = event.outcome is Outcome.HANDLED or event.agent is not None
    if was_answered or event.talk_seconds is not None:
        _ensure_answered(stay, event, at)
    if stay.answered_at is None:
        _leave(stay, at, event.outcome or Outcome.ABANDONED, event.wait_seconds)
        return
    stay.talk_seconds, stay.is_resolved = event.talk_seconds, event.is_resolved
    agent = stay.stretches[-1].agent if stay.stretches else stay.agent
    _end(stay, at, Outcome.HANDLED)
    if event.wrap_up_follows:
        stay.done_at = None
        stay.stretches.append(Stretch(SegmentKind.WRAP_UP, at, agent))


def _wrapped_up(conversation: Conversation, event: ev.WrappedUp, at: datetime) -> None:
    stay = conversation.stays[-1] if conversation.stays else None
    if stay is None or stay.ended_at is None:
        return
    if not any(one.kind is SegmentKind.WRAP_UP for one in stay.stretches):
        agent = event.agent or stay.agent
        stay.stretches.append(Stretch(SegmentKind.WRAP_UP, stay.ended_at, agent))
    stay.finish(at)
    stay.done_at = max(at, stay.ended_at)
    stay.wrap_up_seconds = whole_seconds(stay.ended_at, stay.done_at)
    if event.is_resolved is not None:
        stay.is_resolved = event.is_resolved


def _messaged(conversation: Conversation, event: ev.Messaged | ev.Message, at: datetime) -> None:
    conversation.messages.append(Written(at, event.author, event.agent, event.text))


def _voided(conversation: Conversation, event: ev.Voided, at: datetime) -> None:
    conversation.is_void = True


def _recorded(conversation: Conversation, event: ev.Recorded, at: datetime) -> None:
    _describe(conversation, event)
    conversation.direction = event.direction
    is_test = event.is_test or event.outcome is Outcome.VOID
    conversation.is_void = conversation.is_void or is_test
    end = event.end.astimezone(UTC)
    stay = Stay(at, event.channel, event.queue, agent=event.agent, ended_at=end, done_at=end)
    stay.queued_at = event.queued_at and event.queued_at.astimezone(UTC)
    stay.answered_at = event.answered_at and event.answered_at.astimezone(UTC)
    stay.outcome, stay.is_transferred = event.outcome, event.is_transferred
    if event.outcome is Outcome.HANDLED and stay.answered_at is None:
        waited = timedelta(seconds=event.wait_seconds or 0)
        stay.answered_at = min((stay.queued_at or at) + waited, end)
        stay.oddities[N_("its answer is not in the log")] = None
    stay.wait_seconds = stay.waited(event.wait_seconds)
    stay.talk_seconds, stay.hold_seconds = event.talk_seconds, event.hold_seconds
    stay.wrap_up_seconds, stay.is_resolved = event.wrap_up_seconds, event.is_resolved
    if event.wrap_up_seconds:
        stay.done_at = end + timedelta(seconds=event.wrap_up_seconds)
    stay.stretches = [
        Stretch(one.kind, one.start.astimezone(UTC), one.agent, one.end.astimezone(UTC))
        for one in event.segments
    ]
    conversation.stays.append(stay)
    for message in event.messages:
        _messaged(conversation, message, message.at.astimezone(UTC))
    for survey in event.surveys:
        _surveyed(conversation, survey)


def _surveyed(conversation: Conversation, survey: ev.Survey) -> None:
    surveyed = conversation.surveys.setdefault(survey.kind, Surveyed())
    surveyed.asked_at = survey.asked_at.astimezone(UTC)
    if survey.answered_at is not None:
        surveyed.answered_at = survey.answered_at.astimezone(UTC)
        surveyed.score = survey.score


def _survey_sent(conversation: Conversation, event: ev.SurveySent, at: datetime) -> None:
    conversation.surveys.setdefault(event.kind, Surveyed()).asked_at = at


def _survey_answered(conversation: Conversation, event: ev.SurveyAnswered, at: datetime) -> None:
    surveyed = conversation.surveys.setdefault(event.kind, Surveyed())
    surveyed.answered_at, surveyed.score = at, event.score


# Stays --------------------------------------------------------------------------------------------

_Told = ev.Answered | ev.LeftQueue | ev.Ended | ev.Transferred


def _stay_of(conversation: Conversation, event: _Told, at: datetime) -> Stay:
    """The stay that the event is about. A log that begins in the middle lacks its start: it is
    taken from the seconds that the event itself reports, and the contact says so."""
    stay = conversation.running
    if stay is None:
        since = timedelta(seconds=(event.wait_seconds or 0) + _talked(event))
        stay = Stay(at - since, event.channel)
        stay.oddities[N_("its arrival is not in the log")] = None
        conversation.stays.append(stay)
        if event.queue is not None:
            stay.queue, stay.queued_at = event.queue, stay.arrived_at
            stay.begin(SegmentKind.QUEUE, stay.arrived_at)
    stay.channel = stay.channel or event.channel
    stay.queue = stay.queue or event.queue
    return stay


def _talked(event: _Told) -> int:
    return (event.talk_seconds or 0) if isinstance(event, (ev.Ended, ev.Transferred)) else 0


def _has_ended(conversation: Conversation) -> bool:
    """Whether a second end is told of the last stay; the first one counts."""
    if not conversation.stays or conversation.running is not None:
        return False
    conversation.stays[-1].oddities[N_("ended twice")] = None
    return True


def _answer(stay: Stay, at: datetime, agent: str | None, wait_seconds: int | None) -> None:
    stay.begin(SegmentKind.TALK, at, agent)
    stay.answered_at, stay.agent = at, agent
    stay.wait_seconds = stay.waited(wait_seconds)


def _ensure_answered(stay: Stay, event: ev.Ended | ev.Transferred, at: datetime) -> None:
    if stay.answered_at is None:
        answered_at = max(at - timedelta(seconds=_talked(event)), stay.arrived_at)
        _answer(stay, answered_at, event.agent, event.wait_seconds)
        stay.oddities[N_("its answer is not in the log")] = None


def _leave(stay: Stay, at: datetime, outcome: Outcome, wait_seconds: int | None) -> None:
    _end(stay, at, outcome)
    stay.wait_seconds = stay.waited(wait_seconds)


def _end(stay: Stay, at: datetime, outcome: Outcome) -> None:
    stay.finish(at)
    stay.ended_at = stay.done_at = max(at, stay.arrived_at)
    stay.outcome = outcome


def _switch(conversation: Conversation, kind: SegmentKind, at: datetime) -> None:
    stay = conversation.running
    if stay is not None and stay.answered_at is not None:
        stay.begin(kind, at, stay.stretches[-1].agent)


def _cut_by_restart(stay: Stay, restart: datetime | None) -> None:
    """A platform that restarted lost what it had: nobody knows when it really ended."""
    if restart is None or stay.done_at is not None:
        return
    restart = restart.astimezone(UTC)
    if stay.ended_at is None:
        stay.ended_at, stay.outcome = restart, Outcome.FAILED
        stay.oddities[N_("cut by a restart")] = None
    stay.finish(restart)
    stay.done_at = restart


_Reader = Callable[[Conversation, Any, datetime], None]

_READERS: Mapping[type[ev.Event], _Reader] = {
    ev.Arrived: _arrived,
    ev.Described: _described,
    ev.Queued: _queued,
    ev.Rang: _rang,
    ev.Answered: _answered,
    ev.Held: _held,
    ev.Resumed: _resumed,
    ev.Transferred: _transferred,
    ev.LeftQueue: _left_queue,
    ev.Ended: _ended,
    ev.WrappedUp: _wrapped_up,
    ev.Messaged: _messaged,
    ev.Voided: _voided,
    ev.Recorded: _recorded,
    ev.SurveySent: _survey_sent,
    ev.SurveyAnswered: _survey_answered,
}

_READERS_BESIDE_RECORDS: Mapping[type[ev.Event], _Reader] = {
    ev.Arrived: _described,
    ev.Described: _described,
    ev.Queued: _recognised,
    ev.Messaged: _messaged,
    ev.Voided: _voided,
    ev.Recorded: _recorded,
    ev.SurveySent: _survey_sent,
    ev.SurveyAnswered: _survey_answered,
}
"""A platform may tell a call step by step and again as a whole record. The record holds all that
the steps say: read together they would count the call twice."""
