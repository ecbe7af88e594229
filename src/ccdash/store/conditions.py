"""Filters and break-downs as SQL, for any selection of contacts or of their sums."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Table,
    Text,
    and_,
    any_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from ccdash.errors import BadQuery
from ccdash.measures import Columns, Fact
from ccdash.query import Dimension, Filters, Period
from ccdash.schema import agent, contact_point, queue, team
from ccdash.store.frames import Rows
from ccdash.store.handovers import WAYS, went
from ccdash.vocabulary import Recognition

UNKNOWN = "–"
"""How a filter names rows that have nothing in a dimension, as a screen shows them."""

_PLAIN = (
    Dimension.CHANNEL,
    Dimension.LANGUAGE,
    Dimension.SUBJECT,
    Dimension.SOURCE,
    Dimension.DIRECTION,
    Dimension.OUTCOME,
)
_NAMES: Mapping[Dimension, Table] = {
    Dimension.QUEUE: queue,
    Dimension.AGENT: agent,
    Dimension.CONTACT_POINT: contact_point,
}
"""The tables that hold the names, by their `*_id`."""

_ALSO_FOR: Mapping[Dimension, frozenset[Dimension]] = {
    Dimension.QUEUE: frozenset({Dimension.TEAM, Dimension.QUEUE_CHANNEL}),
    Dimension.AGENT: frozenset({Dimension.TEAM, Dimension.SOURCE}),
    Dimension.CONTACT_POINT: frozenset(),
}
"""What else needs the join: a team is an agent's or a queue's, a source may be an agent's."""

OF_FACT: Mapping[Fact, frozenset[Dimension]] = {
    Fact.CONTACT: frozenset(Dimension),
    Fact.REPEAT: frozenset(Dimension),
    Fact.FAILURE: frozenset(Dimension),
    Fact.CASE: frozenset({Dimension.QUEUE, Dimension.SOURCE, Dimension.SUBJECT}),
    Fact.BOUNCE: frozenset(Dimension),
    Fact.AGENT: frozenset({Dimension.AGENT, Dimension.TEAM, Dimension.SOURCE}),
}
IN_SUMS: Mapping[Fact, frozenset[Dimension]] = {
    Fact.CONTACT: frozenset({Dimension.CHANNEL, Dimension.QUEUE, Dimension.QUEUE_CHANNEL}),
    Fact.REPEAT: frozenset({Dimension.CHANNEL, Dimension.QUEUE, Dimension.QUEUE_CHANNEL}),
    Fact.FAILURE: frozenset({Dimension.CHANNEL, Dimension.QUEUE, Dimension.QUEUE_CHANNEL}),
    Fact.CASE: frozenset({Dimension.QUEUE}),
    Fact.BOUNCE: frozenset({Dimension.CHANNEL, Dimension.QUEUE, Dimension.QUEUE_CHANNEL}),
    Fact.AGENT: frozenset({Dimension.AGENT, Dimension.TEAM, Dimension.SOURCE}),
}


@dataclass(frozen=True)
class Named:
    """A selection joined to the names of what it refers to."""

    of: FromClause
    names: Mapping[Dimension, ColumnElement[str]]
    base: Columns
    period: Period | None = None
    """In which the rows lie; who went which way can be told of no other rows."""

    def where(self, filters: Filters) -> ColumnElement[bool]:
        """The rows that match every filter."""
        return and_(true(), *(self._matches(name, words) for name, words in filters))

    def _matches(self, name: Dimension, words: tuple[str, ...]) -> ColumnElement[bool]:
        if (ways := WAYS.get(name)) is not None:
            return went(ways, self.base, words, self.period) if self.period else false()
        table = _NAMES.get(name)
        if table is None or UNKNOWN in words or (key := f"{table.name}_id") not in self.base:
            return _matches(self.names[name], words)
        numbers = select(table.c[key]).where(table.c.name.in_(words)).scalar_subquery()
        # looked up once, so that an index on the number serves
        matches: ColumnElement[bool] = self.base[key] == any_(func.array(numbers))
        return matches


def named(base: FromClause, wanted: Collection[Dimension], period: Period | None = None) -> Named:
    """The selection with a column for each wanted dimension, joined to what holds the names."""
    columns = base.c
    names: dict[Dimension, ColumnElement[str]] = {
        one: columns[one] for one in _PLAIN if one in columns
    }
    joined = base
    for one, table in _NAMES.items():
        key = f"{table.name}_id"
        if key not in columns or (one not in wanted and not _ALSO_FOR[one].intersection(wanted)):
            continue
        joined = joined.outerjoin(table, table.c[key] == columns[key])
        names[one] = table.c.name
        if one is Dimension.AGENT:
            names.setdefault(Dimension.SOURCE, table.c.source)
    if "is_known" in columns:
        names[Dimension.RECOGNITION] = _recognition(columns)
    if Dimension.QUEUE_CHANNEL in wanted:
        names[Dimension.QUEUE_CHANNEL] = _queue_channel(columns)
    if Dimension.TEAM in wanted:
        joined = joined.outerjoin(team, team.c.team_id == _team_of(columns))
        names[Dimension.TEAM] = team.c.name
    return Named(joined, names, columns, period)


def queue_channel(channel: str, queue: str) -> str:
    """One channel of one queue, as a filter names it; no queue is an empty name."""
    return f"{channel}:{queue or UNKNOWN}"


def refuse_unknown(fact: Fact, wanted: Collection[Dimension], name: str) -> None:
    """Raises BadQuery for a break-down or filter that the metric's rows do not have."""
    for one in sorted(set(wanted) - OF_FACT[fact]):
        can = ", ".join(sorted(OF_FACT[fact]))
        raise BadQuery(f"{name} cannot be split or filtered by {one}; it can by {can}.")


def _queue_channel(columns: Columns) -> ColumnElement[str]:
    """As `queue_channel` writes it."""
    return func.concat(columns["channel"], ":", func.coalesce(queue.c.name, UNKNOWN))


def _recognition(columns: Columns) -> ColumnElement[str]:
    """Whether it is known who came."""
    known, shared, unknown = (
        literal(str(one), Text)
        for one in (Recognition.KNOWN, Recognition.SHARED, Recognition.UNKNOWN)
    )
    is_shared = columns["customer_id"] > 0
    return case((columns["is_known"], known), (is_shared, shared), else_=unknown)


def _team_of(columns: Columns) -> ColumnElement[int]:
    """The team of who answered, else of the queue."""
    teams = [one.c.team_id for one in (agent, queue) if f"{one.name}_id" in columns]
    return func.coalesce(*teams)


def _matches(column: ColumnElement[str], words: tuple[str, ...]) -> ColumnElement[bool]:
    known = [word for word in words if word != UNKNOWN]
    matches = column.in_(known)
    return or_(matches, column.is_(None)) if UNKNOWN in words else matches


def names_of(table: FromClause) -> Rows:
    """The names that a filter may offer, in order."""
    columns: ReadOnlyColumnCollection[str, ColumnElement[str]] = table.c
    return select(columns.name).distinct().order_by(columns.name).limit(1000)
