"""What the search box finds beyond contact details: customers by the end of a number or by name,
cases by their key."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Text, cast, func, select

from ccdash.schema import case, contact, customer, identity, source
from ccdash.store.customers import candidates, people
from ccdash.store.engine import Store
from ccdash.vocabulary import IdentityKind

LEAST_DIGITS, MOST_ENDINGS = 3, 3000
WORDS = (IdentityKind.EMAIL, IdentityKind.HANDLE)
"""Details that are not told by their last digits."""


def digits(text: str) -> str:
    """Of what may be a number or its end, as a list shows it (`••• 815`); nothing of other text."""
    is_word = "@" in text or any(sign.isalpha() for sign in text)
    return "" if is_word else "".join(sign for sign in text if sign.isdecimal())


def by_end(store: Store, ending: str, limit: int) -> pl.DataFrame:
    """The customers whose telephone, number or own key, as screens mask it, ends in these digits,
    whoever came last first, as `customers.candidates`. As with names all are read: a million of
    each in half a second."""
    of_detail = select(identity.c.customer_id).where(
        identity.c.value.endswith(ending), identity.c.kind.not_in(WORDS)
    )
    of_key = select(customer.c.customer_id).where(
        cast(customer.c.customer_id, Text).endswith(ending), customer.c.customer_id > 0
    )
    matches = of_key.union_all(of_detail).limit(MOST_ENDINGS).subquery()
    newest_first = (func.max(contact.c.arrived_at).desc(), contact.c.customer_id)
    return store.frame(people(select(matches.c.customer_id)).order_by(*newest_first).limit(limit))


def people_called(store: Store, text: str, region: str | None, limit: int) -> pl.DataFrame:
    """Who is known by this contact detail; for a number that nobody has, by its end."""
    known, ending = candidates(store, text, region), digits(text)
    if known.is_empty() and len(ending) >= LEAST_DIGITS:
        return by_end(store, ending, limit)
    return known.head(limit)


def by_name(store: Store, text: str, limit: int) -> pl.DataFrame:
    """The customers whose name has the text in it, in any case: customer_id (as text), name. No
    plain index finds what is within a text: all names are read, a million in a fifth of a second.
    """
    statement = (
        select(cast(customer.c.customer_id, Text).label("customer_id"), customer.c.name)
        .where(customer.c.name.icontains(text, autoescape=True))
        .order_by(customer.c.name, customer.c.customer_id)
        .limit(limit)
    )
    return store.frame(statement)


def cases(store: Store, key: str, limit: int) -> pl.DataFrame:
    """The cases that a source calls by this key: key, customer_id (as text), subject."""
    named = case.c.key == key
    each_source = case.c.source.in_(select(source.c.source))  # leads the index
    columns = (case.c.key, cast(case.c.customer_id, Text).label("customer_id"), case.c.subject)
    of_somebody = case.c.customer_id.is_not(None)
    return store.frame(
        select(*columns).where(named, each_source, of_somebody).order_by(case.c.source).limit(limit)
    )
