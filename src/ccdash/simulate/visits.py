"""What the floor leaves behind: conversations, their stays in queues, and what agents declared.

Plain slots and epoch seconds: half a million of them are made in seconds. Telling turns them into
events.
"""

from __future__ import annotations

from typing import NamedTuple

from ccdash.simulate.matters import Round
from ccdash.simulate.parts import Queue
from ccdash.simulate.planted import agent_says
from ccdash.vocabulary import Intent, Outcome, SurveyKind


class Ring(NamedTuple):
    """An agent's telephone that nobody took up."""

    agent: str
    start: int
    end: int


class Asked(NamedTuple):
    """A survey sent, and its answer if it came."""

    kind: SurveyKind
    asked: int
    answered: int | None
    score: int | None


class Declared(NamedTuple):
    """An agent said what they are doing."""

    at: int
    agent: str
    intent: Intent
    reason: str | None


class Stay:
    """One stay in one queue: one row of `contact`. Without `queue` the customer never got to one;
    `moves_to` is the queue to which the agent passed the customer on."""

    __slots__ = (
        "agent", "answered", "arrived", "done", "ended", "held", "moves_to", "outcome", "queue",
        "queued", "rings",
    )  # fmt: skip

    def __init__(self, queue: Queue | None, arrived: int, queued: int | None) -> None:
        self.queue, self.arrived, self.queued = queue, arrived, queued
        self.answered: int | None = None
        self.agent: str | None = None
        self.held: tuple[int, int] | None = None
        self.ended = 0
        self.done = 0
        self.outcome = Outcome.OPEN
        self.moves_to: Queue | None = None
        self.rings: tuple[Ring, ...] = ()

    @property
    def waited(self) -> int | None:
        """Seconds from the queue to a person or to giving up; None for who was in no queue."""
        if self.queued is None:
            return None
        return (self.ended if self.answered is None else self.answered) - self.queued

    @property
    def talked(self) -> int:
        """Seconds with a person, hold apart."""
        if self.answered is None:
            return 0
        held = self.held[1] - self.held[0] if self.held else 0
        return self.ended - self.answered - held


class Conversation:
    """One planned contact of a matter as it went; `redial` counts the tries after giving up."""

    __slots__ = ("asked", "is_test", "key", "redial", "round", "stays")

    def __init__(self, one: Round, redial: int = 0) -> None:
        self.round, self.redial = one, redial
        number = f"-{one.number}" if one.number > 1 else ""
        again = f"-r{redial}" if redial else ""
        self.key = f"{one.queue.channel.value}-{one.matter.key}{number}{again}"
        self.stays: list[Stay] = []
        self.asked: tuple[Asked, ...] = ()
        self.is_test = False

    @property
    def is_answered(self) -> bool:
        """Whether a person took it."""
        return self.stays[0].answered is not None

    @property
    def agent_says(self) -> bool | None:
        """Whether the last agent called it solved; None where nobody said anything."""
        is_handled = self.stays[-1].outcome is Outcome.HANDLED and not self.is_test
        return agent_says(self.round.solves, self.round.luck) if is_handled else None

    @property
    def ended(self) -> int:
        """When the customer was done."""
        return self.stays[-1].ended
