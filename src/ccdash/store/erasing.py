"""A person is erased, and no figure changes: whatever told of them tells of one random token.

Rows stay where they are, with the token's number in place of all numbers of the person, and events
are rewritten so that they give these rows (ingest/erased.py). Sums name nobody and are not touched.
A detail of several people stays theirs. All of it is one transaction, for which everybody who
writes waits: what is cut off has done nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CollectionAggregate,
    Connection,
    and_,
    any_,
    delete,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)

from ccdash.access import access_log as log
from ccdash.errors import BadQuery
from ccdash.ingest import customer_records, customer_words, identities, known
from ccdash.ingest import events as ev
from ccdash.ingest.erased import (
    KEY_FIELDS,
    Erased,
    details_of,
    is_token,
    rewritten,
    token_of,
)
from ccdash.ingest.identities import customer_id_of, normalised
from ccdash.ingest.names import put_customers
from ccdash.ingest.record import record
from ccdash.ingest.streams import stream_of
from ccdash.ingest.struck import Marks, Words, exact, patterns
from ccdash.ingest.work import Work
from ccdash.ingest.writing import mark_customers
from ccdash.schema import (
    case,
    contact,
    contact_link,
    customer,
    customer_record,
    dirty_customer,
    dirty_matter,
    identity,
    link_decision,
    person,
    purchase,
)
from ccdash.store import access_log, announce, renumbered, rollup, struck_keys, told_of
from ccdash.store.access_log import Reader
from ccdash.store.also_told import AlsoTold, also_told
from ccdash.store.engine import Store
from ccdash.store.renumbered import rename, renumber
from ccdash.store.struck_texts import strike_texts
from ccdash.store.told_of import Stream
from ccdash.store.whose import Detail, Person, whose
from ccdash.vocabulary import TOKEN, Access, Outcome

HELD = {"contacts": contact, "cases": case, "purchases": purchase}
FORGOTTEN = "This person was forgotten already; nothing was done."


@dataclass(frozen=True)
class Extent:
    """What goes with a person, of whose numbers `number` is one: details that nobody else was told
    with, and how many rows become the token's, of how many `open` contacts. `staying` are details
    that were told of them and are not theirs alone."""

    number: int
    details: frozenset[Detail]
    staying: frozenset[Detail]
    contacts: int
    cases: int
    purchases: int
    open: int


def extent(store: Store, text: str, region: str | None) -> Extent:
    """What would go with the person of this number or contact detail. Raises BadQuery for nobody
    and for a detail that is not one person's, StoreUnavailable."""
    with store.transaction() as connection:
        rollup.refresh(connection)
        one = _person(connection, text, region)
        return _extent(connection, one, also_told(connection, one.numbers, region))


@dataclass(frozen=True)
class Asked:
    """Whom to forget, by a number or a contact detail; who wants it and why, and when."""

    text: str
    region: str | None
    by: Reader
    now: datetime


def forget(store: Store, asked: Asked, progress: Callable[[str], None]) -> Extent:
    """Erase this person for good; gives what went. Raises as `extent`, and StoreBusy."""
    with store.transaction() as connection:  # what takes long, while others write
        rollup.refresh(connection)
    with store.transaction() as connection:
        announce.mark(connection)
        known.hold_rules(connection)
        rollup.refresh(connection)
        one = _person(connection, asked.text, asked.region)
        told = also_told(connection, one.numbers, asked.region)
        found = _extent(connection, one, told)
        _Erasing(connection, asked, one, told).run(progress)
        rollup.refresh(connection)
    return found


def _person(connection: Connection, text: str, region: str | None) -> Person:
    one = whose(connection, text, region)
    if any(value.startswith(TOKEN) for _, value in one.details):
        raise BadQuery(FORGOTTEN)
    return one


def _extent(connection: Connection, one: Person, told: Collection[AlsoTold]) -> Extent:
    counts = {
        name: connection.execute(
            select(func.count()).where(table.c.customer_id == _any(one.numbers))
        ).scalar_one()
        for name, table in HELD.items()
    }
    is_open = and_(contact.c.customer_id == _any(one.numbers), contact.c.outcome == Outcome.OPEN)
    opened = connection.execute(select(func.count()).where(is_open)).scalar_one()
    staying = frozenset(other.detail for other in told if other.is_used)
    going = one.details | {other.detail for other in told if not other.is_used}
    return Extent(min(one.numbers), going, staying, open=opened, **counts)


def _any(numbers: Collection[int]) -> CollectionAggregate[Any]:
    return any_(literal(sorted(numbers), ARRAY(BigInteger)))


