"""Keys that have a person's words in them, and what each is called from now on.

Order decides between what is equal: of two parents the lesser key counts, of two contacts of one
person and one instant the lesser number, which follows from the key. So each gets a name that
stands where the key stood, and no figure changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from math import inf
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
MOST_TRIES = 100_000
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


def _keep_order_of_contacts(
    connection: Connection, keys: Collection[tuple[str, str]], names: Names
) -> None:
    """Of each person, and of each conversation, at each instant: one key after the other gets the
    first name with which its number stands between those that are decided. After very many it
    keeps the last that was tried."""
    ties: dict[Key, list[tuple[Contact, Contact]]] = {}
    for mine, other in _at_one_instant(connection, keys):
        ties.setdefault(mine[0], []).append((mine, other))
    open_ones = set(ties)
    for key, pairs in ties.items():
        open_ones.discard(key)
        bounds = _bounds([pair for pair in pairs if pair[1][0] not in {*open_ones, key}], names)
        itself = [pair for pair in pairs if pair[1][0] == key]
        first = names[key]
        for number in range(MOST_TRIES):
            names[key] = f"{first[:-1]}{BEHIND}{number})" if number else first
            is_between = all(
                low < contact_id_of(key.source, names[key], stay) < high
                for stay, (low, high) in bounds.items()
            )
            if is_between and all(
                (mine[2] < other[2]) == (_number(mine, names) < _number(other, names))
                for mine, other in itself
            ):
                break


def _bounds(
    pairs: Iterable[tuple[Contact, Contact]], names: Names
) -> dict[int, tuple[float, float]]:
    """Between which numbers the contact of each stay has to be."""
    bounds: dict[int, tuple[float, float]] = {}
    for (_, stay, number), other in pairs:
        low, high = bounds.get(stay, (-inf, inf))
        its = _number(other, names)
        bounds[stay] = (max(low, its), high) if other[2] < number else (low, min(high, its))
    return bounds


def _number(one: Contact, names: Names) -> int:
    key, stay, number = one
    return contact_id_of(key.source, names[key], stay) if key in names else number


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
