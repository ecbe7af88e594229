"""A matter that goes on over the border of retention is counted once, where it began."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text

from ccdash.ingest import events as ev
from ccdash.ingest.rebuild import rebuild
from ccdash.query import Dimension, Period, Query
from ccdash.schema import contact, customer, matter
from ccdash.store import check, contacts, history, matter_decisions, nightly
from ccdash.store.decisions import Decision
from ccdash.store.engine import Store
from ccdash.store.forgetting import forget
from ccdash.store.schema_version import alembic_config
from ccdash.vocabulary import Channel, Grain, IdentityKind, Outcome
from tests.store.roads import settle, tell

pytestmark = pytest.mark.any_postgres

BORDER = datetime(2026, 1, 23, tzinfo=UTC)
NOW = BORDER + timedelta(days=60)
WHOLE = Period(BORDER - timedelta(days=30), NOW, "UTC")
FIGURES = ("matters", "bounce_index", "contacts_per_matter", "third_contact_rate")


def came(who: str, day: int, **told: object) -> ev.Event:
    """A contact so many days after the border."""
    at, key = BORDER + timedelta(days=day, hours=9), f"{who} {day}"
    known = ev.Identity(IdentityKind.EMAIL, f"{who}@example.com", verified=True)
    asked = {"contact": key, "queue": "desk", "agent": f"agent-{day % 2}"} | told
    return ev.Recorded(
        source="s", id=key, at=at, end=at + timedelta(minutes=4), channel=Channel.PHONE,
        outcome=Outcome.HANDLED, queued_at=at, customer=(known,), **asked,
    )  # fmt: skip


def told() -> Iterator[ev.Event]:
    """Matters that go on for longer than figures look back: a case, one that never rests, and one
    conversation; a case that ends before the border; and what begins after it."""
    yield from (came("case", day, case="long") for day in (-20, -6, 3, 40, 50))
    yield from (came("often", day) for day in range(-12, 56, 4))
    yield from (came("thread", day, continues="thread -9") for day in (-5, 41))
    yield came("thread", -9)
    yield from (came("over", day, case="short") for day in (-9, -8))
    yield from (came("later", day) for day in (36, 38, 41))


def figures(store: Store) -> list[dict[str, object]]:
    """Of each day on which a matter began."""
    frame = history.read(store, Query(FIGURES, WHOLE, Grain.DAY)).frame
    return frame.filter(pl.col("matters") > 0).to_dicts()


def number(store: Store, *where: object) -> int:
    with store.engine.connect() as connection:
        rows = select(func.count()).select_from(matter).where(*where)
        return connection.execute(rows).scalar_one()


def differences(store: Store) -> list[str]:
    return [str(one) for one in check.differences(store, lambda _: None)[0]]


@pytest.fixture
def told_of(store):
    tell(store, told())
    settle(store)
    return store


def test_figures_of_a_matter_stay_where_it_began(told_of):
    had = figures(told_of)
    forget(told_of, BORDER, NOW, lambda _: None)
    assert (figures(told_of), differences(told_of)) == (had, [])
    with told_of.transaction() as connection:
        rebuild(connection, NOW)
    settle(told_of)
    assert (figures(told_of), differences(told_of)) == (had, [])
    assert nightly.run(told_of, NOW.date(), lambda: NOW).different == 0
    tell(told_of, [came("case", 52, case="long"), came("thread", 53, continues="thread -9")])
    settle(told_of)
    assert (figures(told_of), differences(told_of)) == (had, [])


def test_how_often_customers_came_is_a_gap_where_contacts_were_forgotten_before_it_was_counted(
    told_of,
):
    had = figures(told_of)
    forget(told_of, BORDER, NOW, lambda _: None)
    migrated_again(told_of)
    settle(told_of)
    sums = dict.fromkeys(("n_contacts_per_matter", "times_come", "come_about"), 0)
    gap = {"contacts_per_matter": None, **sums}
    assert figures(told_of) == [*(one | gap for one in had[:-1]), had[-1]]
    assert had[-1]["contacts_per_matter"] == 3  # later 36, beyond what is settled
    whole = Query(("contacts_per_matter",), WHOLE)
    (row,) = history.read(told_of, whole).frame.iter_rows(named=True)
    assert (row["contacts_per_matter"], row["n_contacts_per_matter"]) == (3, 1)


def migrated_again(store: Store) -> None:
    """From a store that has nothing yet of what revision 0022 adds."""
    added = ScriptDirectory.from_config(alembic_config()).get_revision("0022").module
    columns = {"contact": ("rounds", "next_responses", "next_response_seconds"), **added.TABLES}
    with store.transaction() as connection:
        for table, names in columns.items():
            for name in names:
                connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {name}"))
        with Operations.context(MigrationContext.configure(connection)):
            added.upgrade()


def test_lists_and_parts_of_matters_begin_where_none_can_have_begun_before(told_of):
    forget(told_of, BORDER, NOW, lambda _: None)
    asked = Query(("matters",), WHOLE, by=(Dimension.AGENT,))
    assert history.read(told_of, asked).counted_since == BORDER + timedelta(days=30)
    listed = contacts.behind(told_of, replace(asked, by=()))
    assert listed["key"].to_list() == ["later 36"]


def test_what_tells_of_a_beginning_goes_with_the_matter(told_of):
    forget(told_of, BORDER, NOW, lambda _: None)
    assert number(told_of, matter.c.arrived_at < BORDER) == 3
    later = BORDER + timedelta(days=45)
    forget(told_of, later, NOW, lambda _: None)
    names = select(func.count()).select_from(customer)
    assert number(told_of, matter.c.arrived_at < later) == 2  # of the case, and who comes often
    forget(told_of, NOW, NOW, lambda _: None)
    with told_of.engine.connect() as connection:
        left = connection.execute(names).scalar_one()
        came_later = connection.execute(select(func.count()).select_from(contact)).scalar_one()
    assert (number(told_of), left, came_later) == (0, 0, 0)


@pytest.mark.parametrize("order", [1, -1])
def test_who_was_joined_to_what_was_forgotten_is_counted_where_that_began(store, order):
    tell(store, [came("one", -22), came("one", 47)])
    settle(store)
    with store.engine.connect() as connection:
        asked = select(contact.c.contact_id).order_by(contact.c.arrived_at)
        first, second = list(connection.execute(asked).scalars())[::order]
        owner = connection.execute(select(contact.c.customer_id)).scalars().first()
    matter_decisions.join(store, owner, (second, first), Decision("anna", "the same", NOW))
    settle(store)
    had = figures(store)
    forget(store, BORDER, NOW, lambda _: None)
    assert (len(had), figures(store), differences(store)) == (1, had, [])
    with store.transaction() as connection:
        rebuild(connection, NOW)
    settle(store)
    assert (figures(store), differences(store)) == (had, [])
    tell(store, [came("one", 52)])
    settle(store)
    assert (figures(store), differences(store)) == (had, [])
