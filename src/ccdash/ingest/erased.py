"""Events without a person: what told of them tells of one token, and everything else as before.

Details that came together are read together, as they are when rows are made (ingest/streams.py).
Where the strongest of a telling is the person's, the whole telling is of the token; where it is
somebody else's, only their details go. A key that stands in what is theirs is struck like the texts
of it, wherever else it stands: who names it goes on naming the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from ccdash.ingest import cases, contacts, customer_records
from ccdash.ingest import events as ev
from ccdash.ingest.event_parts import LONGEST_KEY, LONGEST_TEXT, LONGEST_WORDS
from ccdash.ingest.identities import customer_id_of, known
from ccdash.ingest.streams import stream_of
from ccdash.ingest.struck import Words
from ccdash.vocabulary import TOKEN, IdentityKind

NAMES = {
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
    """What a source calls something of a kind of `NAMES`."""

    source: str
    kind: str
    key: str


@dataclass(frozen=True)
class Erased:
    """Who goes: the `numbers` of their customers, the token in their place, the words that are
    struck out of what is theirs (`own`) and out of what is others', the region of telephone
    numbers without a country, and the `keys` that are struck as theirs."""

    numbers: frozenset[int]
    token: str
    own: Words
    words: Words
    region: str | None
    keys: frozenset[Key] = frozenset()

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
    owner = _owner(told, who)
    both = [[_without(stream, event, who, owner) for event in some] for some in (told, old)]
    return both[0], both[1]


def short_keys(
    stream: str, told: Sequence[ev.Event], old: Sequence[ev.Event], who: Erased
) -> Iterator[Key]:
    """The keys in what is theirs of a stream that have words in them that are struck out of nothing
    else."""
    owner = _owner(told, who)
    for event in (*told, *old):
        if _is_own(stream, event, who, owner):
            for _, one in keys_of(event):
                if who.own.struck(one.key) != who.words.struck(one.key):
                    yield one


def keys_of(event: ev.Event) -> Iterator[tuple[str, Key]]:
    """The fields that hold keys, and these."""
    for kind, fields in NAMES.items():
        for name in fields:
            if isinstance(key := getattr(event, name, None), str):
                yield name, Key(event.source, kind, key)


def _owner(told: Sequence[ev.Event], who: Erased) -> Details:
    """Of whom a stream tells when the person is gone."""
    details = tuple(one for event in told for one in details_of(event))
    return who.told if who.is_theirs(details) else who.strongest(who.without(details))


def _is_own(stream: str, event: ev.Event, who: Erased, owner: Details) -> bool:
    if stream.startswith((contacts.PREFIX, cases.PREFIX, customer_records.PREFIX)):
        return owner == who.told
    return who.is_theirs(details_of(event))  # of an order the last telling counts


def _without(stream: str, event: ev.Event, who: Erased, owner: Details) -> ev.Event:
    had, is_own = details_of(event), _is_own(stream, event, who, owner)
    is_whole = stream.startswith(contacts.PREFIX)
    has = who.told if is_own and (is_whole or who.is_theirs(had)) else who.without(had)
    if not has and isinstance(event, ev.CustomerDescribed):
        has = owner  # which tells of somebody; the record is known to be theirs
    kept = event if not had or has == had else replace(event, customer=has)
    return _struck(kept, who, is_own=is_own)


def _struck(event: ev.Event, who: Erased, *, is_own: bool) -> ev.Event:
    """Without their words; what is theirs also without what was written in it, and a record of them
    without the name."""
    words = who.own if is_own else who.words
    changed: dict[str, object] = {
        name: words.struck(text, most)
        for name, most in TEXTS.items()
        if isinstance(text := getattr(event, name, None), str)
    }
    for name, one in keys_of(event):
        changed[name] = (who.own if one in who.keys else who.words).struck(one.key, LONGEST_KEY)
    if isinstance(event, ev.Recorded) and event.messages:
        changed["messages"] = tuple(
            replace(one, text=None if is_own else one.text and words.struck(one.text, LONGEST_TEXT))
            for one in event.messages
        )
    if is_own and isinstance(event, ev.Messaged):
        changed["text"] = None
    if is_own and isinstance(event, ev.CustomerDescribed):
        changed["name"] = None
    struck = replace(event, **changed)
    return event if struck == event else struck


def still_erased(
    events: Sequence[ev.Event], before: Mapping[str, Sequence[ev.Event]]
) -> list[ev.Event]:
    """What is told later of a conversation, a case or a record of somebody who was forgotten tells
    of the token as well. `before` is what the store has of each stream."""
    tokens = {
        stream: (token,)
        for stream, told in before.items()
        for event in told
        for token in filter(is_token, details_of(event))
    }
    if not tokens:
        return list(events)
    return [_of_token(one, tokens.get(stream_of(one))) for one in events]


def _of_token(event: ev.Event, token: Details | None) -> ev.Event:
    if token is None or not details_of(event):
        return event
    if isinstance(event, ev.CustomerDescribed):
        return replace(event, customer=token, name=None)
    return replace(event, customer=token)
