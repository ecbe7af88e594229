"""What imports leave behind for people to look at, read from the store."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from sqlalchemy import delete, func, literal, select

from ccdash.schema import (
    agent,
    agent_alias,
    contact,
    import_batch,
    raw_event,
    rejected_line,
    segment,
)
from ccdash.store.engine import Store

JOINED = "agent.joined_queue"


def oddities(store: Store) -> list[tuple[str, str, int]]:
    """(source, oddity, contacts), the most frequent first."""
    columns = (contact.c.source, contact.c.oddity)
    found = store.frame(
        contact.select().with_only_columns(*columns).where(contact.c.oddity.is_not(None))
    )
    each = found.with_columns(pl.col("oddity").str.split("; ")).explode("oddity")
    counted = each.group_by("source", "oddity").len()
    return counted.sort("len", "source", "oddity", descending=[True, False, False]).rows()


def agents_of(store: Store, source: str) -> tuple[set[str], set[str]]:
    """Who joined a queue and who took a call, by the one name that stands for each."""
    streams = store.frame(
        raw_event.select()
        .with_only_columns(raw_event.c.stream)
        .where(
            raw_event.c.source == source,
            raw_event.c.stream.startswith("agent:", autoescape=True),
            raw_event.c.payload["type"].astext == JOINED,
        )
        .distinct()
    )
    aliases = store.frame(
        agent_alias.select()
        .with_only_columns(agent_alias.c.alias, agent_alias.c.key)
        .where(agent_alias.c.source == source)
    )
    meant = dict(aliases.iter_rows())
    names = (stream.removeprefix("agent:") for stream in streams["stream"])
    took_calls = store.frame(
        agent.select()
        .with_only_columns(agent.c.key)
        .where(
            agent.c.source == source,
            agent.c.agent_id.in_(segment.select().with_only_columns(segment.c.agent_id)),
        )
    )
    return {meant.get(name, name) for name in names}, set(took_calls["key"])


def rejected_lines(store: Store, file: str | None) -> pl.DataFrame:
    """Rejected lines, of one file or all: file, line, reason, text; a line that two imports of a
    file rejected is there once."""
    columns = [rejected_line.c[name] for name in ("file", "line", "reason", "text")]
    statement = rejected_line.select().with_only_columns(*columns).distinct().order_by(*columns)
    if file is not None:
        statement = statement.where(rejected_line.c.file == file)
    return store.frame(statement)


def rejected_before(store: Store, border: datetime) -> tuple[int, int]:
    """How many rejected lines there are, and how many of them of imports that began before."""
    is_old = import_batch.c.started_at < literal(border)
    of = rejected_line.c.batch_id == import_batch.c.batch_id
    counts = select(func.count().label("n"), func.count().filter(is_old).label("old"))
    many, old = store.frame(counts.select_from(rejected_line.outerjoin(import_batch, of))).row(0)
    return many, old


def forget_rejected(store: Store, border: datetime) -> int:
    """Take away the lines that imports rejected before; their counters stay. Gives how many."""
    old = select(import_batch.c.batch_id).where(import_batch.c.started_at < border)
    with store.transaction() as connection:
        gone = delete(rejected_line).where(rejected_line.c.batch_id.in_(old))
        return connection.execute(gone).rowcount
