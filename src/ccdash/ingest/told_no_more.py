"""Contact details that a correction takes back: who is known by them is what is still told.

Seldom needed, as most corrections name the same customer. All that is told of the customers to whom
the detail leads is read for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, literal, select

from ccdash.ingest import known
from ccdash.ingest.identities import Pair, pairs
from ccdash.ingest.streams import Streams, customers
from ccdash.ingest.work import Work
from ccdash.ingest.writing import mark_customers, remove
from ccdash.schema import identity
from ccdash.store.told_of import streams_of_rows


def apply(work: Work, before: Streams, after: Streams) -> None:
    """Take away the identities that nobody tells any more, and call unverified what was verified
    there alone. Where contacts were forgotten nobody knows what they told: all stays. To be called
    before anything is put in their place: whoever shares the details cannot hold them."""
    had, has = (pairs(customers(streams), work.region) for streams in (before, after))
    lost = _missing(had, has)
    if not lost or work.kept_since is not None:
        return
    known.hold_details(work.connection)
    still = _told(work, lost)
    gone = _missing(lost, still)
    unsure = [one for one in gone if one._replace(is_verified=False) in still]
    away = set(gone) - set(unsure)
    remove(work.connection, identity, [(one.kind, one.value, one.customer_id) for one in away])
    _doubt(work, unsure)
    mark_customers(work.connection, {one.detail_id for one in gone}, work.received_at)


def _missing(some: Iterable[Pair], others: set[Pair]) -> list[Pair]:
    """Those that the others do not say, or not as surely."""
    return [one for one in some if not {one, one._replace(is_verified=True)} & others]


def _told(work: Work, lost: Sequence[Pair]) -> set[Pair]:
    """All pairs that are told of the customers to whom these details lead."""
    details = literal(sorted({one.detail_id for one in lost}), ARRAY(BigInteger))
    leads = select(identity.c.customer_id).where(identity.c.detail_id == any_(details))
    numbers = set(work.connection.execute(leads).scalars())
    streams = streams_of_rows(work.connection, numbers)
    each = (some for one in streams for some in customers({one.name[1]: one.told}))
    return pairs(each, work.region)


def _doubt(work: Work, unsure: Sequence[Pair]) -> None:
    if unsure:
        key = ("kind", "value", "customer_id")
        is_it = (identity.c[name] == bindparam(f"of_{name}") for name in key)
        statement = identity.update().where(*is_it).values(is_verified=False)
        rows = [{f"of_{name}": getattr(one, name) for name in key} for one in unsure]
        work.connection.execute(statement, rows)
