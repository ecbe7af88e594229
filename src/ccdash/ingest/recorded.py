"""A conversation that is told as one whole record becomes its rows on a road of its own.

Most of a long history is of this kind, and the general fold (contact_fold.py) takes several times
as long for it. Both give the same rows; a test holds them together.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ccdash.i18n import N_
from ccdash.ingest import events as ev
from ccdash.ingest.contact_rows import (
    NOT_WRITTEN,
    Answers,
    Surroundings,
    answers,
    contact_id_of,
    once,
)
from ccdash.ingest.conversation import whole_seconds
from ccdash.ingest.identifiers import named_id, stable_id
from ccdash.ingest.identities import customer_id_of, known
from ccdash.ingest.open_hours import opened, waited_open
from ccdash.ingest.rows import ContactRow, Folded, MessageRow, SegmentRow, SurveyRow
from ccdash.rounds import rounds
from ccdash.schema import NO_QUEUE
from ccdash.thresholds import Threshold
from ccdash.vocabulary import Outcome, SegmentKind, SurveyKind

_NOT_ASKED = ev.Survey(SurveyKind.CSAT, ev.EARLIEST)
# Python takes long to find a member of an enumeration by its name.
_HANDLED, _VOID = Outcome.HANDLED, Outcome.VOID
_MENU, _TALK, _HOLD = SegmentKind.MENU, SegmentKind.TALK, SegmentKind.HOLD
_CSAT, _NPS, _CES, _FCR = SurveyKind.CSAT, SurveyKind.NPS, SurveyKind.CES, SurveyKind.FCR
_TARGET, _SHORT = Threshold.TARGET_SECONDS, Threshold.SHORT_ABANDON_SECONDS
_POSITIVE = Threshold.CSAT_POSITIVE_FROM


def fold(source: str, event: ev.Recorded, around: Surroundings) -> Folded:
    """The rows of a conversation of which this is the only event. Pure; instants in UTC."""
    number = stable_id("contact", source, event.contact, "0")
    customer_id = customer_id_of(known(event.customer, around.region)) or -number
    keys = (customer_id, number, event.at.astimezone(UTC))
    contact = _contact(source, event, keys, around)
    surveys = [
        SurveyRow(*keys, one.kind, _utc(one.asked_at), _utc(one.answered_at), one.score)
        for one in sorted(event.surveys, key=_kind)
    ]
    return Folded(
        [contact], _segments(contact, event, around), surveys, _messages(contact, event, around)
    )


def _messages(contact: ContactRow, event: ev.Recorded, around: Surroundings) -> list[MessageRow]:
    return [
        MessageRow(
            contact.customer_id,
            contact.contact_id,
            contact.arrived_at,
            position,
            one.at.astimezone(UTC),
            one.author,
            _agent_id(contact.source, one.agent, around),
            one.text,
        )
        for position, one in enumerate(_told(event))
    ]


def _told(event: ev.Recorded) -> list[ev.Message]:
    return sorted(once(event.messages), key=_said) if event.messages else []


def _said(message: ev.Message) -> datetime:
    return message.at


def _answers(event: ev.Recorded) -> Answers:
    if not event.messages:
        return NOT_WRITTEN
    return answers(rounds([[(one.at, one.author) for one in _told(event)]])[0])


def _kind(survey: ev.Survey) -> str:
    return survey.kind


def _utc(at: datetime | None) -> datetime | None:
    return at and at.astimezone(UTC)


def _contact(
    source: str, event: ev.Recorded, keys: tuple[int, int, datetime], around: Surroundings
) -> ContactRow:
    at, end = keys[2], event.end.astimezone(UTC)
    queued_at = _utc(event.queued_at)
    answered_at, oddity = answered(event, queued_at or at, end)
    surveys = {one.kind: one for one in event.surveys}
    is_void = event.is_test or event.outcome is _VOID
    root = around.roots.get(event.contact, event.contact)
    value, channel, queue = around.thresholds.value, event.channel, event.queue or ""
    waited = _waited(event.wait_seconds, queued_at, answered_at, end)
    calendar = around.calendars.of(channel, queue, at)
    return ContactRow(
        *keys,
        source,
        event.contact,
        0,
        keys[1] if root == event.contact else contact_id_of(source, root),
        named_id("case", source, event.case) if event.case else None,
        channel,
        event.direction,
        named_id("queue", source, queue) if queue else NO_QUEUE,
        _agent_id(source, event.agent, around),
        named_id("contact_point", source, event.contact_point) if event.contact_point else None,
        event.language or None,
        event.subject or None,
        queued_at,
        answered_at,
        end,
        end + timedelta(seconds=event.wrap_up_seconds) if event.wrap_up_seconds else end,
        _VOID if is_void else event.outcome,
        is_void,
        event.is_transferred,
        waited,
        waited_open(calendar, queued_at or at, waited),
        opened(calendar, at, answered_at),
        *_spent(event),
        *_answers(event),
        value(_TARGET, channel, queue, at),
        value(_SHORT, channel, queue, at),
        _CSAT in surveys,
        surveys.get(_CSAT, _NOT_ASKED).score,
        value(_POSITIVE, channel, queue, at),
        surveys.get(_NPS, _NOT_ASKED).score,
        surveys.get(_CES, _NOT_ASKED).score,
        event.is_resolved,
        _FCR in surveys,
        surveys.get(_FCR, _NOT_ASKED).score,
        oddity,
    )


def answered(
    event: ev.Recorded, began: datetime, end: datetime
) -> tuple[datetime | None, str | None]:
    """When a person took it, and what is odd about that."""
    if event.answered_at is not None or event.outcome is not _HANDLED:
        return _utc(event.answered_at), None
    waited = timedelta(seconds=event.wait_seconds or 0)
    return min(began + waited, end), N_("its answer is not in the log")


def _agent_id(source: str, name: str | None, around: Surroundings) -> int | None:
    return named_id("agent", source, around.agent_keys.get(name, name)) if name else None


def _waited(
    reported: int | None, queued_at: datetime | None, answered_at: datetime | None, end: datetime
) -> int | None:
    if reported is not None:
        return reported
    if queued_at is None:
        return None if answered_at is None else 0
    return whole_seconds(queued_at, answered_at or end)


def _spent(event: ev.Recorded) -> tuple[int | None, int | None, int | None]:
    """Seconds of talk, hold and wrap-up: the source's own, else of the stretches."""
    talk, hold = event.talk_seconds, event.hold_seconds
    if event.outcome is _HANDLED and (talk is None or hold is None):
        talks = _lengths(event, _TALK)
        if talks:
            talk = sum(talks) if talk is None else talk
            hold = sum(_lengths(event, _HOLD)) if hold is None else hold
    return talk, hold, event.wrap_up_seconds


def _lengths(event: ev.Recorded, kind: SegmentKind) -> list[int]:
    return [whole_seconds(one.start, one.end) for one in event.segments if one.kind is kind]


def _segments(contact: ContactRow, event: ev.Recorded, around: Surroundings) -> list[SegmentRow]:
    source = contact.source
    stretches = [
        (one.start.astimezone(UTC), one.kind, one.agent, one.end.astimezone(UTC))
        for one in event.segments
        if one.kind is not _MENU or one.start != one.end
    ]
    if len(stretches) > 1:
        stretches.sort(key=_place)
    return [
        SegmentRow(
            contact.customer_id,
            contact.contact_id,
            contact.arrived_at,
            position,
            kind,
            contact.queue_id,
            _agent_id(source, agent, around),
            start,
            end,
            contact.is_void,
        )
        for position, (start, kind, agent, end) in enumerate(stretches)
    ]


def _place(stretch: tuple[datetime, str, str | None, datetime]) -> tuple[datetime, str, str]:
    return stretch[0], stretch[1], stretch[2] or ""
