"""Figures of some hours of the week, by today's settings, and what people note beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ccdash.errors import BadInput
from ccdash.export.tables import earlier, figure_rows
from ccdash.query import Dimension, Period, Query
from ccdash.store import contacts, dated_settings, history, rollup
from ccdash.store.annotations import Note, add, change, every, notes_of, remove
from ccdash.store.engine import Store, engine_for
from ccdash.store.frames import FramePool
from ccdash.thresholds import DatedValue, Threshold, Thresholds
from ccdash.ui.distribution import read_distribution
from ccdash.views import week
from ccdash.vocabulary import Channel, Grain
from tests import made_up
from tests.databases import fresh_database

pytestmark = pytest.mark.any_postgres
NOW = made_up.instant()
KOLKATA = "Asia/Kolkata"
"""A zone of half hours: no sum of an hour of UTC is one of its hours."""
FIGURES = ("service_level", "csat", "offered", "service_level_without_short", "fcr@1")


@pytest.fixture(scope="module")
def centre(server):
    """A store with the made-up centre, whose target was another one three days ago and is another
    from tomorrow on."""
    with fresh_database(server) as url:
        store = Store(engine_for(url), FramePool(url))
        made_up.fill(store, NOW)
        targets = {dated_settings.BEGINNING: 20, NOW - timedelta(days=3): 40, later(1): 1}
        with store.transaction() as connection:
            for since, value in targets.items():
                row = DatedValue(Threshold.TARGET_SECONDS, "", "", since, value)
                dated_settings.put(connection, row, NOW)
            rollup.refresh(connection)
        yield store
        store.close()


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)


def question(metric: str, zone: str = KOLKATA) -> Query:
    first, last = (f"{later(days):%Y-%m-%d}" for days in (-6, 1))
    return Query((metric,), Period.parse(first, last, zone))


def value(store: Store, query: Query, *, raw: bool = False) -> tuple[float | None, int]:
    (row,) = history.read(store, query, raw=raw).frame.iter_rows(named=True)
    return row[query.metrics[0]], row[f"n_{query.metrics[0]}"]


@pytest.mark.parametrize("metric", FIGURES)
def test_behind_every_hour_of_the_week_are_exactly_its_contacts(centre, metric):
    asked = question(metric)
    by_hour = history.read(centre, replace(asked, grain=Grain.HOUR)).frame
    found = week.hours_of_week(asked, by_hour, ())
    assert found["n"].sum() > 0
    for row in found.iter_rows(named=True):
        narrow = replace(asked, weekday=row["weekday"], hour=row["hour"])
        assert contacts.count(centre, narrow) == row["n"]
        assert value(centre, narrow) == value(centre, narrow, raw=True) == (row["value"], row["n"])
    assert found["n"].sum() == contacts.count(centre, asked)


@pytest.mark.parametrize("metric", ["occupancy", "cases_opened"])
def test_some_hours_of_people_and_cases_are_the_same_on_both_roads(centre, metric):
    for hour in (0, 9, 14):
        asked = replace(question(metric, "Europe/Helsinki"), hour=hour)
        assert value(centre, asked) == value(centre, asked, raw=True)


def test_todays_settings_hold_for_figure_list_and_file_alike(centre):
    own = question("service_level")
    today = replace(own, settings_at=NOW)
    rows = contacts.behind(centre, today, limit=None)
    share, n = value(centre, today)
    assert set(rows["target_seconds"]) == {40}
    assert set(contacts.behind(centre, own, limit=None)["target_seconds"]) == {20, 40}
    assert n == rows.height == contacts.count(centre, own)
    assert share == (~rows["is_against"]).sum() / n
    assert share > value(centre, own)[0]
    assert figure_rows(history.read(centre, today))[0]["service_level"] == share
    assert value(centre, replace(own, settings_at=later(2)))[0] < share
    assert value(centre, replace(today, metrics=("offered",))) == value(centre, question("offered"))


def test_todays_settings_hold_for_the_parts_of_a_list_and_its_filters(centre):
    today = replace(
        question("service_level"),
        settings_at=NOW,
        filters=((Dimension.QUEUE, ("Sales & service <FI>",)), (Dimension.CHANNEL, ("phone",))),
    )
    parts, rows = contacts.breakdown(centre, today), contacts.behind(centre, today, limit=None)
    assert parts["n"].sum() == rows.height == value(centre, today)[1] > 0
    assert parts["against"].sum() == rows["is_against"].sum()


def test_a_distribution_is_drawn_with_the_target_of_the_queue_that_is_asked_for(centre):
    book = Thresholds([DatedValue(Threshold.TARGET_SECONDS, "", "sales", later(-9), 77)])
    of = ((Dimension.QUEUE, ("Sales & service <FI>",)), (Dimension.CHANNEL, ("phone",)))
    told = read_distribution(centre, replace(question("asa"), filters=of), book)
    assert told is not None
    assert told.target == 77


def test_a_file_has_the_other_time_beside_each_bucket(centre):
    asked = replace(question("offered", "Europe/Helsinki"), grain=Grain.DAY)
    second = replace(asked.period, start=asked.period.start + timedelta(days=1))
    query = replace(asked, period=second, before=asked.period)
    answer = history.read(centre, query)
    told = figure_rows(answer, earlier(centre, answer))
    days = {row["bucket"]: row["offered"] for row in figure_rows(history.read(centre, asked))}
    assert len(told) > 2
    for row in told:
        assert row["offered"] == days.get(row["bucket"])
        assert row["before_offered"] == days.get(row["before_bucket"])
    assert sum(row["before_offered"] or 0 for row in told) == sum(days.values())


def at(day: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=UTC)


def test_notes_are_written_changed_found_and_taken_away(store):
    march = Query(("offered",), Period(at(10), at(20), "UTC"))
    told = [
        Note(at(12), "an outage"), Note(at(1), "a campaign", at(11), Channel.CHAT),
        Note(at(1), "over", at(10)), Note(at(20), "too late"), Note(at(9), "too early"),
    ]  # fmt: skip
    with store.transaction() as connection:
        numbers = [add(connection, one, NOW) for one in told]
    assert [one.note for one in notes_of(store, march)] == [told[1], told[0]]
    phone = replace(march, filters=((Dimension.CHANNEL, ("phone",)),))
    chats = replace(march, filters=((Dimension.QUEUE_CHANNEL, ("chat:q", "email:q")),))
    assert [one.note for one in notes_of(store, phone)] == [told[0]]
    assert len(notes_of(store, chats)) == 2
    with store.transaction() as connection:
        change(connection, numbers[0], Note(at(13), "no outage", at(14)))
        remove(connection, numbers[1])
    assert [one.note.text for one in notes_of(store, march)] == ["no outage"]
    assert len(every(store)) == 4
    for gone in (lambda it: remove(it, numbers[1]), lambda it: change(it, 99, told[0])):
        with pytest.raises(BadInput, match="There is no note"), store.transaction() as connection:
            gone(connection)


@pytest.mark.parametrize(
    ("text", "ends"), [(" ", None), ("x" * 201, None), ("backwards", at(1)), ("empty", at(2))]
)
def test_a_note_that_says_nothing_or_ends_first_is_refused(text, ends):
    with pytest.raises(BadInput):
        Note(at(2), text, ends)
