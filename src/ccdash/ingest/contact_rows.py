"""A conversation that has been read becomes rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, TypeVar

from ccdash.calendars import Calendar, Calendars
from ccdash.i18n import N_
from ccdash.ingest import events as ev
from ccdash.ingest.conversation import (
    Conversation,
    Stay,
    Stretch,
    Surveyed,
    Written,
    whole_seconds,
)
from ccdash.ingest.identifiers import named_id, stable_id
from ccdash.ingest.identities import customer_id_of, known
from ccdash.ingest.open_hours import opened, waited_open
from ccdash.ingest.rows import ContactRow, Folded, MessageRow, SegmentRow, SurveyRow
from ccdash.rounds import Rounds, rounds
from ccdash.schema import NO_QUEUE
from ccdash.thresholds import Threshold, Thresholds
from ccdash.vocabulary import Channel, Outcome, SegmentKind, SurveyKind

_NOT_ASKED = Surveyed()


@dataclass(frozen=True)
class Surroundings:
    """What a conversation's rows depend on besides its own events."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    calendars: Calendars = field(default_factory=Calendars)
    region: str | None = None
    agent_keys: Mapping[str, str] = field(default_factory=dict)
    roots: Mapping[str, str] = field(default_factory=dict)
    restarts: Sequence[datetime] = ()

    def restart_after(self, at: datetime) -> datetime | None:
        """The first restart of the source after that instant."""
        place = bisect_right(self.restarts, at)
        return self.restarts[place] if place < len(self.restarts) else None


Line = TypeVar("Line", Written, ev.Message)


def once(told: Iterable[Line]) -> list[Line]:
    """The messages without those that were told before; of two without a text nobody knows."""
    each = {(one, number if one.text is None else 0): one for number, one in enumerate(told)}
    return list(each.values())


class Answers(NamedTuple):
    """Of a contact: its answered rounds, those of them that follow the first one of the
    conversation, and for how many seconds the customer waited in these."""

    rounds: int | None
    next_responses: int | None
    next_response_seconds: int | None


NOT_WRITTEN = Answers(None, None, None)


def answers(found: Rounds) -> Answers:
    """Of the rounds of a contact in which something was written."""
    return Answers(found.answered, found.following, min(sum(found.next_waits), ev.LARGEST))


def contact_id_of(source: str, key: str, stay: int = 0) -> int:
    """The number of a conversation's n-th contact."""
    return stable_id("contact", source, key, str(stay))


def rows_of(source: str, key: str, conversation: Conversation, around: Surroundings) -> Folded:
    """One contact a stay, its segments and messages, and the surveys, which belong to the last."""
    maker = _Maker(source, key, conversation, around)
    folded = Folded([], [], [], [])
    for place in range(len(conversation.stays)):
        folded.contacts.append(maker.contact(place))
        folded.segments.extend(maker.segments(place))
        folded.surveys.extend(maker.surveys(place))
        folded.messages.extend(maker.messages(place))
    return folded


