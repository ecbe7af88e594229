"""A made store for search: customers with names, details and persons, and their contacts.

Names come as they do in life: a few that very many have, and very many that few have. Each customer
has a number, a telephone and every second one an e-mail address, verified together: one person of
two or three customers. Contacts are made by the server itself, five a customer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from made_centre import Array, scattered
from made_store import opened
from sqlalchemy import Connection, text
from sqlalchemy.schema import AddConstraint, DropConstraint

from ccdash.ingest.customer_words import rows_of, slips_of, words_among
from ccdash.ingest.writing import copied, put_copied
from ccdash.schema import (
    case,
    contact,
    customer,
    customer_word,
    identity,
    name_slip,
    person,
    purchase,
)
from ccdash.store.engine import Store

SOURCE, SEED = "made", 20261122
AT_ONCE = 100_000
FILLED = (customer, identity, person, customer_word, contact, case, purchase)
NUMBER, PHONE, EMAIL = 11, 12, 13
"""What the numbers of rows are scattered by."""

GIVEN = (
    "Anna Maria Juhani Matti Elina Johannes Sofia Mikael Hanna Antti Kaisa Björn Åsa Søren Zoë "
    "André José Łucja François Jürgen Siiri Väinö Ülle Olga Ivan Aino Eero Helmi Onni Lea"
)
LAST = (
    "Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Salo "
    "Sjöberg Johansson Lindström Öberg Łęcki Müller Groß Jørgensen García Dvořák O'Neil Niemi"
)
SYLLABLES = (
    "ka ri mo ta nen le sa vi ha ju pe li no ro ku mä ty si va el an or as mi lo hi te pa ra"
)


@dataclass(frozen=True)
class Names:
    """Words of names, and how likely each is."""

    words: list[str]
    share: Array

    @classmethod
    def made(cls, known: str, many: int, flat: float) -> Names:
        rng, syllables = np.random.default_rng((SEED, many)), SYLLABLES.split()
        made = ("".join(rng.choice(syllables, rng.integers(2, 5))).title() for _ in range(many))
        words = list(dict.fromkeys([*known.split(), *made]))
        share = 1 / (np.arange(len(words)) + flat)
        return cls(words, share / share.sum())

    def drawn(self, rng: np.random.Generator, many: int) -> list[str]:
        return [self.words[one] for one in rng.choice(len(self.words), many, p=self.share)]


FIRST_NAMES, LAST_NAMES = Names.made(GIVEN, 4_000, 6), Names.made(LAST, 60_000, 25)


def names(first: int, last: int) -> list[str]:
    """Of the customers with these places: every tenth has two first names, every twentieth two
    last names."""
    rng, many = np.random.default_rng((SEED, first)), last - first
    one, two = FIRST_NAMES.drawn(rng, many), FIRST_NAMES.drawn(rng, many)
    three, four = LAST_NAMES.drawn(rng, many), LAST_NAMES.drawn(rng, many)
    return [
        " ".join([one[n], *([two[n]] * (n % 10 == 0)), three[n] + f"-{four[n]}" * (n % 20 == 1)])
        for n in range(many)
    ]


def details(place: int) -> tuple[str, str, str]:
    """The customer's number, telephone and e-mail address."""
    return f"C-{place:07}", f"+35840{(place * 7_654_321) % 10_000_000:07}", f"p{place}@example.org"


def person_of(place: int) -> int:
    """The number that stands for the customer with this place."""
    return int(scattered(np.array([place]), NUMBER)[0])


def has_email(place: int) -> bool:
    return place % 2 == 0


SETTINGS = (
    "synchronous_commit = off",
    "maintenance_work_mem = '512MB'",
    "work_mem = '256MB'",
    "idle_in_transaction_session_timeout = 0",
)


def fill(store: Store, contacts: int, say: Callable[[str], None]) -> None:
    """Everything, and what autovacuum does in time."""
    customers = contacts // 5
    with store.transaction() as connection:
        for setting in SETTINGS:
            connection.execute(text(f"SET LOCAL {setting}"))
        _without_indexes(connection)
        words: set[str] = set()
        connection.execute(text("CREATE TEMP TABLE made (place int, number bigint, phone bigint)"))
        for first in range(0, customers, AT_ONCE):
            words |= _put_people(connection, first, min(first + AT_ONCE, customers))
        say(f"  {customers:,} customers, {len(words):,} words")
        slips = sorted((slip, word) for word in words for slip in slips_of(word))
        put_copied(connection, name_slip, copied(slips))
        _put_contacts(connection, contacts, customers)
        say(f"  {contacts:,} contacts")
        _with_indexes(connection)
        say("  indexes")
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))


def _without_indexes(connection: Connection) -> None:
    for table in FILLED:
        for index in table.indexes:
            index.drop(connection)
        connection.execute(DropConstraint(table.primary_key))


