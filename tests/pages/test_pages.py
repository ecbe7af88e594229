"""Every screen: with data, with none, without its store, and in Finnish."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest

from ccdash.errors import StoreUnavailable
from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.live.hub import Reading
from ccdash.ui import format as fmt
from ccdash.ui.metric_list import shown_with
from ccdash.vocabulary import IdentityKind
from tests import made_up
from tests.pages import drawn
from tests.pages.conftest import Screen

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
    assert told[3] == "make run"


@pytest.mark.parametrize("name", ["live", "trends", "contacts", "journeys"])
def test_a_demo_that_has_told_no_day_yet_says_that_it_opens(process, screen, name) -> None:
    process.expect_demo()
    bought = ev.Purchased(
        source="demo", id="1", at=datetime(2024, 11, 18, tzinfo=UTC), order="1",
        customer=(ev.Identity(IdentityKind.CUSTOMER_NUMBER, "200000"),),
    )  # fmt: skip
    with process.store.transaction() as connection:
        record(connection, [bought], received_at=bought.at)

    said = screen.opened(name).words

    assert "The demo centre is opening." in said
    assert "Demo centre Connect your own store" in said
    assert "Nothing has come in yet." not in said


@pytest.mark.parametrize("name", ["live", "trends"])
def test_a_demo_that_was_given_up_says_why(process, screen, name) -> None:
    process.expect_demo()
    process.give_up_demo("The disk is <full>.")

    said = screen.opened(name).words

    assert "The demo centre does not open. The simulation gave up: The disk is <full>." in said
    assert "Nothing has come in yet." not in said


@pytest.mark.parametrize("name", ["settings", "wallboards"])
def test_a_page_that_shows_what_it_can_is_drawn_anew_when_the_demo_is_open(
    process, screen, monkeypatch, name
) -> None:
    screen.opened(name)
    is_opening = Mock(side_effect=[True, False])
    monkeypatch.setattr("ccdash.ui.shell.is_opening", is_opening)

    screen.app.run()

    assert is_opening.call_count == 2


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_that_lost_its_store_recovers_by_itself(process, screen, name) -> None:
    made = process.store
    process._store = None
    process._failed = (float("inf"), StoreUnavailable())
    assert "The store does not answer" in screen.opened(name).words

    process._store, process._failed = made, None
    process.hub._last = None
    screen.app.run()

    assert "The store does not answer" not in screen.words


@pytest.mark.parametrize(
    ("language", "name", "title"),
    [
        ("fi", "live", "Nyt"),
        ("fi", "trends", "Kehitys"),
        ("fi", "customer", "Asiakkaat"),
        ("sv", "live", "Nu"),
        ("sv", "trends", "Trender"),
        ("sv", "customer", "Kunder"),
    ],
)
def test_a_screen_speaks_the_language_that_was_asked(centre, screen, language, name, title) -> None:
    screen.opened(name, language=language)

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
    assert "over 0:20" in words  # the limit, beside the wait
    assert "Sales & service <FI>" in words  # a name is data, never markup
    assert "Pekka Särkkä lunch, still on a contact" in words


def test_the_floor_of_an_instant_is_dated_and_does_not_refresh(centre, screen) -> None:
    at = made_up.instant() - timedelta(minutes=5, seconds=30)

    words = screen.opened("live", at=at.isoformat()).words

    local = at.astimezone(ZoneInfo(made_up.ZONE))
    assert f"The floor as of {fmt.long_day(local, 'en')}, {local:%H:%M:%S}." in words
    assert "A look back" in words
    assert "Back to now" in words
    assert "Timo Kekkonen" in words
    assert "/team?agent=" not in " ".join(screen.bodies)  # Team shows today alone
    assert "still_waiting" not in " ".join(screen.bodies)  # a list knows who waits now


@pytest.mark.parametrize("at", ["soon", "2100-01-01T08:00"])
def test_an_instant_that_cannot_be_shown_has_no_figures_but_a_way_back(centre, screen, at) -> None:
    words = screen.opened("live", at=at, team="Sales").words

    assert f"There is no look back to {at}. Write a time of which something is known" in words
    assert 'href="/?team=Sales"' in " ".join(screen.bodies)
    assert "Live · newest event" not in words


def test_nobody_is_a_customer_whose_number_cannot_be(centre, screen) -> None:
    assert "Customers" in screen.opened("customer", customer="9" * 30).words


def test_the_last_good_floor_stays_when_the_store_is_lost(centre, screen) -> None:
    screen.opened("live")
    hub = centre.hub
    hub._reading = Reading(lost, lost)
    hub._last = replace(hub._last, read_at=hub._last.read_at - timedelta(seconds=9))

    words = screen.app.run() and screen.words

    assert "The store does not answer" in words
    assert "The figures are from" in words
    assert "Pekka Särkkä" in words


def lost() -> None:
    raise StoreUnavailable


# Trends -------------------------------------------------------------------------------------------


def test_trends_show_the_newest_data_at_once(centre, screen) -> None:
    screen.opened("trends")

    assert screen.title == "Trends"
    assert "data through" in screen.words
    assert chart_of(screen)
    assert f"Offered ? {made_up.DAYS * made_up.CALLS + 2:,} " in screen.words


def test_trends_of_a_log_of_long_ago_count_back_from_its_last_day(process, screen) -> None:
    made_up.fill(process.store, made_up.instant() - timedelta(days=9000))

    screen.opened("trends")

    assert chart_of(screen)


def chart_of(screen) -> bool:
    """Whether the chart is there."""
    shown = [one.proto for one in screen.app.get("bidi_component")]
    return any("ccdash_trend_chart" in one.component_name for one in shown)


def test_what_is_not_measured_is_said(centre, screen) -> None:
    words = screen.opened("trends", metrics="nps").words

    assert "Not measured" in words
    assert "No source tells of recommendation answers." in words


def test_the_pickers_are_in_the_url(centre, screen) -> None:
    screen.opened("trends", metrics="asa", by="channel", grain="week", period="7d", lang="en")

    first_row = [one.value for one in screen.app.selectbox][:4]
    assert first_row == ["asa", "7d", "day", "channel"]  # 7 days have no weeks


def test_a_filter_that_nobody_offered_finds_nothing_and_never_all(centre, screen) -> None:
    words = screen.opened("trends", where_queue="nowhere").words

    assert "Nothing matches these filters. Queue: nowhere Without filters" in words
    assert drawn.tiles(screen.bodies) == {}


def test_a_period_without_data_leads_to_the_one_that_has_some(centre, screen) -> None:
    words = screen.opened("trends", **{"from": "2001-01-01", "to": "2001-02-01"}).words

    assert "Nothing in this period." in words
    assert "which has data" in words


def test_too_few_answers_are_counted_and_lead_to_their_contacts(centre, screen) -> None:
    day = made_up.instant().date() - timedelta(days=2)
    days = {"from": str(day), "to": str(day + timedelta(days=1))}
    screen.opened("trends", metrics="csat", **days)

    tile = drawn.tiles(screen.bodies)["CSAT"]
    assert (tile.text, tile.note) == ("too few answers", "n 8 · 10 needed")
    assert "There are 8 answers; it takes at least 10 to tell." in screen.words
    assert "Too few answers for a map." in screen.words
    said = drawn.of_class(screen.bodies, "cc-empty")
    (way,) = (link.get("href") for one in said for link in one.iter("a"))
    asked = dict(parse_qsl(urlsplit(way).query))
    assert Screen().opened("contacts", **asked).title == "8 contacts behind CSAT"


def test_the_parts_of_a_break_down_are_a_table_whose_cells_lead_to_contacts(centre, screen) -> None:
    screen.opened("trends", by="channel", metrics="abandoned")

    bodies = [one.proto.body for one in screen.app.get("html")]
    (table,) = [one for one in bodies if '"cc-list cc-figures"' in one]
    assert '<th scope="row"' in table
    assert "where_channel=chat" in table
    assert "By channel" in screen.words


def test_a_counted_zero_of_a_part_is_a_zero_and_an_unknown_share_a_dash(centre, screen) -> None:
    screen.opened("trends", by="agent", metrics="abandoned")

    table = drawn.table(screen.bodies)
    abandoned, speed = 0, shown_with("abandoned").index("asa")
    assert (table["Timo Kekkonen"][abandoned], table["No agent"][speed]) == ("0", "–")
    assert int(table["No agent"][abandoned]) > 0


def test_data_that_does_not_reach_back_is_compared_with_nothing(centre, screen) -> None:
    assert "Nothing to compare with: the data begins" in screen.opened("trends").words


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"where_shoe": "42"}, "There is no 'shoe' to go by"),
        ({"from": "x", "to": "y"}, "'x' is no date or time"),
        ({"tz": "Nowhere/Land"}, "is no time zone"),
    ],
)
def test_a_link_that_asks_the_impossible_is_answered_in_a_sentence(
    centre, screen, parameters, sentence
) -> None:
    assert sentence in screen.opened("trends", **parameters).words
