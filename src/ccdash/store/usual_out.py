"""How many people are usually away from contacts at this time of this weekday.

Of the quarter of an hour that runs, on the last eight days of the same weekday. As on the floor of
now, what somebody declared last holds however old it is; the read takes an index to it for each
person and day, whatever the length of the history.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
from sqlalchemy import DateTime, Double, FromClause, cast, column, func, select, true, union_all

from ccdash.schema import agent, agent_state, team
from ccdash.settings import zone
from ccdash.store.buckets import instants
from ccdash.store.engine import Store
from ccdash.store.usual import WEEKS
from ccdash.vocabulary import AWAY, NOT_HERE

QUARTER = timedelta(minutes=15)


def usual_out(store: Store, at: datetime, timezone: str) -> pl.DataFrame:
    """weeks_ago, team (empty: of those without one), `here` and `out`: how many people were signed
    in, and of them away, on average over the quarter. Raises StoreUnavailable."""
    week = _weeks(at, timezone)
    state = _states(week)
    lasts = func.least(state.c.ended_at, week.c.end) - func.greatest(
        state.c.started_at, week.c.start
    )
    people = func.sum(func.extract("epoch", lasts) / QUARTER.total_seconds())
    out = func.coalesce(people.filter(state.c.intent.in_(AWAY)), 0)
    of_team = func.coalesce(team.c.name, "")
    statement = (
        select(
            week.c.weeks_ago,
            of_team.label("team"),
            cast(people, Double).label("here"),
            cast(out, Double).label("out"),
        )
        .select_from(
            week.join(agent, true())
            .join(state, true())
            .outerjoin(team, team.c.team_id == agent.c.team_id)
        )
        .where(state.c.intent.not_in(NOT_HERE))
        .group_by(week.c.weeks_ago, of_team)
        .order_by(week.c.weeks_ago, of_team)
    )
    return store.frame(statement)


def _states(week: FromClause) -> FromClause:
    """What somebody had declared last before the quarter, and declared in it."""
    state = agent_state.c
    columns = (state.intent, state.started_at, state.ended_at)
    of_person = select(*columns).where(state.agent_id == agent.c.agent_id)
    last = of_person.where(state.started_at <= week.c.start)
    last = last.order_by(state.started_at.desc()).limit(1)
    inside = of_person.where(state.started_at > week.c.start, state.started_at < week.c.end)
    first = select(last.correlate(week, agent).subquery("last"))  # a limit stands in brackets
    return union_all(first, inside.correlate(week, agent)).lateral("state")


def _weeks(at: datetime, timezone: str) -> FromClause:
    """The same quarter by the clock on the wall; the first is a week ago."""
    local = at.astimezone(zone(timezone))
    local -= timedelta(
        minutes=local.minute % 15, seconds=local.second, microseconds=local.microsecond
    )
    starts = [(local - timedelta(weeks=one)).astimezone(UTC) for one in range(1, WEEKS + 1)]
    of = func.unnest(instants(starts), instants([one + QUARTER for one in starts]))
    ends = (column("start", DateTime(timezone=True)), column("end", DateTime(timezone=True)))
    return of.table_valued(*ends, with_ordinality="weeks_ago").render_derived("week")
