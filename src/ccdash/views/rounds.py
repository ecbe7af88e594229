"""What was written in a conversation as rounds: who waited for whom, and how long.

A round is what the customer wrote until a person answered it; what a bot writes answers nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from ccdash.views.customer import local
from ccdash.vocabulary import Author


@dataclass(frozen=True, slots=True)
class Line:
    """One message; the time is the local wall clock, the text may be untold."""

    at: datetime
    author: Author
    agent: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Rounds:
    """How many rounds were answered, for how many seconds the customer waited for us in all and we
    for the customer, and since when one of them waits: `waits_for` is whose turn it is, null before
    anybody has written."""

    answered: int
    customer_waited: int
    we_waited: int
    waits_for: Author | None
    since: datetime | None


def conversations(messages: pl.DataFrame, where: ZoneInfo) -> Mapping[int, Sequence[Line]]:
    """What was written in each contact, by its number; a frame of store.messages."""
    found: dict[int, list[Line]] = {}
    for number, at, author, agent, text in messages.iter_rows():
        line = Line(local(at, where), Author(author), agent, text)
        found.setdefault(number, []).append(line)
    return found


def rounds(lines: Iterable[Line]) -> Rounds:
    """Of the messages of one conversation, in the order of time."""
    answered, customer_waited, we_waited = 0, 0.0, 0.0
    asked_at: datetime | None = None
    replied_at: datetime | None = None
    for one in lines:
        if one.author is Author.CUSTOMER and asked_at is None:
            we_waited += (one.at - replied_at).total_seconds() if replied_at else 0
            asked_at, replied_at = one.at, None
        elif one.author is Author.AGENT:
            if asked_at is not None:
                answered += 1
                customer_waited += (one.at - asked_at).total_seconds()
            asked_at, replied_at = None, one.at
    whose = Author.AGENT if asked_at else Author.CUSTOMER if replied_at else None
    return Rounds(answered, int(customer_waited), int(we_waited), whose, asked_at or replied_at)