@dataclass(frozen=True)
class _Maker:
    """Makes the rows of one conversation."""

    source: str
    key: str
    conversation: Conversation
    around: Surroundings

    @cached_property
    def customer_id(self) -> int | None:
        return customer_id_of(known(self.conversation.identities, self.around.region))

    def keys(self, place: int) -> tuple[int, int, datetime]:
        number = contact_id_of(self.source, self.key, place)
        arrived_at = self.conversation.stays[place].arrived_at
        return (self.customer_id or -number, number, arrived_at)

    def number(self, what: str, key: str | None) -> int | None:
        return named_id(what, self.source, key) if key else None

    def agent_id(self, name: str | None) -> int | None:
        return self.number("agent", name and self.around.agent_keys.get(name, name))

    def asked(self, place: int) -> Mapping[SurveyKind, Surveyed]:
        is_last = place == len(self.conversation.stays) - 1
        return self.conversation.surveys if is_last else {}

    def contact(self, place: int) -> ContactRow:
        conversation, stay = self.conversation, self.conversation.stays[place]
        if stay.channel is None:
            stay.oddities[N_("its channel is not in the log")] = None
        surveys = self.asked(place)
        csat = surveys.get(SurveyKind.CSAT, _NOT_ASKED)
        calendar = self.calendar(stay)
        return ContactRow(
            *self.keys(place),
            source=self.source,
            key=self.key,
            stay=place,
            root_id=contact_id_of(self.source, self.around.roots.get(self.key, self.key)),
            case_id=self.number("case", conversation.case),
            channel=stay.channel or Channel.PHONE,
            direction=conversation.direction,
            queue_id=self.number("queue", stay.queue) or NO_QUEUE,
            agent_id=self.agent_id(stay.agent),
            contact_point_id=self.number("contact_point", conversation.contact_point),
            language=conversation.language,
            subject=conversation.subject,
            queued_at=stay.queued_at,
            answered_at=stay.answered_at,
            ended_at=stay.ended_at,
            done_at=stay.done_at,
            outcome=Outcome.VOID if conversation.is_void else stay.outcome,
            is_void=conversation.is_void,
            is_transferred=stay.is_transferred,
            wait_seconds=stay.wait_seconds,
            wait_open_seconds=waited_open(
                calendar, stay.queued_at or stay.arrived_at, stay.wait_seconds
            ),
            response_open_seconds=opened(calendar, stay.arrived_at, stay.answered_at),
            talk_seconds=_spent(stay, SegmentKind.TALK, stay.talk_seconds),
            hold_seconds=_spent(stay, SegmentKind.HOLD, stay.hold_seconds),
            wrap_up_seconds=stay.wrap_up_seconds,
            **self.answers(place)._asdict(),
            target_seconds=self.threshold(Threshold.TARGET_SECONDS, stay),
            short_abandon_seconds=self.threshold(Threshold.SHORT_ABANDON_SECONDS, stay),
            csat_asked=SurveyKind.CSAT in surveys,
            csat_score=csat.score,
            csat_positive_from=self.threshold(Threshold.CSAT_POSITIVE_FROM, stay),
            nps_score=surveys.get(SurveyKind.NPS, _NOT_ASKED).score,
            ces_score=surveys.get(SurveyKind.CES, _NOT_ASKED).score,
            agent_resolved=stay.is_resolved,
            fcr_asked=SurveyKind.FCR in surveys,
            fcr_score=surveys.get(SurveyKind.FCR, _NOT_ASKED).score,
            oddity="; ".join(stay.oddities) or None,
        )

    def calendar(self, stay: Stay) -> Calendar:
        channel = stay.channel or Channel.PHONE
        return self.around.calendars.of(channel, stay.queue or "", stay.arrived_at)

    def threshold(self, name: Threshold, stay: Stay) -> int:
        channel = stay.channel or Channel.PHONE
        return self.around.thresholds.value(name, channel, stay.queue or "", stay.arrived_at)

    def segments(self, place: int) -> Iterable[SegmentRow]:
        stay = self.conversation.stays[place]
        queue_id = self.number("queue", stay.queue) or NO_QUEUE
        began = [one for one in stay.stretches if not _is_empty_menu(one)]
        stretches = [*began, *_rings_of(self.conversation, place)]
        stretches.sort(key=lambda one: (one.start, one.kind, one.agent or ""))
        for position, one in enumerate(stretches):
            yield SegmentRow(
                *self.keys(place),
                position,
                one.kind,
                queue_id,
                self.agent_id(one.agent),
                one.start,
                one.end,
                self.conversation.is_void,
            )

    @cached_property
    def written(self) -> list[list[Written]]:
        """The messages of each stay, once each however often they are told: of the last stay that
        had begun."""
        begun = [one.arrived_at for one in self.conversation.stays]
        parts: list[list[Written]] = [[] for _ in begun]
        for one in sorted(once(self.conversation.messages), key=lambda one: one.at):
            parts[max(bisect_right(begun, one.at) - 1, 0)].append(one)
        return parts

    @cached_property
    def rounds(self) -> list[Rounds]:
        return rounds([(one.at, one.author) for one in part] for part in self.written)

    def answers(self, place: int) -> Answers:
        return answers(self.rounds[place]) if self.written[place] else NOT_WRITTEN

    def messages(self, place: int) -> Iterable[MessageRow]:
        for position, one in enumerate(self.written[place]):
            agent_id = self.agent_id(one.agent)
            yield MessageRow(*self.keys(place), position, one.at, one.author, agent_id, one.text)

    def surveys(self, place: int) -> Iterable[SurveyRow]:
        for kind, one in sorted(self.asked(place).items()):
            yield SurveyRow(*self.keys(place), kind, one.asked_at, one.answered_at, one.score)


def _is_empty_menu(stretch: Stretch) -> bool:
    return stretch.kind is SegmentKind.MENU and stretch.end == stretch.start


def _spent(stay: Stay, kind: SegmentKind, reported: int | None) -> int | None:
    """Seconds of a finished conversation: the source's own, else of the stretches; without any
    talk among them nobody knows."""
    is_known = any(one.kind is SegmentKind.TALK for one in stay.stretches)
    if reported is not None or stay.outcome is not Outcome.HANDLED or not is_known:
        return reported
    return sum(
        whole_seconds(one.start, one.end)
        for one in stay.stretches
        if one.kind is kind and one.end is not None
    )


def _rings_of(conversation: Conversation, place: int) -> Iterable[Stretch]:
    """The rings that ended during this stay, before the next one began."""
    since = conversation.stays[place].arrived_at
    following = conversation.stays[place + 1 :]
    until = following[0].arrived_at if following else None
    for ring in conversation.rings:
        is_after = place == 0 or ring.end is None or ring.end >= since
        if is_after and (until is None or ring.end is None or ring.end < until):
            yield ring
