"""The order of a list, and its first rows at the cost of a page, however long the list is.

The rows of each channel and day (UTC) lie in an index by what puts them first. A few are taken of
each; the last of a page of these is a bar, which a page at least clears; only what clears it is
read. Who still waits has no length yet: they are few, read by themselves and sorted in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Text,
    and_,
    case,
    cast,
    column,
    false,
    func,
    literal,
    literal_column,
    not_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from ccdash.errors import BadQuery
from ccdash.measures import Columns, weight
from ccdash.metrics import Metric
from ccdash.metrics.metric import Sum
from ccdash.query import Period, Query
from ccdash.schema import BEST, DAY, HANDLED_FOR, WAITED, Instant, unhappiness_of
from ccdash.store.buckets import EPOCH, at_hours, inside, instants
from ccdash.store.frames import Rows
from ccdash.vocabulary import Better, Outcome

WORST = literal(10**10, BigInteger)
"""More than any length in seconds: who fails the metric comes before who only waited long."""
LATEST = literal(4_000_000_000, BigInteger)
"""Seconds since 1970, far ahead: who still waits is listed before those whose wait has an end, and
the earliest first, whatever the time is."""
SCORES = {"csat": "csat_score", "nps": "nps_score", "ces": "ces_score"}
"""The answer that a figure is made of."""
UNANSWERED = frozenset(
    {
        "abandoned",
        "abandoned_in_target",
        "abandoned_live",
        "left_before_queue",
        "left_otherwise",
        "short_abandoned",
        "timed_out",
        "timed_out_in_target",
    }
)
"""The measures of contacts that nobody answered: they have an index of their own."""
SHORTEST = timedelta(days=1)
"""Of a shorter period all rows are read: whole days would have more."""
MOST_DAYS = timedelta(days=3700)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
Truth = ColumnElement[bool]


@dataclass(frozen=True)
class Place:
    """Where a row stands in a list; its text names the row in addresses."""

    badness: int
    arrived_at: datetime
    contact_id: int

    @classmethod
    def read(cls, text: str) -> Place:
        """Raises BadQuery."""
        try:
            badness, epoch, number = text.split("_")
            at = BEGINNING + timedelta(microseconds=int(Decimal(epoch) * 10**6))
            return cls(_bigint(badness), at, _bigint(number))
        except (ValueError, ArithmeticError) as cause:
            raise BadQuery(
                "The link to this page of contacts is broken: open the list anew."
            ) from cause


def _bigint(text: str) -> int:
    """A number that a bigint holds, even with a tier's part taken from it. Raises ValueError."""
    number = int(text)
    if not -(2**62) < number < 2**63:
        raise ValueError(text)
    return number


@dataclass(frozen=True)
class Listed:
    """The rows of a list: the contacts of a selection that are behind a figure of a question.
    `joined` is the selection with what its filters need; `where` leaves the time out; `channels`,
    if there are any, hold all of them, and their indexes lead to the first ones."""

    figure: Metric
    of: FromClause
    joined: FromClause
    where: Truth
    query: Query
    channels: tuple[str, ...] = ()

    @property
    def rows(self) -> Truth:
        """Which rows of the selection these are."""
        at = self.of.c.arrived_at
        return inside(at, self.query.period) & at_hours(at, self.query) & self.where

    @property
    def fails(self) -> Truth | None:
        """Whether a row counts against the figure; None where none does."""
        figure, of = self.figure, self.of.c
        if not figure.has_against:
            return None
        if figure.better is Better.HIGHER:
            return figure.weight(of) <= 0
        return figure.weight(of) > figure.least

    @property
    def badness(self) -> ColumnElement[int]:
        """A number that puts the worst first: contacts that fail a ratio, then long ones."""
        of, fails = self.of.c, self.fails
        since = cast(func.extract("epoch", of.queued_at), BigInteger)
        length: ColumnElement[int] = case(
            (_waits(of), LATEST - since), else_=_seconds(of.wait_seconds)
        )
        if self.figure.is_of_work:
            length = _seconds(of.talk_seconds) + _seconds(of.hold_seconds)
        if self.figure.has_own_means:
            length = _own_mean(self.figure, of)
        if fails is None:
            return length
        return case((fails, WORST * _steps(self.figure, of)), else_=0) + length


