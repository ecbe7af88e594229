"""Distributions that are kept answer within their stated error, whatever happens to the rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import polars as pl
import pytest
from sqlalchemy import select, text

from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.measures import QUANTILES, SPREADS, Fact
from ccdash.query import Dimension, Period, Query
from ccdash.spreads import DAY, ERROR, MONTH, spread_queue
from ccdash.store import history, rollup, spread_days, spreads
from ccdash.store.coverage import is_marked
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.store.spread_check import differences
from ccdash.vocabulary import Channel, Grain, Outcome
from tests.conftest import fresh_database

CENTRE = "Europe/Helsinki"
FIRST, DAYS = datetime(2026, 2, 20, tzinfo=UTC), 50  # two ends of months and a day of 23 hours
NOW = datetime(2026, 5, 1, tzinfo=UTC)
OF_CONTACTS = [one.name for one in SPREADS.values() if one.fact is Fact.CONTACT]
METRICS = tuple(f"{name}_{kind}" for name in OF_CONTACTS for kind in QUANTILES)
WHOLE = Period.parse("2026-02-20", "2026-04-12", CENTRE)


def a_contact(number: int, random: Random, at: datetime) -> ev.Recorded:
    channel = random.choice((Channel.PHONE, Channel.CHAT, Channel.EMAIL))
    is_left = random.random() < 0.2
    wait = int(random.lognormvariate(3 if channel is not Channel.EMAIL else 8, 1.2))
    talk = int(random.lognormvariate(5, 0.7))
    taken = at + timedelta(seconds=wait)
    end = taken + timedelta(seconds=0 if is_left else talk)
    return ev.Recorded(
        source="s", id=f"{number}", contact=f"{number}", at=at, queued_at=at, channel=channel,
        queue=None if random.random() < 0.1 else f"queue {random.randrange(3)}",
        outcome=Outcome.ABANDONED if is_left else Outcome.HANDLED, wait_seconds=wait,
        answered_at=None if is_left else taken, end=end,
        talk_seconds=None if is_left else talk, agent=None if is_left else "anna",
        wrap_up_seconds=None if is_left or number % 3 else random.randrange(90),
    )  # fmt: skip


def contacts(numbers: range) -> list[ev.Recorded]:
    random = Random(numbers.start)
    seconds = DAYS * 86_400
    return [a_contact(one, random, FIRST + timedelta(seconds=random.randrange(seconds)))
            for one in numbers]  # fmt: skip


def told(store: Store, events: list[ev.Event], *, made: bool = True) -> None:
    with store.transaction() as connection:
        record(connection, events, received_at=NOW)
        if made:
            rollup.refresh(connection)


@pytest.fixture(scope="module")
def kept(server):
    with fresh_database(server) as url:
        store = Store(engine_for(url), FramePool(url))
        spreads.use_zone(store, CENTRE)
        told(store, contacts(range(2500)))
        yield store
        store.close()


def compared(store: Store, query: Query) -> pl.DataFrame:
    """What is kept beside what the rows give; the same buckets and parts, and the same n."""
    found, rows = (history.read(store, query, raw=raw).frame for raw in (False, True))
    counts = ["bucket", *query.by, *(f"n_{name}" for name in query.metrics)]
    assert found.select(counts).equals(rows.select(counts))
    for name in query.metrics:
        off, of = (found[name] - rows[name]).abs(), rows[name]
        assert found[name].is_null().equals(of.is_null()), name
        assert (off <= of * ERROR + 1e-6).all(), (name, query)
    return found


BY = [(), (Dimension.CHANNEL,), (Dimension.QUEUE,), (Dimension.QUEUE_CHANNEL,)]


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("grain", [Grain.TOTAL, Grain.DAY, Grain.WEEK, Grain.MONTH])
def test_quantiles_are_within_the_error_of_those_of_the_rows(kept, by, grain):
    query = Query(METRICS, WHOLE, grain, by)
    assert history.read(kept, query).estimated == set(METRICS)
    assert compared(kept, query)["n_wait_median"].sum() > 1500


@pytest.mark.parametrize("filters", [((Dimension.CHANNEL, ("phone",)),),
                                     ((Dimension.QUEUE, ("queue 1",)),)])  # fmt: skip
def test_filters_and_a_day_that_is_not_over_are_answered(kept, filters):
    until = replace(WHOLE, end=datetime(2026, 3, 31, 11, 7, 13, tzinfo=UTC))
    query = Query((*METRICS, "offered", "customers"), until, Grain.WEEK, filters=filters)
    answer = history.read(kept, query)
    assert answer.estimated == set(METRICS)
    compared(kept, replace(query, metrics=METRICS))


def test_another_zone_other_parts_hours_and_two_days_are_read_from_rows(kept):
    asked = Query(METRICS, WHOLE, Grain.DAY)
    others = (
        replace(asked, period=Period.parse("2026-03-01", "2026-03-31", "Asia/Kolkata")),
        replace(asked, by=(Dimension.AGENT,)),
        replace(asked, grain=Grain.HOUR, period=Period.parse("2026-03-01", "2026-03-10", CENTRE)),
        replace(asked, hour=9),
        replace(asked, period=Period.parse("2026-03-28", "2026-03-30", CENTRE)),
    )
    for query in others:
        found, rows = (history.read(kept, query, raw=raw) for raw in (False, True))
        assert not found.estimated
        assert found.frame.equals(rows.frame)


def test_the_day_of_23_hours_is_a_day(kept):
    days = Period.parse("2026-03-27", "2026-03-31", CENTRE)
    query = Query(METRICS, days, Grain.DAY)
    assert history.read(kept, query).estimated
    compared(kept, query)


def test_a_distribution_has_every_row_once_whether_kept_or_counted(kept):
    query = Query((), WHOLE, filters=((Dimension.CHANNEL, ("chat",)),))
    one_road = spreads.distribution(kept, query, "handle")
    other = replace(query, filters=(*query.filters, (Dimension.AGENT, ("anna",))))
    assert one_road.equals(spreads.distribution(kept, other, "handle"))
    n = history.read(kept, replace(query, metrics=("handle_median",))).frame["n_handle_median"]
    assert one_road["n"].sum() == n[0]
    assert not differences(kept, WHOLE)


def test_a_check_by_months_of_utc_cuts_no_day_of_the_centre(kept):
    for span in Period.parse("2026-02-01", "2026-05-01", "UTC").spans(Grain.MONTH):
        assert not differences(kept, Period(*span, "UTC"))


def test_late_and_corrected_events_are_in_it_before_and_after_their_days_are_made(store):
    spreads.use_zone(store, CENTRE)
    told(store, contacts(range(400)))
    corrected = [replace_wait(one) for one in contacts(range(400))[:40]]
    told(store, [*contacts(range(400, 460)), *corrected], made=False)
    for _ in ("marked", "made"):
        for by in ((), (Dimension.QUEUE,)):
            for grain in (Grain.DAY, Grain.TOTAL):
                compared(store, Query(METRICS, WHOLE, grain, by))
        with store.transaction() as connection:
            rollup.refresh(connection)
    assert not differences(store, WHOLE)


def replace_wait(event: ev.Recorded) -> ev.Recorded:
    import msgspec

    return msgspec.structs.replace(event, revision=2, wait_seconds=(event.wait_seconds or 0) + 900)


@pytest.mark.any_postgres
def test_days_are_made_once_the_zone_is_told_and_anew_when_it_changes(store):
    told(store, contacts(range(300)))
    query = Query(("wait_median",), WHOLE)
    assert not history.read(store, query).estimated
    for zone in (CENTRE, "America/St_Johns"):
        spreads.use_zone(store, zone)
        asked = replace(query, period=Period.parse("2026-02-19", "2026-04-12", zone))
        assert is_marked(store)
        assert not history.read(store, asked).estimated
        with store.transaction() as connection:
            rollup.refresh(connection)
        assert not is_marked(store)
        assert history.read(store, asked).estimated
        compared(store, asked)


@pytest.mark.any_postgres
def test_all_days_are_made_each_at_once_however_many_queues_there_are(kept):
    with kept.engine.connect() as connection:
        days = spread_days._everything(connection, Fact.CONTACT, CENTRE)
    had = kept.frame(select(spread_queue.c.day_start).distinct().order_by("day_start"))
    assert [start for start, _ in days] == had["day_start"].to_list()


@pytest.mark.any_postgres
def test_a_check_finds_a_distribution_that_is_not_that_of_its_rows(kept):
    wrong = "UPDATE spread_channel SET counts[1] = counts[1] + 1 WHERE spread = 'wait' AND span = "
    for span in (DAY, MONTH):
        with kept.engine.begin() as connection:
            connection.execute(text(wrong + f"'{span}'"))
    found = differences(kept, WHOLE)
    assert {one.measure for one in found} == {"wait_known"}