@dataclass(frozen=True)
class _Erasing:
    """One person being erased, in one transaction."""

    connection: Connection
    asked: Asked
    one: Person
    told: Collection[AlsoTold]

    def run(self, progress: Callable[[str], None]) -> None:
        """All of it."""
        progress("Looking through all that was told")
        who, streams = self._found()
        progress(f"Erasing from {len(streams):,} streams of events")
        changed = self._rewrite(who, streams)
        self._take_rows_away(who)
        number = self._put_token(who, changed)
        renumber(self.connection, dict.fromkeys(who.numbers, number), ("customer_id",))
        progress("Striking out what was written")
        strike_texts(self.connection, who, number)
        self._tell_those_who_stay(who)
        reader = Reader(self.asked.by.who, who.own.struck(self.asked.by.why))
        access_log.put(self.connection, reader, None, Access.FORGOTTEN, self.asked.now)

    def _found(self) -> tuple[Erased, list[Stream]]:
        """Who goes, by all details that are told of nobody else and by every way in which these
        were told; and all that tells of them."""
        lonely = {one.number: one.detail for one in self.told if not one.is_used}
        details = {*self.one.details, *lonely.values()}
        numbers = self.one.numbers | lonely.keys()
        marks = Marks(f"{TOKEN}{token_hex(8)}".removeprefix("("))
        names = self._names()
        who = self._erased(numbers, details, names, marks)
        streams = self._streams(who, {value for _, value in details})
        told = _notations(streams, details, self.asked.region) | {value for _, value in details}
        names |= _names_told(streams, who)
        who = self._erased(numbers, details, names | told, marks)
        return self._with_keys(who, self._streams(who, told))

    def _with_keys(self, who: Erased, streams: list[Stream]) -> tuple[Erased, list[Stream]]:
        """With what keys are called from now on, and all that names them."""
        keys = struck_keys.keys_in(self.connection, streams, who)
        found = {one.name for one in streams}
        named = told_of.streams_that_name(self.connection, keys)
        streams = streams + [one for one in named if one.name not in found]
        keys |= struck_keys.ids_beside(keys, streams, who)
        return replace(who, keys=struck_keys.named(self.connection, keys, who)), streams

    def _streams(self, who: Erased, told: Collection[str]) -> list[Stream]:
        rough = "|".join((who.words.rough, *exact(told)))
        return told_of.streams_of(self.connection, who.numbers, rough)

    def _erased(
        self, numbers: Collection[int], details: Collection[Detail], texts: set[str], marks: Marks
    ) -> Erased:
        own, words = (
            Words(patterns(details, texts, is_own=is_own), marks) for is_own in (True, False)
        )
        token = f"({marks.token})"
        return Erased(frozenset(numbers), token, own, words, self.asked.region)

    def _names(self) -> set[str]:
        both = (customer, customer_record)
        asked = [
            select(table.c.name).where(
                table.c.customer_id == _any(self.one.numbers), table.c.name.is_not(None)
            )
            for table in both
        ]
        return {one for each in asked for one in self.connection.execute(each).scalars()}

    def _rewrite(self, who: Erased, streams: Iterable[Stream]) -> list[ev.Event]:
        """The events, and the numbers of all rows whose keys are others now; gives the events that
        changed."""
        told: list[told_of.Pair] = []
        old: list[told_of.Pair] = []
        for one in streams:
            both = rewritten(one.name[1], one.told, one.old, who)
            self._call_anew(one, both[0])
            told += zip(one.told, both[0], strict=True)
            old += zip(one.old, both[1], strict=True)
        told, old = ([pair for pair in some if pair[0] is not pair[1]] for some in (told, old))
        empty = [before for before, after in told if _says_nothing(before, after)]
        told_of.take_away(self.connection, empty)
        self._take_customers({_number(one) for event in empty for one in details_of(event)})
        told_of.put_back(self.connection, told)
        told_of.put_back_old(self.connection, old)
        self._rename(who)
        return [after for _, after in told]

    def _call_anew(self, one: Stream, now: Sequence[ev.Event]) -> None:
        """What a record told of them names nobody any more, be it somebody else's now."""
        source, name = one.name
        if name.startswith(customer_records.PREFIX) and one.told != now:
            pairs = zip(one.told, now, strict=True)
            left = [after for before, after in pairs if not _says_nothing(before, after)]
            work = Work(self.connection, source, self.asked.now, self.asked.region)
            after = {stream_of(left[0]): left} if left else {}
            customer_records.apply(work, {name: one.told}, after)

    def _rename(self, who: Erased) -> None:
        """The keys of rows, and the numbers that follow from them."""
        names: dict[str, dict[tuple[str, str], str]] = {kind: {} for kind in KEY_FIELDS}
        for (source, kind, key), now in who.keys.items():
            names[kind][source, key] = now
        numbers = renumbered.of_contacts(self.connection, names["contact"])
        numbers |= renumbered.of_others("case", names["case"])
        numbers |= renumbered.of_others("purchase", names["order"])
        link = contact_link.c
        for columns, kind in (
            ((contact.c.key, link.stream, link.parent), "contact"),
            ((case.c.key,), "case"),
            ((purchase.c.key,), "order"),
            ((customer_record.c.key,), "record"),
        ):
            rename(self.connection, columns, names[kind])
        renumber(self.connection, numbers, renumbered.OF_ROWS)

    def _take_rows_away(self, who: Erased) -> None:
        """Names, links and decisions; who looked at them is kept without whom they looked at."""
        gone, decision = _any(who.numbers), link_decision.c
        customer_words.put_names(self.connection, [(one, None) for one in sorted(who.numbers)])
        is_of_them = or_(decision.customer_id == gone, decision.other_id == gone)
        self.connection.execute(delete(link_decision).where(is_of_them))
        stood = person.c.person_id == gone, not_(person.c.customer_id == gone)
        others = self.connection.execute(select(person.c.customer_id).where(*stood)).scalars()
        mark_customers(self.connection, others, self.asked.now)
        for table in (customer_record, person, dirty_customer, dirty_matter):
            self.connection.execute(delete(table).where(table.c.customer_id == gone))
        seen = update(log).where(log.c.customer_id == gone).values(customer_id=None, why="")
        self.connection.execute(seen)
        self._take_customers(who.numbers)

    def _take_customers(self, numbers: Collection[int]) -> None:
        gone, of = _any(numbers), identity.c
        is_of_them = or_(of.detail_id == gone, of.customer_id == gone)
        self.connection.execute(delete(identity).where(is_of_them))
        self.connection.execute(delete(customer).where(customer.c.customer_id == gone))

    def _put_token(self, who: Erased, changed: Iterable[ev.Event]) -> int:
        """Gives the number of the token's customer, who has a row where any event tells of it."""
        sources = (one.source for one in changed if details_of(one) == who.told)
        if (source := min(sources, default=None)) is not None:
            work = Work(self.connection, source, self.asked.now, self.asked.region)
            put_customers(work, [who.told])
        return _number(who.told[0])

    def _tell_those_who_stay(self, who: Erased) -> None:
        """A detail of several people stays nobody's when one of them is forgotten: it is told of
        two random tokens more. One that only a decision gave to somebody else is told of itself.
        All at an instant that makes nothing look newer."""
        for one in self.told:
            if (one.is_shared or one.is_given) and one.number not in who.numbers:
                key = f"{TOKEN}{token_hex(8)})"
                kind, value = one.detail
                many = 2 if one.is_shared else 0
                others = [token_of(f"{TOKEN}{token_hex(8)})") for _ in range(many)]
                itself = ev.Identity(kind, value, verified=one.is_given and one.is_verified)
                event = ev.CustomerDescribed(
                    source=one.source, id=key, record=key, at=ev.EARLIEST,
                    customer=(*others, itself),
                )  # fmt: skip
                record(self.connection, [event], received_at=self.asked.now)


def _number(one: ev.Identity, region: str | None = None) -> int:
    return customer_id_of(identities.known((one,), region)) or 0


def _notations(
    streams: Iterable[Stream], details: Collection[Detail], region: str | None
) -> set[str]:
    """Every way in which these details were told."""
    events = (event for one in streams for event in (*one.told, *one.old))
    each = (detail for event in events for detail in details_of(event))
    return {
        one.value for one in each if (one.kind, normalised(one.kind, one.value, region)) in details
    }


def _names_told(streams: Iterable[Stream], who: Erased) -> set[str]:
    events = (event for one in streams for event in (*one.told, *one.old))
    records = (one for one in events if isinstance(one, ev.CustomerDescribed) and one.name)
    return {one.name for one in records if one.name and who.is_theirs(one.customer)}


def _says_nothing(before: ev.Event, after: ev.Event) -> bool:
    """Whether an event told that a detail was several people's, and the detail is gone."""
    had, has = details_of(before), details_of(after)
    return had != has and any(map(is_token, had)) and all(map(is_token, has))
