"""Every road of ccdash to a figure, beside what walking over the rows gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
from hypothesis import Phase

from ccdash.export.about import Content
from ccdash.export.tables import table
from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.store import contacts, history, linking, rollup
from ccdash.store.engine import Store
from ccdash.vocabulary import Grain
from tests.store.truth import Walk

NOW = datetime(2026, 12, 1, tzinfo=UTC)
AS_FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
"""An example that fails is told as it was found: to look for a smaller one takes so long that the
test would be cut off and the example lost."""


def tell(store: Store, events: Iterable[ev.Event]) -> None:
    with store.transaction() as connection:
        record(connection, list(events), received_at=NOW)


def link(store: Store) -> None:
    """Who is one person is seen to, but no sums are made: they are marked."""
    with store.transaction() as connection:
        linking.refresh(connection)


def settle(store: Store) -> None:
    with store.transaction() as connection:
        rollup.refresh(connection)


def compare_figures(store: Store, walk: Walk) -> None:
    """From rows, from sums with what is marked beside them, and from sums made anew; in a file, and
    of the whole period."""
    rows = history.read(store, walk.query, raw=True)
    assert not rows.estimated
    walk.compare(rows.frame)
    marked = history.read(store, walk.query)
    walk.compare(marked.frame, marked.estimated)
    settle(store)
    told = pl.concat(table(store, Content.FIGURES, walk.query, NOW).frames)
    walk.compare(told, marked.estimated)
    whole = replace(walk, query=replace(walk.query, grain=Grain.TOTAL, by=()))
    answer = history.read(store, whole.query)
    whole.compare(answer.frame, answer.estimated)


def compare_list(store: Store, walk: Walk, name: str) -> None:
    """Every contact that the figure speaks of, once: on the screen and in the file."""
    query = walk.query.behind(name)
    keys = Counter(one.key for one in walk.asked if walk.truths[name].behind(one))
    assert contacts.count(store, query) == keys.total(), name
    assert Counter(contacts.behind(store, query, limit=None)["key"]) == keys, name
    exported = pl.concat(table(store, Content.CONTACTS, query, NOW).frames)
    assert Counter(exported["key"]) == keys, name
