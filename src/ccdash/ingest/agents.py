"""Agents' declarations into state rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from ccdash.ingest import events as ev
from ccdash.ingest import known, names
from ccdash.ingest.agent_fold import Told, fold
from ccdash.ingest.aliases import Renamed
from ccdash.ingest.identifiers import named_id
from ccdash.ingest.rows import AgentStateRow
from ccdash.ingest.work import Work, intervals
from ccdash.ingest.writing import mark_dirty, put_new, remove
from ccdash.schema import agent_state
from ccdash.vocabulary import Intent


def apply(work: Work, changed: Sequence[ev.Event], renamed: Renamed) -> None:
    """Make the states anew from the first instant at which something changed. `changed` are events
    that were told and those whose place they took."""
    canonical = known.agent_keys(work.connection, work.source)
    since: dict[str, datetime | None] = {}
    for event in changed:
        if isinstance(event, (ev.IntentDeclared, ev.JoinedQueue, ev.LeftAgentQueue)):
            _note(since, canonical.get(event.agent, event.agent), event.at)
    restarts = [event.at for event in changed if isinstance(event, ev.SourceRestarted)]
    for key in known.agents_with_states(work.connection, work.source) if restarts else ():
        _note(since, key, min(restarts))
    since |= dict.fromkeys(renamed.people)
    _forget(work, renamed.gone)
    names.put_agents(work, since)
    for key in sorted(since):
        _make(work, key, since[key], [one for one, name in canonical.items() if name == key])


def _note(since: dict[str, datetime | None], key: str, at: datetime) -> None:
    earlier = since.get(key, at)
    since[key] = min(at, earlier) if earlier else None


def _forget(work: Work, gone: Iterable[str]) -> None:
    """What was known under a name that turned out to be another name of somebody."""
    for alias in sorted(gone):
        agent_id = named_id("agent", work.source, alias)
        rows = _rows(work, agent_id, None)
        remove(work.connection, agent_state, [(agent_id,)])
        _mark(work, agent_id, rows)


def _make(work: Work, key: str, since: datetime | None, aliases: Sequence[str]) -> None:
    """`since` None: from the beginning."""
    agent_id = named_id("agent", work.source, key)
    before = _last_before(work, agent_id, since) if since else None
    old = _rows(work, agent_id, before.started_at if before else None)
    told = _told(work, [key, *aliases], before.started_at if before else None)
    new = fold(agent_id, told, before)
    changed = [*(set(old) - set(new)), *(set(new) - set(old))]
    remove(work.connection, agent_state, [row[:2] for row in set(old) - set(new)])
    put_new(work.connection, agent_state, sorted(set(new) - set(old)))
    _mark(work, agent_id, changed)


def _told(work: Work, keys: Iterable[str], after: datetime | None) -> list[Told]:
    streams = [*(f"agent:{key}" for key in keys), known.RESTARTS]
    found = known.events_of(work.connection, work.source, streams, after)
    return [
        one
        for events in found.values()
        for one in events
        if isinstance(
            one, (ev.IntentDeclared, ev.JoinedQueue, ev.LeftAgentQueue, ev.SourceRestarted)
        )
    ]


def _last_before(work: Work, agent_id: int, at: datetime) -> AgentStateRow | None:
    statement = (
        select(agent_state)
        .where(agent_state.c.agent_id == agent_id, agent_state.c.started_at < at)
        .order_by(agent_state.c.started_at.desc())
        .limit(1)
    )
    row = work.connection.execute(statement).first()
    return AgentStateRow(*row) if row else None


def _rows(work: Work, agent_id: int, since: datetime | None) -> list[AgentStateRow]:
    statement = select(agent_state).where(agent_state.c.agent_id == agent_id)
    if since is not None:
        statement = statement.where(agent_state.c.started_at >= since)
    found = work.connection.execute(statement.order_by(agent_state.c.started_at))
    return [AgentStateRow(*row) for row in found]


def _mark(work: Work, agent_id: int, rows: Iterable[AgentStateRow]) -> None:
    """Time that is in no sum, such as the weeks between two shifts, marks nothing; a state without
    an end may be in the sums of every interval until now."""
    counted = [row for row in rows if row.intent not in (Intent.OFFLINE, Intent.UNKNOWN)]
    is_open = any(row.ended_at is None for row in counted)
    newest = known.newest(work.connection, work.source) if is_open else None
    keys = {
        (at, agent_id)
        for row in counted
        for at in intervals(row.started_at, row.ended_at or newest or row.started_at)
    }
    mark_dirty(work.connection, "agent", keys, work.received_at)
