"""The one door: everything that a platform can tell ccdash, as a closed set of events.

An event is identified by (source, id). The same event told twice changes nothing; a higher
`revision` of it replaces the earlier one. Events may come late and in any order: rows are always
made from all events of one conversation (or agent) together, sorted by (at, sequence, id).
The published JSON Schema (`ccdash schema`, docs/events.schema.json) is generated from this module.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ccdash.errors import BadInput
from ccdash.ingest.event_checks import check_recorded

from ccdash.ingest.event_parts import (  # isort: skip
    EARLIEST, LARGEST, LARGEST_AMOUNT, LATEST, SCORES, Currency, Identity, Instant, Key, Message,
    Resolved, Score, Seconds, Stretch, Survey, Text, Words, check_instant, check_score,
)  # fmt: skip
from ccdash.vocabulary import Author, Channel, Direction, Intent, Outcome, SurveyKind

__all__ = ["EARLIEST", "LARGEST", "LATEST", "SCORES", "Identity", "Message", "Stretch", "Survey"]


class Event(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="type",
):
    """What every event has: who tells it, its own id there, and when it happened."""

    source: Key
    id: Key
    at: Instant
    sequence: Annotated[int, Meta(ge=0, le=LARGEST, description="order within one instant")] = 0
    revision: Annotated[
        int, Meta(ge=0, le=LARGEST, description="a higher one corrects the event")
    ] = 0


class ContactEvent(Event, frozen=True, kw_only=True):
    """An event of one conversation; a conversation that enters a second queue is two contacts."""

    contact: Key


class Arrived(ContactEvent, tag="contact.arrived", frozen=True, kw_only=True):
    """A customer reached the centre."""

    channel: Channel
    direction: Direction = Direction.INBOUND
    contact_point: Key | None = None
    customer: tuple[Identity, ...] = ()
    language: Words | None = None
    subject: Words | None = None
    continues: Annotated[Key | None, Meta(description="the contact this one goes on from")] = None
    case: Key | None = None


class Described(ContactEvent, tag="contact.described", frozen=True, kw_only=True):
    """Something that became known about the contact afterwards."""

    contact_point: Key | None = None
    customer: tuple[Identity, ...] = ()
    language: Words | None = None
    subject: Words | None = None
    case: Key | None = None


class Queued(ContactEvent, tag="contact.queued", frozen=True, kw_only=True):
    """The contact began to wait in a queue; it may be the first that is heard of it."""

    queue: Key
    channel: Channel | None = None
    customer: tuple[Identity, ...] = ()


class Rang(ContactEvent, tag="contact.rang", frozen=True, kw_only=True):
    """An agent was offered the contact and did not take it."""

    agent: Key
    seconds: Seconds = 0


class Answered(ContactEvent, tag="contact.answered", frozen=True, kw_only=True):
    """A person took the contact. `leg` is the id under which a transferred caller comes back."""

    agent: Key | None = None
    queue: Key | None = None
    channel: Channel | None = None
    wait_seconds: Seconds | None = None
    ring_seconds: Seconds | None = None
    leg: Key | None = None


class Held(ContactEvent, tag="contact.held", frozen=True, kw_only=True):
    """The customer was put on hold."""


class Resumed(ContactEvent, tag="contact.resumed", frozen=True, kw_only=True):
    """The hold ended."""


class Transferred(ContactEvent, tag="contact.transferred", frozen=True, kw_only=True):
    """The agent passed the contact on and is done with it."""

    agent: Key | None = None
    queue: Key | None = None
    channel: Channel | None = None
    to_agent: Annotated[Key | None, Meta(description="goes on in this contact")] = None
    to: Words | None = None
    wait_seconds: Seconds | None = None
    talk_seconds: Seconds | None = None


LeftOutcome = Annotated[Outcome, Meta(description="how the wait ended; not handled, open or void")]


class LeftQueue(ContactEvent, tag="contact.left_queue", frozen=True, kw_only=True):
    """The wait ended without an answer."""

    outcome: LeftOutcome
    queue: Key | None = None
    channel: Channel | None = None
    wait_seconds: Seconds | None = None


class Ended(ContactEvent, tag="contact.ended", frozen=True, kw_only=True):
    """The conversation ended; without an answer before, `outcome` says how."""

    agent: Key | None = None
    queue: Key | None = None
    channel: Channel | None = None
    outcome: Outcome | None = None
    wait_seconds: Seconds | None = None
    talk_seconds: Seconds | None = None
    wrap_up_follows: bool = False
    is_resolved: Resolved = None


class WrappedUp(ContactEvent, tag="contact.wrapped_up", frozen=True, kw_only=True):
    """The agent finished the work after the conversation."""

    agent: Key | None = None
    is_resolved: Resolved = None


class Messaged(ContactEvent, tag="contact.messaged", frozen=True, kw_only=True):
    """Something was written in the conversation. It answers nothing and ends nothing by itself:
    that is told by the other events."""

    author: Author
    agent: Key | None = None
    text: Text | None = None


class Voided(ContactEvent, tag="contact.voided", frozen=True, kw_only=True):
    """The contact was a test: it stays in the store and is in no figure."""

    reason: Words = ""


class Recorded(ContactEvent, tag="contact.recorded", frozen=True, kw_only=True):
    """A whole finished contact at once, as call logs and contact records have it. `at` is the
    arrival. The source's own seconds go beside the instants; both are kept."""

    channel: Channel
    direction: Direction = Direction.INBOUND
    outcome: Outcome
    end: Instant
    queue: Key | None = None
    queued_at: Instant | None = None
    answered_at: Instant | None = None
    agent: Key | None = None
    wait_seconds: Seconds | None = None
    talk_seconds: Seconds | None = None
    hold_seconds: Seconds | None = None
    wrap_up_seconds: Seconds | None = None
    contact_point: Key | None = None
    customer: tuple[Identity, ...] = ()
    language: Words | None = None
    subject: Words | None = None
    continues: Key | None = None
    case: Key | None = None
    segments: tuple[Stretch, ...] = ()
    surveys: tuple[Survey, ...] = ()
    messages: tuple[Message, ...] = ()
    is_transferred: bool = False
    is_test: bool = False
    is_resolved: Resolved = None


