"""The demo's people note what happened to them: the stories of its year, beside the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ccdash.simulate.clock import start_of
from ccdash.simulate.planted import PRICE_CHANNEL, Plot, Story, stories_between
from ccdash.store.annotations import Note
from ccdash.vocabulary import Channel

Span = tuple[datetime, datetime]
"""[start, end)."""


@dataclass(frozen=True)
class Told:
    """What is noted of a plot, and of which channel alone."""

    text: str
    channel: Channel | None = None


TOLD: Mapping[Plot, Told] = {
    Plot.PRICE_RISE: Told("Prices rose: longer chats that solve less", PRICE_CHANNEL),
    Plot.TRANSFER_LOOP: Told("Invoices and contracts transfer to and fro", Channel.PHONE),
    Plot.MISSING_FIELD: Told("The moving form lacks a field: e-mails follow"),
    Plot.OVERLOADED_MONDAY: Told("Many ill on a busy Monday"),
}


def noted(span: Span, where: ZoneInfo) -> list[Note]:
    """What they have noted by the end of [start, end), of the stories that began in it."""
    first, last = (at.astimezone(where).date() for at in span)
    notes = (_note(story, where, span[1]) for story in stories_between(first, last))
    return [one for one in notes if span[0] <= one.begins_at < span[1]]


def _note(story: Story, where: ZoneInfo, now: datetime) -> Note:
    """Nobody knows yet when it ends while it goes on."""
    told = TOLD[story.plot]
    ends = start_of(story.end, where)
    return Note(
        start_of(story.start, where), told.text, ends if ends <= now else None, told.channel
    )
