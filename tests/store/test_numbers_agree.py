"""The keystone: every measure counted raw, from the sums and as a list gives one number."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import select, text

from ccdash.ingest.files import import_file
from ccdash.ingest.record import record
from ccdash.ingest.sources.asterisk import QueueLog
from ccdash.ingest.sources.asterisk_names import names
from ccdash.ingest.sources.seelab import Seelab
from ccdash.measures import MEASURES, Fact, Kind
from ccdash.metrics import METRICS
from ccdash.metrics.metric import Metric
from ccdash.metrics.register import DEMAND
from ccdash.query import Dimension, Period, Query
from ccdash.schema import contact
from ccdash.store import contacts, history, rollup
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.vocabulary import Better, Grain, Unit
from tests.conftest import fresh_database
from tests.store.test_record import a_day

NOW = datetime(2026, 12, 1, tzinfo=UTC)
EVERYTHING = Period.parse("1999-01-01", "2027-01-01", "Europe/Helsinki")
BANK = Period.parse("1999-01-01", "1999-02-01", "Asia/Jerusalem")
ASTERISK = Period.parse("2026-11-21", "2026-11-23", "Asia/Kolkata")
ADDITIVE = [one.name for one in MEASURES.values() if one.is_additive]
COUNTED = [one.name for one in MEASURES.values() if one.kind is Kind.COUNT]


def a_day_told(store, _shared):
    with store.transaction() as connection:
        record(connection, a_day(), received_at=NOW)
    return Period.parse("2026-03-02", "2026-03-03", "Asia/Kathmandu")


def the_bank(store, shared):
    import_file(store.engine, shared / "anonymous_bank/january.txt", Seelab, now=lambda: NOW)
    return BANK


def the_queue_log(store, shared):
    folder = shared / "asterisk_overload_run"
    with gzip.open(folder / "ami_queue_events.jsonl.gz", "rt") as lines:
        pairs = list(names(lines))
    with store.transaction() as connection:
        record(connection, pairs, received_at=NOW)
    import_file(store.engine, folder / "queue_log", QueueLog, now=lambda: NOW)
    return ASTERISK


def the_masked_log(store, shared):
    import_file(
        store.engine, shared / "asterisk2slack_fixture/queue_log", QueueLog, now=lambda: NOW
    )
    return Period.parse("2018-12-01", "2019-01-01", "Europe/Helsinki")


@pytest.fixture(
    params=[
        pytest.param(a_day_told, id="a day"),
        pytest.param(the_bank, id="bank", marks=pytest.mark.any_postgres),  # thirty thousand calls
        pytest.param(the_queue_log, id="asterisk"),
        pytest.param(the_masked_log, id="masked", marks=pytest.mark.any_postgres),
    ],
    scope="module",
)
def told(request, server):
    """A store with a whole log in it, and the period of the log. Its sums are not made yet: the
    first test makes them. The planner knows nothing of the rows, as right after an import."""
    shared = None
    if request.param is not a_day_told:
        shared = request.getfixturevalue("shared_data")
    with fresh_database(server) as url:
        store = Store(engine_for(url), FramePool(url))
        with store.transaction() as connection:
            connection.execute(text("ALTER TABLE contact SET (autovacuum_enabled = off)"))
        yield store, request.param(store, shared)
        store.close()


@pytest.fixture
def measures_as_metrics(monkeypatch):
    """Every measure as a metric of its own, so that the roads can be asked for it."""
    for one in MEASURES.values():
        made = Metric(one.name, "", "", "", Unit.COUNT, Better.NEITHER, DEMAND, {one.name: 1})
        monkeypatch.setitem(METRICS, one.name, made)


def by(fact: Fact) -> tuple[Dimension, ...]:
    return {
        Fact.CONTACT: (Dimension.QUEUE, Dimension.CHANNEL),
        Fact.REPEAT: (Dimension.QUEUE, Dimension.CHANNEL),
        Fact.FAILURE: (Dimension.QUEUE, Dimension.CHANNEL),
        Fact.CASE: (Dimension.QUEUE,),
        Fact.BOUNCE: (Dimension.QUEUE, Dimension.CHANNEL),
        Fact.AGENT: (Dimension.AGENT,),
    }[fact]


def figures(store, period: Period, fact: Fact, grain: Grain, *, raw: bool) -> pl.DataFrame:
    wanted = tuple(one for one in ADDITIVE if MEASURES[one].fact is fact)
    query = Query(wanted, period, grain, by(fact))
    frame = history.read(store, query, raw=raw).frame.select("bucket", *query.by, *wanted)
    return frame.filter(pl.sum_horizontal(wanted) > 0)


@pytest.mark.usefixtures("measures_as_metrics")
def test_raw_figures_equal_the_sums_marked_or_made(told):
    store, period = told
    for fact in Fact:
        raw = figures(store, period, fact, Grain.DAY, raw=True)
        marked = figures(store, period, fact, Grain.DAY, raw=False)
        assert raw.equals(marked), fact
    with store.transaction() as connection:
        rollup.refresh(connection)
    for fact in Fact:
        for grain in (Grain.QUARTER_HOUR, Grain.WEEK, Grain.TOTAL):
            raw = figures(store, period, fact, grain, raw=True)
            made = figures(store, period, fact, grain, raw=False)
            assert raw.equals(made), (fact, grain)


@pytest.mark.usefixtures("measures_as_metrics")
def test_a_period_that_ends_within_a_quarter_of_an_hour_is_counted_to_its_end_from_sums(told):
    store, period = told
    with store.transaction() as connection:
        rollup.refresh(connection)
    arrivals = store.frame(select(contact.c.arrived_at).order_by(contact.c.arrived_at))
    middle = arrivals["arrived_at"][arrivals.height // 2]
    until = replace(period, end=middle.replace(microsecond=0) + timedelta(seconds=1))
    assert history.sums_hold(Query((), until), Fact.CONTACT, ())
    for fact in Fact:
        for grain in (Grain.HOUR, Grain.TOTAL):
            raw = figures(store, until, fact, grain, raw=True)
            assert raw.equals(figures(store, until, fact, grain, raw=False)), (fact, grain)
    counted = figures(store, until, Fact.CONTACT, Grain.TOTAL, raw=False)["contacts"].sum()
    assert counted > 0


@pytest.mark.usefixtures("measures_as_metrics")
def test_every_count_equals_the_length_of_its_list(told):
    store, period = told
    frame = history.read(store, Query(tuple(COUNTED), period)).frame
    for name in COUNTED:
        if MEASURES[name].fact is Fact.CONTACT:
            rows = contacts.behind(store, Query((name,), period), limit=None)
            assert len(rows) == frame[name][0] == contacts.count(store, Query((name,), period)), (
                name
            )


def test_the_list_behind_every_metric_of_contacts_is_as_long_as_its_n(told):
    store, period = told
    metrics = [one.name for one in METRICS.values() if one.fact is Fact.CONTACT]
    frame = history.read(store, Query(tuple(metrics), period)).frame
    for name in metrics:
        assert contacts.count(store, Query((name,), period)) == frame[f"n_{name}"][0], name


def test_offered_is_who_was_answered_or_left_in_any_way(told):
    store, period = told
    parts = ("answered", "abandoned", "timed_out", "left_otherwise")
    row = history.read(store, Query(("offered", *parts), period)).frame.row(0, named=True)
    assert row["offered"] == sum(row[one] for one in parts)


def test_pages_of_a_list_hold_every_row_once(told):
    store, period = told
    query = Query(("answered",), period)
    whole = contacts.behind(store, query, limit=None)["id"].to_list()[:700]
    paged: list[str] = []
    while len(paged) < len(whole):
        page = contacts.behind(store, query, limit=97, after=paged[-1] if paged else None)
        paged += page["id"].to_list()
    assert paged[: len(whole)] == whole
