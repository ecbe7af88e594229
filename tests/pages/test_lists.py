"""Contacts and Customers: the rows behind a number, and everything about one customer."""

from __future__ import annotations

import re

import pytest

from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.query import Query
from ccdash.store import contacts, customers
from ccdash.store.history import read
from ccdash.vocabulary import Channel, Outcome
from tests import made_up

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")
"""Which Postgres it is makes no difference to a page; tests/store runs on both."""

ALWAYS = {"from": "2000-01-01", "to": "2100-01-01"}
SUBJECT = "<b>invoice</b> & more"
EVIL = "<img src=x onerror=alert(1)>"


def drawn(screen) -> str:
    """All our own markup, with its tags."""
    return " ".join(screen.bodies)


def entries(screen) -> list[str]:
    return re.findall(r'<li class="cc-contact">.*?</details></li>', drawn(screen), re.DOTALL)


def hrefs(markup: str) -> list[str]:
    return [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]*)"', markup)]


def found(screen, text: str):
    """What the search finds, typed into a fresh screen."""
    screen.opened("customer")
    screen.app.text_input(key="find").set_value(text).run()
    assert not screen.app.exception
    return screen


# Contacts -----------------------------------------------------------------------------------------


def test_the_list_is_as_long_as_the_number(centre, screen) -> None:
    screen.opened("contacts", metrics="abandoned", **ALWAYS)

    query = Query.from_params({"metrics": "abandoned", "tz": made_up.ZONE, **ALWAYS})
    number = int(read(centre.store, query).frame["abandoned"][0])
    assert screen.title == f"{number} contacts behind Abandoned"
    assert number == contacts.count(centre.store, query) == len(entries(screen)) == 50


def test_the_fact_that_makes_a_row_bad_is_marked_in_words(centre, screen) -> None:
    screen.opened("contacts", metrics="service_level", **ALWAYS)

    first = entries(screen)[0]
    assert first.count("Counts against the figure:") == 1
    assert "count against the figure" in screen.words


def test_a_late_wait_counts_against_no_figure_that_nothing_counts_against(centre, screen) -> None:
    for metric in ("offered", "asa"):
        screen.opened("contacts", metrics=metric, **ALWAYS)

        assert "Over the target:" in entries(screen)[0]
        assert not re.search("counts? against", screen.words, re.IGNORECASE)


def test_among_transfers_a_row_is_bad_for_being_passed_on_and_not_for_being_handled(
    centre, screen
) -> None:
    at = made_up.instant()
    passed = ev.Recorded(
        source="made-up", id="passed", contact="passed", at=at, queued_at=at, answered_at=at,
        end=at, channel=Channel.PHONE, queue="sales", agent="agent-1", outcome=Outcome.HANDLED,
        talk_seconds=60, wait_seconds=0, is_transferred=True,
    )  # fmt: skip
    with centre.store.transaction() as connection:
        record(connection, [passed], received_at=at, region="FI")
    screen.opened("contacts", metrics="transfer_rate", **ALWAYS)

    marked = r'Counts against the figure: </span>([^<]*)</span><span class="cc-under">([^<]*)<'
    assert re.findall(marked, drawn(screen)) == [("Passed on", "Handled")]


def test_a_list_of_matters_shows_what_each_had_over_all_of_its_contacts(centre, screen) -> None:
    for metric, shown in (
        ("contacts_per_matter", r"came \d+ times"),
        ("bounce_index", r"bounces?"),
    ):
        screen.opened("contacts", metrics=metric, **ALWAYS)

        assert re.search(rf'cc-c end why">.*{shown}', entries(screen)[0], re.DOTALL)


def test_a_row_leads_to_its_customer_and_unfolds_what_happened(centre, screen) -> None:
    screen.opened("contacts", metrics="offered", **ALWAYS)

    strangers = entries(screen)
    known = type(screen)().opened("contacts", where_subject=SUBJECT, metrics="offered", **ALWAYS)

    assert len(entries(known)) == made_up.DAYS
    assert all(hrefs(one)[0].startswith("/customer?from=list&customer=") for one in entries(known))
    assert not any(hrefs(one) for one in strangers)  # nobody knows who it was: no way to go
    assert all("<summary>" in one for one in [*strangers, *entries(known)])