class SurveySent(ContactEvent, tag="survey.sent", frozen=True, kw_only=True):
    """The customer of the contact was asked."""

    kind: SurveyKind


class SurveyAnswered(ContactEvent, tag="survey.answered", frozen=True, kw_only=True):
    """The customer answered: CSAT 1-5, NPS 0-10, CES 1-7 (7 = very easy), FCR 0-1
    (1 = solved at first contact)."""

    kind: SurveyKind
    score: Score


class CaseEvent(Event, frozen=True, kw_only=True):
    """An event of a customer's matter, which may take several contacts."""

    case: Key


class CaseOpened(CaseEvent, tag="case.opened", frozen=True, kw_only=True):
    """A matter was opened."""

    subject: Words | None = None
    queue: Key | None = None
    customer: tuple[Identity, ...] = ()


class CaseResolved(CaseEvent, tag="case.resolved", frozen=True, kw_only=True):
    """The matter was resolved."""


class CaseReopened(CaseEvent, tag="case.reopened", frozen=True, kw_only=True):
    """A resolved matter was opened again."""


class Purchased(Event, tag="customer.purchased", frozen=True, kw_only=True):
    """A customer bought something. What is told last of an `order` holds."""

    order: Key
    customer: Annotated[tuple[Identity, ...], Meta(min_length=1)]
    amount_minor: (
        Annotated[
            int, Meta(ge=0, le=LARGEST_AMOUNT, description="in the currency's smallest unit: cents")
        ]
        | None
    ) = None
    currency: Currency | None = None
    subject: Words | None = None


