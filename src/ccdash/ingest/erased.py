"""Events without a person: what told of them tells of one token, and everything else as before.

Details that came together are read together, as they are when rows are made (ingest/streams.py).
Where the strongest of a telling is the person's, the whole telling is of the token; where it is
somebody else's, only their details go. A key with their words in it is called otherwise, wherever
it stands: who names it goes on naming the same. Events of one instant keep their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from ccdash.ingest import cases, contacts, customer_records
from ccdash.ingest import events as ev
from ccdash.ingest.event_parts import LONGEST_TEXT, LONGEST_WORDS
from ccdash.ingest.identities import customer_id_of, known
from ccdash.ingest.streams import stream_of
from ccdash.ingest.struck import Words
from ccdash.vocabulary import TOKEN, IdentityKind

KEY_FIELDS = {
    "id": ("id",), "contact": ("contact", "continues", "leg"),
    "case": ("case",), "order": ("order",), "record": ("record",),
}  # fmt: skip
"""What has keys, and the fields of events in which these stand."""
TEXTS = {
    "subject": LONGEST_WORDS, "reason": LONGEST_WORDS, "to": LONGEST_WORDS, "text": LONGEST_TEXT,
}  # fmt: skip
"""Fields of events, and columns of rows, that hold texts, and how many signs."""
Details = tuple[ev.Identity, ...]


class Key(NamedTuple):
    """What a source calls something of a kind of `KEY_FIELDS`."""

    source: str
    kind: str
    key: str


@dataclass(frozen=True)
class Erased:
    """Who goes: the `numbers` of their customers, the token in their place, the words that are
    struck out of what is theirs (`own`) and out of what is others', the region of telephone
    numbers without a country, and what keys are called from now on."""

    numbers: frozenset[int]
    token: str
    own: Words
    words: Words
    region: str | None
    keys: Mapping[Key, str] = field(default_factory=dict)

    def is_theirs(self, details: Iterable[ev.Identity]) -> bool:
        """Whether the strongest of these details is theirs."""
        return customer_id_of(known(details, self.region)) in self.numbers

    def without(self, details: Details) -> Details:
        """The details that are not theirs."""
        return tuple(one for one in details if not self.is_theirs((one,)))

    def strongest(self, details: Details) -> Details:
        """That one alone; nothing of nothing."""
        whose = customer_id_of(known(details, self.region))
        each = (one for one in details if customer_id_of(known((one,), self.region)) == whose)
        return tuple(islice(each, whose is not None))

    @property
    def told(self) -> Details:
        """What is told of them from now on."""
        return (token_of(self.token),)


def token_of(value: str) -> ev.Identity:
    """The detail of somebody who was forgotten. Nobody made sure of it: it links nobody."""
    return ev.Identity(IdentityKind.CUSTOMER_NUMBER, value, verified=False)


def is_token(one: ev.Identity) -> bool:
    """Whether the detail stands for somebody who was forgotten."""
    return one.kind is IdentityKind.CUSTOMER_NUMBER and one.value.startswith(TOKEN)


def details_of(event: ev.Event) -> Details:
    """The contact details that an event tells."""
    found: Details = getattr(event, "customer", ())
    return found


def rewritten(
    stream: str, told: Sequence[ev.Event], old: Sequence[ev.Event], who: Erased
) -> tuple[list[ev.Event], list[ev.Event]]:
    """The events of one stream, and earlier revisions of them, each in the same order, without the
    person."""
    one = _Stream(stream, told, who)
    now = [one.without(event) for event in told]
    return _in_order(told, now), [one.without(event, is_old=True) for event in old]


def keys_with_words(
    stream: str, told: Sequence[ev.Event], old: Sequence[ev.Event], who: Erased
) -> Iterator[Key]:
    """The keys in a stream that have their words in them: in what is theirs short ones, too."""
    its = _Stream(stream, told, who)
    each = [(one, False) for one in told] + [(one, True) for one in old]
    for event, is_old in each:
        words = who.own if its.is_own(event, is_old=is_old) else who.words
        yield from (one for _, one in keys_of(event) if words.struck(one.key) != one.key)


def keys_of(event: ev.Event) -> Iterator[tuple[str, Key]]:
    """The fields that hold keys, and these."""
    for kind, fields in KEY_FIELDS.items():
        for name in fields:
            if isinstance(key := getattr(event, name, None), str):
                yield name, Key(event.source, kind, key)


@dataclass(frozen=True)
class _Stream:
    """A stream that is rewritten, and of whom it tells (`owner`) when the person is gone."""

    name: str
    told: Sequence[ev.Event]
    who: Erased

    @cached_property
    def owner(self) -> Details:
        who, details = self.who, tuple(one for event in self.told for one in details_of(event))
        return who.told if who.is_theirs(details) else who.strongest(who.without(details))

    def is_own(self, event: ev.Event, *, is_old: bool) -> bool:
        """Whether the event is theirs. Of an order the last telling counts, and what was corrected
        was theirs if it said so."""
        is_whole = self.name.startswith((contacts.PREFIX, cases.PREFIX, customer_records.PREFIX))
        if is_whole and self.owner == self.who.told:
            return True
        return (is_old or not is_whole) and self.who.is_theirs(details_of(event))

    def without(self, event: ev.Event, *, is_old: bool = False) -> ev.Event:
        """The event without the person."""
        who, had = self.who, details_of(event)
        is_own = self.is_own(event, is_old=is_old)
        is_whole = self.owner == who.told and self.name.startswith(contacts.PREFIX)
        has = who.told if is_whole or (is_own and who.is_theirs(had)) else who.without(had)
        changed: dict[str, object] = {}
        if isinstance(event, ev.CustomerDescribed):
            has = has or self.owner or who.told  # it tells of somebody
            changed["name"] = None if is_own or who.is_theirs(had) else event.name
        if had:
            changed["customer"] = has
        for name, one in keys_of(event):
            changed[name] = who.keys.get(one, one.key)
        struck = replace(event, **changed, **_texts(event, who, is_own=is_own))
        return event if struck == event else struck


def _texts(event: ev.Event, who: Erased, *, is_own: bool) -> dict[str, object]:
    """Without their words; what is theirs also without what was written in it. Two messages that
    were one are one still."""
    words = who.own if is_own else who.words
    changed: dict[str, object] = {
        name: words.struck(text, most)
        for name, most in TEXTS.items()
        if isinstance(text := getattr(event, name, None), str)
    }
    if isinstance(event, ev.Messaged) and event.text and is_own:
        changed["text"] = words.marks.of(event.text)
    if isinstance(event, ev.Recorded):
        changed["messages"] = tuple(
            replace(
                one,
                text=words.marks.of(one.text) if is_own else words.struck(one.text, LONGEST_TEXT),
            )
            if one.text
            else one
            for one in event.messages
        )
    return changed


def _in_order(before: Sequence[ev.Event], after: Sequence[ev.Event]) -> list[ev.Event]:
    """Events of one instant have the order of their ids: where these have another one now, their
    order is told."""
    if sorted(range(len(before)), key=lambda one: _rank(before[one])) == sorted(
        range(len(after)), key=lambda one: _rank(after[one])
    ):
        return list(after)
    place = {one.id: number for number, one in enumerate(sorted(before, key=_rank))}
    return [replace(now, sequence=place[was.id]) for was, now in zip(before, after, strict=True)]


def _rank(event: ev.Event) -> tuple[datetime, int, str]:
    return event.at, event.sequence, event.id


def still_erased(
    events: Sequence[ev.Event], before: Mapping[str, Sequence[ev.Event]]
) -> list[ev.Event]:
    """What is told later of a conversation, a case or a record of somebody who was forgotten tells
    of the token as well, and what corrects an event keeps the place that it was given. `before` is
    what the store has of each stream."""
    tokens = {
        stream: (token,)
        for stream, told in before.items()
        for event in told
        for token in filter(is_token, details_of(event))
    }
    if not tokens:
        return list(events)
    places = {(stream, one.id): one.sequence for stream in tokens for one in before[stream]}
    return [
        _of_token(
            replace(one, sequence=one.sequence or places.get((stream_of(one), one.id), 0)),
            tokens.get(stream_of(one)),
        )
        for one in events
    ]


def _of_token(event: ev.Event, token: Details | None) -> ev.Event:
    if token is None or not details_of(event):
        return event
    if isinstance(event, ev.CustomerDescribed):
        return replace(event, customer=token, name=None)
    return replace(event, customer=token)
