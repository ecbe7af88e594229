"""A conversation that has been read becomes rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ccdash.ingest.conversation import Conversation, Stay, Stretch, Surveyed, whole_seconds
from ccdash.ingest.identifiers import named_id, stable_id
from ccdash.ingest.identities import customer_id_of, known
from ccdash.ingest.rows import ContactRow, Folded, SegmentRow, SurveyRow
from ccdash.schema import NO_QUEUE
from ccdash.thresholds import Threshold, Thresholds
from ccdash.vocabulary import Channel, Outcome, SegmentKind, SurveyKind

_NOT_ASKED = Surveyed()


@dataclass(frozen=True)
class Surroundings:
    """What a conversation's rows depend on besides its own events."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    region: str | None = None
    agent_keys: Mapping[str, str] = field(default_factory=dict)
    roots: Mapping[str, str] = field(default_factory=dict)
    restarts: Sequence[datetime] = ()

    def restart_after(self, at: datetime) -> datetime | None:
        """The first restart of the source after that instant."""
        place = bisect_right(self.restarts, at)
        return self.restarts[place] if place < len(self.restarts) else None


def contact_id_of(source: str, key: str, stay: int = 0) -> int:
    """The number of a conversation's n-th contact."""
    return stable_id("contact", source, key, str(stay))


def rows_of(source: str, key: str, conversation: Conversation, around: Surroundings) -> Folded:
    """One contact a stay, its segments, and the surveys, which belong to the last stay."""
    folded = Folded([], [], [])
    customer = customer_id_of(known(conversation.identities, around.region))
    root = contact_id_of(source, around.roots.get(key, key))
    last = len(conversation.stays) - 1
    for place, stay in enumerate(conversation.stays):
        number = contact_id_of(source, key, place)
        keys = (customer or -number, number, stay.arrived_at)
        surveys = conversation.surveys if place == last else {}
        folded.contacts.append(
            _contact((*keys, source, key, place, root), conversation, stay, surveys, around)
        )
        folded.segments.extend(_segments(keys, source, conversation, place, around))
        folded.surveys.extend(
            SurveyRow(*keys, kind, one.asked_at, one.answered_at, one.score)
            for kind, one in sorted(surveys.items())
        )
    return folded


def _contact(
    keys: tuple[int, int, datetime, str, str, int, int],
    conversation: Conversation,
    stay: Stay,
    surveys: Mapping[SurveyKind, Surveyed],
    around: Surroundings,
) -> ContactRow:
    source = keys[3]
    channel = stay.channel or Channel.PHONE
    if stay.channel is None:
        stay.oddities["its channel is not in the log"] = None
    scope = (channel, stay.queue or "", stay.arrived_at)
    csat = surveys.get(SurveyKind.CSAT, _NOT_ASKED)
    agent = stay.agent and around.agent_keys.get(stay.agent, stay.agent)
    return ContactRow(
        *keys,
        case_id=_named("case", source, conversation.case),
        channel=channel,
        direction=conversation.direction,
        queue_id=_named("queue", source, stay.queue) or NO_QUEUE,
        agent_id=_named("agent", source, agent),
        contact_point_id=_named("contact_point", source, conversation.contact_point),
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
        talk_seconds=_spent(stay, SegmentKind.TALK, stay.talk_seconds),
        hold_seconds=_spent(stay, SegmentKind.HOLD, stay.hold_seconds),
        wrap_up_seconds=stay.wrap_up_seconds,
        target_seconds=around.thresholds.value(Threshold.TARGET_SECONDS, *scope),
        short_abandon_seconds=around.thresholds.value(Threshold.SHORT_ABANDON_SECONDS, *scope),
        csat_asked=SurveyKind.CSAT in surveys,
        csat_score=csat.score,
        csat_positive_from=around.thresholds.value(Threshold.CSAT_POSITIVE_FROM, *scope),
        nps_score=surveys.get(SurveyKind.NPS, _NOT_ASKED).score,
        ces_score=surveys.get(SurveyKind.CES, _NOT_ASKED).score,
        oddity="; ".join(stay.oddities) or None,
    )


def _named(what: str, source: str, key: str | None) -> int | None:
    return named_id(what, source, key) if key else None


def _spent(stay: Stay, kind: SegmentKind, reported: int | None) -> int | None:
    """Seconds of a finished conversation: the source's own, else of the stretches."""
    if reported is not None or stay.outcome is not Outcome.HANDLED:
        return reported
    return sum(
        whole_seconds(one.start, one.end)
        for one in stay.stretches
        if one.kind is kind and one.end is not None
    )


def _segments(
    keys: tuple[int, int, datetime],
    source: str,
    conversation: Conversation,
    place: int,
    around: Surroundings,
) -> Iterable[SegmentRow]:
    stay = conversation.stays[place]
    queue_id = _named("queue", source, stay.queue) or NO_QUEUE
    stretches = [
        *(
            one
            for one in stay.stretches
            if one.kind is not SegmentKind.MENU or one.end != one.start
        ),
        *_rings_of(conversation, place),
    ]
    stretches.sort(key=lambda one: (one.start, one.kind, one.agent or ""))
    for position, one in enumerate(stretches):
        agent = one.agent and around.agent_keys.get(one.agent, one.agent)
        agent_id = _named("agent", source, agent)
        yield SegmentRow(
            *keys, position, one.kind, queue_id, agent_id, one.start, one.end, conversation.is_void
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
