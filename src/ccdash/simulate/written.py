"""What is written in a conversation: the customer's first message, and what goes to and fro."""

from __future__ import annotations

from collections.abc import Iterator

from ccdash.ingest.events import Message
from ccdash.simulate.calendar import instant
from ccdash.simulate.centre import Centre
from ccdash.simulate.visits import Conversation
from ccdash.vocabulary import WRITTEN_CHANNELS, Author, Channel

MOST_ROUNDS = 4
"""So many answers a chat has at most; what is written elsewhere has one or two."""


def messages(centre: Centre, visit: Conversation) -> tuple[Message, ...]:
    """In the order of time. Of a conversation that was passed on, what the last agent wrote."""
    is_written = visit.round.queue.channel in WRITTEN_CHANNELS and not visit.is_test
    return tuple(_written(centre, visit)) if is_written else ()


def _written(centre: Centre, visit: Conversation) -> Iterator[Message]:
    last, luck = visit.stays[-1], visit.round.luck
    yield Message(
        instant(visit.stays[0].arrived), Author.CUSTOMER, text=_said(centre, visit, "customer", 0)
    )
    if last.answered is None:
        return
    most = MOST_ROUNDS if visit.round.queue.channel is Channel.CHAT else 2
    steps = 2 * (1 + int(luck * 61 % 1 * most)) - 1
    for step in range(steps):
        at = last.answered + (last.ended - last.answered) * (step + 1) // steps
        is_agent = step % 2 == 0
        yield Message(
            instant(at),
            Author.AGENT if is_agent else Author.CUSTOMER,
            last.agent if is_agent else None,
            _said(centre, visit, "agent" if is_agent else "reply", step),
        )


def _said(centre: Centre, visit: Conversation, author: str, step: int) -> str:
    matter = visit.round.matter
    phrases = centre.phrases[matter.language, author]
    chosen = phrases[int(visit.round.luck * 4001 + step) % len(phrases)]
    return chosen.replace("{subject}", matter.subject.lower())
