"""The check of every night."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import update

from ccdash.i18n import translator
from ccdash.ingest.record import record
from ccdash.live.nightly import NightlyCheck, is_due
from ccdash.live.worker import refresh
from ccdash.query import Period
from ccdash.store import nightly, spreads
from ccdash.sums import contact_interval
from ccdash.ui.check_card import _told
from ccdash.vocabulary import Grain
from tests import made_up

pytestmark = pytest.mark.any_postgres

NOW = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)
NIGHT = date(2026, 3, 4)


@pytest.fixture
def summed(store):
    """Sums and kept days of a zone whose days begin before those of UTC."""
    spreads.use_zone(store, "Europe/Helsinki")
    with store.transaction() as connection:
        record(connection, list(made_up.days_gone(NOW)), received_at=NOW)
    refresh(store)
    return store


def look(store) -> nightly.Check | None:
    """What the last check is after somebody looked at the clock: a minute later at every look."""
    clock = (NOW + timedelta(minutes=one) for one in count())
    NightlyCheck(lambda: store, lambda: "Europe/Helsinki", lambda: next(clock)).look()
    return nightly.last(store)


def test_a_night_without_differences_says_how_much_was_compared(summed):
    found = look(summed)
    assert (found.night, found.different) == (NIGHT, 0)
    assert found.compared > 100
    assert found.finished_at > found.started_at > NOW


def test_what_differs_is_made_anew_and_told(summed):
    with summed.transaction() as connection:
        connection.execute(update(contact_interval).values(offered=contact_interval.c.offered + 7))
    assert look(summed).different > 0
    later = nightly.run(summed, date(2026, 3, 5), lambda: NOW)
    assert later.different == 0


def test_one_of_several_processes_does_the_check_of_a_night(summed):
    assert nightly.run(summed, NIGHT, lambda: NOW) is not None
    assert nightly.run(summed, NIGHT, lambda: NOW) is None


def test_a_store_without_anything_past_has_no_check(store):
    assert look(store) is None


def test_a_check_of_tonight_that_has_no_end_yet_runs_and_an_older_one_was_cut_off():
    begun = nightly.Check(NIGHT, NOW, None, 0, 0)
    said = [_told(begun, NIGHT + timedelta(days=days), translator("en")) for days in (0, 1)]
    assert said[0].endswith("is running.")
    assert "was cut off" in said[1]


def test_an_old_month_is_looked_at_in_turn(store):
    nights = [date(2026, 3, day) for day in range(1, 6)]
    months = list(made_up_months())
    turns = [nightly._periods(months, night, NOW) for night in nights]
    assert {period for turn in turns for period in turn} == {*months[:-1], turns[0][-1]}
    assert all(len(turn) == 3 for turn in turns)
    assert turns[0][-1].end == datetime(2026, 3, 4, tzinfo=UTC)


def made_up_months():
    whole = Period(datetime(2025, 10, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), "UTC")
    return (Period(*span, "UTC") for span in whole.spans(Grain.MONTH))


def at(hour: int) -> datetime:
    return datetime(2026, 3, 4, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("local", "before", "due"),
    [
        (at(3), None, True),
        (at(3), date(2026, 3, 3), True),
        (at(3), date(2026, 3, 4), False),
        (at(12), date(2026, 3, 3), False),
        (at(12), None, True),
        (at(12), date(2026, 2, 27), True),
    ],
)
def test_a_check_comes_at_night_after_three_days_without_and_where_none_was_yet(local, before, due):
    assert is_due(local, before) is due