def test_a_long_list_has_pages_in_the_url(centre, screen) -> None:
    asked = {**ALWAYS, "metrics": "offered"}
    screen.opened("contacts", **asked)
    first = {re.search(r"\S+ in made-up", one)[0] for one in entries(screen)}
    assert "1–50 of 202" in screen.words
    query = Query.from_params({"tz": made_up.ZONE, **asked})
    last = contacts.behind(centre.store, query, 50)["id"][-1]

    second = type(screen)().opened("contacts", page="2", after=last, **asked)

    assert "51–100 of 202" in second.words
    assert not first & {re.search(r"\S+ in made-up", one)[0] for one in entries(second)}


def test_each_filter_can_be_taken_away_by_itself(centre, screen) -> None:
    screen.opened("contacts", where_channel="phone", where_language="fi", **ALWAYS)

    chips = re.findall(r"<a [^>]*cc-removable.*?</a>", drawn(screen))
    assert ["Channel: Phone" in chips[0], "Language: fi" in chips[1]] == [True, True]
    without_channel, without_language = (hrefs(one)[0] for one in chips)
    assert "where_language" in without_channel
    assert "where_channel" not in without_channel
    assert "where_channel" in without_language


def test_a_filter_of_many_values_says_how_many_and_names_them_on_hover(centre, screen) -> None:
    screen.opened("contacts", where_subject="a|b|c|d", **ALWAYS)

    assert '<span title="a, b, c, d">Subject: 4</span>' in drawn(screen)


def test_the_parts_of_a_list_lead_to_those_contacts_alone(centre, screen) -> None:
    screen.opened("contacts", metrics="offered", **ALWAYS)

    narrowed = next(one for one in hrefs(drawn(screen)) if "where_outcome=abandoned" in one)
    assert "metrics=offered" in narrowed


def test_another_metric_is_chosen_on_the_screen_and_begins_at_the_first_page(
    centre, screen
) -> None:
    query = Query.from_params({"tz": made_up.ZONE, "metrics": "offered", **ALWAYS})
    last = contacts.behind(centre.store, query, 50)["id"][-1]
    screen.opened("contacts", metrics="offered", page="2", after=last, **ALWAYS)

    screen.app.selectbox(key="behind").set_value("abandoned").run()

    assert screen.title == "50 contacts behind Abandoned"
    assert "1–50 of 50" in screen.words


def test_only_figures_that_are_made_of_contacts_are_offered(centre, screen) -> None:
    screen.opened("contacts")

    offered = screen.app.selectbox(key="behind").options
    assert any("Abandoned" in one for one in offered)
    assert not any("Occupancy" in one for one in offered)


def test_contacts_without_a_question_are_those_of_the_newest_day(centre, screen) -> None:
    assert "behind Service level" in screen.opened("contacts").title
    assert entries(screen) or "The period before" in screen.words


def test_an_empty_list_says_where_to_go_on(centre, screen) -> None:
    words = screen.opened("contacts", where_queue="nowhere", **ALWAYS).words

    assert "Nothing in this period matches." in words
    assert "Without filters" in words


def test_a_broken_page_is_said_in_a_sentence(centre, screen) -> None:
    words = screen.opened("contacts", page="2", after="broken").words

    assert "The link to this page of contacts is broken" in words


def test_a_metric_without_contacts_is_said_in_a_sentence(centre, screen) -> None:
    assert "is not counted from contacts" in screen.opened("contacts", metrics="occupancy").words


def test_a_search_narrows_the_list_and_marks_what_it_found(centre, screen) -> None:
    screen.opened("contacts", metrics="offered", **ALWAYS)
    screen.app.text_input(key="search-contacts").set_value("INVOICE <b").run()

    assert screen.title == f"{made_up.DAYS} of 202 contacts behind Offered"
    assert screen.app.query_params["search"] == "INVOICE <b"
    assert "Search: INVOICE <b" in screen.words
    assert all("<mark>&lt;b</mark>&gt;<mark>invoice</mark>" in one for one in entries(screen))
    over_time = next(one for one in hrefs(drawn(screen)) if one.startswith("/trends"))
    assert "search" not in over_time


def test_a_search_that_finds_nothing_says_what_was_sought_and_how_to_look_further(
    centre, screen
) -> None:
    screen.opened("contacts", metrics="offered", search="no such thing", **ALWAYS)

    assert screen.title == "0 of 202 contacts behind Offered"
    assert "Nothing is found for “no such thing”." in screen.words
    ways = [one for one in hrefs(drawn(screen)) if one.startswith("/contacts")]
    assert any("search" not in one for one in ways)


