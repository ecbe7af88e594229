"""The work behind the screens, and what the store holds."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from ccdash.errors import StoreUnavailable
from ccdash.ingest.record import record
from ccdash.live.worker import SumsWorker, refresh
from ccdash.query import Dimension
from ccdash.spreads import spread_queue
from ccdash.store import rollup, spreads
from ccdash.store.coverage import coverage, is_marked, names
from ccdash.sums import contact_interval
from ccdash.ui.source import Source
from tests import made_up

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def marked(store):
    """A store that was told something whose sums are not made yet."""
    with store.transaction() as connection:
        record(connection, list(made_up.days_gone(NOW)), received_at=NOW)
    return store


def sums(store) -> int:
    return store.frame(select(contact_interval.c.interval_start)).height


def test_marked_sums_are_made_and_then_nothing_is_left_to_do(marked):
    assert is_marked(marked)
    assert refresh(marked) > 0
    assert sums(marked) > 0
    assert not is_marked(marked)
    assert refresh(marked) == 0


def test_the_worker_goes_on_after_the_store_was_away(marked):
    asked = []

    def store():
        asked.append(1)
        if len(asked) < 3:
            raise StoreUnavailable
        return marked

    worker = SumsWorker(store, every_seconds=0.02)
    worker.start()
    until = time.monotonic() + 20
    while is_marked(marked) and time.monotonic() < until:
        time.sleep(0.02)
    worker.stop()
    assert len(asked) >= 3
    assert sums(marked) > 0


@pytest.mark.any_postgres
def test_the_worker_says_whose_days_are_kept_before_it_makes_them(marked):
    SumsWorker(lambda: marked, lambda: made_up.ZONE)._look()
    assert spreads.kept_zone(marked) == made_up.ZONE
    assert marked.frame(select(spread_queue.c.day_start)).height > 0


@pytest.mark.any_postgres
def test_a_screen_opens_while_somebody_makes_sums(url, store, monkeypatch):
    monkeypatch.setenv("CCDASH_DATABASE_URL", url)
    source = Source()
    with store.transaction() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(rollup.LOCK)))
        assert coverage(source.store).is_empty
    source.close()


def test_what_the_store_holds_is_told_from_its_ends(marked):
    held = coverage(marked)
    assert held.first_at == datetime(2026, 2, 27, 8, tzinfo=UTC)
    assert held.through.keys() == {"made-up"}
    assert held.newest_at >= held.last_at > NOW - timedelta(days=1)
    assert not held.is_empty


def test_an_empty_store_holds_nothing(store):
    assert coverage(store).is_empty
    assert coverage(store).newest_at is None
    assert names(store)[Dimension.CHANNEL] == []


def test_filters_offer_the_channels_and_names_that_are_there(marked):
    refresh(marked)
    offered = names(marked)
    assert offered[Dimension.CHANNEL] == ["chat", "phone"]
    assert offered[Dimension.QUEUE] == ["sales", "web"]


def test_a_failure_to_open_is_remembered_for_a_moment(monkeypatch):
    tries = []

    def opened(_settings):
        tries.append(1)
        raise StoreUnavailable

    monkeypatch.setattr("ccdash.ui.source.open_store", opened)
    source = Source()
    for _ in range(5):
        with pytest.raises(StoreUnavailable):
            _ = source.store
    assert len(tries) == 1


def test_a_closed_source_does_not_open_its_store_again(url, monkeypatch):
    monkeypatch.setenv("CCDASH_DATABASE_URL", url)
    source = Source()
    assert source.store is source.store
    source.close()
    with pytest.raises(StoreUnavailable):
        _ = source.store
