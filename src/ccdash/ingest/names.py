"""What things are called: queues, agents, teams, contact points, customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Table, and_, func, literal, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from ccdash.ingest import aliases, identities, known
from ccdash.ingest import events as ev
from ccdash.ingest.aliases import Renamed
from ccdash.ingest.identifiers import named_id
from ccdash.ingest.identities import Pair
from ccdash.ingest.work import Work
from ccdash.ingest.writing import mark_customers, mark_matters, put, remove
from ccdash.schema import agent, contact, contact_point, customer, identity, queue, team

QUEUE = "queue:"


def apply(
    work: Work, streams: Iterable[str], new: Sequence[ev.Event], replaced: Sequence[ev.Event]
) -> Renamed:
    """Take over the descriptions in the touched streams; gives the names that mean another person
    now. `replaced` are events that the store has no more."""
    for stream in sorted(streams):
        if stream.startswith(QUEUE):
            _describe_queue(work, stream)
    told, untold = aliases.described(new), aliases.described(replaced)
    if not told and not untold:
        return Renamed()
    renamed = aliases.apply(work, told, untold)
    people = {renamed.keys.get(one.agent, one.agent) for one in (*told, *untold)} | renamed.people
    for key, events in sorted(aliases.of_people(work, people, renamed.keys).items()):
        _describe_agent(work, key, events)
    gone = [(named_id("agent", work.source, one),) for one in renamed.gone]
    remove(work.connection, agent, gone)
    return renamed


def _describe_queue(work: Work, stream: str) -> None:
    events = known.events_of(work.connection, work.source, [stream]).get(stream, [])
    told = [one for one in events if isinstance(one, ev.QueueDescribed)]
    told.sort(key=lambda event: (event.at, event.sequence, event.id))
    key = stream.removeprefix(QUEUE)
    name, channel = _last(one.name for one in told), _last(one.channel for one in told)
    team_id = _team(work, _last(one.team for one in told))
    number = named_id("queue", work.source, key)
    had = work.connection.execute(select(queue.c.team_id).where(queue.c.queue_id == number)).first()
    _describe(work, queue, key, {"name": name or key, "channel": channel, "team_id": team_id})
    if had is not None and had.team_id != team_id:  # what is about the same thing follows from it
        came = select(contact.c.customer_id).where(contact.c.queue_id == number).distinct()
        mark_matters(work.connection, work.connection.execute(came).scalars(), work.received_at)


def _describe_agent(work: Work, key: str, told: Sequence[ev.AgentDescribed]) -> None:
    name = _last(one.name for one in told) or key
    team_id = _team(work, _last(one.team for one in told))
    _describe(work, agent, key, {"name": name, "team_id": team_id})


def _last(told: Iterable[str | None]) -> str | None:
    """What was told last; who says nothing of it takes nothing back."""
    return next((one for one in reversed(list(told)) if one is not None), None)


def _team(work: Work, name: str | None) -> int | None:
    if name is None:
        return None
    number = named_id("team", name)
    put(work.connection, team, [(number, name)])
    return number


def _describe(work: Work, table: Table, key: str, named: Mapping[str, object]) -> None:
    """Add the thing, or call it so."""
    number = named_id(table.name, work.source, key)
    values = {f"{table.name}_id": number, "source": work.source, "key": key, **named}
    statement = insert(table).values(values)
    work.connection.execute(
        statement.on_conflict_do_update(index_elements=["source", "key"], set_=dict(named))
    )


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


def put_customers(work: Work, each: Iterable[Iterable[ev.Identity]]) -> None:
    """Customers and the identities that lead to them."""
    put_pairs(work, identities.pairs(each, work.region))


def put_pairs(work: Work, told: Iterable[Pair]) -> None:
    """Customers and the identities that lead to them. A detail that is told with somebody for the
    first time, or verified for the first time, is marked: whose it is has to be seen anew. Whoever
    takes details back is held off before there is any row for which they would wait."""
    pairs = sorted(told)
    if not pairs:
        return
    known.share_details(work.connection)
    numbers = sorted({one.customer_id for one in pairs})
    put(work.connection, customer, [(one, None) for one in numbers])
    new = _put_identities(work, pairs)
    mark_customers(work.connection, {one for one, other in new if one != other}, work.received_at)


def _put_identities(work: Work, pairs: Sequence[Pair]) -> list[tuple[int, int]]:
    """Gives (detail_id, customer_id) of those that say something new. Those that are there are
    looked up first: a conflict, even one that changes nothing, locks its row."""
    columns = [identity.c[name] for name in Pair._fields]
    arrays = [
        literal(list(values), ARRAY(one.type))
        for one, values in zip(columns, zip(*pairs, strict=True), strict=True)
    ]
    told = func.unnest(*arrays).table_valued(*Pair._fields).render_derived("told").c
    same = select(identity.c.detail_id).where(
        identity.c.kind == told.kind,
        identity.c.value == told.value,
        identity.c.customer_id == told.customer_id,
        or_(identity.c.is_verified, not_(told.is_verified)),
    )
    is_there = same.offset(0).exists()  # a walk of the index for each: a join reads the whole table
    new = select(*(told[name] for name in Pair._fields), literal(work.source)).where(not_(is_there))
    statement = insert(identity).from_select([*Pair._fields, "source"], new)
    more = statement.on_conflict_do_update(
        index_elements=list(identity.primary_key.columns),
        set_={"is_verified": True},
        where=and_(statement.excluded.is_verified, not_(identity.c.is_verified)),
    )
    rows = work.connection.execute(more.returning(identity.c.detail_id, identity.c.customer_id))
    return [(row.detail_id, row.customer_id) for row in rows]