# Customers ----------------------------------------------------------------------------------------


def test_a_customer_is_found_by_a_number_in_any_notation(centre, screen) -> None:
    words = found(screen, "(040) 555-0101").words

    assert "All contacts, newest first" in words
    assert "••• 101" in words
    assert "0555" not in words
    assert "<b>invoice</b> & more" in words  # what a customer writes is data, never markup


def test_a_search_puts_no_contact_detail_into_the_address(centre, screen) -> None:
    found(screen, "040 555 0101")

    assert screen.app.query_params["customer"]
    assert "555" not in str(screen.app.query_params.get("find", ""))
    assert set(screen.app.query_params) <= {"customer", "from", "lang"}


def test_who_still_waits_has_a_wait_that_goes_on_in_the_list(centre, screen) -> None:
    words = screen.opened("contacts", metrics="still_waiting", **ALWAYS).words

    assert re.search(r"waits 6:\d\d target 0:20 .* waits 4:\d\d target 0:20", words)


def test_no_link_shows_contact_details(centre, screen) -> None:
    person = customers.candidates(centre.store, "040 555 0101", "FI")["customer_id"][0]

    screen.opened("customer", customer=person, details="yes")

    assert "+358405550101" not in drawn(screen)


def test_a_shared_detail_leads_to_two_possible_people(centre, screen) -> None:
    assert customers.candidates(centre.store, "+358 9 5550303", "FI").height == 2

    assert "2 possible people" in found(screen, "+358 9 5550303").words


def test_nobody_is_found_in_a_sentence(centre, screen) -> None:
    words = found(screen, "nobody@example.com").words

    assert "No customer is known as nobody@example.com." in words


def test_another_customer_empties_the_search_box(centre, screen) -> None:
    found(screen, "040 555 0101")
    other = customers.candidates(centre.store, "other@example.com")["customer_id"][0]

    screen.app.query_params["customer"] = other
    screen.app.run()

    assert not screen.app.text_input(key="find").value


def test_before_a_search_those_who_keep_coming_back_are_the_next_step(centre, screen) -> None:
    screen.opened("customer")

    assert "They keep coming back" in screen.words
    assert re.search(r"\d+ contacts in 7 days \d+ 0 ", screen.words)  # channels, not served
    assert any("customer=" in one for one in hrefs(drawn(screen)))
    assert "elina@example.com" not in drawn(screen)


def test_a_customer_who_waits_is_said_to_wait(centre, screen) -> None:
    assert "Waiting now in Sales & service <FI>" in found(screen, "elina@example.com").words


def test_a_purchase_is_written_in_money(centre, screen) -> None:
    words = found(screen, "elina@example.com").words

    assert "Charger <fast>" in words
    assert "€49.90" in words


def test_how_often_a_detail_was_given_stands_beside_it(centre, screen) -> None:
    found(screen, "elina@example.com")

    assert re.search(r"E-mail address not verified e•••@example.com \d+ contacts", screen.words)


def test_nothing_that_a_customer_writes_becomes_markup(process, screen) -> None:
    at = made_up.instant()
    who = (ev.Identity(kind="email", value=f"{EVIL}@example.com"),)
    told = [
        ev.Recorded(
            source="evil", id=EVIL, contact=EVIL, at=at, end=at, customer=who, subject=EVIL,
            channel=Channel.CHAT, outcome=Outcome.ABANDONED, queue=EVIL, contact_point=EVIL,
            language=EVIL, case=EVIL, queued_at=at,
        ),
        ev.CaseOpened(source="evil", id="case", at=at, case=EVIL, subject=EVIL),
        ev.Purchased(source="evil", id="buy", at=at, order=EVIL, customer=who, subject=EVIL),
    ]  # fmt: skip
    with process.store.transaction() as connection:
        record(connection, told, received_at=at, region="FI")

    screen.opened("contacts", metrics="offered", **ALWAYS)
    shown = drawn(screen)
    assert EVIL in screen.words
    found(type(screen)(), f"{EVIL}@example.com")
    shown += drawn(found(type(screen)(), f"{EVIL}@example.com"))

    assert "<img" not in shown
    assert "&lt;img" in shown
