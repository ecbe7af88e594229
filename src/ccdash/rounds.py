"""What was written in a conversation as rounds: who waited for whom, and how long.

A round is what the customer wrote until a person answered it; what a bot writes answers nothing. It
belongs to the part of the conversation in which it was answered: who asks in one queue and is
answered in the next waited all that time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ccdash.vocabulary import Author

Said = tuple[datetime, Author]


@dataclass(frozen=True, slots=True)
class Rounds:
    """Of one part of a conversation: for how many seconds the customer waited in each round that
    was answered, how many of these rounds follow the first one of the conversation, and for how
    long we waited for the customer in all. `waits_for` is whose turn it is in the end, null before
    anybody has written, and `since` from when on."""

    waits: tuple[int, ...]
    following: int
    we_waited: int
    waits_for: Author | None
    since: datetime | None

    @property
    def answered(self) -> int:
        """How many rounds were answered."""
        return len(self.waits)

    @property
    def next_waits(self) -> tuple[int, ...]:
        """The waits without that for the first answer of the conversation."""
        return self.waits[len(self.waits) - self.following :]


def rounds(parts: Iterable[Iterable[Said]]) -> list[Rounds]:
    """Of the parts of one conversation, each with its messages, all in the order of time."""
    found: list[Rounds] = []
    asked_at: datetime | None = None
    replied_at: datetime | None = None
    is_answered = False
    for part in parts:
        waits: list[int] = []
        we_waited = 0
        for at, author in part:
            if author is Author.CUSTOMER and asked_at is None:
                we_waited += _seconds(replied_at, at)
                asked_at, replied_at = at, None
            elif author is Author.AGENT:
                waits += [_seconds(asked_at, at)] if asked_at else []
                asked_at, replied_at = None, at
        following = max(0, len(waits) - (not is_answered))
        is_answered = is_answered or bool(waits)
        whose = Author.AGENT if asked_at else Author.CUSTOMER if replied_at else None
        found.append(Rounds(tuple(waits), following, we_waited, whose, asked_at or replied_at))
    return found


def _seconds(start: datetime | None, end: datetime) -> int:
    return int((end - start).total_seconds()) if start else 0
