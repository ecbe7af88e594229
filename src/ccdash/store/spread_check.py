"""Distributions that are kept beside those that the rows give, level by level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import (
    ColumnElement,
    Text,
    cast,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)

from ccdash.measures import SPREADS, Fact, Spread
from ccdash.query import Period, bucket_start
from ccdash.settings import zone
from ccdash.spreads import DAY, MONTH, spread_channel, spread_queue, spread_zone
from ccdash.store.buckets import instants
from ccdash.store.engine import Store
from ccdash.store.frames import Rows
from ccdash.store.spread_days import ROWS, Spans, added, month_of, of_days, unnested
from ccdash.sums import dirty_interval
from ccdash.vocabulary import Grain

KEPT, COUNTED, MARKED = "kept", "counted", "marked"
SIDES = (KEPT, COUNTED)


@dataclass(frozen=True)
class Differing:
    """A distribution of a day or a month that is not what the level below it gives: how many
    durations each has or, where that is the same, how many of them stand in the same class."""

    fact: Fact
    start: datetime
    of: tuple[str, ...]
    measure: str
    kept: int
    counted: int


def differences(store: Store, period: Period) -> list[Differing]:
    """Of the days and months that begin in the period; of days that are marked nothing is said."""
    found: list[Differing] = []
    for timezone, made in store.frame(select(spread_zone)).iter_rows():
        start = bucket_start(period.start, Grain.DAY, zone(timezone))
        beyond = period.end + timedelta(days=2)  # the last day may end after the period
        spans = Period(start, beyond, timezone).spans(Grain.DAY)
        days = [(start, end) for start, end in spans if period.start <= start < period.end]
        months = sorted({month_of(start, timezone) for start, _ in days})
        for fact in ROWS:
            of = [one for one in SPREADS.values() if one.fact is fact and one.name in made]
            for statement in _levels(of, days, months) if of and days else ():
                found += _differing(store.frame(statement), fact)
    return found


def _levels(spreads: Sequence[Spread], days: Spans, months: Spans) -> Iterator[Rows]:
    """What is kept beside what it should be, in one statement and so at one instant."""
    names, of, at = [one.name for one in spreads], spread_queue.c, spread_channel.c
    kept = select(*of).where(of.spread.in_(names), _begins(of.day_start, days))
    counted = of_days(spreads, unnested(days))
    yield _both(kept, counted, _marked(spreads[0].fact, days))
    for kind, spans in ((DAY, days), (MONTH, months)):
        one = (at.spread, at.span_start, null().label("queue_id"), at.channel)
        kept = select(*one, at.classes, at.counts).where(
            at.spread.in_(names), at.span == kind, _begins(at.span_start, spans)
        )
        made = added(names, kind, unnested(spans)).subquery("made").c
        below = select(
            made.spread, made.span_start, null(), made.channel, made.classes, made.counts
        )
        if kind == MONTH:  # one that is not over has none
            over = select(at.spread, at.span_start).where(at.span == MONTH)
            below = below.where(tuple_(made.spread, made.span_start).in_(over))
        yield _both(kept, below, None)


def _begins(at: ColumnElement[datetime], spans: Spans) -> ColumnElement[bool]:
    return at == func.any(instants([start for start, _ in spans]))


def _both(kept: Rows, counted: Rows, marked: Rows | None) -> Rows:
    """Both with a word before them; marked days have no classes."""
    parts = [select(literal(KEPT).label("what"), *kept.subquery().c)]
    parts.append(select(literal(COUNTED), *counted.subquery().c))
    if marked is not None:
        parts.append(select(literal(MARKED), *marked.subquery().c))
    return select(union_all(*parts).subquery("both"))


def _marked(fact: Fact, days: Spans) -> Rows:
    """In the columns of the table of days."""
    each, mark = unnested(days), dirty_interval.c
    of = spread_queue.c
    at = (mark.interval_start >= each.c.start) & (mark.interval_start < each.c.until)
    nothing = [
        cast(null(), one.type).label(one.name) for one in (of.channel, of.classes, of.counts)
    ]
    spread = cast(null(), Text).label("spread")
    return (
        select(spread, each.c.start, mark.of_id, *nothing)
        .join_from(dirty_interval, each, at)
        .where(mark.fact == fact)
    )


def _differing(both: pl.DataFrame, fact: Fact) -> Iterator[Differing]:
    keys = ["spread", "start", "queue_id", "channel"]
    both = both.rename(dict(zip(both.columns[1:5], keys, strict=True)))
    marked = both.filter(pl.col("what") == MARKED)
    known = both.filter(pl.col("what") != MARKED).join(marked, on=["start", "queue_id"], how="anti")
    each = known.explode("classes", "counts").with_columns(pl.col("counts").cast(pl.Int64))
    wide = each.pivot("what", index=[*keys, "classes"], values="counts")
    wide = wide.select(
        *keys, *(pl.col(one) if one in wide.columns else pl.lit(0).alias(one) for one in SIDES)
    ).fill_null(0)
    off = wide.group_by(keys).agg(pl.col(SIDES).sum(), pl.min_horizontal(SIDES).sum().alias("same"))
    off = off.filter(pl.col("same") != pl.max_horizontal(SIDES)).sort(keys)
    for spread, start, queue_id, channel, kept, counted, same in off.iter_rows():
        of = tuple(str(one) for one in (queue_id, channel) if one not in (None, ""))
        shown = kept if kept != counted else same
        yield Differing(fact, start, of, f"{spread}_known", shown, counted)
