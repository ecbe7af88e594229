"""An instant as statements see it: what happened later is not known yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    and_,
    bindparam,
    cast,
    func,
    null,
    or_,
    select,
)
from sqlalchemy import case as when

from ccdash.measures import Truth
from ccdash.schema import contact
from ccdash.vocabulary import Outcome

LONGEST = timedelta(days=31)
"""How far back an instant of the past looks for what was open then and has ended since. What is
open still has an index of its own and is found however old it is."""


@dataclass(frozen=True)
class Then:
    """The instant; `is_now` reads by the small indexes of what is open."""

    at: datetime
    is_now: bool = False

    @property
    def instant(self) -> ColumnElement[datetime]:
        """As a parameter with a name, so that one statement can be asked of every instant."""
        return bindparam("at", self.at)

    def happened(self, column: ColumnElement[datetime]) -> ColumnElement[bool]:
        """Whether the instant of the column was not later."""
        return and_(column.is_not(None), column <= self.instant)

    def running(self, start: ColumnElement[datetime], end: ColumnElement[datetime]) -> Truth:
        """Whether what has this start and end was going on; open rows have an index by start."""
        had_begun = start <= self.instant
        if self.is_now:
            return and_(end.is_(None), had_begun)
        ended_later = and_(end > self.instant, start > bindparam("long_before", self.at - LONGEST))
        return and_(or_(end.is_(None), ended_later), had_begun)

    def seconds_since(self, column: ColumnElement[datetime]) -> ColumnElement[int]:
        """Whole seconds, never negative."""
        length = func.extract("epoch", self.instant - column)
        return cast(func.greatest(func.floor(length), 0), BigInteger)

    def contacts(self, since: datetime, *, with_open: bool = False) -> FromClause:
        """The contacts that arrived in [since, at], with what was not known yet left out; with
        what is open still, however early it arrived."""
        ended = self.happened(contact.c.ended_at)
        answered = self.happened(contact.c.answered_at)
        queued, done = self.happened(contact.c.queued_at), self.happened(contact.c.done_at)
        is_told = or_(ended, contact.c.is_void)
        later: dict[str, ColumnElement[Any]] = {
            "queued_at": when((queued, contact.c.queued_at), else_=null()),
            "answered_at": when((answered, contact.c.answered_at), else_=null()),
            "ended_at": when((ended, contact.c.ended_at), else_=null()),
            "outcome": when((is_told, contact.c.outcome), else_=Outcome.OPEN),
            "wait_seconds": when((or_(answered, ended), contact.c.wait_seconds), else_=null()),
            "wait_open_seconds": when(
                (or_(answered, ended), contact.c.wait_open_seconds), else_=null()
            ),
            "response_open_seconds": when(
                (answered, contact.c.response_open_seconds), else_=null()
            ),
            "wrap_up_seconds": when((done, contact.c.wrap_up_seconds), else_=null()),
        }
        columns = [later.get(one.name, one).label(one.name) for one in contact.c]
        at = contact.c.arrived_at
        is_late = at >= bindparam("since", since)
        wanted = or_(is_late, contact.c.done_at.is_(None)) if with_open else is_late
        return select(*columns).where(wanted, at <= self.instant).subquery("contact_then")
