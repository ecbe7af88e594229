"""Now and Team: what is narrowed, what is opened, what leads on, and what nobody may see."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from ccdash.errors import StoreUnavailable
from ccdash.ingest import events as ev
from ccdash.ingest.record import record
from ccdash.live.hub import Reading
from ccdash.query import Dimension, Query
from ccdash.store import contacts, rollup
from ccdash.store.engine import Store
from ccdash.store.simulation import Simulation
from ccdash.vocabulary import Channel, IdentityKind
from tests import made_up
from tests.pages import drawn

pytestmark = pytest.mark.parametrize("server", ["18"], indirect=True, scope="session")


def links(screen, path: str) -> list[dict[str, str]]:
    """The parameters of every link that leads there."""
    found = re.findall(r'href="(/[^"]*)"', " ".join(screen.bodies))
    parts = [urlsplit(html.unescape(one)) for one in found]
    wanted = [one for one in parts if one.path == path]
    return [{name: values[0] for name, values in parse_qs(one.query).items()} for one in wanted]


def test_every_queue_in_use_is_listed_below_its_channel_idle_or_not(centre, screen) -> None:
    words = screen.opened("live").words

    assert "Channels and their queues" in words
    assert all(one in words for one in ("Phone", "Chat", "Sales & service <FI>", "Web"))


def test_every_figure_that_leads_on_has_contacts_behind_it(centre, screen) -> None:
    screen.opened("live")

    of_figures = (one for one in links(screen, "/contacts") if "where_agent" not in one)
    asked = [Query.from_params(one) for one in of_figures]

    assert all(contacts.count(centre.store, one) for one in asked)
    waiting = next(one for one in asked if one.metrics == ("still_waiting",) and not one.filters)
    assert contacts.count(centre.store, waiting) == 2


def test_a_team_s_figures_are_as_long_as_their_lists_where_it_takes_one_channel_of_a_queue(
    centre, screen
) -> None:
    tell(centre.store, chats_that_wait_for_nobody(3))
    screen.opened("live", team="North")

    tiles, asked = drawn.tiles(screen.bodies), links(screen, "/contacts")

    assert tiles["Waiting now"].text == "2"
    waiting = [Query.from_params(one) for one in asked if one["metrics"] == "still_waiting"]
    assert {contacts.count(centre.store, one) for one in waiting} == {2}


def test_a_team_s_list_says_which_channel_of_which_queue_it_holds(centre, screen) -> None:
    tell(centre.store, chats_that_wait_for_nobody(1))
    screen.opened("live", team="North")
    asked = next(one for one in links(screen, "/contacts") if one["metrics"] == "still_waiting")

    words = screen.opened("contacts", **asked).words

    assert "Queue and channel: Sales & service <FI> (Phone)" in words


def chats_that_wait_for_nobody(count: int) -> Iterator[ev.Event]:
    """Chats in the queue from which the team North takes calls."""
    now = made_up.instant()
    for number in range(4):
        yield ev.AgentDescribed(
            source="made-up", id=f"team-{number}", at=now, agent=f"agent-{number}", team="North"
        )
    for number in range(count):
        at, key = now - timedelta(minutes=40, seconds=number), f"chat-{number}"
        yield ev.Arrived(
            source="made-up", id=f"{key}-arrived", at=at, contact=key, channel=Channel.CHAT
        )
        yield ev.Queued(source="made-up", id=f"{key}-queued", at=at, contact=key, queue="sales")


def tell(store: Store, events: Iterable[ev.Event]) -> None:
    with store.transaction() as connection:
        record(connection, list(events), received_at=made_up.instant(), region="FI")


def test_waiting_now_is_one_number_with_those_on_the_line_apart(centre, screen) -> None:
    tell(centre.store, mails_that_wait(60))
    screen.opened("live")

    words, tile = screen.words, drawn.tiles(screen.bodies)["Waiting now"]

    assert tile.text == "62"
    assert "2 of them in live channels, up to 6:" in tile.note
    assert "Waiting now ? 62 All of them" in words
    assert "+58 more" in words
    order = drawn.of_class(screen.bodies, "cc-waiting")[0].find(".//*[@data-tip]").get("data-tip")
    assert order == "The most late by their target come first, but for up to 2 who have a mark."
    assert drawn.tiles(screen.bodies)["Longest wait"].text.split() == ["5", "h"]


def test_a_long_list_of_who_waits_ends_in_the_way_to_all(centre, screen) -> None:
    tell(centre.store, mails_that_wait(60))
    screen.opened("live")
    rows = list(drawn.of_class(screen.bodies, "cc-waits")[0].iter("tr"))

    assert drawn.text(rows[-1]) == "All of them"
    assert len(rows) == 1 + 40 + 1  # heads, contacts, the way


def test_the_list_of_who_waits_is_headed_with_days(centre, screen) -> None:
    screen.opened("live")
    ways = links(screen, "/contacts")
    way = next(one for one in ways if one["metrics"] == "still_waiting")

    assert way["from"][10:19] == way["to"][10:19] == "T00:00:00"


def test_who_waits_for_the_third_time_and_in_two_channels_is_marked_and_leads_to_the_customer(
    centre, screen
) -> None:
    tell(centre.store, comes_again_and_waits())
    with centre.store.transaction() as connection:
        rollup.refresh(connection)
    screen.opened("live")
    marks = ["".join(one.itertext()) for one in drawn.of_class(screen.bodies, "cc-wait-mark")]
    ways = {
        way: [one for one in links(screen, "/customer") if one["from"] == way]
        for way in ("two-channels", "third-contact")
    }

    assert "Needs attention: third contact about the same matter" in marks
    assert "Needs attention: waits in two channels, also E-mail" in marks
    (who,) = {one["customer"] for one in ways["two-channels"]}
    assert who in {one["customer"] for one in ways["third-contact"]}
    assert "Back to Now" in screen.opened("customer", **ways["third-contact"][0]).words


def comes_again_and_waits() -> Iterator[ev.Event]:
    """By phone for the third time, and about something else by e-mail."""
    at, known = made_up.instant(), ev.Identity(IdentityKind.CUSTOMER_NUMBER, "C-3")
    of = {"source": "made-up", "customer": (known,)}
    for number in range(3):
        key, when = f"again-{number}", at - timedelta(days=2 - number, minutes=10)
        about = {"channel": Channel.PHONE, "contact": key, "subject": "invoice"}
        yield ev.Arrived(id=f"{key} 0", at=when, **of, **about)
        yield ev.Queued(source="made-up", id=f"{key} 1", at=when, contact=key, queue="post")
        if number < 2:
            when += timedelta(minutes=1)
            yield ev.Answered(source="made-up", id=f"{key} 2", at=when, contact=key, agent="x")
            yield ev.Ended(source="made-up", id=f"{key} 3", at=when, contact=key, sequence=1)
    mail = {"channel": Channel.EMAIL, "contact": "letter", "subject": "return"}
    yield ev.Arrived(id="letter 0", at=at - timedelta(minutes=30), **of, **mail)
    yield ev.Queued(
        source="made-up",
        id="letter 1",
        at=at - timedelta(minutes=30),
        contact="letter",
        queue="post",
    )


def mails_that_wait(count: int) -> Iterator[ev.Event]:
    at = made_up.instant() - timedelta(hours=5)
    for number in range(count):
        key = f"mail-{number}"
        yield ev.Arrived(
            source="made-up", id=f"{key}-arrived", at=at, contact=key, channel=Channel.EMAIL
        )
        yield ev.Queued(source="made-up", id=f"{key}-queued", at=at, contact=key, queue="post")


def test_a_log_that_ended_hours_ago_offers_nobody_as_free(process, screen) -> None:
    made_up.fill(process.store, made_up.instant() - timedelta(hours=3))

    words = screen.opened("live").words

    assert "The newest data is of" in words
    assert "See the floor as it was then · See its trends" in words
    assert "Availability not known 4" in words
    assert re.search(r"Maija Aaltonen-Virtanen , since ", words)
    assert not re.search(r"\d+ free", words)


def test_a_log_that_ended_hours_ago_is_told_of_on_the_page_of_the_team(process, screen) -> None:
    made_up.fill(process.store, made_up.instant() - timedelta(hours=3))

    words = screen.opened("team").words

    assert "The newest data is of" in words
    assert "4 Availability not known" in words


@pytest.mark.parametrize("weeks", [0, 104])
def test_a_demo_that_tells_nothing_yet_holds_the_floor(process, screen, monkeypatch, weeks) -> None:
    made_up.fill(process.store, made_up.instant() - timedelta(days=700))
    at = made_up.instant()
    standing = Simulation(1, at, at, 1.0, weeks, 104, at)
    monkeypatch.setattr(type(process), "simulation", lambda _: standing)

    words = screen.opened("live").words

    assert "The demo centre is opening." in words
    assert ("Making history: 0 of 104 weeks" in words) == (not weeks)
    assert "The newest data" not in words


def test_a_channel_in_the_address_narrows_the_floor(centre, screen) -> None:
    words = screen.opened("live", channel="chat").words

    table = drawn.of_class(screen.bodies, "cc-floor")[0]
    assert "Sales & service <FI>" not in drawn.text(table, ())
    assert "Waiting now ? 0" in words


def test_filters_that_leave_nothing_say_so_and_lead_out(centre, screen) -> None:
    screen.opened("live", channel="email")

    assert "Nothing here for these filters. Show the whole centre" in screen.words
    assert {} in links(screen, "/")


def test_a_queue_in_the_address_narrows_figures_lists_people_and_what_they_lead_to(
    centre, screen
) -> None:
    sales = "Sales & service <FI>"
    screen.opened("live", queue=sales, skill=f"queue:{sales}")

    tiles, asked = drawn.tiles(screen.bodies), links(screen, "/contacts")

    assert (tiles["Waiting now"].text, tiles["In progress"].text) == ("2", "1")
    assert not tiles["In progress"].note  # its people have contacts of other queues, too
    assert sales in {one.get("title") for one in drawn.of_class(screen.bodies, "cc-chosen")}
    assert len(drawn.of_class(screen.bodies, "cc-floor")[0].findall("tbody")) == 1
    assert "Pekka Särkkä" not in screen.words  # who never answered from it
    assert "Timo Kekkonen" in screen.words
    of_figures = [Query.from_params(one) for one in asked if "where_agent" not in one]
    assert {dict(one.filters)[Dimension.QUEUE] for one in of_figures} == {(sales,)}
    assert "A skill narrows people alone" in screen.words


def test_a_filter_that_is_not_there_any_more_is_left_out_and_said(centre, screen) -> None:
    screen.opened("live", queue="Telex", team="Nobody's", channel="fax", skill="language:")

    gone = "Team: Nobody's · Channel: fax · Queue: Telex · Skill: language:"
    assert f"Not there any more, so left out: {gone}." in screen.words
    assert drawn.tiles(screen.bodies)["Waiting now"].text == "2"


def test_who_waits_leads_to_the_customer_and_stays_masked(centre, screen) -> None:
    screen.opened("live")

    assert links(screen, "/customer")[0]["customer"]
    assert "e•••@example.com" in screen.words
    assert "elina@example.com" not in screen.words


def test_the_page_of_the_team_shows_states_and_neither_customers_nor_anybody_s_figures(
    centre, screen
) -> None:
    words = screen.opened("team").words

    assert "Pekka Särkkä" in words
    assert "lunch, still on a contact" in words
    assert "Break" in words
    assert "•••" not in words
    assert not links(screen, "/customer")
    assert not links(screen, "/trends")
    assert len(re.findall(r"\d+ of today's arrivals handled", words)) == 1  # of the one team


def test_a_person_of_the_floor_leads_to_their_day_and_to_what_they_handled(centre, screen) -> None:
    screen.opened("live")
    timo = re.search(r'href="/team\?agent=(\d+)"[^>]*>Timo Kekkonen<', " ".join(screen.bodies))
    assert timo is not None
    screen.opened("team", agent=timo[1])

    asked = [one for one in links(screen, "/contacts") if "where_agent" in one]
    mine = next(one for one in asked if one["where_agent"] == "Timo Kekkonen")

    assert mine["metrics"] == "handled"
    today = made_up.instant().astimezone(ZoneInfo(made_up.ZONE)).date()
    assert mine["from"].startswith(str(today))
    assert screen.opened("contacts", **mine).title.endswith("behind Handled")


def test_a_count_of_the_team_page_leads_to_these_people_alone(centre, screen) -> None:
    screen.opened("team")
    assert {"state": "break"} in links(screen, "/team")

    words = screen.opened("team", state="break").words

    assert "Pekka Särkkä" in words
    assert "Timo Kekkonen" not in words
    assert "2 Handling" in words or "1 Handling" in words
    assert "Show everybody" in words


def test_a_place_where_nobody_is_says_so_and_leads_out(centre, screen) -> None:
    words = screen.opened("team", state="wrap_up").words

    assert "Nobody Show everybody" in words


def test_the_team_page_counts_breaks_of_today(centre, screen) -> None:
    words = screen.opened("team").words

    assert len(re.findall(r"1 · 1 break, \d", words)) == 1


def test_a_team_that_is_not_here_says_so_and_leads_out(centre, screen) -> None:
    screen.opened("team", team="Nobody's")

    assert "Nobody of this team is here. Show all teams" in screen.words


def test_the_team_page_of_a_lost_store_keeps_what_it_had(centre, screen) -> None:
    screen.opened("team")
    centre.hub._reading = Reading(_lost, _lost)
    last = centre.hub._last
    centre.hub._last = replace(last, read_at=last.read_at - timedelta(seconds=9))

    screen.app.run()

    assert "The figures are from" in screen.words
    assert "Pekka Särkkä" in screen.words


def _lost() -> None:
    raise StoreUnavailable
