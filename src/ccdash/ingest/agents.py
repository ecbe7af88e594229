"""Agents' declarations into state rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    DateTime,
    FromClause,
    and_,
    column,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from ccdash.ingest import events as ev
from ccdash.ingest import known, names
from ccdash.ingest.agent_fold import Told, fold
from ccdash.ingest.aliases import Renamed
from ccdash.ingest.identifiers import named_id
from ccdash.ingest.rows import AgentStateRow
from ccdash.ingest.work import Marks, Work, intervals
from ccdash.ingest.writing import put_new, remove
from ccdash.schema import agent_state
from ccdash.vocabulary import Intent

Span = tuple[datetime, datetime]
_ALWAYS = (ev.EARLIEST - timedelta(days=1), ev.LATEST)
_DECLARED = (ev.IntentDeclared, ev.JoinedQueue, ev.LeftAgentQueue)


def apply(work: Work, changed: Sequence[ev.Event], renamed: Renamed) -> Marks:
    """Make the states anew from the first instant at which something changed; gives the intervals
    in whose sums they are. `changed` are events that were told and those whose place they took."""
    told = [one for one in changed if isinstance(one, (*_DECLARED, ev.SourceRestarted))]
    if not told and not renamed.names:
        return set()
    canonical = known.agent_keys(work.connection, work.source)
    changes: dict[str, Span] = {}
    for event in told:
        if isinstance(event, _DECLARED):
            _note(changes, canonical.get(event.agent, event.agent), event.at)
    restarts = [event.at for event in told if isinstance(event, ev.SourceRestarted)]
    for key in known.agents_with_states(work.connection, work.source) if restarts else ():
        _note(changes, key, min(restarts))
        _note(changes, key, max(restarts))
    changes |= dict.fromkeys(renamed.people, _ALWAYS)
    forgotten = _forget(work, renamed.gone)
    names.put_agents(work, changes)
    return forgotten | _make(work, changes, canonical)


def _note(changes: dict[str, Span], key: str, at: datetime) -> None:
    first, last = changes.get(key, (at, at))
    changes[key] = min(first, at), max(last, at)


def _forget(work: Work, gone: Iterable[str]) -> Marks:
    """What was known under a name that turned out to be another name of somebody."""
    numbers = {named_id("agent", work.source, alias): _ALWAYS for alias in gone}
    rows = _rows(work, numbers)
    remove(work.connection, agent_state, [(number,) for number in numbers])
    return _marks(work, rows)


def _make(work: Work, changes: Mapping[str, Span], canonical: Mapping[str, str]) -> Marks:
    """Make the states of these agents anew, from the last one that began before the change to the
    first one after it. When that one is as it was, so are all that follow; when it is not, all are
    made anew."""
    numbers = {key: named_id("agent", work.source, key) for key in changes}
    before = _nearest(work, {numbers[key]: first for key, (first, _) in changes.items()}, -1)
    after = _nearest(work, {numbers[key]: last for key, (_, last) in changes.items()}, 1)
    spans = {
        key: (
            before[number].started_at if number in before else _ALWAYS[0],
            after[number].started_at if number in after else _ALWAYS[1],
        )
        for key, number in numbers.items()
    }
    told = _told(work, spans, canonical)
    new = {key: fold(number, told[key], before.get(number)) for key, number in numbers.items()}
    others = {
        key: (changes[key][0], _ALWAYS[1])
        for key, number in numbers.items()
        if number in after and not _goes_on(new[key], after[number])
    }
    for key, number in numbers.items():
        if number in after and key not in others:
            new[key][-1] = after[number]
    marks = _replace(
        work, {numbers[key]: span for key, span in spans.items() if key not in others},
        {row for key, rows in new.items() if key not in others for row in rows},
    )  # fmt: skip
    return marks | _make(work, others, canonical) if others else marks


def _goes_on(new: Sequence[AgentStateRow], after: AgentStateRow) -> bool:
    """Whether the agent is, from the start of this state on, what the store has."""
    return bool(new) and new[-1]._replace(ended_at=None) == after._replace(ended_at=None)


def _replace(work: Work, spans: Mapping[int, Span], new: set[AgentStateRow]) -> Marks:
    old = set(_rows(work, spans))
    new = {row for row in new if not _is_forgotten(work, row)}
    remove(work.connection, agent_state, [row[:2] for row in old - new])
    put_new(work.connection, agent_state, sorted(new - old))
    return _marks(work, old ^ new)


def _is_forgotten(work: Work, row: AgentStateRow) -> bool:
    since = work.kept_since
    return since is not None and row.ended_at is not None and row.ended_at <= since


def _told(
    work: Work, spans: Mapping[str, Span], canonical: Mapping[str, str]
) -> dict[str, list[Told]]:
    """What each agent declared after one instant and up to another, by any of the names, and every
    restart then."""
    people = {one: key for one, key in canonical.items() if key in spans} | {
        key: key for key in spans
    }
    wanted = {f"agent:{name}": spans[key] for name, key in people.items()}
    firsts, lasts = zip(*spans.values(), strict=True) if spans else ([], [])
    wanted[known.RESTARTS] = min(firsts, default=_ALWAYS[0]), max(lasts, default=_ALWAYS[1])
    found = known.events_within(work.connection, work.source, wanted)
    restarts = found.pop(known.RESTARTS, [])
    told: dict[str, list[ev.Event]] = {key: list(restarts) for key in spans}
    for stream, events in found.items():
        told[people[stream.removeprefix("agent:")]].extend(events)
    return {
        key: [
            one
            for one in events
            if isinstance(one, (*_DECLARED, ev.SourceRestarted))
            and spans[key][0] < one.at <= spans[key][1]
        ]
        for key, events in told.items()
    }


def _nearest(work: Work, at: Mapping[int, datetime], way: int) -> dict[int, AgentStateRow]:
    """The state of each agent that began last before an instant, or with `way` 1 first after it."""
    wanted = _wanted({number: (one, one) for number, one in at.items()})
    began = agent_state.c.started_at
    is_there = began < wanted.c.first if way < 0 else began > wanted.c.first
    nearest = (
        select(agent_state)
        .where(agent_state.c.agent_id == wanted.c.agent_id, is_there)
        .order_by(began.desc() if way < 0 else began)
        .limit(1)
        .lateral("nearest")
    )
    found = work.connection.execute(select(nearest).select_from(wanted.join(nearest, true())))
    return {row.agent_id: AgentStateRow(*row) for row in found}


def _rows(work: Work, spans: Mapping[int, Span]) -> list[AgentStateRow]:
    """The states of each agent that began from one instant to another, both of them included."""
    wanted = _wanted(spans)
    state = agent_state.c
    is_inside = state.started_at.between(wanted.c.first, wanted.c.last)
    found = select(agent_state).join(wanted, and_(state.agent_id == wanted.c.agent_id, is_inside))
    return [AgentStateRow(*row) for row in work.connection.execute(found)]


def _wanted(spans: Mapping[int, Span]) -> FromClause:
    instant = DateTime(timezone=True)
    arrays = (
        literal(list(spans), ARRAY(BigInteger)),
        literal([first for first, _ in spans.values()], ARRAY(instant)),
        literal([last for _, last in spans.values()], ARRAY(instant)),
    )
    columns = (column("agent_id", BigInteger), column("first", instant), column("last", instant))
    return func.unnest(*arrays).table_valued(*columns).render_derived("wanted")


def _marks(work: Work, rows: Iterable[AgentStateRow]) -> Marks:
    """The intervals in whose sums these states are. Time that is in no sum, such as the weeks
    between two shifts, marks nothing; a state without an end may be in every one until now."""
    counted = [row for row in rows if row.intent not in (Intent.OFFLINE, Intent.UNKNOWN)]
    is_open = any(row.ended_at is None for row in counted)
    newest = known.newest(work.connection, work.source) if is_open else None
    return {
        (at, row.agent_id)
        for row in counted
        for at in intervals(row.started_at, row.ended_at or newest or row.started_at)
    }