def first(listed: Listed, limit: int | None, after: Place | None) -> FromClause:
    """The first rows behind the place, or all, with the columns of their selection and `badness`;
    they are in no order yet."""
    if limit is None or not _can_be_walked(listed):
        return _read(listed, after).limit(limit).subquery("page")
    of = listed.of.c
    parts = [_read(listed, after, _waits(of)).limit(limit)]
    parts += [
        _read(replace(listed, query=one), after, not_(_waits(of))).limit(limit)
        for one in _edges(listed.query)
    ]
    fails = listed.fails
    if fails is None:
        parts.append(_walked(listed, _tier(listed, listed.figure.sample), limit, after))
    else:
        parts += _in_two(listed, fails, limit, after)
    both = union_all(*(select(*part.subquery().c) for part in parts)).subquery("parts")
    order = (both.c.badness.desc(), both.c.arrived_at.desc(), both.c.contact_id.desc())
    return select(*both.c).order_by(*order).limit(limit).subquery("page")


def _in_two(listed: Listed, fails: Truth, limit: int, after: Place | None) -> list[Rows]:
    """Those that count against the figure, and the others where the page has room for them."""
    rest = replace(_tier(listed, listed.figure.sample), where=fails.is_not(true()))
    if after is not None and after.badness < 10**10:
        return [_walked(listed, rest, limit, after)]
    bad = _walked(listed, _tier_against(listed, fails), limit, after).cte("bad")
    has_room = select(func.count()).select_from(bad).scalar_subquery() < limit
    return [select(*bad.c), _walked(listed, replace(rest, only_if=has_room), limit, None)]


@dataclass(frozen=True)
class _Tier:
    """A part of a list that lies in an index in its order: that order, the condition of the index,
    which rows these are, what is to be added to the order to make it `badness`, and whether they
    are wanted at all."""

    order: str
    only: Truth
    where: Truth
    more: int = 0
    only_if: Truth | None = None


def _tier(listed: Listed, of: Sum) -> _Tier:
    """Of rows that are counted by these measures, by their length."""
    figure, columns = listed.figure, listed.of.c
    if figure.is_of_work:
        return _Tier(HANDLED_FOR, columns.outcome == Outcome.HANDLED, true())
    is_unanswered = UNANSWERED.issuperset(of)
    return _Tier(WAITED, columns.answered_at.is_(None) if is_unanswered else true(), true())


def _tier_against(listed: Listed, fails: Truth) -> _Tier:
    """Of rows that count against the figure."""
    figure = listed.figure
    if figure.name in SCORES:
        score = SCORES[figure.name]
        return _Tier(unhappiness_of(score), listed.of.c[score].is_not(None), fails)
    of = figure.sample if figure.better is Better.HIGHER else figure.numerator
    return replace(_tier(listed, of), where=fails, more=10**10)


def _read(listed: Listed, after: Place | None, *more: Truth) -> Rows:
    """All the rows, sorted."""
    of, badness = listed.of.c, listed.badness
    order = (badness, of.arrived_at, of.contact_id)
    statement = select(*of, badness.label("badness")).select_from(listed.joined)
    statement = statement.where(listed.rows, *more)
    if after is not None:
        statement = statement.where(_precedes(order, after, 0))
    return statement.order_by(*(one.desc() for one in order))


