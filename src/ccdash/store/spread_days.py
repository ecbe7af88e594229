"""Distributions kept current: a day of a queue in which something is marked is made anew.

Beside the days of queues stand those of all queues together, and their months once they are over.
The days are those of the centre's zone (`spread_zone`); until somebody tells it, none are made.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    SmallInteger,
    Table,
    Text,
    and_,
    cast,
    column,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.sql.selectable import TableValuedAlias

from ccdash.measures import SPREADS, TIME, Columns, Fact, Spread
from ccdash.query import Period, bucket_start
from ccdash.schema import Instant, case, contact
from ccdash.settings import zone
from ccdash.spreads import BORDERS, DAY, MONTH, spread_channel, spread_queue, spread_zone
from ccdash.store.buckets import instants
from ccdash.store.frames import Rows
from ccdash.vocabulary import Grain

ROWS: Mapping[Fact, Table] = {Fact.CONTACT: contact, Fact.CASE: case}
AT_ONCE = 2_000
Key = tuple[datetime, int]
Spans = Sequence[tuple[datetime, datetime]]


def refresh(connection: Connection, taken: Mapping[Fact, Collection[Key]]) -> None:
    """Make the days anew in which these intervals lie, and all days of a distribution that has
    none yet. In the caller's transaction."""
    told = connection.execute(select(spread_zone)).one_or_none()
    if told is None:
        return
    for fact in ROWS:
        spreads = [one for one in SPREADS.values() if one.fact is fact]
        known = [one for one in spreads if one.name in told.made]
        if known and taken[fact]:
            _make(connection, known, _touched(taken[fact], told.timezone), told.timezone)
        if new := [one for one in spreads if one.name not in told.made]:
            _make(connection, new, _everything(connection, fact, told.timezone), told.timezone)
    if set(SPREADS) - set(told.made):
        connection.execute(update(spread_zone).values(made=list(SPREADS)))


# Which days --------------------------------------------------------------------------------------

Day = tuple[datetime, datetime, int]
"""[start, end), and the queue."""
Days = Sequence[Day] | Spans
"""Of some queues, or whole, in order."""
MANY = 4
"""Where more queues of a day than this are touched, all are made anew in one walk of its rows."""


def _borders(first: datetime, last: datetime, timezone: str) -> list[datetime]:
    """The midnights from the day of the one instant to the end of that of the other, and some."""
    start = bucket_start(first, Grain.DAY, zone(timezone))
    return Period(start, last + timedelta(days=3), timezone).starts(Grain.DAY)


def _touched(keys: Collection[Key], timezone: str) -> Days:
    starts = sorted({at for at, _ in keys})
    borders = _borders(starts[0], starts[-1], timezone)
    after = {at: bisect_right(borders, at) for at in starts}
    days = {(borders[after[at] - 1], borders[after[at]], of) for at, of in keys}
    spans = {(start, end) for start, end, _ in days}
    return sorted(days) if len(days) <= MANY * len(spans) else sorted(spans)


def _everything(connection: Connection, fact: Fact, timezone: str) -> Spans:
    at = TIME[fact]
    first, last = connection.execute(select(func.min(at), func.max(at))).one()
    if first is None:
        return []
    return [one for one in pairwise(_borders(first, last, timezone)) if one[0] <= last]


def month_of(day: datetime, timezone: str) -> tuple[datetime, datetime]:
    """[start, end) of the month in which an instant lies."""
    start = bucket_start(day, Grain.MONTH, zone(timezone))
    end = Period(start, start + timedelta(days=40), timezone).starts(Grain.MONTH)[1]
    return start, end


# Making them -------------------------------------------------------------------------------------


def _make(connection: Connection, spreads: Sequence[Spread], some: Days, timezone: str) -> None:
    names = [one.name for one in spreads]
    spans = sorted({(one[0], one[1]) for one in some})
    for first in range(0, len(some), AT_ONCE):
        wanted = unnested(some[first : first + AT_ONCE])
        connection.execute(spread_queue.delete().where(_is_kept(names, wanted)))
        _put(connection, spread_queue, of_days(spreads, wanted))
    _make_spans(connection, names, DAY, spans)
    months = {month_of(start, timezone) for start, _ in spans}
    _delete(connection, names, MONTH, sorted(months))
    months |= {month_of(start - timedelta(days=1), timezone) for start, _ in months}
    _make_spans(connection, names, MONTH, _owed(connection, names, months))


def _is_kept(names: Sequence[str], wanted: FromClause) -> ColumnElement[bool]:
    kept = spread_queue.c
    is_here: list[ColumnElement[bool]] = [kept.day_start == wanted.c.start]
    if "of_id" in wanted.c:
        is_here.append(kept.queue_id == wanted.c.of_id)
    return and_(kept.spread.in_(names), exists().where(*is_here))


def of_days(spreads: Sequence[Spread], wanted: FromClause) -> Rows:
    """The rows of `spread_queue` of the wanted days (start, until), of one queue where there is an
    `of_id`, from the rows themselves. The spreads are of one fact. LATERAL: a walk of an index for
    each, whatever the planner believes of tables that were filled a moment ago."""
    rows, at = ROWS[spreads[0].fact], TIME[spreads[0].fact]
    is_here = [at >= wanted.c.start, at < wanted.c.until]
    if "of_id" in wanted.c:
        is_here.append(rows.c.queue_id == wanted.c.of_id)
    here = select(*rows.c).where(*is_here).correlate(wanted).subquery("here")
    each = union_all(*(_of_one(here, one) for one in spreads)).lateral("each_queue")
    start = wanted.c.start.label("day_start")
    return select(
        each.c.spread, start, each.c.queue_id, each.c.channel, each.c.classes, each.c.counts
    ).select_from(wanted.join(each, true()))


