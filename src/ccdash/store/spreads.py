"""Distributions of durations: read from those of days and months, marked days from the rows.

They answer for whole days of the centre's zone, by channel and queue. Whatever else is asked, and
anything of at most two days, is read from rows, whose quantiles are exact.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce

import polars as pl
from sqlalchemy import (
    CTE,
    BigInteger,
    FromClause,
    Text,
    cast,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    null,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from ccdash.measures import QUANTILES, SPREADS, TIME, Fact, Measure, Spread
from ccdash.query import Dimension, Period, Query, bucket_start
from ccdash.schema import NO_QUEUE, Instant, queue
from ccdash.settings import zone
from ccdash.spreads import (
    BORDERS,
    DAY,
    ENDS,
    MIDDLES,
    MONTH,
    spread_channel,
    spread_queue,
    spread_zone,
)
from ccdash.store.buckets import at_hours, bucket_number, inside, instants
from ccdash.store.conditions import IN_SUMS, named
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.store.kept_part import kept_part
from ccdash.store.levels import RAW
from ccdash.store.retention import is_settled, kept_since
from ccdash.store.rollup import LOCK
from ccdash.store.spread_days import classified, of_days
from ccdash.sums import dirty_interval
from ccdash.vocabulary import Grain

EXACT = timedelta(days=2, hours=1)
"""So long a period is read from rows; one of its days may have an hour more."""

_NOTHING = pl.DataFrame(schema={"class": pl.Int64, "count": pl.Int64})


def kept_zone(store: Store) -> str | None:
    """The zone of the kept days, once it is told. Raises StoreUnavailable."""
    told = store.frame(select(spread_zone.c.timezone))["timezone"]
    return None if told.is_empty() else str(told[0])


def use_zone(store: Store, timezone: str) -> None:
    """Let the days be those of this zone. Where they were others, all are made anew by who next
    makes sums; until then quantiles are read from rows. Where rows were forgotten the days stay as
    they are. Raises StoreUnavailable."""
    had = kept_zone(store)
    if had == timezone or (had and kept_since(store)):
        return
    with store.transaction() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        for table in (spread_queue, spread_channel, spread_zone):
            connection.execute(delete(table))
        connection.execute(insert(spread_zone).values(timezone=timezone, made=[]))


def zone_for(
    store: Store, query: Query, spreads: Collection[str], border: datetime | None
) -> str | None:
    """The zone of the kept days if they answer the question, None if only the rows can. Of what
    came before the border there are no rows."""
    fact = SPREADS[next(iter(spreads))].fact
    asked = {*query.by, *(name for name, _ in query.filters)}
    is_short = query.period.end - query.period.start <= EXACT
    is_forgotten = border is not None and query.period.start < border
    if (is_short and not is_forgotten) or query.is_of_hours or not asked <= IN_SUMS[fact]:
        return None
    for timezone, made in store.frame(select(spread_zone)).iter_rows():
        where = zone(timezone)
        starts = query.period.starts(query.grain)
        are_days = all(bucket_start(at, Grain.DAY, where) == at for at in starts)
        if are_days and set(made) >= set(spreads):
            return str(timezone)
    return None


def kept_days(query: Query, timezone: str, border: datetime | None) -> Query | None:
    """The part of the question that can be answered: of a last day that is not over the rows are
    read, and before the border there are none; None where that is all of the period."""
    period = query.period
    day = bucket_start(period.end, Grain.DAY, zone(timezone))
    if border is None or day == period.end or day >= border:
        return query
    return replace(query, period=replace(period, end=day)) if period.start < day else None


def read(store: Store, query: Query, measures: Sequence[Measure], timezone: str) -> pl.DataFrame:
    """Bucket (its number), the break-downs, and the measures, which are all of distributions of
    one fact; quantiles are within spreads.ERROR of those of the rows."""
    keys = ("bucket", *query.by)
    names = {one.spread for one in measures}
    counted = _counted(store, query, [SPREADS[name] for name in sorted(names)], timezone)
    told = counted.sort(*keys, "class").group_by(*keys, "spread", maintain_order=True)
    wide = told.agg(
        pl.col("count").sum().alias("known"),
        *(quantile(share).alias(kind) for kind, share in QUANTILES.items()),
    )
    parts = [
        wide.filter(pl.col("spread") == name).select(
            *keys, *(pl.col(one.kind).alias(one.name) for one in measures if one.spread == name)
        )
        for name in sorted(names)
    ]
    return reduce(
        lambda a, b: a.join(b, on=keys, how="full", coalesce=True, nulls_equal=True), parts
    )


def distribution(store: Store, query: Query, spread: str) -> pl.DataFrame:
    """How the durations of the rows of a question are distributed over its whole period:
    from_seconds, to_seconds (not included) and n of each class that has any, ascending."""
    whole = replace(query, metrics=(), grain=Grain.TOTAL, by=())
    one, border = SPREADS[spread], kept_since(store)
    timezone = zone_for(store, whole, [spread], border)
    if timezone is not None:
        kept = kept_days(whole, timezone, border)
        counted = _counted(store, kept, [one], timezone) if kept else _NOTHING
    else:
        kept = kept_part(whole, one.fact, border)
        counted = store.frame(_from_rows(kept, one)) if kept else _NOTHING
    counted = counted.group_by("class").agg(pl.col("count").sum()).sort("class")
    place = counted["class"].cast(pl.Int64)
    return pl.DataFrame(
        {
            "from_seconds": pl.Series(BORDERS, dtype=pl.Int64).gather(place),
            "to_seconds": pl.Series(ENDS, dtype=pl.Int64).gather(place),
            "n": counted["count"],
        }
    )


def quantile(share: float) -> pl.Expr:
    """As percentile_cont has it, over classes in order: between two neighbours in proportion."""
    count = pl.col("count")
    at = (count.sum() - 1) * share
    low, high = (
        pl.col("middle").filter(count.cum_sum() > rank).first() for rank in (at.floor(), at.ceil())
    )
    return low + (high - low) * (at - at.floor())


def _counted(store: Store, query: Query, spreads: Sequence[Spread], timezone: str) -> pl.DataFrame:
    """bucket, the break-downs, spread, class, its middle, count."""
    frame = store.frame(_statement(query, spreads, timezone)).explode("classes", "counts")
    keys = ("bucket", *query.by, "spread", "class")
    added = (
        frame.rename({"classes": "class"})
        .group_by(keys)
        .agg(pl.col("counts").cast(pl.Int64).sum().alias("count"))
    )
    middles = pl.Series(MIDDLES, dtype=pl.Float64).gather(added["class"].cast(pl.Int64))
    return added.with_columns(middles.alias("middle"))


def _from_rows(query: Query, spread: Spread) -> Rows:
    every = RAW[spread.fact]
    at = every.c[TIME[spread.fact].name]
    names = named(every, [name for name, _ in query.filters], query.period)
    rows = (
        select(*every.c)
        .select_from(names.of)
        .where(inside(at, query.period), at_hours(at, query), names.where(query.filters))
        .subquery("rows")
    )
    return classified(rows, spread)


# Which rows of the tables ------------------------------------------------------------------------


def _statement(query: Query, spreads: Sequence[Spread], timezone: str) -> Rows:
    asked = {*query.by, *(name for name, _ in query.filters)}
    days = _days(query, timezone)
    wanted = _wanted(query.period, spreads[0].fact, days, timezone)
    names = [one.name for one in spreads]
    if asked <= {Dimension.CHANNEL}:
        kept = _of_all_queues(names, days, wanted)
    else:
        kept = [_of_queues(names, query.period, wanted)]
    anew = of_days(spreads, wanted).subquery("anew").c
    of = anew.day_start, anew.queue_id, anew.channel, anew.spread, anew.classes, anew.counts
    rows = union_all(*kept, select(*of)).subquery("parts")
    known = named(rows, asked)
    starts = query.period.starts(query.grain)
    bucket = cast(bucket_number(rows.c.day_start, starts), BigInteger).label("bucket")
    by = [known.names[one].label(one) for one in query.by]
    shown = (rows.c.spread, rows.c.classes, rows.c.counts)
    return select(bucket, *by, *shown).select_from(known.of).where(known.where(query.filters))


def _days(query: Query, timezone: str) -> FromClause:
    """The days of the period: start, until, the month if all of it lies in one bucket, place."""
    period = Period(query.period.start, query.period.end, timezone)
    starts = period.starts(Grain.DAY)
    months = _months(query, starts, timezone)
    texts = ",".join("NULL" if one is None else one.isoformat() for one in months)
    known = cast(literal("{" + texts + "}", Text), ARRAY(Instant))
    columns = [column(name, Instant) for name in ("start", "until", "month")]
    each = (
        func.unnest(instants(starts), instants([*starts[1:], period.end]), known)
        .table_valued(*columns, with_ordinality="place")
        .render_derived("each_day")
    )
    return select(*each.c).cte("days")


def _months(query: Query, days: Sequence[datetime], timezone: str) -> list[datetime | None]:
    """For each day the start of its month, None where not all of that lies in one bucket."""
    period, where = Period(query.period.start, query.period.end, timezone), zone(timezone)
    buckets = query.period.starts(query.grain)
    whole = [
        (start, end)
        for start, end in period.spans(Grain.MONTH)
        if bucket_start(start, Grain.MONTH, where) == start
        and bucket_start(end, Grain.MONTH, where) == end
        and bisect_right(buckets, start) == bisect_left(buckets, end)
    ]
    starts = [start for start, _ in whole]
    found: list[datetime | None] = []
    for day in days:
        place = bisect_right(starts, day) - 1
        found.append(starts[place] if place >= 0 and day < whole[place][1] else None)
    return found


def _wanted(period: Period, fact: Fact, days: FromClause, timezone: str) -> CTE:
    """The days of queues (start, until, of_id) that are read from rows: those with a mark, and all
    of a last day that is not over."""
    at, local = dirty_interval.c.interval_start, Period(period.start, period.end, timezone)
    starts = local.starts(Grain.DAY)
    marked = (
        select(days.c.start, days.c.until, dirty_interval.c.of_id)
        .join_from(dirty_interval, days, days.c.place == bucket_number(at, starts) + 1)
        .where(dirty_interval.c.fact == fact, inside(at, period), not_(is_settled(at, fact)))
    )
    if bucket_start(period.end, Grain.DAY, zone(timezone)) == period.end:
        return marked.distinct().cte("wanted")
    every = union_all(select(queue.c.queue_id), select(literal(NO_QUEUE, BigInteger))).subquery()
    begun = select(days.c.start, days.c.until, every.c.queue_id).where(days.c.place == len(starts))
    return union(marked, begun).cte("wanted")


def _of_queues(names: Sequence[str], period: Period, wanted: FromClause) -> Rows:
    of = spread_queue.c
    is_wanted = exists().where(wanted.c.start == of.day_start, wanted.c.of_id == of.queue_id)
    return select(of.day_start, of.queue_id, of.channel, of.spread, of.classes, of.counts).where(
        of.spread.in_(names), inside(of.day_start, period), not_(is_wanted)
    )


def _of_all_queues(names: Sequence[str], days: FromClause, wanted: FromClause) -> list[Rows]:
    """Months without a day that is read from rows, days without one, and of other days the queues
    without one."""
    of = spread_channel.c
    is_touched = days.c.start.in_(select(wanted.c.start))
    touched = select(days.c.start, days.c.month).where(is_touched).cte("touched")
    open_months = select(touched.c.month).where(touched.c.month.is_not(None))
    months = (
        select(of.spread, of.span_start)
        .where(of.spread.in_(names), of.span == MONTH, of.span_start.in_(select(days.c.month)))
        .where(of.span_start.not_in(open_months))
        .distinct()
        .cte("months")
    )
    spread = _unnested(names)
    in_month = exists().where(months.c.spread == spread.c.name, months.c.span_start == days.c.month)
    left = (
        select(spread.c.name.label("spread"), days.c.start.label("span_start"))
        .join_from(spread, days, not_(in_month))
        .where(days.c.start.not_in(select(touched.c.start)))
        .cte("left_days")
    )
    return [_spans(MONTH, months), _spans(DAY, left), _of_touched(names, touched, wanted)]


def _unnested(names: Sequence[str]) -> FromClause:
    words = cast(literal("{" + ",".join(names) + "}", Text), ARRAY(Text))
    return func.unnest(words).table_valued(column("name", Text)).render_derived("names")


def _spans(kind: str, wanted: FromClause) -> Rows:
    """Those of the wanted (spread, span_start). LATERAL: of many years few are."""
    of = spread_channel.c
    is_here = (of.spread == wanted.c.spread) & (of.span_start == wanted.c.span_start)
    each = select(*of).where(of.span == kind, is_here).correlate(wanted).offset(0).lateral("each")
    start, none = each.c.span_start.label("day_start"), cast(null(), BigInteger).label("queue_id")
    shown = (start, none, each.c.channel, each.c.spread, each.c.classes, each.c.counts)
    return select(*shown).select_from(wanted.join(each, true()))


def _of_touched(names: Sequence[str], touched: FromClause, wanted: FromClause) -> Rows:
    of = spread_queue.c
    is_wanted = exists().where(wanted.c.start == of.day_start, wanted.c.of_id == of.queue_id)
    return (
        select(of.day_start, of.queue_id, of.channel, of.spread, of.classes, of.counts)
        .join_from(spread_queue, touched, touched.c.start == of.day_start)
        .where(of.spread.in_(names), not_(is_wanted))
    )
