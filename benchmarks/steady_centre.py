"""A contact centre that is always as busy: whoever comes also goes. For benchmarks that change a
floor thousands of times and want to find it as it was.

Five moves, over and over: a contact begins to wait, the oldest that waits is answered, the oldest
conversation ends, somebody goes on a break, somebody comes back.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from ccdash.ingest import events as ev
from ccdash.vocabulary import Channel, Intent

CHANNELS = (Channel.PHONE, Channel.PHONE, Channel.PHONE, Channel.CHAT, Channel.CHAT, Channel.EMAIL)
REASONS = ("Lunch", "Coffee", "Walk")


class Kind(Enum):
    """What happens."""

    COMES = auto()
    IS_ANSWERED = auto()
    ENDS = auto()
    LEAVES = auto()
    RETURNS = auto()


ROUND = tuple(Kind)


@dataclass(frozen=True)
class Move:
    """One of them, with what it is about; the others are empty."""

    kind: Kind
    number: int
    contact: str = ""
    queue: int = 0
    agent: str = ""

    @property
    def reason(self) -> str:
        """Of a break."""
        return REASONS[self.number % len(REASONS)]


class SteadyCentre:
    """Who waits, who talks, who is free and who is away, and how many contacts have come and ended:
    what it says of itself is what a board is to show."""

    def __init__(self, people: int, queues: int = len(CHANNELS)) -> None:
        self._queues = queues
        self._waiting: deque[tuple[str, int]] = deque()
        self._served: deque[tuple[str, int, str]] = deque()
        self._free = deque(f"agent-{number}" for number in range(people))
        self._away: deque[str] = deque()
        self._number = 0
        self.come = self.ended = 0

    def filled(self, waiting: int, served: int, away: int) -> list[Move]:
        """The moves with which it becomes so busy."""
        wanted = (
            [Kind.COMES] * (waiting + served) + [Kind.IS_ANSWERED] * served + [Kind.LEAVES] * away
        )
        return [self._move(kind) for kind in wanted]

    def moves(self) -> Iterator[Move]:
        """For ever; after each round it is as busy as before."""
        while True:
            for kind in ROUND:
                yield self._move(kind)

    @property
    def waiting(self) -> Counter[int]:
        """How many wait in each queue."""
        return Counter(queue for _, queue in self._waiting)

    @property
    def served(self) -> Counter[int]:
        """How many are in a conversation in each queue."""
        return Counter(queue for _, queue, _ in self._served)

    @property
    def people(self) -> dict[str, int]:
        """How many are where."""
        return {
            "free": len(self._free),
            "handling": len(self._served),
            "break": len(self._away),
        }

    def _move(self, kind: Kind) -> Move:
        self._number = number = self._number + 1
        if kind is Kind.COMES:
            contact, queue = f"{number}.1", number // len(ROUND) % self._queues
            self._waiting.append((contact, queue))
            self.come += 1
            return Move(kind, number, contact, queue)
        if kind is Kind.IS_ANSWERED:
            (contact, queue), agent = self._waiting.popleft(), self._free.popleft()
            self._served.append((contact, queue, agent))
            return Move(kind, number, contact, queue, agent)
        if kind is Kind.ENDS:
            contact, queue, agent = self._served.popleft()
            self._free.append(agent)
            self.ended += 1
            return Move(kind, number, contact, queue, agent)
        goes, comes = self._free, self._away
        if kind is Kind.RETURNS:
            goes, comes = comes, goes
        comes.append(goes.popleft())
        return Move(kind, number, agent=comes[-1])


def queue_name(queue: int) -> str:
    """As the sources name it."""
    return f"queue-{queue}"


def as_event(move: Move, at: datetime) -> ev.Event:
    """What a platform tells ccdash of it; the first heard of a contact is that it waits."""
    told = {"source": "steady", "id": str(move.number), "at": at}
    match move.kind:
        case Kind.COMES:
            in_queue = {"queue": queue_name(move.queue), "channel": CHANNELS[move.queue]}
            return ev.Queued(contact=move.contact, **in_queue, **told)
        case Kind.IS_ANSWERED:
            return ev.Answered(contact=move.contact, agent=move.agent, **told)
        case Kind.ENDS:
            return ev.Ended(contact=move.contact, agent=move.agent, **told)
        case Kind.LEAVES:
            away = {"intent": Intent.BREAK, "reason": move.reason}
            return ev.IntentDeclared(agent=move.agent, **away, **told)
    return ev.IntentDeclared(agent=move.agent, intent=Intent.AVAILABLE, **told)


def signed_in(people: int, at: datetime) -> list[ev.Event]:
    """All of them, before the first move."""
    return [
        ev.IntentDeclared(
            source="steady", id=f"in-{one}", at=at, agent=f"agent-{one}", intent=Intent.AVAILABLE
        )
        for one in range(people)
    ]


def as_line(move: Move, second: int) -> str:
    """The line of it in a queue_log of Asterisk."""
    queue = queue_name(move.queue) if move.contact else "NONE"
    told = {
        Kind.COMES: f"ENTERQUEUE||0401{move.number:06}|1",
        Kind.IS_ANSWERED: f"CONNECT|1|{move.contact}9|1",
        Kind.ENDS: "COMPLETECALLER|1|1|1",
        Kind.LEAVES: f"PAUSEALL|{move.reason}",
        Kind.RETURNS: "UNPAUSEALL|",
    }[move.kind]
    return f"{second}|{move.contact or 'NONE'}|{queue}|{move.agent or 'NONE'}|{told}\n"