def _walked(listed: Listed, tier: _Tier, limit: int, after: Place | None) -> Rows:
    of, each = listed.of.c, _buckets(listed)
    key: ColumnElement[int] = literal_column(f"({tier.order})", BigInteger)
    order = (key, of.arrived_at, of.contact_id)
    inside = and_(of.arrived_at >= each.c.start, of.arrived_at < each.c.end)
    which = and_(inside, listed.where, tier.where, not_(_waits(of)))
    here = [of.channel == each.c.channel, literal_column(f"({DAY})", Instant) == each.c.day]
    here += [tier.only, _opaque(which)]
    here += [] if after is None else [_precedes(order, after, tier.more)]
    down = [one.desc() for one in order]
    few = max(1, 2 * limit // len(_keys(listed)))
    some = select(key.label("key")).where(*here).order_by(*down).limit(few).lateral()
    wanted = true() if tier.only_if is None else tier.only_if
    taken = select(some.c.key).select_from(each.join(some, true())).where(wanted).subquery()
    bar = select(taken.c.key).order_by(taken.c.key.desc()).offset(limit - 1).limit(1)
    clears = key >= func.coalesce(bar.scalar_subquery(), literal(-1, BigInteger))
    row = select(*of, listed.badness.label("badness")).where(*here, clears).order_by(*down)
    rows = row.limit(limit).lateral()
    whole = select(*rows.c).select_from(each.join(rows, true())).where(wanted)
    found = (rows.c.badness.desc(), rows.c.arrived_at.desc(), rows.c.contact_id.desc())
    return whole.order_by(*found).limit(limit)


def _buckets(listed: Listed) -> FromClause:
    """channel, day, and the start and end of what the period has of it: one row for each stretch of
    the index."""
    keys, period = _keys(listed), listed.query.period
    days = [day for _, day in keys]
    starts = [max(day, period.start) for day in days]
    ends = [min(day + ONE_DAY, period.end) for day in days]
    channels = cast(literal("{" + ",".join(name for name, _ in keys) + "}"), ARRAY(Text))
    when = [column(name, Instant) for name in ("day", "start", "end")]
    return (
        func.unnest(channels, instants(days), instants(starts), instants(ends))
        .table_valued(column("channel", Text), *when)
        .render_derived("each")
    )


def _opaque(condition: Truth) -> Truth:
    """In words that tell the planner nothing: what it thinks to know of these conditions together
    is far too few rows, and so it would sort those of another index."""
    hidden: Truth = func.coalesce(condition, false())
    return hidden


def _keys(listed: Listed) -> list[tuple[str, datetime]]:
    """The stretches: the days of which the period has at least a half."""
    days = _days(listed.query.period)
    return [(channel, day) for day in days for channel in listed.channels]


def _days(period: Period) -> list[datetime]:
    """Their starts (UTC)."""
    first = EPOCH + (period.start - EPOCH + ONE_DAY / 2) // ONE_DAY * ONE_DAY
    many = (period.end - first + ONE_DAY / 2) // ONE_DAY
    return [first + ONE_DAY * one for one in range(many)]


def _edges(query: Query) -> list[Query]:
    """The question for what is before and after these days: less than half a day each."""
    period, days = query.period, _days(query.period)
    edges = ((period.start, days[0]), (days[-1] + ONE_DAY, period.end))
    return [replace(query, period=replace(period, start=a, end=z)) for a, z in edges if a < z]


def _can_be_walked(listed: Listed) -> bool:
    length = listed.query.period.end - listed.query.period.start
    is_counted = listed.fails is None or listed.figure.is_of_counts
    if listed.figure.has_own_means or not is_counted:
        return False  # no index has the order
    return SHORTEST <= length <= MOST_DAYS and bool(_keys(listed))


def _precedes(order: tuple[ColumnElement[Any], ...], place: Place, less: int) -> Truth:
    values = (literal(place.badness - less, BigInteger), literal(place.arrived_at, Instant))
    behind: Truth = tuple_(*order) < tuple_(*values, literal(place.contact_id, BigInteger))
    return behind


def _waits(of: Columns) -> Truth:
    """Still in a queue."""
    return and_(of.outcome == Outcome.OPEN, of.queued_at.is_not(None), of.answered_at.is_(None))


def _steps(figure: Metric, of: Columns) -> ColumnElement[int]:
    """How far from the best answer: among the unhappy, the unhappiest first. Of others what each
    adds to the figure."""
    if not figure.is_of_counts:
        return figure.weight(of)
    if figure.name not in SCORES:
        return literal(1, BigInteger)
    score = SCORES[figure.name]
    return 1 + BEST[score] - _seconds(of[score])


def _own_mean(figure: Metric, of: Columns) -> ColumnElement[int]:
    """The figure of the row alone, in whole numbers."""
    return _seconds(func.div(figure.weight(of), func.nullif(weight(figure.denominator, of), 0)))


def _seconds(column: ColumnElement[int]) -> ColumnElement[int]:
    """As a bigint, nothing as 0: what a source reports may be as long as the column holds."""
    return cast(func.coalesce(column, 0), BigInteger)
