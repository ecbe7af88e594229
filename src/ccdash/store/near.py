"""The contacts of a person near an instant: a piece of the key of `contact`, however many came.

By pairs of (customer, arrival), to which no other index leads. By the arrival alone the planner,
who cannot know how long such a piece is, would walk through everybody's contacts of a month for
each contact of a year.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, FromClause, Join, and_, column, func, tuple_

Instants = ColumnElement[datetime]


def near(
    of: FromClause, members: ColumnElement[list[int]], first: Instants, last: Instants
) -> Join:
    """The rows of an alias of `contact` that are of these customers, and lie in [first, last]."""
    named = column("customer_id", BigInteger)
    one = func.unnest(members).table_valued(named).render_derived("member")
    place = tuple_(of.c.customer_id, of.c.arrived_at)
    number = one.c.customer_id
    is_theirs = of.c.customer_id == number
    return one.join(
        of, and_(is_theirs, place >= tuple_(number, first), place <= tuple_(number, last))
    )