class CustomerDescribed(Event, tag="customer.described", frozen=True, kw_only=True):
    """What a record of customers knows of one: details that are theirs, and the name. `record` is
    the key of the customer there; the name that is told last of it holds."""

    record: Key
    customer: Annotated[tuple[Identity, ...], Meta(min_length=1)]
    name: Words | None = None


class AgentEvent(Event, frozen=True, kw_only=True):
    """An event of one agent, by any of the agent's names in the source."""

    agent: Key


class IntentDeclared(AgentEvent, tag="agent.intent", frozen=True, kw_only=True):
    """The agent said what they are doing; with `queue`, for that queue only."""

    intent: Intent
    reason: Words | None = None
    queue: Key | None = None


class JoinedQueue(AgentEvent, tag="agent.joined_queue", frozen=True, kw_only=True):
    """The agent signed in to a queue."""

    queue: Key


class LeftAgentQueue(AgentEvent, tag="agent.left_queue", frozen=True, kw_only=True):
    """The agent signed out of a queue."""

    queue: Key


class AgentDescribed(AgentEvent, tag="agent.described", frozen=True, kw_only=True):
    """Who an agent is: display name, team, and the other names the source has for the person."""

    name: Words | None = None
    team: Words | None = None
    aliases: tuple[Key, ...] = ()


class QueueDescribed(Event, tag="queue.described", frozen=True, kw_only=True):
    """What a queue is called and where it belongs."""

    queue: Key
    name: Words | None = None
    channel: Channel | None = None
    team: Words | None = None


class SourceRestarted(Event, tag="source.restarted", frozen=True, kw_only=True):
    """The platform restarted: what was open and is not heard of again ended here."""


EVENT_TYPES: tuple[type[Event], ...] = (
    Arrived,
    Described,
    Queued,
    Rang,
    Answered,
    Held,
    Resumed,
    Transferred,
    LeftQueue,
    Ended,
    WrappedUp,
    Messaged,
    Voided,
    Recorded,
    SurveySent,
    SurveyAnswered,
    CaseOpened,
    CaseResolved,
    CaseReopened,
    Purchased,
    CustomerDescribed,
    IntentDeclared,
    JoinedQueue,
    LeftAgentQueue,
    AgentDescribed,
    QueueDescribed,
    SourceRestarted,
)

type_union: Any = EVENT_TYPES[0]
for _event_type in EVENT_TYPES[1:]:
    type_union = type_union | _event_type

_zero_character = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_decoder = msgspec.json.Decoder(type_union)
_encoder = msgspec.json.Encoder()


def decode(text: bytes | str) -> Event:
    """One event from its JSON. Raises BadInput with the place and the reason."""
    try:
        event: Event = _decoder.decode(text)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as cause:
        raise BadInput(str(cause)) from cause
    if _zero_character.search(text if isinstance(text, str) else text.decode()):
        raise BadInput("a text holds the character \\u0000, which cannot be kept")
    _check(event)
    return event


def kept(text: str) -> Event:
    """An event that the store has: it was checked at the door, by the rules of its day."""
    event: Event = _decoder.decode(text)
    return event


def encode(event: Event) -> bytes:
    """The JSON of an event; `decode` gives back an equal one."""
    return _encoder.encode(event)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one line of a ccdash event file."""
    schema = msgspec.json.schema(type_union)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Event", **schema}


def _check(event: Event) -> None:
    """What the types cannot say."""
    check_instant("at", event.at)
    match event:
        case LeftQueue(outcome=Outcome.HANDLED | Outcome.OPEN | Outcome.VOID):
            raise BadInput(f"`outcome` {event.outcome} is no way to leave a queue")
        case Ended(outcome=Outcome.OPEN) | Recorded(outcome=Outcome.OPEN):
            raise BadInput("`outcome` open is no way to end")
        case Recorded():
            check_recorded(event)
        case SurveyAnswered():
            check_score("score", event.kind, event.score)
