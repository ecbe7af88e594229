"""Keys that have a person's words in them, and what each is called from now on.

Order decides between what is equal: of two parents the lesser key counts, of two contacts of one
person and one instant the lesser number, which follows from the key. So each gets a name that
stands where the key stood, and no figure changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any

from sqlalchemy import (
    ARRAY,
    Connection,
    Text,
    and_,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from ccdash.ingest import contacts
from ccdash.ingest import events as ev
from ccdash.ingest.contact_rows import contact_id_of
from ccdash.ingest.erased import Erased, Key, details_of, keys_of, keys_with_words
from ccdash.ingest.event_parts import LONGEST_KEY
from ccdash.schema import contact, contact_link
from ccdash.store.persons import person_of
from ccdash.store.told_of import Stream

CONTACT = "contact"
BEHIND, LAST = "!", "~"
"""Sorts before nearly all that a key goes on with, and behind nearly all that it begins with."""
MOST_TRIES = 1_000_000
LARGEST = 2**63
"""All numbers of contacts are less."""
Names = dict[Key, str]


def keys_in(connection: Connection, streams: Iterable[Stream], who: Erased) -> set[Key]:
    """The keys in these streams that have words in them; those too that only a link is left of."""
    told = (keys_with_words(one.name[1], one.told, one.old, who) for one in streams)
    return {*chain.from_iterable(told), *_in_links(connection, streams, who)}


def ids_beside(keys: set[Key], streams: Iterable[Stream], who: Erased) -> set[Key]:
    """The ids with short words in them of events that name any of these keys: many a source makes
    its ids of its keys."""
    events = (event for one in streams for event in (*one.told, *one.old))
    each = ([key for _, key in keys_of(event)] for event in events)
    ids = (one for its in each if not keys.isdisjoint(its) for one in its if one.kind == "id")
    return {one for one in ids if who.own.struck(one.key) != one.key}


def _in_links(connection: Connection, streams: Iterable[Stream], who: Erased) -> Iterator[Key]:
    link = contact_link.c
    own = {
        (source, name.removeprefix(contacts.PREFIX))
        for source, name in (one.name for one in streams if who.is_theirs(_details(one.told)))
        if name.startswith(contacts.PREFIX)
    }
    rough = or_(*(one.regexp_match(who.words.rough, "i") for one in (link.stream, link.parent)))
    rows = {*connection.execute(select(contact_link).where(rough)), *_links_of(connection, own)}
    for source, *ends in rows:
        is_own = any((source, one) in own for one in ends)
        words = who.own if is_own else who.words
        yield from (Key(source, CONTACT, one) for one in ends if words.struck(one) != one)


def _details(told: Iterable[ev.Event]) -> Iterator[ev.Identity]:
    return chain.from_iterable(map(details_of, told))


def _links_of(
    connection: Connection, keys: Collection[tuple[str, str]]
) -> set[tuple[str, str, str]]:
    """(source, conversation, the one it goes on from) of all links of these."""
    link = contact_link.c
    its = _listed(keys)
    found: set[tuple[str, str, str]] = set()
    for end in (link.stream, link.parent):
        is_it = and_(link.source == its.source, end == its.key)
        asked = select(contact_link).join_from(contact_link, its.key.table, is_it)
        found |= {(row.source, row.stream, row.parent) for row in connection.execute(asked)}
    return found


def named(connection: Connection, keys: Collection[Key], who: Erased) -> Names:
    """What each of these keys is called from now on. In the order of the keys they are counted, so
    that they keep it among themselves."""
    names = {
        key: f"{who.token[:-1]}-{number:06})" for number, key in enumerate(sorted(keys), start=1)
    }
    of_contacts = {(one.source, one.key) for one in keys if one.kind == CONTACT}
    _keep_order_of_parents(connection, of_contacts, names)
    _keep_order_of_contacts(connection, of_contacts, names)
    return names


def _keep_order_of_parents(
    connection: Connection, keys: Collection[tuple[str, str]], names: Names
) -> None:
    """Among all that are linked, where any has two parents or they run in a circle."""
    linked_ones = {(source, end) for source, *ends in _links_of(connection, keys) for end in ends}
    seen: set[tuple[str, str]] = set()
    for first in linked_ones.intersection(keys):
        if first in seen:
            continue
        source, linked, links, new = first[0], {first}, set[tuple[str, str, str]](), {first}
        while new:
            links |= _links_of(connection, new)
            ends = {(source, end) for one in links for end in one[1:]}
            new, linked = ends - linked, linked | ends
        seen |= linked
        children = {child for _, child, _ in links}
        if len(links) > min(len(children), len(linked) - 1):
            _stand_in_order(source, sorted(key for _, key in linked), names)


def _stand_in_order(source: str, keys: Sequence[str], names: Names) -> None:
    """As it is, behind all, or behind the key before: whichever is between its neighbours."""
    last = ""
    for place, one in enumerate(keys):
        key = Key(source, CONTACT, one)
        if key in names:
            name = names[key]
            fixed = (other for other in keys[place:] if Key(source, CONTACT, other) not in names)
            after = next(fixed, LAST + LAST)
            ways = (name, f"{LAST}{name}", f"{last}{BEHIND}{name}")
            fitting = (way for way in ways if last < way < after and len(way) <= LONGEST_KEY)
            names[key] = next(fitting, name)
        last = names.get(key, one)


Contact = tuple[Key, int, int]
"""A contact by its conversation and which of its stays it is, and its number."""
Room = tuple[int, int]
"""Between which numbers one has to be."""


def _keep_order_of_contacts(
    connection: Connection, keys: Collection[tuple[str, str]], names: Names
) -> None:
    """Of each person, and of each conversation, at each instant: every contact has a room of its
    own between its neighbours, and each key the first name whose numbers are in the rooms of its
    contacts. After very many it keeps the last that was tried."""
    rooms: dict[Key, dict[int, Room]] = {}
    for together in _groups(_at_one_instant(connection, keys)):
        for (key, stay, _), room in _rooms(together, names):
            rooms.setdefault(key, {})[stay] = room
    for key, its in rooms.items():
        first = names[key]
        for number in range(MOST_TRIES):
            names[key] = f"{first[:-1]}{BEHIND}{number})" if number else first
            if all(
                low < contact_id_of(key.source, names[key], stay) < high
                for stay, (low, high) in its.items()
            ):
                break


def _groups(pairs: Iterable[tuple[Contact, Contact]]) -> Iterable[list[Contact]]:
    """All that are beside each other, or beside others of them, in the order of their numbers."""
    groups: dict[Contact, set[Contact]] = {}
    for pair in pairs:
        if pair[1] not in groups.get(pair[0], ()):
            both = set[Contact]().union(*(groups.get(one, {one}) for one in pair))
            groups |= dict.fromkeys(both, both)
    each = {id(some): some for some in groups.values()}.values()
    return [sorted(some, key=lambda one: one[2]) for some in each]


def _rooms(together: Sequence[Contact], names: Names) -> Iterator[tuple[Contact, Room]]:
    """Equal rooms for those that are named, between those that keep their number."""
    low, run = 0, list[Contact]()
    for one in (*together, None):
        if one is not None and one[0] in names:
            run.append(one)
            continue
        high = LARGEST if one is None else one[2]
        ends = [low + (high - low) * place // max(1, len(run)) for place in range(len(run) + 1)]
        yield from zip(run, pairwise(ends), strict=True)
        low, run = high, []


def _at_one_instant(
    connection: Connection, keys: Collection[tuple[str, str]]
) -> list[tuple[Contact, Contact]]:
    mine, other = contact.alias("mine").c, contact.alias("other").c
    its = _listed(keys)
    is_beside = and_(
        other.arrived_at == mine.arrived_at,
        other.contact_id != mine.contact_id,
        or_(
            person_of(other.customer_id) == person_of(mine.customer_id),
            other.root_id == mine.root_id,
        ),
    )
    columns = [
        one[name] for one in (mine, other) for name in ("source", "key", "stay", "contact_id")
    ]
    rows = connection.execute(
        select(*columns)
        .join_from(
            its.key.table, mine.key.table, (mine.source == its.source) & (mine.key == its.key)
        )
        .join(other.key.table, is_beside)
        .order_by(*columns)
    )
    return [
        ((Key(row[0], CONTACT, row[1]), *row[2:4]), (Key(row[4], CONTACT, row[5]), *row[6:]))
        for row in rows
    ]


def _listed(keys: Collection[tuple[str, str]]) -> ReadOnlyColumnCollection[str, Any]:
    wanted = func.unnest(*(literal([one[side] for one in keys], ARRAY(Text)) for side in (0, 1)))
    return wanted.table_valued("source", "key").render_derived("wanted").c