def _with_indexes(connection: Connection) -> None:
    for table in FILLED:
        connection.execute(AddConstraint(table.primary_key))
        for index in table.indexes:
            index.create(connection)


def _put_people(connection: Connection, first: int, last: int) -> set[str]:
    """Gives the words of their names."""
    places = np.arange(first, last)
    ids = [scattered(places, salt).tolist() for salt in (NUMBER, PHONE, EMAIL)]
    people = list(zip(range(first, last), names(first, last), *ids, strict=True))
    rows = [(row, one[2]) for one in people for row in rows_of(one[1])]
    put_copied(connection, customer, copied(one for each in people for one in _customers(each)))
    put_copied(connection, identity, copied(one for each in people for one in _identities(each)))
    put_copied(connection, person, copied(one for each in people for one in _persons(each)))
    put_copied(connection, customer_word, copied(rows))
    connection.execute(
        text("INSERT INTO made SELECT * FROM unnest(:places, :numbers, :phones)"),
        {"places": places.tolist(), "numbers": ids[0], "phones": ids[1]},
    )
    return words_among(row for row, _ in rows)


Person = tuple[int, str, int, int, int]
"""Place, name, and the numbers of the three details."""


def _customers(one: Person) -> Iterator[tuple[object, ...]]:
    place, name, number, phone, email = one
    yield number, name
    yield phone, None
    if has_email(place):
        yield email, None


def _persons(one: Person) -> Iterator[tuple[object, ...]]:
    for member in (row[0] for row in _customers(one)):
        yield member, one[2]


def _identities(one: Person) -> Iterator[tuple[object, ...]]:
    place, _, number, phone, email = one
    told = details(place)
    yield "customer_number", told[0], number, SOURCE, number, True
    mine = [("phone", told[1], phone), *([("email", told[2], email)] * has_email(place))]
    for kind, value, detail in mine:
        yield kind, value, detail, SOURCE, detail, True
        yield kind, value, number, SOURCE, detail, True


def _put_contacts(connection: Connection, contacts: int, customers: int) -> None:
    connection.execute(text("CREATE UNIQUE INDEX ON made (place)"))
    connection.execute(text("ANALYZE made"))
    connection.execute(text("INSERT INTO source VALUES ('made', now())"))
    for statement in (CONTACTS, CASES, PURCHASES):
        connection.execute(text(statement), {"contacts": contacts, "customers": customers})


_ID = "hashint8extended(n, 1) & 9223372036854775807"
CONTACTS = f"""
INSERT INTO contact (customer_id, contact_id, arrived_at, source, key, stay, root_id, channel,
    direction, queue_id, subject, answered_at, ended_at, done_at, outcome, is_void, is_transferred,
    wait_seconds, talk_seconds, target_seconds, short_abandon_seconds, csat_asked,
    csat_positive_from)
SELECT CASE WHEN n % 2 = 0 THEN number ELSE phone END, {_ID}, at, 'made', n::text, 0, {_ID},
    CASE n % 3 WHEN 0 THEN 'phone' WHEN 1 THEN 'chat' ELSE 'email' END, 'inbound', 1 + n % 20,
    'subject ' || n % 40, at + interval '1 minute', at + interval '5 minutes',
    at + interval '6 minutes', 'handled', n % 500 = 0, n % 12 = 0, 60, 240, 60, 5, false, 4
FROM (SELECT n,
    timestamptz '2023-11-01 00:00Z' + interval '3 years' * (n / :contacts ::float8) AS at,
    mod(hashint8extended(n, 2) & 9223372036854775807, :customers)::int AS place
    FROM generate_series(1, :contacts) AS n) AS each JOIN made USING (place)
ORDER BY n
"""
CASES = """
INSERT INTO "case" (case_id, source, key, customer_id, queue_id, opened_at, reopened_count)
SELECT place, 'made', 'CASE-' || place, number, 1, '2026-01-01', 0 FROM made WHERE place % 2 = 0
"""
PURCHASES = """
INSERT INTO purchase (customer_id, purchase_id, source, key, purchased_at)
SELECT number, place, 'made', 'ORDER-' || place, '2026-01-01' FROM made WHERE place % 2 = 1
"""


def made(home: Path, contacts: int, say: Callable[[str], None]) -> None:
    """Fill the store of this size in the folder, if it is not there yet."""
    folder, done = home / f"{contacts:_}", home / f"{contacts:_}.made"
    if done.exists():
        return
    with opened(folder) as store:
        say(f"{contacts:,} contacts are made")
        fill(store, contacts, say)
    done.touch()


if __name__ == "__main__":
    import sys

    made(Path(sys.argv[1]), int(sys.argv[2]), print)
