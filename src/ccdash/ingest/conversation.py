"""A conversation while its events are read: its stays in queues and their stretches."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ccdash.ingest.events import LARGEST, Identity
from ccdash.vocabulary import Author, Channel, Direction, Outcome, SegmentKind, SurveyKind


def whole_seconds(start: datetime, end: datetime) -> int:
    """The length of an interval in whole seconds; clocks that disagree never make it negative, and
    a clock that stood at 1900 makes it no more than a column holds."""
    return min(max(0, int((end - start).total_seconds())), LARGEST)


@dataclass
class Stretch:
    """Something that goes on for a while; without an end it still does."""

    kind: SegmentKind
    start: datetime
    agent: str | None = None
    end: datetime | None = None


@dataclass
class Stay:
    """One stay in one queue, while its events are read."""

    arrived_at: datetime
    channel: Channel | None = None
    queue: str | None = None
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    done_at: datetime | None = None
    agent: str | None = None
    outcome: Outcome = Outcome.OPEN
    is_transferred: bool = False
    is_resolved: bool | None = None
    wait_seconds: int | None = None
    talk_seconds: int | None = None
    hold_seconds: int | None = None
    wrap_up_seconds: int | None = None
    stretches: list[Stretch] = field(default_factory=list)
    oddities: dict[str, None] = field(default_factory=dict)

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered and the customer has not left."""
        return self.queued_at is not None and self.answered_at is None and self.ended_at is None

    def waited(self, reported: int | None) -> int | None:
        """The wait: the source's own seconds, else the interval; 0 for who was not queued."""
        if reported is not None:
            return reported
        if self.queued_at is None:
            return None if self.answered_at is None else 0
        until = self.answered_at or self.ended_at
        return None if until is None else whole_seconds(self.queued_at, until)

    def begin(self, kind: SegmentKind, at: datetime, agent: str | None = None) -> None:
        """End what runs and begin something else."""
        self.finish(at)
        self.stretches.append(Stretch(kind, at, agent))

    def finish(self, at: datetime) -> None:
        """End what runs. Two machines' clocks may differ by a second: never before its start."""
        for stretch in self.stretches:
            if stretch.end is None:
                stretch.end = max(at, stretch.start)


@dataclass
class Surveyed:
    """One question to the customer."""

    asked_at: datetime | None = None
    answered_at: datetime | None = None
    score: int | None = None


@dataclass(frozen=True)
class Written:
    """A message."""

    at: datetime
    author: Author
    agent: str | None = None
    text: str | None = None


@dataclass
class Conversation:
    """What is true of the whole conversation."""

    stays: list[Stay] = field(default_factory=list)
    direction: Direction = Direction.INBOUND
    contact_point: str | None = None
    language: str | None = None
    subject: str | None = None
    case: str | None = None
    identities: list[Identity] = field(default_factory=list)
    is_void: bool = False
    surveys: dict[SurveyKind, Surveyed] = field(default_factory=dict)
    rings: list[Stretch] = field(default_factory=list)
    messages: list[Written] = field(default_factory=list)

    @property
    def running(self) -> Stay | None:
        """The stay that has not ended, if there is one."""
        return self.stays[-1] if self.stays and self.stays[-1].ended_at is None else None
