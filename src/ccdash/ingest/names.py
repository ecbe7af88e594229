"""What things are called: queues, agents, teams, contact points, customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert

from ccdash.ingest import events as ev
from ccdash.ingest.identifiers import named_id
from ccdash.ingest.identities import STRENGTH, customer_id_of, known
from ccdash.ingest.work import Work
from ccdash.ingest.writing import put, remove
from ccdash.schema import agent, agent_alias, contact_point, customer, identity, queue, team


def apply(work: Work, after: Mapping[str, Sequence[ev.Event]]) -> dict[str, str]:
    """Take over the descriptions; gives the names that now stand for another one."""
    renamed: dict[str, str] = {}
    for stream, events in sorted(after.items()):
        told = sorted(events, key=lambda event: (event.at, event.sequence, event.id))
        if stream.startswith("queue:"):
            _describe_queue(work, [one for one in told if isinstance(one, ev.QueueDescribed)])
        elif stream.startswith("name:"):
            described = [one for one in told if isinstance(one, ev.AgentDescribed)]
            renamed |= _describe_agent(work, described)
    return renamed


def _describe_queue(work: Work, told: Sequence[ev.QueueDescribed]) -> None:
    for one in told:
        named = {"name": one.name, "channel": one.channel, "team_id": _team(work, one.team)}
        _describe(work, queue, one.queue, named)


def _describe_agent(work: Work, told: Sequence[ev.AgentDescribed]) -> dict[str, str]:
    aliases: dict[str, str] = {}
    for one in told:
        named = {"name": one.name, "team_id": _team(work, one.team)}
        _describe(work, agent, one.agent, named)
        aliases |= {alias: one.agent for alias in one.aliases if alias != one.agent}
    statement = insert(agent_alias)
    statement = statement.on_conflict_do_update(
        index_elements=["source", "alias"], set_={"key": statement.excluded.key}
    )
    for alias, key in sorted(aliases.items()):
        work.connection.execute(statement, {"source": work.source, "alias": alias, "key": key})
    remove(work.connection, agent, [(named_id("agent", work.source, one),) for one in aliases])
    return aliases


def _team(work: Work, name: str | None) -> int | None:
    if name is None:
        return None
    number = named_id("team", name)
    put(work.connection, team, [(number, name)])
    return number


def _describe(work: Work, table: Table, key: str, named: Mapping[str, object]) -> None:
    """Add the thing, or change what is told of it; what is not told stays."""
    number = named_id(table.name, work.source, key)
    values = {f"{table.name}_id": number, "source": work.source, "key": key, **named}
    statement = insert(table).values(values | {"name": named["name"] or key})
    told = {name: value for name, value in named.items() if value is not None}
    if told:
        statement = statement.on_conflict_do_update(index_elements=["source", "key"], set_=told)
    else:
        statement = statement.on_conflict_do_nothing()
    work.connection.execute(statement)


def put_queues(work: Work, keys: Iterable[str]) -> None:
    """Queues that were not heard of before, called what the source calls them."""
    rows = [(named_id("queue", work.source, key), work.source, key, key) for key in sorted(keys)]
    put(work.connection, queue, [(*row, None, None) for row in _missing(work, queue, rows)])


def put_agents(work: Work, keys: Iterable[str]) -> None:
    """Agents that were not heard of before, by the source's name for them."""
    rows = [(named_id("agent", work.source, key), work.source, key, key) for key in sorted(keys)]
    put(work.connection, agent, [(*row, None) for row in _missing(work, agent, rows)])


def put_contact_points(work: Work, keys: Iterable[str]) -> None:
    """Numbers, mailboxes and pages that were not heard of before."""
    rows = [
        (named_id("contact_point", work.source, key), work.source, key, key) for key in sorted(keys)
    ]
    put(work.connection, contact_point, _missing(work, contact_point, rows))


def _missing(
    work: Work, table: Table, rows: Sequence[tuple[int, str, str, str]]
) -> list[tuple[int, str, str, str]]:
    """Rows that are not there; asking first spares a lock for each of the many that are."""
    if not rows:
        return []
    number = table.primary_key.columns[f"{table.name}_id"]
    there = set(
        work.connection.execute(
            select(number).where(number.in_([row[0] for row in rows]))
        ).scalars()
    )
    return [row for row in rows if row[0] not in there]


def put_customers(work: Work, told: Iterable[Sequence[ev.Identity]]) -> None:
    """Customers and the identities that lead to them.

    Each identity leads to its own customer and to that of every stronger one it came with; so
    the rows are the same in whatever order the identities become known."""
    pairs: dict[tuple[str, str, int], None] = {}
    for identities in told:
        found = sorted(known(identities, work.region), key=lambda one: (STRENGTH[one[0]], one[1]))
        for place, (kind, value) in enumerate(found):
            for stronger in found[: place + 1]:
                number = customer_id_of([stronger])
                if number is not None:
                    pairs[kind, value, number] = None
    rows = sorted(pairs)
    put(work.connection, customer, sorted({(number, None) for _, _, number in rows}))
    put(work.connection, identity, [(*row, work.source) for row in rows])