def _of_one(rows: FromClause, spread: Spread) -> Rows:
    packed = _packed(classified(rows, spread).subquery("counted"), ("queue_id", "channel"))
    name = literal_column(f"'{spread.name}'", Text).label("spread")
    return packed.add_columns(name)


def classified(rows: FromClause, spread: Spread) -> Rows:
    """How many of the rows have a duration in each class: queue_id, channel, class, count."""
    seconds = func.greatest(spread.value(rows.c), 0)
    channel = rows.c.channel if "channel" in rows.c else literal_column("''", Text)
    place = cast(func.width_bucket(seconds, _BORDERS) - 1, SmallInteger).label("class")
    keys = (rows.c.queue_id, channel.label("channel"), place)
    placed = select(*keys).where(spread.where(rows.c)).subquery("placed")
    counted = cast(func.count(), Integer).label("count")
    return select(*placed.c, counted).group_by(*placed.c)


_BORDERS = select(
    cast(literal("{" + ",".join(map(str, BORDERS)) + "}", Text), ARRAY(Integer))
).scalar_subquery()
"""Not parsed again for every row."""


def _make_spans(connection: Connection, names: Sequence[str], kind: str, spans: Spans) -> None:
    """Days from the days of queues, months from the days made before."""
    for first in range(0, len(spans), AT_ONCE):
        some = spans[first : first + AT_ONCE]
        _delete(connection, names, kind, some)
        _put(connection, spread_channel, added(names, kind, unnested(some)))


def added(names: Sequence[str], kind: str, wanted: FromClause) -> Rows:
    """The rows of `spread_channel` of the wanted (start, until): of days from those of queues, of
    months from those of days."""
    if kind == DAY:
        of, at = spread_queue, spread_queue.c.day_start
        is_here = at == wanted.c.start
    else:
        of, at = spread_channel, spread_channel.c.span_start
        is_here = (of.c.span == DAY) & (at >= wanted.c.start) & (at < wanted.c.until)
    part = select(of.c.spread, of.c.channel, of.c.classes, of.c.counts).where(
        is_here, of.c.spread.in_(names)
    )
    parts = part.lateral("part")
    each = unpacked(parts.c)
    keys = (
        parts.c.spread,
        literal(kind, Text).label("span"),
        wanted.c.start.label("span_start"),
        parts.c.channel,
        each.c["class"],
    )
    counted = (
        select(*keys, cast(func.sum(each.c.count), Integer).label("count"))
        .select_from(wanted.join(parts, true()).join(each, true()))
        .group_by(parts.c.spread, wanted.c.start, parts.c.channel, each.c["class"])
        .subquery("counted")
    )
    return _packed(counted, ("spread", "span", "span_start", "channel"))


def unpacked(of: Columns) -> TableValuedAlias:
    """The classes of a row and their counts, a row each: class, count."""
    return (
        func.unnest(of.classes, of.counts)
        .table_valued(column("class", SmallInteger), column("count", Integer))
        .render_derived("each_class")
    )


def _packed(counted: FromClause, keys: Sequence[str]) -> Rows:
    """One row a key, with its classes in order."""
    place = counted.c["class"]
    lists = [
        func.array_agg(aggregate_order_by(one, place)).label(name)
        for name, one in (("classes", place), ("counts", counted.c["count"]))
    ]
    by = [counted.c[name] for name in keys]
    return select(*by, *lists).group_by(*by)


def _owed(
    connection: Connection, names: Sequence[str], months: Collection[tuple[datetime, datetime]]
) -> Spans:
    """Of these months those that are over and not made."""
    of = spread_channel.c
    newest = select(func.max(of.span_start)).where(of.span == DAY, of.spread.in_(names))
    last = connection.execute(newest).scalar()
    starts = select(of.span_start).where(of.span == MONTH, of.spread.in_(names)).distinct()
    made = set(connection.execute(starts).scalars())
    return sorted(one for one in months if last and one[1] <= last and one[0] not in made)


def _delete(connection: Connection, names: Sequence[str], kind: str, spans: Spans) -> None:
    of = spread_channel.c
    here = of.span_start == func.any(instants([start for start, _ in spans]))
    connection.execute(spread_channel.delete().where(of.spread.in_(names), of.span == kind, here))


def _put(connection: Connection, table: Table, rows: Rows) -> None:
    connection.execute(insert(table).from_select([one.name for one in table.columns], rows))


def unnested(days: Days) -> FromClause:
    """Days as rows: start, until and, where they are of queues, of_id."""
    arrays = [instants([one[0] for one in days]), instants([one[1] for one in days])]
    columns: list[ColumnClause[Any]] = [column("start", Instant), column("until", Instant)]
    if len(days[0]) > 2:
        numbers = "{" + ",".join(str(one[-1]) for one in days) + "}"
        arrays.append(cast(literal(numbers, Text), ARRAY(BigInteger)))
        columns.append(column("of_id", BigInteger))
    return func.unnest(*arrays).table_valued(*columns).render_derived("wanted")
