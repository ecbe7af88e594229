"""Every screen: with data, with none, without its store, and in Finnish."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ccdash.errors import StoreUnavailable
from ccdash.query import Query
from ccdash.store import contacts, customers
from ccdash.store.history import read
from tests import made_up

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")
"""Which Postgres it is makes no difference to a page; tests/store runs on both."""

SCREENS = ("live", "trends", "contacts", "customer")


@pytest.mark.parametrize("name", SCREENS)
def test_an_empty_store_says_how_to_feed_it(process, screen, name) -> None:
    screen.opened(name)

    assert "Nothing has come in yet." in screen.words
    told = [one.value for one in screen.app.code]
    ways = (
        "ccdash import asterisk FILE",
        "ccdash follow asterisk FILE",
        "ccdash import events FILE",
    )
    assert all(one.endswith(way) for one, way in zip(told, ways, strict=False))
    assert "sample_centre.py" in told[3]


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_that_lost_its_store_recovers_by_itself(process, screen, name) -> None:
    made = process.store
    process._store = None
    process._failed = (float("inf"), StoreUnavailable())
    assert "The store does not answer" in screen.opened(name).words

    process._store, process._failed = made, None
    process.snapshots._last = None
    screen.app.run()

    assert "The store does not answer" not in screen.words


@pytest.mark.parametrize(
    ("name", "title"),
    [("live", "Nyt"), ("trends", "Kehitys"), ("customer", "Asiakkaat")],
)
def test_a_screen_speaks_finnish(centre, screen, name, title) -> None:
    screen.opened(name, language="fi")

    assert screen.title == title
    assert not {"Waiting now", "Find a customer", "Service level"} & set(screen.words.split("  "))


def test_a_bad_setting_is_said_in_a_sentence(process, screen, monkeypatch) -> None:
    monkeypatch.setenv("CCDASH_TIMEZONE", "Nowhere/Land")
    process._settings = None

    assert "'Nowhere/Land' is no time zone" in screen.opened("live").words


# Now ----------------------------------------------------------------------------------------------


def test_the_floor_is_in_words_and_figures(centre, screen) -> None:
    words = screen.opened("live").words

    assert "Live · newest event" in words
    assert "Waiting now ? Over the limit: 2" in words
    assert "OVER 6:" in words
    assert "Sales & service <FI>" in words  # a name is data, never markup
    assert "Pekka Särkkä lunch, still on a contact" in words


def test_the_floor_of_an_instant_is_dated_and_does_not_refresh(centre, screen) -> None:
    at = made_up.instant() - timedelta(minutes=5, seconds=30)

    words = screen.opened("live", at=at.isoformat()).words

    assert "The floor as of" in words
    assert "A look back" in words
    assert "Back to now" in words


def test_a_broken_instant_is_said_in_a_sentence(centre, screen) -> None:
    assert "'soon' is no date or time" in screen.opened("live", at="soon").words


def test_the_last_good_floor_stays_when_the_store_is_lost(centre, screen) -> None:
    screen.opened("live")
    snapshots = centre.snapshots
    snapshots._read = lost
    snapshots._last = type(snapshots._last)(
        snapshots._last.floor, snapshots._last.read_at - timedelta(seconds=9)
    )

    words = screen.app.run() and screen.words

    assert "The store does not answer" in words
    assert "The figures are from" in words
    assert "Pekka Särkkä" in words


def lost(_at: object) -> None:
    raise StoreUnavailable


# Trends -------------------------------------------------------------------------------------------


def test_trends_show_the_newest_data_at_once(centre, screen) -> None:
    screen.opened("trends")

    assert screen.title == "Trends"
    assert "data through" in screen.words
    assert screen.app.get("plotly_chart")
    assert f"Offered ? {made_up.DAYS * made_up.CALLS + 2:,} " in screen.words


def test_trends_of_a_log_of_long_ago_count_back_from_its_last_day(process, screen) -> None:
    made_up.fill(process.store, made_up.instant() - timedelta(days=9000))

    screen.opened("trends")

    assert screen.app.get("plotly_chart")


def test_what_is_not_measured_is_said(centre, screen) -> None:
    words = screen.opened("trends", metrics="nps").words

    assert "Not measured" in words
    assert "No source tells of recommendation answers." in words


def test_the_pickers_are_in_the_url(centre, screen) -> None:
    screen.opened("trends", metrics="asa", by="channel", grain="week", period="7d", lang="en")

    chosen = [one.value for one in screen.app.selectbox]
    assert chosen == ["asa", "7d", "day", "channel", "previous"]  # 7 days have no weeks


def test_a_filter_that_nobody_offered_finds_nothing_and_never_all(centre, screen) -> None:
    words = screen.opened("trends", where_queue="nowhere").words

    assert "Nothing in this period." in words


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"where_shoe": "42"}, "There is no 'shoe' to go by"),
        ({"metrics": "occupancy", "where_queue": "Web"}, "occupancy cannot be split"),
        ({"from": "x", "to": "y"}, "'x' is no date or time"),
        ({"tz": "Nowhere/Land"}, "is no time zone"),
    ],
)
def test_a_link_that_asks_the_impossible_is_answered_in_a_sentence(
    centre, screen, parameters, sentence
) -> None:
    assert sentence in screen.opened("trends", **parameters).words


# Contacts -----------------------------------------------------------------------------------------


def test_the_list_is_as_long_as_the_number(centre, screen) -> None:
    days = {"from": "2000-01-01", "to": "2100-01-01"}

    screen.opened("contacts", metrics="abandoned", **days)

    query = Query.from_params({"metrics": "abandoned", "tz": made_up.ZONE, **days})
    number = int(read(centre.store, query).frame["abandoned"][0])
    assert screen.title == f"{number} contacts behind Abandoned"
    assert number == contacts.count(centre.store, query) == 50
    assert len(screen.tables[0]) == number
    assert screen.tables[0]["wait_seconds"].is_monotonic_decreasing


def test_a_long_list_has_pages_in_the_url(centre, screen) -> None:
    days = {"from": "2000-01-01", "to": "2100-01-01", "metrics": "offered"}
    screen.opened("contacts", **days)
    first = list(screen.tables[0]["key"])
    assert "1–50 of 202" in screen.words
    query = Query.from_params({"tz": made_up.ZONE, **days})
    last = contacts.behind(centre.store, query, 50)["id"][-1]

    second = type(screen)().opened("contacts", page="2", after=last, **days)

    assert "51–100 of 202" in second.words
    assert not set(first) & set(second.tables[0]["key"])


def test_contacts_without_a_question_are_those_of_the_last_day(centre, screen) -> None:
    assert "contacts behind Offered" in screen.opened("contacts").words or screen.tables == []


def test_a_broken_page_is_said_in_a_sentence(centre, screen) -> None:
    words = screen.opened("contacts", page="2", after="broken").words

    assert "The link to this page of contacts is broken" in words


def test_a_metric_without_contacts_is_said_in_a_sentence(centre, screen) -> None:
    assert "is not counted from contacts" in screen.opened("contacts", metrics="occupancy").words


# Customers ----------------------------------------------------------------------------------------


def test_a_customer_is_found_by_a_number_in_any_notation(centre, screen) -> None:
    words = screen.opened("customer", find="(040) 555-0101").words

    assert "All contacts, newest first" in words
    assert "••• 101" in words
    assert "0555" not in words
    assert "<b>invoice</b> & more" in words  # what a customer writes is data, never markup


def test_details_are_written_out_when_they_are_asked_for(centre, screen) -> None:
    words = screen.opened("customer", find="040 555 0101", details="yes").words

    assert "+358405550101" in words
    assert "shared with other customers" in words


def test_a_shared_detail_leads_to_two_possible_people(centre, screen) -> None:
    assert customers.candidates(centre.store, "+358 9 5550303", "FI").height == 2

    words = screen.opened("customer", find="+358 9 5550303").words

    assert "2 possible people" in words


def test_nobody_is_found_in_a_sentence(centre, screen) -> None:
    words = screen.opened("customer", find="nobody@example.com").words

    assert "No customer is known as nobody@example.com." in words
