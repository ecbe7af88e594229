"""Events without a person: what told of them tells of one token, and everything else as before.

Details that came together are read together, as they are when rows are made (ingest/streams.py).
Where the strongest of a telling is the person's, the whole telling is of the token; where it is
somebody else's, only their details go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from msgspec.structs import replace

from ccdash.ingest import cases, contacts, customer_records
from ccdash.ingest import events as ev
from ccdash.ingest.identities import customer_id_of, known
from ccdash.ingest.streams import stream_of
from ccdash.ingest.struck import Words
from ccdash.vocabulary import TOKEN, IdentityKind

KEYS = ("id", "contact", "continues", "leg", "case", "order", "record")
TEXTS = ("subject", "reason", "to", "text")
Details = tuple[ev.Identity, ...]


@dataclass(frozen=True)
class Erased:
    """Who goes: the `numbers` of their customers, the token in their place, the words that are
    struck out of what is theirs (`own`) and out of what is others', and the region of telephone
    numbers without a country."""

    numbers: frozenset[int]
    token: str
    own: Words
    words: Words
    region: str | None

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
    details = tuple(one for event in told for one in details_of(event))
    is_own = who.is_theirs(details)
    owner = who.told if is_own else who.strongest(who.without(details))
    both = [[_without(stream, event, who, owner) for event in some] for some in (told, old)]
    return both[0], both[1]


def _without(stream: str, event: ev.Event, who: Erased, owner: Details) -> ev.Event:
    had, is_own = details_of(event), owner == who.told
    is_whole = stream.startswith(contacts.PREFIX)
    if not stream.startswith((contacts.PREFIX, cases.PREFIX, customer_records.PREFIX)):
        is_own = who.is_theirs(had)  # of an order the last telling counts
    has = who.told if is_own and (is_whole or who.is_theirs(had)) else who.without(had)
    if not has and isinstance(event, ev.CustomerDescribed):
        has = owner  # which tells of somebody; the record is known to be theirs
    kept = event if not had or has == had else replace(event, customer=has)
    return _struck(kept, who, is_own=is_own)


def _struck(event: ev.Event, who: Erased, *, is_own: bool) -> ev.Event:
    """Without their words; what is theirs also without what was written in it, and a record of them
    without the name."""
    is_record = is_own and isinstance(event, ev.CustomerDescribed)
    texts, keys = who.own if is_own else who.words, who.own if is_record else who.words
    changed: dict[str, object] = {**_changed(event, KEYS, keys), **_changed(event, TEXTS, texts)}
    if isinstance(event, ev.Recorded) and event.messages:
        changed["messages"] = tuple(
            replace(one, text=None if is_own else one.text and texts.struck(one.text))
            for one in event.messages
        )
    if is_own and isinstance(event, ev.Messaged):
        changed["text"] = None
    if is_record:
        changed["name"] = None
    return replace(event, **changed) if changed else event


def _changed(event: ev.Event, names: Iterable[str], words: Words) -> dict[str, str]:
    texts = {name: text for name in names if isinstance(text := getattr(event, name, None), str)}
    struck = {name: words.struck(text) for name, text in texts.items()}
    return {name: text for name, text in struck.items() if text != texts[name]}


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
